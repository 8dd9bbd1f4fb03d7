"""Kinds of columns that are the same on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, TypeDecorator
from sqlmodel import Field


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
