"""Feeds, the hosts that asked for a pause, and the record of every visit."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session

from domain.errors import AlreadyExists, NotFound
from storage import queue
from storage.models import Article, Feed, Host, Poll

FEEDS = queue.KINDS["feeds"]


def add(session: Session, url: str, now: datetime, **facts: str) -> Feed:
    """Add a feed, due at once. `facts`: title, outlet, country, language, folder, site_url, note, host.

    Raises AlreadyExists for an address that is there.
    """
    if find(session, url) is not None:
        raise AlreadyExists(f"the feed {url} is there already")
    feed = Feed(url=url, origin=url, due=now, created=now, **facts)
    session.add(feed)
    session.flush()
    return feed


def find(session: Session, url: str) -> Feed | None:
    """Give the feed at an address."""
    return session.execute(select(Feed).where(Feed.url == url)).scalar_one_or_none()  # type: ignore[arg-type]


def get(session: Session, which: str) -> Feed:
    """Give a feed by address or id. Raises NotFound."""
    feed = session.get(Feed, int(which)) if which.isascii() and which.isdigit() else find(session, which)
    if feed is None:
        raise NotFound(f"there is no feed {which}: see `marsad feeds list`")
    return feed


def several(session: Session, ids: Iterable[int]) -> list[Feed]:
    """Give the feeds with these ids."""
    return list(session.execute(select(Feed).where(Feed.id.in_(list(ids)))).scalars())  # type: ignore[union-attr]


def listing(session: Session) -> list[Feed]:
    """Give all feeds by outlet."""
    return list(session.execute(select(Feed).order_by(Feed.outlet, Feed.id)).scalars())


def remove(session: Session, feed: Feed) -> None:
    """Remove a feed; its articles stay."""
    session.execute(update(Article).where(Article.feed_id == feed.id).values(feed_id=None))  # type: ignore[arg-type]
    session.execute(update(Poll).where(Poll.feed_id == feed.id).values(feed_id=None))  # type: ignore[arg-type]
    session.execute(delete(Feed).where(Feed.id == feed.id))  # type: ignore[arg-type]


def make_due(session: Session, now: datetime) -> None:
    """Make every feed due that has not gone, whatever it waits for."""
    waiting = update(Feed).where(Feed.state == "active", Feed.locked_until.is_(None))  # type: ignore[union-attr,arg-type]
    session.execute(waiting.values(due=now))
    session.execute(delete(Host))


def record(session: Session, poll: Poll) -> None:
    """Keep what a visit brought."""
    session.add(poll)


def pause_host(session: Session, name: str, until: datetime) -> None:
    """Leave a host alone until a time."""
    host = session.get(Host, name)
    if host is None:
        session.add(Host(name=name, paused_until=until))
    elif host.paused_until < until:
        host.paused_until = until


def paused(session: Session, names: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Give those of the hosts that are to be left alone, and until when."""
    rows = select(Host.name, Host.paused_until).where(Host.name.in_(names), Host.paused_until > now)  # type: ignore[attr-defined,call-overload]
    return {name: until for name, until in session.execute(rows)}


def last_poll_id(session: Session) -> int:
    """Give the id of the newest visit, 0 where there is none."""
    return session.execute(select(func.coalesce(func.max(Poll.id), 0))).scalar_one()


def polls_since(session: Session, poll_id: int) -> list[Poll]:
    """Give the visits after one, oldest first."""
    return list(session.execute(select(Poll).where(Poll.id > poll_id).order_by(Poll.id)).scalars())  # type: ignore[operator,arg-type]


def states(session: Session) -> dict[str, int]:
    """Count feeds by what the last visit to them said; `new` for those never visited."""
    rows = session.execute(select(Feed.state, Feed.status, func.count()).group_by(Feed.state, Feed.status))  # type: ignore[call-overload]
    found: dict[str, int] = {}
    for state, status, number in rows:
        name = (status or "new") if state == "active" else state
        found[name] = found.get(name, 0) + number
    return found


def finish(session: Session, feed_id: int, token: str, due: datetime | None, values: dict[str, Any]) -> bool:
    """End a visit: the next one is at `due`. False when another worker has the feed by now."""
    return queue.end(session, FEEDS, feed_id, token, due, **values)
