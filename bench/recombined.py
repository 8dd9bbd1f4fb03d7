"""Texts put together anew from runs of four words of the corpora, in the lengths of the press.

A run brings two shingles that other texts may hold too, so the index meets about as much by chance as in real texts,
while no two texts are copies unless one was cut from the other on purpose.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.corpus import items
from domain.arabic import folded
from domain.fingerprints import SCALE, SHINGLE, SKETCH_LEAST, SKETCH_MOST, STORED, _hashes, _signed, _windows, digest

RUN = 4
_EVERY = 3  # of the corpora, so that words come from all of them
_BOUND = np.uint64(2**64 // SCALE)


@dataclass(frozen=True, slots=True)
class Pool:
    """The words of the corpora behind each other: numbers of words, the words, their hashes, and lengths of texts."""

    places: NDArray[np.int32]
    words: list[str]
    hashes: NDArray[np.uint64]
    lengths: NDArray[np.int64]


def read_pool(folder: Path, most: int) -> Pool:
    """Read so many articles of the corpora."""
    numbers: dict[str, int] = {}
    places, lengths = [], []
    for item in islice(items(folder), 0, most * _EVERY, _EVERY):
        words = folded(item.text)
        if len(words) >= 5 * RUN:
            places.append(np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int32))
            lengths.append(len(words))
    return Pool(np.concatenate(places), list(numbers), _hashes(list(numbers)), np.array(lengths))


def articles(pool: Pool, count: int, seed: int) -> Iterator[NDArray[np.int32]]:
    """Give the word numbers of so many texts, the same ones for the same seed."""
    chance = np.random.default_rng(seed)
    lengths = np.clip(chance.choice(pool.lengths, count) // RUN, 5, 300)
    within = np.arange(RUN)
    for length in lengths:
        starts = chance.integers(0, len(pool.places) - RUN, length)
        yield pool.places[(starts[:, None] + within).ravel()]


def text_of(pool: Pool, numbers: Sequence[Any] | NDArray[np.int32]) -> str:
    """Give a text as words."""
    words = pool.words
    return " ".join([words[number] for number in numbers])


def sketch_of(pool: Pool, numbers: NDArray[np.int32]) -> tuple[int, list[int]]:
    """Give (exact, sketch) as `domain.fingerprints.fingerprint` would, without folding what is folded."""
    hashes = pool.hashes[numbers]
    sequence = _windows(hashes, SHINGLE)
    below = np.unique(sequence[sequence < _BOUND])
    if len(below) < SKETCH_LEAST:
        below = np.unique(sequence)[:SKETCH_LEAST]
    sketch: list[int] = below[:SKETCH_MOST].view(np.int64).tolist()
    return _signed(digest(hashes.astype(STORED).tobytes())), sketch


def cut(words: NDArray[np.int32], share: float, at: float) -> NDArray[np.int32]:
    """Give a part of a text that stands in one piece, from somewhere in it."""
    length = max(1, round(len(words) * share))
    start = round((len(words) - length) * at)
    return words[start : start + length]
