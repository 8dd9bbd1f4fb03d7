"""Fetches many addresses at once and hands each result on as it comes, so that a slow host holds up nobody else."""

import asyncio
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from domain.access import Access
from settings import Settings
from worker.answer import Fetched
from worker.apart import name_aside
from worker.fetch import Gate, Through
from worker.robots import Rulebook
from worker.sitemap import follow

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Ask(Generic[Row]):
    """An address to fetch for a row, with what the server said of it the last time.

    Of a `feed` that is packed or a sitemap index, what is in it is given (`worker.sitemap.follow`).
    `start`: the start of a body that is too large is enough. `access` is how its outlet is reached; `ruled` whether
    robots.txt is asked about it where there is a rulebook.
    """

    row: Row
    url: str
    etag: str = ""
    last_modified: str = ""
    feed: bool = False
    start: bool = False
    access: Access | None = None
    ruled: bool = True


# Bodies that were fetched and are not read yet; while there are more bytes of them no further request begins.
MOST_WAITING = 64_000_000
GATHER = 0.02  # seconds in which results are gathered that are handed on together


class _Waiting:
    """Counts the bytes of bodies that wait to be read, and holds requests back while they are too many."""

    def __init__(self) -> None:
        self._size, self._lock = 0, threading.Lock()

    def add(self, size: int) -> None:
        """Count bytes that came, or, below 0, that were read."""
        with self._lock:
            self._size += size

    async def room(self) -> None:
        """Wait until there is room for more."""
        while self._size > MOST_WAITING:  # noqa: ASYNC110  another thread says when
            await asyncio.sleep(GATHER)


def fetch_each(
    settings: Settings, asks: Sequence[Ask[Row]], rulebook: Rulebook | None = None
) -> Iterator[tuple[Row, Fetched]]:
    """Fetch all addresses concurrently and give (row, result) in the order in which they end.

    With a rulebook only those that robots.txt leaves to us.
    """
    for group in fetch_some(settings, asks, rulebook, gather=0):
        yield from group


def fetch_some(
    settings: Settings, asks: Sequence[Ask[Row]], rulebook: Rulebook | None = None, gather: float = GATHER
) -> Iterator[list[tuple[Row, Fetched]]]:
    """Fetch as `fetch_each` does, and give together what ends within `gather` seconds.

    The network runs in a thread of its own; what is done with a result here does not stop the others, until more than
    64 MB of bodies wait.
    """
    ended: queue.Queue[tuple[Row, Fetched] | BaseException] = queue.Queue()
    waiting = _Waiting()

    async def one(gate: Gate, ask: Ask[Row]) -> None:
        found = await _fetch(settings, gate, ask, rulebook)
        waiting.add(len(found.body))
        ended.put((ask.row, found))

    async def all_of_them() -> None:
        async with Gate(settings, waiting.room) as gate, asyncio.TaskGroup() as group:
            for ask in asks:
                group.create_task(one(gate, ask))

    def run() -> None:
        try:
            asyncio.run(all_of_them())
        except BaseException as error:
            ended.put(error)

    threading.Thread(target=run, daemon=True).start()
    left = len(asks)
    try:
        while left:
            found = _gathered(ended, left, gather)
            yield found
            waiting.add(-sum(len(fetched.body) for _, fetched in found))
            left -= len(found)
    finally:
        waiting.add(-(2**62))  # whoever stops to listen holds up nobody


def _gathered(
    ended: "queue.Queue[tuple[Row, Fetched] | BaseException]", most: int, gather: float
) -> list[tuple[Row, Fetched]]:
    """Wait for a result, and take with it what comes soon after. Raises what the network's thread raised."""
    found, until = [ended.get()], time.monotonic() + gather
    while len(found) < most:
        try:
            found.append(ended.get(timeout=max(until - time.monotonic(), 0)))
        except queue.Empty:
            break
    for result in found:
        if isinstance(result, BaseException):
            raise result
    return [result for result in found if not isinstance(result, BaseException)]


async def _fetch(settings: Settings, gate: Gate, ask: Ask[Row], rulebook: Rulebook | None) -> Fetched:
    """Fetch what is asked for, and what it leads to, as the outlet is reached."""
    door = _Door(gate.through(ask.access), rulebook if ask.ruled else None)
    found = await door.get(ask.url, etag=ask.etag, last_modified=ask.last_modified, start=ask.start)
    if ask.feed:
        found = await follow(door.part, name_aside, found, settings.max_body, settings.fetch_timeout)
    return found


@dataclass(frozen=True, slots=True)
class _Door:
    """The gate for one row: as its outlet is reached, and where robots.txt leaves it to us, redirects too."""

    gate: Gate | Through
    rulebook: Rulebook | None

    async def get(self, url: str, **named: Any) -> Fetched:
        if self.rulebook is None:
            return await self.gate.get(url, **named)
        rules = partial(self.rulebook.check, self.gate)
        denied, delay = await rules(url)
        return denied or await self.gate.get(url, delay=delay, rules=rules, **named)

    async def part(self, url: str, most: int) -> Fetched:
        """Ask for a part of a sitemap index."""
        return await self.get(url, max_body=most)


def fetch_one(settings: Settings, url: str, *, feed: bool = False, access: Access | None = None) -> Fetched:
    """Fetch one address, unpacked and followed if it is to be a `feed`."""
    ((_, fetched),) = fetch_each(settings, [Ask(None, url, feed=feed, access=access)])
    return fetched
