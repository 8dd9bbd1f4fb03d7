"""A topic's matches as RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1: right-to-left, valid whatever outlets wrote."""

import json
import xml.etree.ElementTree as Xml
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from domain.render.documents import message_of
from domain.render.markup import HTML, PLAIN
from domain.render.message import MOST_HEADLINE, host_of, write
from domain.render.plain import line

ATOM = "http://www.w3.org/2005/Atom"
_NO_LIMIT = 10**6
_LANGUAGE = "ar"
FORMATS = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
Xml.register_namespace("atom", ATOM)


@dataclass(frozen=True, slots=True)
class Item:
    """One story of a topic: its lead article, how often it was copied, and Marsad's own page of it ("" for none)."""

    group: int
    title: str
    url: str
    outlet: str
    published: datetime
    changed: datetime
    copies: int = 0
    provisional: bool = False
    basis: str = "full"
    page: str = ""

    @property
    def link(self) -> str:
        """Give where the item leads: the outlet's page where that is on the web, else ours."""
        return self.url if host_of(self.url) else self.page


@dataclass(frozen=True, slots=True)
class Feed:
    """A topic as a feed: `topic` is its id, `home` our page of it, `own` this feed's address ("" where not known)."""

    topic: int
    name: str
    items: Sequence[Item]
    changed: datetime
    home: str = ""
    own: str = ""

    @property
    def title(self) -> str:
        """Give the title of the feed."""
        return f"{line(self.name, 100)} · مرصد"


def _id(feed: Feed, item: Item | None = None) -> str:
    """Give an id that stays whatever the address (RFC 4151)."""
    return f"tag:marsad.invalid,2026:topic-{feed.topic}" + (f"/article-{item.group}" if item else "")


def _message(item: Item) -> str:
    article = {
        "title": item.title, "url": item.url, "outlet": item.outlet, "page": item.page, "basis": item.basis,
        "provisional": item.provisional,
    }  # fmt: skip
    data = {"article": article, "counts": {"copies": item.copies}}
    return json.dumps({"type": "topic.match", "data": data})


def _html(item: Item) -> str:
    return write(message_of(_message(item)), HTML, _NO_LIMIT, len)


def _text(item: Item) -> str:
    return write(message_of(_message(item)), PLAIN, _NO_LIMIT, len)


def _title(item: Item) -> str:
    return line(item.title, MOST_HEADLINE) or "بلا عنوان"


def _href(address: str) -> str:
    return line(address).replace(" ", "%20")


def _add(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, name, attributes)
    child.text = text or None
    return child


def _document(root: Xml.Element) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode")


def rss(feed: Feed) -> str:
    """Write a feed as RSS 2.0."""
    root = Xml.Element("rss", {"version": "2.0"})
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.home or "about:blank")
    _add(channel, "description", f"ما رصده مرصد في موضوع «{line(feed.name, 100)}»")
    _add(channel, "language", _LANGUAGE)
    _add(channel, "lastBuildDate", format_datetime(feed.changed))
    if feed.own:
        _add(channel, f"{{{ATOM}}}link", rel="self", href=feed.own, type=FORMATS["rss"])
    for item in feed.items:
        entry = _add(channel, "item")
        _add(entry, "title", _title(item))
        if item.link:
            _add(entry, "link", _href(item.link))
        _add(entry, "guid", _id(feed, item), isPermaLink="false")
        _add(entry, "pubDate", format_datetime(item.published))
        _add(entry, "description", _html(item))
    return _document(root)


def atom(feed: Feed) -> str:
    """Write a feed as Atom."""
    root = Xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": _LANGUAGE})

    def add(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
        return _add(parent, f"{{{ATOM}}}{name}", text, **attributes)

    add(root, "id", _id(feed))
    add(root, "title", feed.title)
    add(root, "updated", feed.changed.isoformat())
    add(add(root, "author"), "name", "مرصد")
    for rel, address in (("alternate", feed.home), ("self", feed.own)):
        if address:
            add(root, "link", rel=rel, href=address)
    for item in feed.items:
        entry = add(root, "entry")
        add(entry, "id", _id(feed, item))
        add(entry, "title", _title(item))
        add(entry, "published", item.published.isoformat())
        add(entry, "updated", item.changed.isoformat())
        if item.link:
            add(entry, "link", rel="alternate", href=_href(item.link))
        if outlet := line(item.outlet, 80):
            add(add(entry, "author"), "name", outlet)
        add(entry, "content", _html(item), type="html")
    return _document(root)


def json_feed(feed: Feed) -> str:
    """Write a feed as JSON Feed 1.1."""
    items = [
        {
            "id": _id(feed, item), "title": _title(item), "content_html": _html(item), "content_text": _text(item),
            "date_published": item.published.isoformat(), "date_modified": item.changed.isoformat(),
            "language": _LANGUAGE, "authors": [{"name": line(item.outlet, 80)}] if line(item.outlet, 80) else [],
        } | ({"url": _href(item.link)} if item.link else {})
        for item in feed.items
    ]  # fmt: skip
    head = {"version": "https://jsonfeed.org/version/1.1", "title": feed.title, "language": _LANGUAGE}
    head |= {name: value for name, value in (("home_page_url", feed.home), ("feed_url", feed.own)) if value}
    return json.dumps(head | {"items": items}, ensure_ascii=False)


WRITERS = {"rss": rss, "atom": atom, "json": json_feed}
