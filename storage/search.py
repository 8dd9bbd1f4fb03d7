"""Words in articles: the same analysed terms in SQLite's FTS5 and PostgreSQL's tsvector, so that both answer alike."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import Session

from storage.articles import Cursor, Listed
from storage.models import Utc


def _vector(title: Sequence[str], body: Sequence[str]) -> str:
    """Write a tsvector literal: each term quoted, with its place; places end at 16,383 there."""
    places: dict[str, list[int]] = {}
    for place, term in enumerate((*title, *body), 1):
        if place <= 16_383:
            places.setdefault(term, []).append(place)
    return " ".join(f"{_quote(term)}:{','.join(map(str, at[:255]))}" for term, at in places.items())


def _quote(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def index(session: Session, rows: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
    """Make articles findable: (id, terms of the title, terms of the body). Replaces nothing."""
    if _sqlite(session):
        statement = "INSERT INTO articlesearch (rowid, title, body) VALUES (:id, :title, :body)"
        values = [{"id": id, "title": " ".join(title), "body": " ".join(body)} for id, title, body in rows]
    else:
        statement = "INSERT INTO articlesearch (article_id, terms) VALUES (:id, CAST(:terms AS tsvector))"
        values = [{"id": id, "terms": _vector(title, body)} for id, title, body in rows]
    if values:
        session.execute(text(statement), values)


def unindex(session: Session, ids: Iterable[int]) -> None:
    """Make articles unfindable, before their terms are written again."""
    column = "rowid" if _sqlite(session) else "article_id"
    for id in ids:
        session.execute(text(f"DELETE FROM articlesearch WHERE {column} = :id"), {"id": id})  # noqa: S608


def _match(session: Session, phrases: Sequence[Sequence[str]]) -> str:
    """Write the full-text query: every phrase, in the words of the database. Terms are quoted, never operators."""
    if _sqlite(session):
        return " AND ".join('"' + " ".join(term.replace('"', "") for term in phrase) + '"' for phrase in phrases)
    return " & ".join("(" + " <-> ".join(map(_quote, phrase)) + ")" for phrase in phrases)


def find(
    session: Session,
    phrases: Sequence[Sequence[str]],
    *,
    topic_id: int | None = None,
    outlet: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
    all_copies: bool = False,
    before: Cursor | None = None,
) -> list[Listed]:
    """Give the articles that hold every phrase (a phrase is a list of analysed terms in order), newest first.

    Copies are folded into the earliest of their group that was found, unless `all_copies`. `until` is exclusive;
    `before` is the time and id of the last row of the page before.
    """
    join, where = "", ["1 = 1"]
    if phrases and _sqlite(session):
        join, where = "JOIN articlesearch s ON s.rowid = a.id", ["articlesearch MATCH :query"]
    elif phrases:
        join, where = "JOIN articlesearch s ON s.article_id = a.id", ["s.terms @@ CAST(:query AS tsquery)"]
    if topic_id is not None:
        join += " JOIN match m ON m.article_id = a.id"
        where.append("m.topic_id = :topic_id AND m.state = 'match'")
    where += ["a.outlet = :outlet"] * bool(outlet)
    where += ["a.event_at >= :since"] * (since is not None) + ["a.event_at < :until"] * (until is not None)
    values = {
        "query": _match(session, phrases), "topic_id": topic_id, "outlet": outlet, "since": since, "until": until,
        "limit": limit, "most": 0 if all_copies else 1, "at": before and before[0], "id": before and before[1],
    }  # fmt: skip
    page = "AND (f.event_at < :at OR (f.event_at = :at AND f.id < :id))" if before else ""
    found = f"""
        SELECT a.id, a.title, a.outlet, a.event_at, a.url, a.group_id, a.basis,
               ROW_NUMBER() OVER (PARTITION BY a.group_id ORDER BY a.event_at, a.id) AS place
        FROM article a {join} WHERE {" AND ".join(where)}"""  # noqa: S608
    statement = text(
        f"""SELECT f.*, (SELECT COUNT(*) - 1 FROM article c WHERE c.group_id = f.group_id) AS copies
            FROM ({found}) f WHERE (:most = 0 OR f.place = 1) {page}
            ORDER BY f.event_at DESC, f.id DESC LIMIT :limit"""  # noqa: S608
    ).columns(event_at=Utc)
    times = [bindparam(name, type_=Utc) for name in ("since", "until", "at") if f":{name}" in str(statement)]
    used = {name: value for name, value in values.items() if f":{name}" in str(statement)}
    return [
        Listed(row.id, row.title, row.outlet, row.event_at, row.url, row.copies, row.group_id, basis=row.basis)
        for row in session.execute(statement.bindparams(*times), used)
    ]
