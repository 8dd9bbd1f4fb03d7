"""Facts: what an article counts, where it plays and whom it names, and which of these a later article changes.

Precision goes before recall: a change is told to people. The most prominent number of each kind is the article's: in
the headline, else in the lead, else in the text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain import counted
from domain.arabic import fold
from domain.counting import BODY, LEAD, TITLE, Count, Sentence, counts_in, sentences
from domain.gazetteer import CITY, places_in
from domain.names_in_news import person_names
from domain.numbers import LEAST

NUMBER, PLACE, NAME = "number", "place", "name"
_MOST_LETTERS = 6_000
_ROUND_OFF = 0.02  # by which a number may have been rounded to hundreds
_LEAST_LEFT = 0.51  # of a number that is put lower; much less is another matter's
_ROUNDING = 1.2  # how many times as much an approximate number must have become


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one article.

    `counts` has the most prominent number of each kind (a key of `counted.LABELS`), `all_counts` every number of it.
    `places` and `names` map a normal form to the surface form; `news_places` and `news_names` are the keys of those in
    headline or lead. `words` are all folded words: what they hold is not new.
    """

    counts: Mapping[str, Count] = field(default_factory=dict)
    all_counts: Mapping[str, frozenset[int]] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    news_places: tuple[str, ...] = ()
    news_names: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: `kind` is number, place or name, `what` the kind of count or the place or name.

    `text` is ready to be shown: "3 → 7 قتلى".
    """

    kind: str
    what: str
    before: str
    after: str
    text: str


def facts_in(title: str, body: str) -> Facts:
    """Read the facts of an article. Of long texts the first 6,000 letters are read."""
    read = list(sentences(title, body[:_MOST_LETTERS]))
    counts: dict[str, Count] = {}
    every: dict[str, set[int]] = {}
    for sentence in read:
        for kind, count in counts_in(sentence):
            every.setdefault(kind, set()).add(count.value)
            counts.setdefault(kind, count)
    places, names, news_places, news_names, countries = _named(read)
    return Facts(
        counts, {kind: frozenset(values) for kind, values in every.items()}, places, names, news_places, news_names,
        countries, frozenset(word for sentence in read for word in sentence.words),
    )  # fmt: skip


_Named = tuple[dict[str, str], dict[str, str], tuple[str, ...], tuple[str, ...], frozenset[str]]


def _named(read: Sequence[Sentence]) -> _Named:
    """Give places and names by their normal forms, those of headline and first sentence apart, and the countries."""
    places: dict[str, str] = {}
    names: dict[str, str] = {}
    news_places: list[str] = []
    news_names: list[str] = []
    countries: set[str] = set()
    first = next((number for number, sentence in enumerate(read) if sentence.where != TITLE), -1)
    for number, sentence in enumerate(read):
        prominent = sentence.where == TITLE or number == first
        for mention in places_in(sentence.words):
            key = fold(mention.place.name)
            countries.add(mention.place.country)
            places.setdefault(key, mention.place.name)
            if prominent and mention.place.kind == CITY:
                news_places.append(key)
        for name in person_names(sentence.words, sentence.paused):
            key = " ".join(sentence.words[name.start : name.end])
            names.setdefault(key, " ".join(sentence.surface[name.start : name.end]))
            if prominent:
                news_names.append(key)
    return places, names, tuple(dict.fromkeys(news_places)), tuple(dict.fromkeys(news_names)), frozenset(countries)


def changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    """Say what a later article on the same matter changes: a number that moved, a new place, a new name.

    A number moved when both articles count the same thing in headline or lead, and the earlier one holds the new value
    nowhere; an approximate one only when the other is a fifth away at least, "more than" also when it becomes exact.
    A number of what the earlier article did not count is new in the headline, a death toll also in the lead. A place or
    name is new when it stands in the later headline or first sentence and nowhere in the earlier text. Countries and
    capitals are no news: they stand for governments too often.
    """
    return (*_moved(before, after), *_new_places(before, after), *_new_names(before, after))


def moves_of(versions: Iterable[Facts]) -> list[list[Change]]:
    """Give for each version of a story, in order of time, the numbers that it moves, each value told once.

    A kind of count is compared with the newest version that counts it.
    """
    newest: dict[str, Facts] = {}
    seen: set[tuple[str, int]] = set()
    found: list[list[Change]] = []
    for facts in versions:
        before = {id(one): one for one in newest.values()}.values()
        moved = {
            c.what: c
            for one in before
            for c in changes(one, facts)
            if c.kind == NUMBER and newest.get(c.what, one) is one
        }
        found.append([c for kind, c in moved.items() if (kind, facts.counts[kind].value) not in seen])
        newest |= dict.fromkeys(facts.counts, facts)
        seen |= {(kind, value) for kind, values in facts.all_counts.items() for value in values}
    return found


def _moved(before: Facts, after: Facts) -> Iterator[Change]:
    for kind, new in after.counts.items():
        old = before.counts.get(kind)
        if old is None and _is_first(kind, new):
            yield Change(NUMBER, kind, "", new.shown, f"عدد جديد: {new.shown} {counted.LABELS[kind]}")
        if old is None or BODY in (old.where, new.where) or not _differs(old, new):
            continue
        if new.value not in before.all_counts[kind]:
            text = f"{old.shown} → {new.shown} {counted.LABELS[kind]}"
            yield Change(NUMBER, kind, old.shown, new.shown, text)


def _is_first(kind: str, new: Count) -> bool:
    """Say whether a number is news where there was none: any in the headline, a death toll in the lead."""
    deadly = kind in (counted.DEAD, counted.CASUALTIES)
    return not new.vague and new.value > 1 and (new.where == TITLE or (new.where == LEAD and deadly))


def _differs(old: Count, new: Count) -> bool:
    """Say whether two numbers of one thing contradict each other."""
    if old.value == new.value or new.vague:
        return False
    if abs(old.value - new.value) <= _ROUND_OFF * max(old.value, new.value) and 0 in (old.value % 100, new.value % 100):
        return False  # 3021, and 3000 in a headline
    if old.vague:  # dozens, and now a number of hundreds
        return new.value >= 10 * old.value
    if new.value < _LEAST_LEFT * old.value:
        return False
    if old.about in LEAST and not new.about:
        return new.value > old.value
    low, high = sorted((old.value, new.value))
    return high >= _ROUNDING * low if old.about or new.about else True


def _new_places(before: Facts, after: Facts) -> Iterator[Change]:
    for key in after.news_places:
        if key not in before.places and not _held(key, before):
            yield Change(PLACE, key, "", after.places[key], f"مكان جديد: {after.places[key]}")


def _new_names(before: Facts, after: Facts) -> Iterator[Change]:
    for key in after.news_names:
        if not _held(key.split()[-1], before):
            yield Change(NAME, key, "", after.names[key], f"اسم جديد: {after.names[key]}")


def _held(key: str, before: Facts) -> bool:
    """Say whether a text has a word of a key, with a clitic or without."""
    word = key.split()[-1]
    return any(clitic + word in before.words for clitic in ("", "و", "ل", "ب", "ف", "ال"))
