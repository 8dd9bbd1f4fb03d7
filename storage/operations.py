"""What operators should know: feeds that fare badly, work that nobody takes, what went to quarantine, whom to tell."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from domain.health import OUR_NETWORK
from domain.operations import FEED_KINDS, LOOKED_FOR, QUARANTINE, QUEUE_STUCK, SETTLED, STUCK_AFTER, TOLD
from storage import events, queue
from storage.alerts import SERVICE
from storage.models import Channel, Event, Feed, Quarantine, Subscription

_DAY = timedelta(days=1)
Problems = dict[tuple[str, str], str]


def look(session: Session, now: datetime) -> Problems:
    """Give the problems that the database tells of, by kind and whom they concern, with a detail."""
    return dict([*_feeds(session), *_stuck(session, now), *_quarantined(session, now)])


def _feeds(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    columns: list[Any] = [col(Feed.health), col(Feed.url), col(Feed.detail)]
    rows = sa.select(*columns).where(col(Feed.health).in_([health.value for health in FEED_KINDS]))
    for health, url, detail in session.execute(rows):
        yield (FEED_KINDS[health], url), detail


def _stuck(session: Session, now: datetime) -> Iterator[tuple[tuple[str, str], str]]:
    for name, kind in queue.KINDS.items():
        table = kind.table
        late = col(table.due) < now - STUCK_AFTER, col(table.locked_until).is_(None)
        rows = select(func.count(), func.min(col(table.due))).where(*late)
        number, oldest = session.exec(rows).one()
        if number:
            yield (QUEUE_STUCK, name), f"{number}, since {oldest:%Y-%m-%d %H:%M} UTC"


def _quarantined(session: Session, now: datetime) -> Iterator[tuple[tuple[str, str], str]]:
    fresh = select(func.count()).select_from(Quarantine).where(Quarantine.at > now - _DAY)
    if number := session.exec(fresh.where(col(Quarantine.replayed).is_(None))).one():
        yield (QUARANTINE, ""), f"{number} in a day"


def settle(session: Session, found: Problems, now: datetime) -> None:
    """Bring the events to what was found: what is new has begun, what is gone has ended.

    While our own network fails no feed is blamed for it.
    """
    ours = bool(events.open_events(session, (OUR_NETWORK,)))
    kinds = [kind for kind in LOOKED_FOR if not (ours and kind in FEED_KINDS.values())]
    events.settle(session, kinds, {key: detail for key, detail in found.items() if key[0] in kinds}, now)


def listeners(session: Session) -> list[Subscription]:
    """Give the subscriptions that are told how the service is."""
    rows = select(Subscription).join(Channel).where(Subscription.kind == SERVICE, Subscription.state == "active")
    return list(session.exec(rows.where(Channel.state != "off").order_by(col(Subscription.id))))


def news(session: Session, last: datetime | None, now: datetime) -> tuple[list[Event], int, int]:
    """Give what is so since the last word and lasted, how many older problems still are, how many ended since."""
    stand = [event for event in events.open_events(session, TOLD) if event.began <= now - SETTLED]
    fresh = [event for event in stand if last is None or event.began > last - SETTLED]
    ended = select(func.count()).select_from(Event).where(col(Event.kind).in_(TOLD), col(Event.ended) > (last or now))
    return fresh, len(stand) - len(fresh), session.exec(ended).one()
