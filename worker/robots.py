"""robots.txt: asked for through the same gate as everything else, kept in the database, and held to.

One `Rulebook` serves one batch. It is given what the database knows of the hosts of the batch, asks for what is due,
and hands back what it learned, to be stored.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from protego import Protego

from domain.fetching import FetchStatus, is_allowed
from domain.robots import MOST_BYTES, MOST_DELAY, Known, Standing, is_due, learn, product_token, standing
from settings import Settings
from storage import robots
from worker.answer import Fetched
from worker.context import Context


class CanGet(Protocol):
    """What a rulebook needs of the gate."""

    async def get(self, url: str, *, max_body: int | None = None) -> Fetched:
        """Ask for a URL."""


class Rulebook:
    """Says whether an address may be fetched, asking its host for robots.txt where that is due."""

    def __init__(self, settings: Settings, known: dict[str, Known], now: datetime) -> None:
        self._settings, self._known, self._now = settings, known, now
        self._agent = product_token(settings.agent)
        self._tasks: dict[str, asyncio.Task[Known]] = {}
        self._parsed: dict[str, Protego] = {}
        self._deferred: dict[str, Fetched] = {}
        self.learned: dict[str, Known] = {}

    async def check(self, gate: CanGet, url: str) -> tuple[Fetched | None, float]:
        """Give why `url` is not to be fetched, None if it may be, and the seconds that its host wants between requests.

        Networks that are ours are not asked.
        """
        origin = origin_of(url)
        if is_allowed(urlsplit(url).netloc, self._settings.allow_networks):
            return None, 0.0
        known = await self._learn(gate, origin)
        holds = standing(known, self._now)
        if holds is Standing.UNKNOWN and origin in self._deferred:
            return self._deferred[origin], 0.0
        if holds is Standing.UNKNOWN:
            return Fetched(url, known.status, detail=f"robots.txt cannot be read: {known.detail}"[:300]), 0.0
        if holds is Standing.ALLOWED:
            return None, 0.0
        rules = self._rules(origin, known)
        if not rules.can_fetch(url, self._agent):
            return Fetched(url, FetchStatus.ROBOTS, detail="robots.txt of the host forbids it"), 0.0
        return None, min(rules.crawl_delay(self._agent) or 0.0, MOST_DELAY)

    async def sitemaps(self, gate: CanGet, url: str) -> list[str]:
        """Give the sitemaps that the robots.txt of the host of `url` names."""
        origin = origin_of(url)
        return list(self._rules(origin, await self._learn(gate, origin)).sitemaps)

    async def _learn(self, gate: CanGet, origin: str) -> Known:
        """Give what is known of a host's robots.txt, asked for once in the batch if that is due."""
        if origin not in self._tasks:
            self._tasks[origin] = asyncio.ensure_future(self._look_up(gate, origin))
        return await self._tasks[origin]

    async def _look_up(self, gate: CanGet, origin: str) -> Known:
        known = self._known.get(origin)
        if known and not is_due(known, self._now):
            return known
        fetched = await gate.get(f"{origin}/robots.txt", max_body=self._settings.max_body)
        if fetched.deferred:  # the host wants to be left alone: that is no answer about robots.txt
            self._deferred[origin] = fetched
            return known or Known(self._now)
        body, detail = fetched.body[:MOST_BYTES], fetched.detail
        found = learn(known, fetched.status, fetched.http_status, body, detail, self._now)
        self.learned[origin] = found
        return found

    def _rules(self, origin: str, known: Known) -> Protego:
        if origin not in self._parsed:
            self._parsed[origin] = Protego.parse(known.text)
        return self._parsed[origin]


def origin_of(url: str) -> str:
    """Give scheme, host and port of a URL, to which a robots.txt belongs."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"


def neighbours(origin: str) -> set[str]:
    """Give the origins to which a site mostly redirects: its own, by http and https, with `www.` and without."""
    host = origin.partition("://")[2].removeprefix("www.")
    return {origin, *(f"{scheme}://{www}{host}" for scheme in ("http", "https") for www in ("", "www."))}


def open_rulebook(context: Context, urls: Iterable[str]) -> Rulebook:
    """Give a rulebook for these addresses, with what the database knows of their hosts and of where they lead."""
    with context.db.read() as session:
        known = robots.known(session, set().union(*(neighbours(origin_of(url)) for url in urls)))
    return Rulebook(context.settings, known, context.clock())


def close_rulebook(context: Context, rulebook: Rulebook) -> None:
    """Keep what a rulebook learned."""
    if rulebook.learned:
        context.db.transact(lambda session: robots.keep(session, rulebook.learned))
