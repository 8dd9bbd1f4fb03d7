"""The most that an article can measure on a topic, told from which stems it holds and nothing else.

An article's vector is a unit vector, so by the inequality of Cauchy and Schwarz its similarity to a topic is at most
the length of the topic's weights on the stems that the article holds; its coverage is at most what it would be were
those stems everywhere in it. Where the index tells how often each stem stands there, the product with the topic is
known, and the length of the article's vector is at least what it would be with each stem once. What cannot come near a
topic by these need not be read.
"""

import math
from collections import Counter
from collections.abc import Sequence

from domain.article import Basis
from domain.background import shipped_background
from domain.topics.decide import Analysis, Measure, coverage
from domain.topics.profile import Profile

_EVERYWHERE = 1e12
_WORTH_COUNTING = 0.2  # what cannot be more similar is rarely read anyway
_ROUNDING = 1 + 1e-9  # sums in another order differ in the last digits
NOTHING, ALL = Measure(0.0, 0.0), Measure(1.0, 1.0)


class _Told(dict[str, float]):
    """The squared weights of stems by the shipped counts, each worked out once."""

    def __missing__(self, stem: str) -> float:
        weight = self[stem] = shipped_background().weight(stem) ** 2
        return weight


class Ceiling:
    """The ceiling of one topic. `stems` are all that it looks for: of an article's stems no others matter."""

    def __init__(self, profile: Profile) -> None:
        weights: Counter[str] = Counter()
        for term in profile.terms:
            for stem in (term.stem, *term.spellings):
                weights[stem] += max(term.weight, 0.0)  # type: ignore[assignment]
        facets = {stem for facet in profile.facets for stem in (facet.stem, *facet.spellings)}
        self.stems = frozenset(weights) | facets
        self._squares = {stem: weights[stem] ** 2 for stem in self.stems}
        self._weights = weights
        self._told = _Told()
        self._profile = profile
        self._coverages: dict[frozenset[str], float] = {}
        self._facets = frozenset(facets)

    def of(self, stems: Sequence[str], *, counted: bool = False) -> Measure:
        """Give what an article with these stems measures at most.

        `counted` says that each stands there as often as the article's vector counts it.
        """
        held = self.stems.intersection(stems)
        squares = sum(map(self._squares.__getitem__, held))
        if not squares:
            return NOTHING
        most = math.sqrt(squares)
        if counted and most > _WORTH_COUNTING:
            most = min(most, self._by_counts(held, Counter(stems)))
        return Measure(min(most * _ROUNDING, 1.0), self._coverage(self._facets & held))

    def _by_counts(self, held: frozenset[str], counts: Counter[str]) -> float:
        told = self._told
        product = sum(
            self._weights[stem] * math.sqrt(told[stem]) * (1 + math.log(min(counts[stem], 255))) for stem in held
        )
        return product / math.sqrt(sum(map(told.__getitem__, counts)) or 1.0)

    def _coverage(self, facets: frozenset[str]) -> float:
        """Give the coverage of an article that holds these stems of facets everywhere; the same few come again."""
        known = self._coverages.get(facets)
        if known is None:
            everywhere = Analysis({}, dict.fromkeys(facets, _EVERYWHERE), Basis.FULL)
            known = self._coverages[facets] = min(coverage(self._profile, everywhere) * _ROUNDING, 1.0)
        return known
