"""What is known of robots.txt, by origin."""

from collections.abc import Collection, Mapping

from sqlmodel import Session, col, select

from domain.fetching import FetchStatus
from domain.robots import Known
from storage.engine import insert_for, portions
from storage.models import Robots


def known(session: Session, origins: Collection[str]) -> dict[str, Known]:
    """Give what is known of these origins."""
    found = {}
    for part in portions(origins):
        for row in session.exec(select(Robots).where(col(Robots.origin).in_(part))):
            found[row.origin] = Known(
                row.tried, row.text, row.answered, row.failing_since, FetchStatus(row.status), row.detail
            )
    return found


def keep(session: Session, learned: Mapping[str, Known]) -> None:
    """Keep what was learned; what another worker learned meanwhile is as good and is written over."""
    for origin, found in sorted(learned.items()):
        values = {
            "text": found.text, "answered": found.answered, "failing_since": found.failing_since,
            "tried": found.tried, "status": found.status.value, "detail": found.detail,
        }  # fmt: skip
        statement = insert_for(session, Robots).values(origin=origin, **values)
        session.exec(statement.on_conflict_do_update(index_elements=["origin"], set_=values))
