"""Detect: asks every topic about an article. Holds the profiles of this process and reads again those that changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from domain.article import Text
from domain.topics import Profile, RuleIndex, TopicIndex, analyse, reason
from storage import topics

MATCH, NEAR = "match", "near"


@dataclass(frozen=True, slots=True)
class Found:
    """What one topic said of an article: `match`, or `near` for a near miss, with the reason in the article's words."""

    topic_id: int
    topic: str
    version: int
    state: str
    score: float
    reason: dict[str, Any]


@dataclass(slots=True)
class Detector:
    """The topics as this process knows them."""

    generation: int = -1
    _versions: dict[int, int] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _profiles: dict[int, Profile] = field(default_factory=dict)
    _index: TopicIndex = field(default_factory=lambda: TopicIndex({}))
    _rules: RuleIndex = field(default_factory=lambda: RuleIndex({}))

    def refresh(self, session: Session) -> None:
        """Take up topics that were added, changed or removed since the last look."""
        generation = topics.generation(session)
        if generation == self.generation:
            return
        versions = topics.versions(session)
        changed = [id for id, version in versions.items() if self._versions.get(id) != version]
        for id, (name, profile) in topics.profiles(session, changed).items():
            self._names[id], self._profiles[id] = name, Profile.from_json(profile)
        self._profiles = {id: profile for id, profile in self._profiles.items() if id in versions}
        self._versions, self.generation = versions, generation
        self._rules = RuleIndex(self._profiles)
        self._index = TopicIndex(self._rules.others)

    def decide(self, text: Text) -> Iterator[Found]:
        """Give the topics that match an article or nearly do."""
        if not self._profiles:
            return
        analysis = analyse(text)
        for id, decision in self._rules.decide(analysis, self._index.decide(analysis)):
            why = reason(self._profiles[id], text, analysis, decision)
            state = MATCH if decision.match else NEAR
            yield Found(id, self._names[id], self._versions[id], state, decision.score, why)
