"""Names of people, organisations and places: each a phrase with its spellings, those given and those found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.arabic import STOPWORDS, folded, shipped_analyser
from domain.background import shipped_background
from domain.errors import BadInput
from domain.lexicon import shipped
from domain.places import Span, StemPlaces
from domain.spellings import bare

MOST_NAMES = 500
_COMMENT = re.compile(r"(?:^|\s)#.*")
_MOST_SPELLINGS = 20
_MOST_WORDS = 12  # of one spelling
_MOST_LETTERS = 200
_COMPOUNDING = frozenset(("عبد", "ابو", "ابا", "ابي", "نيو", "بور", "سان"))  # written as one with the next word, or not
_HALF = 3  # letters of what follows one of those


@dataclass(frozen=True, slots=True)
class Name:
    """A name: `text` as first given, and the words of every way to write it, each word in any of its spellings."""

    text: str
    ways: tuple[tuple[str, ...], ...]


def read_names(lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Read names, one a line, each with its other spellings after `=`; blank lines and those from # on are left out.

    Raises BadInput for what is no name, and for more than 500.
    """
    told = [_COMMENT.sub("", line).strip() for line in lines]
    names = tuple(dict.fromkeys(_spellings(line) for line in told if line))
    if len(names) > MOST_NAMES:
        raise BadInput(f"a topic takes at most {MOST_NAMES} names, not {len(names)}")
    return names


def _spellings(line: str) -> tuple[str, ...]:
    given = [" ".join(part.split()) for part in line.split("=")]
    if len(given) > _MOST_SPELLINGS:
        raise BadInput(f"a name takes at most {_MOST_SPELLINGS} spellings: «{line[:60]}»")
    for spelling in given:
        words = folded(spelling)
        if not any(len(word) > 1 and word not in STOPWORDS for word in words):
            raise BadInput(f"«{spelling[:60]}» is no name: it needs a word of two letters that is no stop word")
        if len(words) > _MOST_WORDS or len(spelling) > _MOST_LETTERS:
            raise BadInput(f"a name takes at most {_MOST_WORDS} words: «{spelling[:60]}»")
    return tuple(dict.fromkeys(given))


def make_name(spellings: Sequence[str]) -> Name:
    """Put together every way to write a name whose spellings were read."""
    ways = [way for spelling in spellings for way in _ways(folded(spelling))]
    return Name(spellings[0], tuple(dict.fromkeys(ways)))


def _ways(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Give the stems of a spelling as it is, with two of its words written as one, and with one written as two."""
    written = [list(words)]
    for at, (one, two) in enumerate(pairwise(words)):
        if one in _COMPOUNDING or one + two in shipped().words:
            written.append([*words[:at], one + two, *words[at + 2 :]])
    written += [[*words[:at], *halves, *words[at + 1 :]] for at, word in enumerate(words) for halves in _halves(word)]
    return [tuple(bare(shipped_analyser().stem(word)) for word in way) for way in written]


def _halves(word: str) -> list[tuple[str, str]]:
    """Give a word as the two that it is made of: ابوظبي as ابو ظبي."""
    return [
        (first, word[len(first) :])
        for first in sorted(_COMPOUNDING)
        if word.startswith(first) and len(word) >= len(first) + _HALF and word[len(first) :] in shipped().words
    ]


def mentions(name: Name, places: StemPlaces) -> list[Span]:
    """Give where an article mentions a name, in order; of mentions that share words the longest."""
    found = sorted({span for way in name.ways for span in places.find_spelt(way)}, key=lambda s: (s.first, -s.end))
    kept: list[Span] = []
    for span in found:
        if not kept or span.first >= kept[-1].end:
            kept.append(span)
    return kept


def anchors(name: Name) -> list[str]:
    """Give the rarest word of each way to write a name: an article without any of them does not mention it."""
    weight = shipped_background().weight
    return list(dict.fromkeys(max(way, key=lambda stem: (weight(stem), stem)) for way in name.ways))
