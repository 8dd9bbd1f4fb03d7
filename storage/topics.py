"""Topics, their references, and what they matched."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, delete, func, or_, select, update

from domain.article import Text
from domain.errors import AlreadyExists, NotFound
from domain.topics import METHOD
from storage.articles import Cursor, Listed
from storage.engine import insert_for, is_id, lock_grouping, portions
from storage.learned import Generation, TopicVersion
from storage.models import Article, Match, Reference, Topic

# Articles that a topic may grow by before its first levels are set anew.
STALE_LEAST = 500
GENERATION = "topics"


def add(
    session: Session, name: str, profile: dict[str, Any], references: Sequence[tuple[Text, str]], now: datetime
) -> Topic:
    """Add a topic with its references, each with the address that it came from. Raises AlreadyExists."""
    changed(session)
    profile = {**profile, "since": ceil(now.timestamp())}  # what comes later is followed
    if session.exec(select(Topic).where(Topic.name == name)).first():
        raise AlreadyExists(f"the topic «{name}» is there already: choose another name")
    topic = Topic(name=name, profile=profile, method=int(profile.get("version", METHOD)), created=now)
    session.add(topic)
    session.flush()
    assert topic.id is not None
    rows = [
        Reference(topic_id=topic.id, title=reference.title, text=reference.body, url=url, created=now)
        for reference, url in references
    ]
    session.add_all(rows)
    session.flush()
    ids = [row.id for row in rows]
    made_of: dict[str, Any] = {"base": profile, "profile": profile, "reference_ids": ids}
    session.add(TopicVersion(topic_id=topic.id, version=topic.version, cause="added", at=now, **made_of))
    session.flush()
    return topic


def changed(session: Session) -> None:
    """Count a change of any topic.

    Under the lock of those who store articles: an article is either stored before, and the backfill finds it, or its
    worker sees the new count.
    """
    lock_grouping(session)
    first = insert_for(session, Generation).values(name=GENERATION, value=1)
    more = {"value": col(Generation.value) + 1}
    session.exec(first.on_conflict_do_update(index_elements=["name"], set_=more))


def generation(session: Session) -> int:
    """Give the count of changes of any topic."""
    return session.exec(select(Generation.value).where(Generation.name == GENERATION)).one_or_none() or 0


def get(session: Session, which: str) -> Topic:
    """Give a topic by name or id. Raises NotFound."""
    topic = session.exec(select(Topic).where(Topic.name == which)).one_or_none()
    if topic is None and is_id(which):
        topic = session.get(Topic, int(which))
    if topic is None:
        raise NotFound(f"there is no topic «{which}»: see `marsad topics list`")
    return topic


def by_id(session: Session, id: int) -> Topic:
    """Give a topic by its id. Raises NotFound."""
    topic = session.get(Topic, id)
    if topic is None:
        raise NotFound(f"there is no topic {id}")
    return topic


def listing(session: Session) -> list[Topic]:
    """Give all topics, oldest first."""
    return list(session.exec(select(Topic).order_by(col(Topic.id))))


def versions(session: Session) -> dict[int, int]:
    """Give the version of each active topic: what a worker compares to know whether it must read profiles again."""
    rows = select(Topic.id, Topic.version).where(Topic.state == "active")
    return {id: version for id, version in session.exec(rows) if id is not None}


def profiles(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, dict[str, Any]]]:
    """Give name and profile of topics."""
    rows = select(Topic.id, Topic.name, col(Topic.profile)).where(col(Topic.id).in_(list(ids)))
    return {id: (name, profile) for id, name, profile in session.exec(rows) if id is not None}


def stale(session: Session, last_article: int) -> list[int]:
    """Give the topics whose levels were set by less than half of what is stored, or that an older method learned."""
    few = col(Topic.calibrated) * 2 + STALE_LEAST < last_article
    rows = select(Topic.id).where(Topic.state == "active", or_(few, col(Topic.method) < METHOD))
    return [id for id in session.exec(rows) if id is not None]


def matched_up_to(session: Session, topic_id: int, last: int) -> set[int]:
    """Give the articles up to the id `last` that a topic matches."""
    rows = select(Match.article_id).where(Match.topic_id == topic_id, Match.state == "match", Match.article_id <= last)
    return set(session.exec(rows))


def decided_since(session: Session, topic_id: int, when: datetime) -> set[int]:
    """Give the articles about which a topic was asked after a time."""
    return set(session.exec(select(Match.article_id).where(Match.topic_id == topic_id, Match.decided > when)))


def forget_matches(session: Session, topic_id: int, but: Collection[int], last: int) -> None:
    """Withdraw what a topic had matched among the articles up to `last` and does not match now."""
    rows = select(Match.id, Match.article_id).where(Match.topic_id == topic_id, Match.state != "withdrawn")
    kept = set(but)
    gone = [id for id, article_id in session.exec(rows.where(Match.article_id <= last)) if article_id not in kept]
    for part in portions(gone):
        session.exec(update(Match).where(col(Match.id).in_(part)).values(state="withdrawn"))


def rename(session: Session, topic_id: int, name: str) -> None:
    """Give a topic a name. Raises AlreadyExists when another one has it."""
    topic = by_id(session, topic_id)
    if topic.name == name:
        return
    if session.exec(select(Topic).where(Topic.name == name)).first():
        raise AlreadyExists(f"the topic «{name}» is there already: choose another name")
    topic.name = name
    session.add(topic)
    session.flush()


def remove(session: Session, topic: Topic) -> None:
    """Remove a topic with its matches, subscriptions and alerts; articles stay."""
    changed(session)
    session.exec(delete(Topic).where(col(Topic.id) == topic.id))


def references(session: Session, topic_id: int) -> list[Reference]:
    """Give the references of a topic that are in force, oldest first."""
    version = select(Topic.version).where(Topic.id == topic_id).scalar_subquery()
    made_of = select(TopicVersion).where(TopicVersion.topic_id == topic_id, TopicVersion.version == version)
    ids = [id for row in session.exec(made_of) for id in row.reference_ids]
    return list(session.exec(select(Reference).where(col(Reference.id).in_(ids)).order_by(col(Reference.id))))


def decide(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep decisions, one row for each topic and article; a later decision about the same replaces the earlier."""
    if not rows:
        return
    statement = insert_for(session, Match)
    newer = {
        name: statement.excluded[name]
        for name in ("state", "score", "basis", "provisional", "version", "reason", "decided")
    }
    statement = statement.on_conflict_do_update(index_elements=["topic_id", "article_id"], set_=newer)
    session.exec(statement, params=list(rows))


def withdraw(session: Session, article_id: int, but: Iterable[int], now: datetime) -> None:
    """Take matches back that the full text did not bear out; the row stays, as a record."""
    rows = update(Match).where(col(Match.article_id) == article_id, col(Match.state) != "withdrawn")
    rows = rows.where(col(Match.topic_id).not_in(list(but)))
    session.exec(rows.values(state="withdrawn", provisional=False, decided=now))


def decided(session: Session, article_id: int) -> dict[int, Match]:
    """Give the decisions about an article by topic."""
    return {m.topic_id: m for m in session.exec(select(Match).where(Match.article_id == article_id))}


def told(session: Session, pairs: Iterable[tuple[int, int]], but: Iterable[int]) -> set[tuple[int, int]]:
    """Give those of the (topic, story) pairs in which an article already matched, the articles `but` left out."""
    wanted = set(pairs)
    rows = (
        select(Match.topic_id, Article.story_id)
        .join(Article, col(Article.id) == Match.article_id)
        .where(col(Article.story_id).in_({story for _, story in wanted}), Match.state == "match")
        .where(col(Match.topic_id).in_({topic for topic, _ in wanted}), col(Match.article_id).not_in(list(but)))
    )
    return {(topic, story) for topic, story in session.exec(rows) if story is not None} & wanted


def all_matches(session: Session, topic_id: int) -> list[Listed]:
    """Give every article that a topic matched, copies too, in the order of the decisions."""
    rows = select(Match, Article).join(Article).where(Match.topic_id == topic_id, Match.state == "match")
    return [
        Listed(
            a.id or 0, a.title, a.outlet, a.event_at, a.url, 0, a.group_id or 0, m.score, m.basis, m.state,
            m.provisional, m.reason, a.source,
        )
        for m, a in session.exec(rows.order_by(col(Match.id)))
    ]  # fmt: skip


def matches(
    session: Session, topic_id: int, *, state: str = "match", limit: int = 20, before: Cursor | None = None
) -> list[Listed]:
    """Give what a topic matched (or `near` misses), newest first, one for each copy group.

    `before` is the time and id of the last row of the page before.
    """
    earliest = (col(Article.event_at), col(Article.id))
    first = func.row_number().over(partition_by=col(Article.group_id), order_by=earliest).label("place")
    ranked = (
        select(col(Match.id), first)
        .join(Article, col(Article.id) == Match.article_id)
        .where(Match.topic_id == topic_id, Match.state == state)
        .subquery()
    )
    other = aliased(Article)
    copies = select(func.count() - 1).where(other.group_id == Article.group_id).scalar_subquery()
    rows = (
        select(Match, Article, copies)
        .join(ranked, ranked.c.id == col(Match.id))
        .join(Article, col(Article.id) == Match.article_id)
        .where(ranked.c.place == 1, *_after_page(before))
        .order_by(col(Article.event_at).desc(), col(Article.id).desc())
        .limit(limit)
    )
    return [_listed(match, article, number) for match, article, number in session.exec(rows)]


def undecided(session: Session, topic_id: int, state: str, but: Iterable[int], most: int = 200) -> list[Listed]:
    """Give what matched, or nearly did, nearest to the line first, one of each copy group, the articles `but` left out.

    A group that holds one of those is left out too: a copy would teach nothing new.
    """
    judged = select(Article.group_id).where(col(Article.id).in_(list(but)))
    rows = (
        select(Match, Article)
        .join(Article, col(Article.id) == Match.article_id)
        .where(Match.topic_id == topic_id, Match.state == state, col(Article.group_id).not_in(judged))
        .order_by(func.abs(col(Match.score) - 0.5), col(Match.article_id))
        .limit(most)
    )
    groups: dict[int, Listed] = {}
    for match, article in session.exec(rows):
        groups.setdefault(article.group_id or match.article_id, _listed(match, article, 0))
    return list(groups.values())


def earlier_on_topic(session: Session, topic_id: int, article: Article, said: dict[int, bool], most: int) -> list[int]:
    """Give the newest articles before one that match, or that were judged relevant, without its own copies."""
    relevant = [id for id, yes in said.items() if yes]
    matched = select(Match.article_id).where(Match.topic_id == topic_id, Match.state == "match")
    rows = (
        select(Article.id)
        .where(or_(col(Article.id).in_(matched), col(Article.id).in_(relevant)))
        .where(Article.event_at < article.event_at, col(Article.id) != article.id)
        .where(or_(col(Article.group_id).is_(None), col(Article.group_id) != article.group_id))
        .order_by(col(Article.event_at).desc(), col(Article.id).desc())
        .limit(most)
    )
    return [id for id in session.exec(rows) if id is not None and said.get(id, True)]


def _listed(match: Match, article: Article, copies: int) -> Listed:
    id = match.article_id
    return Listed(
        id, article.title, article.outlet, article.event_at, article.url, copies, article.group_id or id,
        match.score, match.basis, match.state, match.provisional, match.reason, article.source,
    )  # fmt: skip


def _after_page(before: Cursor | None) -> list[Any]:
    if before is None:
        return []
    at, id = before
    return [or_(col(Article.event_at) < at, and_(col(Article.event_at) == at, col(Article.id) < id))]


def counts(session: Session, state: str = "match") -> dict[int, int]:
    """Give for each topic the number of articles that match (or are `near` misses), copies with them."""
    rows = select(Match.topic_id, func.count()).where(Match.state == state).group_by(col(Match.topic_id))
    return {row[0]: row[1] for row in session.exec(rows)}


def newest(session: Session) -> dict[int, datetime]:
    """Give for each topic the time of its newest match."""
    newest = func.max(Match.event_at)
    rows = select(Match.topic_id, newest).where(Match.state == "match").group_by(col(Match.topic_id))
    return {row[0]: row[1] for row in session.exec(rows)}


def matches_since(session: Session, match_id: int) -> int:
    """Count matches made after one."""
    return session.exec(select(func.count()).where(col(Match.id) > match_id, Match.state == "match")).one()


def last_match_id(session: Session) -> int:
    """Give the id of the newest decision, 0 where there is none."""
    return session.exec(select(func.max(Match.id))).one() or 0
