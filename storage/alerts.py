"""Channels, subscriptions, and the outbox of alerts with every try to deliver them."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from domain.alerts import AlertState
from domain.errors import AlreadyExists, NotFound
from storage import queue
from storage.articles import _insert
from storage.models import Alert, Attempt, Channel, Subscription, Topic

ALERTS = queue.KINDS["alerts"]


def add_channel(session: Session, url: str, secret: str, now: datetime) -> tuple[Channel, bool]:
    """Give the channel at an address, made with this secret if there is none yet. The second value says if made."""
    channel = session.execute(select(Channel).where(Channel.url == url)).scalar_one_or_none()  # type: ignore[arg-type]
    if channel is not None:
        return channel, False
    channel = Channel(url=url, secret=secret, created=now)
    session.add(channel)
    session.flush()
    return channel, True


def subscribe(session: Session, topic_id: int, channel_id: int, now: datetime) -> Subscription:
    """Tell a topic's stories on a channel from now on. Raises AlreadyExists."""
    there = select(Subscription.id).where(Subscription.topic_id == topic_id, Subscription.channel_id == channel_id)  # type: ignore[call-overload]
    if session.execute(there).first():
        raise AlreadyExists("this topic is told to that address already: see `marsad alerts list`")
    subscription = Subscription(topic_id=topic_id, channel_id=channel_id, created=now)
    session.add(subscription)
    session.flush()
    return subscription


def subscriptions(session: Session) -> list[tuple[Subscription, Topic, Channel]]:
    """Give all subscriptions with their topic and channel."""
    rows = select(Subscription, Topic, Channel).join(Topic).join(Channel).order_by(Subscription.id)  # type: ignore[arg-type]
    return [(s, t, c) for s, t, c in session.execute(rows)]


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
        select(Subscription.topic_id, Subscription.channel_id)  # type: ignore[call-overload]
        .join(Channel, Channel.id == Subscription.channel_id)
        .where(Subscription.topic_id.in_(list(topic_ids)), Channel.state == "active")  # type: ignore[attr-defined]
    )
    found: dict[int, list[int]] = {}
    for topic_id, channel_id in session.execute(rows):
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
    statement = _insert(session, Alert).on_conflict_do_nothing(index_elements=unique)
    return list(session.execute(statement.returning(Alert.id), full).scalars())


def several(session: Session, ids: Iterable[str]) -> list[tuple[Alert, Channel]]:
    """Give alerts with their channels, oldest first."""
    rows = select(Alert, Channel).join(Channel).where(Alert.id.in_(list(ids))).order_by(Alert.created)  # type: ignore[attr-defined,arg-type]
    return [(a, c) for a, c in session.execute(rows)]


def record_try(session: Session, attempt: Attempt) -> None:
    """Keep a try to deliver."""
    session.add(attempt)


def switch_off(session: Session, channel_id: int, why: str) -> None:
    """Switch a channel off: what waits for it ends as `off`, nothing more is made for it."""
    session.execute(update(Channel).where(Channel.id == channel_id).values(state="off", detail=why))  # type: ignore[arg-type]
    waiting = update(Alert).where(Alert.channel_id == channel_id, Alert.state == AlertState.WAITING.value)  # type: ignore[arg-type]
    session.execute(waiting.values(state=AlertState.OFF.value, due=None))


def log(session: Session, limit: int = 50) -> list[tuple[Alert, Topic, Channel, list[Attempt]]]:
    """Give the newest alerts with topic, channel and every try."""
    rows = (
        select(Alert, Topic, Channel)
        .join(Topic, Topic.id == Alert.topic_id)  # type: ignore[arg-type]
        .join(Channel, Channel.id == Alert.channel_id)  # type: ignore[arg-type]
        .order_by(Alert.created.desc(), Alert.id)  # type: ignore[attr-defined,arg-type]
        .limit(limit)
    )
    found = list(session.execute(rows))
    tries: dict[str, list[Attempt]] = {}
    attempts = select(Attempt).where(Attempt.alert_id.in_([a.id for a, _, _ in found])).order_by(Attempt.id)  # type: ignore[attr-defined,arg-type]
    for attempt in session.execute(attempts).scalars():
        tries.setdefault(attempt.alert_id, []).append(attempt)
    return [(a, t, c, tries.get(a.id, [])) for a, t, c in found]


def made_since(session: Session, when: datetime) -> int:
    """Count alerts made since a time."""
    return session.execute(select(func.count()).where(Alert.created >= when)).scalar_one()  # type: ignore[arg-type]


def states(session: Session) -> dict[str, int]:
    """Count alerts by state."""
    return {s: n for s, n in session.execute(select(Alert.state, func.count()).group_by(Alert.state))}  # type: ignore[call-overload]
