"""Explains what a topic says of a stored article, as both are now. Nothing is stored."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from domain.topics import Decision, Profile, analyse, decide
from domain.topics.against import against, most_alike
from domain.topics.passage import PASSAGE, of_passage
from storage import articles, topics, versions
from storage.models import Article
from worker.detect import told
from worker.retro import Hunted

_EARLIER = 300  # of a topic's earlier articles, so many of the newest are compared


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision with its whole reason. `nearest` is the most similar earlier article on the topic, with the cosine."""

    article: Article
    decision: Decision
    reason: dict[str, Any]
    against: dict[str, Any]
    nearest: tuple[Article, float] | None
    verdict: bool | None
    version: int
    state: str


def explain(session: Session, topic_id: int, article_id: int) -> Explained:
    """Ask a topic about a stored article. Raises NotFound."""
    state, article = versions.in_force(session, topic_id), articles.get(session, article_id)
    profile = Profile.from_json(state.profile)
    text = articles.read(article)
    analysis = analyse(text)
    decision = decide(profile, analysis, article.event_at.timestamp())
    why, is_state = told(profile, text, analysis, decision)
    said = versions.verdicts(session, topic_id)
    earlier = topics.earlier_on_topic(session, topic_id, article, said, _EARLIER)
    found = most_alike(analysis, {id: analyse(text) for id, text in articles.texts(session, earlier).items()})
    return Explained(
        article, of_passage(decision, is_state == PASSAGE), why, against(profile, analysis, decision),
        (articles.get(session, found[0]), found[1]) if found else None, said.get(article_id), state.version,
        is_state,
    )  # fmt: skip


def newest_of(session: Session, hunted: Hunted, most: int) -> list[tuple[Article, Decision]]:
    """Give the newest articles that a topic would match, newest first."""
    found = sorted(articles.several(session, hunted.matches[-most:]), key=lambda a: (a.event_at, a.id), reverse=True)
    return [(article, hunted.found[article.id or 0]) for article in found]
