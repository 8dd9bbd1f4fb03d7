"""The rhythm of a feed: how many entries it publishes, by hour of day and day of week, and what it does just now.

The rate at a time is a product of four estimates, each of the form (prior + seen) / (prior + expected), the mean of a
gamma distribution after Poisson counts (empirical Bayes: Robbins 1956). With few counts each stays near 1, so a new
feed is taken as even over the week and shows its hours as soon as they are there:

    rate = mean of three weeks * hour of day * day of week * the last day against what the others expected of it

Counts fade with time, so that an outlet that changes its ways is followed. All of it is 66 numbers. Times are UTC.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

HOURS, DAYS = 24, 7
MEMORY = 21 * 24.0  # hours after which a count weighs 1/e in the mean, the hours and the days
RECENT = 24.0  # the same for what the feed does just now
# Counts of the priors: a feed of which nothing is known is taken to bring one entry in a minute and a half, so that it
# is asked often at first; silence soon says otherwise.
FIRST_ENTRIES, FIRST_HOURS = 1.0, 0.025
KNOWN_HOURS = 24.0  # of watching, before which a feed is not compared with what was expected of it
HOUR_PRIOR, DAY_PRIOR, RECENT_PRIOR = 3.0, 20.0, 3.0
LONGEST_LOOK = timedelta(days=28)  # what is older in a feed says nothing of today
LONGEST_GAP = timedelta(days=2)  # after more we were away ourselves: what was published meanwhile is not known
HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 5, tzinfo=UTC)  # a Monday


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was learned of a feed until `until` (None: nothing).

    `seen` and `watched` hold entries and hours of watching by hour of day; `day_seen` and `day_expected` entries by day
    of week, Monday first, and how many the hours expected; `now_seen` and `now_expected` the same for the last day.
    """

    until: datetime | None = None
    seen: tuple[float, ...] = (0.0,) * HOURS
    watched: tuple[float, ...] = (0.0,) * HOURS
    day_seen: tuple[float, ...] = (0.0,) * DAYS
    day_expected: tuple[float, ...] = (0.0,) * DAYS
    now_seen: float = 0.0
    now_expected: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Give the value as it is stored, in about 600 bytes."""
        if self.until is None:
            return {}
        names = ("seen", "watched", "day_seen", "day_expected")
        return {
            "until": self.until.timestamp(),
            **{name: [round(value, 3) for value in getattr(self, name)] for name in names},
            "now": [round(self.now_seen, 3), round(self.now_expected, 3)],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Read what `to_json` gave; an empty or unreadable value is a feed of which nothing is known."""
        try:
            lists = {name: tuple(map(float, stored[name])) for name in ("seen", "watched", "day_seen", "day_expected")}
            now_seen, now_expected = map(float, stored["now"])
            until = datetime.fromtimestamp(float(stored["until"]), UTC)
        except (KeyError, TypeError, ValueError):
            return cls()
        if [len(values) for values in lists.values()] != [HOURS, HOURS, DAYS, DAYS]:
            return cls()
        return cls(until=until, now_seen=now_seen, now_expected=now_expected, **lists)


@dataclass(frozen=True, slots=True)
class Rates:
    """Entries an hour, ready to be asked: `hours` by hour of day with the mean, `days` by day of week, and `now`."""

    hours: tuple[float, ...]
    days: tuple[float, ...]
    now: float

    def usual(self, hour: int) -> float:
        """Give the rate that is usual in an hour, counted from a Monday at midnight UTC."""
        return self.hours[hour % HOURS] * self.days[hour // HOURS % DAYS]

    def at(self, hour: int) -> float:
        """Give the rate to be expected in an hour as things stand."""
        return self.usual(hour) * self.now


def rates(rhythm: Rhythm) -> Rates:
    """Estimate the rates of a feed from what was learned of it."""
    mean = (FIRST_ENTRIES + sum(rhythm.seen)) / (FIRST_HOURS + sum(rhythm.watched))
    rough = [
        (HOUR_PRIOR + seen) / (HOUR_PRIOR + mean * watched)
        for seen, watched in zip(rhythm.seen, rhythm.watched, strict=True)
    ]
    smooth = tuple(mean * (rough[h - 1] + 2 * rough[h] + rough[(h + 1) % HOURS]) / 4 for h in range(HOURS))
    days = tuple(
        (DAY_PRIOR + seen) / (DAY_PRIOR + expected)
        for seen, expected in zip(rhythm.day_seen, rhythm.day_expected, strict=True)
    )
    return Rates(smooth, days, (RECENT_PRIOR + rhythm.now_seen) / (RECENT_PRIOR + rhythm.now_expected))


def observe(rhythm: Rhythm, published: Sequence[datetime], now: datetime) -> Rhythm:
    """Learn from a visit at `now`, which showed the entries published at these times as new.

    A first visit learns from the times in the feed itself. Later ones take a time outside the gap between two visits
    (an outlet that sets its dates back, a wrong clock) as the end of the gap nearest to it.
    """
    if rhythm.until is None:
        start, times = _first_look(published, now)
    else:
        start = max(rhythm.until, now - LONGEST_GAP)
        times = [min(max(at, start), now) for at in published]
    if now <= start:
        return rhythm if rhythm.until else replace(rhythm, until=now)
    return _add(rhythm, times, start, now)


def _first_look(published: Sequence[datetime], now: datetime) -> tuple[datetime, list[datetime]]:
    """Give since when a feed seen for the first time shows everything, and the times since then.

    Its oldest tenth is left out: an entry that an outlet pins would make the feed seem slow.
    """
    times = sorted(at for at in published if now - LONGEST_LOOK <= at <= now)
    times = times[len(times) // 10 :]
    return (times[0], times[1:]) if len(times) > 1 else (now, [])


def hour_of(at: datetime) -> int:
    """Give the number of the hour since a Monday at midnight UTC."""
    return (at - _EPOCH) // HOUR


def pieces(start: datetime, end: datetime) -> list[tuple[int, float]]:
    """Cut a span into hours by the clock: (number of the hour, hours of it)."""
    a, b = (start - _EPOCH) / HOUR, (end - _EPOCH) / HOUR
    return [(h, min(h + 1, b) - max(h, a)) for h in range(math.floor(a), math.ceil(b))]


def _add(rhythm: Rhythm, times: Sequence[datetime], start: datetime, now: datetime) -> Rhythm:
    """Let the old counts fade and add a span with what was published in it."""
    gone = (now - (rhythm.until or start)) / HOUR
    fade, fast = math.exp(-gone / MEMORY), math.exp(-gone / RECENT)
    seen, watched = [value * fade for value in rhythm.seen], [value * fade for value in rhythm.watched]
    day_seen = [value * fade for value in rhythm.day_seen]
    day_expected = [value * fade for value in rhythm.day_expected]
    now_seen, now_expected = rhythm.now_seen * fast, rhythm.now_expected * fast
    known, last = rates(rhythm), (now - _EPOCH) / HOUR
    is_known = sum(rhythm.watched) >= KNOWN_HOURS
    for hour, length in pieces(start, now):
        watched[hour % HOURS] += length
        if is_known:
            day_expected[hour // HOURS % DAYS] += known.hours[hour % HOURS] * length
            now_expected += known.usual(hour) * length * math.exp((min(hour + 1, last) - last) / RECENT)
    for at in times:
        hour = hour_of(at)
        seen[hour % HOURS] += 1
        if is_known:
            day_seen[hour // HOURS % DAYS] += 1
            now_seen += math.exp(-((now - at) / HOUR) / RECENT)
    lists = (tuple(seen), tuple(watched), tuple(day_seen), tuple(day_expected))
    return Rhythm(now, *lists, now_seen, now_expected)


def expected(rhythm: Rhythm, start: datetime, end: datetime) -> float:
    """Give how many entries a feed would usually have brought between two times.

    Of more than four weeks the last four stand for all.
    """
    if end <= start:
        return 0.0
    known, counted = rates(rhythm), max(start, end - LONGEST_LOOK)
    found = sum(known.usual(hour) * length for hour, length in pieces(counted, end))
    return found * ((end - start) / (end - counted))
