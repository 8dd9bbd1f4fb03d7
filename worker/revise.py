"""Revise: finds the entries that say something else than before, and makes revisions of their articles.

    entries | as they were? | known by id, link or text? | what changed | furniture? | does it flip? | revision

`domain.revisions` decides. An article whose text came from its page has no text to compare with its feed's summary: a
changed headline is taken at once, and the page is read again for the rest.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from sqlmodel import Session

from domain.article import Basis, Draft, Entry, Text, entry_key
from domain.revisions import (
    FLIPS,
    RELATED,
    SERIAL_WORDS,
    UNRELATED,
    Change,
    Frozen,
    Verdict,
    compare,
    is_told_in,
    judge,
    link_key,
    plain_link,
    served_key,
    share,
    without_furniture,
)
from storage import articles, revisions
from storage.models import Article, Feed
from worker.context import Context
from worker.keep import Kept, Reading, read_article, revise

_MANY = 5  # summaries that changed at once, and half of a feed's: the outlet's manner, no news


@dataclass(frozen=True, slots=True)
class Changed:
    """A known article whose entry says something else: what becomes of it. `reread`: its page is to be read again."""

    article: Article
    draft: Draft
    change: Change
    verdict: Verdict
    reread: bool
    reading: Reading | None = None


@dataclass(slots=True)
class Sifted:
    """A visit's entries by what is to be done: `known` articles take over what their entries say without a revision.

    Those in `frozen` (article id, why) are let be from now on.
    """

    fresh: list[Draft] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    known: list[tuple[int, Draft]] = field(default_factory=list)
    frozen: list[tuple[int, str]] = field(default_factory=list)

    @property
    def bring(self) -> bool:
        """Say whether there is anything to write."""
        return bool(self.changed or self.known or self.frozen)


def to_look_at(session: Session, feed: Feed, entries: Sequence[Entry]) -> list[Entry]:
    """Leave out the entries that say what they said, and those whose id stood before in the same document."""
    keys = {entry.id: entry_key(feed.origin, entry.id, "", "") for entry in entries if entry.id}
    held = revisions.held(session, keys.values())
    found: list[Entry] = []
    met: set[str] = set()
    for entry in entries:
        blank = not (entry.title or entry.summary or entry.content)
        if entry.id and not blank:
            if entry.id in met:
                continue
            met.add(entry.id)
            known = held.get(keys[entry.id])
            if known and known.served == served_key(entry):
                continue
        found.append(entry)
    return found


def sift(session: Session, feed: Feed, entries: Sequence[Entry], drafts: Sequence[Draft], cut: int = 0) -> Sifted:
    """Sort what `to_look_at` left, made into `drafts`: what is new, what changed, what is known in another dress.

    `entries` are all of the document but `cut` known ones, which share no link with them: a link that several have is
    no mark of any.
    """
    links = Counter(link_key(feed.origin, entry.link) for entry in entries)
    unique = {d.key: d if links[d.link_key] == 1 else replace(d, link_key=0) for d in reversed(drafts)}
    held = revisions.held(session, unique)
    sifted = Sifted()
    pairs = []
    unknown = []
    for draft in reversed(unique.values()):
        known = held.get(draft.key)
        if known is None:
            unknown.append(draft)
        elif not known.said:
            sifted.known.append((known.id, draft))
        elif known.said != draft.said:
            article = articles.get(session, known.id)
            if _is_another(article, draft):
                unknown.append(replace(draft, key=draft.text_key))
            else:
                pairs.append((article, draft))
    pairs += _find_known(session, feed, unknown, sifted)
    _weigh(session, feed, pairs, cut + len(entries), sifted)
    return sifted


def _is_another(article: Article, draft: Draft) -> bool:
    """Say whether an outlet uses the id of an old entry again for another article."""
    moved = bool(article.url and draft.url) and plain_link(article.url) != plain_link(draft.url)
    return moved and share(_text(article), draft.text) < UNRELATED


def _find_known(session: Session, feed: Feed, unknown: Iterable[Draft], sifted: Sifted) -> list[tuple[Article, Draft]]:
    """Know entries again that come under a new id: the same link and text, the same link, or the same long text.

    Gives the articles that changed on the way; what is new goes into `sifted`.
    """
    unique = {d.key: d for d in reversed(list(unknown))}
    stored = articles.known(session, list(unique))
    drafts = [d for d in reversed(unique.values()) if d.key not in stored]
    again = articles.known_texts(session, [d.text_key for d in drafts if d.url])
    long = {d.said for d in drafts if len(d.body.split()) >= SERIAL_WORDS}
    again_elsewhere = revisions.said_before(session, feed.id, long)
    drafts = [d for d in drafts if d.text_key not in again and d.said not in again_elsewhere]
    linked = revisions.by_link(session, {d.link_key for d in drafts if d.link_key})
    pairs = []
    for draft in drafts:
        article = articles.get(session, linked[draft.link_key]) if draft.link_key in linked else None
        if article is None or share(_text(article), draft.text) < RELATED:
            sifted.fresh.append(draft)
        elif article.said != draft.said:
            pairs.append((article, draft))
    return pairs


def _text(article: Article) -> Text:
    return Text(article.title, article.text, Basis(article.basis))


def _weigh(session: Session, feed: Feed, pairs: Sequence[tuple[Article, Draft]], entries: int, sifted: Sifted) -> None:
    """Decide what becomes of the articles whose entries changed."""
    changes = {n: _change(article, draft) for n, (article, draft) in enumerate(pairs)}
    real = {n: (_text(pairs[n][0]), change.text) for n, change in changes.items() if change}
    real_ones = without_furniture(real)
    rereads = [n for n, change in changes.items() if not change and _wants_reread(*pairs[n])]
    if len(rereads) >= max(_MANY, entries / 2):
        rereads = []
    for n, (article, draft) in enumerate(pairs):
        if n in real_ones:
            _judge(session, feed, article, draft, changes[n], sifted)
        elif n in rereads and (article.frozen or article.rereads >= FLIPS):
            _freeze(article, Frozen.FLIPS, sifted)
        elif n in rereads:
            sifted.changed.append(Changed(article, draft, changes[n], Verdict(True), reread=True))
        else:
            sifted.known.append((article.id or 0, draft))


def _change(article: Article, draft: Draft) -> Change:
    """Compare an article with its entry, of which only the headline is asked where the text is its page's."""
    new = replace(draft.text, body="") if article.page_document else draft.text
    return compare(_text(article), new)


def _wants_reread(article: Article, draft: Draft) -> bool:
    """Say whether the page that gave the text may say more than the changed summary."""
    return bool(article.page_document and draft.url) and not is_told_in(draft.body, article.text)


def _judge(session: Session, feed: Feed, article: Article, draft: Draft, change: Change, sifted: Sifted) -> None:
    verdict = judge(revisions.past(session, article, "feed", feed.last_polled), change)
    if not verdict.revise:
        _freeze(article, verdict.frozen, sifted)
        return
    fuller = change.body and draft.basis is Basis.FULL
    reread = bool(draft.url) and draft.may_fetch and not fuller and article.basis != Basis.FULL.value
    reread = reread or bool(article.page_document and draft.url)
    sifted.changed.append(Changed(article, draft, change, verdict, reread))


def _freeze(article: Article, why: str, sifted: Sifted) -> None:
    if article.frozen != why:
        sifted.frozen.append((article.id or 0, why))


def read_changes(context: Context, sifted: Sifted) -> None:
    """Analyse the articles as they are to be."""
    sifted.changed = [
        replace(each, reading=read_article(context, _draft(each))) if each.change else each for each in sifted.changed
    ]


def _draft(changed: Changed) -> Draft:
    """Make the article anew. Its times stay: an outlet that changes its dates tells nothing new."""
    article, draft, text = changed.article, changed.draft, changed.change.text
    status = article.text_status if not changed.change.body else draft.text_status
    return replace(
        draft, key=article.key, title=text.title, body=text.body, basis=text.basis,
        text_status="page_waiting" if changed.reread and text.basis is not Basis.FULL else status,
        outlet=article.outlet, event_at=article.event_at, first_seen=article.first_seen, published=article.published,
        published_raw=article.published_raw, date_method=article.date_method,
        date_confidence=article.date_confidence, may_alert=article.may_alert,
        author=draft.author or article.author, section=draft.section or article.section,
        language=draft.language if changed.change.body else article.language,
        flags=tuple(dict.fromkeys((*article.flags.split(), *draft.flags))),
    )  # fmt: skip


def store_changes(context: Context, session: Session, sifted: Sifted, document: Callable[[], str]) -> Kept:
    """Store what was sifted, but the new. `document` keeps the bytes of the visit and gives their SHA-256."""
    kept = Kept()
    revisions.adopt(session, sifted.known)
    for id, why in sifted.frozen:
        revisions.freeze(session, id, why)
    for each in sifted.changed:
        article = articles.get(session, each.article.id or 0)
        if (article.said, article.text) != (each.article.said, each.article.text):
            continue  # its page came meanwhile; the next visit compares anew
        revisions.adopt(session, [(article.id or 0, each.draft)])
        if each.reread:
            revisions.ask_page_again(session, article, urlsplit(each.draft.url).netloc, context.clock())
        if each.reading:
            more = {"document": document(), "title": each.change.text.title, "text_key": each.draft.text_key}
            more |= {"page_document": ""} if each.change.body else {}
            _add(kept, make_revision(context, session, article, each.change, each.verdict, each.reading, "feed", more))
        kept.revised += 1
    return kept


def _add(total: Kept, more: Kept) -> None:
    total.matches += more.matches
    total.alerts += more.alerts


def make_revision(
    context: Context, session: Session, article: Article, change: Change, verdict: Verdict, reading: Reading,
    source: str, more: Mapping[str, str],
) -> Kept:  # fmt: skip
    """Keep what an article says as a revision and give it what it is to say; everything is decided again."""
    revisions.keep(session, article, change, verdict, source, context.clock())
    revisions.freeze(session, article.id or 0, verdict.frozen)
    return revise(context, session, article, reading, more)


def revise_by_page(context: Context, session: Session, article: Article, reading: Reading, document: str) -> Kept:
    """Make what the page of an article says now its text: a revision where it had its text from there before."""
    more = {"page_document": document}
    if not article.page_document:
        return revise(context, session, article, reading, more)
    change = compare(_text(article), replace(reading.draft.text, title=article.title))
    if not change:
        return Kept()
    verdict = judge(revisions.past(session, article, "page", None), change)
    if not verdict.revise:
        revisions.freeze(session, article.id or 0, verdict.frozen)
        return Kept()
    return make_revision(context, session, article, change, verdict, reading, "page", more)
