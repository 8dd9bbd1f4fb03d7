"""The time of day in Arabic and European writing."""

import re

_HALF = (
    r"صباحا|الصباح|فجرا|الفجر|مساء|المساء|ظهرا|بعد الظهر|قبل الظهر|الظهر|عصرا|العصر|ليلا|الليل|[صم](?!\w)|[ap]\.?m\b\.?"
)
_TIME = re.compile(
    rf"(?<![\d:.])(?:(?P<before>{_HALF})\s*)?"
    r"(?P<hour>[01]?\d|2[0-3])(?:\s?:\s?|h|\.(?=[0-5]\d\s*(?:[صم](?!\w)|صباحا|مساء)))(?P<minute>[0-5]\d)"
    rf"(?:\s?:\s?(?P<second>[0-5]\d))?(?:\.\d+)?(?![\d:])\s*(?P<after>{_HALF})?"
)
_WHOLE_HOUR = re.compile(rf"(?<!\w)(?:الساعه|س)\s+(?P<hour>\d{{1,2}})(?![\d:./-])\s*(?P<after>{_HALF})?")


def time_of_day(text: str) -> tuple[int, int, int] | None:
    """Find hour, minute and second by the clock of 24 hours in a folded text; None when there is none."""
    if match := _TIME.search(text):
        half = match["after"] or match["before"] or ""
        return _hour(int(match["hour"]), half), int(match["minute"]), int(match["second"] or 0)
    if (match := _WHOLE_HOUR.search(text)) and int(match["hour"]) < 24:
        return _hour(int(match["hour"]), match["after"] or ""), 0, 0
    return None


def _hour(hour: int, half: str) -> int:
    """Give the hour of 24 for one of 12 in a half or part of the day; others stay as they are."""
    if not half or not 1 <= hour <= 12:
        return hour
    if half.startswith(("ظهر", "الظهر")):  # from eleven to two
        return hour if hour >= 10 else hour + 12
    if "ليل" in half:  # from six in the evening to five in the morning
        return hour + 12 if 5 < hour < 12 else hour % 12
    late = half[0] in "مp" or half.startswith(("عصر", "العصر", "المساء", "بعد"))
    return hour % 12 + (12 if late else 0)
