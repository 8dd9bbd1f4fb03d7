"""Keep: analyses articles and stores them with their groups, matches and alerts, in the caller's one transaction.

The same way for what a feed brings, what is imported, and the full text that a page brings later.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from domain import arabic
from domain.article import Basis, Draft, is_seen_twice
from domain.copies import Fingerprint, fingerprint
from domain.furniture import own_part
from domain.messages import Told
from domain.stories import Gist, gist
from domain.topics import Analysis
from domain.topics.ceiling import hashed
from domain.topics.decide import weigh
from storage import articles, growth, masks, search, sightings, stems, telling, topics
from storage.alerts import articles_told
from storage.engine import lock_grouping
from storage.models import Article
from worker.alert import Candidate, announce
from worker.context import Context
from worker.deduplicate import group
from worker.detect import Found
from worker.settle import Settled, Settling
from worker.stories import assign


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with everything that can be decided about it without the database."""

    draft: Draft
    fingerprint: Fingerprint
    title_terms: list[str]
    body_terms: list[str]
    gist: Gist | None  # of an article of which a story can be told
    analysis: Analysis | None
    found: tuple[Found, ...]
    generation: int  # of the topics that were asked


@dataclass(slots=True)
class Kept:
    """What was stored: counts of rows, and the ids of alerts to be sent."""

    new: int = 0
    copies: int = 0
    revised: int = 0
    waiting: int = 0
    matches: int = 0
    alerts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lot:
    """Articles that came in one document: the SHA-256 of its bytes, and the feed that served it, None for a file."""

    readings: Sequence[Reading]
    feed_id: int | None
    document: str


def read_article(context: Context, draft: Draft) -> Reading:
    """Analyse an article: what of it is its own, fingerprint, terms for search and topics, and what the topics say."""
    mask = context.masks.of(draft.outlet)
    draft = replace(draft, own=own_part(draft.title, draft.body, mask), mask=mask.version if mask else 0)
    own = draft.text.body
    title, body = arabic.stems(draft.title), arabic.stems(own)
    analysis = weigh(title, body, draft.text.basis) if draft.language in stems.ASKED else None
    return Reading(
        draft,
        fingerprint(own or draft.title, mask),
        title,
        body,
        gist(draft.title, title, body, draft.event_at.timestamp()) if analysis else None,
        analysis,
        _ask_topics(context, draft, analysis),
        context.detector.generation,
    )


def _ask_topics(context: Context, draft: Draft, analysis: Analysis | None) -> tuple[Found, ...]:
    return tuple(context.detector.decide(draft.text, draft.event_at.timestamp(), analysis)) if analysis else ()


def _up_to_date(context: Context, session: Session, readings: Sequence[Reading]) -> Sequence[Reading]:
    """Read again what was read by an older mask; ask the topics again where one was changed since.

    Neither the background job of the outlet nor the backfill of the topic knows these articles.
    """
    context.masks.refresh(session, {reading.draft.outlet for reading in readings})
    readings = [
        reading
        if reading.draft.mask == context.masks.version(reading.draft.outlet)
        else read_article(context, reading.draft)
        for reading in readings
    ]
    context.detector.refresh(session)
    latest = context.detector.generation
    return [
        reading
        if reading.generation == latest
        else replace(reading, found=_ask_topics(context, reading.draft, reading.analysis), generation=latest)
        for reading in readings
    ]


def keep(
    context: Context, session: Session, readings: Sequence[Reading], *, feed_id: int | None, document: str
) -> Kept:
    """Store articles that are not there yet. `document` is the SHA-256 of the bytes that they came in."""
    return keep_several(context, session, [Lot(readings, feed_id, document)])[0]


def keep_several(context: Context, session: Session, lots: Sequence[Lot]) -> list[Kept]:
    """Store the articles of documents that are not there yet, and decide about all together. Gives what each brought.

    An article that two of them bring is the first one's.
    """
    lock_grouping(session)
    now = context.clock()
    latest = iter(_up_to_date(context, session, [reading for lot in lots for reading in lot.readings]))
    stored = [_store(session, replace(lot, readings=list(islice(latest, len(lot.readings))))) for lot in lots]
    everything = [pair for pairs in stored for pair in pairs]
    if not everything:
        return [Kept() for _ in lots]
    settled = group(session, {id: r.fingerprint for id, r in everything}, now, _window(context), context.masks)
    told_in = assign(session, {id: r.gist for id, r in everything}, settled.groups, now, settled.parts)
    sightings.note(session, [id for id, _ in everything])
    search.index(session, [(id, r.title_terms, r.body_terms) for id, r in everything])
    _keep_stems(session, everything)
    whole = Counter(r.draft.outlet for _, r in everything if r.draft.basis is not Basis.HEADLINE)
    masks.note_fresh(session, whole, now)
    articles.want_pages(session, [(id, _host(r.draft.url)) for id, r in everything if r.draft.wants_page], now)
    _match(session, context, everything)
    told = [_candidate(id, r, found, told_in[id]) for id, r in everything if r.draft.may_alert for found in r.found]
    alerts = announce(context, session, [t for t in told if t], now)
    told_by = articles_told(session, alerts)
    return [_kept(pairs, settled, told_by) for pairs in stored]


def _store(session: Session, lot: Lot) -> list[tuple[int, Reading]]:
    """Store the articles of a document that are not there yet. Gives them with their ids."""
    fresh = {draft.key for draft in not_seen(session, [reading.draft for reading in lot.readings], lot.feed_id)}
    readings = [reading for reading in lot.readings if reading.draft.key in fresh]
    ids = articles.store(session, [(r.draft, r.fingerprint.exact) for r in readings], lot.feed_id, lot.document)
    return [(ids[r.draft.key], r) for r in readings if r.draft.key in ids]


def _kept(pairs: Sequence[tuple[int, Reading]], settled: Settled, told_by: Mapping[str, int | None]) -> Kept:
    """Count what a document brought; an article that takes over the group of another is no news."""
    ids, groups, taken = {id for id, _ in pairs}, settled.groups, set(settled.moved.values())
    copies = sum(groups[id] != id or id in taken for id in ids)
    return Kept(
        new=len(pairs) - copies,
        copies=copies,
        waiting=sum(r.draft.wants_page for _, r in pairs),
        matches=sum(found.state == "match" for _, r in pairs for found in r.found),
        alerts=[alert for alert, article in told_by.items() if article in ids],
    )


def not_seen(session: Session, drafts: Sequence[Draft], feed_id: int | None) -> Sequence[Draft]:
    """Leave out what another feed of the same outlet brought: one article seen twice is no copy of itself."""
    if feed_id is None:  # an archive is stored as it is
        return drafts
    others = articles.seen_elsewhere(session, drafts, feed_id)
    return [draft for draft in drafts if not is_seen_twice(draft, others.get((draft.canonical, draft.outlet), ()))]


def revise(context: Context, session: Session, article: Article, reading: Reading, more: Mapping[str, str]) -> Kept:
    """Give a stored article another text and decide everything about it again.

    `more` are columns that are written too, such as the SHA-256 of the bytes that it came in. A topic that matched
    before is told only of what its outlet changed since, such as a number; one that matches only now is told as of a
    new article. Those that copied it are decided again too.
    """
    lock_grouping(session)
    assert article.id is not None
    now, id = context.clock(), article.id
    (reading,) = _up_to_date(context, session, [reading])
    was = (article.title, article.text) if article.basis == reading.draft.basis.value else None
    before = {topic for topic, match in topics.decided(session, id).items() if match.state == "match"}
    settling = Settling(session, now, _window(context), context.masks)
    settling.lift([id])
    articles.set_text(session, id, reading.draft, reading.fingerprint.exact, more)
    settling.place({id: reading.fingerprint})
    settled = settling.run()
    story = assign(session, {id: reading.gist}, settled.groups, now, settled.parts)[id]
    sightings.note(session, [id, *(other.id or id for other in articles.sightings(session, id))])
    search.unindex(session, [id])
    search.index(session, [(id, reading.title_terms, reading.body_terms)])
    stems.forget(session, id)
    _keep_stems(session, [(id, reading)])
    masks.note_fresh(session, Counter([article.outlet]), now)
    kept = Kept(matches=_match(session, context, [(id, reading)]))
    topics.withdraw(session, id, [found.topic_id for found in reading.found], now)
    telling.withdraw(session, id, before - {found.topic_id for found in reading.found if found.state == "match"}, now)
    told = [_candidate(id, reading, f, story, was if f.topic_id in before else None) for f in reading.found]
    told = [t for t in told if t and (t.was or t.topic[0] not in before)] if article.may_alert else []
    kept.alerts = announce(context, session, [t for t in told if t], now)
    return kept


def _window(context: Context) -> timedelta:
    return timedelta(days=context.settings.copy_window_days)


def _keep_stems(session: Session, stored: Sequence[tuple[int, Reading]]) -> None:
    """Keep what retro-hunts read of articles that topics are asked about."""
    asked = [(id, r, r.analysis) for id, r in stored if r.analysis]
    rows = ((id, r.draft.basis, hashed(r.title_terms, r.body_terms, a.length)) for id, r, a in asked)
    stems.keep(session, rows)


def _match(session: Session, context: Context, stored: Sequence[tuple[int, Reading]]) -> int:
    """Write down what the topics said. Gives how many matched."""
    now = context.clock()
    rows = [match_row(id, r.draft, found, now) for id, r in stored for found in r.found]
    topics.decide(session, rows)
    growth.ask_for(session, {row["topic_id"] for row in rows if row["state"] == "match"}, now)
    return sum(row["state"] == "match" for row in rows)


def match_row(article_id: int, draft: Draft, found: Found, now: datetime) -> dict[str, Any]:
    """Make the row of a topic's decision about an article."""
    return {
        "topic_id": found.topic_id, "article_id": article_id, "state": found.state, "score": found.score,
        "basis": draft.basis.value, "provisional": draft.basis is not Basis.FULL, "version": found.version,
        "reason": found.reason, "event_at": draft.event_at, "decided": now,
    }  # fmt: skip


def _candidate(
    id: int, reading: Reading, found: Found, story: int, was: tuple[str, str] | None = None
) -> Candidate | None:
    """Give what an alert would say of a match; None for a near miss."""
    if found.state != "match":
        return None
    draft = reading.draft
    told = Told(
        id, draft.title, draft.outlet, draft.event_at, draft.first_seen, draft.url, found.score, draft.basis.value,
        draft.basis is not Basis.FULL, found.reason, draft.text.body,
    )  # fmt: skip
    return Candidate((found.topic_id, found.topic), story, told, was)


def _host(url: str) -> str:
    return urlsplit(url).netloc
