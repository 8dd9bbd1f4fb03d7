"""The chain of ways to an outlet: reads its rows, lets `domain.chain` choose, writes down what changed."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, case, col, func, or_, select, update

from domain.chain import BESIDE, Choice, Way, choose
from domain.errors import NotFound
from domain.health import Health
from storage import events
from storage.columns import MAX_CRASHES
from storage.models import Feed

# The kind of event that an outlet is read by another way than its first.
FALLBACK = "fallback"


def ways(session: Session, outlet: str) -> list[Feed]:
    """Give all ways to an outlet, those beside its chain last."""
    rows = select(Feed).where(Feed.outlet == outlet).order_by(col(Feed.rank) == BESIDE, col(Feed.rank), col(Feed.id))
    fresh = rows.execution_options(populate_existing=True)  # some were written past the session
    return list(session.exec(fresh)) if outlet else []


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
    """Bring an outlet's ways to what is chosen now. Gives whether another step is in use than before.

    A way that a worker is reading is told as well: what is written at the end of its visit is settled again.
    """
    rows = ways(session, outlet)
    choice = choice_of(rows, now)
    if choice is None:
        return False
    for row in rows:
        if values := _changes(row, choice, now, alone=len(rows) == 1):
            session.exec(update(Feed).where(col(Feed.id) == row.id).values(**values))
    _tell(session, outlet, choice, rows, now)
    return any(row.in_use and row.rank not in (choice.rank, BESIDE) and row.health != Health.NEW for row in rows)


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
    return [outlet for outlet in sorted(outlets) if settle(session, outlet, now)]


def _tell(session: Session, outlet: str, choice: Choice, rows: list[Feed], now: datetime) -> None:
    """Write down as an event that an outlet is read by another way than its first, or no more."""
    first = min(row.rank for row in rows if row.rank != BESIDE)
    if choice.rank == first:
        events.end(session, FALLBACK, outlet, now)
        return
    used = next(row for row in rows if row.rank == choice.rank)
    detail = f"read by {used.kind} {used.id}, since {choice.why}"[:300]
    standing = [event for event in events.open_events(session, (FALLBACK,)) if event.subject == outlet]
    if not any(event.detail.startswith(f"read by {used.kind} {used.id},") for event in standing):
        events.end(session, FALLBACK, outlet, now)
        events.begin(session, FALLBACK, outlet, detail, now)


def reorder(session: Session, outlet: str, ranks: dict[int, int], now: datetime) -> None:
    """Give an outlet's ways, by id, other ranks, and choose again."""
    for id, rank in ranks.items():
        session.exec(update(Feed).where(col(Feed.id) == id).values(rank=rank))
    settle(session, outlet, now)
