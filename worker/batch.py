"""Fetches many addresses at once and hands each result on as it comes, so that a slow host holds up nobody else."""

import asyncio
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from settings import Settings
from worker.answer import Fetched
from worker.fetch import Gate
from worker.robots import Rulebook
from worker.sitemap import follow

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Ask(Generic[Row]):
    """An address to fetch for a row, with what the server said of it the last time.

    Of a `feed` that is packed or a sitemap index, what is in it is given (`worker.sitemap.follow`).
    `start`: the start of a body that is too large is enough.
    """

    row: Row
    url: str
    etag: str = ""
    last_modified: str = ""
    feed: bool = False
    start: bool = False


def fetch_each(
    settings: Settings, asks: Sequence[Ask[Row]], rulebook: Rulebook | None = None
) -> Iterator[tuple[Row, Fetched]]:
    """Fetch all addresses concurrently and give (row, result) in the order in which they end.

    With a rulebook only those that robots.txt leaves to us.

    The network runs in a thread of its own; what is done with a result here does not stop the others.
    """
    ended: queue.Queue[tuple[Row, Fetched] | BaseException] = queue.Queue()

    async def one(gate: Gate, ask: Ask[Row]) -> None:
        denied, delay = await rulebook.check(gate, ask.url) if rulebook else (None, 0.0)
        etag, modified = ask.etag, ask.last_modified
        found = denied or await gate.get(ask.url, etag=etag, last_modified=modified, delay=delay, start=ask.start)
        if ask.feed:
            found = await follow(partial(_get, gate, rulebook), found, settings.max_body, settings.fetch_timeout)
        ended.put((ask.row, found))

    async def all_of_them() -> None:
        async with Gate(settings) as gate, asyncio.TaskGroup() as group:
            for ask in asks:
                group.create_task(one(gate, ask))

    def run() -> None:
        try:
            asyncio.run(all_of_them())
        except BaseException as error:
            ended.put(error)

    threading.Thread(target=run, daemon=True).start()
    for _ in asks:
        result = ended.get()
        if isinstance(result, BaseException):
            raise result
        yield result


async def _get(gate: Gate, rulebook: Rulebook | None, url: str, most: int) -> Fetched:
    """Ask for a part of a sitemap index, where robots.txt leaves it to us."""
    denied, delay = await rulebook.check(gate, url) if rulebook else (None, 0.0)
    return denied or await gate.get(url, max_body=most, delay=delay)


def fetch_one(settings: Settings, url: str, *, feed: bool = False) -> Fetched:
    """Fetch one address, unpacked and followed if it is to be a `feed`."""
    ((_, fetched),) = fetch_each(settings, [Ask(None, url, feed=feed)])
    return fetched
