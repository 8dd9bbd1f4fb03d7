"""What was told of stories on which channel, and what is needed to decide whether there is more to tell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, or_, select, update

from domain.alerts import AlertState
from domain.bursts import HISTORY, SPAN
from storage.engine import insert_for
from storage.models import Alert, Article, Attempt, Channel, Feed, HeldAlert, Match, Subscription

STORY = col(Article.story_id)
WITHDRAWN = "withdrawn"
WAITING, TOLD = "waiting", "told"


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, as far as it is counted; `credit` is the agency that it credits."""

    id: int
    story: int
    group: int
    outlet: str
    event_at: datetime
    first_seen: datetime
    credit: str


@dataclass(frozen=True, slots=True)
class Word:
    """One thing told or held: on which channel, of which topic and story by now, by which reason's key and article."""

    channel: int
    topic: int
    story: int
    key: str
    article: int


def wanting(session: Session, topic_ids: Collection[int]) -> dict[int, list[Subscription]]:
    """Give for each topic the subscriptions that want to be told, those whose channel is paused with them."""
    rows = (
        select(Subscription)
        .join(Channel, col(Channel.id) == Subscription.channel_id)
        .where(col(Subscription.topic_id).in_(topic_ids), Subscription.state == "active", Channel.state != "off")
        .order_by(col(Subscription.id))
    )
    found: dict[int, list[Subscription]] = defaultdict(list)
    for subscription in session.exec(rows):
        found[subscription.topic_id or 0].append(subscription)
    return found


def members(session: Session, stories: Collection[int]) -> dict[int, list[Member]]:
    """Give the articles of stories, in order of event time."""
    columns: list[Any] = [col(Article.id), STORY, col(Article.group_id), col(Article.outlet), col(Article.event_at)]
    rows = (
        sa.select(*columns, col(Article.first_seen), col(Article.credit))
        .where(STORY.in_(stories))
        .order_by(col(Article.event_at), col(Article.id))
    )
    found: dict[int, list[Member]] = defaultdict(list)
    for id, story, group, *rest in session.execute(rows):
        found[story].append(Member(id, story, group or id, *rest))
    return found


def told(session: Session, stories: Collection[int]) -> list[Word]:
    """Give everything that was told of stories, or is held for a digest.

    An article that was told counts for the story in which it is now: stories that were joined are told, and of one
    that was split off only what its own articles told.
    """
    return [*_sent(session, stories), *_held(session, stories)]


def _sent(session: Session, stories: Collection[int]) -> Iterable[Word]:
    columns: list[Any] = [col(Alert.channel_id), col(Alert.topic_id), STORY, col(Alert.story_id), col(Alert.article_id)]
    rows = sa.select(*columns, col(Alert.reason), col(Alert.keys))
    rows = rows.join(Article, col(Article.id) == Alert.article_id, isouter=True)
    rows = rows.where(col(Alert.state) != AlertState.STALE.value)
    for channel, topic, now_in, story, article, reason, keys in session.execute(rows.where(_of(Alert, stories))):
        for key in {reason, *keys}:
            yield Word(channel, topic or 0, now_in or story, key, article or 0)


def _held(session: Session, stories: Collection[int]) -> Iterable[Word]:
    columns: list[Any] = [col(Subscription.channel_id), col(Subscription.topic_id), STORY, col(HeldAlert.story_id)]
    rows = sa.select(*columns, col(HeldAlert.article_id), col(HeldAlert.reason), col(HeldAlert.keys))
    rows = rows.join(Subscription, col(Subscription.id) == HeldAlert.subscription_id)
    rows = rows.join(Article, col(Article.id) == HeldAlert.article_id, isouter=True)
    rows = rows.where(col(HeldAlert.state) != WITHDRAWN)
    for channel, topic, now_in, story, article, reason, keys in session.execute(rows.where(_of(HeldAlert, stories))):
        for key in {reason, *keys}:
            yield Word(channel, topic or 0, now_in or story, key, article)


def _of(table: type[Alert] | type[HeldAlert], stories: Collection[int]) -> Any:
    inside = select(Article.id).where(STORY.in_(stories))
    return or_(col(table.story_id).in_(stories), col(table.article_id).in_(inside))


def matched(session: Session, stories: Collection[int], but: Collection[int]) -> dict[tuple[int, int], list[int]]:
    """Give by (topic, story) the articles that matched already, in order of event time, the articles `but` left out."""
    rows = (
        select(Match.topic_id, STORY, Match.article_id)
        .join(Article, col(Article.id) == Match.article_id)
        .where(STORY.in_(stories), Match.state == "match", col(Match.article_id).not_in(but))
        .order_by(col(Match.event_at), col(Match.article_id))
    )
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for topic, story, article in session.exec(rows):
        found[topic, story or 0].append(article)
    return found


def texts(session: Session, article_ids: Collection[int]) -> dict[int, tuple[str, str, datetime]]:
    """Give headline, text and event time of articles."""
    rows = select(Article.id, Article.title, Article.text, Article.event_at).where(col(Article.id).in_(article_ids))
    return {id: (title, text, at) for id, title, text, at in session.exec(rows) if id is not None}


def made_since(session: Session, subscription: Subscription, when: datetime) -> int:
    """Count the alerts about stories that a subscription was told since a time."""
    rows = select(func.count()).select_from(Alert).where(
        Alert.channel_id == subscription.channel_id, Alert.topic_id == subscription.topic_id,
        Alert.created >= when, Alert.story_id != 0, Alert.state != AlertState.STALE.value,
    )  # fmt: skip
    return session.exec(rows).one()


def lately(session: Session, topic_id: int, now: datetime) -> int:
    """Count the articles of the last hour that a topic matched, without copies."""
    rows = select(func.count()).select_from(Match).join(Article, col(Article.id) == Match.article_id)
    return session.exec(rows.where(*_leads(topic_id, now - SPAN, now))).one()


def times(session: Session, topic_id: int, now: datetime) -> list[datetime]:
    """Give the event times of the articles of the last 14 days that a topic matched, without copies."""
    rows = select(Match.event_at).join(Article, col(Article.id) == Match.article_id)
    return list(session.exec(rows.where(*_leads(topic_id, now - HISTORY - SPAN, now))))


def _leads(topic_id: int, after: datetime, until: datetime) -> tuple[Any, ...]:
    lead = Match.topic_id == topic_id, Match.state == "match", col(Article.group_id) == col(Article.id)
    return *lead, col(Match.event_at) > after, col(Match.event_at) <= until


def burst_told(session: Session, topic_id: int, since: datetime) -> set[int]:
    """Give the channels on which a burst of a topic was told, or held for a digest, since a time."""
    sent = select(Alert.channel_id).where(Alert.topic_id == topic_id, _is_burst(Alert))
    held = select(Subscription.channel_id).join(HeldAlert, col(HeldAlert.subscription_id) == Subscription.id)
    held = held.where(Subscription.topic_id == topic_id, _is_burst(HeldAlert))
    return {*session.exec(sent.where(Alert.created >= since)), *session.exec(held.where(HeldAlert.made >= since))}


def _is_burst(table: type[Alert] | type[HeldAlert]) -> Any:
    """Say whether a burst is among the reasons, the strongest or another."""
    return or_(col(table.reason).like("burst:%"), sa.cast(col(table.keys), sa.Text).like('%"burst:%'))


def hold(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep alerts for the digests of their subscriptions, but those that are kept already."""
    full = [{"state": WAITING, "alert_id": "", "keys": [], **row} for row in rows]
    if full:
        session.exec(insert_for(session, HeldAlert).on_conflict_do_nothing(), params=full)


def withdraw(session: Session, article_id: int, topics: Collection[int], now: datetime) -> None:
    """Write down that an article that was told matches topics no more.

    What was sent is not called back; its log says so. What waits for a digest is not told.
    """
    if not topics:
        return
    sent = select(Alert.id).where(Alert.article_id == article_id, col(Alert.topic_id).in_(topics))
    why = "the article matches no more since its text changed; what was told is not called back"
    session.add_all(Attempt(alert_id=id, at=now, outcome=WITHDRAWN, detail=why) for id in session.exec(sent))
    whose = select(Subscription.id).where(col(Subscription.topic_id).in_(topics))
    waiting = update(HeldAlert).where(col(HeldAlert.article_id) == article_id, col(HeldAlert.state) == WAITING)
    session.exec(waiting.where(col(HeldAlert.subscription_id).in_(whose)).values(state=WITHDRAWN))


def expire(session: Session, before: datetime) -> int:
    """End as stale the alerts that were due before a time and never tried. Gives how many.

    Asked only when the service was away that long: then its database may be an old one that was restored.
    """
    old = col(Alert.state) == AlertState.WAITING.value, col(Alert.attempts) == 0, col(Alert.due) < before
    why = "the service was away when it was due: old news by now"
    values = {"state": AlertState.STALE.value, "due": None, "detail": why}
    return session.exec(update(Alert).where(*old).values(**values)).rowcount


def hush(session: Session) -> tuple[int, int]:
    """Let what the next visit of each feed brings alert nobody, and end what waits, what is held for digests with it.

    Gives how many feeds, and how many alerts.

    For a database that was restored from a copy: what was told since then would be told again.
    """
    feeds = session.exec(update(Feed).where(col(Feed.primed)).values(primed=False, body_sha256="")).rowcount
    values = {"state": AlertState.STALE.value, "due": None, "detail": "hushed"}
    waiting = update(Alert).where(col(Alert.state) == AlertState.WAITING.value)
    held = session.exec(update(HeldAlert).where(col(HeldAlert.state) == WAITING).values(state=WITHDRAWN)).rowcount
    session.exec(update(Subscription).values(digest_due=None))
    return feeds, session.exec(waiting.values(**values)).rowcount + held
