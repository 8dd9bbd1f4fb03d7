"""Channels, subscriptions, and the outbox of alerts with every try to deliver them."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select, update

from domain.alerts import AlertState
from domain.errors import AlreadyExists, NotFound
from domain.preferences import Preferences
from storage import queue
from storage.digests import held_counts, wants
from storage.engine import insert_for, portions
from storage.models import Alert, Attempt, Channel, Subscription, Topic

ALERTS = queue.KINDS["alerts"]
TOPIC, SERVICE = "topic", "service"  # kinds of subscriptions


def subscribe(
    session: Session, topic_id: int | None, channel_id: int, now: datetime, wanted: Preferences | None = None
) -> Subscription:
    """Tell a topic's stories on a channel from now on; without a topic, how the service is. Raises AlreadyExists."""
    there = select(Subscription).where(Subscription.topic_id == topic_id, Subscription.channel_id == channel_id)
    if session.exec(there).first():
        what = "this topic is" if topic_id else "how the service is, is"
        raise AlreadyExists(f"{what} told to that address already: see `marsad alerts list`")
    kind = TOPIC if topic_id else SERVICE
    subscription = Subscription(kind=kind, topic_id=topic_id, channel_id=channel_id, created=now)
    if wanted:
        wants(subscription, wanted)
    session.add(subscription)
    session.flush()
    return subscription


def subscriptions(session: Session) -> list[tuple[Subscription, Topic | None, Channel]]:
    """Give all subscriptions with their topic, if they have one, and channel."""
    rows = select(Subscription, Topic, Channel).join(Topic, isouter=True).join(Channel).order_by(col(Subscription.id))
    return [(s, t, c) for s, t, c in session.exec(rows)]


def subscription(session: Session, id: int) -> tuple[Subscription, Topic | None, Channel]:
    """Give one subscription with its topic and channel. Raises NotFound."""
    for row in subscriptions(session):
        if row[0].id == id:
            return row
    raise NotFound(f"there is no alert subscription {id}: see `marsad alerts list`")


def unsubscribe(session: Session, id: int) -> int:
    """End a subscription; alerts that wait are still sent, what is held for its digests is not. Gives how much that is.

    Raises NotFound.
    """
    found, _, _ = subscription(session, id)
    held = held_counts(session).get(id, 0)
    session.delete(found)
    return held


def _new_id(now: datetime, number: int) -> str:
    """Make an alert's id, such that ids sort as the alerts were made: milliseconds, place among its kin, chance."""
    return f"msg_{int(now.timestamp() * 1000):012x}{number % 65_536:04x}{secrets.token_hex(6)}"


def enqueue(session: Session, rows: list[dict[str, Any]], now: datetime) -> list[str]:
    """Put alerts into the outbox, due now; those that are there (topic, story, reason, channel) are left.

    Gives the ids of those that wait to be sent: a row may come with another state.
    """
    if not rows:
        return []
    full = [
        {"id": _new_id(now, number), "due": now, "created": now, "lease": "", "crashes": 0, "attempts": 0,
         "state": AlertState.WAITING.value, "detail": "", "doubtful": False, "keys": [], **row}
        for number, row in enumerate(rows)
    ]  # fmt: skip
    unique = ["topic_id", "story_id", "reason", "channel_id"]
    statement = insert_for(session, Alert).on_conflict_do_nothing(index_elements=unique)
    made = session.exec(statement.returning(col(Alert.id), col(Alert.state)), params=full)
    return [id for id, state in made if state == AlertState.WAITING]


def articles_told(session: Session, ids: Sequence[str]) -> dict[str, int | None]:
    """Give for each of the alerts the article that it tells of."""
    rows = select(Alert.id, Alert.article_id)
    return {id: article for part in portions(ids) for id, article in session.exec(rows.where(col(Alert.id).in_(part)))}


def several(session: Session, ids: Iterable[str]) -> list[tuple[Alert, Channel]]:
    """Give alerts with their channels, oldest first."""
    rows = (
        select(Alert, Channel)
        .join(Channel)
        .where(col(Alert.id).in_(list(ids)))
        .order_by(col(Alert.created), col(Alert.id))
    )
    return [(a, c) for a, c in session.exec(rows)]


def leave_busy(session: Session, ids: Iterable[str], now: datetime) -> list[str]:
    """Give those of the alerts whose channel no worker serves just now; the others are left for a later message."""
    serving = select(Alert.channel_id).where(col(Alert.locked_until) >= now).distinct()
    busy = set(session.exec(serving).all())
    wanted = list(ids)
    rows = session.exec(select(Alert.id, Alert.channel_id).where(col(Alert.id).in_(wanted))).all() if busy else []
    left = {id for id, channel in rows if channel in busy}
    queue.release(session, ALERTS, sorted(left))
    return [id for id in wanted if id not in left]


def repeat(
    session: Session, now: datetime, ids: Collection[str] = (), channel_id: int = 0, since: datetime | None = None
) -> list[str]:
    """Make alerts due once more, by id or all of a channel that were made since a time. Gives their ids.

    They keep their ids and are marked as repeated. What is under way, or waits and was never tried, is left; of a
    channel also what was old news, or said by another alert.
    """
    meant = Alert.channel_id == channel_id, col(Alert.state).not_in([AlertState.JOINED, AlertState.STALE])
    chosen: list[Any] = [col(Alert.id).in_(list(ids))] if ids else [*meant]
    if since is not None:
        chosen.append(col(Alert.created) >= since)
    free = or_(col(Alert.locked_until).is_(None), col(Alert.locked_until) < now)
    tried = or_(Alert.state != AlertState.WAITING.value, Alert.attempts > 0, col(Alert.due).is_(None))
    again = update(Alert).where(*chosen, free, tried)
    again = again.values(
        state=AlertState.WAITING.value, due=now, attempts=0, crashes=0, lease="", locked_until=None, repeated=now,
        detail="",
    )  # fmt: skip
    made = again.returning(col(Alert.id)).execution_options(synchronize_session=False)
    return sorted(row[0] for row in session.exec(made))


def record_try(session: Session, attempt: Attempt) -> None:
    """Keep a try to deliver."""
    session.add(attempt)


def log(session: Session, limit: int = 50) -> list[tuple[Alert, Topic | None, Channel, list[Attempt]]]:
    """Give the newest alerts with topic, if they concern one, channel and every try."""
    rows = (
        select(Alert, Topic, Channel)
        .join(Topic, col(Topic.id) == Alert.topic_id, isouter=True)
        .join(Channel, col(Channel.id) == Alert.channel_id)
        .order_by(col(Alert.created).desc(), col(Alert.id))
        .limit(limit)
    )
    found = session.exec(rows).all()
    tries: dict[str, list[Attempt]] = {}
    attempts = select(Attempt).where(col(Attempt.alert_id).in_([a.id for a, _, _ in found])).order_by(col(Attempt.id))
    for attempt in session.exec(attempts):
        tries.setdefault(attempt.alert_id, []).append(attempt)
    return [(a, t, c, tries.get(a.id, [])) for a, t, c in found]


def made_since(session: Session, when: datetime) -> int:
    """Count alerts made since a time."""
    return session.exec(select(func.count()).where(col(Alert.created) >= when)).one()


def states(session: Session) -> dict[str, int]:
    """Count alerts by state."""
    return dict(session.exec(select(Alert.state, func.count()).group_by(Alert.state)).all())
