"""Events: what an operator should know, since when and until when, and what the watchdog looks at."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from domain.health import AT_ONCE, BROKEN_AFTER, NO_ANSWER, OUR_NETWORK, Health, Watched, groups_of, health_of
from domain.rhythm import Rhythm
from storage.models import Event, Feed, Poll

LOOKED_AT = 200  # visits, the newest; they tell of the network without counting all
_ANSWERLESS = [status.value for status in NO_ANSWER]


def recent_visits(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Give (host, status) of the visits of the last ten minutes, at most the newest 200, oldest first."""
    newest = select(col(Poll.feed_id), Poll.status).where(Poll.at >= now - AT_ONCE)
    rows = list(session.exec(newest.order_by(col(Poll.at).desc(), col(Poll.id).desc()).limit(LOOKED_AT)))
    ids = {feed_id for feed_id, _ in rows if feed_id}
    hosts = dict(session.exec(select(col(Feed.id), Feed.host).where(col(Feed.id).in_(ids))).all())
    return [(hosts[feed_id], status) for feed_id, status in reversed(rows) if feed_id in hosts]


def open_events(session: Session, kinds: Sequence[str] = ()) -> list[Event]:
    """Give what still is so, newest first, of some kinds where they are named.

    Else all but how single feeds are, which stands with the feeds.
    """
    rows = select(Event).where(col(Event.ended).is_(None)).order_by(col(Event.id).desc())
    feeds = col(Event.kind).like("feed\\_%", escape="\\")
    return list(session.exec(rows.where(col(Event.kind).in_(kinds) if kinds else ~feeds)))


def begin(session: Session, kind: str, subject: str, detail: str, now: datetime) -> bool:
    """Write down that something is so from now on; False when that stands already."""
    same = select(Event.id).where(Event.kind == kind, Event.subject == subject, col(Event.ended).is_(None))
    if session.exec(same).first() is not None:
        return False
    session.add(Event(kind=kind, subject=subject, detail=detail, began=now))
    return True


def end(session: Session, kind: str, subject: str, now: datetime) -> None:
    """Write down that something is so no more."""
    open_ones = col(Event.kind) == kind, col(Event.subject) == subject, col(Event.ended).is_(None)
    session.exec(update(Event).where(*open_ones).values(ended=now))


def settle(session: Session, kinds: Sequence[str], found: Mapping[tuple[str, str], str], now: datetime) -> None:
    """Bring the events of some kinds to what was found now: (kind, subject) and a detail. What is gone has ended."""
    stand = {(event.kind, event.subject) for event in open_events(session, kinds)}
    for kind, subject in stand - found.keys():
        end(session, kind, subject, now)
    for (kind, subject), detail in found.items():
        begin(session, kind, subject, detail, now)


def blame_our_network(session: Session, now: datetime) -> None:
    """Write down that our network fails, and take back what feeds were blamed for in the last minutes."""
    if not begin(session, OUR_NETWORK, "", "half of the hosts asked at once gave no answer", now):
        return
    blamed = col(Feed.last_polled) >= now - AT_ONCE, col(Feed.status).in_(_ANSWERLESS), col(Feed.failures) > 0
    session.exec(update(Feed).where(*blamed).values(failures=Feed.failures - 1))
    broken = col(Feed.health) == Health.BROKEN, col(Feed.failures) < BROKEN_AFTER
    session.exec(update(Feed).where(*blamed[:2], *broken).values(health=Health.HEALTHY.value))


def lively_groups(session: Session, since: datetime) -> set[tuple[str, str]]:
    """Give the groups, (kind, name), of which a feed brought something since a time."""
    rows = sa.select(col(Feed.outlet), col(Feed.country), col(Feed.language)).where(col(Feed.last_new) > since)
    return {group for names in session.execute(rows.distinct()) for group in groups_of(*names)}


def watched(session: Session, now: datetime) -> Iterator[tuple[int, str, Health, Watched]]:
    """Give for each feed that is visited: its id, the health stored, that of now, and what the watchdog looks at."""
    columns: list[Any] = [col(Feed.id), col(Feed.health), col(Feed.status), col(Feed.failures), col(Feed.rhythm)]
    columns += [col(Feed.last_new), col(Feed.last_polled), col(Feed.outlet), col(Feed.country), col(Feed.language)]
    rows = sa.select(*columns).where(col(Feed.state) == "active").execution_options(yield_per=1_000)
    for id, stored, status, failures, rhythm, last_new, polled, *names in session.execute(rows):
        learned = Rhythm.from_json(rhythm)
        seen = Watched(learned, last_new, polled, *names)
        yield id, stored, health_of(status, failures, learned, last_new, polled or now), seen


def set_health(session: Session, changed: Mapping[Health, Sequence[int]]) -> None:
    """Write the health of feeds."""
    for health, ids in changed.items():
        for start in range(0, len(ids), 1_000):
            part = ids[start : start + 1_000]
            session.exec(update(Feed).where(col(Feed.id).in_(part)).values(health=health.value))
