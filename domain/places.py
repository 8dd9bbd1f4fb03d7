"""Where the stems of an article stand, in their order: what phrases and names are looked for in."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.query import AllOf, AnyOf, Phrase, Query, Without
from domain.spellings import alike, key, loose_keys, stripped


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of an article side by side: the place of the first, and of the one after the last."""

    first: int
    end: int


class StemPlaces:
    """The places of an article's stems: the words of the title from 0 on, those of the body after a gap of one."""

    __slots__ = ("_at", "_loose", "_order", "_spelt", "title")

    def __init__(self, title: Sequence[str], body: Sequence[str]) -> None:
        self._order = [*title, "", *body]
        self.title = len(title)
        self._at: dict[str, list[int]] = {}
        for place, stem in enumerate(self._order):
            self._at.setdefault(stem, []).append(place)
        self._at.pop("", None)
        self._loose: dict[str, list[str]] | None = None
        self._spelt: dict[str, set[str]] = {}

    def stems(self) -> Iterator[str]:
        """Give the different stems."""
        return iter(self._at)

    def find(self, terms: Sequence[str], *, title: bool = False) -> list[Span]:
        """Give where terms stand side by side in this order; with `title` in the title only."""
        size = len(terms)
        starts = self._at.get(terms[0], ())
        wanted = list(terms)
        found = [Span(at, at + size) for at in starts if size == 1 or self._order[at : at + size] == wanted]
        return [span for span in found if span.end <= self.title] if title else found

    def find_spelt(self, words: Sequence[str]) -> list[Span]:
        """Give where words stand side by side, each in one of its spellings (`domain.spellings`)."""
        sets = [self.spelt(word) for word in words]
        if not all(sets):
            return []
        starts = sorted(at for stem in sets[0] for at in self._at[stem])
        size = len(words)
        return [
            Span(at, at + size)
            for at in starts
            if all(stem in among for stem, among in zip(self._order[at + 1 : at + size], sets[1:], strict=False))
            and at + size <= len(self._order)
        ]

    def spelt(self, word: str) -> set[str]:
        """Give the stems of the article that write a word of a name."""
        if (known := self._spelt.get(word)) is not None:
            return known
        if self._loose is None:
            loose = defaultdict(list)
            for stem in self._at:
                for way in loose_keys(stem):
                    loose[way].append(stem)
            self._loose = loose
        found = {word} if word in self._at else set()
        found.update(stem for stem in self._loose.get(key(word), ()) if alike(word, stem))
        found.update(self._loose.get(stripped(word), ()))
        self._spelt[word] = found
        return found


def holds(query: Query, places: StemPlaces) -> bool:
    """Tell whether an article is as the query asks."""
    match query:
        case Phrase(terms, _, title):
            return bool(places.find(terms, title=title))
        case Without(part):
            return not holds(part, places)
        case AllOf(parts):
            return all(holds(part, places) for part in parts)
        case AnyOf(parts):
            return any(holds(part, places) for part in parts)


def carrying(query: Query, places: StemPlaces) -> list[Span]:
    """Give where the words stand that the query looks for and finds, in their order; words it excludes are none."""
    found = {span for phrase in _wanted(query, places) for span in places.find(phrase.terms, title=phrase.title)}
    return sorted(found, key=lambda span: (span.first, span.end))


def _wanted(query: Query, places: StemPlaces) -> Iterator[Phrase]:
    """Give the phrases outside of exclusions; of what OR joins, those of the sides that hold."""
    match query:
        case Phrase():
            yield query
        case AllOf(parts):
            for part in parts:
                yield from _wanted(part, places)
        case AnyOf(parts):
            for part in parts:
                if holds(part, places):
                    yield from _wanted(part, places)


def lacking(query: Query, places: StemPlaces) -> list[str]:
    """Give what an article lacks, as it was typed; where one of several would do, these with أو between them."""
    match query:
        case Phrase() if not holds(query, places):
            return [query.text]
        case AllOf(parts):
            return [text for part in parts for text in lacking(part, places)]
        case AnyOf(parts) if not holds(query, places):
            return [" أو ".join(dict.fromkeys(" ".join(lacking(part, places)) for part in parts))]
    return []


def excluding(query: Query, places: StemPlaces) -> list[Span]:
    """Give where the words stand for which the query refuses an article that it excludes."""
    match query:
        case Without(part) if holds(part, places):
            return carrying(part, places)
        case AllOf(parts):
            return [span for part in parts for span in excluding(part, places)]
        case AnyOf(parts) if not holds(query, places):
            return [span for part in parts for span in excluding(part, places)]
    return []
