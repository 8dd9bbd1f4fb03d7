"""Where an outlet's feeds may be: what its pages link to, and the paths that content systems use. Pure.

Links are taken by scanning for tags, in time linear in the page: nothing of the page is built.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

MOST_LINKS = 12  # of one kind that are taken from a page
MOST_REQUESTS = 30  # that the search for an outlet's feeds may take
COMMON_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/ar/rss", "/ar/feed", "/feeds", "/index.xml")
NEWS_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml", "/sitemap_index.xml")
_TYPES = re.compile(r"(?:application|text)/(?:rss|atom|rdf|feed)\+?(?:xml|json)?|(?:application|text)/(?:x-)?xml", re.I)
_TAG = re.compile(r"<(link|a|base)\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LIKE_FEED = re.compile(
    r"(?:^|[/_.-])(?:rss|rssfeeds?|feeds?|atom|rdf)\d?(?:[/_.?=-]|$)|\.(?:rss|atom|rdf)$|[?&](?:feed|format|type)=(?:rss|atom)",
    re.I,
)
_NO_NEWS = re.compile(r"/comments?/|[?&]comments|/wp-json/|oembed|feedburner\.com/fb/a|feedly\.com|/trackback", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be a feed, what it is called, and how it was found.

    `how`: `itself` the address that was given, `link` a link element, `page` a link on the page, `sitemap` robots.txt
    or the name of a sitemap, `path` a common path.
    """

    url: str
    title: str = ""
    how: str = "link"


def site_address(text: str) -> str:
    """Give the address that is meant by `outlet.example` or a whole one; everything else comes back as it is."""
    given = text.strip()
    bare = given.partition("/")[0]
    return f"https://{given}" if "://" not in given and "." in bare and not bare[-1:].isspace() else given


_CHANNEL = re.compile(r"(?:@|(?:https?://)?(?:www\.)?(?:t|telegram)\.me/(?:s/)?)([A-Za-z]\w{3,31})/?", re.ASCII)


def telegram_address(text: str) -> str:
    """Give the web preview of a public Telegram channel that is meant by `t.me/NAME` or `@NAME`; empty for others."""
    found = _CHANNEL.fullmatch(text.strip())
    return f"https://t.me/s/{found[1]}" if found else ""


def is_site(url: str) -> bool:
    """Say whether an address is that of a whole site."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def links_of(text: str, base: str) -> list[Link]:
    """Give what a page at `base` says of its feeds: its link elements, and what looks like a feed among its links.

    Feeds of comments and those of other services are left out.
    """
    declared: dict[str, Link] = {}
    linked: dict[str, Link] = {}
    for name, attributes in _tags(text):
        if name == "base":
            base = _join(base, attributes.get("href", "")) or base
            continue
        url = _join(base, attributes.get("href", ""))
        if not url or _NO_NEWS.search(url):
            continue
        if name == "a" and _same_site(url, base) and _LIKE_FEED.search(_told(url)):
            linked.setdefault(url, Link(url, "", "page"))
        elif name == "link" and _declares(attributes):
            declared.setdefault(url, Link(url, attributes.get("title", "")[:300], "link"))
    others = [link for url, link in linked.items() if url not in declared]
    return [*list(declared.values())[:MOST_LINKS], *others[:MOST_LINKS]]


def _tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the tags that matter, by name and attributes."""
    for match in _TAG.finditer(text):
        values = _ATTRIBUTE.findall(match.group(2))
        yield match.group(1).lower(), {key.lower(): html.unescape(a or b or c).strip() for key, a, b, c in values}


def _declares(attributes: dict[str, str]) -> bool:
    """Say whether a link element names a feed."""
    if "alternate" not in attributes.get("rel", "").lower().split():
        return False
    return _TYPES.fullmatch(attributes.get("type", "").partition(";")[0].strip()) is not None


def _told(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _join(base: str, href: str) -> str:
    """Give a whole http address, without its fragment; empty where there is none."""
    try:
        url = urljoin(base, href).partition("#")[0] if href else ""
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else ""
    except ValueError:
        return ""


def _same_site(url: str, base: str) -> bool:
    """Say whether two addresses belong to one outlet: the same host, or one below the other."""
    one, other = ((urlsplit(u).hostname or "").removeprefix("www.") for u in (url, base))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def paths_of(url: str) -> list[Link]:
    """Give the common paths of feeds: below the address itself, and of its host."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    below = [] if is_site(url) or parts.query else [f"{url.rstrip('/')}/feed", f"{url.rstrip('/')}/rss"]
    return [Link(address, "", "path") for address in (*below, *(root + path for path in COMMON_PATHS))]


def sitemaps_of(url: str, named: Sequence[str]) -> list[Link]:
    """Give the sitemaps that may hold news: those that robots.txt names, those called news first; else common ones."""
    ordered = sorted(dict.fromkeys(named), key=lambda address: "news" not in urlsplit(address).path.lower())
    parts = urlsplit(url)
    common = [f"{parts.scheme}://{parts.netloc}{path}" for path in NEWS_SITEMAPS]
    return [Link(address, "", "sitemap") for address in (ordered or common)[: len(NEWS_SITEMAPS)]]
