"""Kinds of columns that are the same on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Index, TypeDecorator, text
from sqlmodel import Field, SQLModel


class Utc(TypeDecorator[datetime]):
    """A time with zone, UTC on both databases (SQLite forgets zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give a time in UTC to the database. Raises ValueError for one without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give a time from the database in UTC: SQLite's has no zone, PostgreSQL's the zone of the server."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_field(**options: Any) -> Any:
    """Describe a column that holds a time."""
    return Field(sa_type=Utc, **options)


def json_field(default: Callable[[], Any]) -> Any:
    """Describe a column that holds a JSON value, made by `default` where none is given."""
    return Field(default_factory=default, sa_type=JSON)


# Work that crashed or failed so often goes to quarantine. Indexes are defined by it: a change needs a revision.
MAX_CRASHES = 5


class Leased(SQLModel):
    """Work that a row stands for: when it is due, and who has it.

    `due` is null when there is nothing to do. `dispatched_until`: a message was sent and is waited for until then.
    `locked_until` and `lease`: a worker has it. `crashes` counts takings that did not end; five lead to quarantine.
    """

    due: datetime | None = utc_field(default=None, index=True)
    dispatched_until: datetime | None = utc_field(default=None)
    locked_until: datetime | None = utc_field(default=None)
    lease: str = ""
    crashes: int = 0


def leased_indexes(table: str) -> tuple[Index, ...]:
    """Give the indexes by which a tick finds what is under way or stuck among any number of rows that are not."""
    wheres = {
        "dispatched_until": "dispatched_until IS NOT NULL",
        "locked_until": "locked_until IS NOT NULL",
        "crashes": f"crashes >= {MAX_CRASHES}",
    }
    return tuple(
        Index(f"ix_{table}_{name}", name, sqlite_where=text(where), postgresql_where=text(where))
        for name, where in wheres.items()
    )
