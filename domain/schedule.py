"""When what is due again: feeds after a visit, pages after an attempt, and which ids go together in one task."""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.article import PageState
from domain.rhythm import Rhythm, pieces, rates

# A feed that fails is asked again after the interval times 2, 4, 8 …, at most every six hours and never "off for ever".
MOST_BACKOFF = timedelta(hours=6)
PAGE_ATTEMPTS = 5
PAGE_DAYS = 3
PAGE_WAIT = timedelta(minutes=1)


# A feed that publishes one entry an hour is asked every four minutes; how that grows with its rate says RISE. The mean
# delay at a given number of requests is least with the square root of the rate (delay goes with rate over requests, by
# Cauchy and Schwarz), the mean logarithm of the delay with the rate itself. In between lies what an analyst wants: the
# median low, and no late article. `bench/schedule.py` shows what each gives.
AT_ONE_AN_HOUR = 4 / 60  # hours
RISE = 0.85


def next_wait(rhythm: Rhythm, now: datetime, *, least: float, most: float, eagerness: float = 1.0) -> float:
    """Give the seconds until a feed is best asked again, by the rhythm learned until now.

    Requests flow at `eagerness` * 15 * rate ** 0.85 an hour, with the rate of each hour to come, and the next one is
    when the flow has brought one; so a feed asleep until six is asked at six. The result lies between `least` and
    `most`, in seconds.
    """
    known, flowed, hours = rates(rhythm), 0.0, 0.0
    for hour, length in pieces(now, now + timedelta(seconds=most)):
        flow = eagerness / AT_ONE_AN_HOUR * known.at(hour) ** RISE
        if flowed + flow * length >= 1:
            hours += (1 - flowed) / flow
            break
        flowed, hours = flowed + flow * length, hours + length
    return min(max(hours * 3600, least), max(least, most))


BUSY = (429, 503)


def host_pause(http_status: int | None, retry_after: float | None, pause: float) -> float:
    """Give the seconds that a host is left alone after an answer: what it said after 429 or 503, else `pause`.

    0 when the answer was another, and always with a `pause` of 0: then only what was asked for waits.
    """
    if http_status not in BUSY or not pause:
        return 0.0
    return pause if retry_after is None else retry_after


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """What follows from a visit: when the next one is, and how many failures stand in a row."""

    due: datetime
    failures: int


def after_poll(
    *, ok: bool, failures: int, interval: float, now: datetime, retry_after: float | None, jitter: float
) -> FeedPlan:
    """Say when a feed is due after a visit.

    `interval` and `retry_after` are seconds; `jitter` lies in 0..1 and moves the time by up to a tenth of the wait, so
    that feeds added together do not stay together. A server's own Retry-After is never cut short.
    """
    failures = 0 if ok else failures + 1
    wait = timedelta(seconds=interval)
    if failures:
        wait = max(wait, min(wait * 2 ** min(failures, 10), MOST_BACKOFF))
    wait *= 1 + 0.1 * jitter
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=retry_after))
    return FeedPlan(now + wait, failures)


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What follows from an attempt at a page: its state, when it is tried again (None: never), attempts so far."""

    state: PageState
    due: datetime | None
    attempts: int


def after_page(*, ok: bool, final: bool, attempts: int, now: datetime, retry_after: float | None) -> PagePlan:
    """Say what becomes of a page job.

    `final` means that the page itself said no for good (removed, not a page at all). Otherwise five attempts with
    growing waits (1, 2, 4, 8 minutes), then `failed`: the article stands on its feed's text and the page is tried
    daily for three days, then given up. `retry_after` is in seconds.
    """
    attempts += 1
    if ok:
        return PagePlan(PageState.DONE, None, attempts)
    if final or attempts >= PAGE_ATTEMPTS + PAGE_DAYS:
        return PagePlan(PageState.GIVEN_UP, None, attempts)
    wait = PAGE_WAIT * 2 ** (attempts - 1) if attempts < PAGE_ATTEMPTS else timedelta(days=1)
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=retry_after))
    return PagePlan(PageState.WAITING if attempts < PAGE_ATTEMPTS else PageState.FAILED, now + wait, attempts)


def batches(
    rows: Sequence[tuple[Any, str, int]], size: int, apart: int = 1, polite: Container[str] = ()
) -> list[list[Any]]:
    """Put due rows (id, host, crashes) into tasks of at most `size` ids.

    Rows of a host in `polite` go into one task only, which keeps the host's delay: those beyond `size` are left out,
    for later. Other rows are spread over at least `apart` tasks. A row that crashed its worker before goes alone, so
    that it harms no neighbour.
    """
    alone = [[id] for id, _, crashes in rows if crashes]
    by_host: dict[str, list[Any]] = defaultdict(list)
    for id, host, crashes in rows:
        if not crashes:
            by_host[host].append(id)
    healthy = sum(map(len, by_host.values()))
    spread = max(1, min(size, -(-healthy // apart)))
    out: list[list[Any]] = []
    current: list[Any] = []
    for host, ids in by_host.items():
        step = size if host in polite else spread
        for start in range(0, step if host in polite else len(ids), step):
            part = ids[start : start + step]
            if len(current) + len(part) > spread:
                out.append(current)
                current = []
            current = current + part
    return [batch for batch in (*out, current, *alone) if batch]
