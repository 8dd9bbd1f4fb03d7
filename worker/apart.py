"""Feeds, pages and sitemaps read in a child process under limits: the only way in which we read what came from outside.

The same calls as `worker.parse.parse_feed` and `worker.extract.extract_page`, which never raise either.
"""

from datetime import UTC, datetime, tzinfo
from typing import Any

from domain.fetching import FetchStatus
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
    found = _read("feed", body, content_type, url, zone=zone, now=now, false_z=false_z)
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


def _read(kind: str, *values: Any, **named: Any) -> Any:
    """Have the child read a document. Gives a value of the kind's type, which was checked, or Died."""
    (found,) = run([Call(kind, values, named)])
    return found
