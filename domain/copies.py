"""Copies: which texts are one text, whatever the headline.

How much of the shorter text stands in the longer one decides (containment of three-word shingles, Broder 1997), because
outlets cut what they copy and Jaccard punishes that. What either outlet repeats under all its articles counts on
neither side.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from domain.arabic import folded
from domain.fingerprints import RUN, Fingerprint, Hashes, Mask, fingerprint, rank, text_runs
from domain.forms import exchanged, fills_otherwise

__all__ = [
    "CopyText",
    "Fingerprint",
    "Mask",
    "Relation",
    "Run",
    "Verdict",
    "common_runs",
    "fingerprint",
    "judge",
    "rank",
    "text_runs",
]

OWN_LEAST = 5  # shingles of its own that a text must have to be compared at all
OWN_ALONE, OWN_FORM = 40, 60  # shingles that make an identical text, or a form, a copy however much later
SHARE_LOOSE, SHARE_STRICT, SHARE_FORM = 0.5, 0.8, 0.9
NEVER = 2.0  # a share that no pair reaches
NEAR = timedelta(days=4)
HALF_DAY, DAY = timedelta(hours=12), timedelta(days=1)
CUT_LEAST, WHOLE_LEAST = 0.25, 0.5  # length of the shorter by the longer: below it is a part, above it the same piece
HEAD_SHARE = 0.8


class Relation(StrEnum):
    """How two texts stand to each other: `copy` merges, `contains` is a link.

    An `update` is a copy with other figures (`domain.updates`): it merges too, as a new version.
    """

    COPY = "copy"
    CONTAINS = "contains"
    UPDATE = "update"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CopyText:
    """One side of a comparison: the fingerprint, the outlet's key, and the event time (with zone)."""

    fingerprint: Fingerprint
    outlet: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """The relation of two texts, with the share (0 to 1) of the shorter one's own shingles that both have.

    `ratio` (0 to 1) is the length of the shorter by that of the longer.
    """

    relation: Relation
    share: float
    shared: int  # how many shingles that is
    ratio: float = 1.0

    @property
    def is_excerpt(self) -> bool:
        """Say whether one text is a good part of the other, not a brief within a roundup: both tell one event."""
        return self.relation is Relation.CONTAINS and self.ratio >= CUT_LEAST


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand in both texts one after the other: word numbers from 0 in each, and how many words."""

    a: int
    b: int
    words: int


@dataclass(frozen=True, slots=True)
class _Overlap:
    """What two fingerprints share outside both masks, and how many shingles of their own each has."""

    common: Hashes
    short: int
    long: int
    longer: Fingerprint

    @property
    def share(self) -> float:
        """Give the containment of the shorter in the longer."""
        return len(self.common) / self.short if self.short else 0.0

    @property
    def ratio(self) -> float:
        """Give the length of the shorter by the longer."""
        return self.short / self.long if self.long else 0.0

    @property
    def at_head(self) -> bool:
        """Say whether the common part opens the longer text, as when an outlet cuts the end of a report."""
        places = self.longer.places[np.searchsorted(self.longer.shingles, self.common)]
        return float(np.mean(places < self.short / HEAD_SHARE)) >= HEAD_SHARE


def _overlap(a: Fingerprint, b: Fingerprint) -> _Overlap:
    """Compare two fingerprints. A shingle that either mask covers counts on neither side."""
    own_a, own_b = a.shingles[~a.masked], b.shingles[~b.masked]
    common = np.intersect1d(own_a, own_b, assume_unique=True)
    size_a = len(own_a) - len(np.intersect1d(own_a, b.shingles[b.masked], assume_unique=True))
    size_b = len(own_b) - len(np.intersect1d(own_b, a.shingles[a.masked], assume_unique=True))
    return _Overlap(common, min(size_a, size_b), max(size_a, size_b), a if size_a > size_b else b)


def _identical(a: CopyText, b: CopyText, own: int, apart: timedelta) -> bool:
    """Judge two equal texts: a line or two that come again later, or a short form, are a notice or a frame."""
    if own >= (OWN_FORM if a.fingerprint.form else OWN_ALONE):
        return True
    return a.fingerprint.words >= OWN_LEAST and apart <= (HALF_DAY if a.outlet == b.outlet else NEAR)


def _needed(a: CopyText, b: CopyText, apart: timedelta) -> float:
    """Give the share that makes two unequal texts one; above 1 means never.

    An outlet repeats its own forms day after day (prices, weather), so there the bar is high after half a day, and
    high from the start while its furniture is not known. Other outlets copy within days. A text that opens as a form
    belongs to its day: later almost all of it must be the same.
    """
    form = a.fingerprint.form and b.fingerprint.form
    if form and fills_otherwise(
        (a.fingerprint.slots, b.fingerprint.slots), (a.fingerprint.numbers, b.fingerprint.numbers)
    ):
        return NEVER
    if apart > HALF_DAY and (form or a.outlet == b.outlet) and _other_days(a, b):
        return NEVER
    if form and apart > DAY:
        return SHARE_FORM if a.outlet != b.outlet or apart <= NEAR else NEVER
    if a.outlet != b.outlet:
        return SHARE_LOOSE if apart <= NEAR else SHARE_STRICT
    if apart > NEAR:  # a correction
        return NEVER if exchanged(a.fingerprint.numbers, b.fingerprint.numbers) else SHARE_FORM
    known = a.fingerprint.mask_version is not None and b.fingerprint.mask_version is not None
    return SHARE_LOOSE if known and apart <= HALF_DAY else SHARE_STRICT


def _other_days(a: CopyText, b: CopyText) -> bool:
    """Say whether both name weekdays and none in common: the same form for another day of the week."""
    days_a, days_b = a.fingerprint.weekdays, b.fingerprint.weekdays
    return bool(days_a and days_b and not days_a & days_b)


def _relation(a: CopyText, b: CopyText, overlap: _Overlap) -> Relation:
    """Name the relation of two texts that share enough."""
    if overlap.ratio < CUT_LEAST:
        return Relation.CONTAINS
    rewritten = a.outlet == b.outlet and a.time != b.time and a.fingerprint.numbers != b.fingerprint.numbers
    if overlap.ratio < WHOLE_LEAST and not overlap.at_head and not rewritten:
        return Relation.CONTAINS
    return Relation.COPY


def judge(a: CopyText, b: CopyText) -> Verdict:
    """Decide how two texts stand to each other; the order of the two does not matter.

    Reads: the share of the shorter text outside both masks, the time between the two, whether the outlet is the same,
    weekdays and numbers named, and the lengths. `python -m bench.copies` measures it on labelled pairs.
    """
    overlap, apart = _overlap(a.fingerprint, b.fingerprint), abs(a.time - b.time)
    if a.fingerprint.exact == b.fingerprint.exact:
        relation = Relation.COPY if _identical(a, b, overlap.short, apart) else Relation.NONE
        return Verdict(relation, 1.0 if a.fingerprint.words else 0.0, len(overlap.common))
    enough = overlap.short >= OWN_LEAST and overlap.share >= _needed(a, b, apart)
    relation = _relation(a, b, overlap) if enough else Relation.NONE
    return Verdict(relation, overlap.share, len(overlap.common), overlap.ratio)


def common_runs(a: str, b: str, least: int = RUN, most: int = 3) -> tuple[Run, ...]:
    """Give the longest runs of at least `least` folded words that stand in both texts, longest first: the evidence.

    Word numbers count `arabic.folded(text)`. Runs do not overlap in `a`.
    """
    words_a, words_b = folded(a), folded(b)
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words_b):
        places.setdefault(word, []).append(place)
    found: list[Run] = []
    before: dict[int, int] = {}
    for end_a, word in enumerate(words_a):
        now = {end_b: before.get(end_b - 1, 0) + 1 for end_b in places.get(word, ())}
        found += [Run(end_a - n + 1, end_b - n + 1, n) for end_b, n in now.items() if n >= least]
        before = now
    chosen: list[Run] = []
    for run in sorted(found, key=lambda run: (-run.words, run.a, run.b)):
        if all(run.a + run.words <= other.a or other.a + other.words <= run.a for other in chosen):
            chosen.append(run)
    return tuple(chosen[:most])
