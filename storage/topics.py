"""Topics, their references, and what they matched."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlmodel import Session

from domain.article import Text
from domain.errors import AlreadyExists, NotFound
from storage.articles import Cursor, Listed, _insert
from storage.models import Article, Match, Reference, Topic

# Articles that a topic may grow by before its first levels are set anew.
STALE_LEAST = 500


def add(
    session: Session, name: str, profile: dict[str, Any], references: Sequence[tuple[Text, str]], now: datetime
) -> Topic:
    """Add a topic with its references, each with the address that it came from. Raises AlreadyExists."""
    if session.execute(select(Topic.id).where(Topic.name == name)).first():  # type: ignore[call-overload]
        raise AlreadyExists(f"the topic «{name}» is there already: choose another name")
    topic = Topic(name=name, profile=profile, created=now)
    session.add(topic)
    session.flush()
    for reference, url in references:
        session.add(Reference(topic_id=topic.id, title=reference.title, text=reference.body, url=url, created=now))
    session.flush()
    return topic


def get(session: Session, which: str) -> Topic:
    """Give a topic by name or id. Raises NotFound."""
    topic = session.execute(select(Topic).where(Topic.name == which)).scalar_one_or_none()  # type: ignore[arg-type]
    if topic is None and which.isascii() and which.isdigit():
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
    return list(session.execute(select(Topic).order_by(Topic.id)).scalars())  # type: ignore[arg-type]


def versions(session: Session) -> dict[int, int]:
    """Give the version of each active topic: what a worker compares to know whether it must read profiles again."""
    return {
        id: version for id, version in session.execute(select(Topic.id, Topic.version).where(Topic.state == "active"))
    }  # type: ignore[call-overload]


def profiles(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, dict[str, Any]]]:
    """Give name and profile of topics."""
    rows = select(Topic.id, Topic.name, Topic.profile).where(Topic.id.in_(list(ids)))  # type: ignore[union-attr,call-overload]
    return {id: (name, profile) for id, name, profile in session.execute(rows)}


def set_profile(session: Session, topic_id: int, profile: dict[str, Any], calibrated: int) -> int:
    """Keep a changed profile under the next version, which it gives; workers see it at their next task.

    `calibrated` is the id of the newest article that the profile's levels were set by.
    """
    change = update(Topic).where(Topic.id == topic_id).returning(Topic.version)  # type: ignore[arg-type,call-overload]
    values = {"profile": profile, "version": Topic.version + 1, "calibrated": calibrated}
    return session.execute(change.values(**values)).scalar_one()  # type: ignore[no-any-return]


def stale(session: Session, last_article: int) -> list[int]:
    """Give the topics whose levels were set by less than half of what is stored now."""
    rows = select(Topic.id).where(Topic.state == "active", Topic.calibrated * 2 + STALE_LEAST < last_article)  # type: ignore[call-overload]
    return list(session.execute(rows).scalars())


def forget_matches(session: Session, topic_id: int, but: Sequence[int], last: int) -> None:
    """Withdraw what a topic had matched among the articles up to `last` and does not match now."""
    now = select(Match.id).where(Match.topic_id == topic_id, Match.article_id <= last, Match.state != "withdrawn")  # type: ignore[call-overload]
    kept = set(but)
    rows = session.execute(now.add_columns(Match.article_id))
    gone = [id for id, article_id in rows if article_id not in kept]
    for start in range(0, len(gone), 1_000):
        session.execute(update(Match).where(Match.id.in_(gone[start : start + 1_000])).values(state="withdrawn"))  # type: ignore[union-attr]


def remove(session: Session, topic: Topic) -> None:
    """Remove a topic with its matches, subscriptions and alerts; articles stay."""
    session.execute(delete(Topic).where(Topic.id == topic.id))  # type: ignore[arg-type]


def references(session: Session, topic_id: int) -> list[Reference]:
    """Give the references of a topic, oldest first."""
    return list(
        session.execute(select(Reference).where(Reference.topic_id == topic_id).order_by(Reference.id)).scalars()
    )  # type: ignore[arg-type]


def decide(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep decisions, one row for each topic and article; a later decision about the same replaces the earlier."""
    if not rows:
        return
    statement = _insert(session, Match)
    newer = {
        name: statement.excluded[name]
        for name in ("state", "score", "basis", "provisional", "version", "reason", "decided")
    }
    session.execute(statement.on_conflict_do_update(index_elements=["topic_id", "article_id"], set_=newer), list(rows))


def withdraw(session: Session, article_id: int, but: Iterable[int], now: datetime) -> None:
    """Take matches back that the full text did not bear out; the row stays, as a record."""
    rows = update(Match).where(
        Match.article_id == article_id, Match.topic_id.not_in(list(but)), Match.state != "withdrawn"
    )  # type: ignore[arg-type,attr-defined]
    session.execute(rows.values(state="withdrawn", provisional=False, decided=now))


def decided(session: Session, article_id: int) -> dict[int, Match]:
    """Give the decisions about an article by topic."""
    return {m.topic_id: m for m in session.execute(select(Match).where(Match.article_id == article_id)).scalars()}  # type: ignore[arg-type]


def told(session: Session, pairs: Iterable[tuple[int, int]], but: Iterable[int]) -> set[tuple[int, int]]:
    """Give those of the (topic, group) pairs in which an article already matched, the articles `but` left out."""
    wanted = set(pairs)
    rows = (
        select(Match.topic_id, Article.group_id)  # type: ignore[call-overload]
        .join(Article, Article.id == Match.article_id)
        .where(Article.group_id.in_({group for _, group in wanted}), Match.state == "match")  # type: ignore[union-attr]
        .where(Match.topic_id.in_({topic for topic, _ in wanted}), Match.article_id.not_in(list(but)))  # type: ignore[attr-defined]
    )
    return {(topic, group) for topic, group in session.execute(rows)} & wanted


def all_matches(session: Session, topic_id: int) -> list[Listed]:
    """Give every article that a topic matched, copies too, in the order of the decisions."""
    rows = select(Match, Article).join(Article).where(Match.topic_id == topic_id, Match.state == "match").order_by(Match.id)  # type: ignore[arg-type]
    return [
        Listed(
            a.id or 0, a.title, a.outlet, a.event_at, a.url, 0, a.group_id or 0, m.score, m.basis, m.state,
            m.provisional, m.reason,
        )
        for m, a in session.execute(rows)
    ]  # fmt: skip


def matches(
    session: Session, topic_id: int, *, state: str = "match", limit: int = 20, before: Cursor | None = None
) -> list[Listed]:
    """Give what a topic matched (or `near` misses), newest first, one for each copy group.

    `before` is the time and id of the last row of the page before.
    """
    first = (
        func.row_number().over(partition_by=Article.group_id, order_by=(Article.event_at, Article.id)).label("place")
    )
    inner = (
        select(Match.article_id, Match.score, Match.basis, Match.provisional, Match.reason, Match.state, first)  # type: ignore[call-overload]
        .join(Article, Article.id == Match.article_id)
        .where(Match.topic_id == topic_id, Match.state == state)
        .subquery()
    )
    other = Article.__table__.alias("other")  # type: ignore[attr-defined]
    copies = select(func.count() - 1).where(other.c.group_id == Article.group_id).scalar_subquery()
    rows = (
        select(
            Article.id, Article.title, Article.outlet, Article.event_at, Article.url, Article.group_id, copies, inner
        )  # type: ignore[call-overload]
        .join(inner, inner.c.article_id == Article.id)
        .where(inner.c.place == 1, *_after_page(before))
        .order_by(Article.event_at.desc(), Article.id.desc())  # type: ignore[attr-defined,union-attr]
        .limit(limit)
    )
    return [
        Listed(r[0], r[1], r[2], r[3], r[4], r[6], r[5] or r[0], r.score, r.basis, r.state, r.provisional, r.reason)
        for r in session.execute(rows)
    ]


def _after_page(before: Cursor | None) -> list[Any]:
    if before is None:
        return []
    at, id = before
    return [or_(Article.event_at < at, and_(Article.event_at == at, Article.id < id))]  # type: ignore[arg-type,operator]


def counts(session: Session, state: str = "match") -> dict[int, int]:
    """Give for each topic the number of articles that match (or are `near` misses), copies with them."""
    rows = select(Match.topic_id, func.count()).where(Match.state == state).group_by(Match.topic_id)  # type: ignore[call-overload]
    return {row[0]: row[1] for row in session.execute(rows)}


def newest(session: Session) -> dict[int, datetime]:
    """Give for each topic the time of its newest match."""
    rows = select(Match.topic_id, func.max(Match.event_at)).where(Match.state == "match").group_by(Match.topic_id)  # type: ignore[call-overload]
    return {row[0]: row[1] for row in session.execute(rows)}


def matches_since(session: Session, match_id: int) -> int:
    """Count matches made after one."""
    rows = select(func.count()).where(Match.id > match_id, Match.state == "match")  # type: ignore[operator]
    return session.execute(rows).scalar_one()


def last_match_id(session: Session) -> int:
    """Give the id of the newest decision, 0 where there is none."""
    return session.execute(select(func.coalesce(func.max(Match.id), 0))).scalar_one()
