"""Backfills: asked for, taken a step further, stopped; and the pages that they still have to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, and_, col, func, or_, select, update

from domain.backfill import MOST_TRIES, Cursor, Ended, begin
from domain.errors import BadInput, NotFound
from domain.sitemaps import Child
from storage import outlets, queue
from storage.engine import insert_for, portions
from storage.models import Article, Backfill, BackfillPage, Feed, Outlet

BACKFILLS = queue.KINDS["backfills"]
WAITING, DONE, STOPPED, FAILED = "waiting", "done", "stopped", "failed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A backfill to be asked for: of an outlet, by a feed, by the sitemaps of a site, or both."""

    outlet: str
    host: str
    feed_id: int | None = None
    feed_url: str = ""
    site_url: str = ""


def ask(session: Session, wanted: Wanted, since: datetime, most: int, now: datetime) -> Backfill:
    """Ask for a backfill, due at once; one under way by the same feed or site to the same date is given instead."""
    same = select(Backfill).where(Backfill.state == WAITING, Backfill.since == since, Backfill.outlet == wanted.outlet)
    for row in session.exec(same.where(Backfill.feed_id == wanted.feed_id)):
        return row
    cursor = begin(wanted.feed_url, wanted.site_url).to_json()
    row = Backfill(
        outlet=wanted.outlet, feed_id=wanted.feed_id, host=wanted.host, since=since, most=most, cursor=cursor,
        created=now, due=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def by_feeds(chosen: Sequence[Feed], name: str, site: str) -> list[Wanted]:
    """Say what is to be gone through for feeds and the site of their outlet: the site once, by the first or alone."""
    found = [
        Wanted(
            feed.outlet or feed.title or urlsplit(feed.url).hostname or feed.url, feed.host, feed.id, feed.url,
            (site or feed.site_url or feed.url) if feed is chosen[0] else "",
        )
        for feed in chosen
    ]  # fmt: skip
    return found or [Wanted(name, urlsplit(site).netloc, None, "", site)]


def by_outlet(session: Session, outlet: Outlet) -> list[Wanted]:
    """Say what is to be gone through for an outlet. Raises BadInput for one without a feed at work and a site."""
    mine = [feed for feed in outlets.feeds_of(session, outlet) if feed.state == "active"]
    if not mine and not outlet.site_url:
        raise BadInput(f"{outlet.name} has no feed and no site: `marsad outlets edit --site` gives it one")
    return by_feeds(mine, outlet.name, outlet.site_url)


def get(session: Session, id: int) -> Backfill:
    """Give a backfill. Raises NotFound."""
    row = session.get(Backfill, id)
    if row is None:
        raise NotFound(f"there is no backfill {id}: see `marsad feeds backfill --list`")
    return row


def several(session: Session, ids: Sequence[int]) -> list[Backfill]:
    """Give backfills by their ids, in their order."""
    return list(session.exec(select(Backfill).where(col(Backfill.id).in_(ids)).order_by(col(Backfill.id))))


def listing(session: Session, outlet: str = "", limit: int = 1_000) -> list[Backfill]:
    """Give the backfills, newest first; those of an outlet."""
    rows = select(Backfill).order_by(col(Backfill.id).desc()).limit(limit)
    return list(session.exec(rows.where(Backfill.outlet == outlet) if outlet else rows))


def stop(session: Session, id: int, now: datetime) -> Backfill:
    """Stop a backfill for good; what it brought stays. Raises NotFound, BadInput for one that has ended."""
    row = get(session, id)
    if row.state != WAITING:
        raise BadInput(f"backfill {id} has ended: {row.state}")
    session.exec(
        update(Backfill)
        .where(col(Backfill.id) == id)
        .values(state=STOPPED, ended=Ended.STOPPED.value, due=None, lease="", locked_until=None, finished=now)
    )
    return get(session, id)


def take_further(session: Session, id: int, token: str, due: datetime, cursor: Cursor, **values: Any) -> bool:
    """End a step: the next one is at `due`, unless the cursor has ended. False when another worker has it by now."""
    if not cursor.ended:
        return queue.end(session, BACKFILLS, id, token, due, cursor=cursor.to_json(), **values)
    state = FAILED if cursor.ended == Ended.NOTHING else DONE
    values |= {"state": state, "ended": cursor.ended, "finished": due}
    return queue.end(session, BACKFILLS, id, token, None, cursor=cursor.to_json(), **values)


def want(session: Session, id: int, pages: Sequence[Child]) -> int:
    """Note pages to be read. Gives how many are new to the backfill."""
    rows = [{"backfill_id": id, "url": page.url, "changed": page.changed, "status": "", "tries": 0} for page in pages]
    before = counted(session, id)
    for part in portions(rows):
        statement = insert_for(session, BackfillPage).on_conflict_do_nothing(index_elements=["backfill_id", "url"])
        session.exec(statement, params=part)
    return counted(session, id) - before


def counted(session: Session, id: int) -> int:
    """Count the pages that a backfill was told of."""
    return session.exec(select(func.count()).where(BackfillPage.backfill_id == id)).one()


def waiting(session: Session, id: int, limit: int) -> list[BackfillPage]:
    """Give pages that are still to be read: those never tried first, each newest first."""
    rows = select(BackfillPage).where(BackfillPage.backfill_id == id, BackfillPage.status == "")
    return list(session.exec(rows.order_by(col(BackfillPage.tries), col(BackfillPage.id)).limit(limit)))


def note(session: Session, page: BackfillPage, status: str) -> None:
    """Write down what became of a page; an empty status means that it is tried again, up to four times."""
    tries = page.tries + 1
    given_up = status or ("no_answer" if tries >= MOST_TRIES else "")
    session.exec(update(BackfillPage).where(col(BackfillPage.id) == page.id).values(status=given_up, tries=tries))


def stored_addresses(session: Session, outlet: str, addresses: Sequence[str]) -> set[str]:
    """Give those of the folded addresses under which an article of the outlet is stored."""
    found: set[str] = set()
    for part in portions(addresses):
        rows = select(Article.canonical).where(col(Article.canonical).in_(part), Article.outlet == outlet)
        found.update(session.exec(rows))
    return found


def of_page(session: Session, keys: Sequence[str], document: str) -> None:
    """Say that the text of articles is that of their page, as if a page job had read it."""
    session.exec(update(Article).where(col(Article.key).in_(keys)).values(page_document=document, document=""))


def last_polled(session: Session, outlet: str, feed_id: int | None) -> datetime | None:
    """Give when the feeds at work of an outlet were last read, the one furthest behind; None where none is at work."""
    mine = or_(and_(Feed.outlet == outlet, Feed.outlet != ""), col(Feed.id) == feed_id)
    at_work = (Feed.state == "active", col(Feed.primed), col(Feed.due).is_not(None))
    return session.exec(select(func.min(Feed.last_success)).where(mine, *at_work)).one()


def progress(
    session: Session, id: int, token: str, now: datetime, added: dict[str, int], oldest: datetime | None
) -> bool:
    """Add to the counts of a backfill within a step. False when another worker has it by now, or it was stopped."""
    row = get(session, id)
    values: dict[str, Any] = {name: getattr(row, name) + number for name, number in added.items()}
    if oldest and (row.oldest is None or oldest < row.oldest):
        values["oldest"] = oldest
    mine = update(Backfill).where(col(Backfill.id) == id, col(Backfill.lease) == token)
    return bool(session.exec(mine.values(asked=now, **values)).rowcount)
