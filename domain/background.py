"""What is usual in Arabic news: how much a stem tells, which are spellings of one name, and which tell the same.

How much a stem tells is its inverse document frequency, ln((N + 1) / (n + 1/2)) with N articles counted and n of them
holding it (Robertson and Spärck Jones, "Relevance weighting of search terms", 1976, without relevance information).
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from domain.arabic import STOPWORDS, Analyser, shipped_analyser
from domain.lexicon import Counts, shipped, shipped_families, shipped_thesaurus

_LONG_VOWELS = re.compile("[اوي]")
_SPELT_LENGTH = 6  # letters; shorter words that differ in a vowel are other words
_SPELT_SKELETON = 4  # letters left without long vowels
_DATE = re.compile(r"\d{1,3}")


class Background:
    """The counts that topics are weighed with, and the analyser that goes with them."""

    def __init__(
        self,
        counts: Counts,
        analyser: Analyser | None = None,
        families: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.version = counts.version
        self.stems = (analyser or Analyser(counts.words)).stems
        self._counts = counts.stems
        self._most = math.log((counts.documents + 1) / 1.5)
        self._weights: dict[str, float] = {}
        self._documents = counts.documents
        self._spellings: dict[str, list[str]] = {}
        self._families = families
        self._same: dict[str, list[str]] = {}

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

    def kin(self, stem: str) -> tuple[str, ...]:
        """Give the stems that tell of the same thing: of the same root (زيارة and يزور) or meaning (لاجئ and نازح)."""
        families = shipped_families() if self._families is None else self._families
        same = self.same(stem)
        found = dict.fromkeys([*families.get(stem, ()), *same])
        for other in same:
            found.update(dict.fromkeys(families.get(other, ())))
        found.pop(stem, None)
        return tuple(found)

    def same(self, stem: str) -> tuple[str, ...]:
        """Give the stems that the thesaurus has for this one."""
        if not self._same:
            for group in shipped_thesaurus():
                stems = [analysed[0] for word in group if (analysed := self.stems(word))]
                for one in stems:
                    self._same.setdefault(one, []).extend(other for other in stems if other != one)
        return tuple(dict.fromkeys(self._same.get(stem, ())))

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
