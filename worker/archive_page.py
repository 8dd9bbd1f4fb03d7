"""The pages of articles that a backfill found in sitemaps: fetched one at a time, extracted, kept like any other."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.address import article_address, page_address
from domain.article import Basis, Draft, Text, entry_key, first_line
from domain.backfill import Cursor, is_left_to_feeds, limited, try_again
from domain.byline import author_in, author_name
from domain.dates import as_update, read_raw, settle
from domain.fetching import FetchStatus
from domain.revisions import content_key, link_key
from storage import backfills, documents
from storage.models import BackfillPage
from worker.answer import Fetched
from worker.apart import extract_page
from worker.batch import Ask
from worker.context import LeaseLost, failpoint
from worker.extract import Page
from worker.hosts import note_pause, put_off
from worker.keep import Reading, keep, read_article
from worker.language import language_of
from worker.pages import page_status
from worker.walk import Walk

PAGES = 5  # of articles in one step: what is new is not to wait long for a worker


@dataclass(frozen=True, slots=True)
class Got:
    """What became of a page: `outcome` is the count that it goes into, `status` names it, empty: to be tried again."""

    page: BackfillPage
    fetched: Fetched
    status: str
    outcome: str = ""
    reading: Reading | None = None
    published: datetime | None = None


def read_pages(walk: Walk) -> bool:
    """Read the next pages of a backfill, each kept as it comes. False when there are none left."""
    with walk.context.db.read() as session:
        rows = backfills.waiting(session, walk.id, PAGES)
        cursor = Cursor.from_json(walk.row.cursor)
        there = backfills.stored_addresses(session, walk.row.outlet, [article_address(row.url) for row in rows])
    if not rows:
        return False
    known = [row for row in rows if article_address(row.url) in there]
    for row in known:
        _keep(walk, Got(row, Fetched(row.url, FetchStatus.OK), "seen", "seen"))
    for row, fetched in walk.fetch([Ask(row, row.url, start=True) for row in rows if row not in known]):
        if fetched.deferred:
            put_off(walk.context, walk.held, walk.id, fetched)
            return True
        _keep(walk, _read(walk, row, fetched))
    walk.context.db.transact(lambda session: _end(walk, session, cursor))
    return True


def _read(walk: Walk, row: BackfillPage, fetched: Fetched) -> Got:
    """Take the article out of its page. Stores nothing."""
    if fetched.status is not FetchStatus.OK:
        again = try_again(fetched.status, fetched.http_status, row.tries + 1, fetched.retry_after)
        status = "" if again else page_status(fetched.status, fetched.http_status)
        return Got(row, fetched, status, "failed" if status else "")
    habits = walk.habits
    page = extract_page(
        fetched.body, fetched.content_type, fetched.url, zone=habits.zone, now=habits.now, false_z=habits.false_z
    )
    if page.status != "ok":
        return Got(row, fetched, page.status.value, "failed")
    draft = page_draft(walk, row, page, fetched)
    if draft.published and draft.published < walk.row.since:
        return Got(row, fetched, "older", "older", published=draft.published)
    if is_left_to_feeds(draft.published, walk.polled):
        return Got(row, fetched, "left", "left")
    return Got(row, fetched, "ok", "", read_article(walk.context, draft), draft.published)


def page_draft(walk: Walk, row: BackfillPage, page: Page, fetched: Fetched) -> Draft:
    """Make an article of a page. Where the page tells no date, the sitemap's counts, as that of an update.

    The keys are such that the outlet's feed knows the article again should it bring it later.
    """
    now, outlet = walk.context.clock(), walk.row.outlet
    told = read_raw(row.changed, walk.habits) if row.changed else None
    dated = page.dated or (as_update(told) if told else None)
    stamp, title = settle(dated, now), page.title or first_line(page.text)
    origin, address = walk.feed.origin if walk.feed else outlet, page_address(page.canonical, fetched.url)
    key = entry_key(f"archive {outlet}", "", address, "")
    return Draft(
        key=key, text_key=key, title=title, body=page.text, basis=Basis.FULL, outlet=outlet,
        event_at=stamp.event_at, first_seen=now, published=stamp.published,
        published_raw=page.published_raw if page.dated else row.changed[:200], date_method=stamp.method,
        date_confidence=stamp.confidence, dated=dated, url=row.url, canonical=address, image=page.image,
        author=author_name(page.author, outlet) or author_in(page.text), section=page.section,
        language=language_of(f"{title} {page.text}", page.language), may_fetch=False, may_alert=False,
        said=content_key(Text(title, page.text)), link_key=link_key(origin, row.url),
        flags=(*page.flags, *(["implausible_date"] if stamp.refused else [])),
    )  # fmt: skip


def _keep(walk: Walk, got: Got) -> None:
    """Keep one page's article with the note that it was read."""
    context, now = walk.context, walk.context.clock()

    def store(session: Session) -> None:
        added: Counter[str] = Counter({got.outcome: 1} if got.outcome else {})
        if got.reading:
            added += _store(walk, session, got, got.reading)
        backfills.note(session, got.page, got.status)
        added["done"] = 1 if got.status else 0
        note_pause(context, session, walk.row.host, got.fetched)
        if not backfills.progress(session, walk.id, walk.held.token, now, dict(added), got.published):
            raise LeaseLost
        failpoint("backfill_page_before_commit")

    context.db.transact(store)
    failpoint("backfill_page_after_commit")


def _store(walk: Walk, session: Session, got: Got, reading: Reading) -> Counter[str]:
    """Store an article unless its outlet has it under this address already."""
    draft = reading.draft
    if backfills.stored_addresses(session, draft.outlet, [draft.canonical]):
        return Counter(seen=1)
    document = documents.keep_document(
        session, got.fetched.body, kind="page", url=got.fetched.url, content_type=got.fetched.content_type,
        now=walk.context.clock(),
    )  # fmt: skip
    kept = keep(walk.context, session, [reading], feed_id=walk.row.feed_id, document=document)
    backfills.of_page(session, [draft.key], document)
    return Counter(new=kept.new, copies=kept.copies, seen=1 - kept.new - kept.copies)


def _end(walk: Walk, session: Session, cursor: Cursor) -> None:
    """Give the row back; a backfill that brought as many articles as it may has ended."""
    row = backfills.get(session, walk.id)
    if row.new + row.copies >= row.most:
        cursor = limited(cursor)
    now = walk.context.clock()
    if not backfills.take_further(session, walk.id, walk.held.token, now, cursor, tries=0):
        raise LeaseLost
