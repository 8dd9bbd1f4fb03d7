"""Time zones: by name, by an outlet's country or the end of its host's name, and as words and letters in a date."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.errors import BadInput

_COUNTRIES = {
    "AE": "Asia/Dubai", "BH": "Asia/Bahrain", "DJ": "Africa/Djibouti", "DZ": "Africa/Algiers", "EG": "Africa/Cairo",
    "IQ": "Asia/Baghdad", "JO": "Asia/Amman", "KM": "Indian/Comoro", "KW": "Asia/Kuwait", "LB": "Asia/Beirut",
    "LY": "Africa/Tripoli", "MA": "Africa/Casablanca", "MR": "Africa/Nouakchott", "OM": "Asia/Muscat",
    "PS": "Asia/Hebron", "QA": "Asia/Qatar", "SA": "Asia/Riyadh", "SD": "Africa/Khartoum", "SO": "Africa/Mogadishu",
    "SY": "Asia/Damascus", "TD": "Africa/Ndjamena", "TN": "Africa/Tunis", "YE": "Asia/Aden",
    "DE": "Europe/Berlin", "FR": "Europe/Paris", "GB": "Europe/London", "UK": "Europe/London", "IR": "Asia/Tehran",
    "IL": "Asia/Jerusalem", "TR": "Europe/Istanbul", "NL": "Europe/Amsterdam",
}  # fmt: skip
_PLACES = (  # whose clock a date names in words, folded
    ("مكه", "Asia/Riyadh"), ("السعوديه", "Asia/Riyadh"), ("الرياض", "Asia/Riyadh"), ("المدينه المنوره", "Asia/Riyadh"),
    ("بغداد", "Asia/Baghdad"), ("العراق", "Asia/Baghdad"), ("الكويت", "Asia/Kuwait"), ("قطر", "Asia/Qatar"),
    ("الدوحه", "Asia/Qatar"), ("البحرين", "Asia/Bahrain"), ("المنامه", "Asia/Bahrain"), ("مسقط", "Asia/Muscat"),
    ("عمان", "Asia/Amman"), ("الاردن", "Asia/Amman"), ("سلطنه عمان", "Asia/Muscat"), ("ابوظبي", "Asia/Dubai"),
    ("ابو ظبي", "Asia/Dubai"), ("الامارات", "Asia/Dubai"), ("دبي", "Asia/Dubai"), ("القاهره", "Africa/Cairo"),
    ("مصر", "Africa/Cairo"), ("بيروت", "Asia/Beirut"), ("لبنان", "Asia/Beirut"), ("دمشق", "Asia/Damascus"),
    ("سوريا", "Asia/Damascus"), ("القدس", "Asia/Hebron"), ("فلسطين", "Asia/Hebron"), ("غزه", "Asia/Gaza"),
    ("صنعاء", "Asia/Aden"), ("عدن", "Asia/Aden"), ("اليمن", "Asia/Aden"), ("الخرطوم", "Africa/Khartoum"),
    ("السودان", "Africa/Khartoum"), ("طرابلس", "Africa/Tripoli"), ("ليبيا", "Africa/Tripoli"),
    ("تونس", "Africa/Tunis"), ("الجزائر", "Africa/Algiers"), ("الرباط", "Africa/Casablanca"),
    ("الدار البيضاء", "Africa/Casablanca"), ("المغرب", "Africa/Casablanca"), ("نواكشوط", "Africa/Nouakchott"),
    ("مقديشو", "Africa/Mogadishu"), ("لندن", "Europe/London"), ("باريس", "Europe/Paris"), ("انقره", "Europe/Istanbul"),
    ("موسكو", "Europe/Moscow"), ("طهران", "Asia/Tehran"), ("واشنطن", "America/New_York"),
)  # fmt: skip
_LETTERS = {  # hours; AST is Arabia here, not the Atlantic
    "utc": 0, "ut": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "cet": 1, "bst": 1, "cest": 2, "eet": 2, "cat": 2,
    "eest": 3, "ast": 3, "ksa": 3, "msk": 3, "trt": 3, "eat": 3, "gst": 4, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo | None:
    """Give a zone of the IANA database by its name; None for an unknown one."""
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError only on the outside
        return None
    except KeyError:
        return None


def check_zone(name: str) -> str:
    """Give the name of a zone back. Raises BadInput for one that is not in the IANA database."""
    if name and zone_named(name) is None:
        raise BadInput(f"there is no time zone {name[:60]}: use a name such as Asia/Riyadh or Africa/Cairo")
    return name


def zone_of(name: str = "", country: str = "", host: str = "") -> tzinfo:
    """Give the zone in which an outlet's dates without one are meant.

    That is the zone of its own by `name`, else its `country`'s (two letters), else the one of the country at the end
    of its `host`, else UTC.
    """
    last = host.partition(":")[0].rpartition(".")[2]
    for found in (name, _COUNTRIES.get(country.upper(), ""), _COUNTRIES.get(last.upper(), "")):
        if zone := zone_named(found):
            return zone
    return UTC


def offset_zone(sign: str, hours: str, minutes: str | None) -> tzinfo:
    """Give the zone of a written offset such as +03:00; zero is UTC itself. Raises ValueError from a day on."""
    total = int(hours) * 60 + int(minutes or 0)
    return timezone(timedelta(minutes=-total if sign == "-" else total)) if total else UTC


def letter_zone(letters: str) -> tzinfo | None:
    """Give the zone of an abbreviation as Arabic outlets use it; None for an unknown one."""
    hours = _LETTERS.get(letters.lower())
    return None if hours is None else timezone(timedelta(hours=hours)) if hours else UTC


_GREENWICH = r"(?:gmt|utc|غرينتش|جرينتش|غرينيتش|غرينتيش|تغ|ت\.غ)"
_OFFSET = re.compile(rf"{_GREENWICH}\s*\(?([+-])\s*(\d{{1,2}}):?(\d\d)?(?!\d)|([+-])(\d{{1,2}})\s*{_GREENWICH}")
_AFTER_TIME = re.compile(r":\d\d(?:\.\d+)?\s*([+-])(\d\d):?(\d\d)(?!\d)")
_UTC_WORDS = re.compile(rf"{_GREENWICH}|العالمي|:\d\d(?:\.\d+)?z\b")
_CLOCK_OF = re.compile(r"(?:ب|ال)?توقيت\s+(?:مدينه\s+|ال)?(.{0,30})")


def zone_in_words(text: str) -> tzinfo | None:
    """Find the zone that a folded text names: an offset, Greenwich, or the clock of a place; None when it names none.

    Raises ValueError for an offset of a day or more.
    """
    if match := _OFFSET.search(text):
        sign, hours, minutes = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], None)
        return offset_zone(sign, hours, minutes)
    if match := _AFTER_TIME.search(text):
        return offset_zone(match[1], match[2], match[3])
    if match := _CLOCK_OF.search(text):
        where = match[1]
        for place, name in _PLACES:
            if where.startswith((place, place.removeprefix("ال"))):
                return zone_named(name)
    return UTC if _UTC_WORDS.search(text) else None
