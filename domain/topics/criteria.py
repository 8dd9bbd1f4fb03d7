"""Decides by all criteria of a topic: its example, its query, its names.

Each criterion gives a score with its line at 0.5. Where all must be met the lowest score counts, where one is enough
the highest (the minimum and maximum of Zadeh, "Fuzzy sets", 1965), so the line stays at 0.5. A query or names that are
met score by where their words stand, as facets do: p / (p + 1) of the way from 0.5 to 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domain.names import Name, mentions
from domain.places import Span, StemPlaces, carrying, holds
from domain.query import Query
from domain.topics.decide import PLACES, ZONES, Analysis, Decision
from domain.topics.decide import decide as decide_by_example
from domain.topics.profile import Profile
from domain.topics.rules import Meaning, Rules, meaning, rules_of

KINDS = ("example", "query", "names")


@dataclass(frozen=True, slots=True)
class Criterion:
    """What one criterion says of an article: the score is 0 to 1, at least 0.5 for a match."""

    kind: Literal["example", "query", "names"]
    match: bool
    near: bool
    score: float


def kind_of(profile: Profile) -> str:
    """Say what a topic is made of: `example`, `query`, `names`, or several with + between."""
    return _kind(bool(profile.terms), profile.rules)


def kind_in(data: Mapping[str, object]) -> str:
    """Say the same of a profile's JSON, without reading all of it: lists show thousands."""
    return _kind(bool(data.get("terms")), rules_of(data))


def _kind(example: bool, rules: Rules) -> str:
    has = (example, bool(rules.query), bool(rules.names))
    return "+".join(kind for kind, there in zip(KINDS, has, strict=True) if there)


def decide(profile: Profile, analysis: Analysis, at: float | None = None) -> Decision:
    """Decide whether an article is on a topic, by whatever the topic is made of; `at` is its time."""
    example = decide_by_example(profile, analysis, at)
    return combined(profile, analysis, example) if profile.rules else example


def combined(profile: Profile, analysis: Analysis, example: Decision) -> Decision:
    """Decide on an article by the rules of a topic that has some, and by what its example said."""
    return joined(profile, example, by_rules(profile.rules, StemPlaces(analysis.title, analysis.body)))


def joined(profile: Profile, example: Decision, said: Sequence[Criterion]) -> Decision:
    """Decide by what the example and the rules of a topic said."""
    found = with_example(profile, example, said)
    scores = [criterion.score for criterion in found]
    score = max(scores) if profile.rules.any else min(scores)
    enough = any if profile.rules.any else all
    match = enough(criterion.match for criterion in found)
    near = not match and enough(criterion.match or criterion.near for criterion in found)
    return Decision(match, near, score, score - 0.5, example.similarity, example.coverage, example.basis)


def with_example(profile: Profile, example: Decision, said: Sequence[Criterion]) -> list[Criterion]:
    """Give what each criterion of a topic said, its example first if it has one."""
    return [*([Criterion("example", example.match, example.near, example.score)] if profile.terms else []), *said]


def by_rules(rules: Rules, places: StemPlaces) -> list[Criterion]:
    """Give what query and names say, those that there are."""
    asked = meaning(rules)
    found = [_by_query(asked.query, places)] if asked.query else []
    return [*found, _by_names(asked, places)] if asked.names else found


def could_hold(rules: Rules, said: Sequence[Criterion]) -> bool:
    """Tell whether query and names say match or near, so that only the example is left to ask."""
    return (any if rules.any else all)(criterion.match or criterion.near for criterion in said)


def _by_query(query: Query, places: StemPlaces) -> Criterion:
    if not holds(query, places):
        return Criterion("query", False, False, 0.0)
    return Criterion("query", True, False, _score(carrying(query, places), places))


def _by_names(asked: Meaning, places: StemPlaces) -> Criterion:
    """Ask for names; one too few of several is nearly enough."""
    found = mentioned(asked.names, places)
    if len(found) >= asked.least:
        return Criterion("names", True, False, _score([span for spans in found.values() for span in spans], places))
    near = 0 < len(found) == asked.least - 1
    return Criterion("names", False, near, 0.5 * len(found) / asked.least)


def mentioned(names: Sequence[Name], places: StemPlaces) -> dict[str, list[Span]]:
    """Give where an article mentions each name that it mentions."""
    return {name.text: spans for name in names if (spans := mentions(name, places))}


def _score(spans: Sequence[Span], places: StemPlaces) -> float:
    """Give the score of what was found there: 0.5 for nothing, nearing 1 where title and lead are full of it."""
    prominence = sum(_prominence(span.first, places.title) for span in spans)
    return 0.5 + 0.5 * prominence / (prominence + 1)


def _prominence(place: int, title: int) -> float:
    """Give how much a word counts by its place, as a facet's word does."""
    lead, tail = ZONES
    if place < title:
        return PLACES[0]
    return PLACES[1 if place <= title + lead else 2 if place <= title + tail else 3]
