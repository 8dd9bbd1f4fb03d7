"""What outlets repeat: the masks in force, the texts that they are learned from, and the articles cut by older ones."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from domain.article import Basis
from domain.fingerprints import Mask
from domain.furniture import LEARN_FROM, Told, due
from storage import jobs
from storage.engine import insert_for, portions
from storage.masked import OutletMask
from storage.models import Article

LEARN = "learn_outlet"
# Asked for every few articles: a statement with a list of its own would be put together anew each time.
_VERSIONS = select(OutletMask.outlet, OutletMask.version).where(
    col(OutletMask.outlet).in_(bindparam("outlets", expanding=True)), OutletMask.version > 0
)


def versions(session: Session, outlets: Iterable[str]) -> dict[str, int]:
    """Give the version of each outlet's mask; outlets without one are left out."""
    found: dict[str, int] = {}
    for part in portions(sorted(set(outlets))):
        found.update(dict(session.exec(_VERSIONS, params={"outlets": part}).all()))
    return found


def load(session: Session, outlets: Iterable[str]) -> dict[str, Mask]:
    """Give the masks of outlets that have one."""
    rows = select(OutletMask.outlet, OutletMask.version, OutletMask.runs, OutletMask.units)
    return {
        outlet: Mask(version, runs, units)
        for part in portions(sorted(set(outlets)))
        for outlet, version, runs, units in session.exec(
            rows.where(col(OutletMask.outlet).in_(part), OutletMask.version > 0)
        )
    }


def note_fresh(session: Session, outlets: Counter[str], now: datetime) -> None:
    """Count texts that came of each outlet, and ask for the job that learns it anew where enough have come."""
    if not outlets:
        return
    rows = [  # in one order, so that two writers never wait for each other
        {"outlet": outlet, "fresh": number, "version": 0, "runs": b"", "units": b"", "learned": 0}
        for outlet, number in sorted(outlets.items())
    ]
    statement = insert_for(session, OutletMask)
    more = {"fresh": col(OutletMask.fresh) + statement.excluded.fresh}
    counted = statement.on_conflict_do_update(index_elements=["outlet"], set_=more)
    asked = counted.returning(col(OutletMask.outlet), col(OutletMask.fresh), col(OutletMask.learned))
    for outlet, fresh, learned in session.exec(asked, params=rows).all():
        if due(fresh, learned):
            jobs.ask_once(session, LEARN, {"outlet": outlet}, now)


def texts(session: Session, outlet: str) -> list[Told]:
    """Give the newest texts of an outlet, whole, to learn from."""
    rows = select(Article.title, Article.text, Article.event_at).where(
        Article.outlet == outlet, Article.basis != Basis.HEADLINE.value, Article.source == "web"
    )
    newest = rows.order_by(col(Article.event_at).desc(), col(Article.id).desc()).limit(LEARN_FROM)
    return [Told(title, body, at.date()) for title, body, at in session.exec(newest)]


def keep(session: Session, outlet: str, mask: Mask, learned: int, now: datetime) -> None:
    """Write down what was learned of an outlet."""
    row = {
        "version": mask.version, "runs": mask.data, "units": mask.lines, "learned": learned, "fresh": 0, "at": now,
    }  # fmt: skip
    statement = insert_for(session, OutletMask).values(outlet=outlet, **row)
    session.exec(statement.on_conflict_do_update(index_elements=["outlet"], set_=row))


def older(session: Session, outlet: str, version: int, since: datetime, most: int) -> Sequence[Article]:
    """Give articles of an outlet not older than `since` that were cut by an older mask, newest first."""
    rows = select(Article).where(Article.outlet == outlet, Article.mask < version, Article.event_at >= since)
    return session.exec(rows.order_by(col(Article.event_at).desc(), col(Article.id).desc()).limit(most)).all()


def set_own(session: Session, id: int, part: tuple[int, int | None], mask: int, exact: int) -> None:
    """Write down what of an article's text is its own, by which version of the mask."""
    values = {"own_from": part[0], "own_to": part[1], "mask": mask, "exact": exact}
    session.exec(update(Article).where(col(Article.id) == id).values(**values))
