"""Says what query and names of a topic found in an article, in the article's own words, and what they did not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from domain.arabic import spans
from domain.article import Text
from domain.places import Span, StemPlaces, carrying, excluding, lacking
from domain.topics.criteria import by_rules, mentioned, with_example
from domain.topics.decide import Analysis
from domain.topics.decide import decide as decide_by_example
from domain.topics.profile import Profile
from domain.topics.rules import meaning

_MOST_MISSING = 20  # of many names


@dataclass(frozen=True, slots=True)
class RulePlace:
    """Words of an article that a query or name found: `start` and `end` count characters of the title or the body."""

    surface: str
    field: Literal["title", "body"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RuleReason:
    """What was found where, what is missing, which words the query excludes, and what each criterion said."""

    places: list[RulePlace]
    missing: list[str]
    excluded: list[str]
    criteria: list[dict[str, object]]


def explain_rules(profile: Profile, text: Text, analysis: Analysis) -> RuleReason:
    """Explain the rules of a topic that has some."""
    asked = meaning(profile.rules)
    places = StemPlaces(analysis.title, analysis.body)
    names = mentioned(asked.names, places)
    found = [span for mentions in names.values() for span in mentions]
    missing, excluded = [], []
    if len(names) < asked.least:
        missing = [name.text for name in asked.names if name.text not in names][:_MOST_MISSING]
    if asked.query:
        found += carrying(asked.query, places)
        missing = [*lacking(asked.query, places), *missing]
        excluded = [place.surface for place in _placed(excluding(asked.query, places), text)]
    said = with_example(profile, decide_by_example(profile, analysis), by_rules(profile.rules, places))
    return RuleReason(
        _placed(found, text), list(dict.fromkeys(missing)), list(dict.fromkeys(excluded)),
        [{"kind": one.kind, "match": one.match, "near": one.near, "score": round(one.score, 4)} for one in said],
    )  # fmt: skip


def _placed(found: Iterable[Span], text: Text) -> list[RulePlace]:
    """Give the characters of some words, in the order of the article; what lies inside another is left out."""
    title, body = spans(text.title), spans(text.body)
    placed: list[RulePlace] = []
    after = 0
    for span in sorted(set(found), key=lambda span: (span.first, -span.end)):
        if span.end <= after:
            continue
        after = span.end
        inside, part, words = span.first < len(title), text.body, body
        first, last = span.first, span.end - 1
        if inside:
            part, words = text.title, title
        else:
            first, last = first - len(title) - 1, last - len(title) - 1
        start, end = words[first][0], words[last][1]
        placed.append(RulePlace(part[start:end], "title" if inside else "body", start, end))
    return placed
