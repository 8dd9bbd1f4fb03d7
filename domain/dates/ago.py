"""Times told from now: "two hours ago", "yesterday at five", in Arabic, English and French."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from domain.dates.clock import time_of_day
from domain.dates.model import Dated, Habits, finish

_NUMBERS = {  # folded, both genders
    word: number
    for number, words in enumerate(
        ("ثلاث ثلاثه", "اربع اربعه", "خمس خمسه", "ست سته", "سبع سبعه", "ثمان ثماني ثمانيه", "تسع تسعه", "عشر عشره"), 3
    )
    for word in words.split()
}
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3_600, 86_400
_UNITS = (  # beginnings of the unit's word, and its seconds; the longest first where one begins another
    ("ثاني", _SECOND), ("ثوان", _SECOND), ("دقيق", _MINUTE), ("دقائق", _MINUTE), ("دقايق", _MINUTE), ("ساع", _HOUR),
    ("يوم", _DAY), ("ايام", _DAY), ("اسبوع", 7 * _DAY), ("اسابيع", 7 * _DAY), ("شهر", 30 * _DAY), ("شهور", 30 * _DAY),
    ("اشهر", 30 * _DAY), ("سن", 365 * _DAY), ("عام", 365 * _DAY), ("اعوام", 365 * _DAY),
    ("sec", _SECOND), ("min", _MINUTE), ("hour", _HOUR), ("heure", _HOUR), ("day", _DAY), ("jour", _DAY),
    ("week", 7 * _DAY), ("semaine", 7 * _DAY), ("month", 30 * _DAY), ("mois", 30 * _DAY), ("year", 365 * _DAY),
    ("an", 365 * _DAY),
)  # fmt: skip
_COUNT = rf"(?:(\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}|نصف|ربع|ثلث|an?|une?)\s+)?"
_AGO = re.compile(
    rf"(?:منذ|قبل|مضي|il y a)\s+(?:حوالي\s+|نحو\s+|اكثر من\s+|ما يقارب\s+)?{_COUNT}([^\W\d_]+)"
    rf"(?:\s+واحده?)?(?:\s*[و,،]\s*{_COUNT}([^\W\d_]+))?"
)
_AGO_AFTER = re.compile(rf"\A\W*{_COUNT}([^\W\d_]+)(?:\s*,?\s*{_COUNT}([^\W\d_]+))?\s+ago\b")
_JUST_NOW = re.compile(r"\A\W*(?:الان|للتو|قبل قليل|منذ قليل|(?:منذ|قبل) لحظات|(?:منذ|قبل) لحظه|just now)\W*\Z")
_NEAR_DAY = re.compile(r"\A\W*(?:يوم\s+)?(اول امس|اول من امس|امس الاول|امس|البارحه|اليوم|today|yesterday|hier)(?!\w)")
_BEFORE = {"اليوم": 0, "today": 0, "امس": 1, "البارحه": 1, "yesterday": 1, "hier": 1}
_TOLD = Habits()  # a time from now is certain of its zone
_FRACTIONS = {"نصف": 0.5, "ربع": 0.25, "ثلث": 1 / 3}


def read_relative(text: str, now: datetime, habits: Habits) -> Dated | None:
    """Read a folded text that tells a time from `now`; the outlet's midnight counts.

    The confidence falls with the size of the unit: "a week ago" is not certain to a day.
    """
    found = _read(text, now, habits)
    return replace(found, in_utc=False) if found else None


def _read(text: str, now: datetime, habits: Habits) -> Dated | None:
    """Find the form of the text."""
    if _JUST_NOW.match(text):
        return finish(now, _TOLD, "relative", 0.7)
    if match := _AGO.search(text) or _AGO_AFTER.search(text):
        return _ago(now, *match.groups())
    if match := _NEAR_DAY.match(text):
        return _near_day(text, match[1], now.astimezone(habits.zone))
    return None


def _ago(now: datetime, count: str | None, unit: str, more: str | None, less: str | None) -> Dated | None:
    """Go back from now."""
    first = _seconds(count, unit)
    if not first:
        return None
    size, seconds = first
    if less and (second := _seconds(more, less)) and second[0] < size:
        seconds += second[1]
    elif less in _FRACTIONS and not more:
        seconds += size * _FRACTIONS[less]
    sure = 0.8 if size < _DAY else 0.7 if size == _DAY else 0.4 if size < 30 * _DAY else 0.3
    return finish(now - timedelta(seconds=seconds), _TOLD, "relative", sure)


def _seconds(count: str | None, unit: str) -> tuple[int, float] | None:
    """Give the unit's size and the whole in seconds; None for a word that is no unit."""
    size = next((size for stem, size in _UNITS if unit.startswith(stem)), 0)
    if not size:
        return None
    if count is None:
        return size, size * (2 if unit.endswith(("ين", "ان")) and unit not in ("ثوان", "ثواني") else 1)
    number = _FRACTIONS.get(count) or _NUMBERS.get(count) or (int(count) if count.isdigit() else 1)
    return size, size * number


def _near_day(text: str, word: str, today: datetime) -> Dated | None:
    """Read "today" and "yesterday" with or without a time; "today" alone tells nothing."""
    found = time_of_day(text)
    back = _BEFORE.get(word, 2)
    if found is None and not back:
        return None
    hour, minute, second = found or (0, 0, 0)
    day = today - timedelta(days=back)
    when = day.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return finish(when, _TOLD, "relative", 0.7 if found else 0.6, day_only=found is None)
