"""The chain of ways to an outlet: reads its rows, lets `domain.chain` choose, writes down what changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, case, col, func, or_, select, update

from domain.chain import BESIDE, Choice, Way, choose
from domain.errors import NotFound
from domain.health import Health
from storage import events
from storage.columns import MAX_CRASHES
from storage.engine import portions
from storage.models import Feed

# The kind of event that an outlet is read by another way than its first.
FALLBACK = "fallback"


def ways(session: Session, outlet: str) -> list[Feed]:
    """Give all ways to an outlet, those beside its chain last."""
    return ways_of_each(session, [outlet]).get(outlet, [])


def ways_of_each(session: Session, outlets: Iterable[str]) -> dict[str, list[Feed]]:
    """Give for each of the outlets that has ways what `ways` gives."""
    found: dict[str, list[Feed]] = defaultdict(list)
    order = (col(Feed.rank) == BESIDE, col(Feed.rank), col(Feed.id))
    for part in portions(sorted({*outlets} - {""})):
        rows = select(Feed).where(col(Feed.outlet).in_(part)).order_by(*order)
        for row in session.exec(rows.execution_options(populate_existing=True)):  # some were written past the session
            found[row.outlet].append(row)
    return found


def get(session: Session, outlet: str) -> list[Feed]:
    """Give the ways to an outlet as `ways` does. Raises NotFound where there is none."""
    found = ways(session, outlet)
    if not found:
        raise NotFound(f"there is no feed of an outlet called {outlet}: see `marsad feeds list`")
    return found


def choice_of(rows: list[Feed], now: datetime) -> Choice | None:
    """Give what is chosen among an outlet's rows."""
    return choose([_way(row) for row in rows], now)


def _way(row: Feed) -> Way:
    """Give a row as the decision sees it; one in quarantine is broken, whatever its last visit said."""
    health = Health.BROKEN if row.crashes >= MAX_CRASHES else row.health
    return Way(
        row.id or 0, row.kind, row.rank, health, row.in_use, row.last_polled, row.last_new, row.failures,
        f"{row.status} {row.detail}".strip(),
    )  # fmt: skip


def settle(session: Session, outlet: str, now: datetime) -> bool:
    """Bring an outlet's ways to what is chosen now. Gives whether another step is in use than before."""
    return bool(settle_several(session, [outlet], now))


def settle_several(session: Session, outlets: Iterable[str], now: datetime) -> list[str]:
    """Bring the ways of outlets to what is chosen now. Gives those of which another step is in use than before.

    A way that a worker is reading is told as well: what is written at the end of its visit is settled again.
    """
    rows = ways_of_each(session, outlets)
    choices = {outlet: choice for outlet, its in rows.items() if (choice := choice_of(its, now)) is not None}
    moved, standing = [], _standing(session, choices)
    for outlet, choice in sorted(choices.items()):  # in one order, so that two writers never wait for each other
        its = rows[outlet]
        was = any(row.in_use and row.rank not in (choice.rank, BESIDE) and row.health != Health.NEW for row in its)
        for row in its:
            for name, value in _changes(row, choice, now, alone=len(its) == 1).items():
                setattr(row, name, value)
        _tell(session, outlet, choice, its, standing.get(outlet, ""), now)
        moved += [outlet] if was else []
    session.flush()
    return moved


def _standing(session: Session, outlets: Collection[str]) -> dict[str, str]:
    """Give the details of the open events about outlets that are read by another way than their first."""
    if not outlets:
        return {}
    return {event.subject: event.detail for event in events.open_events(session, (FALLBACK,))}


def _changes(row: Feed, choice: Choice, now: datetime, *, alone: bool) -> dict[str, Any]:
    """Give the columns of a way that are to change. What is gone or in quarantine is not visited for it."""
    used, trial = row.rank in (choice.rank, BESIDE), choice.trials.get(row.id or 0)
    visited = row.state == "active" and row.crashes < MAX_CRASHES
    values: dict[str, Any] = {}
    if used != row.in_use or (row.used_since is None and not alone):
        why = choice.why if used and row.rank != BESIDE else ""
        values = {"in_use": used, "used_since": now, "used_why": why}
    if visited and used and not row.in_use:
        values["due"] = min(row.due or now, now)
    if visited and not used and row.due != trial:
        values["due"] = trial
    return values


def settle_all(session: Session, now: datetime) -> list[str]:
    """Settle the outlets of which what is in use is not well, or nothing is. Gives those that are read otherwise now.

    Every visit settles its own outlet; this is for what no visit sees: names that changed, quarantine, passing time.
    """
    ill = or_(col(Feed.health) != Health.HEALTHY.value, col(Feed.crashes) >= MAX_CRASHES)
    used = col(Feed.in_use).is_(True)
    several = func.count(col(Feed.rank).distinct()) > 1
    some_ill = func.sum(case((and_(used, ill), 1), else_=0)) > 0
    none_used = func.sum(case((used, 1), else_=0)) == 0
    steps = select(Feed.outlet).where(Feed.outlet != "", Feed.rank != BESIDE).group_by(Feed.outlet)
    outlets = session.exec(steps.having(or_(and_(several, some_ill), none_used)))
    return settle_several(session, outlets, now)


def _tell(session: Session, outlet: str, choice: Choice, rows: list[Feed], standing: str, now: datetime) -> None:
    """Write down as an event that an outlet is read by another way than its first, or no more.

    `standing` is the detail of the event that is open, empty for none.
    """
    used = next(row for row in rows if row.rank == choice.rank)
    first = choice.rank == min(row.rank for row in rows if row.rank != BESIDE)
    way = f"read by {used.kind} {used.id},"
    if standing and (first or not standing.startswith(way)):
        events.end(session, FALLBACK, outlet, now)
    if not first and not standing.startswith(way):
        events.begin(session, FALLBACK, outlet, f"{way} since {choice.why}"[:300], now)


def reorder(session: Session, outlet: str, ranks: dict[int, int], now: datetime) -> None:
    """Give an outlet's ways, by id, other ranks, and choose again."""
    for id, rank in ranks.items():
        session.exec(update(Feed).where(col(Feed.id) == id).values(rank=rank))
    settle(session, outlet, now)
