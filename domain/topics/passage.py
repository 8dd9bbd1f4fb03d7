"""Tells a match of a whole article from one of a passage: a story of a bulletin or a press review."""

from dataclasses import dataclass, replace
from functools import lru_cache

from domain.article import Basis, Text
from domain.background import Background, shipped_background
from domain.topics.decide import Decision, analyse, decide
from domain.topics.parts import Parts, split
from domain.topics.profile import Profile
from domain.topics.reference import story

MATCH, NEAR, PASSAGE = "match", "near", "passage"
_FILLED = 1 / 3  # of the words: an article that speaks of the topic so much is on it
_HEADLINE = 0.5  # weight of the facets that stand in the headline of an article on the topic


@dataclass(frozen=True, slots=True)
class Passage:
    """The story of a roundup that is on a topic: its number of `parts`, from 1, and its place in the body."""

    part: int
    parts: int
    start: int
    end: int

    def to_json(self) -> dict[str, int]:
        """Give it as JSON values; `start` and `end` count characters of the body."""
        return {"part": self.part, "parts": self.parts, "start": self.start, "end": self.end}


def passage(profile: Profile, text: Text, decision: Decision, background: Background | None = None) -> Passage | None:
    """Give the passage of a roundup that is on a topic, where the article as a whole is not.

    It is None for an article of one story, for a roundup with the topic in its headline or in a third of its words,
    where no story of it matches by itself, and where rules decide. Asked only of what matches or nearly does.
    """
    if text.basis is not Basis.FULL or not (decision.match or decision.near) or not profile.terms or profile.rules:
        return None
    if _in_headline(profile, text, background):
        return None
    found = _split(text) if background is None else split(text, background)
    if not found.roundup:
        return None
    lengths = [len(text.body[part.start : part.end].split()) for part in found.parts]
    made = [decide(profile, analyse(story(text, part), background)) for part in found.parts]
    on = [place for place, one in enumerate(made) if one.match]
    if not on or sum(lengths[place] for place in on) >= _FILLED * sum(lengths):
        return None
    best = max(on, key=lambda place: (made[place].score, -place))
    return Passage(best + 1, len(found.parts), found.parts[best].start, found.parts[best].end)


@lru_cache(maxsize=64)
def _split(text: Text) -> Parts:
    """Split an article; many topics ask about one."""
    return split(text)


def _in_headline(profile: Profile, text: Text, background: Background | None) -> bool:
    stems = set((background or shipped_background()).stems(text.title))
    held = sum(f.weight for f in profile.facets if not stems.isdisjoint((*f.words, *f.spellings)))
    return held >= _HEADLINE


def state_of(decision: Decision, found: Passage | None) -> str:
    """Give the state of a match: `match`, `near` for a near miss, `passage` where only a passage is on topic."""
    return PASSAGE if found else MATCH if decision.match else NEAR


def of_passage(decision: Decision, is_passage: bool) -> Decision:
    """Give a decision as it is for the whole article: a passage is no match of it."""
    return replace(decision, match=False, near=False) if is_passage else decision
