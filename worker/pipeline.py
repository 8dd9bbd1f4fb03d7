"""The whole way of an article. Start reading here.

    due feeds | fetch | parse | new, changed | fingerprint | copy of? | topics? | store + outbox in one commit | deliver
    articles without full text | fetch page | extract | the same decisions again on the full text | store + outbox

`domain` decides, this calls, `storage` keeps. A feed's new articles, their groups, matches and alerts, the record of
the visit and the feed's ETag are one transaction: a worker that dies at any point leaves all of it or none, and the
feed is due again. Bad input is a status; only an error of ours counts as a crash, and five of them mean quarantine.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from secrets import randbelow
from urllib.parse import urlsplit

from sqlmodel import Session

from domain.address import article_address
from domain.article import Basis, Draft, Entry, Outcome, Text, entry_key, first_line, text_basis
from domain.byline import author_in, author_name
from domain.chain import Kind
from domain.dates import day_in_address, settle
from domain.fetching import FetchStatus
from domain.revisions import content_key, link_key, served_key
from domain.schedule import after_poll
from storage import documents, feeds, queue, served
from storage.models import Feed, Poll
from worker import ways
from worker.answer import Fetched
from worker.batch import fetch_some
from worker.context import Context, Held, failpoint, hold, log
from worker.dating import habits_of
from worker.hosts import put_off, unpaused
from worker.keep import Kept, Lot, keep_several, not_seen, read_article
from worker.language import language_of
from worker.look import look_at, note
from worker.parse import ParsedFeed
from worker.revise import read_changes, sift, store_changes, to_look_at
from worker.robots import close_rulebook, open_rulebook
from worker.visit import WELL as WELL
from worker.visit import Visit, finish_visits, poll_of

# What the rest of a body that was cut off may look like.
CUT_SHORT = (FetchStatus.OK, FetchStatus.EMPTY, FetchStatus.NOT_A_FEED, FetchStatus.UNSUPPORTED)
# New articles in one transaction, where no single feed brings more: it holds the grouping lock, and may be done again.
MOST_TOGETHER = 200


def poll_feeds(context: Context, ids: Sequence[int]) -> list[str]:
    """Visit feeds that are due. Gives the ids of the alerts that came of it."""
    alerts: list[str] = []
    with hold(context, "feeds", ids) as held:
        with context.db.read() as session:
            context.detector.refresh(session)
            due = feeds.several(session, held.ids)
        free = unpaused(context, held, [(feed.id, feed.host) for feed in due])
        asks = ways.asks_for(context, [feed for feed in due if feed.id in free])
        ruled = [ask.url for ask in asks if ask.ruled]
        rulebook = open_rulebook(context, ruled) if ruled and context.settings.robots != "off" else None
        for group in fetch_some(context.settings, asks, rulebook):
            alerts += _visit_some(context, held, group)
        if rulebook:
            close_rulebook(context, rulebook)
    return alerts


def _visit_some(context: Context, held: Held, group: Iterable[tuple[Feed, Fetched]]) -> list[str]:
    """Bring the visits of a few feeds to their end, most of them together. Gives the ids of new alerts."""
    alerts: list[str] = []
    shared: list[Visit] = []
    for feed, fetched in group:
        with _guarded(context, held, feed):
            if fetched.deferred:
                put_off(context, held, feed.id, fetched)
                continue
            failpoint("after_fetch")
            visit = read_feed(context, feed, fetched)
            if visit.goes_with_others:
                shared.append(visit)
            else:
                alerts += _store_all(context, held, [visit])
    for visits in _portions(shared):
        alerts += _store_together(context, held, visits)
    return alerts


def _portions(visits: Sequence[Visit]) -> Iterator[list[Visit]]:
    """Give visits in parts that bring few enough articles."""
    part: list[Visit] = []
    for visit in visits:
        if part and sum(len(one.readings) for one in (*part, visit)) > MOST_TOGETHER:
            yield part
            part = []
        part.append(visit)
    if part:
        yield part


def _store_together(context: Context, held: Held, visits: Sequence[Visit]) -> list[str]:
    """Store visits in one transaction; after an error of ours each by itself, which shows whose it is."""
    try:
        return _store_all(context, held, visits)
    except Exception:
        alerts: list[str] = []
        for visit in visits:
            with _guarded(context, held, visit.feed):
                alerts += _store_all(context, held, [visit])
        return alerts


def _store_all(context: Context, held: Held, visits: Sequence[Visit]) -> list[str]:
    """Store visits, all or none of them. Gives the ids of new alerts. What another worker has by now is left to it."""
    kept = context.db.transact(lambda session: _store(context, session, held, visits))
    failpoint("after_commit")
    for visit in visits:
        if visit.feed.id not in kept:
            log.warning("lease lost", feed=visit.feed.url)
    return [alert for one in kept.values() for alert in one.alerts]


@contextmanager
def _guarded(context: Context, held: Held, feed: Feed) -> Iterator[None]:
    """Let an error of ours end the visit of one feed: the neighbours go on, and its crash is counted."""
    try:
        yield
    except Exception as error:
        _failed(context, held, feed, error)


def read_feed(context: Context, feed: Feed, fetched: Fetched) -> Visit:
    """Parse what was fetched, leave out what is stored already, and analyse the rest. Stores nothing."""
    outcomes: Counter[Outcome] = Counter()
    rejections: Counter[str] = Counter()
    same = fetched.status is FetchStatus.OK and feed.primed and fetched.sha256 == feed.body_sha256
    if same or fetched.status not in (FetchStatus.OK, FetchStatus.TRUNCATED):
        status = FetchStatus.UNCHANGED if same else fetched.status
        return Visit(feed, fetched, None, status, [], outcomes, rejections)
    look = look_at(context, feed, fetched)
    parsed, known = look.parsed, len(look.cut)
    cut = fetched.status is FetchStatus.TRUNCATED and parsed.status in CUT_SHORT
    status = FetchStatus.TRUNCATED if cut else parsed.status
    with context.db.read() as session:
        looked_at = to_look_at(session, feed, parsed.entries)
        drafts = make_drafts(feed, replace(parsed, entries=tuple(looked_at)), context.clock(), rejections)
        sifted = sift(session, feed, parsed.entries, drafts, known)
        fresh = ways.not_told(session, feed, not_seen(session, sifted.fresh, feed.id))
    rejected = sum(rejections.values())
    outcomes[Outcome.SEEN] = known + len(parsed.entries) - rejected - len(fresh) - len(sifted.changed)
    if parsed.dropped:
        rejections["over_limit"] = parsed.dropped
    outcomes[Outcome.REJECTED] = sum(rejections.values())
    readings = [read_article(context, draft) for draft in fresh]
    read_changes(context, sifted)
    noted = note(feed, look, looked_at, ((reading.draft.key, reading.draft.served) for reading in readings))
    return Visit(feed, fetched, parsed, status, readings, outcomes, rejections, sifted, noted)


def make_drafts(feed: Feed, parsed: ParsedFeed, now: datetime, rejections: Counter[str]) -> list[Draft]:
    """Make an article of each entry; entries that are nothing are counted under why."""
    outlet = feed.outlet or parsed.title or urlsplit(feed.url).hostname or feed.url
    drafts = []
    for entry in parsed.entries:
        draft = make_draft(entry, feed, outlet, parsed.language or feed.language, now)
        if draft.title or draft.body:
            drafts.append(draft)
        else:
            rejections["no_text"] += 1
    return drafts


def make_draft(entry: Entry, feed: Feed, outlet: str, language: str, now: datetime) -> Draft:
    """Make an article of an entry. What a first poll brings is old news and alerts nobody."""
    outlet = outlet if feed.outlet else entry.source or outlet  # of a search service's feed
    body, basis = text_basis(entry.summary, entry.content)
    post, indirect = feed.kind == Kind.TELEGRAM, ways.INDIRECT in entry.flags
    basis = Basis.FULL if post else basis
    title, told = entry.title or first_line(body), f"{entry.title}\n{body}"
    stamp = settle(entry.dated, now, day_in_address(entry.link, habits_of(feed, now).zone))
    return Draft(
        key=entry_key(feed.origin, entry.id, entry.link, told),
        text_key=entry_key(feed.origin, "", entry.link, told),
        title=title, body=body, basis=basis, outlet=outlet,
        event_at=stamp.event_at, first_seen=now, published=stamp.published, published_raw=entry.published_raw,
        date_method=stamp.method, date_confidence=stamp.confidence, dated=entry.dated,
        url=entry.link, text_status=ways.why_no_text(basis, entry), may_fetch=not indirect,
        source=Kind.TELEGRAM.value if post else "web",
        author=author_name(entry.author, outlet) or author_in(body), canonical=article_address(entry.link),
        section=entry.section, language=language_of(f"{title} {body}", language),
        served=served_key(entry), said=content_key(Text(title, body)), link_key=link_key(feed.origin, entry.link),
        may_alert=feed.primed, flags=(*entry.flags, *(["implausible_date"] if stamp.refused else [])),
    )  # fmt: skip


def _store(context: Context, session: Session, held: Held, visits: Sequence[Visit]) -> dict[int | None, Kept]:
    """Store visits: articles, groups, matches, alerts, the records, and what the feeds are to be asked next time.

    Gives by feed what each brought, of those that no other worker has by now.
    """
    now = context.clock()
    ours = finish_visits(context, session, held, visits, now)  # first, for a feed may have been removed meanwhile
    bring = [visit for visit in ours if visit.readings]
    came = documents.keep_documents(session, [_came(visit) for visit in bring], now)
    lots = [Lot(visit.readings, visit.feed.id, one) for visit, one in zip(bring, came, strict=True)]
    stored = keep_several(context, session, lots) if lots else []
    kept: dict[int | None, Kept] = {visit.feed.id: Kept() for visit in ours}
    kept |= {visit.feed.id: one for visit, one in zip(bring, stored, strict=True)}
    served.keep(session, {visit.feed.id: _noted(visit, kept[visit.feed.id]) for visit in ours if visit.noted})
    for visit in ours:
        _store_changes(context, session, visit, kept[visit.feed.id], now)
    failpoint("before_commit")
    feeds.record_several(session, [poll_of(visit, kept[visit.feed.id], now) for visit in ours])
    return kept


def _noted(visit: Visit, kept: Kept) -> bytes:
    """Give what is kept of a document's entries."""
    return visit.noted.packed(kept.new + kept.copies == len(visit.readings)) if visit.noted else b""


def _store_changes(context: Context, session: Session, visit: Visit, kept: Kept, now: datetime) -> None:
    """Store what a document says of articles that were there; what that brings is added."""
    if visit.sifted.bring:
        revised = store_changes(context, session, visit.sifted, lambda: _document(session, visit, now))
        kept.matches, kept.alerts = kept.matches + revised.matches, kept.alerts + revised.alerts
        kept.revised = revised.revised


def _document(session: Session, visit: Visit, now: datetime) -> str:
    """Keep the bytes that a visit brought. Gives their SHA-256 in hex."""
    return documents.keep_documents(session, [_came(visit)], now)[0]


def _came(visit: Visit) -> documents.Bytes:
    return documents.Bytes(visit.fetched.body, "feed", visit.feed.url, visit.fetched.content_type)


def _failed(context: Context, held: Held, feed: Feed, error: Exception) -> None:
    """Write an error of ours down: the feed is due again soon, and its crash stays counted."""
    log.exception("a feed's visit failed inside us", feed=feed.url)
    now = context.clock()
    detail = f"{type(error).__name__}: {error}"[:300]
    plan = after_poll(
        ok=False, failures=0, interval=context.settings.min_interval, now=now, retry_after=None,
        jitter=randbelow(1000) / 1000,
    )  # fmt: skip
    values = {"status": queue.INTERNAL_ERROR, "detail": detail}

    def write(session: Session) -> None:
        queue.give_back(session, held.kind, [feed.id], held.token, plan.due, failed=True, **values)
        if feeds.several(session, [feed.id or 0]):  # it may have been removed meanwhile
            feeds.record(session, Poll(feed_id=feed.id, at=now, status=queue.INTERNAL_ERROR, detail=detail))

    context.db.transact(write)
