"""Imports: articles that an analyst already has, as JSON Lines, texts, saved pages or addresses. They alert nobody."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from domain.address import article_address
from domain.article import Basis, Draft, Text, entry_key, first_line, split_headline
from domain.byline import author_name
from domain.dates import Dated, Habits, read_date, settle, zone_of
from domain.errors import BadInput
from domain.fetching import FetchStatus
from storage import articles, feeds
from worker.apart import extract_page
from worker.batch import fetch_one
from worker.context import Context
from worker.dating import habits_of
from worker.decode import decode
from worker.entries import safe_link
from worker.keep import Kept, Reading, keep, read_article
from worker.language import language_of
from worker.sniff import binary_kind

SCOPE = "import"
CHUNK = 500
LINES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
UNKNOWN_OUTLET = "غير معروفة"


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gave: the text, and what is known about it."""

    text: Text
    url: str = ""
    outlet: str = ""
    dated: Dated | None = None
    published_raw: str = ""
    author: str = ""
    flags: tuple[str, ...] = ()

    @property
    def published(self) -> datetime | None:
        """Give the time of publication as it was read, in UTC."""
        return self.dated.when if self.dated else None


def read_given(name: str, body: bytes) -> Given:
    """Read the bytes of a file that holds one article, plain text or HTML. Raises BadInput."""
    if kind := binary_kind(body):
        raise BadInput(f"{name} is a {kind}: give a text or a saved page")
    if body[:100].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<":  # in any Unicode
        return _from_page(name, body, "text/html", saved_from(body), Habits())
    decoded = decode(body, "", "text")
    if decoded.text.lstrip()[:2] in ('{"', "[{"):
        raise BadInput(f"{name} is JSON: give a text or a saved page, or a file called .jsonl with an article a line")
    if not decoded.text.strip():
        raise BadInput(f"{name} is empty: give a text or a saved page")
    return Given(Text(*split_headline(decoded.text)), flags=decoded.doubtful)


_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d{1,6}\)\s*(https?://[\x21-\x7e]{4,1990})")


def saved_from(body: bytes) -> str:
    """Give the address that a browser wrote into a page as it saved it; empty where it did not."""
    found = _SAVED_FROM.search(body, 0, 5_000)
    return safe_link(found[1].decode("ascii"), "") if found else ""


def fetch_given(context: Context, url: str) -> Given:
    """Fetch a page and read its article. Raises BadInput that says what went wrong."""
    fetched = fetch_one(context.settings, url)
    if fetched.status is not FetchStatus.OK:
        raise BadInput(f"cannot fetch {url}: {fetched.status} {fetched.detail}".strip())
    now, host = context.clock(), urlsplit(fetched.url).netloc
    with context.db.read() as session:
        feed = feeds.of_host(session, host)
    habits = habits_of(feed, now) if feed else Habits(zone_of(host=host), now)
    return _from_page(url, fetched.body, fetched.content_type, fetched.url, habits)


def _from_page(name: str, body: bytes, content_type: str, url: str, habits: Habits) -> Given:
    page = extract_page(
        body, content_type, url or "http://localhost/", zone=habits.zone, now=habits.now, false_z=habits.false_z
    )
    if page.status != "ok":
        raise BadInput(f"no article found in {name}: {page.status} {page.detail}".strip())
    url = url or ("" if urlsplit(page.canonical).hostname == "localhost" else page.canonical)
    outlet = page.outlet or urlsplit(url).hostname or ""
    return Given(Text(page.title, page.text), url, outlet, page.dated, page.published_raw, page.author, page.flags)


def add_given(context: Context, given: Given) -> tuple[int, Kept]:
    """Store one given article. Gives its id, and what was kept (nothing when it was there already)."""
    title = given.text.title or first_line(given.text.body)
    draft = _draft(
        context, "", given.url, title, given.text.body, given.outlet, given.dated, given.published_raw, "", given.author
    )  # fmt: skip
    draft = replace(draft, flags=(*draft.flags, *given.flags))
    reading = _read(context, [draft])
    kept = context.db.transact(lambda s: keep(context, s, reading, feed_id=None, document=""))
    with context.db.read() as session:
        return articles.id_of(session, draft.key), kept


def read_lines(name: str, body: bytes) -> list[dict[str, Any]]:
    """Read JSON Lines, gzip or not.

    Each is an object with `title` or `text`, and where known `id`, `outlet`, `published` (ISO 8601), `section`,
    `author`, `url`. Raises BadInput at the first line that is none, before anything is stored.
    """
    lines = enumerate(_unzip(name, body).split(b"\n"), 1)
    return [_read_line(name, number, line) for number, line in lines if line.strip()]


def read_articles(name: str, body: bytes) -> list[Given]:
    """Read JSON Lines as `read_lines` does, as articles that are not stored."""
    rows = read_lines(name, body)
    return [
        Given(
            Text(_clean(str(row.get("title") or "")), _clean(str(row.get("text") or ""))),
            safe_link(str(row.get("url") or ""), ""),
        )
        for row in rows
    ]


def import_rows(context: Context, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[int, Kept]]:
    """Store what `read_lines` gave, 500 in a transaction. Gives how many were read and what was kept of them."""
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        readings = _read(context, [_row_draft(context, row) for row in chunk])
        yield len(chunk), context.db.transact(partial(_keep, context, readings))


def _keep(context: Context, readings: Sequence[Reading], session: Session) -> Kept:
    return keep(context, session, readings, feed_id=None, document="")


def _read(context: Context, drafts: Sequence[Draft]) -> list[Reading]:
    """Analyse those that are not stored."""
    with context.db.read() as session:
        context.detector.refresh(session)
        known = articles.known(session, [draft.key for draft in drafts])
    unique = {draft.key: draft for draft in drafts if draft.key not in known}
    return [read_article(context, draft) for draft in unique.values()]


def _unzip(name: str, body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{name} is not a whole gzip file: {error}") from error


def _read_line(name: str, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}, line {number}: not JSON ({error})") from error
    if not isinstance(row, dict) or not (str(row.get("title") or "").strip() or str(row.get("text") or "").strip()):
        raise BadInput(f"{name}, line {number}: not an object with a title or a text")
    return row


def _row_draft(context: Context, row: dict[str, Any]) -> Draft:
    text = {
        key: str(row.get(key) or "").strip() for key in ("id", "title", "text", "outlet", "url", "section", "author")
    }
    raw = str(row.get("published") or "").strip()
    dated = read_date(raw, now=context.clock())
    title = text["title"] or first_line(text["text"])
    return _draft(
        context, text["id"], text["url"], title, text["text"], text["outlet"], dated, raw,
        text["section"], text["author"],
    )  # fmt: skip


def _draft(
    context: Context, id: str, url: str, title: str, body: str, outlet: str, dated: Dated | None, raw: str,
    section: str, author: str,
) -> Draft:  # fmt: skip
    now, clean = context.clock(), _clean(body)
    stamp = settle(dated, now)
    scope = f"{SCOPE} {outlet}" if id else SCOPE  # archives of two outlets may use the same ids
    return Draft(
        key=entry_key(scope, id, url, f"{title}\n{body}"), text_key=entry_key(scope, "", url, f"{title}\n{body}"),
        title=_clean(title), body=clean,
        basis=Basis.FULL if clean else Basis.HEADLINE, outlet=_clean(outlet) or UNKNOWN_OUTLET,
        event_at=stamp.event_at, first_seen=now, url=safe_link(url, ""), canonical=article_address(safe_link(url, "")),
        text_status="" if clean else "empty",
        author=author_name(_clean(author), outlet), section=_clean(section), language=language_of(f"{title} {clean}"),
        published=stamp.published, published_raw=_clean(raw)[:200], date_method=stamp.method,
        date_confidence=stamp.confidence, may_fetch=False, flags=("implausible_date",) if stamp.refused else (),
    )  # fmt: skip


def _clean(text: str) -> str:
    """Take out what neither database keeps: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()
