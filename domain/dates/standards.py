"""Dates of the standards: RFC 822 and 5322, ISO 8601 and RFC 3339, asctime and JavaScript's own; with real mistakes."""

import re
from datetime import datetime

from domain.dates.model import Dated, Habits, finish
from domain.dates.zones import letter_zone, offset_zone

_ENGLISH = {  # by the first three letters
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_ZONE = r"\s*(?:(?:GMT|UTC)?\s?([+-])(\d{1,2}):?(\d{2})?|([A-Za-z]{1,5}))?\s*(?:\([^)]*\))?\Z"
_CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?(?:\s?([AaPp])\.?[Mm]\.?(?![A-Za-z]))?"
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3,9}\.?\s*,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2})(?:,?\s+"
    + _CLOCK
    + ")?"
    + _ZONE
)
_US_WORDS = re.compile(
    r"\A\s*(?:[A-Za-z]{3,9}\.?\s*,?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(.*)\Z"
)
_ASCTIME = re.compile(r"(\d{1,2}:\d\d(?::\d\d)?)(.*?)\s+(\d{4})(?:\s+(.*))?\Z")
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T\s]|\Z)", re.IGNORECASE)


def read_rfc822(text: str, habits: Habits) -> Dated | None:
    """Read RFC 822 and 5322 dates, asctime and JavaScript's, with the zones that outlets really write."""
    match = _RFC822.match(text) or ((us := _US_WORDS.match(text)) and _RFC822.match(_in_order(*us.groups())))
    if not match:
        return None
    day, word, year, hour, minute, second, half, sign, hours, minutes, letters = match.groups()
    month = _ENGLISH.get(word[:3].lower())
    if month is None:
        return None
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 69 else 1900)
    clock = int(hour or 0)
    if half and 1 <= clock <= 12:
        clock = clock % 12 + (12 if half in "Pp" else 0)
    when = datetime(full, month, int(day), clock, int(minute or 0), min(int(second or 0), 59))  # noqa: DTZ001
    if sign:
        when = when.replace(tzinfo=offset_zone(sign, hours, minutes))
    elif letters:
        when = when.replace(tzinfo=letter_zone(letters))
    if not hour:
        return finish(when.replace(tzinfo=None), habits, "rfc822", 0.75, day_only=True)
    return finish(when, habits, "rfc822", 1.0)


def _in_order(month: str, day: str, rest: str) -> str:
    """Write month, day and the rest as day, month, year, time; asctime has its year last."""
    if match := _ASCTIME.match(rest):
        rest = f"{match[3]} {match[1]} {(match[4] or match[2]).strip()}"
    return f"{day} {month} {rest}"


def read_iso(text: str, habits: Habits) -> Dated | None:
    """Read ISO 8601 and RFC 3339, also with a space, a zone apart or more digits of a second than Python takes."""
    if not _ISO.match(text):
        return None
    body = re.sub(r"(\.\d{6})\d+", r"\1", text.upper()).replace(",", ".")
    body = re.sub(r"\s*(?:UTC|GMT)\s*\Z", "Z", body)
    body = re.sub(r"\s+(?=[+-]\d|Z\Z)", "", body)
    body = re.sub(r":60(?=\D|\Z)", ":59", body)  # a leap second
    body = re.sub(r"([+-])(\d)(?=:\d\d\Z)", r"\g<1>0\2", body)
    try:
        when = datetime.fromisoformat(body)
    except ValueError:
        return None
    if len(body) <= 10:
        return finish(when, habits, "iso", 0.75, day_only=True)
    return finish(when, habits, "iso", 1.0)
