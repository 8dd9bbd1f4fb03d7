"""Fingerprints: what is kept and compared of a text, and the furniture of an outlet that is left out of it.

A text is cut into shingles of three folded words. Its sketch is a FracMinHash (Irber et al. 2022): the shingle hashes
below a fixed bound, so that a cut text shares its part of the sketch with the whole and any database index finds it.
What an outlet repeats is left out by its `Mask` of eight-word runs, which `domain.furniture` learns.

Every hash here is the same on every machine and in every process, so that it can be stored.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.arabic import folded
from domain.forms import opens_as_form, slots_of
from domain.numbers import FIGURES

Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]

SHINGLE = 3  # words in a shingle
RUN = 8  # words in a run that a mask may hold
MASK_TEXTS = 4  # texts of one outlet that a run must stand in before it counts as the outlet's own furniture

SCALE = 10  # one shingle hash in ten enters the sketch: about 25 for a usual article
SKETCH_LEAST, SKETCH_MOST = 8, 64
MEET_LEAST = 2  # sketch hashes in common that make a candidate: one alone is often a stock phrase
CANDIDATES = 8
MEMO_WORDS = 60_000

STORED = np.dtype("<u8")
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_BOUND = np.uint64(2**64 // SCALE)
_CLITICS = "وبلك"  # that are written onto figures
_WEEKDAYS = {
    prefix + word: number
    for number, name in enumerate(["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"])
    for word in folded(name)
    for prefix in ("", "و")
}
_WEEKDAY_NAMES = frozenset(_WEEKDAYS)


@dataclass(frozen=True, slots=True)
class Mask:
    """What one outlet repeats, as sorted hashes in little-endian 64-bit bytes that storage keeps.

    `data` holds runs of eight words wherever they stand, `lines` the lines and sentences at head and foot that are cut
    (see `domain.furniture`). `version` counts up with each learning of the same outlet; a fingerprint names the
    version that it was made with.
    """

    version: int
    data: bytes
    lines: bytes = b""

    @property
    def runs(self) -> Hashes:
        """Give the hashes of the runs, sorted and unique, without copying."""
        return np.frombuffer(self.data, dtype=STORED)

    @property
    def units(self) -> Hashes:
        """Give the hashes of the lines and sentences, sorted and unique, without copying."""
        return np.frombuffer(self.lines, dtype=STORED)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is compared of a text. `exact` and `sketch` are signed 64-bit and go into a database; arrays do not.

    `shingles` are sorted and unique; `places` says at which word each first stands and `masked` whether the outlet's
    mask covers it, both of the same length. `numbers` are the words that are figures or spell one out. `form` says that
    it opens like a forecast, a price list, a telegram and the like (`domain.forms`), `slots` are the places and names
    in one. `mask_version` is None when no mask was known.
    """

    exact: int
    sketch: tuple[int, ...]
    words: int
    mask_version: int | None
    numbers: frozenset[str]
    weekdays: frozenset[int]
    form: bool
    slots: frozenset[str]
    shingles: Hashes = field(compare=False, repr=False)
    places: NDArray[np.intp] = field(compare=False, repr=False)
    masked: Flags = field(compare=False, repr=False)

    def counts_as(self, other: "Fingerprint") -> bool:
        """Say whether another one, of the same text by another mask, leaves the same of it to be compared."""
        return np.array_equal(self.shingles, other.shingles) and np.array_equal(self.masked, other.masked)


class _WordHashes(dict[str, int]):
    """Remembers the 64-bit hash of each word, up to a bound: words repeat, so nearly all come from here."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MEMO_WORDS:
            self.clear()
        self[word] = made = digest(word.encode("utf-8", "replace"))
        return made


_word_hashes = _WordHashes()


def digest(data: bytes) -> int:
    """Hash bytes to an unsigned 64-bit number."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def _signed(number: int) -> int:
    """Give the signed form of an unsigned 64-bit number: databases have no other."""
    return number - 2**64 if number >= 2**63 else number


def _hashes(words: list[str]) -> Hashes:
    """Hash every word."""
    return np.fromiter(map(_word_hashes.__getitem__, words), dtype=np.uint64, count=len(words))


def _windows(hashes: Hashes, size: int) -> Hashes:
    """Hash every run of `size` words: a polynomial of the word hashes, stirred by splitmix64 (Steele et al. 2014)."""
    count = max(0, len(hashes) - size + 1)
    mixed = np.zeros(count, dtype=np.uint64)
    for start in range(size if count else 0):
        mixed = mixed * _PRIME + hashes[start : start + count]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _covered(hashes: Hashes, mask: Mask | None) -> Flags:
    """Say for each shingle, in text order, whether masked runs cover all of its words."""
    words = np.zeros(len(hashes), dtype=bool)
    if mask is not None and mask.data:
        known, runs = mask.runs, _windows(hashes, RUN)
        found = known[np.minimum(np.searchsorted(known, runs), len(known) - 1)] == runs
        for start in range(RUN):
            words[start : start + len(found)] |= found
    count = max(0, len(hashes) - SHINGLE + 1)
    return words[:count] & words[1 : 1 + count] & words[2 : 2 + count]


def fingerprint(text: str, mask: Mask | None = None) -> Fingerprint:
    """Fingerprint a body (the headline is left out: it changes from outlet to outlet), given its outlet's mask.

    The sketch holds the smallest hashes of shingles outside the mask: those below the bound, but at least 8 and at
    most 64, or all that there are.
    """
    words = folded(text)
    hashes = _hashes(words)
    sequence = _windows(hashes, SHINGLE)
    shingles, places = np.unique(sequence, return_index=True)
    covered = _covered(hashes, mask)
    masked = np.isin(shingles, sequence[covered]) if covered.any() else np.zeros(len(shingles), dtype=bool)
    own = shingles[~masked]
    below = int(np.searchsorted(own, _BOUND))
    sketch = own[: min(SKETCH_MOST, max(SKETCH_LEAST, below))]
    different, form = set(words), opens_as_form(words)
    return Fingerprint(
        exact=_signed(digest(hashes.astype(STORED).tobytes())),
        sketch=tuple(sketch.view(np.int64).tolist()),
        words=len(words),
        mask_version=mask.version if mask is not None else None,
        numbers=frozenset(_numbers(different)),
        weekdays=frozenset(_WEEKDAYS[word] for word in _WEEKDAY_NAMES & different),
        form=form,
        slots=slots_of(words) if form else frozenset(),
        shingles=shingles,
        places=places,
        masked=masked,
    )


def _numbers(words: Iterable[str]) -> Iterator[str]:
    """Give the words that are numbers, figures without what is written onto them: "و33"."""
    for word in words:
        figure = word.lstrip(_CLITICS)
        if figure.isdecimal():
            yield figure
        elif word in FIGURES:
            yield word


def all_hashes(text: str) -> list[int]:
    """Give the signed hashes of all shingles of a text: its sketch holds some of them, whatever the mask."""
    found: list[int] = np.unique(_windows(_hashes(folded(text)), SHINGLE)).view(np.int64).tolist()
    return found


def text_runs(text: str) -> Hashes:
    """Give the eight-word runs of a text, sorted and unique: what `domain.furniture` counts."""
    return np.unique(_windows(_hashes(folded(text)), RUN))


def rank(sketch: tuple[int, ...], hits: Mapping[int, int]) -> list[int]:
    """Choose the stored articles to compare exactly, best first, at most eight.

    `hits` says how many hashes of the sketch each stored article has (an exact match counts as the whole sketch). Of
    equals the smaller id, the earlier sighting, goes first.
    """
    least = min(MEET_LEAST, len(sketch))
    meeting = [key for key, count in hits.items() if count >= max(1, least)]
    return sorted(meeting, key=lambda key: (-hits[key], key))[:CANDIDATES]
