"""One tick: what is due is dispatched, what was dropped is found, what is hopeless is quarantined.

Two schedulers at once do no harm: a row is dispatched by whoever marks it first, and taken by one worker only.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from domain.fetching import is_allowed
from domain.schedule import batches
from scheduler.restored import is_restored, leave_mark
from settings import Settings
from storage import articles, jobs, queue, telling, topics
from storage.engine import Database
from worker.tasks import TASKS

log = structlog.get_logger()
# So many batches of a kind are under way at once; the rest waits in the database, where it cannot be lost.
BATCHES_AHEAD = 8
DELIVER_BATCH = 20  # alerts of one channel in one message
MOST_ALERTS = 640  # alerts under way: the turns of so many channels that a few slow ones hold up no other
_LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Batch:
    """Ids that go to the workers in one message."""

    kind: str
    ids: list[Any]


def plan(session: Session, settings: Settings, now: datetime, feeds_due_by: datetime | None = None) -> list[Batch]:
    """Mark what is due as dispatched and put it into batches; feeds only that were due by a time, if one is given."""
    queue.quarantine(session, now)
    for topic_id in topics.stale(session, articles.last_id(session)):
        jobs.ask_once(session, "backfill_topic", {"topic_id": topic_id}, now)
    jobs.ask_watch(session, now)
    jobs.ask_digests(session, now)
    _tell_nothing_old(session, settings, now)
    jobs.beat(session, "scheduler", now, f"pid {os.getpid()}")
    sizes = {"feeds": settings.feed_batch, "pages": settings.page_batch, "alerts": DELIVER_BATCH, "jobs": 1}
    sizes |= {"backfills": 1}  # behind what is new, when it comes to a host
    apart = settings.workers or os.cpu_count() or 1
    planned = []
    asked = queue.busy_hosts(session, now)
    for name, size in sizes.items():
        due_by = feeds_due_by if name == "feeds" and feeds_due_by else now
        polite = _Polite(settings) if name in ("feeds", "pages", "backfills") else ()
        busy = {host for host in asked if host in polite} if polite else set()
        most, each = (MOST_ALERTS, DELIVER_BATCH) if name == "alerts" else (size * BATCHES_AHEAD, 0)
        due = queue.dispatch(session, queue.KINDS[name], now, most, due_by, busy, each)
        made = (
            by_channel(due)
            if name == "alerts"
            else batches([(r.id, r.host, r.crashes) for r in due], size, apart, polite)
        )
        sent = {id for ids in made for id in ids}
        queue.release(session, queue.KINDS[name], [row.id for row in due if row.id not in sent])
        asked |= {row.host for row in due if polite and row.id in sent}
        planned += [Batch(name, ids) for ids in made]
    return planned


def by_channel(due: Sequence[queue.Due]) -> list[list[Any]]:
    """Put alerts into batches of one channel each, so that none waits for another's; what crashed travels alone."""
    channels: dict[str, list[Any]] = {}
    for row in due:
        channels.setdefault(row.host if not row.crashes else f"{row.host} {row.id}", []).append(row.id)
    return list(channels.values())


def _tell_nothing_old(session: Session, settings: Settings, now: datetime) -> None:
    """End what waits in a database that was put back, and what waited while the service was away for long."""
    last = jobs.heartbeats(session).get("scheduler")
    if is_restored(settings, last.at if last else None):
        visits, ended = telling.hush(session)
        log.warning("an older database was put back: nothing old is told", alerts_ended=ended, feeds_hushed=visits)
    oldest = now - timedelta(hours=settings.alert_max_age)
    if last is not None and last.at < oldest:
        telling.expire(session, oldest)


@dataclass(frozen=True, slots=True)
class _Polite:
    """The hosts that one task at a time may ask: all but those in networks that are ours."""

    settings: Settings

    def __contains__(self, host: object) -> bool:
        return not is_allowed(str(host), self.settings.allow_networks)


def tick(db: Database, settings: Settings, now: datetime, feeds_due_by: datetime | None = None) -> int:
    """Do one tick. Gives how many messages were sent.

    The marks are committed before a message is sent: should sending fail, the rows are dispatched again a little
    later, and no worker is told of rows that are not marked.
    """
    planned = db.transact(lambda session: plan(session, settings, now, feeds_due_by))
    leave_mark(settings, now)
    for batch in planned:
        TASKS[batch.kind].delay(batch.ids)
    return len(planned)


class _Undone(Exception):
    """Ends a transaction without a trace."""


def warm(db: Database, settings: Settings) -> None:
    """Put the statements of a tick together, which is most of what a process's first one takes. Changes nothing.

    A tick of long ago is planned, to which nothing is due, and rolled back.
    """
    with suppress(_Undone), db.write() as session:
        plan(session, settings, _LONG_AGO)
        raise _Undone


def next_wait(settings: Settings, took: timedelta) -> float:
    """Give the seconds until the next tick."""
    return max(0.05, settings.tick - took.total_seconds())
