"""Makes an entry out of what a feed said: plain titles, safe links, read dates, bounded sizes."""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit, urlunsplit

from domain.article import Entry
from domain.dates import Habits, as_update, read_raw
from worker.decode import clean_text

MAX_TITLE = 1_000  # characters
MAX_CONTENT = 1_000_000  # characters
MAX_LINK = 2_000  # characters; addresses are indexed, and PostgreSQL indexes 2,704 bytes
_MAX_NAME = 300  # characters of an author or a section
_MAX_ID = 2_000_000  # an id is only ever hashed


@dataclass(slots=True)
class RawEntry:
    """What a feed said of one entry, in strings as found."""

    id: str = ""
    title: str = ""
    link: str = ""
    summary: str = ""
    content: str = ""
    published: str = ""
    updated: bool = False  # `published` is the time of an update, since nothing else is said
    author: str = ""
    section: str = ""
    source: str = ""  # the outlet that an aggregator names


@dataclass(slots=True)
class RawFeed:
    """What a document says of itself and of its entries, in strings as found."""

    title: str = ""
    site_url: str = ""
    language: str = ""
    ttl: str = ""
    entries: list[RawEntry] = field(default_factory=list)

    @property
    def seconds_to_live(self) -> float:
        """Give the ttl, which is in minutes, as seconds of at most a day; 0 when there is none."""
        ttl = self.ttl.strip()
        return min(float(ttl[:6]) * 60, 86_400.0) if ttl.isascii() and ttl.isdigit() else 0.0


_TAG = re.compile(r"<[/A-Za-z!?][^<>]*>")
_SILENT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)


def plain_line(text: str, limit: int) -> str:
    """Give HTML or text as one line of plain text of at most `limit` characters; escaped twice is plain as well."""
    if len(text) > 4 * limit:
        text = text[: 4 * limit]
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
        if "<" not in text:
            break
        text = _TAG.sub(" ", _SILENT.sub("", text))
    return clean_text(" ".join(text.split()))[:limit].rstrip()


_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")


def plain_author(text: str) -> str:
    """Give an author's name without the address that RSS asks for: editor@outlet.example (Name)."""
    name = plain_line(text, _MAX_NAME)
    return _EMAIL.sub("", name).strip(" ()<>") if "@" in name else name


def safe_link(link: str, base: str) -> str:
    """Give an absolute http or https address without credentials, or nothing: the link may not be offered."""
    link = "".join(link.split("\t")).replace("\n", "").replace("\r", "").strip()
    if not link or len(link) > MAX_LINK:
        return ""
    try:
        parts = urlsplit(link if link.startswith(("http://", "https://")) else urljoin(base, link))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        if "@" in parts.netloc:
            parts = parts._replace(netloc=parts.netloc.rpartition("@")[2])
        found = urlunsplit(parts)
    except ValueError:
        return ""
    return "%20".join(clean_text(found).split())


def make_entry(raw: RawEntry, base: str, habits: Habits) -> Entry:
    """Make an entry. Links are resolved against `base`, dates are read by the outlet's habits.

    Flags: `bad_link`, `title_cut`, `content_cut`, `bad_date`, `bad_characters`.
    """
    flags = []
    title = plain_line(raw.title, MAX_TITLE)
    if len(raw.title) > MAX_TITLE and len(title) > MAX_TITLE - 2:
        flags.append("title_cut")
    source = plain_line(raw.source, _MAX_NAME) if raw.source else ""
    if not source or not title.endswith(f" - {source}"):
        source = ""
    title = title.removesuffix(f" - {source}") if source else title
    link = _link(raw, base)
    if not link and raw.link.strip() and raw.link != raw.id:
        flags.append("bad_link")
    if len(raw.content) > MAX_CONTENT or len(raw.summary) > MAX_CONTENT:
        flags.append("content_cut")
    dated = read_raw(raw.published, habits) if raw.published else None
    if dated and raw.updated:
        dated = as_update(dated)
    if raw.published and dated is None:
        flags.append("bad_date")
    if "\ufffd" in title or "\ufffd" in raw.content or "\ufffd" in raw.summary:
        flags.append("bad_characters")
    return Entry(
        id=clean_text(raw.id[:_MAX_ID]).strip(),
        title=title,
        link=link,
        summary=raw.summary[:MAX_CONTENT] if raw.summary != raw.content else "",
        content=raw.content[:MAX_CONTENT],
        published=dated.when if dated else None,
        published_raw=clean_text(raw.published[:200]),
        author=plain_author(raw.author) if raw.author else "",
        section=plain_line(raw.section, _MAX_NAME) if raw.section else "",
        flags=tuple(flags),
        dated=dated,
        source=source,
    )


def _link(raw: RawEntry, base: str) -> str:
    """Give the entry's link, else its id where that is an address, by itself or on this host."""
    if raw.link and raw.link != raw.id:
        return safe_link(raw.link, base)
    return safe_link(raw.id, base) if raw.id.lower().startswith(("http:", "https:", "/")) else ""
