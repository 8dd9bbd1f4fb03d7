"""Words in articles: the same analysed terms in SQLite's FTS5 and PostgreSQL's tsvector, so that both answer alike."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import bindparam, text
from sqlmodel import Session

from storage.articles import Cursor, Listed
from storage.columns import Utc

# What a tsvector holds at most, kept on both databases so that both give the same answer: places end at 16,383, a term
# has less than 2 KB, and all terms together less than 1 MB.
MOST_LETTERS = 200
MOST_TITLE, MOST_BODY = (1_000, 100_000), (15_000, 800_000)  # terms, bytes


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


def _match(session: Session, phrases: Sequence[Sequence[str]]) -> str:
    """Write the full-text query: every phrase, in the words of the database. Terms are quoted, never operators."""
    cut = [list(_fit(phrase, MOST_TITLE)) for phrase in phrases]
    if _sqlite(session):
        return " AND ".join('"' + " ".join(term.replace('"', "") for term in phrase) + '"' for phrase in cut)
    return " & ".join("(" + " <-> ".join(map(_quote, phrase)) + ")" for phrase in cut)


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
