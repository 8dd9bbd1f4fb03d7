"""What an outlet repeats around its articles: learned from its own texts, and cut before anything is decided.

Two things are learned, both from what stands in several texts of one outlet that are no copies of each other, so that
a wire which it brings five times in an evening is news and not furniture:

- units (lines and sentences) at the head or foot of its texts: "follow us", "The post … appeared first on …", notices
  of copyright, adverts for its application, headings of teasers. They are cut: see `own_part`.
- runs of eight words anywhere: background paragraphs, forms of price lists and weather. They stay in the text, and
  the comparison of copies leaves them out: see `domain.fingerprints`.

In a unit the article's own headline and all numbers are blanked first, since they change from article to article.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.arabic import folded
from domain.fingerprints import MASK_TEXTS, STORED, Flags, Hashes, Mask, digest, text_runs

__all__ = ["LEARN_FROM", "Told", "blanked", "due", "learn_mask", "own_part", "own_text", "same"]

LEARN_FROM = 500  # newest texts of an outlet that are read
GROWN, GROWN_LEAST, GROWN_MOST = 5, 20, 125  # learned again when a fifth has come anew, within these bounds
UNIT_SHARE = 50  # a unit must stand in one of so many texts, beside the least number
UNIT_WORDS = 60  # longer ones are paragraphs
HEAD_UNITS, FOOT_UNITS = 4, 14
TEASER_WORDS = 22  # a headline of another article is no longer
DAYS = 1  # between the first and the last of texts that may be copies of each other
SAME = 0.65  # of the runs of the shorter of two texts: one is a copy of the other
SAMPLED = 4

_BOUND = np.uint64(2**64 // SAMPLED)
_SENTENCE = re.compile(r"[^\n]*?(?:[.!؟?…]+[\"'»”)]*(?=\s)|(?=\n)|\Z)")
_DIGITS = re.compile(r"\d+")
_ENDS = re.compile(r"[.!؟?…][\"'»”)]*\Z")


@dataclass(frozen=True, slots=True)
class Told:
    """A text that is learned from: headline, body, and the day that it is of, where that is known."""

    title: str
    body: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A line or sentence of a text: where it starts and ends (characters), and what it is known by."""

    start: int
    end: int
    key: int
    teaser: bool  # as short as a headline, and with no full stop


def due(fresh: int, learned: int) -> bool:
    """Say whether an outlet is to be learned again: `fresh` texts came since it was learned from `learned`."""
    return fresh >= min(max(GROWN_LEAST, learned // GROWN), GROWN_MOST)


def units(title: str, body: str) -> list[Unit]:
    """Cut a body into lines and sentences; those without a word are left out."""
    words = folded(title)
    headline = " ".join(words) if len(words) > 1 else ""  # one word stands in many sentences
    found = (match for match in _SENTENCE.finditer(body) if match[0].strip())
    made = (_unit(match.start(), match.end(), match[0], headline) for match in found)
    return [unit for unit in made if unit is not None]


def _unit(start: int, end: int, text: str, headline: str) -> Unit | None:
    words = folded(text)
    if not words:
        return None
    known = _DIGITS.sub("0", f" {' '.join(words)} ".replace(f" {headline} ", " # ") if headline else " ".join(words))
    key = digest(known.strip().encode("utf-8", "replace"))
    return Unit(start, end, key, len(words) <= TEASER_WORDS and not _ENDS.search(text.rstrip()))


def _edges(found: Sequence[Unit], body: str) -> Iterator[Unit]:
    """Give the units at head and foot that are short enough to be furniture."""
    inner = found[HEAD_UNITS : max(HEAD_UNITS, len(found) - FOOT_UNITS)]
    far = {unit.start for unit in inner}
    for unit in found:
        if unit.start not in far and len(body[unit.start : unit.end].split()) <= UNIT_WORDS:
            yield unit


def learn_mask(texts: Iterable[Told], version: int, before: Mask | None = None) -> Mask:
    """Learn what an outlet repeats from its newest texts. Equal texts count once, in whatever section they stand.

    What an earlier mask `before` holds stays for as long as one text still has it, so that what is rare is not
    forgotten and learned again in turn.
    """
    different = list({told.body: told for told in texts if told.body.strip()}.values())
    days = np.array([told.day.toordinal() if told.day else 0 for told in different], dtype=np.int64)
    runs = [text_runs(told.body) for told in different]
    keys = [_edge_keys(told) for told in different]
    first = _firsts(runs)
    least = max(MASK_TEXTS, len(different) // UNIT_SHARE)
    return Mask(
        version,
        _repeated(runs, days, first, MASK_TEXTS, before.runs if before else None),
        _repeated(keys, days, first, least, before.units if before else None),
    )


def _edge_keys(told: Told) -> Hashes:
    found = _edges(units(told.title, told.body), told.body)
    return np.unique(np.fromiter((unit.key for unit in found), dtype=np.uint64))


def _firsts(texts: Sequence[Hashes]) -> Flags:
    """Say of each text whether it is none that came before, copied or cut: most of its runs would be the same.

    One run in `SAMPLED` is compared.
    """
    samples = [runs[runs < _BOUND].tolist() for runs in texts]
    holders: dict[int, list[int]] = defaultdict(list)
    first = np.ones(len(texts), dtype=bool)
    for number, sample in enumerate(samples):
        hits = Counter(other for run in sample for other in holders[run])
        first[number] = all(n < SAME * min(len(sample), len(samples[other])) for other, n in hits.items())
        if first[number]:
            for run in sample:
                holders[run].append(number)
    return first


def _repeated(
    texts: Sequence[Hashes], days: NDArray[np.int64], first: Flags, least: int, before: Hashes | None
) -> bytes:
    """Give what stands in `least` texts that are no copies of each other, or in as many of different days.

    The second saves what is most of the text of all articles of an outlet: there each looks like a copy of the others.
    """
    if not sum(map(len, texts)):
        return b""
    every, lengths = np.concatenate(texts), [len(part) for part in texts]
    order = np.argsort(every, kind="stable")
    every, of_day, is_first = every[order], np.repeat(days, lengths)[order], np.repeat(first, lengths)[order]
    starts = np.flatnonzero(np.concatenate(([True], every[1:] != every[:-1])))
    counts = np.diff(np.append(starts, len(every)))
    apart = np.maximum.reduceat(of_day, starts) - np.minimum.reduceat(of_day, starts)
    kept = (np.add.reduceat(is_first.astype(np.int64), starts) >= least) | ((counts >= least) & (apart >= DAYS))
    if before is not None and len(before):
        kept |= np.isin(every[starts], before)
    return every[starts][kept].astype(STORED).tobytes()


def same(a: Mask | None, b: Mask | None) -> bool:
    """Say whether two masks hold the same, whatever their versions."""
    return (a.data, a.lines) == (b.data, b.lines) if a and b else a is b


def own_part(title: str, body: str, mask: Mask | None) -> tuple[int, int]:
    """Give where the part of a body begins and ends (characters) that is the article's own.

    Cut off are known units at the head; and at the foot the last known ones, with what stands among them and is no
    longer than a headline. A body that is furniture throughout stays whole: it may be all that there is.
    """
    if mask is None or not mask.lines:
        return 0, len(body)
    found = units(title, body)
    known = _known([unit.key for unit in found], mask)
    start = 0
    while start < min(HEAD_UNITS, len(found)) and known[start]:
        start += 1
    end = cut = len(found)
    while cut > max(start, len(found) - FOOT_UNITS) and (known[cut - 1] or found[cut - 1].teaser):
        cut -= 1
        end = cut if known[cut] else end
    if start >= end:
        return 0, len(body)
    return found[start].start if start else 0, found[end - 1].end if end < len(found) else len(body)


def blanked(body: str, start: int, end: int) -> str:
    """Give a body less what stands before `start` and from `end` on. Every character left keeps its place."""
    return "\n" * start + body[start:end]


def own_text(title: str, body: str, mask: Mask | None) -> str:
    """Give the part of a body that is the article's own, each character in its place."""
    return blanked(body, *own_part(title, body, mask))


def _known(keys: list[int], mask: Mask) -> list[bool]:
    """Say for each key whether the mask holds it."""
    told: list[bool] = np.isin(np.array(keys, dtype=np.uint64), mask.units).tolist()
    return told
