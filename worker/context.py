"""What every stage is handed: settings, database, clock, and the topics as this process knows them."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from settings import Settings
from storage import queue
from storage.engine import Database, open_database
from worker.detect import Detector
from worker.masks import Masks

Clock = Callable[[], datetime]
log = structlog.get_logger()


def wall_clock() -> datetime:
    """Give the time now, with zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """One for each process."""

    settings: Settings
    db: Database
    clock: Clock
    detector: Detector
    masks: Masks = field(default_factory=Masks)


def make_context(settings: Settings, clock: Clock = wall_clock) -> Context:
    """Open the database and put a context together."""
    return Context(settings, open_database(settings.database), clock, Detector())


class LeaseLost(Exception):
    """Another worker has the row by now: what was done here is rolled back."""


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that this worker has taken, and the token that proves it."""

    kind: queue.Kind
    token: str
    ids: list[Any]


@contextmanager
def hold(context: Context, kind: str, ids: Sequence[Any]) -> Iterator[Held]:
    """Take rows and hold their lease for as long as the block runs, however long that is.

    The lease is short so that the rows of a killed worker are free again soon, and a thread renews it. What the block
    neither ended nor gave back stays with its crash counted and is free when the lease runs out.
    """
    taken, lease = queue.KINDS[kind], timedelta(seconds=context.settings.lease)
    token, rows = context.db.transact(lambda s: queue.take(s, taken, ids, context.clock(), lease))
    done = threading.Event()

    def renew() -> None:
        while not done.wait(context.settings.lease / 3):
            try:
                context.db.transact(lambda s: queue.extend(s, taken, token, context.clock() + lease))
            except Exception:  # the database is away or busy: the next time may still be in time
                log.exception("a lease could not be renewed", kind=kind)

    thread = threading.Thread(target=renew, daemon=True)
    if rows:
        thread.start()
    try:
        yield Held(taken, token, rows)
    finally:
        done.set()
        if rows:
            thread.join()


def failpoint(name: str) -> None:
    """Kill this process where a test asks for it: `MARSAD_FAILPOINT=NAME:FILE` kills once, until FILE exists."""
    wanted, _, marker = os.environ.get("MARSAD_FAILPOINT", "").partition(":")
    if wanted != name:
        return
    path = Path(marker)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
