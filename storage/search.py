"""Words in articles: the same analysed terms in SQLite's FTS5 and PostgreSQL's tsvector, so that both answer alike."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel import Session

from domain import arabic
from domain.places import StemPlaces
from domain.query import AllOf, AnyOf, Phrase, Query, Without, phrases
from storage.articles import Cursor, Listed
from storage.columns import Utc

# What a tsvector holds at most, kept on both databases so that both give the same answer: places end at 16,383, a term
# has less than 2 KB, and all terms together less than 1 MB.
MOST_LETTERS = 200
MOST_TITLE, MOST_BODY = (1_000, 100_000), (15_000, 800_000)  # terms, bytes
# Letters that fewer terms than those cannot have, each being divided from the next: below this nothing was cut.
_WHOLE = (2 * MOST_TITLE[0] - 1, 2 * MOST_BODY[0] - 1)
_AT_ONCE = 200  # stems that one statement looks for
_HOLDS = "terms @@ CAST(:query AS tsquery)"


def _fit(terms: Iterable[str], most: tuple[int, int]) -> Iterator[str]:
    """Cut terms to what both databases hold."""
    size = 0
    for term in islice(terms, most[0]):
        short = term[:MOST_LETTERS]
        size += len(short.encode())
        if size > most[1]:
            return
        yield short


def _vector(title: Sequence[str], body: Sequence[str]) -> str:
    """Write a tsvector literal: each term quoted, with its places; an empty place keeps title and body apart."""
    places: dict[str, list[int]] = {}
    for place, term in enumerate((*title, "", *body), 1):
        places.setdefault(term, []).append(place)
    places.pop("", None)
    return " ".join(f"{_quote(term)}:{','.join(map(str, at[:255]))}" for term, at in places.items())


def _quote(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def index(session: Session, rows: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
    """Make articles findable: (id, terms of the title, terms of the body). Replaces nothing."""
    fitting = ((id, tuple(_fit(title, MOST_TITLE)), tuple(_fit(body, MOST_BODY))) for id, title, body in rows)
    if _sqlite(session):
        statement = "INSERT INTO articlesearch (rowid, title, body) VALUES (:id, :title, :body)"
        values = [{"id": id, "title": " ".join(title), "body": " ".join(body)} for id, title, body in fitting]
    else:
        statement = "INSERT INTO articlesearch (article_id, terms) VALUES (:id, CAST(:terms AS tsvector))"
        values = [{"id": id, "terms": _vector(title, body)} for id, title, body in fitting]
    if values:
        session.execute(text(statement), values)


def unindex(session: Session, ids: Iterable[int]) -> None:
    """Make articles unfindable, before their terms are written again."""
    column = "rowid" if _sqlite(session) else "article_id"
    for id in ids:
        session.execute(text(f"DELETE FROM articlesearch WHERE {column} = :id"), {"id": id})  # noqa: S608


def _quoted(phrase: Phrase) -> str:
    """Write the terms of a phrase for FTS5, where they are never operators."""
    return '"' + " ".join(term.replace('"', "") for term in _fit(phrase.terms, MOST_TITLE)) + '"'


def _fts5(query: Query) -> str:
    """Write a query for FTS5, which knows exclusion only beside something looked for."""
    match query:
        case Phrase(title=title):
            return "title : " * title + _quoted(query)
        case AnyOf(parts):
            return "(" + " OR ".join(map(_fts5, parts)) + ")"
        case AllOf(parts):
            wanted = " AND ".join(_fts5(part) for part in parts if not isinstance(part, Without))
            unwanted = " OR ".join(_fts5(part.part) for part in parts if isinstance(part, Without))
            return f"(({wanted}) NOT ({unwanted}))" if unwanted else f"({wanted})"
        case Without():
            raise AssertionError("a query looks for something")


def _tsquery(query: Query) -> str:
    """Write a query for a tsvector, which does not tell the title from the body."""
    match query:
        case Phrase(terms):
            return "(" + " <-> ".join(map(_quote, _fit(terms, MOST_TITLE))) + ")"
        case AnyOf(parts):
            return "(" + " | ".join(map(_tsquery, parts)) + ")"
        case AllOf(parts):
            return "(" + " & ".join(map(_tsquery, parts)) + ")"
        case Without(part):
            return "!" + _tsquery(part)


def _condition(session: Session, query: Query, values: dict[str, Any]) -> str:
    """Write the condition that an article is as the query asks, and put its values among the others."""
    name = f"query{len(values)}"
    if _sqlite(session):
        values[name] = _fts5(query)
        return f"articlesearch MATCH :{name}"
    if not any(phrase.title for phrase in phrases(query)):
        values[name] = _tsquery(query)
        return f"s.terms @@ CAST(:{name} AS tsquery)"
    match query:
        case Phrase():
            values[name] = _titled(session, query)
            return f"a.id = ANY(:{name})"
        case Without(part):
            return f"NOT {_condition(session, part, values)}"
        case AllOf(parts) | AnyOf(parts):
            between = " AND " if isinstance(query, AllOf) else " OR "
            return "(" + between.join(_condition(session, part, values) for part in parts) + ")"


def _titled(session: Session, phrase: Phrase) -> list[int]:
    """Give the articles that hold a phrase in the title, on PostgreSQL: those that hold it, by their titles."""
    statement = text(
        """SELECT a.id, a.title FROM article a JOIN articlesearch s ON s.article_id = a.id
           WHERE s.terms @@ CAST(:query AS tsquery)"""
    )
    rows = session.execute(statement, {"query": _tsquery(phrase)})
    return [id for id, title in rows if StemPlaces(arabic.stems(title), ()).find(phrase.terms)]


def holding(session: Session, stems: Sequence[str], last: int) -> set[int]:
    """Give the articles up to the id `last` that hold one of these stems, or of which the index may not hold all."""
    column, held = ("rowid", "articlesearch MATCH :query") if _sqlite(session) else ("article_id", _HOLDS)
    found: set[int] = set()
    for start in range(0, len(stems), _AT_ONCE):
        part = stems[start : start + _AT_ONCE]
        query = AnyOf(tuple(Phrase((stem,), stem) for stem in part))
        written = _fts5(query) if _sqlite(session) else _tsquery(query)
        rows = session.execute(text(f"SELECT {column} FROM articlesearch WHERE {held}"), {"query": written})  # noqa: S608
        found.update(id for (id,) in rows)
    cut = text(
        """SELECT id FROM article WHERE id <= :last AND language IN ('ar', '')
           AND (LENGTH(title) >= :title OR LENGTH(text) >= :body)"""
    )
    whole = {id for (id,) in session.execute(cut, {"last": last, "title": _WHOLE[0], "body": _WHOLE[1]})}
    asked = text("SELECT id FROM article WHERE id <= :last AND language IN ('ar', '')")
    return (found & {id for (id,) in session.execute(asked, {"last": last})}) | whole


def find(
    session: Session,
    query: Query | None,
    *,
    topic_id: int | None = None,
    outlet: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
    all_copies: bool = False,
    before: Cursor | None = None,
) -> list[Listed]:
    """Give the articles that are as the query asks, all of them without one, newest first.

    Copies are folded into the earliest of their group that was found, unless `all_copies`. `until` is exclusive;
    `before` is the time and id of the last row of the page before.
    """
    join, where = "", ["1 = 1"]
    asked: dict[str, Any] = {}
    if query:
        join = f"JOIN articlesearch s ON s.{'rowid' if _sqlite(session) else 'article_id'} = a.id"
        where = [_condition(session, query, asked)]
    if topic_id is not None:
        join += " JOIN match m ON m.article_id = a.id"
        where.append("m.topic_id = :topic_id AND m.state = 'match'")
    where += ["a.outlet = :outlet"] * bool(outlet)
    where += ["a.event_at >= :since"] * (since is not None) + ["a.event_at < :until"] * (until is not None)
    values = asked | {
        "topic_id": topic_id, "outlet": outlet, "since": since, "until": until,
        "limit": limit, "most": 0 if all_copies else 1, "at": before and before[0], "id": before and before[1],
    }  # fmt: skip
    page = "AND (f.event_at < :at OR (f.event_at = :at AND f.id < :id))" if before else ""
    found = f"""
        SELECT a.id, a.title, a.outlet, a.event_at, a.url, a.group_id, a.basis, a.source,
               ROW_NUMBER() OVER (PARTITION BY a.group_id ORDER BY a.event_at, a.id) AS place
        FROM article a {join} WHERE {" AND ".join(where)}"""  # noqa: S608
    statement = text(
        f"""SELECT f.*, (SELECT COUNT(*) - 1 FROM article c WHERE c.group_id = f.group_id) AS copies
            FROM ({found}) f WHERE (:most = 0 OR f.place = 1) {page}
            ORDER BY f.event_at DESC, f.id DESC LIMIT :limit"""  # noqa: S608
    ).columns(event_at=Utc)
    times = [bindparam(name, type_=Utc) for name in ("since", "until", "at") if f":{name}" in str(statement)]
    used = {name: value for name, value in values.items() if f":{name}" in str(statement)}
    return [_listed(row) for row in session.execute(statement.bindparams(*times), used)]


def _listed(row: Any) -> Listed:
    """Give a row of the search as an article in a list."""
    return Listed(
        row.id, row.title, row.outlet, row.event_at, row.url, row.copies, row.group_id, basis=row.basis,
        source=row.source,
    )  # fmt: skip
