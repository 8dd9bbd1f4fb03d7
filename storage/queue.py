"""The queue of record: rows that are due, taken under a lease, ended or given back.

The same five statements serve feeds, page jobs, alerts and jobs (`storage.models.Leased`). A message only says "look at
these ids"; it may be lost or doubled, since taking a row is what decides who works on it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlmodel import Session

from storage.models import Alert, Feed, Job, Leased, PageJob, Quarantine

MAX_CRASHES = 5
# A dispatched row whose message nobody took is dispatched again after this.
DISPATCH_WAIT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Kind:
    """A table of leased work: its name in messages, its row class, the column that names a row."""

    name: str
    table: type[Leased]
    key: Any
    host: Any


KINDS = {
    kind.name: kind
    for kind in (
        Kind("feeds", Feed, Feed.id, Feed.host),
        Kind("pages", PageJob, PageJob.article_id, PageJob.host),
        Kind("alerts", Alert, Alert.id, Alert.channel_id),
        Kind("jobs", Job, Job.id, Job.id),
    )
}


@dataclass(frozen=True, slots=True)
class Due:
    """A row that was due and is now dispatched. `host` is what must not be asked twice at once."""

    id: Any
    host: str
    crashes: int


def _free(table: type[Leased], now: datetime) -> Any:
    return or_(table.locked_until.is_(None), table.locked_until < now)  # type: ignore[union-attr]


def _ready(table: type[Leased], now: datetime, due_by: datetime) -> tuple[Any, ...]:
    waiting = or_(table.dispatched_until.is_(None), table.dispatched_until < now)  # type: ignore[union-attr]
    return table.due <= due_by, waiting, _free(table, now)  # type: ignore[operator]


def dispatch(session: Session, kind: Kind, now: datetime, most: int, due_by: datetime) -> list[Due]:
    """Mark up to `most` rows that are due by a time (mostly now) as dispatched and give them, oldest first.

    Rows in flight (dispatched and not yet taken) count against `most`, so that a slow worker's queue does not grow.
    """
    table = kind.table
    in_flight = select(func.count()).select_from(table).where(table.dispatched_until >= now)  # type: ignore[operator]
    room = most - session.execute(in_flight).scalar_one()
    if room <= 0:
        return []
    chosen: Select[Any] = select(kind.key).where(*_ready(table, now, due_by)).order_by(table.due).limit(room)
    chosen = chosen.with_for_update(skip_locked=True)
    marked = (
        update(table)
        .where(kind.key.in_(chosen))
        .values(dispatched_until=now + DISPATCH_WAIT)
        .returning(kind.key, kind.host, table.crashes)  # type: ignore[arg-type]
        .execution_options(synchronize_session=False)
    )
    return [Due(row[0], str(row[1]), row[2]) for row in session.execute(marked)]


def take(session: Session, kind: Kind, ids: Sequence[Any], now: datetime, lease: timedelta) -> tuple[str, list[Any]]:
    """Take those of the rows that are still due and free. Gives the lease's token and the ids taken.

    Each taking counts as a crash until it ends, so work that kills its worker is found out.
    """
    table, token = kind.table, secrets.token_hex(8)
    taken = (
        update(table)
        .where(kind.key.in_(ids), table.due <= now, _free(table, now))  # type: ignore[operator]
        .values(locked_until=now + lease, lease=token, dispatched_until=None, crashes=table.crashes + 1)
        .returning(kind.key)
        .execution_options(synchronize_session=False)
    )
    return token, [row[0] for row in session.execute(taken)]


def extend(session: Session, kind: Kind, token: str, until: datetime) -> int:
    """Hold on to everything that a lease has, until a later time. Gives how many rows that is."""
    held = update(kind.table).where(kind.table.lease == token).values(locked_until=until)  # type: ignore[arg-type]
    return int(session.execute(held.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def end(session: Session, kind: Kind, id: Any, token: str, due: datetime | None, **values: Any) -> bool:
    """End the work on a row: it is due again at `due`, or never. False when another worker has the lease by now."""
    done = (
        update(kind.table)
        .where(kind.key == id, kind.table.lease == token)  # type: ignore[arg-type]
        .values(due=due, locked_until=None, dispatched_until=None, lease="", crashes=0, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(session.execute(done).rowcount)  # type: ignore[attr-defined]


def give_back(session: Session, kind: Kind, ids: Sequence[Any], token: str, due: datetime, *, failed: bool) -> None:
    """Give rows back without an end: untouched ones at once (`failed` false), failed ones with their crash counted."""
    crashes = kind.table.crashes if failed else kind.table.crashes - 1
    session.execute(
        update(kind.table)
        .where(kind.key.in_(ids), kind.table.lease == token)  # type: ignore[arg-type]
        .values(due=due, locked_until=None, dispatched_until=None, lease="", crashes=crashes)
        .execution_options(synchronize_session=False)
    )


def quarantine(session: Session, now: datetime, why: str = "its worker was lost five times") -> int:
    """Move rows that crashed or failed five times out of the way, each with a record. Gives how many."""
    moved = 0
    for kind in KINDS.values():
        table = kind.table
        stuck = select(kind.key, kind.host).where(
            table.crashes >= MAX_CRASHES, table.due.is_not(None), _free(table, now)
        )  # type: ignore[union-attr]
        for key, host in session.execute(stuck).all():
            session.add(Quarantine(kind=kind.name, ref=str(key), why=why, host=str(host), at=now))
            session.execute(
                update(table).where(kind.key == key).values(due=None, dispatched_until=None, locked_until=None)
            )
            moved += 1
    return moved


def replay(session: Session, record: Quarantine, now: datetime) -> None:
    """Make quarantined work due again, with a clean count."""
    kind = KINDS[record.kind]
    ref: Any = record.ref if record.kind == "alerts" else int(record.ref)
    session.execute(update(kind.table).where(kind.key == ref).values(due=now, crashes=0, lease="", locked_until=None))
    record.replayed = now
    session.add(record)


def forget_leases(session: Session) -> int:
    """Free all work that a dead service had taken. Only for the one service of a home, as it starts."""
    freed = 0
    for kind in KINDS.values():
        held = update(kind.table).where(
            or_(kind.table.locked_until.is_not(None), kind.table.dispatched_until.is_not(None))  # type: ignore[union-attr]
        )
        result = session.execute(held.values(locked_until=None, dispatched_until=None, lease=""))
        freed += result.rowcount  # type: ignore[attr-defined]
    return freed


def counts(session: Session, now: datetime) -> dict[str, dict[str, int]]:
    """Give for each kind how many rows are ready, running and waiting for later."""
    found = {}
    for kind in KINDS.values():
        table = kind.table

        def count(*where: Any, of: type[Leased] = table) -> int:
            return session.execute(select(func.count()).select_from(of).where(*where)).scalar_one()

        found[kind.name] = {
            "ready": count(table.due <= now, _free(table, now)),  # type: ignore[operator]
            "running": count(table.locked_until >= now),  # type: ignore[operator]
            "later": count(table.due > now),  # type: ignore[operator]
        }
    return found
