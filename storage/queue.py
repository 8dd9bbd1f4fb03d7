"""The queue of record: rows that are due, taken under a lease, ended or given back.

The same five statements serve feeds, page jobs, alerts and jobs (`storage.models.Leased`). A message only says "look at
these ids"; it may be lost or doubled, since taking a row is what decides who works on it.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, literal_column
from sqlmodel import Session, col, func, or_, select, update

from storage.columns import MAX_CRASHES
from storage.engine import portions
from storage.models import Alert, Article, Backfill, Feed, Job, Leased, PageJob, Quarantine

# What the status of a row says whose work failed inside us.
INTERNAL_ERROR = "internal_error"
# A dispatched row whose message nobody took is dispatched again after this.
DISPATCH_WAIT = timedelta(seconds=30)


# As in the index's definition: of a parameter it would not be known whether it fits.
_ENOUGH: ColumnElement[int] = literal_column(str(MAX_CRASHES))


@dataclass(frozen=True, slots=True)
class Kind:
    """A table of leased work: its name in messages, its row class, the column that names a row.

    `error` is what the last error of ours said, empty when the work last ended otherwise.
    """

    name: str
    table: type[Leased]
    key: Any
    host: Any
    error: Any


def _if_ours(status: Any, detail: Any) -> ColumnElement[str]:
    return case((status == INTERNAL_ERROR, detail), else_="")


KINDS = {
    kind.name: kind
    for kind in (
        Kind("feeds", Feed, Feed.id, Feed.host, _if_ours(Feed.status, Feed.detail)),
        Kind("pages", PageJob, PageJob.article_id, PageJob.host, _if_ours(PageJob.status, PageJob.detail)),
        Kind("alerts", Alert, Alert.id, Alert.channel_id, _if_ours(func.substr(Alert.detail, 1, 14), Alert.detail)),
        Kind("jobs", Job, Job.id, Job.id, col(Job.result)["error"].as_string()),
        Kind("backfills", Backfill, Backfill.id, Backfill.host, _if_ours(Backfill.status, Backfill.detail)),
    )
}


@dataclass(frozen=True, slots=True)
class Due:
    """A row that was due and is now dispatched. `host` is what must not be asked twice at once."""

    id: Any
    host: str
    crashes: int


def _free(table: type[Leased], now: datetime) -> Any:
    return or_(col(table.locked_until).is_(None), col(table.locked_until) < now)


def _ready(table: type[Leased], now: datetime, due_by: datetime) -> tuple[Any, ...]:
    waiting = or_(col(table.dispatched_until).is_(None), col(table.dispatched_until) < now)
    return col(table.due) <= due_by, waiting, _free(table, now)


def busy_hosts(session: Session, now: datetime) -> set[str]:
    """Give the hosts of feeds, pages and backfills that are dispatched or being fetched."""
    found: set[str] = set()
    for kind in (KINDS["feeds"], KINDS["pages"], KINDS["backfills"]):
        table = kind.table
        under_way = or_(col(table.dispatched_until) >= now, col(table.locked_until) >= now)
        found.update(session.exec(select(kind.host).where(under_way).distinct()))
    return found


def release(session: Session, kind: Kind, ids: Sequence[Any]) -> None:
    """Take back the marks of dispatched rows that go into no message."""
    for part in portions(ids):
        session.exec(update(kind.table).where(kind.key.in_(part)).values(dispatched_until=None))


def dispatch(
    session: Session, kind: Kind, now: datetime, most: int, due_by: datetime, but_hosts: Collection[str] = (),
    each: int = 0,
) -> list[Due]:  # fmt: skip
    """Mark up to `most` rows that are due by a time (mostly now) as dispatched and give them, oldest first.

    Rows in flight (dispatched and not yet taken) count against `most`, so that a slow worker's queue does not grow;
    rows of the hosts in `but_hosts` wait. With `each` at most so many of one host (an alert's channel) are marked, the
    oldest, and none of a host that has rows in flight or in work.
    """
    table = kind.table
    in_flight = select(func.count()).select_from(table).where(col(table.dispatched_until) >= now)
    room = most - session.exec(in_flight).one()
    if room <= 0:
        return []
    chosen = select(kind.key).where(*_ready(table, now, due_by)).order_by(col(table.due), kind.key).limit(room)
    if but_hosts:
        chosen = chosen.where(kind.host.not_in(but_hosts))
    if each:
        chosen = chosen.where(kind.key.in_(_first_of_each(kind, now, due_by, each)))
    # Chosen and locked first: PostgreSQL may run a sub-select with a limit more than once.
    free = session.exec(chosen.with_for_update(skip_locked=True)).all()
    if not free:
        return []
    marked = (
        update(table)
        .where(kind.key.in_(free))
        .values(dispatched_until=now + DISPATCH_WAIT)
        .returning(kind.key, kind.host, col(table.crashes), col(table.due))
        .execution_options(synchronize_session=False)
    )
    rows = sorted(session.exec(marked), key=lambda row: (row[3], row[0]))
    return [Due(row[0], str(row[1]), row[2]) for row in rows]


def _first_of_each(kind: Kind, now: datetime, due_by: datetime, each: int) -> Any:
    """Select the keys of the oldest ready rows of each host that has none in flight or in work."""
    table = kind.table
    under_way = or_(col(table.dispatched_until) >= now, col(table.locked_until) >= now)
    place = func.row_number().over(partition_by=kind.host, order_by=(col(table.due), kind.key)).label("place")
    idle = kind.host.not_in(select(kind.host).where(under_way))
    ready = select(kind.key.label("key"), place).where(*_ready(table, now, due_by), idle).subquery()
    return select(ready.c.key).where(ready.c.place <= each)


def take(session: Session, kind: Kind, ids: Sequence[Any], now: datetime, lease: timedelta) -> tuple[str, list[Any]]:
    """Take those of the rows that are still due and free. Gives the lease's token and the ids taken.

    Each taking counts as a crash until it ends, so work that kills its worker is found out.
    """
    table, token = kind.table, secrets.token_hex(8)
    taken = (
        update(table)
        .where(kind.key.in_(ids), col(table.due) <= now, _free(table, now))
        .values(locked_until=now + lease, lease=token, dispatched_until=None, crashes=table.crashes + 1)
        .returning(kind.key)
        .execution_options(synchronize_session=False)
    )
    return token, [row[0] for row in session.exec(taken)]


def extend(session: Session, kind: Kind, token: str, until: datetime) -> int:
    """Hold on to everything that a lease has, until a later time. Gives how many rows that is."""
    held = update(kind.table).where(col(kind.table.lease) == token).values(locked_until=until)
    return session.exec(held.execution_options(synchronize_session=False)).rowcount


def end(session: Session, kind: Kind, id: Any, token: str, due: datetime | None, **values: Any) -> bool:
    """End the work on a row: it is due again at `due`, or never. False when another worker has the lease by now."""
    done = (
        update(kind.table)
        .where(kind.key == id, col(kind.table.lease) == token)
        .values(due=due, locked_until=None, dispatched_until=None, lease="", crashes=0, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(session.exec(done).rowcount)


@dataclass(frozen=True, slots=True)
class End:
    """How the work on a row ends: it is due again at `due`, or never; `values` are its other columns from now on."""

    due: datetime | None
    values: dict[str, Any]


def end_several(session: Session, kind: Kind, ends: Mapping[Any, End], token: str) -> set[Any]:
    """End the work on many rows, as `end` does on one. Gives the ids of those that the lease still had."""
    table, held = kind.table, set[Any]()
    for part in portions(ends):
        ours = select(kind.key).where(kind.key.in_(part), col(table.lease) == token)
        held.update(session.exec(ours.with_for_update()))
    free = {"locked_until": None, "dispatched_until": None, "lease": "", "crashes": 0}
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for id in held:
        values = {"due": ends[id].due, **free, **ends[id].values}
        alike[tuple(sorted(values))].append({"ended": id, **values})
    for names, rows in alike.items():
        columns: dict[str, Any] = {name: bindparam(name) for name in names}
        done = update(table.__table__).where(kind.key == bindparam("ended")).values(columns)  # type: ignore[attr-defined]
        session.connection().execute(done, rows)
    return held


def give_back(
    session: Session, kind: Kind, ids: Sequence[Any], token: str, due: datetime, *, failed: bool, **values: Any
) -> None:
    """Give rows back without an end: untouched ones at once (`failed` false), failed ones with their crash counted.

    `values` say what went wrong.
    """
    crashes = kind.table.crashes if failed else kind.table.crashes - 1
    session.exec(
        update(kind.table)
        .where(kind.key.in_(ids), col(kind.table.lease) == token)
        .values(due=due, locked_until=None, dispatched_until=None, lease="", crashes=crashes, **values)
        .execution_options(synchronize_session=False)
    )


def quarantine(session: Session, now: datetime) -> int:
    """Move rows that crashed or failed five times out of the way, each with a record. Gives how many."""
    moved = 0
    for kind in KINDS.values():
        table = kind.table
        stuck = (
            update(table)
            .where(col(table.crashes) >= _ENOUGH, col(table.due).is_not(None), _free(table, now))
            .values(due=None, dispatched_until=None, locked_until=None, lease="")
            .returning(kind.key, kind.host, kind.error)
            .execution_options(synchronize_session=False)
        )
        rows = list(session.exec(stuck))
        if rows:
            _end_quarantined(session, kind, [row[0] for row in rows])
        for key, host, error in rows:
            why = f"failed inside us five times, at last with {error}" if error else "its worker was lost five times"
            session.add(Quarantine(kind=kind.name, ref=str(key), why=why, host=str(host), at=now))
            moved += 1
    return moved


def _end_quarantined(session: Session, kind: Kind, ids: Sequence[Any]) -> None:
    """Let nobody wait for quarantined work: its article says why there is no full text, its job failed."""
    if kind.name == "pages":
        session.exec(update(PageJob).where(col(PageJob.article_id).in_(ids)).values(state="given_up"))
        session.exec(update(Article).where(col(Article.id).in_(ids)).values(text_status=INTERNAL_ERROR))
    elif kind.name == "jobs":
        session.exec(update(Job).where(col(Job.id).in_(ids)).values(state="failed"))
    elif kind.name == "backfills":
        session.exec(update(Backfill).where(col(Backfill.id).in_(ids)).values(state="failed"))


def replay(session: Session, record: Quarantine, now: datetime) -> None:
    """Make quarantined work due again, with a clean count."""
    kind = KINDS[record.kind]
    ref: Any = record.ref if record.kind == "alerts" else int(record.ref)
    again: dict[str, Any] = {"due": now, "crashes": 0, "lease": "", "locked_until": None}
    if kind.name in ("pages", "jobs", "backfills"):
        again["state"] = "waiting"
    session.exec(update(kind.table).where(kind.key == ref).values(**again))
    record.replayed = now
    session.add(record)


def forget_leases(session: Session) -> int:
    """Free all work that a dead service had taken. Only for the one service of a home, as it starts."""
    freed = 0
    for kind in KINDS.values():
        table = kind.table
        held = or_(col(table.locked_until).is_not(None), col(table.dispatched_until).is_not(None))
        free = update(table).where(held).values(locked_until=None, dispatched_until=None, lease="")
        freed += session.exec(free).rowcount
    return freed


def counts(session: Session, now: datetime, feeds_due_by: datetime | None = None) -> dict[str, dict[str, int]]:
    """Give for each kind how many rows are ready, running and waiting for later.

    With `feeds_due_by` only feeds that were due by that time are ready.
    """
    found = {}
    for kind in KINDS.values():
        table = kind.table
        due_by = feeds_due_by if kind.name == "feeds" and feeds_due_by else now

        def count(*where: Any, of: type[Leased] = table) -> int:
            return session.exec(select(func.count()).select_from(of).where(*where)).one()

        found[kind.name] = {
            "ready": count(col(table.due) <= due_by, _free(table, now)),
            "running": count(col(table.locked_until) >= now),
            "later": count(col(table.due) > now),
        }
    return found
