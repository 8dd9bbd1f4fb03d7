"""Detect: asks every topic about an article. Holds the profiles of this process and reads again those that changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from domain.article import Text
from domain.topics import Analysis, Decision, Profile, TopicIndex, analyse, reason
from domain.topics.passage import passage, state_of
from storage import topics


@dataclass(frozen=True, slots=True)
class Found:
    """What one topic said of an article: its state (`domain.topics.passage`) and the reason in the article's words."""

    topic_id: int
    topic: str
    version: int
    state: str
    score: float
    reason: dict[str, Any]


def told(profile: Profile, text: Text, analysis: Analysis, decision: Decision) -> tuple[dict[str, Any], str]:
    """Give the reason of a match or near miss, with the passage where it is one, and its state."""
    found = passage(profile, text, decision)
    why = reason(profile, text, analysis, decision) | ({"passage": found.to_json()} if found else {})
    return why, state_of(decision, found)


@dataclass(slots=True)
class Detector:
    """The topics as this process knows them."""

    generation: int = -1
    _versions: dict[int, int] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _profiles: dict[int, Profile] = field(default_factory=dict)
    _index: TopicIndex = field(default_factory=lambda: TopicIndex({}))

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
        self._index = TopicIndex(self._profiles)

    def decide(self, text: Text) -> Iterator[Found]:
        """Give the topics that match an article or nearly do."""
        if not self._profiles:
            return
        analysis = analyse(text)
        for id, decision in self._index.decide(analysis):
            why, state = told(self._profiles[id], text, analysis, decision)
            yield Found(id, self._names[id], self._versions[id], state, decision.score, why)
