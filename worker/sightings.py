"""Writes the sightings of articles that were stored before the wire ledger was."""

from collections.abc import Callable

from sqlmodel import Session

from storage import articles, sightings
from storage.engine import lock_grouping
from worker.context import Context

AT_ONCE = 200  # articles in one transaction: others who store wait for it


def note_all(context: Context, progress: Callable[[int, int], None]) -> dict[str, int]:
    """Write the sightings of all articles that have none, a few in each transaction. Gives how many that were."""
    with context.db.read() as session:
        total = articles.total(session) - sightings.written(session)
    done = 0
    while number := context.db.transact(_note_some):
        done += number
        progress(done, max(done, total))
    return {"noted": done}


def _note_some(session: Session) -> int:
    lock_grouping(session)
    ids = sightings.unwritten(session, AT_ONCE)
    sightings.note(session, ids)
    return len(ids)
