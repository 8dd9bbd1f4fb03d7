"""Reads plain RSS 2.0 in a tenth of feedparser's time, or declines.

Nine feeds in ten are RSS 2.0, well formed, with nothing in them that needs judgement. Those are read here, straight
from expat. Whatever is unusual (another format, a mistake in the XML, markup where text belongs, a field twice) gives
None, and the caller asks feedparser. A test holds that both say the same.
"""

from collections.abc import Callable
from xml.parsers import expat  # the DOCTYPE is taken out before, and no handler for external entities is set

from worker.entries import RawEntry, RawFeed

_DC, _CONTENT = "http://purl.org/dc/elements/1.1/", "http://purl.org/rss/1.0/modules/content/"
_ENTRY_FIELDS = {
    "title": "title",
    "link": "link",
    "guid": "id",
    "description": "summary",
    f"{_CONTENT} encoded": "content",
    "pubDate": "published",
    f"{_DC} date": "date",
    "author": "author",
    f"{_DC} creator": "author",
    f"{_DC} author": "author",
    "category": "section",
    "source": "source",
}
_FEED_FIELDS = {
    "title": "title",
    "link": "site_url",
    "language": "language",
    "ttl": "ttl",
    f"{_DC} title": "title",
    f"{_DC} language": "language",
}
_CAPTION = "http://search.yahoo.com/mrss/ description"  # of a picture, no text of the article
_BORROWED = frozenset({"title", "description", "summary", "subtitle"})  # of Dublin Core, Media RSS, iTunes
_MAY_HAVE_ATTRIBUTES = frozenset({"id", "section", "source"})
_REPEATABLE = frozenset({"section"})  # the first one counts; of two authors feedparser judges
# Elements of an entry in which feedparser finds more than we would.
_UNUSUAL = frozenset(
    ("body", "content", "summary", "updated", "published", "modified", "issued", "id", "fullitem", "tags", "name")
)
_UNUSUAL_SPACES = ("http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml", "http://purl.org/dc/terms/")
_LOWERED = {name.lower() for name in _ENTRY_FIELDS}  # feedparser reads <pubdate> as well
_ITEM_DEPTH, _CHANNEL_DEPTH = 3, 2


class _Unusual(Exception):
    """Something that feedparser should judge."""


def _is_unusual(name: str) -> bool:
    """Say whether an element that is none of our fields may still mean one to feedparser."""
    space, _, local = name.rpartition(" ")
    if local == "author" and name not in _ENTRY_FIELDS:  # of iTunes, under any of its names
        return True
    return space in _UNUSUAL_SPACES or name.lower() in _LOWERED or (not space and local.lower() in _UNUSUAL)


class _Reader:
    """Collects what the parser's three calls tell."""

    __slots__ = ("_borrows", "_depth", "_entry", "_field", "_fields", "_pieces", "_store", "entries", "feed")

    def __init__(self) -> None:
        self.feed: dict[str, str] = {}
        self.entries: list[dict[str, str]] = []
        self._store, self._fields = self.feed, _FEED_FIELDS
        self._depth = self._entry = 0
        self._field = ""
        self._borrows = False  # an element of another vocabulary that feedparser takes when ours is missing
        self._pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self._depth = depth = self._depth + 1
        if self._field:
            raise _Unusual("markup in a text")
        if depth <= _ITEM_DEPTH:
            self._outer(name, attributes, depth)
        elif depth == _ITEM_DEPTH + 1 and self._entry:
            self._open(name, attributes)

    def _outer(self, name: str, attributes: dict[str, str], depth: int) -> None:
        """Take an element around or beside the entries."""
        if depth == 1 and (name != "rss" or any("base" in key or "lang" in key for key in attributes)):
            raise _Unusual("not plain RSS")
        if depth == _CHANNEL_DEPTH and name != "channel":
            raise _Unusual("something beside the channel")
        if depth == _ITEM_DEPTH:
            if name == "item":
                self._entry, self._store, self._fields = 1, {}, _ENTRY_FIELDS
                self.entries.append(self._store)
                if attributes:
                    raise _Unusual("an item with attributes")
            else:
                self._open(name, attributes)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        """Start to collect a field, if it is one."""
        field = self._fields.get(name)
        if field is None:
            if self._entry and _is_unusual(name):
                raise _Unusual(name)
            if not self._entry and name not in _FEED_FIELDS and name.lower() in _FEED_FIELDS:
                raise _Unusual("a name in other letters")
            if name.rpartition(" ")[2] in _BORROWED and name != _CAPTION:
                self._borrows = True
            return
        if field in self._store:
            if field in _REPEATABLE:
                return
            raise _Unusual(f"{name} twice")
        if attributes and field not in _MAY_HAVE_ATTRIBUTES:
            raise _Unusual("attributes that may change the meaning")
        self._field = field

    def text(self, data: str) -> None:
        """Take text."""
        if self._field:
            self._pieces.append(data)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        depth, self._depth = self._depth, self._depth - 1
        if self._field:
            self._store[self._field] = "".join(self._pieces).strip()
            self._field = ""
            self._pieces.clear()
        elif depth == _ITEM_DEPTH and self._entry:
            store = self._store
            if self._borrows and not (store.get("title") and (store.get("summary") or store.get("content"))):
                raise _Unusual("a text in another vocabulary only")
            self._borrows = False
            self._entry, self._store, self._fields = 0, self.feed, _FEED_FIELDS


def read_plain_rss(text: str) -> RawFeed | None:
    """Read a feed's text, from its root element on; None when it is not plain, well-formed RSS 2.0."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    handler: Callable[[str], None] = reader.text
    parser.CharacterDataHandler = handler
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except (expat.ExpatError, _Unusual):
        return None
    feed = reader.feed
    return RawFeed(
        title=feed.get("title", ""),
        site_url=feed.get("site_url", ""),
        language=feed.get("language", ""),
        ttl=feed.get("ttl", ""),
        entries=[_entry(found) for found in reader.entries],
    )


def _entry(found: dict[str, str]) -> RawEntry:
    """Put the fields in their places."""
    get = found.get
    return RawEntry(
        id=get("id", ""),
        title=get("title", ""),
        link=get("link", ""),
        summary=get("summary", ""),
        content=get("content", ""),
        published=get("published", "") or get("date", ""),
        author=get("author", ""),
        section=get("section", ""),
        source=get("source", ""),
    )
