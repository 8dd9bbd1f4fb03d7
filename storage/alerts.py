"""Channels, subscriptions, and the outbox of alerts with every try to deliver them."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select, update

from domain.alerts import AlertState
from domain.errors import AlreadyExists, NotFound
from storage import queue
from storage.engine import insert_for
from storage.models import Alert, Attempt, Channel, Subscription, Topic

ALERTS = queue.KINDS["alerts"]


def add_channel(session: Session, url: str, secret: str, now: datetime) -> tuple[Channel, bool]:
    """Give the channel at an address, made with this secret if there is none yet. The second value says if made."""
    channel = session.exec(select(Channel).where(Channel.url == url)).one_or_none()
    if channel is not None:
        channel.state, channel.detail = "active", ""  # whoever asks for it again wants it on
        return channel, False
    channel = Channel(url=url, secret=secret, created=now)
    session.add(channel)
    session.flush()
    return channel, True


def subscribe(session: Session, topic_id: int, channel_id: int, now: datetime) -> Subscription:
    """Tell a topic's stories on a channel from now on. Raises AlreadyExists."""
    there = select(Subscription).where(Subscription.topic_id == topic_id, Subscription.channel_id == channel_id)
    if session.exec(there).first():
        raise AlreadyExists("this topic is told to that address already: see `marsad alerts list`")
    subscription = Subscription(topic_id=topic_id, channel_id=channel_id, created=now)
    session.add(subscription)
    session.flush()
    return subscription


def subscriptions(session: Session) -> list[tuple[Subscription, Topic, Channel]]:
    """Give all subscriptions with their topic and channel."""
    rows = select(Subscription, Topic, Channel).join(Topic).join(Channel).order_by(col(Subscription.id))
    return [(s, t, c) for s, t, c in session.exec(rows)]


def subscription(session: Session, id: int) -> tuple[Subscription, Topic, Channel]:
    """Give one subscription with its topic and channel. Raises NotFound."""
    for row in subscriptions(session):
        if row[0].id == id:
            return row
    raise NotFound(f"there is no alert subscription {id}: see `marsad alerts list`")


def unsubscribe(session: Session, id: int) -> None:
    """End a subscription; alerts that wait are still sent. Raises NotFound."""
    session.delete(subscription(session, id)[0])


def channels_of(session: Session, topic_ids: Iterable[int]) -> dict[int, list[int]]:
    """Give for each topic the active channels that it is told on."""
    rows = (
        select(Subscription.topic_id, Subscription.channel_id)
        .join(Channel, col(Channel.id) == Subscription.channel_id)
        .where(col(Subscription.topic_id).in_(list(topic_ids)), Channel.state == "active")
    )
    found: dict[int, list[int]] = {}
    for topic_id, channel_id in session.exec(rows):
        found.setdefault(topic_id, []).append(channel_id)
    return found


def enqueue(session: Session, rows: list[dict[str, Any]], now: datetime) -> list[str]:
    """Put alerts into the outbox, due now; those that are there (topic, story, reason, channel) are left. Gives ids."""
    if not rows:
        return []
    full = [
        {"id": f"msg_{secrets.token_hex(12)}", "due": now, "created": now, "lease": "", "crashes": 0, "attempts": 0,
         "state": AlertState.WAITING.value, "detail": "", **row}
        for row in rows
    ]  # fmt: skip
    unique = ["topic_id", "story_id", "reason", "channel_id"]
    statement = insert_for(session, Alert).on_conflict_do_nothing(index_elements=unique)
    return list(session.exec(statement.returning(col(Alert.id)), params=full).scalars())


def several(session: Session, ids: Iterable[str]) -> list[tuple[Alert, Channel]]:
    """Give alerts with their channels, oldest first."""
    rows = select(Alert, Channel).join(Channel).where(col(Alert.id).in_(list(ids))).order_by(col(Alert.created))
    return [(a, c) for a, c in session.exec(rows)]


def record_try(session: Session, attempt: Attempt) -> None:
    """Keep a try to deliver."""
    session.add(attempt)


def switch_off(session: Session, channel_id: int, why: str) -> None:
    """Switch a channel off: what waits for it ends as `off`, nothing more is made for it."""
    session.exec(update(Channel).where(col(Channel.id) == channel_id).values(state="off", detail=why))
    waiting = update(Alert).where(col(Alert.channel_id) == channel_id, col(Alert.state) == AlertState.WAITING.value)
    session.exec(waiting.values(state=AlertState.OFF.value, due=None))


def log(session: Session, limit: int = 50) -> list[tuple[Alert, Topic, Channel, list[Attempt]]]:
    """Give the newest alerts with topic, channel and every try."""
    rows = (
        select(Alert, Topic, Channel)
        .join(Topic, col(Topic.id) == Alert.topic_id)
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
