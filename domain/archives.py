"""Archives: where a feed links to its older pages, and what of a site's sitemaps is worth asking for. Pure."""

import html
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from urllib.parse import unquote, urljoin, urlsplit

from domain.dates import day_in_address
from domain.sitemaps import Child

_DAY = timedelta(days=1)
_HEAD = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]")
_LINK = re.compile(r"<(?:[\w.-]+:)?link\b([^<>]{1,3000})>")
_ATTRIBUTE = re.compile(r"""\b(rel|href)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")
_JSON_NEXT = re.compile(r'"next_url"\s*:\s*"([^"\\]{1,1000}(?:\\/[^"\\]{0,1000}){0,50})"')
_LOOKED_AT = 100_000  # characters at each end of a feed in which its own links stand


def older_page(text: str, url: str) -> str:
    """Find the older page that a feed links to: `prev-archive`, else `next` (RFC 5005), or `next_url` (JSON Feed 1.1).

    Only the feed's own links count, before the first entry and behind the last. Empty where there is none.
    """
    head = text[:_LOOKED_AT]
    if head.lstrip("\ufeff \t\r\n").startswith("{"):
        found = _JSON_NEXT.search(head) or _JSON_NEXT.search(text[-_LOOKED_AT:])
        return urljoin(url, found[1].replace("\\/", "/")) if found else ""
    first = _HEAD.search(head)
    tail = max(text.rfind("</item>"), text.rfind("</entry>"))
    own = head[: first.start() if first else None] + (text[tail:][:_LOOKED_AT] if tail >= 0 else "")
    rels: dict[str, str] = {}
    for tag in _LINK.findall(own):
        named = {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}
        rels.setdefault(named.get("rel", "").strip().lower(), named.get("href", "").strip())
    href = rels.get("prev-archive") or rels.get("next") or ""
    return urljoin(url, href) if href else ""


def is_of_site(url: str, other: str) -> bool:
    """Say whether an http or https address is on the host of another, with or without `www.`, or on a part of it."""
    try:
        one, two = urlsplit(url), urlsplit(other)
        hosts = [(part.hostname or "").removeprefix("www.") for part in (one, two)]
        same_port = one.port == two.port
    except ValueError:
        return False
    if one.scheme not in ("http", "https") or not all(hosts):
        return False
    if hosts[0] == hosts[1]:
        return same_port
    return any(a.endswith(f".{b}") and b.count(".") > 0 for a, b in (hosts, hosts[::-1]))


_NO_STORIES = re.compile(r"image|video|photo|categor|taxonom|tag|author|gallery|product|tax-|users", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/]?(0[1-9]|1[0-2])?(?!\d)")


def choose_maps(children: Sequence[Child], since: datetime) -> list[str]:
    """Give the sitemaps of an index that may name something published since a date, those changed last first.

    One that was last changed before, or whose name holds a month before, is left out, and so are those of pictures,
    sections and authors.
    """
    floor = (since - _DAY).date().isoformat()
    kept = []
    for child in dict.fromkeys(children):
        path = urlsplit(child.url)
        month = _month(f"{path.path}?{path.query}")
        old = (child.changed and child.changed[:10] < floor[: len(child.changed[:10])]) or (
            month and month < floor[: len(month)]
        )
        if not old and not _NO_STORIES.search(path.path.rpartition("/")[2] or path.path):
            kept.append((child.changed[:19], month, child.url))
    ordered = sorted(enumerate(kept), key=lambda row: (row[1][0], row[1][1], -row[0]), reverse=True)
    return [url for _, (_, _, url) in ordered]


def _month(path: str) -> str:
    """Give the latest year or month that a path names, as in 2026-03; empty where it names none."""
    return max(("-".join(part for part in match.groups() if part) for match in _MONTH.finditer(path)), default="")


_NO_ARTICLE = re.compile(
    r"(?i)/(?:tags?|category|categories|author|authors|writers?|section|sections|search|video-?category|topics?)/"
    r"|\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|xml|zip)\Z"
)
_TELLS = re.compile(r"\d{4,}|\.html?\Z|\.aspx?\Z")


def is_article(url: str) -> bool:
    """Say whether an address looks like an article's: it holds a number, a date or a headline of three words."""
    path = unquote(urlsplit(url).path)
    if _NO_ARTICLE.search(path) or not path.strip("/"):
        return False
    last = path.rstrip("/").rpartition("/")[2]
    return bool(_TELLS.search(path) or urlsplit(url).query) or len(re.split(r"[-_\s]+", last.strip("-_"))) >= 3


def choose_pages(pages: Iterable[Child], since: datetime, site: str, zone: tzinfo, most: int) -> list[Child]:
    """Give the pages of a sitemap that look like articles since a date, newest first, at most `most`.

    The day in the address decides where it holds one, else when the page was last changed, which comes after its
    publication; a page of which neither is known is given too.
    """
    floor = (since - _DAY).date().isoformat()
    kept = []
    for page in {page.url: page for page in pages}.values():
        if not is_of_site(page.url, site) or not is_article(page.url):
            continue
        day = day_in_address(page.url, zone)
        told = day.when.date().isoformat() if day else page.changed[:10]
        if not told or told >= floor[: len(told)]:
            kept.append((told, page))
    kept.sort(key=lambda row: row[0], reverse=True)
    return [page for _, page in kept[:most]]
