"""Operators: looks for what is wrong with the service itself, and tells it once a day at most, in one message."""

import shutil
from datetime import datetime

from sqlmodel import Session

from domain.messages import SERVICE, service_data, write
from domain.operations import DISK_LOW, is_disk_low, may_tell, problem
from storage import alerts, digests, operations
from storage.engine import lock_grouping
from worker.context import Context


def tell_operators(context: Context) -> int:
    """Bring the list of problems to what is so now, and put what is new into the outbox. Gives how many messages."""
    disk = shutil.disk_usage(context.settings.home)
    low = {(DISK_LOW, ""): f"{disk.free // 1_000_000} MB"} if is_disk_low(disk.free, disk.total) else {}
    now = context.clock()

    def use_case(session: Session) -> int:
        lock_grouping(session)  # one of two watchdogs tells
        operations.settle(session, operations.look(session, now) | low, now)
        return _tell(session, now)

    return context.db.transact(use_case)


def _tell(session: Session, now: datetime) -> int:
    rows = []
    for subscription in operations.listeners(session):
        last = subscription.digested
        fresh, still, ended = operations.news(session, last, now)
        if not fresh or not may_tell(digests.preferences_of(subscription), last, now):
            continue
        problems = [problem(event.kind, event.subject, event.detail, event.began) for event in fresh]
        rows.append({
            "topic_id": None, "story_id": 0, "reason": f"service:{now.isoformat()}", "article_id": None,
            "channel_id": subscription.channel_id, "payload": write(SERVICE, now, service_data(problems, still, ended)),
        })  # fmt: skip
        subscription.digested = now
    return len(alerts.enqueue(session, rows, now))
