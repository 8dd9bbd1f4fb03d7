"""Backfill: asks one topic about everything stored, sets its level by what it finds, lets it grow, keeps what matches.

It alerts nobody. It is done again when a topic changes, when its matches have doubled, and when the store has grown to
twice what the topic's level was set by, since a level learned from few articles is a guess.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain.article import Basis
from domain.topics import Profile, analyse, decide
from domain.topics.passage import MATCH
from storage import articles, growth, learning, topics, versions
from storage.engine import lock_grouping
from storage.learned import TopicVersion
from storage.models import Article
from worker.context import Context
from worker.detect import told
from worker.growth import hunt_growing
from worker.retro import Hunted, Progress, hunt, unseen
from worker.stems import complete

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Filled:
    """What a backfill did: articles that match, articles asked about, matches that it gained and lost."""

    matched: int
    read: int
    gained: int
    lost: int

    def to_json(self) -> dict[str, int]:
        """Give it as JSON values."""
        return asdict(self)


def backfill(context: Context, topic_id: int, progress: Progress = unseen, *, level: bool = True) -> Filled:
    """Ask a topic about everything stored; without `level` its level stays, and nothing is done where it was asked.

    When the topic changes meanwhile it is asked again, as it is then. Raises NotFound.
    """
    while (filled := _fill(context, topic_id, progress, level)) is None:
        pass  # the topic was changed while the stored articles were read
    return filled


def _fill(context: Context, topic_id: int, progress: Progress, level: bool) -> Filled | None:
    began = context.clock()
    if level:
        context.db.transact(lambda s: learning.relearn(s, topic_id, began))
    with context.db.read() as session:
        topic = topics.by_id(session, topic_id)
        state = versions.in_force(session, topic_id)
        last, number = articles.last_id(session), topics.counts(session).get(topic_id, 0)
    if not level and topic.scored == topic.version:
        return Filled(number, 0, 0, 0)
    complete(context, last)
    if level and topic.grows:
        hunted, grown = _grow(context, state, last, progress)
    else:
        profile = Profile.from_json(state.profile)
        hunted, grown = hunt(context, profile, last, level=level, progress=progress), state.growth
    return context.db.transact(lambda s: _write(s, state, hunted, grown, last, began, context.clock()))


def _grow(context: Context, state: TopicVersion, last: int, progress: Progress) -> tuple[Hunted, list[int]]:
    """Ask about everything stored, let the topic grow by the best, and ask again."""

    def regrow(ids: Sequence[int]) -> Profile:
        base = Profile.from_json(state.base)
        with context.db.read() as session:
            return learning.profile_of(session, base, state.reference_ids, state.verdicts, ids)

    judged = {article_id: bool(relevant) for article_id, relevant in state.verdicts}
    return hunt_growing(context, regrow([]), last, regrow, judged=judged, progress=progress)


def _write(
    session: Session,
    state: TopicVersion,
    hunted: Hunted,
    grown: list[int],
    last: int,
    began: datetime,
    now: datetime,
) -> Filled | None:
    """Replace what the topic had decided with what it decides now, profile and decisions in one transaction.

    What was decided since it `began`, on a page's full text that came meanwhile, stands. Gives None, and writes
    nothing, when the topic was changed since.
    """
    lock_grouping(session)
    id = state.topic_id
    if topics.by_id(session, id).version != state.version:
        return None
    version = _keep_profile(session, state, hunted.profile, grown, last, now)
    before, after = topics.matched_up_to(session, id, last), set(hunted.matches)
    fresh = topics.decided_since(session, id, began)
    ids = sorted(set(hunted.found) - fresh)
    topics.forget_matches(session, id, {*ids, *fresh}, last)
    for start in range(0, len(ids), CHUNK):
        found = articles.several(session, ids[start : start + CHUNK])
        rows = [_row(hunted.profile, id, version, article, now) for article in found]
        topics.decide(session, rows)
        after -= {row["article_id"] for row in rows if row["state"] != MATCH}
    versions.note_scored(session, id, version, last if hunted.level else None)
    if hunted.level:
        growth.note(session, id, len(after))
    return Filled(len(after), hunted.read, len(after - before), len(before - after))


def _keep_profile(
    session: Session, state: TopicVersion, profile: Profile, grown: list[int], last: int, now: datetime
) -> int:
    """Make a version of a profile whose level was set anew or that grew, unless it is the same. Gives its number."""
    data = profile.to_json()
    if data == state.profile:
        return state.version
    base = replace(Profile.from_json(state.base), levels=profile.levels).to_json()
    values: dict[str, Any] = {"base": base, "profile": data, "calibrated": last, "growth": grown}
    cause = "calibrated" if grown == state.growth else "grown"
    return versions.advance(session, state.topic_id, cause, now, **values)


def _row(profile: Profile, topic_id: int, version: int, article: Article, now: datetime) -> dict[str, Any]:
    text = articles.read(article)
    analysis = analyse(text)
    decision = decide(profile, analysis, article.event_at.timestamp())
    why, state = told(profile, text, analysis, decision)
    return {
        "topic_id": topic_id, "article_id": article.id, "state": state,
        "score": decision.score, "basis": text.basis.value, "provisional": text.basis is not Basis.FULL,
        "version": version, "reason": why, "event_at": article.event_at,
        "decided": now,
    }  # fmt: skip
