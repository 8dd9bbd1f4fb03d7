"""One tick: what is due is dispatched, what was dropped is found, what is hopeless is quarantined.

Two schedulers at once do no harm: a row is dispatched by whoever marks it first, and taken by one worker only.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from domain.schedule import batches
from settings import Settings
from storage import jobs, queue
from storage.engine import Database
from worker.tasks import TASKS

# So many batches of a kind are under way at once; the rest waits in the database, where it cannot be lost.
BATCHES_AHEAD = 8
DELIVER_BATCH = 20


@dataclass(frozen=True, slots=True)
class Batch:
    """Ids that go to the workers in one message."""

    kind: str
    ids: list[Any]


def plan(session: Session, settings: Settings, now: datetime) -> list[Batch]:
    """Mark what is due as dispatched and put it into batches."""
    queue.quarantine(session, now)
    jobs.beat(session, "scheduler", now, f"pid {os.getpid()}")
    sizes = {"feeds": settings.feed_batch, "pages": settings.page_batch, "alerts": DELIVER_BATCH, "jobs": 1}
    apart = settings.workers or os.cpu_count() or 1
    planned = []
    for name, size in sizes.items():
        due = queue.dispatch(session, queue.KINDS[name], now, size * BATCHES_AHEAD)
        rows = [(row.id, row.host, row.crashes) for row in due]
        planned += [Batch(name, ids) for ids in batches(rows, size, apart)]
    return planned


def tick(db: Database, settings: Settings, now: datetime) -> int:
    """Do one tick. Gives how many messages were sent.

    The marks are committed before a message is sent: should sending fail, the rows are dispatched again a little
    later, and no worker is told of rows that are not marked.
    """
    planned = db.transact(lambda session: plan(session, settings, now))
    for batch in planned:
        TASKS[batch.kind].delay(batch.ids)
    return len(planned)


def next_wait(settings: Settings, took: timedelta) -> float:
    """Give the seconds until the next tick."""
    return max(0.05, settings.tick - took.total_seconds())
