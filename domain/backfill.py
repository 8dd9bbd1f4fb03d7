"""Backfill: which address is asked for next on the way back through what an outlet published before.

    the feed | older pages it links to (RFC 5005), else ?paged=2, 3, …, else ?page=2, 3, …
             | the sitemaps of its site, newest first | the pages of articles that these name

Pure: what came is told in plain values (`Came`), and the next `Cursor` says what to ask for. A cursor is stored after
each answer, so that whoever takes the work over goes on from there.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from domain.archives import choose_maps, is_of_site
from domain.fetching import FetchStatus
from domain.sitemaps import Child

MOST_REQUESTS = 1_000  # for feeds and sitemaps of one backfill; more is a trap, or an archive for other means
MOST_TRIES = 4  # of an address that gives no answer for now
_WAIT = timedelta(minutes=1)
# A page that shares so much of its entries with one before is the same page, with what came meanwhile.
_SAME = 0.5


class Way(StrEnum):
    """How the archive is gone through. Documented and stored; never renamed.

    links    the links of the feed to its older pages (RFC 5005: prev-archive, next)
    paged    ?paged=N, as WordPress serves it
    page     ?page=N
    sitemap  the sitemaps of the site
    pages    the pages of articles that the sitemaps name
    """

    LINKS = "links"
    PAGED = "paged"
    PAGE = "page"
    SITEMAP = "sitemap"
    PAGES = "pages"


class Ended(StrEnum):
    """Why a backfill ended. Documented and stored; never renamed.

    since    the date was reached
    end      there is nothing older, or nothing that could be found
    limit    as many articles as allowed, or 1,000 feeds and sitemaps
    stopped  somebody stopped it
    nothing  neither an older page nor a sitemap could be read
    """

    SINCE = "since"
    END = "end"
    LIMIT = "limit"
    STOPPED = "stopped"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a backfill stands: the way, the address to ask for, and what it takes to know a page again.

    `first` and `last` are marks of the entries of the feed's first and last page, `maps` sitemaps still to be read,
    `guesses` addresses where one may be, `asked` marks of the sitemaps that were asked for. `read` counts older pages
    and sitemaps that could be read. `ended` is one of `Ended`.
    """

    way: str
    url: str
    feed: str = ""
    site: str = ""
    page: int = 1
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    requests: int = 0
    read: int = 0
    ended: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Cursor":
        """Read what `to_json` gave."""
        values: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in data.items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of asking for a feed: whether it could be read, its entries' links, the newest date, and its paging.

    `older` is the address of an older page that it links to.
    """

    readable: bool
    links: tuple[str, ...] = ()
    newest: datetime | None = None
    older: str = ""


def begin(feed: str, site: str) -> Cursor:
    """Give where a backfill begins: at the feed, else at the sitemaps of the site. One of both may be empty."""
    if feed:
        return Cursor(Way.LINKS, feed, feed, site)
    return _to_sitemaps(Cursor(Way.SITEMAP, "", "", site))


def after_feed(cursor: Cursor, came: Came, since: datetime) -> Cursor:
    """Say what follows a page of a feed."""
    marks = tuple(sorted({mark(link) for link in came.links}))
    found = replace(cursor, requests=cursor.requests + 1)
    if found.requests >= MOST_REQUESTS:
        return _end(found, Ended.LIMIT)
    if came.readable and marks and came.newest is not None and came.newest < since:
        return _end(found, Ended.SINCE)
    if not came.readable or not marks or (cursor.page > 1 and _repeats(cursor, marks)):
        return _other_way(found)
    found = replace(
        found, first=cursor.first or marks, last=marks, page=cursor.page + 1, read=cursor.read + (cursor.page > 1)
    )
    if cursor.way == Way.LINKS:
        if came.older and is_of_site(came.older, cursor.url) and came.older != cursor.url:
            return replace(found, url=came.older)
        return replace(found, way=Way.PAGED, url=_numbered(cursor.feed, "paged", 2)) if cursor.page == 1 else _end(
            found, Ended.END
        )  # fmt: skip
    return replace(found, url=_numbered(cursor.feed, cursor.way, found.page))


def _repeats(cursor: Cursor, marks: Sequence[str]) -> bool:
    """Say whether a page stood before: a server that knows no paging gives its first page again."""
    return any(len(set(marks) & set(other)) >= _SAME * len(marks) for other in (cursor.first, cursor.last) if other)


def _other_way(cursor: Cursor) -> Cursor:
    """Say what follows where a way leads no further."""
    if cursor.way == Way.PAGED and cursor.page == 2:
        return replace(cursor, way=Way.PAGE, url=_numbered(cursor.feed, "page", 2))
    return _to_sitemaps(cursor)


def _to_sitemaps(cursor: Cursor) -> Cursor:
    """Turn to the sitemaps: those that robots.txt names, else where they mostly are."""
    if not cursor.site:
        return _end(cursor, Ended.END if cursor.read else Ended.NOTHING)
    parts = urlsplit(cursor.site)
    root = f"{parts.scheme}://{parts.netloc}"
    guesses = tuple(f"{root}/{name}" for name in ("sitemap_index.xml", "sitemap.xml", "wp-sitemap.xml"))
    return replace(cursor, way=Way.SITEMAP, url=f"{root}/robots.txt", guesses=guesses)


def after_robots(cursor: Cursor, text: str) -> Cursor:
    """Say what follows robots.txt: the sitemaps that it names (`Sitemap:` lines), on the site's own host or its like.

    An empty `text` stands for none.
    """
    named = [urljoin(cursor.url, line.strip()) for line in _NAMED.findall(text)]
    mine = tuple(dict.fromkeys(url for url in named if is_of_site(url, cursor.site)))
    return _next_map(replace(cursor, requests=cursor.requests + 1, maps=mine[:50], url=""))


def after_sitemap(cursor: Cursor, children: Sequence[Child] | None, named: int, since: datetime) -> Cursor:
    """Say what follows a sitemap: those that it names and that may hold something since the date come first.

    `children` is None where nothing could be read; `named` is how many pages it named.
    """
    found = replace(cursor, requests=cursor.requests + 1)
    if children is not None and (children or named):
        found = replace(found, read=found.read + 1, guesses=())
    if found.requests >= MOST_REQUESTS:
        return replace(found, way=Way.PAGES, url="", maps=(), guesses=())
    chosen = [url for url in choose_maps(children or (), since) if is_of_site(url, cursor.site)]
    return _next_map(replace(found, maps=tuple(dict.fromkeys((*chosen, *found.maps)))))


def _next_map(cursor: Cursor) -> Cursor:
    waiting = [url for url in cursor.maps if mark(url) not in cursor.asked]
    guesses = [url for url in cursor.guesses if mark(url) not in cursor.asked]
    if waiting:
        url, waiting = waiting[0], waiting[1:]
    elif guesses:
        url, guesses = guesses[0], guesses[1:]
    else:
        return replace(cursor, way=Way.PAGES, url="", maps=(), guesses=())
    return replace(cursor, url=url, maps=tuple(waiting), guesses=tuple(guesses), asked=(*cursor.asked, mark(url)))


def after_pages(cursor: Cursor) -> Cursor:
    """Say how a backfill ended all of whose pages were read."""
    return _end(cursor, Ended.END if cursor.read else Ended.NOTHING)


def limited(cursor: Cursor) -> Cursor:
    """End a backfill that brought as many articles as it may."""
    return _end(cursor, Ended.LIMIT)


def _end(cursor: Cursor, why: Ended) -> Cursor:
    return replace(cursor, url="", maps=(), guesses=(), ended=why.value)


def mark(url: str) -> str:
    """Give eight hex digits by which an address is known again."""
    return hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=4).hexdigest()


_NAMED = re.compile(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})")


def _numbered(url: str, name: str, number: int) -> str:
    """Give the address of a numbered page of a feed."""
    parts = urlsplit(url)
    pairs = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return parts._replace(query=urlencode([*pairs, (name, str(number))])).geturl()


def is_left_to_feeds(published: datetime | None, polled: datetime | None) -> bool:
    """Say whether something is so new that the outlet's feeds may still bring it, with an alert where it matters.

    `polled` is when these were last read; None where there are none at work.
    """
    return polled is not None and published is not None and published >= polled - timedelta(hours=1)


# What may be otherwise a little later.
_PASSING = (FetchStatus.TIMEOUT, FetchStatus.DNS_ERROR, FetchStatus.CONNECTION_ERROR, FetchStatus.TRUNCATED)


def try_again(status: FetchStatus, http_status: int | None, tries: int, retry_after: float | None) -> timedelta | None:
    """Give the wait before an address is asked for again that gave no answer `tries` times, None for never.

    After 1, 4 and 16 minutes, or later if the server says so (`retry_after`, seconds).
    """
    busy = http_status is not None and (http_status in (408, 425, 429) or http_status >= 500)
    if not (status in _PASSING or busy) or tries >= MOST_TRIES:
        return None
    return max(_WAIT * int(4 ** (tries - 1)), timedelta(seconds=retry_after or 0))


def share_done(since: datetime, oldest: datetime | None, began: datetime) -> float:
    """Give how much of the time back to the date has been gone through, from 0 to 1."""
    if oldest is None or began <= since:
        return 0.0
    return min(max((began - oldest) / (began - since), 0.0), 1.0)
