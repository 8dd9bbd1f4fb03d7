"""What is usual in Arabic news: how much a stem tells, and which stems are spellings of one foreign name.

How much a stem tells is its inverse document frequency, ln((N + 1) / (n + 1/2)) with N articles counted and n of them
holding it (Robertson and Spärck Jones, "Relevance weighting of search terms", 1976, without relevance information).
"""

import math
import re
from collections import defaultdict
from functools import lru_cache

from domain.arabic import STOPWORDS, Analyser, shipped_analyser
from domain.lexicon import Counts, shipped

_LONG_VOWELS = re.compile("[اوي]")
_SPELT_LENGTH = 6  # letters; shorter words that differ in a vowel are other words
_SPELT_SKELETON = 4  # letters left without long vowels
_DATE = re.compile(r"\d{1,3}")


class Background:
    """The counts that topics are weighed with, and the analyser that goes with them."""

    def __init__(self, counts: Counts, analyser: Analyser | None = None) -> None:
        self.version = counts.version
        self.stems = (analyser or Analyser(counts.words)).stems
        self._counts = counts.stems
        self._most = math.log((counts.documents + 1) / 1.5)
        self._weights: dict[str, float] = {}
        self._documents = counts.documents
        self._spellings: dict[str, list[str]] = {}

    def weight(self, stem: str) -> float:
        """Give the inverse document frequency of a stem, 0 for one that says nothing; a new one counts as seen once."""
        weight = self._weights.get(stem)
        if weight is not None:
            return weight
        if stem in STOPWORDS or len(stem) < 2 or _DATE.fullmatch(stem):
            weight = 0.0
        elif (seen := self._counts.get(stem)) is None:
            return self._most
        else:
            weight = math.log((self._documents + 1) / (seen + 0.5))
        self._weights[stem] = weight
        return weight

    def spellings(self, stem: str) -> tuple[str, ...]:
        """Give other stems that differ from this one in one long vowel or in ج for غ: لوبتيجي and لوبيتيغي."""
        if len(stem) < _SPELT_LENGTH or stem.isascii():
            return ()
        if not self._spellings:
            self._spellings = self._group()
        others = self._spellings.get(_skeleton(stem), [])
        return tuple(other for other in others if other != stem and abs(len(other) - len(stem)) <= 1)

    def _group(self) -> dict[str, list[str]]:
        """Group the counted stems by their letters less the long vowels."""
        groups: dict[str, list[str]] = defaultdict(list)
        for stem in self._counts:
            if len(stem) >= _SPELT_LENGTH - 1 and not stem.isascii():
                skeleton = _skeleton(stem)
                if len(skeleton) >= _SPELT_SKELETON:
                    groups[skeleton].append(stem)
        return {skeleton: group for skeleton, group in groups.items() if len(group) > 1}


def _skeleton(stem: str) -> str:
    """Give the first letter and what is left of the others without long vowels, ج for غ."""
    return stem[0].replace("غ", "ج") + _LONG_VOWELS.sub("", stem[1:]).replace("غ", "ج")


@lru_cache(maxsize=1)
def shipped_background() -> Background:
    """Give the background of the shipped counts."""
    return Background(shipped(), shipped_analyser())
