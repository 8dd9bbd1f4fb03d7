"""Tells the two Arabic one-byte encodings apart, and both from others.

By how often each letter stands in news, and by known words where that is not enough.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import log2

from domain.arabic import folded
from domain.lexicon import shipped

MARK = -2  # what a vowel sign speaks: rare in news, and the other encoding has it where this one has a letter
FOREIGN = -8  # what a letter that is not Arabic, or no letter, speaks against an encoding
# How much each letter speaks for Arabic: the base-two logarithm of its rough frequency per thousand letters of news.
_FREQUENCY = {
    letter: weight
    for weight, letters in ((8, "ال"), (7, "ينمورت"), (6, "بعدهةسفقكح"), (5, "أجشطصخى"), (4, "إذزءضثغئظ"), (2, "ؤآ،ـ"))
    for letter in letters
}


def _weights(encoding: str) -> tuple[int, ...]:
    """Give for each byte how much it speaks for an Arabic text in this encoding, Latin and undefined bytes against."""
    found = []
    for value in range(256):
        letter = bytes([value]).decode(encoding, "replace")
        if value < 0xA0 or letter in "«»–“”":
            found.append(0)
        elif "\u064b" <= letter <= "\u0652":
            found.append(MARK)
        else:
            found.append(_FREQUENCY.get(letter, 1) if "\u060c" <= letter <= "\u06d2" else FOREIGN)
    return tuple(found)


_WEIGHTS = {encoding: _weights(encoding) for encoding in ("cp1256", "iso8859-6")}
_ARTICLE = {"cp1256": "ال".encode("cp1256"), "iso8859-6": "ال".encode("iso8859-6")}


_LETTERS = bytes(range(0xC0, 0x100))
_BESIDE_LATIN = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]+|[\x80-\xff]+(?=[A-Za-z])")  # of French among Arabic


def whole_words(body: bytes) -> bool:
    """Say whether letters beyond ASCII stand together in words of their own, as in no language of Latin letters."""
    sample = body[:65_536]
    high, alone = (len(text) - len(text.translate(None, _LETTERS)) for text in (sample, _BESIDE_LATIN.sub(b"", sample)))
    return high > 0 and alone * 2 > high


def one_byte_arabic(body: bytes, labels: Sequence[str]) -> tuple[str, bool]:
    """Give the Arabic one-byte encoding that makes the likelier text, or nothing; and whether that is beyond doubt."""
    sample = _BESIDE_LATIN.sub(b"", body[:65_536])
    counts = Counter(sample)
    high = sum(count for value, count in counts.items() if value >= 0xC0)
    if not whole_words(body):
        return "", True
    scores = {
        encoding: sum(weights[value] * count for value, count in counts.items() if value >= 0xA0)
        + 6 * sample.count(_ARTICLE[encoding])
        + (1 if encoding in labels else 0)
        for encoding, weights in _WEIGHTS.items()
    }
    best, other = sorted(scores, key=lambda name: scores[name], reverse=True)
    foreign = {
        encoding: sum(count for value, count in counts.items() if weights[value] == FOREIGN)
        for encoding, weights in _WEIGHTS.items()
    }
    ahead = scores[best] - scores[other]
    plain = foreign[best] == foreign[other] == 0  # both readings are Arabic throughout: only a longer text tells
    sure = ahead > DOUBT * (2 if plain else 1) or (foreign[best] == 0 and foreign[other] > 1)
    if not sure:
        best, sure = _by_words(sample, best, KNOWN * (3 if plain else 1))
    marks = _vowels(sample.decode(best, "replace"))
    return best if scores[best] - MARK * marks > 4 * (high - marks) else "", sure


DOUBT = 24  # points of difference, up to which the letters alone do not tell
KNOWN = 8.0  # points of known words by which one reading must be ahead; a word of 255 articles has eight


_VOWEL = re.compile("[\u064b-\u0652]")
# On no letter, or on another one: only a doubling goes with a vowel.
_NO_VOWEL = re.compile(
    "(?<![\u0621-\u064a\u064b-\u0652])[\u064b-\u0652]|[\u064b-\u0650\u0652][\u064b-\u0652]|\u0651[\u0651\u0652]"
)


def _vowels(text: str) -> int:
    """Count the vowel signs of vocalised text; none where they stand as they cannot: another script read as Arabic."""
    marks = len(_VOWEL.findall(text))
    return marks if len(_NO_VOWEL.findall(text)) * 10 <= marks else 0


def _by_words(sample: bytes, likelier: str, enough: float) -> tuple[str, bool]:
    """Give the encoding in which the words are known ones, and whether letters (`likelier`) and words agree.

    `enough` points of known words are asked for.
    """
    known = shipped().words
    points = {
        encoding: sum(log2(1 + known.get(word, 0)) for word in folded(sample[:2_000].decode(encoding, "replace")))
        for encoding in _WEIGHTS
    }
    best = max(points, key=lambda name: points[name])
    ahead = points[best] - min(points.values())
    if best == likelier:
        return best, ahead >= enough
    return (best if ahead >= 2 * KNOWN else likelier), False
