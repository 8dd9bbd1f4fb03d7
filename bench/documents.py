"""How far feedparser and Marsad say the same of feedparser's own test documents, field by field.

    python -m bench.documents [FIELD]

The documents stand in the folder of real articles (MARSAD_SHARED). Each is served as its comment says. Compared is what
the service keeps: which entries there are, and their title, text, link, id, author and date, and the feed's title and
language, all in plain text. `more` is a document of which we read a field that feedparser does not, `less` the other
way round, `other` one where both say something else. With a field's name the documents that differ in it are listed.
"""

import calendar
import json
import os
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from worker.entries import plain_author, plain_line, safe_link
from worker.extract import html_to_text
from worker.parse import parse_feed

URL = "http://127.0.0.1:8097/tests/document.xml"
FIELDS = ("entries", "title", "text", "link", "id", "author", "date", "feed title", "language")
Told = dict[str, Any]
_HEADER = re.compile(rb"^Header:\s*([\w-]+):[ \t]*(.*?)[ \t\r]*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """One document, and the headers that it is served with."""

    name: str
    body: bytes
    headers: dict[str, str]

    @property
    def url(self) -> str:
        """Give the address at which it is served."""
        return self.headers.get("content-location") or URL


def documents(folder: Path) -> Iterator[Document]:
    """Give feedparser's documents, out of the folder of real articles."""
    with tarfile.open(folder / "feeds" / "feedparser-documents.tar.gz") as archive:
        for member in archive:
            opened = archive.extractfile(member) if "/tests/" in member.name and member.isfile() else None
            if opened is None:
                continue
            body = opened.read()
            headers = {key.decode().lower(): value.decode() for key, value in _HEADER.findall(_plain(body)[:2_000])}
            kind = "application/json" if member.name.endswith(".json") else "application/xml"
            yield Document(member.name.partition("/tests/")[2], body, {"content-type": kind} | headers)


def _plain(body: bytes) -> bytes:
    """Give the ASCII letters of a text in UTF-16 or UTF-32 too."""
    return body.replace(b"\0", b"")


def by_us(document: Document) -> Told:
    """Read a document as the service does."""
    found = parse_feed(document.body, document.headers["content-type"], document.url)
    return {
        "entries": len(found.entries), "feed title": found.title, "language": found.language,
        "title": [entry.title for entry in found.entries],
        "text": [_longest(entry.content, entry.summary) for entry in found.entries],
        "link": [entry.link for entry in found.entries],
        "id": [entry.id for entry in found.entries],
        "author": [entry.author for entry in found.entries],
        "date": [entry.published for entry in found.entries],
    }  # fmt: skip


def by_feedparser(document: Document) -> Told:
    """Read a document by feedparser, as it is meant to be used. Raises what it raises."""
    found = feedparser.parse(document.body, response_headers={"content-location": URL} | document.headers)
    return {
        "entries": len(found.entries),
        "feed title": plain_line(found.feed.get("title") or "", 300),
        "language": found.feed.get("language") or "",
        "title": [plain_line(entry.get("title") or "", 1_000) for entry in found.entries],
        "text": [_text(entry) for entry in found.entries],
        "link": [safe_link(entry.get("link") or "", document.url) for entry in found.entries],
        "id": [entry.get("id") or "" for entry in found.entries],
        "author": [plain_author(entry.get("author") or "") for entry in found.entries],
        "date": [_date(entry) for entry in found.entries],
    }  # fmt: skip


def _text(entry: Any) -> str:
    contents = [part.get("value") or "" for part in entry.get("content", ())]
    return _longest(*contents, entry.get("summary") or "")


def _longest(*html: str) -> str:
    """Give the text of the longest of several pieces of HTML, in one line."""
    return max((" ".join(html_to_text(part).split()) for part in html), key=len)


def _date(entry: Any) -> datetime | None:
    found = entry.get("published_parsed") or entry.get("created_parsed") or entry.get("updated_parsed")
    return datetime.fromtimestamp(calendar.timegm(found), UTC) if found else None


def compare(told: Told, theirs: Told) -> dict[str, str]:
    """Say of each field how what we tell stands to what they tell."""
    return {name: _verdict(told[name], theirs[name]) for name in FIELDS}


def _verdict(ours: Any, theirs: Any) -> str:
    if ours == theirs:
        return "same"
    if not isinstance(ours, list):
        return "less" if not ours else "more" if not theirs else "other"
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=False) if a != b]
    if len(ours) != len(theirs) and not pairs:
        return "more" if len(ours) > len(theirs) else "less"
    return "less" if any(not a for a, _ in pairs) else "more" if all(not b for _, b in pairs) else "other"


def main() -> None:
    """Print the table, or the documents that differ in a field."""
    wanted = " ".join(sys.argv[1:])
    counts: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
    raised = all_same = total = 0
    for document in documents(Path(os.environ.get("MARSAD_SHARED", "../shared"))):
        total += 1
        told = by_us(document)
        try:
            theirs = by_feedparser(document)
        except Exception as error:
            raised += 1
            print(f"feedparser raises {type(error).__name__} at {document.name}; we read {told['entries']} entries")
            continue
        found = compare(told, theirs)
        all_same += set(found.values()) == {"same"}
        for name, verdict in found.items():
            counts[name][verdict] += 1
            if name == wanted and verdict != "same":
                print(f"{verdict}\t{document.name}\n\tours   {told[name]!r}\n\ttheirs {theirs[name]!r}"[:1_000])
    for name, counted in counts.items():
        print(
            f"{name:<11}", "  ".join(f"{verdict} {counted[verdict]}" for verdict in ("same", "more", "less", "other"))
        )
    print(f"{total} documents, {all_same} the same in every field, feedparser raises at {raised}")
    figures = {"documents": total, "same": all_same, "raised": raised, "fields": counts}
    print(json.dumps({"bench": "documents", "figures": figures}))


if __name__ == "__main__":
    main()
