"""Feeds, pages and sitemaps read in a child process under limits: the only way in which we read what came from outside.

The same calls as `worker.parse.parse_feed` and `worker.extract.extract_page`, which never raise either.
"""

import asyncio
from datetime import UTC, datetime, tzinfo
from typing import Any

from domain.chain import Kind
from domain.dates import Habits
from domain.fetching import FetchStatus
from domain.sections import Candidate, Selectors
from worker.child import Call, run
from worker.extract import Page, PageStatus
from worker.parse import ParsedFeed
from worker.sitemap import Named


def parse_feed(
    body: bytes, content_type: str, url: str, *, zone: tzinfo = UTC, now: datetime | None = None, false_z: bool = False
) -> ParsedFeed:
    """Read a feed as `worker.parse.parse_feed` does; `summary` and `content` of its entries are plain text already.

    Status `bomb` when that takes too much time or memory, or crashes a parser.
    """
    return _feed("feed", body, content_type, url, zone=zone, now=now, false_z=false_z)


def read_way(body: bytes, content_type: str, url: str, kind: str, selectors: Selectors, habits: Habits) -> ParsedFeed:
    """Read what a way of some `kind` (`domain.chain.Kind`) gave, as `parse_feed` does; a section by its selectors."""
    named = {"zone": habits.zone, "now": habits.now, "false_z": habits.false_z}
    if kind == Kind.SECTION:
        return _feed("section", body, content_type, url, selectors, **named)
    return _feed("telegram" if kind == Kind.TELEGRAM else "feed", body, content_type, url, **named)


def propose_sections(body: bytes, content_type: str, url: str, now: datetime) -> list[Candidate]:
    """Give the lists of news on a page as `worker.extract.propose_sections` does; none of what hurts."""
    found = _read("sections", body, content_type, url, now)
    return list(found) if isinstance(found, tuple) else []


def _feed(kind: str, *values: Any, **named: Any) -> ParsedFeed:
    found = _read(kind, *values, **named)
    return found if isinstance(found, ParsedFeed) else ParsedFeed(FetchStatus.BOMB, detail=found.detail)


def extract_page(
    body: bytes, content_type: str, url: str, *, zone: tzinfo = UTC, now: datetime | None = None, false_z: bool = False
) -> Page:
    """Take the article out of a page as `worker.extract.extract_page` does.

    Status `bomb` when that takes too much time or memory, or crashes a parser.
    """
    found = _read("page", body, content_type, url, zone=zone, now=now, false_z=false_z)
    return found if isinstance(found, Page) else Page(PageStatus.BOMB, detail=found.detail)


def read_named(body: bytes, url: str) -> Named:
    """Read what a sitemap names as `worker.sitemap.read_named` does; nothing when that takes too much, or crashes."""
    found = _read("sitemap", body, url)
    return found if isinstance(found, Named) else Named(False)


async def name_aside(body: bytes, url: str) -> Named:
    """Read what a sitemap names as `read_named` does, in a thread that waits, so that other requests go on."""
    return await asyncio.to_thread(read_named, body, url)


def _read(kind: str, *values: Any, **named: Any) -> Any:
    """Have the child read a document. Gives a value of the kind's type, which was checked, or Died."""
    (found,) = run([Call(kind, values, named)])
    return found
