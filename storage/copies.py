"""The index in which copies meet: sampled shingles of all articles, and the fingerprint of each whole text."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, bindparam
from sqlmodel import Session, col, insert, select, update

from domain.buckets import bucket_of, holders, packed, without
from domain.fingerprints import all_hashes
from storage import buckets
from storage.articles import read
from storage.engine import portions
from storage.models import Article, CommonShingle
from storage.sightings import follow

# A shingle in more articles than this is furniture (a tail, a menu, a form): it costs look-ups and tells nothing.
COMMON = 150
_STORED: Table = Article.__table__  # type: ignore[attr-defined]
_FOLLOW = _STORED.update().where(_STORED.c.id == bindparam("copy")).values(group_id=bindparam("lead"))


def common(session: Session) -> set[int]:
    """Give the shingles that are indexed no more."""
    return set(session.exec(select(CommonShingle.hash)))


def lookup(session: Session, hashes: Iterable[int]) -> dict[int, list[int]]:
    """Give for each of the hashes the ids of the articles that hold it."""
    wanted = set(hashes)
    return holders(buckets.read(session, {bucket_of(value) for value in wanted}).values(), wanted)


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


def held(session: Session, id: int, text: str) -> list[int]:
    """Give the hashes under which an article stands in the index, whatever mask they were made with."""
    found = lookup(session, all_hashes(text))
    return [value for value, ids in found.items() if id in ids]


def index(session: Session, sketches: Mapping[int, Iterable[int]]) -> None:
    """Put articles' sketches into the index."""
    buckets.append(session, packed(sketches))


def unindex(session: Session, article_id: int, sketch: Iterable[int]) -> None:
    """Take an article's sketch out of the index."""
    _drop(session, list(sketch), article_id)


def _drop(session: Session, hashes: Sequence[int], article_id: int | None = None) -> None:
    """Take the entries of hashes out of the index: those of one article, or of all."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for value in hashes:
        wanted[bucket_of(value)].append(value)
    stored = buckets.read(session, wanted)
    left = {id: without(data, wanted[id], article_id) for id, data in stored.items()}
    buckets.replace(session, {id: data for id, data in left.items() if len(data) != len(stored[id])})


def take_out(session: Session, article_id: int, text: str) -> None:
    """Take an article out of the index, by whatever mask its whole text `text` was fingerprinted."""
    unindex(session, article_id, all_hashes(text))


def retire(session: Session, hashes: Sequence[int], now: datetime) -> None:
    """Index these shingles no more."""
    _drop(session, hashes)
    session.exec(insert(CommonShingle), params=[{"hash": value, "since": now} for value in hashes])


def set_groups(session: Session, groups: Mapping[int, int]) -> None:
    """Write the group of each article: its own id for a lead, the lead's for a copy."""
    for part in portions(id for id, group in groups.items() if id == group):
        session.exec(update(Article).where(col(Article.id).in_(part)).values(group_id=Article.id))
    copied = [{"copy": id, "lead": group} for id, group in groups.items() if id != group]
    if copied:
        session.connection().execute(_FOLLOW, copied)
    follow(session, groups)
