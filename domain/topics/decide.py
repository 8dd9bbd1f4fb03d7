"""Compares an article with a topic and decides."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest

from domain.article import Basis, Text
from domain.background import Background, shipped_background
from domain.topics.line import best_line
from domain.topics.profile import PRIOR, Profile, Term

LEAD_WORDS = 30
ZONES = (LEAD_WORDS, 100)  # words of the body: the lead ends, the tail begins
PLACES = (3.0, 2.0, 1.0, 0.5)  # how much a facet's word counts in title, lead, middle, tail
_TITLE = 2  # a word of the title counts so often in the vector
_LOGS = (0.0, *(1 + math.log(n) for n in range(1, 256)))
_PRIOR_ARTICLES = 5  # the prior counts as so many of the best articles
_BEST_SHARE = 1000  # one article in so many is related to a topic
_OWN = 0.95  # more alike than this is the reference itself, or a copy
_NEAR = 0.8  # of the line: what falls short by less is a near miss


@dataclass(frozen=True, slots=True)
class Analysis:
    """One article, ready for every topic: a unit vector of stems, and how much of each stands where.

    `title` and `body` are the stems in their order, for phrases.
    """

    vector: Mapping[str, float]
    places: Mapping[str, float]
    basis: Basis
    title: Sequence[str] = ()
    body: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """How an article stands to a topic, before the line: similarity 0 to 1, coverage of the facets 0 to 1."""

    similarity: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an article is on a topic. The score is 0 to 1 with the line at 0.5, `margin` its distance from there."""

    match: bool
    near: bool
    score: float
    margin: float
    similarity: float
    coverage: float
    basis: Basis


def analyse(text: Text, background: Background | None = None) -> Analysis:
    """Weigh the stems of an article."""
    background = background or shipped_background()
    return weigh(background.stems(text.title), background.stems(text.body), text.basis, background)


def weigh(title: Sequence[str], body: Sequence[str], basis: Basis, background: Background | None = None) -> Analysis:
    """Weigh the stems of an article's title and body, as `analyse` does when it has found them."""
    background = background or shipped_background()
    lead, tail = ZONES
    counts: dict[str, int] = {}
    places: dict[str, float] = {}
    zones = ((title, _TITLE), (body[:lead], 1), (body[lead:tail], 1), (body[tail:], 1))
    for (stems, times), place in zip(zones, PLACES, strict=True):
        for stem in stems:
            counts[stem] = counts.get(stem, 0) + times
            places[stem] = places.get(stem, 0.0) + place
    vector: dict[str, float] = {}
    squares = 0.0
    for stem, count in counts.items():
        weight = background.weight(stem)
        if weight:
            weight *= _LOGS[count] if count < 256 else _LOGS[255]
            vector[stem] = weight
            squares += weight * weight
    norm = math.sqrt(squares) or 1.0
    return Analysis({stem: weight / norm for stem, weight in vector.items()}, places, basis, title, body)


def measure(profile: Profile, analysis: Analysis) -> Measure:
    """Compare an article with a topic."""
    get = analysis.vector.get
    similarity = 0.0
    for term in profile.terms:
        here = get(term.stem, 0.0)
        for spelling in term.spellings:
            here += get(spelling, 0.0)
        similarity += term.weight * here
    if similarity <= 0:
        return Measure(0.0, 0.0)
    return Measure(min(similarity, 1.0), coverage(profile, analysis))


def coverage(profile: Profile, analysis: Analysis) -> float:
    """Give the weighted geometric mean of how far each facet is met."""
    missing, total = math.log(profile.kind.missing), 0.0
    for facet in profile.facets:
        total += facet.weight * max(missing, math.log(facet_met(facet, analysis) or 1e-9))
    return math.exp(total)


def facet_met(facet: Term, analysis: Analysis) -> float:
    """Give how far an article meets a facet: 0 where its word is not, nearing 1 where title and lead are full of it."""
    found = sum(analysis.places.get(stem, 0.0) for stem in (facet.stem, *facet.spellings))
    return found / (found + 1)


def judge(profile: Profile, measured: Measure, basis: Basis) -> Decision:
    """Decide on an article that was measured, by the topic's level and line."""
    reached = strength(profile, measured, basis)
    match, near = reached >= 1, _NEAR <= reached < 1
    score = reached / (reached + 1)
    return Decision(match, near, score, score - 0.5, measured.similarity, measured.coverage, basis)


def strength(profile: Profile, measured: Measure, basis: Basis) -> float:
    """Give how strongly an article is on a topic, as a multiple of the line."""
    share = profile.kind.shares[basis]
    relative = measured.similarity / profile.level(basis)
    reached = math.pow(relative, 1 - share) * math.pow(measured.coverage, share)
    return reached / (profile.kind.lines[basis] * profile.line)


def may_be_near(profile: Profile, measured: Measure, basis: Basis) -> bool:
    """Tell whether an article could be a match or a near miss, its similarity being right but for rounding."""
    return strength(profile, measured, basis) >= _NEAR * (1 - 1e-6)


def decide(profile: Profile, analysis: Analysis) -> Decision:
    """Decide whether an article is on a topic."""
    return judge(profile, measure(profile, analysis), analysis.basis)


def least_similarity(profile: Profile, basis: Basis) -> float:
    """Give the similarity below which no article is even near the topic, whatever facets it meets."""
    kind = profile.kind
    return profile.level(basis) * math.pow(_NEAR * kind.lines[basis] * profile.line, 1 / (1 - kind.shares[basis]))


def calibrate(profile: Profile, similarities: Sequence[float], basis: Basis = Basis.FULL) -> Profile:
    """Set the topic's level for a basis from its similarities to all stored articles read on that basis.

    With few articles the prior decides, with many the best thousandth of them. Profiles stay equal for equal input.
    The topic's line is placed anew by its verdicts.
    """
    others = [value for value in similarities if value < _OWN]
    best = nlargest(max(1, len(others) // _BEST_SHARE), others)
    level = (sum(best) + _PRIOR_ARTICLES * PRIOR[basis]) / (len(best) + _PRIOR_ARTICLES)
    return place_line(replace(profile, levels={**profile.levels, basis.value: level}))


def place_line(profile: Profile) -> Profile:
    """Place the topic's line between its verdicts, as its levels are."""
    plain = replace(profile, line=1.0)
    judged = [(strength(plain, Measure(v.similarity, v.coverage), v.basis), v.relevant) for v in profile.verdicts]
    return replace(profile, line=best_line(judged))
