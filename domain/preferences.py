"""How a subscription wants to be told: which reasons, how many a day, when not, and how what was held comes later.

Each is kept as it is written on the command line, and read here. Days and hours are those of the subscription's zone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import BadInput
from domain.reasons import DEFAULT_RULES, Rules

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PER_DAY = 30  # alerts a day where nothing else is said: more than that nobody reads
DIGEST_AT = time(8)  # where a digest names no time
OFF, HOURLY, DAILY, WEEKLY = "off", "hourly", "daily", "weekly"
_MOST_FREE = timedelta(days=400)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DIGEST = re.compile(rf"({OFF}|{HOURLY}|{DAILY}|{WEEKLY})(?:@(?:({'|'.join(DAYS)})(?:\s+|$))?(\S+)?)?")

Window = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Digest:
    """When digests come: every hour, or daily or weekly (`day`, Monday being 0) at a local time."""

    period: str = OFF
    at: time = DIGEST_AT
    day: int = 6

    def __str__(self) -> str:
        """Write it as it is given: `daily@08:00`, `weekly@sun 08:00`."""
        if self.period in (OFF, HOURLY):
            return self.period
        day = f"{DAYS[self.day]} " if self.period == WEEKLY else ""
        return f"{self.period}@{day}{self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a subscription wants to be told.

    `per_day` is at most so many alerts a day (0: as many as there are); `quiet` hours in which none comes, `ramadan`
    those of that month in their place; `off` days of the week, Monday being 0; `free` periods, first and last day;
    `live` false where everything goes into the digests.
    """

    rules: Rules = DEFAULT_RULES
    per_day: int = PER_DAY
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    quiet: tuple[Window, ...] = ()
    ramadan: tuple[Window, ...] | None = None
    off: frozenset[int] = frozenset()
    free: tuple[tuple[date, date], ...] = ()
    digest: Digest = Digest()
    live: bool = True

    @property
    def is_local(self) -> bool:
        """Say whether any of it is told in hours or days of a place."""
        by_clock = self.digest.period in (DAILY, WEEKLY)
        return bool(self.quiet or self.ramadan is not None or self.off or self.free) or by_clock

    def written(self) -> dict[str, str | int | bool]:
        """Give everything as it is written, by the names of the options."""
        return {
            "on": str(self.rules), "per_day": self.per_day, "zone": self.zone.key, "quiet": _windows(self.quiet),
            "ramadan": "" if self.ramadan is None else _windows(self.ramadan) or "none",
            "off": ",".join(DAYS[day] for day in sorted(self.off)),
            "free": ",".join(str(a) if a == b else f"{a}/{b}" for a, b in self.free),
            "digest": str(self.digest), "live": self.live,
        }  # fmt: skip


def read_preferences(given: Mapping[str, str | int | bool | None], now: Preferences | None = None) -> Preferences:
    """Read what was given, by the names of the options; what is not given or None stays as it is `now`.

    Raises BadInput that says what is wrong and how it is written.
    """
    now = now or Preferences()
    written = now.written() | {name: value for name, value in given.items() if value is not None}
    needs_zone = any(given.get(name) for name in ("quiet", "ramadan", "off", "free"))
    zone_known = given.get("zone") or now.zone.key != "UTC" or now.is_local
    digest = _read_digest(str(written["digest"]))
    if (needs_zone or digest.period in (DAILY, WEEKLY)) and not zone_known:
        raise BadInput("hours and days are those of a place: add --zone, for example --zone Asia/Riyadh")
    per_day = int(written["per_day"])
    if not 0 <= per_day <= 100_000:
        raise BadInput("from 1 to 100000 alerts a day; 0 means no limit")
    ramadan = str(written["ramadan"]).strip()
    made = Preferences(
        Rules.read(str(written["on"])), per_day, _read_zone(str(written["zone"])), _read_windows(str(written["quiet"])),
        None if not ramadan else () if ramadan == "none" else _read_windows(ramadan),
        _read_days(str(written["off"])), _read_free(str(written["free"])), digest, bool(written["live"]),
    )  # fmt: skip
    return _checked(made)


def _checked(made: Preferences) -> Preferences:
    """Refuse what would never be told."""
    if len(made.off) == len(DAYS):
        raise BadInput("every day is off: nothing would ever be told")
    if not made.live and made.digest.period == OFF:
        raise BadInput("alerts of a digest only need a digest: add --digest hourly, daily@08:00 or weekly@sun@08:00")
    if made.digest.period in (DAILY, WEEKLY):
        for name, windows in (("quiet hours", made.quiet), ("quiet hours of Ramadan", made.ramadan or ())):
            if in_windows(windows, made.digest.at):
                raise BadInput(f"the digest at {made.digest.at:%H:%M} falls into the {name}: choose another time")
    if made.digest.period == WEEKLY and made.digest.day in made.off:
        raise BadInput(f"the digest on {DAYS[made.digest.day]} falls on a day off: choose another day")
    return made


def in_windows(windows: Iterable[Window], at: time) -> bool:
    """Say whether a local time lies in one of the windows; one that ends before it starts goes over midnight."""
    return any(start <= at < end if start < end else at >= start or at < end for start, end in windows)


def _windows(windows: Iterable[Window]) -> str:
    return ",".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in windows)


def _read_time(text: str) -> time:
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise BadInput(f"«{text}» is no time of the day: write it as 08:00")
    return time(int(found[1]), int(found[2]))


def _read_windows(text: str) -> tuple[Window, ...]:
    windows = []
    for part in _parts(text):
        start, dash, end = part.partition("-")
        window = (_read_time(start), _read_time(end if dash else ""))
        if window[0] == window[1]:
            raise BadInput(f"«{part}» begins and ends at once: write hours as 22:00-07:00; --off names whole days")
        windows.append(window)
    every = (time(minute // 60, minute % 60) for minute in range(24 * 60))
    if windows and all(in_windows(windows, minute) for minute in every):
        raise BadInput("the quiet hours fill the day: use --digest-only where all is to come in digests")
    return tuple(windows)


def _read_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(f"«{text}» is no time zone: write it as Asia/Riyadh, Africa/Cairo or UTC") from error


def _read_days(text: str) -> frozenset[int]:
    days = [part.lower()[:3] for part in _parts(text)]
    if wrong := [day for day in days if day not in DAYS]:
        raise BadInput(f"«{wrong[0]}» is no day of the week: write {', '.join(DAYS)}")
    return frozenset(DAYS.index(day) for day in days)


def _read_free(text: str) -> tuple[tuple[date, date], ...]:
    periods = []
    for part in _parts(text):
        first, _, last = part.partition("/")
        try:
            period = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError as error:
            raise BadInput(f"«{part}» is no period: write it as 2026-03-20/2026-03-24") from error
        if not timedelta(0) <= period[1] - period[0] <= _MOST_FREE:
            raise BadInput(f"«{part}» ends before it begins, or lasts more than {_MOST_FREE.days} days")
        periods.append(period)
    return tuple(sorted(periods))


def _read_digest(text: str) -> Digest:
    found = _DIGEST.fullmatch(text.strip().lower().replace("@", " ").replace(" ", "@", 1).strip("@"))
    if not found or (found[2] and found[1] != WEEKLY) or (found[3] and found[1] in (OFF, HOURLY)):
        raise BadInput(f"«{text}» is no digest: write off, hourly, daily@08:00 or weekly@sun@08:00")
    day = DAYS.index(found[2]) if found[2] else Digest().day
    return Digest(found[1], _read_time(found[3]) if found[3] else DIGEST_AT, day)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
