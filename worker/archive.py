"""Archive: takes a backfill one step further back through what its outlet published before.

due backfills | wait for the host's turn | fetch one address | entries, or the pages that a sitemap names
              | the same decisions as for what is new | store + cursor, one transaction

Nobody is alerted. What is so new that the outlet's feeds may still bring it is left to them, since they alert.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session

from domain.address import article_address
from domain.archives import choose_pages, older_page
from domain.article import Draft
from domain.backfill import (
    Came,
    Cursor,
    Way,
    after_feed,
    after_pages,
    after_robots,
    after_sitemap,
    is_left_to_feeds,
    limited,
    try_again,
)
from domain.fetching import FetchStatus
from domain.sitemaps import Child
from storage import backfills, documents, queue
from storage.models import Backfill, Feed
from worker.answer import Fetched
from worker.apart import parse_feed, read_named
from worker.archive_page import read_pages
from worker.batch import Ask
from worker.context import Context, Held, LeaseLost, failpoint, hold, log
from worker.decode import decode
from worker.hosts import note_pause, put_off, unpaused
from worker.keep import Reading, keep, not_seen, read_article
from worker.pipeline import make_drafts
from worker.revise import sift
from worker.sitemap import unpacked
from worker.walk import LONGEST_TURN, Walk, open_walk

_READ = (FetchStatus.OK, FetchStatus.TRUNCATED)
_MOST_ROBOTS = 500_000  # bytes of robots.txt, as RFC 9309 asks for at the least


@dataclass(slots=True)
class Step:
    """What a step brought: articles that are not stored, pages to be read, counts, and where the cursor goes."""

    cursor: Cursor
    readings: list[Reading] = field(default_factory=list)
    pages: list[Child] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    oldest: datetime | None = None


def fill_back(context: Context, ids: Sequence[int]) -> None:
    """Take backfills that are due one step further."""
    with hold(context, "backfills", ids) as held:
        with context.db.read() as session:
            context.detector.refresh(session)
            rows = backfills.several(session, held.ids)
        free = unpaused(context, held, [(row.id, row.host) for row in rows])
        for row in rows:
            if row.id in free:
                _guarded(context, held, row)


def _guarded(context: Context, held: Held, row: Backfill) -> None:
    try:
        _step(open_walk(context, held, row))
    except LeaseLost:
        log.warning("backfill stopped or taken by another worker", backfill=row.id)
    except Exception as error:  # ours: the cursor stands where it stood, the crash is counted
        log.exception("a backfill failed inside us", backfill=row.id)
        values = {"status": queue.INTERNAL_ERROR, "detail": f"{type(error).__name__}: {error}"[:300]}
        due = context.clock() + timedelta(minutes=1)
        context.db.transact(lambda s: queue.give_back(s, held.kind, [row.id], held.token, due, failed=True, **values))


def _step(walk: Walk) -> None:
    """Ask for what the cursor points at, and store what came with where it goes next."""
    cursor = Cursor.from_json(walk.row.cursor)
    if walk.row.asked:
        since = (walk.context.clock() - walk.row.asked).total_seconds()
        time.sleep(min(max(walk.delay - since, 0.0), LONGEST_TURN))
    if cursor.way == Way.PAGES:
        if not read_pages(walk):
            _end_step(walk, Step(after_pages(cursor)), None)
        return
    if cursor.feed and walk.feed is None and cursor.way != Way.SITEMAP:  # the feed was removed meanwhile
        _end_step(walk, Step(after_feed(cursor, Came(False), walk.row.since)), None)
        return
    ((_, fetched),) = walk.fetch([Ask(None, cursor.url, start=True)])
    if fetched.deferred:
        put_off(walk.context, walk.held, walk.id, fetched)
    elif wait := try_again(fetched.status, fetched.http_status, walk.row.tries + 1, fetched.retry_after):
        _later(walk, cursor, fetched, wait)
    else:
        _end_step(walk, _read(walk, cursor, fetched), fetched)


def _read(walk: Walk, cursor: Cursor, fetched: Fetched) -> Step:
    """Read what came by the way that the cursor goes."""
    if cursor.way != Way.SITEMAP:
        assert walk.feed is not None
        return _read_feed(walk, walk.feed, cursor, fetched)
    if urlsplit(cursor.url).path == "/robots.txt":
        body = fetched.body[:_MOST_ROBOTS] if fetched.status is FetchStatus.OK else b""
        return Step(after_robots(cursor, body.decode("utf-8", "replace")))
    return _read_sitemap(walk, cursor, fetched)


def _read_feed(walk: Walk, feed: Feed, cursor: Cursor, fetched: Fetched) -> Step:
    """Read a page of a feed: its entries, and the older page that it links to."""
    habits = walk.habits
    if fetched.status not in _READ:
        return Step(after_feed(cursor, Came(False), walk.row.since))
    parsed = parse_feed(
        fetched.body, fetched.content_type, fetched.url, zone=habits.zone, now=habits.now, false_z=habits.false_z
    )
    dates = [entry.published for entry in parsed.entries if entry.published]
    links = tuple(entry.link or entry.id or entry.title for entry in parsed.entries)
    older = older_page(decode(fetched.body, fetched.content_type, "xml").text, fetched.url)
    came = Came(parsed.status in _READ, links, max(dates, default=None), older)
    step = Step(after_feed(cursor, came, walk.row.since), oldest=min(dates, default=None))
    if step.cursor.page == cursor.page:  # no other page than those before, or all of it is older
        return step
    if cursor.page == 1 and feed.state == "active":
        return step  # what the feed shows now is left to its visits
    with walk.context.db.read() as session:
        rejections: Counter[str] = Counter()
        drafts = make_drafts(feed, parsed, walk.context.clock(), rejections)
        wanted = _wanted(walk, drafts, step.counts)
        fresh = not_seen(session, sift(session, feed, parsed.entries, wanted).fresh, feed.id)
    step.counts["done"] = len(parsed.entries)
    step.counts["failed"] = sum(rejections.values())
    step.counts["seen"] = len(wanted) - len(fresh)
    step.readings = [read_article(walk.context, replace(draft, may_alert=False)) for draft in fresh]
    return step


def _wanted(walk: Walk, drafts: Sequence[Draft], counts: Counter[str]) -> list[Draft]:
    """Leave out what is older than the date, and what is left to the feeds."""
    kept = []
    for draft in drafts:
        if draft.published and draft.published < walk.row.since:
            counts["older"] += 1
        elif is_left_to_feeds(draft.published, walk.polled):
            counts["left"] += 1
        else:
            kept.append(draft)
    return kept


def _read_sitemap(walk: Walk, cursor: Cursor, fetched: Fetched) -> Step:
    """Read a sitemap: those that it names, and the articles since the date that are not stored."""
    found = unpacked(fetched, walk.context.settings.max_body)
    if found.status not in _READ:
        return Step(after_sitemap(cursor, None, 0, walk.row.since))
    named = read_named(found.body, fetched.url)
    children = named.maps if named.sitemap else None
    step = Step(after_sitemap(cursor, children, len(named.pages), walk.row.since))
    room = max(walk.row.most - walk.row.total, 0)
    with walk.context.db.read() as session:
        addresses = {page.url: article_address(page.url) for page in named.pages}
        there = backfills.stored_addresses(session, walk.row.outlet, list(addresses.values()))
    fresh = [page for page in named.pages if addresses[page.url] not in there]
    step.pages = choose_pages(fresh, walk.row.since, cursor.site, walk.habits.zone, room)
    return step


def _end_step(walk: Walk, step: Step, fetched: Fetched | None) -> None:
    """Store what a step brought together with its cursor: a worker that dies leaves all of it or none."""
    context, row, now = walk.context, walk.row, walk.context.clock()

    def store(session: Session) -> None:
        cursor = step.cursor
        added = Counter(step.counts)
        if step.readings and fetched:
            document = documents.keep_document(
                session, fetched.body, kind="feed", url=fetched.url, content_type=fetched.content_type, now=now
            )
            kept = keep(context, session, step.readings, feed_id=row.feed_id, document=document)
            added += Counter(new=kept.new, copies=kept.copies, seen=len(step.readings) - kept.new - kept.copies)
        added["total"] = backfills.want(session, walk.id, step.pages) if step.pages else 0
        if row.new + row.copies + added["new"] + added["copies"] >= row.most and not cursor.ended:
            cursor = limited(cursor)
        if fetched:
            note_pause(context, session, row.host, fetched)
        if not backfills.progress(session, walk.id, walk.held.token, now, dict(added), step.oldest):
            raise LeaseLost
        failpoint("backfill_before_commit")
        _end(walk, session, cursor, fetched)

    context.db.transact(store)
    failpoint("backfill_after_commit")


def _end(walk: Walk, session: Session, cursor: Cursor, fetched: Fetched | None) -> None:
    """Give the row back with its cursor, due when the host's turn comes."""
    now = walk.context.clock()
    due = now if walk.delay <= LONGEST_TURN else now + timedelta(seconds=walk.delay)
    told = {"status": fetched.status.value, "detail": fetched.detail} if fetched else {}
    host = urlsplit(cursor.url).netloc or walk.row.host
    if not backfills.take_further(session, walk.id, walk.held.token, due, cursor, tries=0, host=host, **told):
        raise LeaseLost


def _later(walk: Walk, cursor: Cursor, fetched: Fetched, wait: timedelta) -> None:
    """Ask again later for what gave no answer."""
    now = walk.context.clock()
    values = {"tries": walk.row.tries + 1, "asked": now, "status": fetched.status.value, "detail": fetched.detail}

    def store(session: Session) -> None:
        note_pause(walk.context, session, walk.row.host, fetched)
        backfills.take_further(session, walk.id, walk.held.token, now + wait, cursor, **values)

    walk.context.db.transact(store)
