"""What a page says about itself: to machines in its head and in structured data, to readers near its headline."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag
from bs4.filter import SoupStrainer

from domain.dates import Dated, Habits, day_in_address
from worker.entries import plain_line, safe_link
from worker.extract.dates import find_date


class PageStatus(StrEnum):
    """What a page gave.

    ok         the article's text
    empty      no text of an article in it: an index, a page that scripts fill, a film
    blocked    a page that asks whether we are a robot
    paywall    the outlet says that the rest is for subscribers; `text` has what there is
    removed    the outlet says that the article is gone
    too_deep   nested beyond what is read
    not_html   a PDF, a picture, a feed
    bomb       takes more time or memory to read than any page should
    """

    OK = "ok"
    EMPTY = "empty"
    BLOCKED = "blocked"
    PAYWALL = "paywall"
    REMOVED = "removed"
    TOO_DEEP = "too_deep"
    NOT_HTML = "not_html"
    BOMB = "bomb"


@dataclass(frozen=True, slots=True)
class Page:
    """An article's page: `text` is plain, one line a paragraph, without the headline; dates are in UTC."""

    status: PageStatus
    title: str = ""
    text: str = ""
    published: datetime | None = None
    published_raw: str = ""
    dated: Dated | None = None  # how `published` was read
    author: str = ""
    canonical: str = ""
    outlet: str = ""
    section: str = ""
    image: str = ""
    language: str = ""
    detail: str = ""
    flags: tuple[str, ...] = ()  # why the letters of the text are in doubt


def read_facts(html: str, url: str, habits: Habits) -> tuple[Page, dict[str, Any]]:
    """Read what the page says about itself in its head and in structured data (schema.org, Open Graph)."""
    wanted = SoupStrainer(["html", "meta", "link", "script", "title", "h1", "time"])
    soup = BeautifulSoup(html, "lxml", parse_only=wanted)
    facts = _article_facts(soup)
    meta = _metas(soup)
    heading = soup.find("h1")
    title = str(facts.get("headline") or meta.get("og:title") or "") or (heading.get_text(" ") if heading else "")
    root, link = soup.find("html"), soup.find("link", rel="canonical")
    canonical = safe_link(_attribute(link, "href") or meta.get("og:url", ""), url)
    headings = [tag.get_text(" ") for tag in soup.find_all("h1", limit=2)]
    titles = [" ".join(text.split()) for text in dict.fromkeys((*headings, title)) if text.strip()]
    found = find_date(facts, meta, soup, html, titles, url if day_in_address(url, UTC) else canonical, habits)
    raw, dated = found or ("", None)
    page = Page(
        PageStatus.OK,
        title=plain_line(title or (soup.title.get_text() if soup.title else ""), 1_000),
        published=dated.when if dated else None,
        published_raw=raw[:200],
        dated=dated,
        author=plain_line(_name(facts.get("author")) or meta.get("author", ""), 300),
        canonical=canonical,
        outlet=plain_line(meta.get("og:site_name", "") or _name(facts.get("publisher")), 300),
        section=plain_line(_name(facts.get("articleSection")) or meta.get("article:section", ""), 300),
        image=safe_link(meta.get("og:image", "") or meta.get("twitter:image", "") or _address(facts.get("image")), url),
        language=plain_line(_attribute(root, "lang") or meta.get("og:locale", ""), 35),
    )
    return page, facts


def _address(found: Any) -> str:
    """Give an address out of the forms that structured data has for a picture: itself, an object, a list."""
    first = found[0] if isinstance(found, list) and found else found
    value = first.get("url") if isinstance(first, dict) else first
    return value if isinstance(value, str) else ""


def _attribute(tag: Any, name: str) -> str:
    """Give an attribute of a tag that may not be there."""
    value = tag.get(name) if isinstance(tag, Tag) else None
    return value if isinstance(value, str) else ""


def _metas(soup: BeautifulSoup) -> dict[str, str]:
    """Give the meta elements by name, the first of each."""
    found: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = _attribute(tag, "property") or _attribute(tag, "name") or _attribute(tag, "itemprop")
        if name and _attribute(tag, "content").strip():
            found.setdefault(name.lower(), _attribute(tag, "content").strip())
    return found


_ARTICLE_TYPES = ("article", "newsarticle", "reportagenewsarticle", "blogposting", "report", "opinionnewsarticle")


_TELLS_DATE = re.compile(r'"(datePublished|dateModified)"\s*:\s*"([^"\\]{8,60})"')


def _article_facts(soup: BeautifulSoup) -> dict[str, Any]:
    """Give the structured data of the article.

    Without one that can be read, the dates alone that another object tells, or that stand in data that is no JSON.
    """
    dates: dict[str, Any] = {}
    for tag in soup.find_all("script", type="application/ld+json"):
        text = tag.get_text().strip().rstrip(";")
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            dates = dates or dict(_TELLS_DATE.findall(text))
            continue
        for node in _nodes(data):
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(str(name).lower() in _ARTICLE_TYPES for name in names):
                return node
            dates = dates or {name: node[name] for name in ("datePublished", "dateModified") if name in node}
    return dates


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Walk over the objects of structured data: itself, a list's, a graph's."""
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (node for node in (graph if isinstance(graph, list) else ()) if isinstance(node, dict))


def _name(found: Any) -> str:
    """Give a name out of the forms that structured data has for it."""
    first = found[0] if isinstance(found, list) and found else found
    value = first.get("name") if isinstance(first, dict) else first
    return value if isinstance(value, str) else ""
