"""OPML (opml.org, version 2.0): lists of feeds, in and out, with folders and our own attributes."""

from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from domain.chain import RANKS, Kind
from domain.errors import BadInput
from domain.sections import NAMES as SELECTORS
from domain.sections import Selectors

MOST_BYTES = 20_000_000
MOST_OUTLINES = 50_000
MOST_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list. `folder` is the path of the outlines around it, joined by a slash."""

    url: str
    title: str = ""
    site_url: str = ""
    folder: str = ""
    outlet: str = ""
    country: str = ""
    language: str = ""
    zone: str = ""  # IANA name of the zone of its dates
    false_z: str = ""  # `yes` or `no`: whether dates that say UTC mean that zone
    kind: str = Kind.FEED  # how it is read
    rank: int = 1  # its step in its outlet's chain
    selectors: Selectors | None = None  # of a section page


def read_opml(body: bytes) -> list[Outline]:
    """Give the feeds of an OPML document, each address once.

    Raises BadInput for what is not OPML, declares entities, or is larger than 20 MB, 50,000 feeds or 100 folders deep.
    """
    if len(body) > MOST_BYTES:
        raise BadInput("this OPML is larger than 20 MB: split it")
    plain = body.replace(b"\x00", b"")  # in UTF-16 the same letters stand between zeros
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise BadInput("this OPML declares a document type or entities, which are not read: remove them")
    found: dict[str, Outline] = {}
    try:
        parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(("start", "end"))
        parser.feed(body)
        _collect(parser, found)  # before closing, which tells the wrong line of a mistake
        parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise BadInput(f"this is not OPML: {error}") from error
    if not found:
        raise BadInput("no feed in this file: an OPML outline needs an xmlUrl")
    return list(found.values())


def _collect(parser: "ElementTree.XMLPullParser[ElementTree.Element]", found: dict[str, Outline]) -> None:
    """Walk the outlines without recursion, since depth is the sender's choice."""
    folders: list[str] = []
    for event, element in parser.read_events():  # type: ignore[misc]  # typeshed gives no length
        if not isinstance(element, ElementTree.Element) or element.tag != "outline":
            continue
        if event == "end":
            folders.pop()
            continue
        said = {name.lower(): " ".join(value.split()) for name, value in element.attrib.items()}  # some write xmlURL
        url, title = said.get("xmlurl", ""), said.get("title") or said.get("text", "")
        if url and url not in found:
            around = "/".join(folder for folder in folders if folder)
            found[url] = _outline(said, url, title, around or _category(said))
        folders.append("" if url else title.strip("/"))
        if len(folders) > MOST_DEPTH or len(found) > MOST_OUTLINES:
            raise BadInput("this OPML is too deep or too long: split it")


def _category(said: dict[str, str]) -> str:
    """Give the first of the categories of an outline that stands in no folder, such as `/press/lebanon,/all`."""
    return said.get("category", "").partition(",")[0].strip("/ ")


def _outline(said: dict[str, str], url: str, title: str, folder: str) -> Outline:
    false_z = said.get("marsad-false-z", "")
    return Outline(
        url, title if title != url else "", said.get("htmlurl", ""), folder, said.get("marsad-outlet", ""),
        said.get("marsad-country", ""), said.get("language", ""), said.get("marsad-zone", ""),
        false_z if false_z in ("yes", "no") else "", *_way(said),
    )  # fmt: skip


def _way(said: dict[str, str]) -> tuple[Kind, int, Selectors | None]:
    """Give kind, rank and selectors; another program's feed is a feed, and a section without selectors as well."""
    kind = Kind(said["marsad-kind"]) if said.get("marsad-kind") in list(Kind) else Kind.FEED
    selectors = Selectors.from_json({name: said.get(f"marsad-{name}", "") for name in SELECTORS})
    if kind is Kind.SECTION and not selectors.item:
        kind = Kind.FEED
    told = said.get("marsad-rank", "")
    rank = int(told) if told.isdecimal() and len(told) < 3 else RANKS[kind]
    return kind, rank, selectors if kind is Kind.SECTION else None


def write_opml(feeds: list[Outline]) -> str:
    """Write feeds as OPML 2.0, in their folders; a slash in a folder's name stands for folders in each other."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<opml version="2.0"><head><title>Marsad</title></head><body>']
    at: list[str] = []
    for feed in sorted(feeds, key=lambda feed: _path(feed.folder)):
        path = _path(feed.folder)
        same = next((n for n, pair in enumerate(zip(at, path, strict=False)) if pair[0] != pair[1]), len(at))
        same = min(same, len(path))
        lines += ["</outline>"] * (len(at) - same)
        lines += [f"<outline text={_quote(name)}>" for name in path[same:]]
        lines.append(_write(feed))
        at = path
    return "\n".join([*lines, *["</outline>"] * len(at), "</body></opml>", ""])


def _path(folder: str) -> list[str]:
    """Give the names of the folders that are in each other, at most so many as are read again."""
    return [name for name in folder.split("/") if name][: MOST_DEPTH - 1]


def _write(feed: Outline) -> str:
    values = {
        "type": "rss", "text": feed.title or feed.url, "title": feed.title or feed.url, "xmlUrl": feed.url,
        "htmlUrl": feed.site_url, "language": feed.language, "marsad-outlet": feed.outlet,
        "marsad-country": feed.country, "marsad-zone": feed.zone, "marsad-false-z": feed.false_z,
    }  # fmt: skip
    if feed.kind != Kind.FEED or feed.rank != RANKS[Kind.FEED]:
        values |= {"marsad-kind": feed.kind, "marsad-rank": str(feed.rank)}
    values |= {f"marsad-{name}": value for name, value in (feed.selectors.to_json() if feed.selectors else {}).items()}
    return "<outline " + " ".join(f"{name}={_quote(value)}" for name, value in values.items() if value) + "/>"


def _quote(value: str) -> str:
    """Write an attribute's value without characters that XML 1.0 forbids."""
    return quoteattr(
        "".join(c for c in value if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )
