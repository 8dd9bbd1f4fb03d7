"""Asks many topics about one article: an inverted index over their terms and facets proposes, exact scores decide."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from domain.article import Basis
from domain.topics.decide import Analysis, Decision, decide, least_similarity
from domain.topics.profile import Profile

_ROUNDING = 1e-6  # sums in another order differ in the last digits

_Floats = npt.NDArray[np.float64]
_Places = npt.NDArray[np.intp]
_Posting = tuple[_Places, _Floats]


class TopicIndex:
    """Topics by their keys, indexed by term. Gives the same decisions as asking each topic.

    The similarities of all topics are summed from the postings of the article's stems; a topic whose similarity is
    below the least that could come near its line is left out. Of the others the coverage is summed in the same way,
    or bounded from above where a facet has several spellings, and who could come near its line is asked.
    """

    def __init__(self, profiles: Mapping[int, Profile]) -> None:
        self._keys = list(profiles)
        self._profiles = list(profiles.values())
        self._bounds = {basis: _Bounds(self._profiles, basis) for basis in Basis}
        self._missing = np.array([math.log(profile.kind.missing) for profile in self._profiles])
        self._terms = _index(
            (place, stem, term.weight)
            for place, profile in enumerate(self._profiles)
            for term in profile.terms
            for stem in (term.stem, *term.spellings)
        )
        self._facets = _index(
            (place, stem, facet.weight if not facet.spellings else -facet.weight)
            for place, profile in enumerate(self._profiles)
            for facet in profile.facets
            for stem in (facet.stem, *facet.spellings)
        )

    def decide(self, analysis: Analysis) -> list[tuple[int, Decision]]:
        """Give the topics that the article is on or near, by key, in the order of the topics."""
        decided = ((place, decide(self._profiles[place], analysis)) for place in self._candidates(analysis))
        return [(self._keys[place], decision) for place, decision in decided if decision.match or decision.near]

    def _candidates(self, analysis: Analysis) -> list[int]:
        """Give the places of the topics that could be matched, or nearly."""
        similarities = _sum(self._terms, analysis.vector, len(self._profiles))
        bounds = self._bounds[analysis.basis]
        similar = np.flatnonzero(similarities >= bounds.least)
        if not len(similar):
            return []
        reached = bounds.reached(similar, similarities[similar], self._log_coverage(analysis)[similar])
        return [int(place) for place in similar[reached]]

    def _log_coverage(self, analysis: Analysis) -> _Floats:
        """Give for each topic the logarithm of the coverage of its facets, or of more where one has spellings."""
        met = {stem: math.log(count / (count + 1)) for stem, count in analysis.places.items()}
        places, weights, mets = _gather(self._facets, met)
        gains = np.where(weights > 0, mets, 0.0) - self._missing[places]
        products = np.abs(weights) * np.maximum(gains, 0.0)
        coverage: _Floats = self._missing + np.bincount(places, products, len(self._profiles))
        return coverage


class _Bounds:
    """What it takes to come near each topic's line, for articles read on one basis."""

    def __init__(self, profiles: Sequence[Profile], basis: Basis) -> None:
        self.least = np.array([least_similarity(profile, basis) for profile in profiles]) * (1 - _ROUNDING)
        self._shares = np.array([profile.kind.shares[basis] for profile in profiles])
        with np.errstate(divide="ignore"):
            self._needed = (1 - self._shares) * np.log(self.least)

    def reached(self, places: _Places, similarities: _Floats, log_coverage: _Floats) -> npt.NDArray[np.bool_]:
        """Tell which of the topics at these places an article could be near, by similarity and coverage."""
        shares = self._shares[places]
        strength = (1 - shares) * np.log(similarities) + shares * log_coverage
        reached: npt.NDArray[np.bool_] = strength >= self._needed[places] - _ROUNDING
        return reached


def _index(entries: Iterable[tuple[int, str, float]]) -> dict[str, _Posting]:
    """Give for each stem the places of the topics that look for it, and its weight in each."""
    places: dict[str, list[int]] = defaultdict(list)
    weights: dict[str, list[float]] = defaultdict(list)
    for place, stem, weight in entries:
        places[stem].append(place)
        weights[stem].append(weight)
    return {stem: (np.array(places[stem], np.intp), np.array(weights[stem])) for stem in places}


def _gather(index: Mapping[str, _Posting], values: Mapping[str, float]) -> tuple[_Places, _Floats, _Floats]:
    """Give the postings of all stems as one: places, weights, and the value of the stem that each comes from."""
    found = [(posting, value) for stem, value in values.items() if (posting := index.get(stem)) is not None]
    if not found:
        return np.zeros(0, np.intp), np.zeros(0), np.zeros(0)
    places = np.concatenate([posting[0] for posting, _ in found])
    weights = np.concatenate([posting[1] for posting, _ in found])
    lengths = [len(posting[0]) for posting, _ in found]
    return places, weights, np.repeat(np.array([value for _, value in found]), lengths)


def _sum(index: Mapping[str, _Posting], values: Mapping[str, float], topics: int) -> _Floats:
    """Give for each topic the sum of its weights times the values of their stems."""
    places, weights, here = _gather(index, values)
    total: _Floats = np.asarray(np.bincount(places, weights * here, topics), np.float64)
    return total
