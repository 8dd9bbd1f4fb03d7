"""What shows that two texts are one: their longest common runs, and which of the two is longer."""

from collections.abc import Sequence

import numpy as np

from domain.copies import Run
from domain.fingerprints import RUN, SHINGLE, Fingerprint

MOST_RUNS = 3
RULE = 3  # of `domain.copies.judge` and `domain.groups`: named by what they decided


def runs_between(a: Fingerprint, b: Fingerprint, least: int = RUN, most: int = MOST_RUNS) -> tuple[Run, ...]:
    """Give the longest runs of at least `least` folded words that stand in both texts, longest first.

    Read from the fingerprints, so that nothing is compared again: a shingle that a text repeats counts where it first
    stands. Runs do not overlap in `a`. Word numbers count `arabic.folded` of the text that was fingerprinted.
    """
    _, in_a, in_b = np.intersect1d(a.shingles, b.shingles, assume_unique=True, return_indices=True)
    if not len(in_a):
        return ()
    order = np.argsort(a.places[in_a], kind="stable")
    at_a, at_b = a.places[in_a][order], b.places[in_b][order]
    breaks = np.flatnonzero((np.diff(at_a) != 1) | (np.diff(at_b) != 1)) + 1
    starts, ends = np.concatenate(([0], breaks)), np.concatenate((breaks, [len(at_a)]))
    lengths = ends - starts + SHINGLE - 1
    found = [
        Run(int(at_a[start]), int(at_b[start]), int(words))
        for start, words in zip(starts, lengths, strict=True)
        if words >= least
    ]
    return _apart(sorted(found, key=lambda run: (-run.words, run.a, run.b)), most)


def _apart(runs: Sequence[Run], most: int) -> tuple[Run, ...]:
    chosen: list[Run] = []
    for run in runs:
        if all(run.a + run.words <= other.a or other.a + other.words <= run.a for other in chosen):
            chosen.append(run)
        if len(chosen) == most:
            break
    return tuple(chosen)


def is_longer(a: Fingerprint, b: Fingerprint) -> bool:
    """Say whether `a` has more of its own than `b`."""
    return int(np.count_nonzero(~a.masked)) > int(np.count_nonzero(~b.masked))
