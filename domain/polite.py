"""What an outlet asks of whoever polls it, and what follows: ttl, skipHours, Cache-Control, moved addresses.

Pure: headers and bodies come in as text, times are handed in.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_FRESH = 86_400.0  # seconds; a copy that is fresh for a year says nothing of news
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})")
_NEVER_FRESH = re.compile(r"(?:^|[\s,])no-(?:store|cache)\b")
_LONGEST = 2_000  # bytes of the element that names the hours or days to skip
_SKIPPED = re.compile(rb"<(?:hour|day)\b[^<>]{0,100}>\s{0,100}([a-z0-9]{1,10})")


def fresh_for(cache_control: str, age: str) -> float:
    """Give the seconds for which an answer stays fresh (RFC 9111: max-age less Age), at most a day; 0 if unknown.

    Before that a cache on the way would only give the same copy again.
    """
    found = _MAX_AGE.search(cache_control.lower())
    if not found or _NEVER_FRESH.search(cache_control.lower()):
        return 0.0
    spent = age.strip()
    seconds = float(found[1]) - (float(spent[:12]) if spent.isascii() and spent.isdigit() else 0.0)
    return min(max(seconds, 0.0), MOST_FRESH)


@dataclass(frozen=True, slots=True)
class Asks:
    """What a feed asks for in its own body: `ttl` in seconds; hours (0 to 23) and days (Monday 0) to stay away, in GMT.

    RSS 2.0, ttl, skipHours and skipDays.
    """

    ttl: float = 0.0
    hours: tuple[int, ...] = ()
    days: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the value as it is stored."""
        stored = {"ttl": self.ttl, "hours": list(self.hours), "days": list(self.days)}
        return {name: value for name, value in stored.items() if value}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Read what `to_json` gave."""
        return cls(float(stored.get("ttl", 0)), tuple(stored.get("hours", ())), tuple(stored.get("days", ())))


def read_asks(body: bytes, ttl: float) -> Asks:
    """Read skipHours and skipDays from a feed's bytes; `ttl` (seconds) was read by the parser. Never raises."""
    lower = body.lower()
    hours = {int(value) % 24 for value in _skipped(lower, b"hours") if value.isdigit() and int(value) <= 24}
    days = {WEEKDAYS.index(value) for value in _skipped(lower, b"days") if value in WEEKDAYS}
    return Asks(ttl, tuple(sorted(hours)), tuple(sorted(days)))  # 24 stands for midnight in feeds of the first versions


def _skipped(body: bytes, kind: bytes) -> list[str]:
    """Give what the first element skipHours or skipDays holds; linear in the size of the body."""
    start = body.find(b"<skip" + kind)
    end = body.find(b"</skip" + kind, start, start + _LONGEST) if start >= 0 else -1
    return [value.decode() for value in _SKIPPED.findall(body[start:end])] if end >= 0 else []


def asked_wait(asks: Asks, fresh: float, most: float) -> float:
    """Give the seconds that a feed wants to be left alone after an answer that is fresh for `fresh` seconds.

    At most `most`: many outlets write a ttl of an hour by habit and publish every five minutes.
    """
    return min(max(asks.ttl, fresh), most)


def past_skips(due: datetime, asks: Asks) -> datetime:
    """Give the first time from `due` on that is not in an hour or on a day that a feed skips.

    A feed that skips every hour of a week means something else and is not taken at its word.
    """
    at = due.astimezone(UTC)
    for _ in range(7 * 24):
        if at.hour not in asks.hours and at.weekday() not in asks.days:
            return at
        at = at.replace(minute=0, second=0, microsecond=0) + HOUR
    return due


def wants_all(last_full: datetime | None, now: datetime) -> bool:
    """Say whether a feed is to be asked without ETag and date: once a day, for servers whose ETag lies."""
    return last_full is None or now - last_full >= DAY


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a permanent redirect leads and since when it was seen to; `adopt` says that the feed's address changes."""

    url: str = ""
    since: datetime | None = None
    adopt: bool = False


def moved(known: Moved, permanent_url: str, now: datetime) -> Moved:
    """Decide about a permanent redirect (301, 308): its target is adopted once it was seen a day or more apart.

    `permanent_url` is empty when the visit met none; then nothing is left of what was known. A wrong redirect of an
    afternoon changes no address.
    """
    if not permanent_url:
        return Moved()
    if permanent_url != known.url or known.since is None:
        return Moved(permanent_url, now)
    return Moved(permanent_url, known.since, adopt=now - known.since >= DAY)
