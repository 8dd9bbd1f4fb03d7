"""A section page to entries, with the CSS selectors that were chosen for it.

    page | item | its link, title, time and summary | Entry

What an item lacks is told by name: a selector that finds nothing in any item means that the page has changed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit

import soupsieve
from bs4 import BeautifulSoup, Tag

from domain.dates import Habits
from domain.errors import BadInput
from domain.fetching import FetchStatus
from domain.sections import Selectors
from worker.entries import RawEntry, RawFeed, safe_link
from worker.extract.soup import NoPage, attribute, page_title, read_page, text_in
from worker.parse import ParsedFeed, make_feed

MAX_ITEMS = 300  # of a page; real ones list some tens
_HEADINGS = "h1, h2, h3, h4, h5, h6"


def check_selectors(selectors: Selectors) -> None:
    """Raise BadInput for what is no CSS selector."""
    for name, selector in selectors.to_json().items():
        try:
            soupsieve.compile(selector)
        except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError, RecursionError) as error:
            why = str(error).splitlines()[0][:120]
            raise BadInput(f"the selector of {name} is no CSS selector: {why}") from None


def read_section(
    body: bytes,
    content_type: str,
    url: str,
    selectors: Selectors,
    *,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    false_z: bool = False,
) -> ParsedFeed:
    """Read the section page in `body`, served at `url`, as `worker.parse.parse_feed` reads a feed.

    Status `selectors_broken` where the items, their links or their titles are not found; flags `no_time` and
    `no_summary` where what was asked for is in no item.
    """
    try:
        soup, encoding = read_page(body, content_type)
        check_selectors(selectors)
        rows = read_items(soup, url, selectors)
    except NoPage as error:
        return ParsedFeed(error.status, detail=str(error))
    except BadInput as error:
        return ParsedFeed(FetchStatus.SELECTORS_BROKEN, detail=str(error))
    if missing := what_is_missing(rows, selectors):
        return ParsedFeed(FetchStatus.SELECTORS_BROKEN, encoding, detail=missing, kind="section")
    raw = RawFeed(page_title(soup), url, attribute(soup.html, "lang"))
    raw.entries = list({row.link: row for row in reversed(rows) if row.link and row.title}.values())[::-1]
    feed = make_feed(raw, encoding, url, Habits(zone, now, false_z))
    flags = [name for name, asked in (("time", selectors.time), ("summary", selectors.summary)) if asked]
    found = {"time": any(row.published for row in rows), "summary": any(row.summary for row in rows)}
    return replace(feed, kind="section", flags=(*feed.flags, *(f"no_{name}" for name in flags if not found[name])))


def what_is_missing(rows: Sequence[RawEntry], selectors: Selectors) -> str:
    """Say which selector finds nothing any more; empty where articles are found."""
    if not rows:
        return f"the selector of item finds nothing: {selectors.item}"
    linked = [row for row in rows if row.link]
    if not linked:
        return f"the selector of link finds no address in {len(rows)} items: {selectors.link or 'a[href]'}"
    if not any(row.title for row in linked):
        return (
            f"the selector of title finds no text in {len(linked)} items: {selectors.title or 'the text of the link'}"
        )
    return ""


def read_items(soup: BeautifulSoup, url: str, selectors: Selectors) -> list[RawEntry]:
    """Give what the selectors find, an entry for each item, however little is in it."""
    base = soup.find("base", href=True)
    base_url = safe_link(attribute(base, "href"), url) if isinstance(base, Tag) else url
    found = soup.select(selectors.item, limit=MAX_ITEMS)
    return [_entry(item, base_url or url, selectors) for item in found]


def _entry(item: Tag, url: str, selectors: Selectors) -> RawEntry:
    linked = item.select_one(selectors.link) if selectors.link else _link_of(item)
    if linked is not None and not linked.get("href"):
        linked = linked.select_one("a[href]")
    href = attribute(linked, "href").strip()
    link = "" if href.startswith("#") else safe_link(href, url)
    if link == url or (urlsplit(link).path in ("", "/") and not urlsplit(link).query):
        link = ""  # this very page, or the front page
    title = text_in(item.select_one(selectors.title)) if selectors.title else _title_of(item, linked)
    time = item.select_one(selectors.time) if selectors.time else None
    summary = text_in(item.select_one(selectors.summary)) if selectors.summary else ""
    when = attribute(time, "datetime") or attribute(time, "content") or text_in(time)
    return RawEntry(id=link, title=title, link=link, published=when, summary=summary if summary != title else "")


def _link_of(item: Tag) -> Tag | None:
    """Give the item itself where it is a link, else the link in it that says most."""
    if item.name == "a" and item.get("href"):
        return item
    return max(item.select("a[href]", limit=50), key=lambda link: len(said_by(link)), default=None)


def _title_of(item: Tag, linked: Tag | None) -> str:
    """Give the heading of an item, else what its link says."""
    return text_in(item.select_one(_HEADINGS)) or (said_by(linked) if linked else "")


def said_by(link: Tag) -> str:
    """Give the text of a link, or what it tells instead of one."""
    return (
        text_in(link.select_one(_HEADINGS))
        or text_in(link)
        or attribute(link, "title")
        or attribute(link, "aria-label")
        or attribute(link.select_one("img[alt]"), "alt")
    )
