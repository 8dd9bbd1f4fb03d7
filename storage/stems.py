"""The stems of Arabic articles as hashes: what a retro-hunt reads of everything stored, the same on both databases."""

from collections.abc import Iterable, Iterator

import sqlalchemy
from sqlmodel import Session, col, delete, or_, select

from domain.article import Basis
from domain.topics.ceiling import Hashed, stemming
from storage.engine import insert_for
from storage.learned import ArticleStems
from storage.models import Article

ASKED = ("ar", "")  # the languages of articles that topics are asked about


def keep(session: Session, rows: Iterable[tuple[int, Basis, Hashed]]) -> None:
    """Keep the stems of articles, in place of what was kept of them before."""
    made_with = stemming()
    values = [
        {
            "article_id": id, "basis": basis.value, "stemming": made_with, "title": held.title, "length": held.length,
            "hashes": held.hashes,
        }
        for id, basis, held in rows
    ]  # fmt: skip
    if values:
        statement = insert_for(session, ArticleStems)
        newer = {name: statement.excluded[name] for name in values[0] if name != "article_id"}
        session.exec(statement.on_conflict_do_update(index_elements=["article_id"], set_=newer), params=values)


def forget(session: Session, article_id: int) -> None:
    """Forget the stems of an article that topics are not asked about any more."""
    session.exec(delete(ArticleStems).where(col(ArticleStems.article_id) == article_id))


def up_to(session: Session, last: int, size: int) -> Iterator[list[tuple[int, str, Hashed]]]:
    """Give (id, basis, stems) of the articles up to the id `last`, oldest first, in lists of `size`."""
    table, after = ArticleStems, 0
    columns = (col(table.article_id), col(table.basis), col(table.title), col(table.length), col(table.hashes))
    rows = sqlalchemy.select(*columns).where(col(table.stemming) == stemming(), col(table.article_id) <= last)
    rows = rows.order_by(col(table.article_id)).limit(size)
    while part := session.execute(rows.where(col(table.article_id) > after)).all():
        yield [(id, basis, Hashed(title, length, hashes)) for id, basis, title, length, hashes in part]
        after = part[-1][0]


def missing(session: Session, last: int, most: int | None = None) -> list[tuple[int, str]]:
    """Give (id, basis) of Arabic articles up to the id `last` whose stems are not kept, oldest first."""
    table = ArticleStems
    kept = select(table.article_id, table.stemming).subquery()
    rows = (
        select(Article.id, Article.basis)
        .join(kept, kept.c.article_id == Article.id, isouter=True)
        .where(or_(kept.c.article_id.is_(None), kept.c.stemming != stemming()))
        .where(col(Article.id) <= last, col(Article.language).in_(ASKED))
        .order_by(col(Article.id))
        .limit(most)
    )
    return [(id, basis) for id, basis in session.exec(rows) if id is not None]
