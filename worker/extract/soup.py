"""A page as a tree that can be asked with CSS selectors, or why it cannot be."""

import re

from bs4 import BeautifulSoup, Tag

from domain.fetching import FetchStatus, looks_like_challenge
from worker.decode import decode
from worker.extract.page import without_scripts
from worker.extract.text import MAX_DEPTH, MAX_TAG, oversized, too_deep
from worker.sniff import Shape, binary_kind, sniff

MAX_PAGE = 1_000_000  # characters that are read, scripts left out; a tree is twenty times as large


class NoPage(Exception):
    """What came is no page that can be read: `status` names it, the message says why."""

    def __init__(self, status: FetchStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


def read_page(body: bytes, content_type: str) -> tuple[BeautifulSoup, str]:
    """Give the tree of a page and its encoding. Raises NoPage."""
    if not body.strip():
        raise NoPage(FetchStatus.EMPTY, "no byte came")
    if kind := binary_kind(body):
        raise NoPage(FetchStatus.UNSUPPORTED, f"a {kind}")
    if looks_like_challenge(body):
        raise NoPage(FetchStatus.BLOCKED, "a page that asks whether we are a robot")
    decoded = decode(body, content_type, "html")
    if sniff(decoded.text).shape in (Shape.FEED, Shape.SITEMAP, Shape.JSON):
        raise NoPage(FetchStatus.UNSUPPORTED, "a feed or data in place of a page")
    html = without_scripts(decoded.text)[:MAX_PAGE]
    if too_deep(html):
        raise NoPage(FetchStatus.UNSUPPORTED, f"tags nested deeper than {MAX_DEPTH}")
    if oversized(html):
        html = re.sub(rf"<[^<>]{{{MAX_TAG},}}>", "", html)
    return BeautifulSoup(html, "lxml"), decoded.encoding


def text_in(tag: Tag | None) -> str:
    """Give the text of an element as one line."""
    return " ".join(tag.get_text(" ", strip=True).split()) if tag else ""


def attribute(tag: Tag | None, name: str) -> str:
    """Give an attribute, empty where there is none."""
    value = tag.get(name) if tag else None
    return " ".join(value) if isinstance(value, list) else value or ""


def page_title(soup: BeautifulSoup) -> str:
    """Give the title of a page: what it tells others, else what stands in its head."""
    told = soup.select_one("meta[property='og:site_name'], meta[property='og:title']")
    return attribute(told, "content") or text_in(soup.title)
