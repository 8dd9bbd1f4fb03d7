"""Detect: asks every topic about an article. Holds the profiles of this process and reads again those that changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from domain.article import Text
from domain.topics import Analysis, Profile, TopicIndex, analyse, reason
from storage import topics

MATCH, NEAR = "match", "near"
_READ = 20  # profiles read at once


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
    """The topics as this process knows them, packed; only those that say something are unpacked."""

    generation: int = -1
    _versions: dict[int, int] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _index: TopicIndex = field(default_factory=TopicIndex)

    def refresh(self, session: Session) -> None:
        """Take up topics that were added, changed or removed since the last look."""
        generation = topics.generation(session)
        if generation == self.generation:
            return
        versions = topics.versions(session)
        changed = [id for id, version in versions.items() if self._versions.get(id) != version]
        gone = self._versions.keys() - versions.keys()
        self.generation = -1  # what is put halfway when something is raised is put again
        self._index.drop(gone)
        self._index.put(self._read(session, changed))
        for id in gone:
            del self._names[id]
        self._versions, self.generation = versions, generation

    def _read(self, session: Session, ids: Sequence[int]) -> Iterator[tuple[int, Profile]]:
        """Read profiles, a few at a time: ten thousand at once would fill the memory that packing them saves."""
        for start in range(0, len(ids), _READ):
            for id, (name, profile) in topics.profiles(session, ids[start : start + _READ]).items():
                self._names[id] = name
                yield id, Profile.from_json(profile)

    def decide(self, text: Text, analysis: Analysis | None = None) -> Iterator[Found]:
        """Give the topics that match an article or nearly do; `analysis` is that of the text where it is known."""
        if not self._versions:
            return
        analysis = analysis or analyse(text)
        for id, decision in self._index.decide(analysis):
            why = reason(self._index.profile(id), text, analysis, decision)
            state = MATCH if decision.match else NEAR
            yield Found(id, self._names[id], self._versions[id], state, decision.score, why)
