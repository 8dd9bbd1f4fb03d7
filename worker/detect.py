"""Detect: asks every topic about an article. Holds the profiles of this process and reads again those that changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from domain.article import Text
from domain.topics import Analysis, Decision, Profile, RuleIndex, TopicIndex, analyse, reason
from domain.topics.passage import passage, state_of
from storage import topics

_READ = 20  # profiles read at once


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
    """The topics as this process knows them, packed; only those that say something are unpacked."""

    generation: int = -1
    _versions: dict[int, int] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _index: TopicIndex = field(default_factory=TopicIndex)
    _ruled: dict[int, Profile] = field(default_factory=dict)
    _rules: RuleIndex = field(default_factory=lambda: RuleIndex({}))

    def refresh(self, session: Session) -> None:
        """Take up topics that were added, changed or removed since the last look."""
        generation = topics.generation(session)
        if generation == self.generation:
            return
        versions = topics.versions(session)
        changed = [id for id, version in versions.items() if self._versions.get(id) != version]
        gone = self._versions.keys() - versions.keys()
        self.generation = -1  # what is put halfway when something is raised is put again
        for id in gone:
            del self._names[id]
        for id in {*gone, *changed} & self._ruled.keys():
            del self._ruled[id]
        self._index.drop([*gone, *changed])
        self._index.put(self._read(session, changed))
        self._rules = RuleIndex(self._ruled)
        self._versions, self.generation = versions, generation

    def _read(self, session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Profile]]:
        """Read profiles, a few at a time: ten thousand at once would fill the memory that packing them saves.

        Those with rules are kept beside, and given only where their example alone is enough.
        """
        for start in range(0, len(ids), _READ):
            for id, (name, profile) in topics.profiles(session, ids[start : start + _READ]).items():
                self._names[id] = name
                learned = Profile.from_json(profile)
                if learned.rules:
                    self._ruled[id] = learned
                if not learned.rules or (learned.rules.any and learned.terms):
                    yield id, learned

    def decide(self, text: Text, at: float, analysis: Analysis | None = None) -> Iterator[Found]:
        """Give the topics that match an article or nearly do. `at` is its event time, in seconds since 1970.

        `analysis` is that of the text where it is known.
        """
        if not self._versions:
            return
        analysis = analysis or analyse(text)
        for id, decision in self._rules.decide(analysis, self._index.decide(analysis, at), at):
            why, state = told(self._ruled.get(id) or self._index.profile(id), text, analysis, decision)
            yield Found(id, self._names[id], self._versions[id], state, decision.score, why)
