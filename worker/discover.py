"""Finds the feeds of an outlet's site, through the same gate as everything else.

    site | its page | link elements, links, robots.txt's sitemaps, common paths | fetch each | what is a feed

At most 30 requests, in turn and with the host's own delay between them, in at most 100 seconds.
"""

import asyncio
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from domain.access import Access
from domain.discovery import MOST_REQUESTS, Link, is_site, links_of, paths_of, site_address, sitemaps_of
from domain.fetching import FetchStatus, check_url
from domain.sections import Candidate
from settings import Settings
from worker.answer import Fetched
from worker.apart import name_aside, parse_feed, propose_sections
from worker.decode import decode
from worker.fetch import Gate, Through
from worker.robots import Rulebook
from worker.sitemap import follow

MOST_SECONDS = 100.0  # a worker's task may take 150
_ENOUGH_PATHS = 2  # feeds at common paths, after which no more paths are tried
_READ = (FetchStatus.OK, FetchStatus.TRUNCATED, FetchStatus.EMPTY)
_NO_HOST = (FetchStatus.DNS_ERROR, FetchStatus.CONNECTION_ERROR, FetchStatus.TLS_ERROR, FetchStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed of a site. `how` is that of `domain.discovery.Link`, `kind` and `status` are those of `ParsedFeed`.

    `newest` is the date of the newest entry. One that the site declares is told even where it cannot be read.
    """

    url: str
    title: str
    how: str
    kind: str
    status: FetchStatus
    detail: str
    language: str
    entries: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a search found: the address that was looked at, what became of that, and the feeds, best first."""

    url: str
    status: FetchStatus
    detail: str
    feeds: tuple[Found, ...]
    requests: int
    sections: tuple[Candidate, ...] = ()  # lists of articles on the page, by which it can be read as a section

    @property
    def readable(self) -> tuple[Found, ...]:
        """Give the feeds that can be read now."""
        return tuple(feed for feed in self.feeds if feed.status in _READ)

    def to_json(self) -> dict[str, Any]:
        """Give plain values that can be stored and shown."""
        rows = [asdict(feed) | {"newest": feed.newest.isoformat() if feed.newest else None} for feed in self.feeds]
        return {
            "url": self.url, "status": self.status, "detail": self.detail, "requests": self.requests, "feeds": rows,
        }  # fmt: skip

    @property
    def is_feed(self) -> bool:
        """Say whether the address itself is a feed."""
        return any(feed.how == "itself" for feed in self.readable)


def discover(
    settings: Settings, address: str, now: datetime, rulebook: Rulebook, access: Access | None = None
) -> Discovery:
    """Look for the feeds of the site at an address, or say that it is a feed itself. `access`: how it is reached.

    Raises BadInput for what is no address. An address without scheme is tried by https, then by http.
    """
    url = check_url(site_address(address))
    return asyncio.run(_discover(settings, url, "://" not in address, now, rulebook, access))


async def _discover(
    settings: Settings, url: str, bare: bool, now: datetime, rulebook: Rulebook, access: Access | None
) -> Discovery:
    async with Gate(settings) as gate:
        search = _Search(settings, gate, gate.through(access), rulebook, now)
        with suppress(TimeoutError):  # what was found until then counts
            async with asyncio.timeout(MOST_SECONDS):
                first = await search.look(Link(url, "", "itself"))
                if bare and first.status in _NO_HOST:
                    url = url.replace("https:", "http:", 1)
                    first = await search.look(Link(url, "", "itself"))
                if not search.found and first.status not in _NO_HOST:
                    await search.everywhere(first)
        return Discovery(url, search.status, search.detail, search.ordered(), search.requests, _sections(first, now))


def _sections(page: Fetched, now: datetime) -> tuple[Candidate, ...]:
    """Give the lists of articles on the page that was looked at."""
    if page.status is not FetchStatus.OK:
        return ()
    return tuple(propose_sections(page.body, page.content_type, page.url, now))


@dataclass(slots=True)
class _Search:
    """One search: what was asked, and what was found."""

    settings: Settings
    gate: Gate
    door: Gate | Through
    rulebook: Rulebook
    now: datetime
    requests: int = 0
    status: FetchStatus = FetchStatus.TIMEOUT  # until the first answer
    detail: str = ""
    asked: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    found: list[Found] = field(default_factory=list)

    async def look(self, link: Link) -> Fetched:
        """Ask for an address and keep it if it is a feed, or was said to be one."""
        self.asked.add(link.url)
        asked_for = link.how in ("link", "sitemap") or (link.how == "itself" and not is_site(link.url))
        invited = asked_for and self.settings.robots != "all"
        fetched = await self._get(link.url, self.settings.max_body, invited)
        if fetched.status is FetchStatus.OK:
            limits = self.settings.max_body, self.settings.fetch_timeout
            fetched = await follow(lambda url, most: self._get(url, most, invited), name_aside, fetched, *limits)
        parsed = parse_feed(fetched.body, fetched.content_type, fetched.url, now=self.now)
        came = fetched.status in (FetchStatus.OK, FetchStatus.TRUNCATED)
        status, detail = (parsed.status, parsed.detail) if came else (fetched.status, fetched.detail)
        if link.how == "itself":
            self.status, self.detail = status, detail
        is_feed = came and status in _READ and parsed.kind
        if (is_feed or (link.how == "link" and status is not FetchStatus.NOT_A_FEED)) and self._is_new(fetched):
            newest = max((entry.published for entry in parsed.entries if entry.published), default=None)
            title, number = parsed.title or link.title, len(parsed.entries)
            url = link.url if link.how == "itself" else fetched.url
            self.found.append(Found(url, title, link.how, parsed.kind, status, detail, parsed.language, number, newest))
        return fetched

    def _is_new(self, fetched: Fetched) -> bool:
        """Say whether the same feed was not found under another address already."""
        marks = {fetched.url, fetched.sha256 or fetched.url}
        new = not marks & self.bodies
        self.bodies |= marks
        return new

    async def _get(self, url: str, most: int, invited: bool) -> Fetched:
        """Ask for an address, where robots.txt leaves it to us; what it declares as its feed is an invitation."""
        if self.requests >= MOST_REQUESTS:
            return Fetched(url, FetchStatus.REFUSED, detail=f"more than {MOST_REQUESTS} requests")
        if self.settings.robots == "off" or invited:
            self.requests += 1
            return await self.door.get(url, max_body=most)
        rules = partial(self.rulebook.check, self.gate)
        denied, delay = await rules(url)
        if denied:
            return denied
        self.requests += 1
        return await self.door.get(url, max_body=most, delay=delay, rules=rules)

    async def everywhere(self, page: Fetched) -> None:
        """Look wherever a site's feeds may be."""
        named = await self.rulebook.sitemaps(self.gate, page.url)
        await self._all(self._links(page))
        if not self._usable("link", "page"):
            await self._all(paths_of(page.url), enough=_ENOUGH_PATHS)
        await self._all(sitemaps_of(page.url, named), enough=1)

    def _links(self, page: Fetched) -> list[Link]:
        if page.status not in (FetchStatus.OK, FetchStatus.TRUNCATED):
            return []
        return links_of(decode(page.body, page.content_type, "html").text, page.url)

    async def _all(self, links: list[Link], enough: int = MOST_REQUESTS) -> None:
        """Look at each address once. A page among the links, such as one that lists the feeds, is read for more."""
        before, waiting = len(self.found), list(links)
        while waiting and len(self.found) - before < enough:
            link = waiting.pop(0)
            if link.url in self.asked or self.requests >= MOST_REQUESTS:
                continue
            found = len(self.found)
            fetched = await self.look(link)
            if link.how == "page" and len(self.found) == found:
                waiting += [other for other in self._links(fetched) if other.url not in self.asked]

    def _usable(self, *hows: str) -> bool:
        return any(feed.how in hows and feed.entries for feed in self.found)

    def ordered(self) -> tuple[Found, ...]:
        """Give what was found: what can be read first, then as it was found."""
        return tuple(sorted(self.found, key=lambda feed: (feed.status not in _READ, not feed.entries)))
