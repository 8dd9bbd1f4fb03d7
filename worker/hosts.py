"""Hosts that asked for a pause: their rows are given back and are due when the pause ends."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from domain.fetching import is_allowed
from domain.schedule import host_pause
from storage import feeds, queue
from worker.answer import Fetched
from worker.context import Context, Held


def unpaused(context: Context, held: Held, rows: Sequence[tuple[Any, str]]) -> set[Any]:
    """Give back those of the rows (id, host) whose host is to be left alone. Gives the ids of the others."""
    now = context.clock()

    def split(session: Session) -> set[Any]:
        paused = feeds.paused(session, [host for _, host in rows], now)
        for id, host in rows:
            if host in paused:
                queue.give_back(session, held.kind, [id], held.token, paused[host], failed=False)
        return {id for id, host in rows if host not in paused}

    return context.db.transact(split)


def put_off(context: Context, held: Held, id: Any, fetched: Fetched) -> None:
    """Give a row back that was not asked for because its host is to be left alone within this task."""
    due = context.clock() + timedelta(seconds=fetched.retry_after or 0)
    context.db.transact(lambda s: queue.give_back(s, held.kind, [id], held.token, due, failed=False))


def note_pause(context: Context, session: Session, host: str, fetched: Fetched) -> None:
    """Leave a host alone that said that it is busy, for as long as it said or `host_pause`.

    Addresses in allowed networks are ours: only the one that answered so waits.
    """
    pause = host_pause(fetched.http_status, fetched.retry_after, context.settings.host_pause)
    if pause and not is_allowed(host, context.settings.allow_networks):
        feeds.pause_host(session, host, context.clock() + timedelta(seconds=pause))
