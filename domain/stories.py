"""Stories: which independently written articles tell the same event.

A softer grouping on top of copy groups: it may be wrong, and can be split or joined by hand. An article is compared
with several articles of a story at once, never with one alone, so that no chain of half-alike articles can form. The
setting is that of news stream clustering (Miranda and others, "Multilingual clustering of streaming news", 2018;
Laban and Hearst, "newsLens", 2017): vectors of weighted terms and the distance in time. What comes anew every day in
the same words (prices, weather, bulletins, fixtures) tells no event, nor does one sentence about two countries tell
one. `python -m bench.stories` measures it on articles that were grouped by reading.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from struct import Struct
from zlib import crc32

from domain.arabic import folded, stems
from domain.background import shipped_background
from domain.gazetteer import places_in
from domain.recurring import is_recurring

METHOD = 1  # counts the changes of what is decided here
WINDOW = 2 * 86400  # seconds between an article and the articles of a story that it may belong to
MEMBERS = 12  # articles of a story that others are compared with, the newest
TERMS = 48  # heaviest terms of an article that are kept
COMPARED = 24  # articles of a story that were told, the newest, with which one is compared that may be a development
KEYED = 10  # of these the heaviest whose pairs are the keys by which articles meet
JOINED = 0.28  # score from which an article belongs to a story
STAYS = 0.24  # and from which it stays in the one that it is in
_ZONES = (30, 100)  # words of the body: the lead ends, the tail begins
_PLACES = (3.0, 2.0, 1.0, 0.5)  # how much a word counts in title, lead, middle, tail
_BEST = 0.5  # what the best member counts in the score, the mean of all the rest
_TITLE = 0.2  # what the titles count
_FADE = 0.2  # what is lost over a whole window of time
_AGE = 0.05  # and more so when the story began as long ago: what comes of an event is told as an event of its own
_DEVELOPS = 0.42  # below which likeness to all that was told of its story an article tells a development
_SILENCE = 0.08  # and so much sooner when nothing was told for a day
_SENTENCE = 0.4  # of two titles in common, from which they are one sentence, about two countries where they name two
_HEAD = Struct("<dBBB")
_TERM = Struct("<If")
_PLACE = Struct("<I")


@dataclass(frozen=True, slots=True)
class Gist:
    """What of an article tells its event: its heaviest terms as a unit vector, the terms of its title, its time.

    Terms are hashes of stems (CRC-32); `title` has the weight of each. `at` is the event time in seconds since 1970,
    `places` are hashes of the countries that the title names, or of whose places it names one.
    """

    at: float
    terms: Mapping[int, float]
    title: Mapping[int, float]
    places: frozenset[int] = frozenset()

    def packed(self) -> bytes:
        """Give the gist as bytes."""
        rows = [*self.terms.items(), *self.title.items()]
        head = _HEAD.pack(self.at, len(self.terms), len(self.title), len(self.places))
        return head + b"".join([*(_TERM.pack(*row) for row in rows), *map(_PLACE.pack, sorted(self.places))])

    @property
    def keys(self) -> tuple[int, ...]:
        """Give the keys by which articles on one event meet: each pair of the heaviest terms, as 63 bits."""
        heaviest = sorted(self.terms, key=lambda term: (-self.terms[term], term))[:KEYED]
        return tuple(_key(*sorted(pair)) for pair in combinations(heaviest, 2))


def _key(low: int, high: int) -> int:
    return (low << 31) ^ high


def unpack(packed: bytes) -> Gist:
    """Read a gist that `packed` gave."""
    at, terms, title, _ = _HEAD.unpack_from(packed)
    end = _HEAD.size + (terms + title) * _TERM.size
    rows: list[tuple[int, float]] = list(_TERM.iter_unpack(packed[_HEAD.size : end]))
    places = frozenset(place for (place,) in _PLACE.iter_unpack(packed[end:]))
    return Gist(at, dict(rows[:terms]), dict(rows[terms:]), places)


def gist(headline: str, title: Sequence[str], body: Sequence[str], at: float) -> Gist:
    """Make the gist of an article from its headline and the stems of its title and body (`domain.arabic.stems`).

    What tells no event of its own has no terms, so that nothing is like it.
    """
    if is_recurring(headline):
        return Gist(at, {}, {})
    weight = shipped_background().weight
    terms = {crc32(stem.encode()): part for stem, part in _heaviest(title, body).items()}
    titled = {crc32(stem.encode()): w for stem in dict.fromkeys(title) if (w := weight(stem))}
    places = frozenset(crc32(found.place.country.encode()) for found in places_in(folded(headline)))
    return Gist(at, terms, dict(list(titled.items())[:TERMS]), frozenset(sorted(places)[:TERMS]))


def gist_of(title: str, body: str, at: float) -> Gist:
    """Make the gist of an article from its headline and its body."""
    return gist(title, stems(title), stems(body), at)


def _heaviest(title: Sequence[str], body: Sequence[str]) -> dict[str, float]:
    """Give the heaviest stems of an article as a unit vector, those of title and lead weighing more."""
    weight, (lead, tail) = shipped_background().weight, _ZONES
    places: dict[str, float] = {}
    for found, place in zip((title, body[:lead], body[lead:tail], body[tail:]), _PLACES, strict=True):
        for stem, count in Counter(found).items():
            places[stem] = places.get(stem, 0.0) + count * place
    weights = {stem: weight(stem) * math.log1p(place) for stem, place in places.items()}
    heaviest = sorted((stem for stem in weights if weights[stem]), key=lambda stem: (-weights[stem], stem))[:TERMS]
    norm = math.sqrt(sum(weights[stem] ** 2 for stem in heaviest)) or 1.0
    return {stem: weights[stem] / norm for stem in heaviest}


def alike(one: Gist, other: Gist) -> float:
    """Give how likely two articles tell the same event, 0 to about 1: terms and titles in common, near in time."""
    apart = abs(one.at - other.at) / WINDOW
    if apart > 1:
        return 0.0
    titles = _titles(one.title, other.title)
    if titles >= _SENTENCE and one.places and other.places and one.places.isdisjoint(other.places):
        return 0.0
    return (1 - _TITLE) * _product(one.terms, other.terms) + _TITLE * titles - _FADE * apart


def _product(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


def _titles(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """Give the share of the two titles' weight that stands in both (Dice)."""
    total = sum(one.values()) + sum(other.values())
    return 2 * sum(weight for term, weight in one.items() if term in other) / total if total else 0.0


def belonging(article: Gist, members: Iterable[Gist]) -> float:
    """Give how well an article fits the articles of a story: to the one most alike, and to all of them."""
    members = list(members)
    if not members:
        return 0.0
    found = [alike(article, member) for member in members]
    age = min(1.0, abs(article.at - min(member.at for member in members)) / WINDOW)
    return _BEST * max(found) + (1 - _BEST) * sum(found) / len(found) - _AGE * age


def develops(article: Gist, told: Iterable[Gist]) -> bool:
    """Say whether an article tells a development of its story: it is like none of those that were told.

    The longer nothing was told, the less it must differ. With nothing to compare there is no development.
    """
    told = [one for one in told if one.terms]
    if not article.terms or not told:
        return False
    silence = article.at - max(one.at for one in told)
    return max(alike(article, one) for one in told) < _DEVELOPS + _SILENCE * min(1.0, max(0.0, silence / 86400))


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
