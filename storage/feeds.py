"""Feeds, the hosts that asked for a pause, and the record of every visit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert
from sqlmodel import Session, and_, col, delete, func, or_, select, update

from domain.access import Access
from domain.chain import BESIDE, Kind
from domain.discovery import site_address
from domain.errors import AlreadyExists, BadInput, NotFound
from storage import access, chain, queue
from storage.engine import insert_for, is_id, portions
from storage.models import Article, Feed, Host, Poll

FEEDS = queue.KINDS["feeds"]


def add(session: Session, url: str, now: datetime, **facts: Any) -> Feed:
    """Add a feed, due at once, or another way to an outlet.

    `facts`: title, outlet, country, language, folder, site_url, note, host, zone, false_z, kind, rank, selectors.
    Raises AlreadyExists for an address that is there.
    """
    if find(session, url) is not None:
        raise AlreadyExists(f"the feed {url} is there already")
    outlet = facts.get("outlet", "")
    used = not any(way.in_use and way.rank != BESIDE for way in chain.ways(session, outlet))  # else it is tried first
    feed = Feed(url=url, origin=url, due=now, created=now, in_use=used, **facts)
    session.add(feed)
    session.flush()
    chain.settle(session, feed.outlet, now)
    return feed


def add_new(session: Session, rows: Iterable[tuple[str, dict[str, Any]]], now: datetime) -> int:
    """Add many feeds, each an address and its `facts` as in `add`. Gives how many there were not yet."""
    given = dict(rows)
    there: set[str] = set()
    for part in portions(given):
        there |= set(session.exec(select(Feed.url).where(col(Feed.url).in_(part))))
    new = [Feed(url=url, origin=url, due=now, created=now, **facts) for url, facts in given.items() if url not in there]
    session.add_all(new)
    session.flush()
    for outlet in sorted({feed.outlet for feed in new if feed.kind != Kind.FEED and feed.outlet}):
        chain.settle(session, outlet, now)
    return len(new)


def find(session: Session, url: str) -> Feed | None:
    """Give the feed at an address."""
    return session.exec(select(Feed).where(Feed.url == url)).one_or_none()


def get(session: Session, which: str) -> Feed:
    """Give a feed by address or id. Raises NotFound."""
    feed = session.get(Feed, int(which)) if is_id(which) else find(session, which)
    if feed is None:
        raise NotFound(f"there is no feed {which}: see `marsad feeds list`")
    return feed


def several(session: Session, ids: Iterable[int]) -> list[Feed]:
    """Give the feeds with these ids."""
    return list(session.exec(select(Feed).where(col(Feed.id).in_(list(ids)))))


def listing(session: Session, but_health: Sequence[str] = ()) -> list[Feed]:
    """Give all feeds by outlet, or those that are not of some health."""
    rows = select(Feed).order_by(Feed.outlet, col(Feed.id))
    return list(session.exec(rows.where(col(Feed.health).not_in(but_health)) if but_health else rows))


def healths(session: Session) -> dict[str, int]:
    """Count feeds by health."""
    return dict(session.exec(select(Feed.health, func.count()).group_by(Feed.health).order_by(Feed.health)).all())


def of_outlet(session: Session, name: str) -> list[Feed]:
    """Give the feeds at work that bear an outlet's name, or its title."""
    mine = or_(Feed.outlet == name, and_(Feed.outlet == "", Feed.title == name))
    return list(session.exec(select(Feed).where(mine, Feed.state == "active").order_by(col(Feed.id))))


def moving(session: Session) -> list[Feed]:
    """Give the feeds that redirect for good to an address that is not theirs yet."""
    return list(session.exec(select(Feed).where(Feed.moved_url != "").order_by(col(Feed.id))))


def of_host(session: Session, host: str) -> Feed | None:
    """Give a feed of the outlet whose pages stand at a host, with or without `www.`; None when there is none."""
    name = host.removeprefix("www.")
    sites = [
        col(Feed.site_url).startswith(f"{scheme}://{www}{name}", autoescape=True)
        for scheme in ("https", "http")
        for www in ("www.", "")
    ]
    same = or_(col(Feed.host).in_([name, f"www.{name}"]), *sites)
    return session.exec(select(Feed).where(same).order_by(col(Feed.id)).limit(1)).first() if name else None


def reached(session: Session, address: str) -> Access | None:
    """Give how the outlet of a site is reached, as far as a feed of its host tells it; None where it needs nothing."""
    feed = of_host(session, urlsplit(site_address(address)).netloc)
    return access.load(session, [feed.outlet]).get(feed.outlet) if feed else None


def edit(session: Session, feed: Feed, **facts: Any) -> None:
    """Change what is known of a feed. `facts`: outlet, country, folder, zone, false_z, url, selectors.

    What was learned of its UTC was learned for the zone that it had. An outlet's other name takes its access along.
    """
    if facts.get("outlet", feed.outlet) != feed.outlet:
        access.rename(session, feed.outlet, facts["outlet"])
    if facts.keys() & {"zone", "country", "false_z"}:
        facts = {"utc_signs": 0, "false_z": "" if feed.false_z == "learned" else feed.false_z} | facts
    session.exec(update(Feed).where(col(Feed.id) == feed.id).values(**facts))


def adopt_move(session: Session, feed: Feed) -> str:
    """Give a feed the address to which it redirects for good. Raises BadInput or AlreadyExists. Gives the address."""
    url = feed.moved_url
    if not url:
        raise BadInput(f"{feed.url} does not redirect for good: see `marsad feeds health`")
    if find(session, url) is not None:
        raise AlreadyExists(f"the feed {url} is there already: remove one of the two")
    edit(session, feed, url=url, host=urlsplit(url).netloc, moved_url="", moved_since=None)
    return url


def remove(session: Session, feed: Feed, now: datetime) -> None:
    """Remove a feed; its articles stay, and its outlet is read by the ways that are left."""
    outlet = feed.outlet
    session.exec(update(Article).where(col(Article.feed_id) == feed.id).values(feed_id=None))
    session.exec(update(Poll).where(col(Poll.feed_id) == feed.id).values(feed_id=None))
    session.exec(delete(Feed).where(col(Feed.id) == feed.id))
    chain.settle(session, outlet, now)


def make_due(session: Session, now: datetime) -> None:
    """Make every feed due that has not gone and is not in quarantine, whatever it waits for."""
    waiting = update(Feed).where(col(Feed.due).is_not(None), col(Feed.locked_until).is_(None))
    session.exec(waiting.values(due=now))
    session.exec(delete(Host))


def record(session: Session, poll: Poll) -> None:
    """Keep what a visit brought."""
    session.add(poll)


def record_several(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what visits brought in one statement, each a row with all columns of a `Poll` but its id."""
    if rows:
        session.connection().execute(insert(Poll.__table__), rows)  # type: ignore[attr-defined]


def pause_host(session: Session, name: str, until: datetime) -> None:
    """Leave a host alone until a time; a later one that it asked for before stands."""
    statement = insert_for(session, Host).values(name=name, paused_until=until)
    longer = statement.excluded.paused_until
    session.exec(statement.on_conflict_do_update(
        index_elements=["name"], set_={"paused_until": longer}, where=col(Host.paused_until) < longer
    ))  # fmt: skip


def paused(session: Session, names: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Give those of the hosts that are to be left alone, and until when."""
    rows = select(Host.name, Host.paused_until).where(col(Host.name).in_(names), Host.paused_until > now)
    return dict(session.exec(rows).all())


def last_poll_id(session: Session) -> int:
    """Give the id of the newest visit, 0 where there is none."""
    return session.exec(select(func.max(Poll.id))).one() or 0


def polls_since(session: Session, poll_id: int) -> list[Poll]:
    """Give the visits after one, oldest first."""
    return list(session.exec(select(Poll).where(col(Poll.id) > poll_id).order_by(col(Poll.id))))


def states(session: Session) -> dict[str, int]:
    """Count feeds by what the last visit to them said; `new` for those never visited."""
    rows = select(Feed.state, Feed.status, func.count()).group_by(Feed.state, Feed.status)
    found: dict[str, int] = {}
    for state, status, number in session.exec(rows):
        name = (status or "new") if state == "active" else state
        found[name] = found.get(name, 0) + number
    return found


def finish_several(session: Session, ends: Mapping[int, queue.End], token: str) -> set[int]:
    """End many visits. Gives the ids of the feeds that the lease still had."""
    return queue.end_several(session, FEEDS, ends, token)
