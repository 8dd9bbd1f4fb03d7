"""The chain of ways to an outlet, and which of them is in use. Pure.

An outlet's feeds are its first step, its news sitemap the second, a section page the third, a search feed the last.
The first step that works is in use. When it fails, all others are tried, and the first that is seen to work takes over
until a better one works again, which is tried now and then. What an operator puts beside the chain (rank 0, as
Telegram channels are from the start) is always in use.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import BadInput
from domain.health import Health

BESIDE = 0  # the rank of what is no step of the chain
MOST_STEPS = 20
STALE = timedelta(days=14)  # without a new entry: the outlet publishes elsewhere, if it does
TRIED = timedelta(days=1)  # between two trials of a way that is not in use; as long a trial is believed
FIRST_TRIAL = timedelta(hours=1)  # after a way failed: many failures are over soon
_TRIAL_GROWTH = 4


class Kind(StrEnum):
    """How a way is read. Documented and stored; never renamed.

    feed      RSS, RDF, Atom, CDF or JSON
    sitemap   a Google News sitemap, or an index of such
    section   a page that lists articles, read with CSS selectors
    search    what a search engine (Google News) found of the outlet's site
    telegram  the web preview of a public Telegram channel
    """

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    SEARCH = "search"
    TELEGRAM = "telegram"


RANKS = {Kind.FEED: 1, Kind.SITEMAP: 2, Kind.SECTION: 3, Kind.SEARCH: 4, Kind.TELEGRAM: BESIDE}


class Verdict(StrEnum):
    """What is thought of a way: it works, brings nothing new, was not tried of late, or fails."""

    WORKS = "works"
    STALE = "stale"
    UNTRIED = "untried"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Way:
    """A way as the decision sees it: `health` is one of `domain.health.Health`, `last_new` when it last brought news.

    `failures` are those in a row; `why` what the last visit said where it failed.
    """

    id: int
    kind: str
    rank: int
    health: str
    in_use: bool
    last_polled: datetime | None = None
    last_new: datetime | None = None
    failures: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which step is in use, and why none before it is; `trials` says by id when ways not in use are tried again.

    None in `trials`: not before something fails.
    """

    rank: int
    why: str
    trials: dict[int, datetime | None]


_FAILING = (Health.BLOCKED, Health.BROKEN, Health.GONE, Health.EMPTY)


def verdict(way: Way, now: datetime) -> Verdict:
    """Say what is thought of a way. A trial is believed for a day, a way in use for as long as it lasts."""
    if way.health == Health.GONE:
        return Verdict.FAILS
    if way.health == Health.NEW or way.last_polled is None:
        return Verdict.UNTRIED
    if not way.in_use and now - way.last_polled > TRIED:
        return Verdict.UNTRIED
    if way.health in _FAILING:
        return Verdict.FAILS
    old = way.last_new is None or now - way.last_new > STALE
    return Verdict.STALE if way.health == Health.QUIET or old else Verdict.WORKS


def choose(ways: Sequence[Way], now: datetime) -> Choice | None:
    """Choose the step in use among an outlet's ways; None where there is no step.

    A step works when one of its ways does. The first step that works is in use; where none is seen to work, the first
    that can be read although it is stale, else the one that is in use already.
    """
    steps: dict[int, list[Way]] = {}
    for way in sorted(ways, key=lambda way: (way.rank, way.id)):
        if way.rank != BESIDE:
            steps.setdefault(way.rank, []).append(way)
    if not steps:
        return None
    thought = {rank: min((verdict(way, now) for way in step), key=_ORDER.index) for rank, step in steps.items()}
    current = _current(steps)
    chosen = next((rank for wanted in _READ for rank in steps if thought[rank] is wanted), current)
    if thought[current] is Verdict.UNTRIED and any(way.in_use for way in steps[current]):
        chosen = min(chosen, current)  # it is being visited for the first time
    why = "; ".join(_what(way) for rank, step in steps.items() if rank < chosen for way in step)[:300]
    works = thought[chosen] is Verdict.WORKS
    others = [way for rank, step in steps.items() if rank != chosen for way in step]
    return Choice(chosen, why, {way.id: _trial(way, way.rank < chosen or not works, now) for way in others})


_ORDER = (Verdict.WORKS, Verdict.STALE, Verdict.UNTRIED, Verdict.FAILS)
_READ = (Verdict.WORKS, Verdict.STALE)


def _current(steps: dict[int, list[Way]]) -> int:
    """Give the step that is in use, the first where there is none yet."""
    return next((rank for rank, step in steps.items() if any(way.in_use for way in step)), next(iter(steps)))


def _what(way: Way) -> str:
    """Say what is wrong with a way."""
    named = way.health if way.health not in (Health.HEALTHY, Health.QUIET) else "stale"
    return f"{way.kind} {way.id} is {named}{f': {way.why}' if way.why and named != 'stale' else ''}"


def read_order(text: str, known: Collection[int]) -> dict[int, int]:
    """Read an order of ways, `3+4,7,9`: ids, best first, those of one step joined. Gives the rank of each way.

    Those left out stand beside the chain. Raises BadInput for what is no such list, or names other ids.
    """
    ranks = dict.fromkeys(known, BESIDE)
    for rank, step in enumerate(text.replace("،", ",").split(","), 1):
        for one in step.split("+"):
            id = int(one) if one.strip().isdecimal() and len(one) < 10 else 0
            if id not in ranks:
                raise BadInput(f"not a way of this outlet: {one.strip() or 'nothing'}; an order is written as 3+4,7,9")
            if ranks[id] != BESIDE:
                raise BadInput(f"{id} stands twice in the order")
            ranks[id] = rank
    if len(set(ranks.values())) > MOST_STEPS:
        raise BadInput(f"more than {MOST_STEPS} steps")
    return ranks


def _trial(way: Way, wanted: bool, now: datetime) -> datetime | None:
    """Say when a way that is not in use is tried: a new one at once, a failed one soon, later once a day.

    One that is not `wanted` (the way in use is better, and works) is left alone once it was seen.
    """
    if way.health == Health.GONE:
        return None
    if way.health == Health.NEW or way.last_polled is None:
        return now
    if not wanted:
        return None
    wait = min(FIRST_TRIAL * _TRIAL_GROWTH ** min(way.failures - 1, 5), TRIED) if way.failures else TRIED
    return way.last_polled + wait
