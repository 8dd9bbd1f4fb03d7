"""Reads the dates that Arabic outlets write: RFC 822, ISO 8601, and words in every regional set of month names.

Pure: `now` and the outlet's time zone are passed in. A date that is not certain to a day is no date: the time of first
sight serves better than the first of January out of a copyright line.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

MAX_RAW = 200  # characters looked at
_FIRST_YEAR, _LAST_YEAR = 1980, 2100  # a Hijri year read as Gregorian, or a century off, is no date

_MONTHS = (  # Egypt and Gulf; Levant and Iraq; Tunisia and Algeria; Morocco; Mauritania; other spellings
    "يناير كانون_الثاني جانفي ينائر",
    "فبراير شباط فيفري فبرائر",
    "مارس آذار مارث",
    "أبريل نيسان أفريل إبريل ابريل",
    "مايو أيار ماي ماية",
    "يونيو حزيران جوان يونيه يونية",
    "يوليو تموز جويلية يوليوز يوليه يولية",
    "أغسطس آب أوت غشت أغشت اغشت",
    "سبتمبر أيلول شتنبر شتمبر",
    "أكتوبر تشرين_الأول اكتوبر",
    "نوفمبر تشرين_الثاني نونبر نوفنبر",
    "ديسمبر كانون_الأول دجنبر دجمبر دسمبر",
)
_ENGLISH = {  # by the first three letters
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_ZONES = {  # hours; AST is Arabia here, not the Atlantic
    "utc": 0, "ut": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "cet": 1, "bst": 1, "cest": 2, "eet": 2, "cat": 2,
    "eest": 3, "ast": 3, "ksa": 3, "msk": 3, "trt": 3, "gst": 4, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that was read: in UTC, with the method (`rfc822`, `iso`, `words`, `numbers`, `relative`).

    `confidence` is 0 to 1: below 0.9 the zone or the hour was not written, below 0.7 the order of day and month.
    """

    when: datetime
    method: str
    confidence: float


_RFC822 = re.compile(
    r"(?:[A-Za-z]{3,9}\.?\s*,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2})"
    r"(?:,?\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?\s*(?:(?:GMT|UTC)?([+-]\d{1,2}):?(\d{2})|([A-Za-z]{1,4}))?\s*"
    r"(?:\([^)]*\))?\Z"
)
_US_WORDS = re.compile(
    r"\A\s*(?:[A-Za-z]{3,9}\.?\s*,?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(.*)\Z"
)
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T\s]|\Z)")


def read_date(raw: str, *, zone: tzinfo = UTC, now: datetime | None = None) -> Dated | None:
    """Read a date as an outlet wrote it, or None when no day is certain.

    `zone` is the outlet's own, for strings that name none; relative times ("two hours ago" in Arabic) need `now`,
    with a zone. Raises nothing.
    """
    text = raw.strip()[:MAX_RAW]
    if not text:
        return None
    try:
        return _rfc822(text, zone) or _iso(text, zone) or _words(fold_digits(text), zone, now)
    except (ValueError, OverflowError):  # a 13th month, the 31st of February
        return None


def _dated(when: datetime, zone: tzinfo, method: str, confidence: float) -> Dated | None:
    """Finish a date: bring it to UTC and refuse years that cannot be meant."""
    if not _FIRST_YEAR <= when.year <= _LAST_YEAR:
        return None
    if when.tzinfo is None:
        when, confidence = when.replace(tzinfo=zone), min(confidence, 0.8)
    return Dated(when.astimezone(UTC), method, confidence)


def _rfc822(text: str, zone: tzinfo) -> Dated | None:
    """Read RFC 822 and 5322 dates, with the zones that outlets really write."""
    match = _RFC822.match(text) or ((us := _US_WORDS.match(text)) and _RFC822.match("{1} {0} {2}".format(*us.groups())))
    if not match:
        return None
    day, word, year, hour, minute, second, offset, offset_minutes, name = match.groups()
    month = _ENGLISH.get(word[:3].lower())
    if month is None:
        return None
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 69 else 1900)
    when = datetime(full, month, int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59))  # noqa: DTZ001
    if offset:
        minutes = int(offset) * 60 + (-1 if offset[0] == "-" else 1) * int(offset_minutes)
        when = when.replace(tzinfo=UTC if not minutes else timezone(timedelta(minutes=minutes)))
    elif name and name.lower() in _ZONES:
        when = when.replace(tzinfo=timezone(timedelta(hours=_ZONES[name.lower()])))
    return _dated(when, zone, "rfc822", 1.0 if hour else 0.8)


def _iso(text: str, zone: tzinfo) -> Dated | None:
    """Read ISO 8601 and RFC 3339, also with a space, a zone apart or more digits of a second than Python takes."""
    if not _ISO.match(text):
        return None
    body = re.sub(r"(\.\d{6})\d+", r"\1", text).replace(",", ".")
    body = re.sub(r"\s*(?:UTC|GMT)\s*\Z", "Z", body)
    body = re.sub(r"\s+([+-]\d)", r"\1", body)
    try:
        when = datetime.fromisoformat(body)
    except ValueError:
        return None
    return _dated(when, zone, "iso", 1.0 if len(body) > 10 else 0.8)


_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_LETTERS = {ord(a): b for a, b in zip("أإآٱىةی", "ااااهيي", strict=True)} | {ord("ى"): "ي", ord("ة"): "ه"}
_NOISE = re.compile("[\u0640\u064b-\u0652\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad\u061c]")


def fold_digits(text: str) -> str:
    """Write Arabic-Indic and Persian digits as ASCII and drop marks that are not seen."""
    return _NOISE.sub("", text.translate(_DIGITS))


def _fold(text: str) -> str:
    return text.translate(_LETTERS)


_MONTH_NUMBER = {
    _fold(name.replace("_", " ")): number for number, names in enumerate(_MONTHS, 1) for name in names.split()
}
_MONTH_NUMBER |= {
    name: number
    for number, (short, full) in enumerate(
        (
            *(("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may", "may")),
            *(("jun", "june"), ("jul", "july"), ("aug", "august"), ("sep", "september"), ("oct", "october")),
            *(("nov", "november"), ("dec", "december")),
        ),
        1,
    )
    for name in (short, full)
}
_MONTH = "|".join(sorted((n.replace(" ", r"\s+") for n in _MONTH_NUMBER), key=len, reverse=True))
_DAY_MONTH_YEAR = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s*(?:من\s+)?[-/,،]?\s*({_MONTH})(?:\s*[-/(\\]?\s*(?:{_MONTH})\)?)*[\s,،/.-]*(?:عام\s+|سنه\s+)?(\d{{4}})(?!\d)"
)
_MONTH_DAY_YEAR = re.compile(rf"({_MONTH})\s+(\d{{1,2}})\s*[,،]?\s+(\d{{4}})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})(?!\d)")
_TIME = re.compile(
    r"(?<![\d:])([01]?\d|2[0-3])\s?:\s?([0-5]\d)(?:\s?:\s?([0-5]\d))?(?![\d:])"
    r"\s*(صباحا|فجرا|مساء|ظهرا|عصرا|ليلا|[صم](?!\w)|[ap]\.?m\b)?"
)
_ZONE_WORDS = (
    (re.compile(r"[غج]رينتش|غرينيتش|gmt(?!\s*[+-])|utc(?!\s*[+-])|العالمي"), 0),
    (re.compile(r"بتوقيت\s+(?:مكه|السعوديه|الرياض|بغداد|الكويت|قطر|الدوحه)"), 3),
    (re.compile(r"بتوقيت\s+(?:ابوظبي|ابو\s+ظبي|الامارات|دبي)"), 4),
)


def _words(text: str, zone: tzinfo, now: datetime | None) -> Dated | None:
    """Read Arabic words and bare numbers. `text` has ASCII digits."""
    text = _fold(text).lower()
    day = _day(text)
    if day is None:
        return _relative(text, now) if now else None
    year, month, number, method, confidence = day
    found = _time(text)
    hour, minute, second = found or (0, 0, 0)
    when = datetime(year, month, number, hour, minute, second)  # noqa: DTZ001
    return _dated(when.replace(tzinfo=_named_zone(text)), zone, method, confidence if found else min(confidence, 0.75))


_ZONE_OFFSET = re.compile(r"(?:gmt|utc)\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)")


def _named_zone(text: str) -> tzinfo | None:
    """Find the zone that words or an offset name."""
    if match := _ZONE_OFFSET.search(text):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
    hours = next((hours for pattern, hours in _ZONE_WORDS if pattern.search(text)), None)
    return None if hours is None else timezone(timedelta(hours=hours))


def _day(text: str) -> tuple[int, int, int, str, float] | None:
    """Find year, month and day, with the method and its confidence. A Hijri date is not read as another."""
    if match := _DAY_MONTH_YEAR.search(text):
        return int(match[3]), _month(match[2]), int(match[1]), "words", 0.95
    if match := _MONTH_DAY_YEAR.search(text):
        return int(match[3]), _month(match[1]), int(match[2]), "words", 0.95
    if match := _YEAR_FIRST.search(text):
        return int(match[1]), int(match[2]), int(match[3]), "numbers", 0.9
    if match := _DAY_FIRST.search(text):
        first, second = int(match[1]), int(match[2])
        day, month = (second, first) if second > 12 >= first else (first, second)
        return int(match[3]), month, day, "numbers", 0.85 if max(first, second) > 12 else 0.65
    return None


def _month(name: str) -> int:
    return _MONTH_NUMBER[" ".join(name.split())]


def _time(text: str) -> tuple[int, int, int] | None:
    """Find the hour, minute and second of the day, by the clock of 24 hours."""
    match = _TIME.search(text)
    if not match:
        return None
    hour, half = int(match[1]), (match[4] or "").lower()
    if half and hour <= 12:
        late = half[0] in "مظعp" or (half == "ليلا" and 5 < hour < 12)
        hour = hour % 12 + (12 if late else 0)
    return hour, int(match[2]), int(match[3] or 0)


_UNITS = (
    ("ثاني", 1), ("ثوان", 1), ("دقيق", 60), ("دقائق", 60), ("دقايق", 60), ("ساع", 3600), ("يوم", 86_400),
    ("ايام", 86_400), ("اسبوع", 604_800), ("اسابيع", 604_800),
)  # fmt: skip
_AGO = re.compile(r"(?:منذ|قبل)\s+(?:حوالي\s+|نحو\s+)?(?:(\d{1,4})\s+)?(\w+)")


def _relative(text: str, now: datetime | None) -> Dated | None:
    """Read "two hours ago" and "yesterday" in Arabic."""
    if now is None:
        return None
    if match := _AGO.search(text):
        word = match[2]
        seconds = next((size for stem, size in _UNITS if word.startswith(stem)), 0)
        number = int(match[1]) if match[1] else 2 if word.endswith(("ين", "ان")) and "ثوان" not in word else 1
        if seconds:
            return _dated(now - timedelta(seconds=seconds * number), UTC, "relative", 0.8 if seconds < 86_400 else 0.7)
    if re.match(r"\W*(?:امس|اليوم)(?!\w)", text):
        found = _time(text)
        when = now - timedelta(days=1 if "امس" in text else 0)
        if found:
            return _dated(when.replace(hour=found[0], minute=found[1], second=found[2]), UTC, "relative", 0.7)
    return None
