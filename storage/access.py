"""How outlets are reached that need a proxy, headers or cookies. The values are secrets: see `domain.access`."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, delete, select

from domain.access import Access
from storage.columns import json_field
from storage.engine import insert_for, portions


class OutletAccess(SQLModel, table=True):
    """How an outlet is reached, by its name."""

    outlet: str = Field(primary_key=True)
    way: dict[str, Any] = json_field(dict)

    def __repr_args__(self) -> Any:
        """Show the outlet only."""
        return [("outlet", self.outlet)]


def load(session: Session, outlets: Iterable[str]) -> dict[str, Access]:
    """Give how outlets are reached; those that need nothing are left out."""
    found: dict[str, Access] = {}
    for part in portions(sorted(set(outlets))):
        for row in session.exec(select(OutletAccess).where(col(OutletAccess.outlet).in_(part))):
            found[row.outlet] = Access.from_json(row.way)
    return found


def keep(session: Session, outlet: str, access: Access) -> None:
    """Write down how an outlet is reached; one that needs nothing any more is forgotten."""
    if access.is_plain:
        session.exec(delete(OutletAccess).where(col(OutletAccess.outlet) == outlet))
        return
    statement = insert_for(session, OutletAccess).values(outlet=outlet, way=access.to_json())
    session.exec(statement.on_conflict_do_update(index_elements=["outlet"], set_={"way": access.to_json()}))


def rename(session: Session, old: str, new: str) -> None:
    """Let an outlet that goes by another name now be reached as before, unless that name has its own way."""
    there = load(session, [old, new])
    if old in there and new not in there:
        keep(session, new, there[old])
