"""The wire ledger: the sightings of each text, written beside its articles and kept when those are deleted."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam
from sqlmodel import Session, and_, col, func, or_, select, update

from domain.arabic import spans
from domain.cited import cited_wire
from domain.credits import credit_of
from domain.errors import NotFound
from domain.ledger import Ledger, Sighting, ledger_of, shares
from domain.updates import changed
from storage import relations
from storage.articles import read
from storage.engine import insert_for, portions
from storage.models import Article, SightingRow

_STORED: Table = Article.__table__  # type: ignore[attr-defined]
_CREDIT = _STORED.update().where(_STORED.c.id == bindparam("of")).values(credit=bindparam("credited"))

NOTE = "note_sightings"  # the job that writes the sightings of articles stored before they were


def note(session: Session, ids: Iterable[int]) -> None:
    """Write the sightings of articles as they stand, and the agency that each credits into its own row.

    The groups of the articles are decided already. What was written of them before is replaced.
    """
    found = [article for part in portions(ids) for article in _several(session, part)]
    rows = _rows(session, found)
    if not rows:
        return
    statement = insert_for(session, SightingRow)
    newer = {name: statement.excluded[name] for name in rows[0] if name != "article_id"}
    session.exec(statement.on_conflict_do_update(index_elements=["article_id"], set_=newer), params=rows)
    credited = [
        {"of": a.id, "credited": row["credit"]} for a, row in zip(found, rows, strict=True) if a.credit != row["credit"]
    ]
    if credited:
        session.connection().execute(_CREDIT, credited)


def _several(session: Session, ids: Sequence[int]) -> Sequence[Article]:
    rows = select(Article).where(col(Article.id).in_(ids)).order_by(col(Article.id))
    return session.exec(rows.execution_options(populate_existing=True)).all()


def _rows(session: Session, found: Sequence[Article]) -> list[dict[str, Any]]:
    """Make the rows of articles; a copy is compared with its lead."""
    wanted = {a.group_id for a in found if a.group_id and a.group_id != a.id}
    leads = {a.id: read(a).body or a.title for part in portions(wanted) for a in _several(session, part)}
    updates = relations.links(session, [a.id for a in found if a.id and a.group_id in wanted]).updates
    return [_row(article, leads, article.id in updates) for article in found]


def _row(article: Article, leads: Mapping[int | None, str], is_update: bool) -> dict[str, Any]:
    own_text = read(article).body or article.title
    lead = leads.get(article.group_id) if article.group_id != article.id else None
    kept, own = shares(lead, own_text) if lead is not None else (None, None)
    credit = credit_of(article.title, article.text, article.outlet, article.author)
    return {
        "article_id": article.id, "group_id": article.group_id or article.id, "outlet": article.outlet,
        "title": article.title, "url": article.url, "event_at": article.event_at, "first_seen": article.first_seen,
        "credit": credit.agency if credit else "", "words": len(spans(own_text)), "kept": kept, "own": own,
        "against": article.group_id or article.id,
        "figures": list(changed(lead, own_text)) if lead and is_update else [], "cites": cited_wire(own_text),
    }  # fmt: skip


def follow(session: Session, ids: Iterable[int]) -> None:
    """Let the sightings of articles stand in the groups that the articles were put into since."""
    rows, stored = _table(SightingRow), _table(Article)
    group = select(stored.c.group_id).where(stored.c.id == rows.c.article_id).scalar_subquery()
    for part in portions(ids):
        session.execute(update(rows).where(rows.c.article_id.in_(part), group.is_not(None)).values(group_id=group))


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def ledger(session: Session, article_id: int) -> Ledger:
    """Give the ledger of the text of an article, also of one that was deleted since. Raises NotFound."""
    group = session.exec(select(Article.group_id).where(Article.id == article_id)).first()
    if group is None:
        group = session.exec(select(SightingRow.group_id).where(SightingRow.article_id == article_id)).first()
    found = of_group(session, group or article_id)
    if not found:
        raise NotFound(f"there is no article {article_id}: `marsad articles search` finds ids")
    return ledger_of(found, group or article_id)


def of_group(session: Session, group_id: int) -> list[Sighting]:
    """Give the sightings of a copy group: those that are written, and those of articles whose job is still to come."""
    rows = list(session.exec(select(SightingRow).where(SightingRow.group_id == group_id)))
    known = {row.article_id for row in rows}
    own = or_(Article.group_id == group_id, and_(Article.id == group_id, col(Article.group_id).is_(None)))
    stored = list(session.exec(select(Article).where(own)))
    fresh = _rows(session, [article for article in stored if article.id not in known])
    return [_sighting(row, group_id) for row in [*rows, *(SightingRow(**row) for row in fresh)]]


def _sighting(row: SightingRow, group_id: int) -> Sighting:
    """Make a sighting of a row; shares of another lead's text than the group's now are left out."""
    kept, own, figures = (row.kept, row.own, tuple(row.figures)) if row.against == group_id else (None, None, ())
    return Sighting(
        row.article_id, row.outlet, row.event_at, row.first_seen, row.credit, row.title, row.words, row.url, kept, own,
        figures, row.cites,
    )  # fmt: skip


def ledgers(session: Session, group_ids: Sequence[int]) -> dict[int, Ledger]:
    """Give the ledgers of copy groups, by group."""
    return {group: ledger_of(found, group) for group in group_ids if (found := of_group(session, group))}


def unwritten(session: Session, most: int) -> list[int]:
    """Give ids of articles without a sighting, oldest first."""
    rows = (
        select(Article.id)
        .join(SightingRow, col(SightingRow.article_id) == col(Article.id), isouter=True)
        .where(col(SightingRow.article_id).is_(None))
        .order_by(col(Article.id))
        .limit(most)
    )
    return [id for id in session.exec(rows) if id is not None]


def written(session: Session) -> int:
    """Count the sightings."""
    return session.exec(select(func.count()).select_from(SightingRow)).one()
