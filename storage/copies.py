"""The index in which copies meet: sampled shingles of all articles, and the fingerprint of each whole text."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam
from sqlmodel import Session, col, delete, insert, select, update

from domain.fingerprints import all_hashes
from storage.articles import read
from storage.engine import portions
from storage.models import Article, CommonShingle, Shingle
from storage.sightings import follow

# A shingle in more articles than this is furniture (a tail, a menu, a form): it costs look-ups and tells nothing.
COMMON = 150


# A statement with a list of its own is put together anew each time, which costs more than to run it.
_HOLDERS = select(Shingle.hash, Shingle.article_id).where(
    col(Shingle.hash).in_(bindparam("hashes", expanding=True, type_=BigInteger))
)


def common(session: Session) -> set[int]:
    """Give the shingles that are indexed no more."""
    return set(session.exec(select(CommonShingle.hash)))


def lookup(session: Session, hashes: Iterable[int]) -> dict[int, list[int]]:
    """Give for each of the hashes the ids of the articles that hold it."""
    found: dict[int, list[int]] = defaultdict(list)
    for part in portions(hashes):
        for value, article_id in session.exec(_HOLDERS, params={"hashes": part}):
            found[value].append(article_id)
    return found


def by_exact(session: Session, exacts: Sequence[int], but: Iterable[int]) -> dict[int, int]:
    """Give for each whole-text fingerprint that is stored the first article with it, the articles `but` left out."""
    left_out = set(but)
    found: dict[int, int] = {}
    for part in portions(exacts):
        rows = select(Article.exact, Article.id).where(col(Article.exact).in_(part)).order_by(col(Article.id).desc())
        found |= {exact: id for exact, id in session.exec(rows) if id is not None and id not in left_out}
    return found


def groups_of(session: Session, ids: Iterable[int], since: datetime) -> dict[int, int]:
    """Give the group of each of the articles that is not older than `since` and has one."""
    rows = select(Article.id, Article.group_id).where(Article.event_at >= since)
    return {
        id: group
        for part in portions(ids)
        for id, group in session.exec(rows.where(col(Article.id).in_(part)))
        if id is not None and group is not None
    }


def texts(session: Session, ids: Iterable[int]) -> list[tuple[int, str, str, datetime]]:
    """Give (id, own part of the text, outlet, event time) of articles."""
    return [
        (article.id or 0, read(article).body, article.outlet, article.event_at)
        for part in portions(ids)
        for article in session.exec(select(Article).where(col(Article.id).in_(part)))
    ]


def index(session: Session, sketches: Mapping[int, Iterable[int]]) -> None:
    """Put articles' sketches into the index."""
    rows = [{"hash": value, "article_id": article_id} for article_id, sketch in sketches.items() for value in sketch]
    if rows:
        session.connection().execute(insert(Shingle.__table__), rows)  # type: ignore[attr-defined]


def unindex(session: Session, article_id: int, sketch: Iterable[int]) -> None:
    """Take an article's sketch out of the index."""
    values = list(sketch)
    session.exec(delete(Shingle).where(col(Shingle.article_id) == article_id, col(Shingle.hash).in_(values)))


def take_out(session: Session, article_id: int, text: str) -> None:
    """Take an article out of the index, by whatever mask its whole text `text` was fingerprinted."""
    unindex(session, article_id, all_hashes(text))


def retire(session: Session, hashes: Sequence[int], now: datetime) -> None:
    """Index these shingles no more."""
    for part in portions(hashes):
        session.exec(delete(Shingle).where(col(Shingle.hash).in_(part)))
    session.exec(insert(CommonShingle), params=[{"hash": value, "since": now} for value in hashes])


def set_groups(session: Session, groups: Mapping[int, int]) -> None:
    """Write the group of each article: its own id for a lead, the lead's for a copy."""
    for part in portions(id for id, group in groups.items() if id == group):
        session.exec(update(Article).where(col(Article.id).in_(part)).values(group_id=Article.id))
    for id, group in groups.items():
        if id != group:
            session.exec(update(Article).where(col(Article.id) == id).values(group_id=group))
    follow(session, groups)
