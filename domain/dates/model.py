"""What a date string was read as."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

FIRST_YEAR, LAST_YEAR = 1980, 2100  # a Hijri year read as Gregorian, or a century off, is no date


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that was read: `when` in UTC, and how.

    `method`: `rfc822`, `iso`, `words`, `numbers`, `hijri`, `relative`; `url` for a day out of an address.
    `confidence` is 0 to 1: below 0.9 the zone, the hour or the calendar was not written; below 0.7 the order of day
    and month, or more than the hour, was guessed. `day_only`: no hour was written, `when` is the day's beginning in
    its zone. `updated`: the string says that it tells of an update. `in_utc`: it names UTC itself (Z, GMT, +0000).
    """

    when: datetime
    method: str
    confidence: float
    day_only: bool = False
    updated: bool = False
    in_utc: bool = False


def as_update(dated: Dated, most: float = 0.6) -> Dated:
    """Mark a date as one of an update, which is at most so sure a date of publication."""
    return replace(dated, updated=True, confidence=min(dated.confidence, most))


@dataclass(frozen=True, slots=True)
class Habits:
    """What is known of how an outlet writes its dates.

    `zone` is the one that it means where it names none, and with `false_z` also where it says UTC. `month_first` is the
    order of bare numbers, None where that is unknown. `now`, with a zone, is what relative times are told from.
    """

    zone: tzinfo = UTC
    now: datetime | None = None
    false_z: bool = False
    month_first: bool | None = None


def finish(when: datetime, habits: Habits, method: str, confidence: float, *, day_only: bool = False) -> Dated | None:
    """Bring a date to UTC by the outlet's habits; None for years that cannot be meant."""
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        return None
    in_utc = when.tzinfo is not None and not when.utcoffset()
    if in_utc and habits.false_z:
        when = when.replace(tzinfo=habits.zone)
    elif when.tzinfo is None:
        when, confidence = when.replace(tzinfo=habits.zone), min(confidence, 0.8)
    return Dated(when.astimezone(UTC), method, confidence, day_only=day_only, in_utc=in_utc)
