"""Digests: what budgets and quiet times held goes out, grouped by story, in one message a channel."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from sqlmodel import Session

from domain.budget import BY_BUDGET, quiet_ends, why_quiet
from domain.messages import DIGEST, digest_data, write
from domain.preferences import OFF
from storage import alerts, digests
from storage.engine import lock_grouping
from storage.models import Channel, HeldAlert, Subscription, Topic
from worker.context import Context

Row = tuple[Subscription, Topic, Channel]
CATCH_UP = "catch_up"  # the period of a digest that comes because something was held, not by the clock


def make_digests(context: Context) -> dict[str, int]:
    """Put the digests that are due into the outbox. Gives how many, and how many held alerts they tell.

    Each channel's is a transaction: what is held is told once, whatever dies or runs twice.
    """
    with context.db.read() as session:
        channels = sorted({channel.id or 0 for _, _, channel in digests.due(session, context.clock())})
    told = [context.db.transact(partial(_of_channel, context, id)) for id in channels]
    return {"digests": sum(number > 0 for number in told), "told": sum(told)}


def _of_channel(context: Context, channel: int, session: Session) -> int:
    """Tell what is held for the subscriptions of a channel whose digest is due now. Gives how much that is.

    Those with the same period come together.
    """
    lock_grouping(session)  # so that nothing is held meanwhile that this digest would miss
    now = context.clock()
    due = [row for row in digests.due(session, now) if row[2].id == channel and _may_come(row[0], now)]
    due.sort(key=lambda row: (row[0].digest.partition("@")[0], row[0].id))
    return sum(
        _tell(session, list(rows), period, now)
        for period, rows in groupby(due, key=lambda row: row[0].digest.partition("@")[0])
    )


def _may_come(subscription: Subscription, now: datetime) -> bool:
    """Say whether a digest may come now; one that is late into a quiet time waits for its end."""
    wanted = digests.preferences_of(subscription)
    if why_quiet(wanted, now):
        subscription.digest_due = quiet_ends(wanted, now)
    return not why_quiet(wanted, now)


def _tell(session: Session, rows: Sequence[Row], period: str, now: datetime) -> int:
    until = min(subscription.digest_due or now for subscription, _, _ in rows)
    held = digests.waiting(session, [subscription.id or 0 for subscription, _, _ in rows])
    for subscription, _, _ in rows:
        subscription.digest_due, subscription.digested = None, now
    if not held:  # all of it was withdrawn
        return 0
    first = rows[0][0]
    row = {
        "topic_id": first.topic_id, "story_id": 0, "reason": f"digest:{period}:{until.isoformat()}:{held[0].id}",
        "channel_id": first.channel_id, "article_id": None, "payload": _document(rows, held, period, now),
    }  # fmt: skip
    (alert,) = alerts.enqueue(session, [row], now)
    digests.tell(session, [one.id or 0 for one in held], alert)
    return len(held)


def _document(rows: Sequence[Row], held: Sequence[HeldAlert], period: str, now: datetime) -> str:
    topics = [(topic.id or 0, topic.name) for _, topic, _ in rows]
    data: list[dict[str, Any]] = [json.loads(one.data) for one in held]
    over = sum(one.why in BY_BUDGET for one in held)
    zone = digests.preferences_of(rows[0][0]).zone
    since, until = (at.astimezone(zone) for at in (min(one.made for one in held), now))
    return write(DIGEST, now, digest_data(CATCH_UP if period == OFF else period, since, until, topics, data, over))
