"""When an alert may go out, and when what was held goes out as a digest. Pure: times are handed in, with their zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from domain.dates.hijri import is_ramadan
from domain.preferences import DAILY, HOURLY, OFF, WEEKLY, Preferences, in_windows

STORM = 30  # alerts of a subscription within an hour; more are no alerts any more
HOUR = timedelta(hours=1)
_DAYS_AHEAD = 40  # after the last free period: as far as a month of quiet hours of its own, and days off, may reach


class Held(StrEnum):
    """Why an alert is held for the next digest. Documented and stored; never renamed."""

    DIGEST_ONLY = "digest_only"
    QUIET_HOURS = "quiet_hours"
    DAY_OFF = "day_off"
    FREE_PERIOD = "free_period"
    OVER_BUDGET = "over_budget"
    STORM = "storm"


BY_BUDGET = (Held.OVER_BUDGET, Held.STORM)


@dataclass(slots=True)
class Spent:
    """How many alerts of a subscription were made since its day began, and within the last hour."""

    today: int = 0
    this_hour: int = 0

    def add(self) -> None:
        """Count one more."""
        self.today += 1
        self.this_hour += 1


def why_held(wanted: Preferences, spent: Spent, now: datetime) -> Held | None:
    """Say why an alert made now has to wait for the digest; None when it may go out at once."""
    if not wanted.live:
        return Held.DIGEST_ONLY
    if quiet := why_quiet(wanted, now):
        return quiet
    if wanted.per_day and spent.today >= wanted.per_day:
        return Held.OVER_BUDGET
    return Held.STORM if spent.this_hour >= STORM else None


def why_quiet(wanted: Preferences, now: datetime) -> Held | None:
    """Say which of the times in which nothing is sent it is; None when it is none.

    In Ramadan (by the tables of Umm al-Qura, the whole civil day) its own quiet hours stand in place of the others.
    """
    local = now.astimezone(wanted.zone)
    if any(first <= local.date() <= last for first, last in wanted.free):
        return Held.FREE_PERIOD
    if local.weekday() in wanted.off:
        return Held.DAY_OFF
    ramadan = wanted.ramadan is not None and is_ramadan(local.date())
    windows = wanted.ramadan or () if ramadan else wanted.quiet
    return Held.QUIET_HOURS if in_windows(windows, local.time()) else None


def day_began(wanted: Preferences, now: datetime) -> datetime:
    """Give when the subscription's day began, in UTC."""
    return _midnight(now.astimezone(wanted.zone))


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def next_digest(wanted: Preferences, after: datetime) -> datetime | None:
    """Give when the next digest is due, later than `after`, in UTC; None where there are none by the clock.

    None comes in a quiet time: the next one has it all. A daily digest comes once a day also where clocks change:
    an hour that is missing comes a little later, of one that comes twice the first counts.
    """
    times = {OFF: iter(()), HOURLY: _hours(wanted, after)}.get(wanted.digest.period) or _days(wanted, after)
    return next((at for at in times if at > after and not why_quiet(wanted, at)), None)


def _hours(wanted: Preferences, after: datetime) -> Iterator[datetime]:
    local = after.astimezone(wanted.zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    first = after.astimezone(UTC) - past
    yield from (first + HOUR * number for number in range(24 * _days_ahead(wanted, local.date())))


def _days(wanted: Preferences, after: datetime) -> Iterator[datetime]:
    today = after.astimezone(wanted.zone).date()
    for number in range(-1, _days_ahead(wanted, today)):
        day = today + timedelta(days=number)
        if wanted.digest.period == DAILY or (wanted.digest.period == WEEKLY and day.weekday() == wanted.digest.day):
            yield datetime.combine(day, wanted.digest.at, wanted.zone).astimezone(UTC)


def _days_ahead(wanted: Preferences, today: date) -> int:
    """Give how many days to look ahead for a time that is not quiet: free periods may follow each other."""
    return _DAYS_AHEAD + max([0, *((last - today).days for _, last in wanted.free)])


def catch_up(wanted: Preferences, held: Held, now: datetime) -> datetime:
    """Give when what is held now goes out, in UTC.

    By the next digest; where there are none by one of its own, when the quiet time ends, the budget's next day begins,
    or the storm's hour is over.
    """
    if at := next_digest(wanted, now):
        return at
    if held is Held.OVER_BUDGET:
        local = now.astimezone(wanted.zone)
        start = _midnight((local.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=wanted.zone))
    else:
        start = now + HOUR if held is Held.STORM else now
    return quiet_ends(wanted, start)


def quiet_ends(wanted: Preferences, now: datetime) -> datetime:
    """Give the first moment from `now` on that is in no quiet time, in UTC; `now` itself where it is in none."""
    if not why_quiet(wanted, now):
        return now.astimezone(UTC)
    return next(at for at in _ends(wanted, now) if at > now and not why_quiet(wanted, at))


def _ends(wanted: Preferences, now: datetime) -> Iterator[datetime]:
    """Give in order the moments at which a quiet time may end: midnights and the ends of quiet hours."""
    today = now.astimezone(wanted.zone).date()
    clock = {end for _, end in (*wanted.quiet, *(wanted.ramadan or ()))} | {datetime.min.time()}
    for number in range(_days_ahead(wanted, today)):
        day = today + timedelta(days=number)
        yield from sorted(datetime.combine(day, at, wanted.zone).astimezone(UTC) for at in clock)
    raise AssertionError("checked when read: there is always a time that is not quiet")
