"""Asks many topics about one article: an inverted index over their terms proposes, exact scores decide."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from domain.article import Basis
from domain.topics.decide import Analysis, Decision, Measure, coverage, decide, least_similarity, may_be_near
from domain.topics.profile import Profile

_ROUNDING = 1 - 1e-6  # sums in another order differ in the last digits


class TopicIndex:
    """Topics by their keys, indexed by term. Gives the same decisions as asking each topic.

    The similarities of all topics are summed from the postings of the article's stems; a topic whose similarity is
    below the least that could come near its line is left out, the others are decided as `decide` does.
    """

    def __init__(self, profiles: Mapping[int, Profile]) -> None:
        self._keys = list(profiles)
        self._profiles = list(profiles.values())
        self._least = {
            basis: np.array([least_similarity(profile, basis) for profile in self._profiles]) * _ROUNDING
            for basis in Basis
        }
        self._postings = _index(self._profiles)

    def decide(self, analysis: Analysis) -> list[tuple[int, Decision]]:
        """Give the topics that the article is on or near, by key, in the order of the topics."""
        decided = []
        for place, similarity in self._candidates(analysis):
            profile = self._profiles[place]
            if may_be_near(profile, Measure(similarity, coverage(profile, analysis)), analysis.basis):
                decision = decide(profile, analysis)
                if decision.match or decision.near:
                    decided.append((self._keys[place], decision))
        return decided

    def _candidates(self, analysis: Analysis) -> list[tuple[int, float]]:
        """Give places and similarities of the topics that are similar enough to come near their line."""
        topics, weights, lengths, here = [], [], [], []
        for stem, weight in analysis.vector.items():
            posting = self._postings.get(stem)
            if posting is not None:
                topics.append(posting[0])
                weights.append(posting[1])
                lengths.append(len(posting[0]))
                here.append(weight)
        if not topics:
            return []
        products = np.concatenate(weights) * np.repeat(np.array(here), lengths)
        similarities = np.bincount(np.concatenate(topics), products, len(self._profiles))
        places = np.flatnonzero(similarities >= self._least[analysis.basis])
        return list(zip(places.tolist(), np.minimum(similarities[places], 1.0).tolist(), strict=True))


_Posting = tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]


def _index(profiles: list[Profile]) -> dict[str, _Posting]:
    """Give for each stem the places of the topics that look for it, and its weight in each."""
    topics: dict[str, list[int]] = defaultdict(list)
    weights: dict[str, list[float]] = defaultdict(list)
    for place, profile in enumerate(profiles):
        for term in profile.terms:
            for stem in (term.stem, *term.spellings):
                topics[stem].append(place)
                weights[stem].append(term.weight)
    return {stem: (np.array(topics[stem], np.int32), np.array(weights[stem])) for stem in topics}
