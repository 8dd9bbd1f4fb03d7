"""Which date an article is kept under, how sure that is, and whether an outlet's UTC is one.

A date that cannot be is refused, and the time of first sight serves instead: it is at most a poll late for what is
new, where a wrong date buries an article or pins it at the top.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from domain.dates.model import Dated, Habits, finish

FIRST_SEEN = "first_seen"
_EARLIEST = 1990
_AHEAD = timedelta(days=1)  # outlets publish a little ahead of their clocks, and mistake zones; never a year
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The times that an article is kept under, in UTC.

    `published` is None where no date was found or the one found was refused; `event_at` orders articles: the
    publication where there is one, never later than the first sight. `method` and `confidence` are those of `Dated`,
    or `first_seen` and 0. `refused`: there was a date that cannot be.
    """

    event_at: datetime
    published: datetime | None = None
    method: str = FIRST_SEEN
    confidence: float = 0.0
    refused: bool = False


def plausible(when: datetime, first_seen: datetime) -> bool:
    """Say whether an article seen at `first_seen` can be of that date: from 1990 on to a day later than its sight."""
    return when.year >= _EARLIEST and when <= first_seen + _AHEAD


def settle(dated: Dated | None, first_seen: datetime, address: Dated | None = None) -> Stamp:
    """Choose an article's date: what its outlet wrote, else the day in its `address`, else the time of first sight.

    The day in the address also stands before an update that is later. A date without an hour counts as the middle of
    its day (the least wrong, and the same day in UTC from Rabat to Muscat), or as the first sight on that same day.
    """
    refused = dated is not None and not plausible(dated.when, first_seen)
    found = [each for each in (dated, address) if each and plausible(each.when, first_seen)]
    if not found:
        return Stamp(first_seen, refused=refused)
    best = found[-1] if found[0].updated and found[-1].when < found[0].when else found[0]
    if not best.day_only:
        return Stamp(min(best.when, first_seen), best.when, best.method, best.confidence, refused)
    noon = best.when + _DAY / 2
    if best.when <= first_seen < best.when + _DAY:
        return Stamp(first_seen, min(noon, first_seen), best.method, best.confidence, refused)
    return Stamp(min(noon, first_seen), noon, best.method, best.confidence, refused)


_IN_ADDRESS = re.compile(
    r"/(?P<y>19\d\d|20\d\d)(?:/[a-z_-]{2,30})?/(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12]\d|3[01])(?=[/_-]|\Z)"
    r"|/(?P<y2>19\d\d|20\d\d)-(?P<m2>0?[1-9]|1[0-2])-(?P<d2>0?[1-9]|[12]\d|3[01])(?=[/_-]|\Z)"
    r"|/(?P<y3>19\d\d|20\d\d)(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?=[/_-]|\Z)",
    re.IGNORECASE,
)


def day_in_address(url: str, zone: tzinfo) -> Dated | None:
    """Find the day that a part of an address names: /2026/11/23/, /2026-11-23-, /20261123/, /2013/section/8/3/."""
    path = url.partition("?")[0].partition("#")[0]
    if not (match := _IN_ADDRESS.search(path)):
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        when = datetime(year, month, day)  # noqa: DTZ001
    except ValueError:
        return None
    return finish(when, Habits(zone), "url", 0.7, day_only=True)


# How far below the zone's offset the newest entry of a visit may stand ahead of its first sight, and above it.
_BEHIND, _BEFORE = timedelta(minutes=40), timedelta(minutes=10)
ENOUGH_SIGNS = 3


def count_signs(signs: int, lead: timedelta, offset: timedelta) -> int:
    """Count what speaks for an outlet that writes UTC and means its own clock.

    `lead` is how far the newest entry that a visit brought is dated after the visit, `offset` the zone's distance from
    UTC. News cannot come before it is written, so a lead of nearly the offset is a sign, and three visits in a row with
    one are enough (`ENOUGH_SIGNS`); one entry that is neither late nor ahead speaks against it and starts the count
    anew. Zones at or behind UTC give no sign.
    """
    if offset <= _BEFORE:
        return 0
    if max(offset - _BEHIND, _BEFORE) <= lead <= offset + _BEFORE:
        return signs + 1
    return 0 if -_BEHIND <= lead < _BEFORE else signs
