"""Counting: the numbers of people in news, each with what it counts (`domain.counted`), in digits or in words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from domain import counted
from domain.arabic import STOPWORDS, display, fold
from domain.numbers import Number, number_at

TITLE, LEAD, BODY = "title", "lead", "body"
_LEAD_WORDS = 60
_TOTAL = 14  # words between "عدد القتلى" and the number
_REACH = 5  # words between an action and its number
_CLOSE = 4  # words between a number and a verb that follows
_TOKEN = re.compile(
    r"\d{1,3}(?:[,،٬]\d{3})+(?!\d)|\d+[.,٫]\d+|\d+|[^\W\d_]+(?:[\u064b-\u0652\u0670]+[^\W\d_]*)*|[.!؟?؛\n،,:]"
)
_ENDS = frozenset(".!؟?؛\n")
_PAUSE = frozenset("،,:")
_DROPPED = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_DATELINE = re.compile(r"^[^.\n]{0,90}?\([^()\n]{2,25}\)\s*[-–—]+\s*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEARS_AGO = [(fold(word),) for word in ("عاما", "سنوات", "سنة", "أعوام", "عام")]
_CLITICS = frozenset("وفبل")
_PREFIX = re.compile("^[وف]?[بل]?")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people, as the article says it: `value`, the words, and whether it is approximate or only vague."""

    value: int
    text: str
    about: str = ""
    vague: bool = False
    where: str = BODY

    @property
    def shown(self) -> str:
        """Give the number for reading."""
        return self.text.split()[0].removeprefix("و") if self.vague else f"{self.about} {self.value}".strip()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as words: as written, folded, and whether a pause stands before each."""

    surface: tuple[str, ...]
    words: tuple[str, ...]
    paused: frozenset[int]
    where: str


def sentences(title: str, body: str) -> Iterator[Sentence]:
    """Cut an article into sentences, each with where it stands."""
    seen = 0
    for text, lead in ((title, TITLE), (_DATELINE.sub("", body), "")):
        surface: list[str] = []
        paused: set[int] = set()
        for sign in [*_TOKEN.findall(display(_DROPPED.sub("", text))), "\n"]:
            if sign in _ENDS:
                if surface:
                    link = seen and sign == "\n"  # a line without an end amid the text is another article's headline
                    yield _make(surface, paused, lead or (LEAD if seen < _LEAD_WORDS and not link else BODY))
                    seen += 0 if lead else len(surface)
                surface, paused = [], set()
            elif sign in _PAUSE:
                paused.add(len(surface))
            else:
                surface.append(sign)


def _make(surface: Sequence[str], paused: set[int], where: str) -> Sentence:
    words = (re.sub(r"(?<=\d)[,،٬](?=\d{3})", "", word) for word in surface)
    folded = tuple(map(_fold, words))
    return Sentence(tuple(surface), folded, frozenset(paused), BODY if where == LEAD and _is_past(folded) else where)


_fold = lru_cache(maxsize=20_000)(fold)


def _is_past(words: Sequence[str]) -> bool:
    """Say whether a sentence tells of an earlier year: its numbers are background."""
    for at, word in enumerate(words[1:], 1):
        led = words[at - 1] in counted.YEARS or _PREFIX.sub("", words[at - 1]) in counted.YEARS
        if (led and _YEAR.fullmatch(word)) or (
            words[at - 1] == counted.BEFORE_NOW and words[at + 1 : at + 2] in _YEARS_AGO
        ):
            return True
    return False


def counts_in(sentence: Sentence) -> Iterator[tuple[str, Count]]:
    """Give what a sentence counts, in order."""
    words, at = sentence.words, 0
    while at < len(words):
        number = number_at(words, at)
        if number is None:
            if plain := _without_number(sentence, at):
                yield plain
            at += 1
            continue
        if kind := _kind(sentence, number):
            yield kind, _count(sentence, number)
        at = number.end


def _count(sentence: Sentence, number: Number) -> Count:
    end = min(len(sentence.surface), number.end + 1)
    text = " ".join(sentence.surface[number.first : end])
    return Count(number.value, text, number.about, number.vague, sentence.where)


def _kind(sentence: Sentence, number: Number) -> str:
    """Say what a number counts; empty where that is not sure."""
    words, end = sentence.words, number.end
    after = words[end : end + 3]
    if after and after[0] in counted.NO_PEOPLE and not number.vague:
        return ""
    if _rises_from(words, number) or counted.AMONG & set(words[max(0, number.start - 2) : number.start]):
        return ""
    if both := _both(words, end):
        return both
    if named := _noun_after(sentence, end):
        return named
    if lifted := _total(words, number):
        return lifted
    before = words[number.start - 1] if number.start else ""
    if aboard := _aboard(words, number):
        return aboard
    if _YEAR.fullmatch(words[number.end - 1]):
        return ""
    if before in counted.NOT_BEFORE or (after and after[0] in counted.NO_PEOPLE):
        return ""
    return _verb_after(sentence, number) or _action_before(sentence, number)


def _rises_from(words: Sequence[str], number: Number) -> bool:
    """Say whether a number is the old one: من 3 إلى 7."""
    led = number.start and words[number.start - 1] == counted.FROM and not number.about
    return bool(led) and counted.TO in words[number.end : number.end + 3]


def _both(words: Sequence[str], end: int) -> str:
    """Know "20 شخصا بين قتيل وجريح"."""
    near = words[end : end + 5]
    pairs = pairwise(near)
    return counted.CASUALTIES if any(pair in counted.BETWEEN_BOTH for pair in pairs) else ""


def _noun_after(sentence: Sentence, end: int) -> str:
    for place in range(end, min(end + 2, len(sentence.words))):
        word = sentence.words[place]
        kind = counted.NOUNS.get(word) or counted.PLURALS.get(word)
        if place > end and (place in sentence.paused or sentence.words[end] in STOPWORDS or word in counted.BEFORE):
            return ""
        if kind and not (kind == counted.INJURED and counted.INFECTION & set(sentence.words)):
            return kind
        if word in counted.NO_PEOPLE or number_at(sentence.words, place):
            return ""
    return ""


def _aboard(words: Sequence[str], number: Number) -> str:
    """Know "كان على متنها 104 أشخاص"."""
    near = {*words[max(0, number.start - 3) : number.start], *words[number.end : number.end + 4]}
    return counted.ABOARD if counted.ON_BOARD & near else ""


def _total(words: Sequence[str], number: Number) -> str:
    """Know "ارتفع عدد القتلى إلى 7": the noun of the total, then إلى, then the number."""
    start = number.start
    before = words[max(0, start - _TOTAL) : start]
    if counted.TO not in before[-3:] and not (before and before[-1] in counted.PLURALS):
        return ""
    if not counted.LIFTED & {_PREFIX.sub("", word) for word in before} and not counted.LIFTED & set(before):
        return ""
    kinds = [counted.PLURALS[word] for word in before if word in counted.PLURALS]
    return kinds[-1] if kinds else ""


def _verb_after(sentence: Sentence, number: Number) -> str:
    """Know "7 أشخاص قتلوا", "12 شخصا لقوا مصرعهم"."""
    for place in range(number.end, min(number.end + _CLOSE, len(sentence.words))):
        if place in sentence.paused or number_at(sentence.words, place):
            return ""
        if kind := counted.AFTER.get(sentence.words[place]):
            return kind
    return ""


def _action_before(sentence: Sentence, number: Number) -> str:
    """Know "مقتل 7 أشخاص", "قتل في الهجوم سبعة": the nearest action before, with no other number between."""
    words = sentence.words
    for place in range(number.start - 1, max(-1, number.start - 1 - _REACH), -1):
        kind = _action(words, place)
        if kind:
            return _checked(sentence, kind, place, number)
        if words[place].isdigit() or words[place] in ("التي", "الذي", "الذين", "ان") or (place + 1 in sentence.paused):
            return ""
    return ""


@lru_cache(maxsize=20_000)
def _acts(word: str) -> str:
    """Give what a verb or noun of action counts, with a clitic or without."""
    bare = _PREFIX.sub("", word) if word[:1] in _CLITICS else word
    return counted.BEFORE.get(word) or counted.BEFORE.get(bare) or ""


def _action(words: Sequence[str], place: int) -> str:
    word = words[place]
    kind = _acts(word)
    if counted.DENIED & set(words[max(0, place - 2) : place]):
        return ""
    seized = word != counted.SEIZED or words[place + 1 : place + 2] == (counted.ON,)
    return kind if seized else ""


def _checked(sentence: Sentence, kind: str, place: int, number: Number) -> str:
    """Take "مقتل وإصابة 20" for both, and an infection for no injury."""
    words = sentence.words
    if kind == counted.INJURED:
        if place and counted.BEFORE.get(words[place - 1]) == counted.DEAD and words[place].startswith("و"):
            return counted.CASUALTIES
        if counted.INFECTION & set(words):
            return counted.INFECTED
    if (
        kind in (counted.INJURED, counted.DEAD)
        and place + 1 < number.start
        and words[place + 1] in (fold("رئيس"), fold("قائد"))
    ):
        return ""
    return kind


def _without_number(sentence: Sentence, at: int) -> tuple[str, Count] | None:
    """Know one and two without a number: "مقتل شخص", "قتيلان"."""
    words, word = sentence.words, sentence.words[at]
    bare = word if word in counted.PAIRS else _PREFIX.sub("", word)
    if kind := counted.PAIRS.get(bare):
        return kind, _plain(sentence, at, 2)
    if not at or number_at(words, at - 1):
        return None
    if word not in counted.ONE_PERSON and word not in counted.TWO_PERSONS:
        return None
    kind = _action(words, at - 1)
    if kind and at not in sentence.paused:
        if word in counted.ONE_PERSON and not _goes_on(words, at):
            return kind, _plain(sentence, at, 1)
        if word in counted.TWO_PERSONS:
            return kind, _plain(sentence, at, 2)
    return None


def _goes_on(words: Sequence[str], at: int) -> bool:
    """Say whether more people follow: ضابط صف وجندي."""
    return any(word[:1] == "و" and word[1:] in counted.ONE_PERSON for word in words[at + 1 : at + 4])


def _plain(sentence: Sentence, at: int, value: int) -> Count:
    return Count(value, sentence.surface[at], where=sentence.where)
