"""The scheduler process: a tick every few seconds, whatever happens."""

import threading
from datetime import timedelta

import structlog

from scheduler.tick import next_wait, tick, warm
from settings import Settings
from storage.engine import open_database
from worker.context import Clock, wall_clock

log = structlog.get_logger()


def run(settings: Settings, stop: threading.Event, clock: Clock = wall_clock) -> None:
    """Tick until told to stop. An error (broker or database away) is logged, and the next tick tries again."""
    db = open_database(settings.database)
    try:
        warm(db, settings)
    except Exception:  # the first tick says the same, and the next one tries again
        log.exception("tick failed")
    while not stop.is_set():
        began = clock()
        try:
            tick(db, settings, began)
        except Exception:
            log.exception("tick failed")
        stop.wait(next_wait(settings, max(clock() - began, timedelta())))
    db.close()
