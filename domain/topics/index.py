"""Asks many topics about one article, and gives the decisions that asking each of them would give.

What an article needs to be near a topic depends on the facets that it meets, so these are looked up first: an index
from stems to facets bounds the coverage of all topics, and that the similarity that each would still need. For most
topics with a name no article is similar enough that meets no facet. For the others the heaviest terms are indexed
too, so many that the rest alone cannot reach what is needed: the prefix filter of Bayardo, Ma and Srikant ("Scaling up
all pairs similarity search", 2007). Who is left is bounded by its few heaviest terms, then summed over all, and who
could come near its line after that is decided exactly, from its whole profile.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt

from domain.topics.decide import CLOSE, FADES, FOLLOWED, MOST_TIMELY, Analysis, Decision, decide
from domain.topics.packed import Packed
from domain.topics.profile import Profile
from domain.topics.rows import BASES, HEAD, Floats, Places, Ragged, Rows, Vocabulary, Weights, pack

_ROUNDING = 1e-5  # single precision, and sums in another order
_PREFIX = 0.8  # what is left out of the prefix reaches at most so much of what is needed
_FEW = 64  # rows that are summed at once without being bounded first
_FRESH = 500  # changed topics that are kept beside the others before all are put together again


class TopicIndex:
    """Topics by their keys. `put` and `drop` change some of them at the cost of those alone."""

    def __init__(self, profiles: Mapping[int, Profile] | Iterable[tuple[int, Profile]] = ()) -> None:
        self._vocabulary = Vocabulary({"": 0})
        self._packed = Packed()
        self._settled = self._fresh = _Segment(pack(self._vocabulary, ()), len(self._vocabulary))
        self.put(profiles.items() if isinstance(profiles, Mapping) else profiles)

    def __len__(self) -> int:
        return len(self._packed)

    def profile(self, key: int) -> Profile:
        """Give the profile of a topic, equal to what was put. Raises KeyError."""
        return self._packed[key]

    def put(self, profiles: Iterable[tuple[int, Profile]]) -> None:
        """Add topics, or put others in their place. They are read one after the other and not kept."""
        changed: dict[int, None] = {}
        rows = pack(self._vocabulary, self._keep(profiles, changed))
        self._replace(set(changed), rows)

    def drop(self, keys: Iterable[int]) -> None:
        """Forget topics; a key that is not there is passed over."""
        gone = {key for key in keys if self._packed.drop(key)}
        if gone:
            self._replace(gone, pack(self._vocabulary, ()))

    def decide(self, analysis: Analysis, at: float | None = None) -> list[tuple[int, Decision]]:
        """Give the topics that the article is on or near, by key, the lowest first; `at` is its time."""
        if not self._packed:
            return []
        article = _Article(analysis, self._vocabulary, at)
        keys = sorted(key for part in (self._settled, self._fresh) for key in part.candidates(article))
        decided = ((key, decide(self.profile(key), analysis, at)) for key in keys)
        return [(key, decision) for key, decision in decided if decision.match or decision.near]

    def _keep(self, profiles: Iterable[tuple[int, Profile]], changed: dict[int, None]) -> Iterable[tuple[int, Profile]]:
        for key, profile in profiles:
            if key in changed:
                raise ValueError(f"topic {key} twice")
            changed[key] = None
            self._packed[key] = profile
            yield key, profile

    def _replace(self, gone: set[int], rows: Rows) -> None:
        """Take topics out of both parts and add rows to the smaller one, or put all together where that has grown."""
        size = len(self._vocabulary)
        fresh = self._fresh.rows_without(gone).joined(rows)
        if len(fresh.keys) > _FRESH or len(self._packed) <= _FRESH:
            whole = self._settled.rows_without(gone).joined(fresh)
            self._settled = _Segment(whole, size)
            fresh = pack(self._vocabulary, ())
        else:
            self._settled.close(gone)
        self._fresh = _Segment(fresh, size)


class _Article:
    """An article by the numbers of its stems."""

    def __init__(self, analysis: Analysis, vocabulary: Vocabulary, at: float | None) -> None:
        self.at = at
        self.basis = BASES.index(analysis.basis)
        self.placed, self.places = _numbered(analysis.places, vocabulary)
        self.stems, self.weights = _numbered(analysis.vector, vocabulary)
        self.half = analysis.half
        self.dense = np.zeros(len(vocabulary), np.float32)
        self.dense[self.stems] = self.weights


@dataclass(frozen=True, slots=True)
class _Prefixes:
    """For articles of one basis: the terms by stem without which a topic is not reached, and what the rest reaches."""

    terms: Ragged
    rest: Floats


class _Segment:
    """Topics that were indexed together."""

    def __init__(self, rows: Rows, stems: int) -> None:
        self._rows = rows
        self._known = stems  # stems that came later are in no row
        self._facets, self._named = rows.facets.inverted(stems), rows.named.inverted(stems).weights
        self._closed = np.zeros(len(rows.keys), bool)
        if not len(rows.keys):
            return
        left, head = rows.terms.left(), rows.terms.starts[:-1, None] + np.arange(HEAD)
        self._whole = self._rest(left, np.zeros(len(rows.keys), np.intp))
        self._unnamed = self._whole**2 - np.bincount(rows.owners, rows.named.sums(), len(rows.keys))
        self._head = rows.terms.stems[head], rows.terms.weights[head]
        self._after_head = self._rest(left, np.full(len(rows.keys), HEAD))
        self._prefixes = [self._prefix(basis, left) for basis in range(len(BASES))]

    def rows_without(self, keys: Iterable[int]) -> Rows:
        """Give the topics less some, and less those that were closed."""
        kept = ~(self._closed | np.isin(self._rows.keys, list(keys)))
        return self._rows if kept.all() else self._rows.take(np.flatnonzero(kept))

    def close(self, keys: Iterable[int]) -> None:
        """Propose these topics no more."""
        self._closed |= np.isin(self._rows.keys, list(keys))

    def candidates(self, article: _Article) -> list[int]:
        """Give the keys of the topics that could be matched, or nearly."""
        if not len(self._rows.keys):
            return []
        needed, most = self._by_facets(article)
        most = np.minimum(most, self._by_prefix(article))
        rows = np.flatnonzero((np.log(most) >= needed) & ~self._closed)
        if len(rows) > _FEW:
            rows = rows[np.log(self._by_head(article, rows)) >= needed[rows]]
        if len(rows):
            rows = rows[np.log(self._similarity(article, rows)) >= needed[rows]]
        return [int(key) for key in self._rows.keys[rows]]

    def _prefix(self, basis: int, left: Weights) -> _Prefixes:
        """Choose the terms to look up: none where even the whole topic would not do without a facet.

        `left` is the length of the weights from each term on.
        """
        rows, terms = self._rows, self._rows.terms
        alone = np.exp(rows.least[:, basis] - rows.turn[:, basis] * rows.missing) * (1 - _ROUNDING)
        enough = np.where(self._whole < alone, np.inf, _PREFIX * alone).astype(np.float32)
        chosen = left > np.repeat(enough, terms.lengths)
        numbers = np.add.reduceat(chosen, terms.starts[:-1], dtype=np.intp)
        return _Prefixes(terms.inverted(self._known, chosen), self._rest(left, numbers))

    def _rest(self, left: Weights, numbers: Places) -> Floats:
        """Give the length of the weights of each topic less so many of the first."""
        terms = self._rows.terms
        rest = left.take(np.minimum(terms.starts[:-1] + numbers, len(left) - 1))
        return np.where(numbers < terms.lengths, rest, 0.0)

    def _by_facets(self, article: _Article) -> tuple[Floats, Floats]:
        """Give the logarithm of the similarity that each topic needs to be near, at the facets that are met.

        And the most that it can be: that of an article which holds all its terms but the facets not met.
        """
        rows, known = self._rows, article.placed < self._known
        which, places = self._facets.spread(article.placed[known])
        facets, shares = self._facets.stems.take(places), self._facets.weights.take(places)
        found = np.bincount(facets, shares * article.places[known].take(which), len(rows.owners))
        met = np.flatnonzero(found)
        topics, here = rows.owners.take(met), found.take(met)
        gains = rows.parts.take(met) * np.maximum(np.log(here / (here + article.half)) - rows.missing.take(topics), 0.0)
        coverage = rows.missing + np.bincount(topics, gains, len(rows.keys))
        held = self._unnamed + np.bincount(rows.owners.take(facets), self._named.take(places), len(rows.keys))
        turn = rows.turn[:, article.basis]
        spared = (math.log(MOST_TIMELY) - _timely(rows.times, article.at)) * (1 + turn)
        return rows.least[:, article.basis] + spared - turn * coverage - _ROUNDING, _length(held)

    def _by_prefix(self, article: _Article) -> Floats:
        """Give the most that the article can be similar to each topic, by the terms that are looked up."""
        prefixes = self._prefixes[article.basis]
        known = article.stems < self._known
        which, places = prefixes.terms.spread(article.stems[known])
        products = prefixes.terms.weights.take(places) * article.weights[known].take(which)
        sums = np.bincount(prefixes.terms.stems.take(places), products, len(prefixes.rest))
        return _positive(prefixes.rest + sums)

    def _by_head(self, article: _Article, rows: Places) -> Floats:
        """Give the most that the article can be similar to some topics, by the heaviest terms of each."""
        stems, weights = self._head
        sums = np.einsum("ij,ij->i", article.dense.take(stems.take(rows, 0)), weights.take(rows, 0))
        return _positive(sums + self._after_head[rows])

    def _similarity(self, article: _Article, rows: Places) -> Floats:
        """Give the similarity of the article to some topics."""
        terms = self._rows.terms
        which, places = terms.spread(rows)
        products = article.dense.take(terms.stems.take(places)) * terms.weights.take(places)
        return _positive(np.bincount(which, products, len(rows)))


def _timely(times: Floats, at: float | None) -> Floats:
    """Give for each topic the logarithm of the most that an article of this time can be stronger by it."""
    if at is None:
        return np.zeros(len(times))
    gaps = np.maximum(np.maximum(times[:, 0] - at, at - times[:, 1]), 0.0)
    followed = np.where(at > times[:, 2], math.log(FOLLOWED), 0.0)
    return np.asarray(followed + np.log1p(CLOSE * np.exp(-gaps / FADES)))


def _numbered(values: Mapping[str, float], vocabulary: Vocabulary) -> tuple[Places, Floats]:
    """Give the numbers of the stems that any topic looks for, and their values."""
    numbers = np.fromiter(map(vocabulary.get, values, repeat(-1)), np.intp, len(values))
    known = numbers >= 0
    return numbers[known], np.fromiter(values.values(), np.float64, len(values))[known]


def _length(squares: Floats) -> Floats:
    """Give the square roots of sums of squares, a little more than less."""
    return np.asarray(np.sqrt(np.maximum(squares, 0.0) + 1e-9))


def _positive(values: npt.ArrayLike) -> Floats:
    """Give values that have a logarithm."""
    return np.asarray(np.maximum(values, 1e-12), np.float64)
