"""Notices a database that was put back: one that is older than what this home last ran with.

The time of the last tick stands in the database and, in a file beside it, once more. When the file's is later, the
database is a copy of before, and what was told since would be told again.
"""

import hashlib
from datetime import datetime, timedelta

import structlog

from settings import Settings

log = structlog.get_logger()
MARK = "last-tick"
_EVERY = timedelta(seconds=30)  # between two writings of the file
_LEAST = timedelta(seconds=60)  # that the file must be ahead: two schedulers may tick at once


def is_restored(settings: Settings, last: datetime | None) -> bool:
    """Say whether a database whose last tick was at a time is older than the mark beside it.

    False where there was no tick, or no mark, or that of another database.
    """
    marked = _read(settings)
    return bool(last and marked and marked - last > _LEAST)


def leave_mark(settings: Settings, now: datetime) -> None:
    """Write the time of a tick that was committed into the file. Where that fails it is logged: work goes on."""
    marked = _read(settings)
    if marked and timedelta(0) <= now - marked < _EVERY:
        return
    path = settings.home / MARK
    try:
        path.with_suffix(".new").write_text(f"{now.isoformat()} {_identity(settings)}\n", encoding="ascii")
        path.with_suffix(".new").replace(path)
    except OSError as error:
        log.warning("the mark of the last tick cannot be written", file=str(path), error=str(error))


def _read(settings: Settings) -> datetime | None:
    try:
        at, identity = (settings.home / MARK).read_text(encoding="ascii").split()
        return datetime.fromisoformat(at) if identity == _identity(settings) else None
    except (OSError, ValueError):
        return None


def _identity(settings: Settings) -> str:
    """Tell one database from another, without its password."""
    return hashlib.sha256(settings.database.encode()).hexdigest()[:16]
