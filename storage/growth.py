"""When a topic grows: as it is made, as the store doubles, and as its own matches do."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select, update

from domain.errors import BadInput
from domain.topics import Profile
from storage import jobs, learning, topics, versions
from storage.models import Match, Topic

LEAST = 2  # matches beyond twice those that a topic had, before it grows again


def turn(session: Session, topic_id: int, grows: bool, now: datetime) -> int:
    """Let a topic grow, or stop it and take back what it grew by. Gives the job that asks about the stored articles.

    Raises NotFound, BadInput when it is so already.
    """
    topics.changed(session)
    topic, state = topics.by_id(session, topic_id), versions.in_force(session, topic_id)
    if topic.grows is grows:
        raise BadInput(f"this topic {'grows' if grows else 'does not grow'} already")
    topic.grows = grows
    session.add(topic)
    profile = learning.profile_of(session, Profile.from_json(state.base), state.reference_ids, state.verdicts)
    cause = "growth_on" if grows else "growth_off"
    versions.advance(session, topic_id, cause, now, profile=profile.to_json(), growth=[])
    return jobs.ask(session, learning.BACKFILL, {"topic_id": topic_id}, now)


def ask_for(session: Session, topic_ids: Collection[int], now: datetime) -> None:
    """Ask for the growth of those topics whose matches have doubled since they last grew."""
    for id in due(session, topic_ids) if topic_ids else ():
        jobs.ask_once(session, learning.BACKFILL, {"topic_id": id}, now)


def due(session: Session, topic_ids: Collection[int]) -> Sequence[int]:
    """Give those of some topics whose matches have doubled since they last grew."""
    growing = select(Topic.id, Topic.grown).where(col(Topic.id).in_(topic_ids), col(Topic.grows))
    before = {id: grown for id, grown in session.exec(growing) if id is not None}
    matched = select(Match.topic_id, func.count()).where(Match.state == "match", col(Match.topic_id).in_(before))
    counted = session.exec(matched.group_by(col(Match.topic_id)))
    return [id for id, number in counted if number > 2 * before[id] + LEAST]


def note(session: Session, topic_id: int, matches: int) -> None:
    """Write down how many matches a topic has when it grows."""
    session.exec(update(Topic).where(col(Topic.id) == topic_id).values(grown=matches))
