"""Compares an article with a topic and decides."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import repeat
from operator import mul

from domain.article import Basis, Text
from domain.background import Background, shipped_background
from domain.topics.line import best_line
from domain.topics.profile import PRIOR, Profile, Term

LEAD_WORDS = 30
ZONES = (LEAD_WORDS, 100)  # words of the body: the lead ends, the tail begins
PLACES = (3.0, 2.0, 1.0, 0.5)  # how much a facet's word counts in title, lead, middle, tail
_HALF = 2.0  # so much of a facet's word, weighed by place, meets it by half in an article of usual length
_USUAL = 252.0  # that is the length, its words weighed by place
_BY_LENGTH = 0.25  # of the half grows with the length: in a long article a word stands more easily
KIN = 0.3  # a word that tells of the same thing counts so much of the facet's own
_APART = 0.25  # the words of an expression that do not stand side by side count so much
TITLE = 2  # a word of the title counts so often in the vector
_MOST_REPEATS = 255
_LOGS = (0.0, *(1 + math.log(n) for n in range(1, _MOST_REPEATS + 1)))
_PRIOR_ARTICLES = 5  # the prior counts as so many of the best articles where they are few, as less where they are more
_BEST_SHARE = 1000  # one article in so many is related to a topic
_OWN = 0.95  # more alike than this is the reference itself, or a copy
CLOSE = 0.15  # an article of the same hour as a reference, or as what the topic grew by, is so much stronger
FADES = 14 * 86400  # seconds in which that falls to 1 / e
FOLLOWED = 1.18  # an article that is newer than the topic is so much stronger: to miss it costs more than to show it
MOST_TIMELY = (1 + CLOSE) * FOLLOWED
_NEAR = 0.8  # of the line: what falls short by less is a near miss


@dataclass(frozen=True, slots=True)
class Analysis:
    """One article, ready for every topic: a unit vector of stems, how much of each stands where, and its stems.

    `half` is how much of a facet's word meets it by half, by the article's length. Without `title` and `body`
    expressions are taken to stand there whole wherever their words do. `length` is that of the vector before it was
    made 1.
    """

    vector: Mapping[str, float]
    places: Mapping[str, float]
    basis: Basis
    half: float = _HALF
    title: Sequence[str] = ()
    body: Sequence[str] = ()
    length: float = 1.0


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
    places: dict[str, float] = {}
    for stems, place in zip((title, body[:lead], body[lead:tail], body[tail:]), PLACES, strict=True):
        for stem, count in Counter(stems).items():
            places[stem] = places.get(stem, 0.0) + count * place
    counts = Counter(title)
    for stem in counts:
        counts[stem] *= TITLE
    counts.update(body)
    logs = map(_LOGS.__getitem__, map(min, counts.values(), repeat(_MOST_REPEATS)))
    weights = list(map(mul, map(background.weight, counts), logs))
    norm = math.sqrt(sum(map(mul, weights, weights))) or 1.0
    vector = {stem: weight / norm for stem, weight in zip(counts, weights, strict=True) if weight}
    return Analysis(vector, places, basis, half_met(len(title), len(body)), title, body, norm)


def half_met(title: int, body: int) -> float:
    """Give how much of a facet's word meets it by half in an article with so many words in title and body."""
    lead, tail = ZONES
    words = (title, min(body, lead), min(max(body - lead, 0), tail - lead), max(body - tail, 0))
    length = sum(place * number for place, number in zip(PLACES, words, strict=True))
    return _HALF * (1 - _BY_LENGTH + _BY_LENGTH * length / _USUAL)


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
    get = analysis.places.get
    found = sum(get(stem, 0.0) for stem in facet.spellings) + KIN * sum(get(stem, 0.0) for stem in facet.kin)
    found += get(facet.stem, 0.0) if " " not in facet.stem else _expression(facet.words, analysis)
    return found / (found + analysis.half)


def _expression(words: Sequence[str], analysis: Analysis) -> float:
    """Give how much of an expression stands in an article, weighed by place; little for its words apart."""
    apart = min(analysis.places.get(word, 0.0) for word in words)
    if not apart or not (analysis.title or analysis.body):
        return apart
    together = PLACES[0] * len(_starts(words, analysis.title))
    for start in _starts(words, analysis.body):
        together += PLACES[1 + sum(start >= zone for zone in ZONES)]
    return min(together, apart) + _APART * max(apart - together, 0.0)


def _starts(words: Sequence[str], stems: Sequence[str]) -> list[int]:
    """Give the places where words stand side by side."""
    first, size = words[0], len(words)
    return [i for i, stem in enumerate(stems) if stem == first and tuple(stems[i : i + size]) == tuple(words)]


def judge(profile: Profile, measured: Measure, basis: Basis, at: float | None = None) -> Decision:
    """Decide on an article that was measured. `at` is its time, in seconds since 1970, where it is known."""
    reached = strength(profile, measured, basis) * timeliness(profile, at)
    match, near = reached >= 1, _NEAR <= reached < 1
    score = reached / (reached + 1)
    return Decision(match, near, score, score - 0.5, measured.similarity, measured.coverage, basis)


def strength(profile: Profile, measured: Measure, basis: Basis) -> float:
    """Give how strongly an article is on a topic, as a multiple of the line, whatever its time."""
    share = profile.kind.shares[basis]
    relative = measured.similarity / profile.level(basis)
    reached = math.pow(relative, 1 - share) * math.pow(measured.coverage, share)
    return reached / (profile.kind.lines[basis] * profile.line)


def timeliness(profile: Profile, at: float | None) -> float:
    """Give how much stronger its time makes an article, 1 or more: events come in bursts, and no time is against it."""
    if at is None:
        return 1.0
    followed = FOLLOWED if profile.since is not None and at > profile.since else 1.0
    gap = min((abs(at - time) for time in profile.times), default=math.inf)
    return followed * (1 + CLOSE * math.exp(-gap / FADES))


def may_be_near(profile: Profile, measured: Measure, basis: Basis) -> bool:
    """Tell whether an article could be a match or a near miss, its similarity being right but for rounding."""
    return strength(profile, measured, basis) * MOST_TIMELY >= _NEAR * (1 - 1e-6)


def decide(profile: Profile, analysis: Analysis, at: float | None = None) -> Decision:
    """Decide whether an article is on a topic. `at` is its time, in seconds since 1970, where it is known."""
    return judge(profile, measure(profile, analysis), analysis.basis, at)


def least_similarity(profile: Profile, basis: Basis) -> float:
    """Give the similarity below which no article is even near the topic, whatever facets it meets."""
    kind = profile.kind
    needed = _NEAR * kind.lines[basis] * profile.line / MOST_TIMELY
    return profile.level(basis) * math.pow(needed, 1 / (1 - kind.shares[basis]))


def calibrate(profile: Profile, similarities: Sequence[float], basis: Basis = Basis.FULL) -> Profile:
    """Set the topic's level for a basis from its similarities to all stored articles read on that basis.

    With few articles the prior decides, with many the best thousandth of them. Profiles stay equal for equal input.
    The topic's line is placed anew by its verdicts.
    """
    others = [value for value in similarities if value < _OWN]
    best = nlargest(max(1, len(others) // _BEST_SHARE), others)
    prior = _PRIOR_ARTICLES**2 / (len(best) + _PRIOR_ARTICLES)
    level = (sum(best) + prior * PRIOR[basis]) / (len(best) + prior)
    return place_line(replace(profile, levels={**profile.levels, basis.value: level}))


def place_line(profile: Profile) -> Profile:
    """Place the topic's line between its verdicts, as its levels are."""
    plain = replace(profile, line=1.0)
    judged = [
        (strength(plain, Measure(v.similarity, v.coverage), v.basis) * v.timely, v.relevant) for v in profile.verdicts
    ]
    return replace(profile, line=best_line(judged))
