"""The rows of the index of copies: buckets of packed entries (`domain.buckets`). Writers hold the grouping lock.

The statements name their values in one list, so that each is put together and planned once.
"""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import TextClause, text
from sqlmodel import Session

from storage.engine import portions

_READ = {
    "postgresql": text("SELECT id, entries FROM shinglebucket WHERE id = ANY(CAST(:ids AS integer[]))"),
    "sqlite": text("SELECT id, entries FROM shinglebucket WHERE id IN (SELECT value FROM json_each(:ids))"),
}
_APPEND = {
    "postgresql": text(
        "INSERT INTO shinglebucket (id, entries)"
        " SELECT * FROM unnest(CAST(:ids AS integer[]), CAST(:entries AS bytea[]))"
        " ON CONFLICT (id) DO UPDATE SET entries = shinglebucket.entries || excluded.entries"
    ),
    # SQLite calls two blobs behind each other a text; the bytes are the same.
    "sqlite": text(
        "INSERT INTO shinglebucket (id, entries) VALUES (:id, :entries)"
        " ON CONFLICT (id) DO UPDATE SET entries = CAST(shinglebucket.entries || excluded.entries AS BLOB)"
    ),
}
_REPLACE = {
    "postgresql": text(
        "UPDATE shinglebucket SET entries = new.entries"
        " FROM unnest(CAST(:ids AS integer[]), CAST(:entries AS bytea[])) AS new (id, entries)"
        " WHERE shinglebucket.id = new.id"
    ),
    "sqlite": text("UPDATE shinglebucket SET entries = :entries WHERE id = :id"),
}


def read(session: Session, ids: Iterable[int]) -> dict[int, bytes]:
    """Give the contents of those of the buckets that exist."""
    dialect = session.get_bind().dialect.name
    found: dict[int, bytes] = {}
    for part in portions(ids):
        listed = part if dialect == "postgresql" else json.dumps(part)
        found |= {id: bytes(data) for id, data in session.connection().execute(_READ[dialect], {"ids": listed})}
    return found


def append(session: Session, more: Mapping[int, bytes]) -> None:
    """Put entries at the end of buckets, which are made where there are none."""
    _write(session, _APPEND[session.get_bind().dialect.name], more)


def replace(session: Session, contents: Mapping[int, bytes]) -> None:
    """Give buckets another content."""
    _write(session, _REPLACE[session.get_bind().dialect.name], contents)


def _write(session: Session, statement: TextClause, contents: Mapping[int, bytes]) -> None:
    for part in portions(sorted(contents)):
        if session.get_bind().dialect.name == "postgresql":
            session.connection().execute(statement, {"ids": part, "entries": [contents[id] for id in part]})
        else:
            session.connection().execute(statement, [{"id": id, "entries": contents[id]} for id in part])
