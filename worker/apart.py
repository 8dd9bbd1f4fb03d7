"""Feeds, pages and sitemaps read in a child process under limits: the only way in which we read what came from outside.

The same calls as `worker.parse.parse_feed` and `worker.extract.extract_page`, which never raise either.
"""

from datetime import UTC, datetime, tzinfo

from domain.fetching import FetchStatus
from worker.child import Call, Died, run
from worker.extract import Page, PageStatus
from worker.parse import ParsedFeed
from worker.sitemap import Named


def parse_feed(
    body: bytes,
    content_type: str,
    url: str,
    *,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    false_z: bool = False,
) -> ParsedFeed:
    """Read a feed as `worker.parse.parse_feed` does; `summary` and `content` of its entries are plain text already.

    Status `bomb` when that takes too much time or memory, or crashes a parser.
    """
    named = {"zone": zone, "now": now, "false_z": false_z}
    (found,) = run([Call("feed", (body, content_type, url), named)])
    if isinstance(found, Died):
        return ParsedFeed(FetchStatus.BOMB, detail=found.detail)
    assert isinstance(found, ParsedFeed)
    return found


def extract_page(
    body: bytes,
    content_type: str,
    url: str,
    *,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    false_z: bool = False,
) -> Page:
    """Take the article out of a page as `worker.extract.extract_page` does.

    Status `bomb` when that takes too much time or memory, or crashes a parser.
    """
    named = {"zone": zone, "now": now, "false_z": false_z}
    (found,) = run([Call("page", (body, content_type, url), named)])
    if isinstance(found, Died):
        return Page(PageStatus.BOMB, detail=found.detail)
    assert isinstance(found, Page)
    return found


def read_named(body: bytes, url: str) -> Named:
    """Read what a sitemap names as `worker.sitemap.read_named` does; nothing when that takes too much, or crashes."""
    (found,) = run([Call("sitemap", (body, url), {})])
    if isinstance(found, Died):
        return Named(False)
    assert isinstance(found, Named)
    return found
