"""How a feed is, and when something has gone silent against its own rhythm. Pure.

Silent is what brought nothing for six hours in which twelve entries or more were usual. Of independent entries eight
would do (one error in 3,000); those of the press come in clumps. `bench/silence.py` shows what each threshold does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.fetching import FetchStatus
from domain.rhythm import Rhythm, expected

SILENT_ENTRIES = 12.0
SILENT_TIME = timedelta(hours=6)
BROKEN_AFTER = 2  # failed visits in a row; one alone is the net's daily noise
# Failures that our own network would give; half of the hosts asked at once with one of these, and it is ours.
NO_ANSWER = frozenset({FetchStatus.TIMEOUT, FetchStatus.DNS_ERROR, FetchStatus.TLS_ERROR, FetchStatus.CONNECTION_ERROR})
AT_ONCE = timedelta(minutes=10)
LEAST_HOSTS = 8  # fewer say nothing of the network
OUR_NETWORK = "our_network"
# Kinds of what the watchdog finds silent.
SILENT = ("silent_outlet", "silent_country", "silent_language")


class Health(StrEnum):
    """How a feed is. Documented and stored; never renamed.

    new       never visited
    healthy   read, and as lively as ever
    quiet     read, but silent against its own rhythm
    empty     answers with no entry
    blocked   403 and the like, a page that asks whether we are a robot, or robots.txt
    broken    fails; the status of the last visit says how. It is asked again, ever less often, and never given up
    gone      410: not visited any more
    """

    NEW = "new"
    HEALTHY = "healthy"
    QUIET = "quiet"
    EMPTY = "empty"
    BLOCKED = "blocked"
    BROKEN = "broken"
    GONE = "gone"


_AT_ONCE_CLEAR = {
    FetchStatus.GONE: Health.GONE,
    FetchStatus.EMPTY: Health.EMPTY,
    FetchStatus.BLOCKED: Health.BLOCKED,
    FetchStatus.ROBOTS: Health.BLOCKED,
    FetchStatus.SELECTORS_BROKEN: Health.BROKEN,
}


def health_of(status: str, failures: int, rhythm: Rhythm, last_new: datetime | None, now: datetime) -> Health:
    """Say how a feed is after a visit with `status` ("" before the first), `failures` in a row until now.

    A feed whose failure was our network's fault has no failures and is as it was.
    """
    if not status:
        return Health.NEW
    if status in _AT_ONCE_CLEAR:
        return _AT_ONCE_CLEAR[FetchStatus(status)]
    if failures >= BROKEN_AFTER or (failures and rhythm.until is None):
        return Health.BROKEN
    return Health.QUIET if is_silent([Watched(rhythm, last_new, now)], now) else Health.HEALTHY


@dataclass(frozen=True, slots=True)
class Watched:
    """A feed as the watchdog sees it: its rhythm, when it last brought an entry, and when it was last visited.

    Nothing is missed of a feed after its last visit: then it is we who were away.
    """

    rhythm: Rhythm
    last_new: datetime | None
    polled: datetime | None = None
    outlet: str = ""
    country: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """A group of feeds that has gone silent: since when, and how many entries it would usually have brought since."""

    kind: str
    subject: str
    since: datetime
    expected: float


def is_silent(feeds: Sequence[Watched], now: datetime) -> bool:
    """Say whether feeds together are silent against their rhythm."""
    since, missing = _missing(feeds, now)
    return since is not None and now - since >= SILENT_TIME and missing >= SILENT_ENTRIES


def _missing(feeds: Sequence[Watched], now: datetime) -> tuple[datetime | None, float]:
    """Give when the feeds last brought an entry, and how many they would have brought since."""
    since = max((feed.last_new for feed in feeds if feed.last_new), default=None)
    if since is None or now - since < SILENT_TIME:
        return since, 0.0
    return since, sum(
        expected(feed.rhythm, since, min(feed.polled, now)) for feed in feeds if feed.rhythm.until and feed.polled
    )


def groups_of(outlet: str, country: str, language: str) -> set[tuple[str, str]]:
    """Give the groups, (kind, name), in which a feed is watched: those of its names that are known."""
    names = (outlet, country, language.partition("-")[0].lower())
    return {(kind, name) for kind, name in zip(SILENT, names, strict=True) if name}


def silences(feeds: Iterable[Watched], now: datetime) -> list[Silence]:
    """Give the outlets, countries and languages that have gone silent as a whole."""
    groups: dict[tuple[str, str], list[Watched]] = {}
    for feed in feeds:
        for group in groups_of(feed.outlet, feed.country, feed.language):
            groups.setdefault(group, []).append(feed)
    found = []
    for (kind, name), members in groups.items():
        since, missing = _missing(members, now)
        if since and now - since >= SILENT_TIME and missing >= SILENT_ENTRIES:
            found.append(Silence(kind, name, since, missing))
    return found


def is_our_network(visits: Iterable[tuple[str, str]]) -> bool:
    """Say whether it is our own network that fails, from visits of the last minutes, (host, status), oldest first.

    So it is when half of the hosts or more, and of eight at least, gave no answer at their last visit.
    """
    last = dict(visits)
    silent = sum(status in NO_ANSWER for status in last.values())
    return len(last) >= LEAST_HOSTS and 2 * silent >= len(last)
