"""Backfill: asks one topic about everything stored, sets its level by what it finds, and keeps what matches.

It alerts nobody. It is done again when a topic changes, and when the store has grown to twice what the topic's level
was set by, since a level learned from few articles is a guess.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain.article import Basis, Text
from domain.topics import Analysis, Measure, Profile, analyse, calibrate, judge, measure, reason
from storage import articles, topics
from storage.models import Article
from worker.context import Context
from worker.detect import MATCH, NEAR

CHUNK = 1_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """A stored article as one topic sees it, before its level is known."""

    id: int
    basis: Basis
    measure: Measure


def backfill(context: Context, topic_id: int, progress: Progress = lambda done, total: None) -> tuple[int, int]:
    """Ask a topic about everything stored. Gives how many articles match and how many were read."""
    with context.db.read() as session:
        topic = topics.by_id(session, topic_id)
        last = articles.last_id(session)
    profile = Profile.from_json(topic.profile)
    measured = list(_measure_all(context, profile, last, progress))
    for basis in {m.basis for m in measured}:
        profile = calibrate(profile, [m.measure.similarity for m in measured if m.basis is basis], basis)
    kept = {m.id for m in measured if _passes(profile, m)}
    matched = context.db.transact(lambda s: _write(s, topic_id, profile, sorted(kept), last, context.clock()))
    return matched, len(measured)


def _measure_all(context: Context, profile: Profile, last: int, progress: Progress) -> Iterator[Measured]:
    """Measure every stored article, newest first."""
    below, done = last + 1, 0
    while True:
        with context.db.read() as session:
            rows = articles.texts_below(session, below, CHUNK)
        if not rows:
            return
        for id, title, body, basis in rows:
            yield Measured(id, Basis(basis), measure(profile, analyse(Text(title, body, Basis(basis)))))
        below, done = rows[-1][0], done + len(rows)
        progress(done, last)


def _passes(profile: Profile, measured: Measured) -> bool:
    decision = judge(profile, measured.measure, measured.basis)
    return decision.match or decision.near


def _write(session: Session, topic_id: int, profile: Profile, ids: Sequence[int], last: int, now: datetime) -> int:
    """Replace what the topic had decided with what it decides now, profile and decisions in one transaction."""
    version = topics.set_profile(session, topic_id, profile.to_json(), last)
    topics.forget_matches(session, topic_id, ids, last)
    matched = 0
    for start in range(0, len(ids), CHUNK):
        rows = [_row(profile, topic_id, version, a, now) for a in articles.several(session, ids[start : start + CHUNK])]
        matched += sum(row["state"] == MATCH for row in rows)
        topics.decide(session, rows)
    return matched


def _row(profile: Profile, topic_id: int, version: int, article: Article, now: datetime) -> dict[str, Any]:
    text = Text(article.title, article.text, Basis(article.basis))
    analysis: Analysis = analyse(text)
    decision = judge(profile, measure(profile, analysis), text.basis)
    return {
        "topic_id": topic_id, "article_id": article.id, "state": MATCH if decision.match else NEAR,
        "score": decision.score, "basis": text.basis.value, "provisional": text.basis is not Basis.FULL,
        "version": version, "reason": reason(profile, text, analysis, decision), "event_at": article.event_at,
        "decided": now,
    }  # fmt: skip
