"""Many topics as a few arrays: what each looks for, and what it takes to come near its line.

Stems are numbers of a vocabulary that all topics share. A row is a topic; its terms stand from the heaviest to the
lightest, so that the first few bound the rest (Cauchy and Schwarz: an article's vector has length 1).
"""

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from domain.article import Basis
from domain.background import shipped_background
from domain.topics.decide import KIN, least_similarity
from domain.topics.profile import Profile, Term

HEAD = 32
BASES = tuple(Basis)

Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]


class Vocabulary(dict[str, int]):
    """Numbers stems in the order in which they come."""

    def __missing__(self, stem: str) -> int:
        number = self[stem] = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different lengths in one: row `i` has the stems and weights from `starts[i]` to `starts[i + 1]`."""

    starts: Numbers
    stems: Numbers
    weights: Weights

    @property
    def lengths(self) -> Numbers:
        """Give the length of each row."""
        return np.diff(self.starts)

    def spread(self, rows: Places) -> tuple[Places, Places]:
        """Give for all entries of some rows, one row after the other, which of those rows it is in and its place."""
        first = self.starts[rows]
        lengths = self.starts[rows + 1] - first
        which = np.repeat(np.arange(len(rows)), lengths)
        ends = np.cumsum(lengths)
        return which, np.arange(len(which)) + (first - ends + lengths)[which]

    def take(self, rows: Places) -> "Ragged":
        """Give some rows alone."""
        _, places = self.spread(rows)
        return _ragged(self.lengths[rows], self.stems[places], self.weights[places])

    def sums(self) -> Floats:
        """Give the sum of the weights of each row."""
        rows = np.repeat(np.arange(len(self.starts) - 1), self.lengths)
        return np.asarray(np.bincount(rows, self.weights, len(self.starts) - 1), np.float64)

    def left(self) -> Weights:
        """Give for each entry the length of the weights from there to the end of its row, rounded up."""
        squares = np.cumsum(self.weights[::-1].astype(np.float64) ** 2)[::-1]
        after = np.append(squares, 0.0)[self.starts[1:]]
        squares -= np.repeat(after, self.lengths)
        return np.sqrt(np.maximum(squares, 0.0, out=squares) + 1e-9, dtype=np.float32, casting="same_kind")

    def inverted(self, stems: int, chosen: npt.NDArray[np.bool_] | None = None) -> "Ragged":
        """Give the rows by stem, so many in all: row `s` of it has the rows here that hold `s`, as its `stems`.

        Only the `chosen` entries, if any are named.
        """
        rows = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), self.lengths)
        kept = slice(None) if chosen is None else np.flatnonzero(chosen)
        held = self.stems[kept]
        order = np.argsort(held, kind="stable")
        return _ragged(np.bincount(held, minlength=stems), rows[kept][order], self.weights[kept][order])


@dataclass(frozen=True, slots=True)
class Rows:
    """Topics, one a row. Of each basis of text (in the order of `BASES`) there is one column.

    `least` is the logarithm of the similarity without which nothing is near the topic were all facets met, `turn` by
    how much more it takes for each unit that the logarithm of the coverage is below 0, `missing` that logarithm where
    no facet is met. `facets` has a row for each facet of any topic: the stems that tell of it and how much each counts,
    of an expression only the rarest word, without which it cannot be there. `owners` says which topic each is of, and
    `parts` what it weighs there. `named` has the stems of the facets again, with the squares of their weights as terms,
    each stem once in a topic and otherwise 0. `times` has three columns: the first and the last time that the topic
    knows, and since when it is there, infinite where there is none.
    """

    keys: npt.NDArray[np.int64]
    terms: Ragged
    facets: Ragged
    owners: Numbers
    parts: Weights
    named: Ragged
    least: Floats
    turn: Floats
    missing: Floats
    times: Floats

    def take(self, rows: Places) -> "Rows":
        """Give some topics alone, in their order here."""
        place = np.full(len(self.keys), -1, np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        facets = np.flatnonzero(place[self.owners] >= 0)
        return Rows(
            self.keys[rows],
            self.terms.take(rows),
            self.facets.take(facets),
            place[self.owners[facets]],
            self.parts[facets],
            self.named.take(facets),
            self.least[rows],
            self.turn[rows],
            self.missing[rows],
            self.times[rows],
        )

    def joined(self, other: "Rows") -> "Rows":
        """Give these topics and then the others."""
        if not len(self.keys) or not len(other.keys):
            return self if len(self.keys) else other
        return Rows(
            np.concatenate((self.keys, other.keys)),
            _joined(self.terms, other.terms),
            _joined(self.facets, other.facets),
            np.concatenate((self.owners, other.owners + np.int32(len(self.keys)))),
            np.concatenate((self.parts, other.parts)),
            _joined(self.named, other.named),
            np.concatenate((self.least, other.least)),
            np.concatenate((self.turn, other.turn)),
            np.concatenate((self.missing, other.missing)),
            np.concatenate((self.times, other.times)),
        )


@dataclass(frozen=True, slots=True)
class _Growing:
    """Rows while they are put together; arrays of the standard library grow without a Python object an entry."""

    lengths: "array[int]"
    stems: "array[int]"
    weights: "array[float]"

    def add(self, vocabulary: Vocabulary, entries: Iterable[tuple[str, float]]) -> None:
        before = len(self.stems)
        for stem, weight in entries:
            self.stems.append(vocabulary[stem])
            self.weights.append(weight)
        self.lengths.append(len(self.stems) - before)

    def whole(self) -> Ragged:
        return _ragged(
            np.array(self.lengths, np.intp),
            np.frombuffer(self.stems, np.int32),
            np.frombuffer(self.weights, np.float32),
        )


def pack(vocabulary: Vocabulary, profiles: Iterable[tuple[int, Profile]]) -> Rows:
    """Pack topics, read one after the other."""
    keys, limits, owners, parts, times = array("q"), array("d"), array("i"), array("f"), array("d")
    terms, facets, named = (_Growing(array("i"), array("i"), array("f")) for _ in range(3))
    for key, profile in profiles:
        weights = _weights(profile)
        heaviest = sorted(weights.items(), key=lambda entry: -abs(entry[1]))
        terms.add(vocabulary, heaviest + [("", 0.0)] * (HEAD - len(heaviest)))
        for facet in profile.facets:
            looked_for = _tells(facet)
            facets.add(vocabulary, looked_for)
            named.add(vocabulary, [(stem, weights.pop(stem, 0.0) ** 2) for stem, _ in looked_for])
            owners.append(len(keys))
            parts.append(facet.weight)
        keys.append(key)
        since = math.inf if profile.since is None else profile.since
        times.extend((profile.times[0], profile.times[-1], since) if profile.times else (math.inf, -math.inf, since))
        for basis in BASES:
            share = profile.kind.shares[basis]
            limits.extend((math.log(least_similarity(profile, basis)), share / (1 - share)))
        limits.append(math.log(profile.kind.missing))
    table = np.array(limits, np.float64).reshape(len(keys), 2 * len(BASES) + 1)
    columns = table[:, : 2 * len(BASES) : 2].copy(), table[:, 1 : 2 * len(BASES) : 2].copy(), table[:, -1].copy()
    owned = facets.whole(), np.frombuffer(owners, np.int32), np.frombuffer(parts, np.float32), named.whole()
    known = np.array(times, np.float64).reshape(len(keys), 3)
    return Rows(np.array(keys, np.int64), terms.whole(), *owned, *columns, known)


def _weights(profile: Profile) -> dict[str, float]:
    """Give the weight of each stem that a topic looks for."""
    weights: dict[str, float] = {}
    for term in profile.terms:
        for stem in (term.stem, *term.spellings):
            weights[stem] = weights.get(stem, 0.0) + term.weight
    return weights


def _tells(facet: Term) -> list[tuple[str, float]]:
    """Give the stems that tell of a facet, and how much each counts at most."""
    rarest = max(facet.words, key=shipped_background().weight)
    own = [(stem, 1.0) for stem in (rarest, *facet.spellings)]
    return own + [(stem, KIN) for stem in facet.kin]


def _ragged(lengths: Numbers | Places, stems: Numbers, weights: Weights) -> Ragged:
    starts = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=starts[1:])
    return Ragged(starts, stems, weights)


def _joined(one: Ragged, other: Ragged) -> Ragged:
    stems, weights = np.concatenate((one.stems, other.stems)), np.concatenate((one.weights, other.weights))
    return replace(_ragged(np.concatenate((one.lengths, other.lengths)), stems, weights))
