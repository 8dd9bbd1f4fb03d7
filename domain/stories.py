"""Stories: which independently written articles tell the same event.

A softer grouping on top of copy groups: it may be wrong, and can be split or joined by hand. An article is compared
with several articles of a story at once, never with one alone, so that no chain of half-alike articles can form. The
setting is that of news stream clustering (Miranda and others, "Multilingual clustering of streaming news", 2018;
Laban and Hearst, "newsLens", 2017): vectors of weighted terms and the distance in time.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from struct import Struct
from zlib import crc32

from domain.background import shipped_background

METHOD = 1  # counts the changes of what is decided here
WINDOW = 4 * 86400  # seconds between an article and the articles of a story that it may belong to
MEMBERS = 12  # articles of a story that others are compared with, the newest
TERMS = 48  # heaviest terms of an article that are kept
KEYED = 8  # of these the heaviest whose pairs are the keys by which articles meet
JOINED = 0.36  # score from which an article belongs to a story
STAYS = 0.3  # and from which it stays in the one that it is in
_ZONES = (30, 100)  # words of the body: the lead ends, the tail begins
_PLACES = (3.0, 2.0, 1.0, 0.5)  # how much a word counts in title, lead, middle, tail
_BEST = 0.5  # what the best member counts in the score, the mean of all the rest
_TITLE = 0.2  # what the titles count
_FADE = 0.12  # what is lost over a whole window of time
_HEAD = Struct("<dBB")
_TERM = Struct("<If")


@dataclass(frozen=True, slots=True)
class Gist:
    """What of an article tells its event: its heaviest terms as a unit vector, the terms of its title, its time.

    Terms are hashes of stems (CRC-32); `title` has the weight of each. `at` is the event time in seconds since 1970.
    """

    at: float
    terms: Mapping[int, float]
    title: Mapping[int, float]

    def packed(self) -> bytes:
        """Give the gist as bytes."""
        rows = [*self.terms.items(), *self.title.items()]
        return _HEAD.pack(self.at, len(self.terms), len(self.title)) + b"".join(_TERM.pack(*row) for row in rows)

    @property
    def keys(self) -> tuple[int, ...]:
        """Give the keys by which articles on one event meet: each pair of the heaviest terms, as 63 bits."""
        heaviest = sorted(self.terms, key=lambda term: (-self.terms[term], term))[:KEYED]
        return tuple(_key(*sorted(pair)) for pair in combinations(heaviest, 2))


def _key(low: int, high: int) -> int:
    return (low << 31) ^ high


def unpack(packed: bytes) -> Gist:
    """Read a gist that `packed` gave."""
    at, terms, title = _HEAD.unpack_from(packed)
    rows: list[tuple[int, float]] = list(_TERM.iter_unpack(packed[_HEAD.size :]))
    return Gist(at, dict(rows[:terms]), dict(rows[terms : terms + title]))


def gist(title: Sequence[str], body: Sequence[str], at: float) -> Gist:
    """Make the gist of an article from the stems of its title and body (`domain.arabic.stems`)."""
    weight = shipped_background().weight
    lead, tail = _ZONES
    places: dict[str, float] = {}
    for stems, place in zip((title, body[:lead], body[lead:tail], body[tail:]), _PLACES, strict=True):
        for stem, count in Counter(stems).items():
            places[stem] = places.get(stem, 0.0) + count * place
    weights = {stem: weight(stem) * math.log1p(place) for stem, place in places.items()}
    heaviest = sorted(weights, key=lambda stem: (-weights[stem], stem))[:TERMS]
    norm = math.sqrt(sum(weights[stem] ** 2 for stem in heaviest)) or 1.0
    terms = {crc32(stem.encode()): weights[stem] / norm for stem in heaviest if weights[stem]}
    titled = {crc32(stem.encode()): w for stem in dict.fromkeys(title) if (w := weight(stem))}
    return Gist(at, terms, dict(list(titled.items())[:TERMS]))


def alike(one: Gist, other: Gist) -> float:
    """Give how likely two articles tell the same event, 0 to about 1: terms and titles in common, near in time."""
    apart = abs(one.at - other.at) / WINDOW
    if apart > 1:
        return 0.0
    text = _product(one.terms, other.terms)
    return (1 - _TITLE) * text + _TITLE * _titles(one.title, other.title) - _FADE * apart


def _product(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


def _titles(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """Give the share of the two titles' weight that stands in both (Dice)."""
    total = sum(one.values()) + sum(other.values())
    return 2 * sum(weight for term, weight in one.items() if term in other) / total if total else 0.0


def belonging(article: Gist, members: Iterable[Gist]) -> float:
    """Give how well an article fits the articles of a story: to the one most alike, and to all of them."""
    found = [alike(article, member) for member in members]
    return _BEST * max(found) + (1 - _BEST) * sum(found) / len(found) if found else 0.0


def choose(
    article: Gist, stories: Mapping[int, Sequence[Gist]], now_in: int = 0, fits: Callable[..., float] = belonging
) -> int:
    """Give the story that an article belongs to, 0 where it tells an event of its own.

    `stories`: by id the articles to compare with; `now_in` is the story that it was in so far. Of two that fit alike
    the older one, which has the smaller id, is taken.
    """
    scores = {id: fits(article, members) for id, members in stories.items()}
    scores = {id: score for id, score in scores.items() if score >= (STAYS if id == now_in else JOINED)}
    return min(scores, key=lambda id: (-scores[id], id)) if scores else 0
