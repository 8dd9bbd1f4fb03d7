"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

import json
from typing import Any

from worker.entries import RawEntry, RawFeed


class NoJsonFeed(ValueError):
    """The text is no JSON, or JSON of another kind; the message says which."""


def read_json_feed(text: str) -> RawFeed:
    """Read a JSON Feed. Raises NoJsonFeed."""
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise NoJsonFeed(f"not JSON: {error}") from None
    if not isinstance(found, dict) or "jsonfeed.org" not in str(found.get("version")):
        raise NoJsonFeed("JSON that is no JSON Feed")
    items = found.get("items")
    return RawFeed(
        title=_string(found, "title"),
        site_url=_string(found, "home_page_url"),
        language=_string(found, "language"),
        entries=[_entry(item) for item in (items if isinstance(items, list) else ()) if isinstance(item, dict)],
    )


def _string(found: dict[str, Any], key: str) -> str:
    """Give a string or number of a JSON object as a string that can be stored."""
    value = found.get(key)
    return str(value).encode("utf-8", "replace").decode() if isinstance(value, str | int) else ""


def _entry(item: dict[str, Any]) -> RawEntry:
    """Take what we keep out of one item."""
    authors = item.get("authors") or [item.get("author")]
    author = authors[0] if isinstance(authors, list) and isinstance(authors[0], dict) else {}
    tags = item.get("tags")
    return RawEntry(
        id=_string(item, "id"),
        title=_string(item, "title"),
        link=_string(item, "url") or _string(item, "external_url"),
        summary=_string(item, "summary"),
        content=_string(item, "content_html") or as_html(_string(item, "content_text")),
        published=_string(item, "date_published") or _string(item, "date_modified"),
        updated=not _string(item, "date_published"),
        author=_string(author, "name"),
        section=str(tags[0]) if isinstance(tags, list) and tags else "",
    )


def as_html(text: str) -> str:
    """Write plain text so that it reads the same as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
