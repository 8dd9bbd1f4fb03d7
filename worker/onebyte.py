"""Tells the two Arabic one-byte encodings apart, and both from others.

By how often each letter stands in news, and by known words where that is not enough.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import log2

from domain.arabic import folded
from domain.lexicon import shipped

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
            found.append(-2)
        else:
            found.append(_FREQUENCY.get(letter, 1) if "\u060c" <= letter <= "\u06d2" else -8)
    return tuple(found)


_WEIGHTS = {encoding: _weights(encoding) for encoding in ("cp1256", "iso8859-6")}
_ARTICLE = {"cp1256": "ال".encode("cp1256"), "iso8859-6": "ال".encode("iso8859-6")}


_LETTERS = bytes(range(0xC0, 0x100))
_MIXED = re.compile(rb"[A-Za-z][\xc0-\xff]")  # inside one word: French, Turkish, never Arabic


def whole_words(body: bytes) -> bool:
    """Say whether letters beyond ASCII stand together in words of their own, as in no language of Latin letters."""
    sample = body[:65_536]
    high = len(sample) - len(sample.translate(None, _LETTERS))
    return high > 0 and len(_MIXED.findall(sample)) * 4 <= high


def one_byte_arabic(body: bytes, labels: Sequence[str]) -> tuple[str, bool]:
    """Give the Arabic one-byte encoding that makes the likelier text, or nothing; and whether that is beyond doubt."""
    sample = body[:65_536]
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
    best = max(scores, key=lambda name: scores[name])
    if scores[best] - min(scores.values()) <= DOUBT:
        best, sure = _by_words(sample, best)
    else:
        sure = True
    return best if scores[best] > 4 * high else "", sure


DOUBT = 24  # points of difference, up to which the letters alone do not tell
_KNOWN = 8.0  # points of known words by which one reading must be ahead; a word of 255 articles has eight


def _by_words(sample: bytes, likelier: str) -> tuple[str, bool]:
    """Give the encoding in which the words are known ones, and whether letters (`likelier`) and words agree."""
    known = shipped().words
    points = {
        encoding: sum(log2(1 + known.get(word, 0)) for word in folded(sample[:2_000].decode(encoding, "replace")))
        for encoding in _WEIGHTS
    }
    best = max(points, key=lambda name: points[name])
    ahead = points[best] - min(points.values())
    if best == likelier:
        return best, ahead >= _KNOWN
    return (best if ahead >= 2 * _KNOWN else likelier), False
