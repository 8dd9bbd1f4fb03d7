"""Takes what we keep out of what feedparser found.

Its dicts are read past their aliases, which are slow and answer with other fields.
"""

from typing import Any

from worker.entries import RawEntry
from worker.jsonfeed import as_html


def text_of(found: dict[str, Any], key: str) -> str:
    """Give a string that feedparser found."""
    value = dict.get(found, key)
    return value if isinstance(value, str) else ""


def raw_entry(item: dict[str, Any], *, atom: bool) -> RawEntry:
    """Take what we keep out of feedparser's entry. Only Atom tells an update from a publication."""
    first = text_of(item, "published") or text_of(item, "created")
    tags, source = dict.get(item, "tags"), dict.get(item, "source")
    return RawEntry(
        id=text_of(item, "id"),
        title=text_of(item, "title"),
        link=text_of(item, "link"),
        summary=text_of(item, "summary") or text_of(item, "group_description"),
        content=_content(dict.get(item, "content")),
        published=first or text_of(item, "updated"),
        updated=atom and not first,
        author=text_of(item, "author"),
        section=str(dict.get(tags[0], "term") or dict.get(tags[0], "label") or "") if tags else "",
        source=text_of(source, "title") if isinstance(source, dict) else "",
    )


def _content(found: Any) -> str:
    """Give the longest of an entry's contents as HTML."""
    best = max(found or (), key=lambda part: len(part.get("value") or ""), default=None)
    if best is None:
        return ""
    value = str(best.get("value") or "")
    if best.get("type") == "text/plain" and "<" in value:
        return as_html(value)
    return value
