"""Finds the lists of articles on a page and the selectors that read them; `domain.sections` says which is that of news.

Every link that reads like a headline is asked for what stands around it: an element that holds one article and has
sisters of its kind is an item.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from domain.dates import Habits, read_raw
from domain.sections import LEAST_ITEMS, Candidate, Selectors, best, is_headline
from worker.entries import RawEntry, safe_link
from worker.extract.section import read_items, said_by
from worker.extract.soup import NoPage, attribute, read_page, text_in

MOST_LINKS = 1_500
MOST_CANDIDATES = 24
_LEVELS = 7  # elements around a link that are looked at
_AROUND = re.compile(
    r"(?i)\b(?:nav|menu|footer|header|sidebar|aside|related|most-?(?:read|viewed)|popular|trending|breadcrumb|ticker)"
)
_PLAIN_CLASS = re.compile(r"-?[A-Za-z_][A-Za-z_-]*\d{0,2}[A-Za-z_-]*")
_STATE = re.compile(
    r"(?i)^(?:active|first|last|odd|even|current|selected|has-|is-|js-|lazy|post-\d|col-|row$|clearfix)"
)
_DATE_CLASS = re.compile(r"(?i)date|time|since|published|تاريخ")


def propose_sections(body: bytes, content_type: str, url: str, now: datetime) -> list[Candidate]:
    """Give the lists of news on a page, best first; none where it cannot be read or has none."""
    try:
        soup, _ = read_page(body, content_type)
    except NoPage:
        return []
    links = list(_headlines(soup, url))
    found = []
    for item in islice(_items(links), MOST_CANDIDATES):
        candidate = _candidate(soup, url, Selectors(item), now)
        if candidate:
            found.append(candidate)
    return best(found)


def _headlines(soup: BeautifulSoup, url: str) -> Iterator[tuple[Tag, str]]:
    """Give the links to other pages of the site that read like headlines, with their addresses."""
    host = _host(url)
    for link in soup.select("a[href]", limit=MOST_LINKS):
        address = safe_link(attribute(link, "href"), url).partition("#")[0]
        if (
            address
            and _host(address) == host
            and urlsplit(address).path not in ("", "/")
            and is_headline(said_by(link))
        ):
            yield link, address


def _host(url: str) -> str:
    return (urlsplit(url).netloc or "").lower().removeprefix("www.")


def _items(links: list[tuple[Tag, str]]) -> Iterator[str]:
    """Give selectors of what may be the items of a list, those that hold the most articles first."""
    addresses: dict[int, set[str]] = defaultdict(set)
    around: dict[int, tuple[int, Tag]] = {}
    for link, address in links:
        for level, element in enumerate(_around(link)):
            addresses[id(element)].add(address)
            around[id(element)] = level, element
    held: dict[str, set[str]] = defaultdict(set)
    levels: dict[str, int] = {}
    for key, (level, element) in around.items():
        if len(addresses[key]) == 1 and (selector := _selector(element)):
            held[selector] |= addresses[key]
            levels[selector] = level
    enough = [selector for selector, found in held.items() if len(found) >= LEAST_ITEMS]
    yield from sorted(enough, key=lambda selector: (-len(held[selector]), -levels[selector]))  # the outermost first


def _around(link: Tag) -> list[Tag]:
    """Give a link and the elements around it, from the inside."""
    return [link, *(parent for parent in islice(link.parents, _LEVELS) if parent.name not in ("body", "html"))]


def _selector(element: Tag, depth: int = 0) -> str:
    """Write a selector for elements of this kind: by its classes, else by where it stands."""
    classes = [name for name in element.get("class") or () if _PLAIN_CLASS.fullmatch(name) and not _STATE.match(name)]
    own = element.name + "".join(f".{name}" for name in classes[:2])
    if classes or depth > 2:
        return own
    parent = element.parent
    if parent is None or parent.name in ("body", "html", "[document]"):
        return own if depth else ""
    name = attribute(parent, "id")
    outer = f"#{name}" if _PLAIN_CLASS.fullmatch(name) else _selector(parent, depth + 1)
    return f"{outer} > {own}" if outer else ""


def _candidate(soup: BeautifulSoup, url: str, selectors: Selectors, now: datetime) -> Candidate | None:
    """Read a list and find what tells its times and summaries."""
    elements = soup.select(selectors.item, limit=200)
    time = _time_in(elements, now)
    summary = "p" if _summaries(elements) * 2 > len(elements) else ""
    chosen = Selectors(selectors.item, time=time, summary=summary)
    rows: list[RawEntry] = read_items(soup, url, chosen)
    items = tuple((row.title, row.link, bool(row.published)) for row in rows if row.link)
    inside = sum(any(_is_aside(parent) for parent in (e, *e.parents)) for e in elements) * 2 > len(elements)
    return Candidate(chosen, items, inside) if items else None


def _is_aside(element: Tag) -> bool:
    names = f"{element.name} {attribute(element, 'class')} {attribute(element, 'id')}"
    return element.name not in ("body", "html", "main", "article") and _AROUND.search(names) is not None


def _time_in(elements: list[Tag], now: datetime) -> str:
    """Give the selector of what holds a date in most items."""
    counted: Counter[str] = Counter()
    for element in elements:
        names = {"time"} if element.select_one("time") else set()
        for tag in element.select("[class]", limit=100):
            names |= {f".{c}" for c in tag.get("class") or () if _PLAIN_CLASS.fullmatch(c) and _DATE_CLASS.search(c)}
        counted.update(name for name in names if _is_date(element.select_one(name), now))
    name, number = max(counted.items(), key=lambda pair: (pair[1], pair[0] == "time"), default=("", 0))
    return name if number * 2 > len(elements) else ""


def _is_date(tag: Tag | None, now: datetime) -> bool:
    told = attribute(tag, "datetime") or text_in(tag)
    return bool(told) and len(told) < 100 and read_raw(told, Habits(now=now)) is not None


def _summaries(elements: list[Tag]) -> int:
    """Count the items of which the first paragraph says more than a few words and is not the headline."""
    texts = [
        (text_in(element.select_one("p")), text_in(element.select_one("h1, h2, h3, h4, h5, h6, a")))
        for element in elements
    ]
    return sum(len(text.split()) >= 8 and text != title for text, title in texts)
