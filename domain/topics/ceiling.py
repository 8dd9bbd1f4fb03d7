"""What an article measures on a topic, told from hashes of its stems: never less than it does, and hardly ever more.

With each article are kept the hashes of its stems in their order and the length of its vector. From these similarity
and coverage follow for thousands of articles at once. Two stems may share a hash of 32 bits, so an article may seem to
hold a word of the topic that it does not; all weights being positive, that only adds. What cannot come near a topic by
these figures need not be read.
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.article import Text
from domain.background import shipped_background
from domain.lexicon import VERSION
from domain.topics.decide import KIN, PLACES, TITLE, ZONES, half_met, weigh
from domain.topics.profile import METHOD, Profile, Term

_ROUNDING = 1 + 1e-9  # sums in another order differ in the last digits
_STORED = np.dtype("<u4")
_LOW = np.uint32(0xFFFF)
_MOST_REPEATS = 255
_MEMO_WORDS = 200_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hashed:
    """The stems of an article: how many stand in the title, the length of its vector before it is made 1, the hashes.

    Of each stem of title and body, in their order, 32 bits, the lowest byte first.
    """

    title: int
    length: float
    hashes: bytes


class _Hashes(dict[str, int]):
    """Remembers the hash of each stem, up to a bound."""

    def __missing__(self, stem: str) -> int:
        if len(self) >= _MEMO_WORDS:
            self.clear()
        self[stem] = made = zlib.crc32(stem.encode("utf-8", "replace"))
        return made


_hashes = _Hashes()


def stemming() -> str:
    """Name what `Hashed` values depend on; those made with another are of no use."""
    return f"{METHOD}.{VERSION}.{shipped_background().version}"


def hashed(title: Sequence[str], body: Sequence[str], length: float) -> Hashed:
    """Hash the stems of title and body; `length` is that of their `Analysis`."""
    numbers = np.fromiter(map(_hashes.__getitem__, (*title, *body)), _STORED, len(title) + len(body))
    return Hashed(len(title), length, numbers.tobytes())


def hash_text(text: Text) -> Hashed:
    """Hash the stems of an article."""
    title, body = (shipped_background().stems(part) for part in (text.title, text.body))
    return hashed(title, body, weigh(title, body, text.basis).length)


class Ceiling:
    """What articles measure at most on one topic."""

    def __init__(self, profile: Profile) -> None:
        weight = shipped_background().weight
        weights: dict[int, float] = {}
        for term in profile.terms:
            for stem in (term.stem, *term.spellings):
                number = _hashes[stem]
                weights[number] = weights.get(number, 0.0) + max(term.weight, 0.0) * weight(stem)
        facets = [_looked_for(facet) for facet in profile.facets]
        known = sorted({*weights, *(number for facet in facets for numbers in facet for number in numbers)})
        self._hashes = np.array(known, _STORED)
        self._weights = np.array([weights.get(number, 0.0) for number in known])
        place = {number: place for place, number in enumerate(known)}
        self._facets = [
            (facet.weight, [[place[number] for number in numbers] for numbers in looked_for])
            for facet, looked_for in zip(profile.facets, facets, strict=True)
        ]
        self._missing = math.log(profile.kind.missing)
        self._maybe = np.zeros(1 << 16, bool)
        self._maybe[self._hashes & _LOW] = True

    def of(self, articles: Sequence[Hashed]) -> tuple[Floats, Floats]:
        """Give the similarity and the coverage that each article has at most, 0 to 1."""
        rows, stems, places = self._found(articles)
        number, width = len(articles), max(len(self._hashes), 1)
        keys, zones = rows * width + stems, np.searchsorted((0, *ZONES), places, side="right")
        counts = np.bincount(keys, np.where(zones == 0, TITLE, 1), number * width)
        held = np.flatnonzero(counts)
        products = (1 + np.log(np.minimum(counts[held], _MOST_REPEATS))) * self._weights[held % width]
        lengths = np.fromiter((article.length or 1.0 for article in articles), np.float64, number)
        similarities = np.bincount(held // width, products, number) / lengths * _ROUNDING
        found: Floats = np.bincount(keys, np.array(PLACES)[zones], number * width).astype(np.float64)
        bodies = (len(article.hashes) // _STORED.itemsize - article.title for article in articles)
        halves = [half_met(article.title, body) for article, body in zip(articles, bodies, strict=True)]
        return np.minimum(similarities, 1.0), self._coverages(found.reshape(number, width), np.array(halves))

    def _found(self, articles: Sequence[Hashed]) -> tuple[npt.NDArray[np.intp], ...]:
        """Find what the topic looks for.

        Gives for each word: in which article, which of the topic's stems, at which place of the body (title: below 0).
        """
        hashes = np.frombuffer(b"".join([article.hashes for article in articles]), _STORED)
        ends = np.cumsum(np.array([len(article.hashes) // _STORED.itemsize for article in articles], np.intp))
        at = np.flatnonzero(self._maybe[hashes & _LOW])
        stems = np.searchsorted(self._hashes, hashes[at])
        stems[stems == len(self._hashes)] = 0
        right = self._hashes[stems] == hashes[at] if len(self._hashes) else np.zeros(0, bool)
        at, stems = at[right], stems[right]
        rows = np.searchsorted(ends, at, side="right")
        titles = np.array([article.title for article in articles], np.intp)
        starts = np.concatenate((np.zeros(1, np.intp), ends[:-1]))
        return rows, stems, at - starts[rows] - titles[rows]

    def _coverages(self, found: Floats, halves: Floats) -> Floats:
        """Give the coverage by how much of each stem is found in each article, and how much meets a facet by half."""
        total = np.zeros(len(found))
        for weight, (own, spellings, kin) in self._facets:
            here = found[:, own].min(1) + found[:, spellings].sum(1) + KIN * found[:, kin].sum(1)
            total += weight * np.maximum(np.log(np.maximum(here / (here + halves), 1e-9)), self._missing)
        return np.minimum(np.exp(total) * _ROUNDING, 1.0)


def _looked_for(facet: Term) -> tuple[list[int], list[int], list[int]]:
    """Give the hashes of a facet: of its words, of which an expression needs all, its other spellings, and its kin."""
    own, spellings, kin = ([_hashes[stem] for stem in stems] for stems in (facet.words, facet.spellings, facet.kin))
    return own, spellings, kin
