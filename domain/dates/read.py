"""Reads one date string, in whatever form it is written."""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from domain.dates.letters import fold_digits
from domain.dates.model import Dated, Habits, as_update
from domain.dates.standards import read_iso, read_rfc822
from domain.dates.words import read_words, split_update

MAX_RAW = 200  # characters looked at


def read_date(
    raw: str,
    *,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    false_z: bool = False,
    month_first: bool | None = None,
) -> Dated | None:
    """Read a date as an outlet wrote it, or None when no day is certain.

    `zone` is the outlet's own, for strings that name none; with `false_z` also for those that say UTC. Relative times
    ("two hours ago" in Arabic) need `now`, with a zone. `month_first` is the order of bare numbers where it is known
    (`month_comes_first`). Raises nothing.
    """
    return read_raw(raw, Habits(zone, now, false_z, month_first))


def read_raw(raw: str, habits: Habits) -> Dated | None:
    """Read a date by an outlet's habits, or give None when no day is certain. Raises nothing."""
    text = fold_digits(raw[: 4 * MAX_RAW])[:MAX_RAW]
    if not text:
        return None
    try:
        return read_rfc822(text, habits) or read_iso(text, habits) or _labelled(text, habits)
    except (ValueError, OverflowError):  # a 13th month, the 31st of February
        return None


def _labelled(text: str, habits: Habits) -> Dated | None:
    """Read words, and keep the time of an update apart from the time of publication."""
    told, updated = split_update(text)
    if not updated:
        return read_words(told, habits)
    found = read_words(told, habits) if told else None
    if found is None:
        found = read_rfc822(updated, habits) or read_iso(updated, habits) or read_words(updated, habits)
        return as_update(found, 0.5) if found else None
    if found.day_only:  # "Sunday, 4 August 2013, last update 02:21": the day is told once, with the update's hour
        whole = read_words(f"{told} {updated}", habits)
        if whole and not whole.day_only and read_words(updated, replace(habits, now=None)) is None:
            return as_update(whole)
    return found
