"""Countries, capitals and cities in Arabic texts, by a list made for this project (`domain/data/gazetteer.tsv`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from domain.arabic import fold, folded

GAZETTEER_FILE = "gazetteer.tsv"
COUNTRY, CAPITAL, CITY = "country", "capital", "city"
_MOST_WORDS = 5
_MEMO = 20_000  # words
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فب", "فل")
_LEADS = frozenset(
    fold(word) for word in ("في", "إلى", "من", "مدينة", "محافظة", "جمهورية", "دولة", "شمال", "جنوب", "غرب")
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place: the ISO 3166 code of its country, what kind of place, and its name."""

    country: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that folded words name from `start` up to `end`."""

    place: Place
    start: int
    end: int


@lru_cache(maxsize=1)
def _places() -> dict[tuple[str, ...], tuple[Place, bool]]:
    """Give the places by the folded words of their spellings, and whether the spelling is also a usual word."""
    found = {}
    for line in (files("domain") / "data" / GAZETTEER_FILE).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, kind, told = line.split("\t")
            spellings = told.split("|")
            place = Place(country, kind, spellings[0].removeprefix("*"))
            for spelling in spellings:
                found[tuple(folded(spelling.removeprefix("*")))] = place, spelling.startswith("*")
    return found


def places_in(words: Sequence[str]) -> list[Mention]:
    """Find the places that folded words name, in order; of those that share words the longest."""
    found, at = [], 0
    while at < len(words):
        mention = _at(words, at)
        if mention:
            found.append(mention)
        at = mention.end if mention else at + 1
    return found


def _at(words: Sequence[str], at: int) -> Mention | None:
    bare = _begins(words[at])
    if not bare:
        return None
    for size in range(min(_MOST_WORDS, len(words) - at), 0, -1):
        rest = tuple(words[at + 1 : at + size])
        for clitic, first in bare:
            known = _places().get((first, *rest))
            if known and (not known[1] or clitic.endswith(("ب", "ل")) or (at and words[at - 1] in _LEADS)):
                return Mention(known[0], at, at + size)
    return None


@lru_cache(maxsize=1)
def _firsts() -> frozenset[str]:
    return frozenset(spelling[0] for spelling in _places())


@lru_cache(maxsize=_MEMO)
def _begins(word: str) -> tuple[tuple[str, str], ...]:
    """Give the clitics that a word can be read with so that a place begins with the rest, and the rest."""
    return tuple((clitic, first) for clitic in _CLITICS if (first := _without(word, clitic)) in _firsts())


def _without(word: str, clitic: str) -> str:
    """Give a word less a clitic; ل swallows the alif of the article: للعراق."""
    if not clitic:
        return word
    if clitic.endswith("ل") and word.startswith(clitic + "ل"):
        return "ال" + word[len(clitic) + 1 :]
    return word[len(clitic) :] if word.startswith(clitic) and len(word) > len(clitic) + 1 else ""
