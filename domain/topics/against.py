"""Says what counts against an article being on a topic, or against a topic, and which article is most like another."""

from collections.abc import Mapping

from domain.topics.decide import Analysis, Decision, facet_met
from domain.topics.profile import Profile

_ABSENT = 8  # the heaviest words that are not there
_BROAD = 0.02  # of what is stored: what matches more is hardly a topic
_BROAD_LEAST = 50  # matches; of a small store a share says nothing
_MET = 0.5  # of a facet: one that stands in passing only


def against(profile: Profile, analysis: Analysis, decision: Decision) -> dict[str, object]:
    """Give what counted against an article as JSON values.

    `absent` are the heaviest words of the topic that the article does not have, `weak` the facets that it hardly
    meets, and `unlike` says that it is less alike than articles that are merely related.
    """
    terms = sorted(profile.terms, key=lambda term: (-term.weight, term.stem))
    absent = [t.surface for t in terms if not any(stem in analysis.vector for stem in (t.stem, *t.spellings))]
    return {
        "absent": absent[:_ABSENT],
        "weak": [facet.surface for facet in profile.facets if facet_met(facet, analysis) < _MET],
        "unlike": bool(profile.terms) and decision.similarity < profile.level(decision.basis),
    }


def likeness(one: Analysis, other: Analysis) -> float:
    """Give the cosine of two articles, 0 to 1."""
    small, large = sorted((one.vector, other.vector), key=len)
    return min(sum(weight * large.get(stem, 0.0) for stem, weight in small.items()), 1.0)


def most_alike(one: Analysis, others: Mapping[int, Analysis]) -> tuple[int, float] | None:
    """Give the id and cosine of the article that is most like this one, the lowest id of equals; None without any."""
    ranked = sorted((-likeness(one, other), id) for id, other in others.items())
    return (ranked[0][1], -ranked[0][0]) if ranked else None


def is_broad(matched: int, read: int) -> bool:
    """Say whether a topic matches so much of what is stored that its name or references need another look."""
    return matched >= _BROAD_LEAST and matched > _BROAD * read
