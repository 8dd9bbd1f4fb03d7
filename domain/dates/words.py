"""Dates in words of every regional set of month names, and in bare numbers."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.dates.ago import read_relative
from domain.dates.clock import time_of_day
from domain.dates.hijri import hijri_day, weekday_in
from domain.dates.letters import fold_letters
from domain.dates.model import FIRST_YEAR, LAST_YEAR, Dated, Habits, finish
from domain.dates.zones import zone_in_words

_MONTHS = (  # Egypt and Gulf; Levant and Iraq; Tunisia and Algeria; Morocco; Mauritania; other spellings; French
    "يناير كانون_الثاني كانون_ثاني كانون_ثان كانون_2 ك2 جانفي ينائر جانفيه janvier janv january jan",
    "فبراير شباط فيفري فبرائر فيفريه fevrier fevr february feb",
    "مارس آذار مارث mars march mar",
    "أبريل نيسان أفريل إبريل ابريل ابرايل avril avr april apr",
    "مايو أيار ماي ماية نوار mai may",
    "يونيو حزيران جوان يونيه يونية يونيوه juin june jun",
    "يوليو تموز جويلية يوليوز يوليه يولية جوييه juillet juil july jul",
    "أغسطس آب أوت غشت أغشت اوغسطس أغسطوس aout august aug",
    "سبتمبر أيلول شتنبر شتمبر سيبتمبر septembre sept september sep",
    "أكتوبر تشرين_الأول تشرين_أول تشرين_1 ت1 اوكتوبر octobre oct october",
    "نوفمبر تشرين_الثاني تشرين_ثاني تشرين_ثان تشرين_2 ت2 نونبر نوفنبر نوامبر novembre november nov",
    "ديسمبر كانون_الأول كانون_أول كانون_1 ك1 دجنبر دجمبر دسمبر ديسيمبر decembre december dec",
)
_NUMBER = {
    fold_letters(name.replace("_", " ")): number for number, names in enumerate(_MONTHS, 1) for name in names.split()
}
_MONTH = "|".join(sorted((name.replace(" ", r"\s?") for name in _NUMBER), key=len, reverse=True))
_ANY_MONTH = re.compile(rf"(?<![^\W\d_])(?:{_MONTH})(?![^\W\d_])")
_SPACELESS = {name.replace(" ", ""): number for name, number in _NUMBER.items()}
_YEAR = r"(?:عام\s+|سنه\s+|لعام\s+|لسنه\s+|من\s+)?(\d{4})(?!\d)"
# The same month in another region's word. Every part is bounded: what repeats without an end takes time without one.
_TWICE = rf"(?:[\s\-/(\\|]{{0,4}}(?:{_MONTH})(?![^\W\d_])\)?){{0,2}}"
_DAY_MONTH_YEAR = re.compile(
    rf"(?<![\d:])(\d{{1,2}})(?:er|st|nd|rd|th)?\s*(?:من\s+)?(?:شهر\s+)?[-/,،.]?\s*({_MONTH})\.?(?![^\W\d_]){_TWICE}"
    rf"[\s,،/.-]*{_YEAR}"
)
_MONTH_DAY_YEAR = re.compile(
    rf"(?<![^\W\d_])({_MONTH})\.?(?![^\W\d_]){_TWICE}\s+(\d{{1,2}})(?:st|nd|rd|th)?\s*[,،]?\s+{_YEAR}"
)
_YEAR_MONTH_DAY = re.compile(
    rf"(?<!\d)(\d{{4}})\s*[-/,،]?\s*({_MONTH})(?![^\W\d_]){_TWICE}\s*[-/,،]?\s*(\d{{1,2}})(?![\d:])"
)
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d|[-/.]\d)")
_DAY_FIRST = re.compile(r"(?<![\d/.-])(\d{1,2})\s*[-/.\\]\s*(\d{1,2})\s*[-/.\\]\s*(\d{4})(?!\d|[-/.]\d)")
_SHORT_YEAR = re.compile(r"(?<![\d/.:-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d\d)(?![\d/.:-])")
_ERA = re.compile(r"(?<=\d{4})\s*م(?:يلادي[ها]?)?\.?(?!\w)")
_ENGLISH_HALF = re.compile(r"\d\s?[ap]\.?m\b")

Day = tuple[int, int, int, str, float]  # year, month, day, method, confidence


def names_month(text: str) -> bool:
    """Say whether a few words name a month, in any of the sets."""
    return bool(_ANY_MONTH.search(fold_letters(text)))


def read_words(text: str, habits: Habits) -> Dated | None:
    """Read Arabic words and bare numbers in a text whose digits are folded. Raises ValueError for an impossible day."""
    text = _ERA.sub("", fold_letters(text))
    found = time_of_day(text)
    day = _day(text, habits)
    if day is None:
        return read_relative(text, habits.now, habits) if habits.now else None
    year, month, number, method, sure = day
    hour, minute, second = found or (0, 0, 0)
    when = datetime(year, month, number, hour, minute, second)  # noqa: DTZ001
    if not found:
        return finish(when, habits, method, min(sure, 0.75), day_only=True)
    return finish(when.replace(tzinfo=zone_in_words(text)), habits, method, sure)


def _day(text: str, habits: Habits) -> Day | None:
    """Find the day: a Gregorian one in words before one in numbers, and a Hijri one where it stands alone."""
    found = _in_words(text) or _in_numbers(text, habits)
    if found is None and (hijri := hijri_day(text)):
        day, sure = hijri
        return day.year, day.month, day.day, "hijri", sure
    return found


def _in_words(text: str) -> Day | None:
    """Find a day whose month is a word."""
    for match in _DAY_MONTH_YEAR.finditer(text):
        if _meant(match[3]):
            return int(match[3]), _month(match[2]), int(match[1]), "words", 0.95
    for match in _MONTH_DAY_YEAR.finditer(text):
        if _meant(match[3]):
            return int(match[3]), _month(match[1]), int(match[2]), "words", 0.95
    for match in _YEAR_MONTH_DAY.finditer(text):
        if _meant(match[1]):
            return int(match[1]), _month(match[2]), int(match[3]), "words", 0.9
    return None


def _month(name: str) -> int:
    return _SPACELESS[name.replace(" ", "")]


def _meant(year: str) -> bool:
    """Say whether a year can be one of a publication by the Gregorian calendar."""
    return FIRST_YEAR <= int(year) <= LAST_YEAR


def _in_numbers(text: str, habits: Habits) -> Day | None:
    """Find a day in numbers alone."""
    for match in _YEAR_FIRST.finditer(text):
        if _meant(match[1]):
            return int(match[1]), int(match[2]), int(match[3]), "numbers", 0.9
    for match in _DAY_FIRST.finditer(text):
        if _meant(match[3]):
            return _ordered(int(match[1]), int(match[2]), int(match[3]), text, habits)
    if short := _SHORT_YEAR.search(text):
        day = _ordered(int(short[1]), int(short[3]), 2000 + int(short[4]), text, habits)
        return (*day[:4], min(day[4], 0.6))
    return None


def _ordered(first: int, second: int, year: int, text: str, habits: Habits) -> Day:
    """Tell day and month apart: by size, weekday, the feed's other dates, what is still to come, the clock's style.

    Arab outlets write the day first; a twelve-hour clock with AM and PM is the American style of their software.
    """
    if max(first, second) > 12:
        day, month = (second, first) if second > first else (first, second)
        return year, month, day, "numbers", 0.85
    if first == second:
        return year, first, first, "numbers", 0.85
    if (named := _by_weekday(first, second, year, text)) is not None:
        return year, *named, "numbers", 0.85
    if habits.month_first is not None:
        day, month = (second, first) if habits.month_first else (first, second)
        return year, month, day, "numbers", 0.8
    american = bool(_ENGLISH_HALF.search(text))
    day, month = (second, first) if american else (first, second)
    if habits.now and _after(year, month, day, habits.now) and not _after(year, day, month, habits.now):
        return year, day, month, "numbers", 0.7
    return year, month, day, "numbers", 0.65


def _by_weekday(first: int, second: int, year: int, text: str) -> tuple[int, int] | None:
    """Give month and day by the weekday that the text names, where it allows one order only."""
    weekday = weekday_in(text)
    fits = [
        (month, day) for month, day in ((second, first), (first, second)) if date(year, month, day).weekday() == weekday
    ]
    return fits[0] if len(fits) == 1 else None


def _after(year: int, month: int, day: int, now: datetime) -> bool:
    return (year, month, day) > ((later := now + timedelta(days=1)).year, later.month, later.day)


def month_comes_first(raws: Iterable[str]) -> bool | None:
    """Say whether dates in numbers put the month first, by those of a feed that allow one order only; None unknown."""
    first = second = 0
    for raw in raws:
        if match := _DAY_FIRST.search(raw):
            first += int(match[1]) > 12
            second += int(match[2]) > 12
    return None if (first > 0) == (second > 0) else second > 0


def tells_order(raw: str) -> bool:
    """Say whether a date is one of those by which `month_comes_first` decides."""
    match = _DAY_FIRST.search(raw)
    return match is not None and (int(match[1]) > 12 or int(match[2]) > 12)


_UPDATE = re.compile(
    r"(?:وقت |تاريخ )?(?:[آا]خر|اخر) (?:تحديث|تعديل)|(?:تم |جر[ىي] )?(?:ال)?تحديث(?:ه|ها)?(?= *[:فب|-]| \d|\Z)|"
    r"حُ?دّ?ث في|عُ?دّ?ل في|(?i:last )?(?i:updated|modified|edited)|(?i:mise à jour|mis à jour)"
)
_PUBLISHED = re.compile(
    r"(?:تاريخ |وقت |تم )?(?:ال)?نُ?شرت?(?= *[:فب|-]| \d| ال)|(?:تاريخ )?(?:ال)?[إا]ضاف[ةه]|[أا]ضيف|"
    r"(?i:published|posted|publié)|صدر"
)


def split_update(text: str) -> tuple[str, str]:
    """Split a text into what tells of the publication and what tells of an update of it, by the labels in it."""
    marks = sorted(
        [(m.start(), m.end(), True) for m in _UPDATE.finditer(text)]
        + [(m.start(), m.end(), False) for m in _PUBLISHED.finditer(text)]
    )
    if not any(update for *_, update in marks):
        return text, ""
    told, updated = text[: marks[0][0]], ""
    for place, (_, end, update) in enumerate(marks):
        part = text[end : marks[place + 1][0] if place + 1 < len(marks) else len(text)]
        if update:
            updated = f"{updated} {part}"
        else:
            told = f"{told} {part}"
    return told.strip(" ،,:-|()"), updated.strip(" ،,:-|")
