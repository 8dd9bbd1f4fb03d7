"""Sitemaps as feeds: Google News sitemaps (the schema sitemap-news/0.9), and indexes, which are followed.

    index | choose the newest news | fetch each through the gate | unpack | one body | read_sitemap | RawFeed

An index is followed at every visit, since outlets begin a new sitemap every day or month. The bodies that its parts
had are joined as they came.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from urllib.parse import urljoin
from xml.parsers import expat  # what stands before the root is cut off, and no handler for external entities is set

from domain.fetching import FetchStatus
from domain.sitemaps import Child, choose
from worker.answer import Fetched
from worker.decode import decode
from worker.entries import RawEntry, RawFeed
from worker.inflate import Inflater, TooLarge, WrongEncoding
from worker.sniff import repair

MOST_MAPS = 3  # sitemaps of an index that are read at a visit
MOST_REQUESTS = 6  # that a visit to an index may take, the ones to nested indexes included
_INDEX = re.compile(rb"<(?:[\w.-]+:)?sitemapindex[\s>]")
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:urlset|sitemapindex)(?=[\s>/])")
_LOOKED_AT = 20_000  # bytes in which an index shows that it is one
_FIELDS = {
    ("url", "loc"): "link",
    ("url", "lastmod"): "changed",
    ("url", "news", "title"): "title",
    ("url", "news", "publication_date"): "published",
    ("url", "news", "publication", "name"): "outlet",
    ("url", "news", "publication", "language"): "language",
    ("sitemap", "loc"): "link",
    ("sitemap", "lastmod"): "changed",
}
_MOST_DOCUMENTS = 2 * MOST_MAPS  # in one body; a trap has a million roots
_DEEPEST = 8  # elements within each other; a sitemap needs five
Get = Callable[[str, int], Awaitable[Fetched]]
Read = Callable[[bytes, str], Awaitable["Named"]]


@dataclass(slots=True)
class _Reader:
    """Collects the entries of one document."""

    rows: list[dict[str, str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    row: dict[str, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    closed: bool = False

    def start(self, name: str, _: dict[str, str]) -> None:
        self.path.append(name.rpartition(":")[2].lower())
        if len(self.path) == 2:
            self.row = {}
        self.pieces = []
        if len(self.path) > _DEEPEST:
            raise ValueError("too deep")

    def text(self, data: str) -> None:
        self.pieces.append(data)

    def end(self, _: str) -> None:
        name = _FIELDS.get(tuple(self.path[1:]))
        if name and (value := "".join(self.pieces).strip()):
            self.row.setdefault(name, value)
        self.pieces = []
        if len(self.path) == 2 and self.row.get("link"):
            self.rows.append(self.row)
        self.path.pop()
        self.closed = not self.path


def _read(text: str) -> _Reader:
    """Read one document up to its end or its first mistake."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    with suppress(expat.ExpatError, ValueError):  # what was read counts; behind the root stands the next document
        parser.Parse(text.encode("utf-8", "replace"), True)
    return reader


def _documents(text: str) -> list[_Reader]:
    """Read all documents in a text, each repaired where it is ill formed."""
    starts = [match.start() for match in islice(_ROOT.finditer(text), _MOST_DOCUMENTS)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        reader = _read(text[start:end])
        if not reader.closed:
            other = _read(repair(text[start:end], ()))
            reader = other if len(other.rows) >= len(reader.rows) else reader
        found.append(reader)
    return found


def read_sitemap(text: str, most: int) -> tuple[RawFeed, int, bool]:
    """Read news sitemaps, one behind the other; what has no title is no story.

    Gives the `most` newest stories, how many fell, and whether every document is closed.
    """
    documents = _documents(text)
    rows = [row for reader in documents for row in reader.rows if row.get("title")]
    kept = sorted(rows, key=_when, reverse=True)[:most] if len(rows) > most else rows
    outlets, languages = ({row.get(name, "") for row in rows} for name in ("outlet", "language"))
    feed = RawFeed(title=outlets.pop() if len(outlets) == 1 else "")
    feed.language = languages.pop() if len(languages) == 1 else ""
    feed.entries = [_entry(row) for row in kept]
    return feed, len(rows) - len(kept), all(reader.closed for reader in documents)


def _when(row: dict[str, str]) -> str:
    return row.get("published") or row.get("changed", "")


def _entry(row: dict[str, str]) -> RawEntry:
    return RawEntry(
        id=row["link"], title=row["title"], link=row["link"], published=_when(row), updated="published" not in row
    )


@dataclass(frozen=True, slots=True)
class Named:
    """What a sitemap names: other sitemaps, or pages with when they were last changed. `sitemap`: it is one."""

    sitemap: bool
    maps: tuple[Child, ...] = ()
    pages: tuple[Child, ...] = ()


def read_named(body: bytes, url: str) -> Named:
    """Read a sitemap of any kind at `url` for what it names; never raises.

    A page's time of publication, where a news sitemap tells it, counts as its change.
    """
    text = decode(body, "", "xml").text
    if not _ROOT.search(text[:_LOOKED_AT]):
        return Named(False)
    rows = [row for reader in _documents(text) for row in reader.rows]
    named = tuple(Child(urljoin(url, row["link"]), _when(row)) for row in rows)
    return Named(True, maps=named) if is_index(body) else Named(True, pages=named)


def is_index(body: bytes) -> bool:
    """Say whether a body is a sitemap index."""
    return _INDEX.search(body, 0, _LOOKED_AT) is not None


def unpacked(fetched: Fetched, limit: int) -> Fetched:
    """Unpack a body that is a gzip file (`.xml.gz`) to at most `limit` bytes; everything else stays as it is."""
    if fetched.status not in (FetchStatus.OK, FetchStatus.TRUNCATED) or not fetched.body.startswith(b"\x1f\x8b"):
        return fetched
    inflater = Inflater("gzip", limit)
    try:
        inflater.feed(fetched.body)
    except TooLarge:
        detail = f"more than {limit} bytes when unpacked"
        return replace(fetched, status=FetchStatus.TOO_LARGE, body=b"", etag="", last_modified="", detail=detail)
    except WrongEncoding as error:
        return replace(fetched, status=FetchStatus.BAD_CONTENT_ENCODING, body=b"", etag="", detail=str(error))
    status = fetched.status if inflater.complete else FetchStatus.TRUNCATED
    return _with_body(replace(fetched, status=status), inflater.finish())


def _with_body(fetched: Fetched, body: bytes) -> Fetched:
    return replace(fetched, body=body, sha256=hashlib.sha256(body).hexdigest())


async def follow(get: Get, read: Read, fetched: Fetched, limit: int, seconds: float) -> Fetched:
    """Unpack what came, and if it is a sitemap index, put the newest news sitemaps that it names in its place.

    `get` asks for an address and takes at most so many bytes, `read` gives what a sitemap names, as `read_named` does;
    `limit` bytes and `seconds` are all that an index gets.
    Its ETag is forgotten, since an index may stay the same while its parts change. Where no part can be read, the
    status is that of the first.
    """
    found = unpacked(fetched, limit)
    if found.status is not FetchStatus.OK or not is_index(found.body):
        return found
    bodies, failed = await _parts(get, read, found, limit, seconds)
    if bodies:
        return replace(_with_body(found, b"\n".join(bodies)), etag="", last_modified="", content_type="")
    if failed is None:
        return replace(found, status=FetchStatus.EMPTY, etag="", last_modified="", detail="a sitemap index of nothing")
    detail = f"the sitemap {failed.url}: {failed.detail}"[:300]
    return replace(failed, url=found.url, etag="", last_modified="", permanent_url="", detail=detail)


async def _parts(
    get: Get, read: Read, index: Fetched, limit: int, seconds: float
) -> tuple[list[bytes], Fetched | None]:
    """Fetch the sitemaps of an index. Gives their bodies, and the first that could not be had."""
    bodies: list[bytes] = []
    failed: Fetched | None = None
    asked, url = {index.url}, index.url
    try:
        async with asyncio.timeout(seconds):
            waiting = choose((await read(index.body, index.url)).maps, MOST_REQUESTS)
            while waiting and len(bodies) < MOST_MAPS and len(asked) < MOST_REQUESTS:
                url = waiting.pop(0)
                if url in asked:
                    continue
                asked.add(url)
                left = limit - sum(map(len, bodies))
                got = unpacked(await get(url, left), left)
                if got.status is not FetchStatus.OK:
                    failed = failed or replace(got, url=url)
                elif is_index(got.body):
                    waiting = choose((await read(got.body, got.url)).maps, MOST_REQUESTS) + waiting
                else:
                    bodies.append(got.body)
    except TimeoutError:
        failed = failed or Fetched(url, FetchStatus.TIMEOUT, detail="the index took too long")
    return bodies, failed
