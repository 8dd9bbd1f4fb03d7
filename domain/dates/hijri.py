"""Dates of the Hijri calendar, by the tables of Umm al-Qura (library hijridate)."""

import re
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

_MONTHS = (  # folded
    r"محرم|المحرم|محرم الحرام|المحرم الحرام",
    r"صفر|صفر الخير|صفر المظفر",
    r"ربيع ال?اول|ربيع الانور",
    r"ربيع ال?اخر|ربيع ال?ثاني",
    r"جماد[يه] ال?اول[يه]|جمادي ال?اول|جماد ال?اول",
    r"جماد[يه] ال?اخر[هي]|جمادي ال?اخر|جماد[يه] ال?ثاني[هي]?|جماد ال?ثاني",
    r"رجب|رجب المرجب|رجب الفرد",
    r"شعبان|شعبان المعظم",
    r"رمضان|رمضان المبارك",
    r"شوال|شوال المكرم",
    r"ذو القعده|ذي القعده|ذوالقعده|ذيالقعده|ذي قعده|ذو قعده",
    r"ذو الحجه|ذي الحجه|ذوالحجه|ذيالحجه|ذي حجه|ذو حجه",
)
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_MONTHS, 1))
_WORDS = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?:من\s+)?(?:شهر\s+)?[-/,،]?\s*(?:{_MONTH})\s*[-/,،]?\s*(?:عام\s+|سنه\s+|لعام\s+)?"
    r"(?P<year>1[345]\d\d)(?!\d)"
)
_MARK = r"\s*(?:هـ|هجري[ها]?|هجريا|ه\b\.?|h\b)"
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})\s?[-/.]\s?(\d{{1,2}})\s?[-/.]\s?(1[345]\d\d){_MARK}")
_YEAR_FIRST = re.compile(rf"(?<!\d)(1[345]\d\d)\s?[-/.]\s?(\d{{1,2}})\s?[-/.]\s?(\d{{1,2}}){_MARK}")
_WEEKDAYS = (
    "الاثنين|mon|lundi", "الثلاثاء|tue|mardi", "الاربعاء|wed|mercredi", "الخميس|thu|jeudi", "الجمعه|fri|vendredi",
    "السبت|sat|samedi", "الاحد|sun|dimanche",
)  # fmt: skip
_WEEKDAY = re.compile("|".join(f"({names})" for names in _WEEKDAYS))


RAMADAN = 9


def is_ramadan(day: date) -> bool:
    """Say whether a civil day lies in Ramadan; never outside the tables, which reach from 1924 to 2077."""
    try:
        return bool(Gregorian(day.year, day.month, day.day).to_hijri().month == RAMADAN)
    except (OverflowError, ValueError):
        return False


def weekday_in(text: str) -> int | None:
    """Give the weekday that a folded text names, Monday being 0."""
    match = _WEEKDAY.search(text)
    return match.lastindex - 1 if match and match.lastindex else None


def hijri_day(text: str) -> tuple[date, float] | None:
    """Find a Hijri date in a folded text: the Gregorian day, and how sure that is.

    A date in numbers counts only with the mark of its era. The calendar by which an outlet counts may begin a month a
    day before or after Umm al-Qura; a weekday in the text settles that. Raises ValueError for a day that no month has.
    """
    found = _written(text)
    if found is None:
        return None
    year, month, day = found
    first = Hijri(year, month, 1).to_gregorian()
    if not 1 <= day <= 30:
        raise ValueError("no such day")
    when = date(first.year, first.month, first.day) + timedelta(days=day - 1)
    weekday = weekday_in(text)
    if weekday is not None:
        for shift in (0, -1, 1):
            if (when + timedelta(days=shift)).weekday() == weekday:
                return when + timedelta(days=shift), 0.85
        return when, 0.5
    return when, 0.75


def _written(text: str) -> tuple[int, int, int] | None:
    """Give year, month and day as they stand in the text."""
    if match := _WORDS.search(text):
        month = next(number for number in range(1, 13) if match[f"m{number}"])
        return int(match["year"]), month, int(match["day"])
    if match := _DAY_FIRST.search(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _YEAR_FIRST.search(text):
        return int(match[1]), int(match[2]), int(match[3])
    return None
