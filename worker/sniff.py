"""Says what a document is before any parser reads it, and takes out of XML what could hurt a parser.

Only the text before the root element is looked at closely; everything is linear in the size of the text.
"""

import re
from dataclasses import dataclass
from enum import Enum
from html.entities import html5

from domain.dates import read_date

LOOKED_AT = 20_000  # characters searched for a root element behind whatever a broken server put before it
_MAX_ENTITIES = 256
_MAX_ENTITY = 1_024  # characters of one entity's value; the ones in use are single letters and addresses

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP archive"),
    (b"\x1f\x8b", "gzip file"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "RIFF file"),
    (b"ID3", "MP3 file"),
    (b"OggS", "Ogg file"),
    (b"\xd0\xcf\x11\xe0", "Office document"),
)


def binary_kind(body: bytes) -> str:
    """Name the kind of a file that is no text at all by its first bytes; empty for everything else."""
    if body[4:8] == b"ftyp":
        return "film"
    named = next((name for magic, name in _MAGIC if body.startswith(magic)), "")
    return named or ("binary file" if _is_noise(body[:_SAMPLE]) else "")


_SAMPLE = 4_096  # bytes
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\x0b\x0c\r\x1b"))
_MOST_CONTROLS = 0.05


def _is_noise(sample: bytes) -> bool:
    """Say whether bytes are no text: control characters everywhere.

    UTF-16 has them in every other byte only; UTF-32 begins with its mark.
    """
    if len(sample) < 32 or sample[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return False
    halves = (sample[::2], sample[1::2])
    return all(len(half) - len(half.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(half) for half in halves)


class Shape(Enum):
    """What the text is by its first element or letter."""

    FEED = 1
    SITEMAP = 2
    JSON = 3
    HTML = 4
    OTHER = 5


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A document ready for a parser: `text` from its root element on, without declaration, DOCTYPE and leading junk.

    `root` is the root element's name as written, `entities` the harmless ones that the DOCTYPE declared, `bomb` says
    that the DOCTYPE declared others, `junk` that something stood before the XML that does not belong there.
    """

    shape: Shape
    text: str
    root: str = ""
    entities: tuple[tuple[str, str], ...] = ()
    bomb: bool = False
    junk: bool = False


_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel", "redirect"})
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_LATE_START = re.compile(r"<\?xml\b|<(?:rss|feed|(?:\w+:)?RDF|urlset|sitemapindex)[\s>]", re.IGNORECASE)


def sniff(text: str) -> Sniffed:
    """Find out what `text` is and where its root element starts."""
    text = text.lstrip()
    if text[:1] in ("{", "["):
        return Sniffed(Shape.JSON, text)
    doctype, start = _prolog(text)
    match = _ROOT.match(text, start)
    shape = _shape(match.group(1), doctype) if match else Shape.OTHER
    if shape in (Shape.HTML, Shape.OTHER):
        late = _LATE_START.search(text, 1, LOOKED_AT)
        if late is not None:
            found = sniff(text[late.start() :])
            if found.shape in (Shape.FEED, Shape.SITEMAP):
                return Sniffed(found.shape, found.text, found.root, found.entities, found.bomb, junk=True)
        return Sniffed(shape, text)
    entities, bomb = _entities(doctype)
    return Sniffed(shape, text[start:], match.group(1) if match else "", entities, bomb)


def _shape(root: str, doctype: str) -> Shape:
    """Judge by the name of the root element."""
    name = root.rpartition(":")[2].lower()
    if name in _FEED_ROOTS:
        return Shape.FEED
    if name in ("urlset", "sitemapindex"):
        return Shape.SITEMAP
    html = name in ("html", "head", "body", "script", "div", "meta", "title") or "html" in doctype[:60].lower()
    return Shape.HTML if html else Shape.OTHER


def _prolog(text: str) -> tuple[str, int]:
    """Walk over declaration, comments, instructions and DOCTYPE. Gives the DOCTYPE and where the root may start."""
    at, doctype = 0, ""
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if text.startswith("<?", at):
            end = text.find("?>", at)
            at = end + 2 if end >= 0 else len(text)
        elif text.startswith("<!--", at):
            end = text.find("-->", at + 4)
            at = end + 3 if end >= 0 else len(text)
        elif text[at : at + 9].upper() == "<!DOCTYPE" and not doctype:
            end = _doctype_end(text, at)
            doctype, at = text[at:end], end
        else:
            return doctype, at


_DOCTYPE_PART = re.compile(r"\"|'|<!--|<\?|\[|\]|<|>")
_PART_ENDS = {'"': '"', "'": "'", "<!--": "-->", "<?": "?>"}


def _doctype_end(text: str, at: int) -> int:
    """Give where a DOCTYPE ends, its internal subset included. A quote, comment or instruction without end is none."""
    inside = depth = 0
    at, endless = at + 9, set()
    while part := _DOCTYPE_PART.search(text, at):
        sign, at = part.group(), part.end()
        if sign in _PART_ENDS:
            end = -1 if sign in endless else text.find(_PART_ENDS[sign], at)
            if end >= 0:
                at = end + len(_PART_ENDS[sign])
            else:
                endless.add(sign)  # and is not looked for again
                depth += sign[0] == "<"
        elif sign == "[":
            inside = 1
        elif sign == "]":
            inside = depth = 0
        elif sign == "<":
            depth += 1
        elif not inside and depth == 0:
            return at
        else:
            depth = max(depth - 1, 0)
    return len(text)


_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]+)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")


def _entities(doctype: str) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Give the harmless entities of a DOCTYPE, and whether it declared any that are used to blow a parser up.

    External ones are dropped: nothing outside the document is ever opened.
    """
    if doctype.count("<!ENTITY") > _MAX_ENTITIES:
        return (), True
    kept = []
    for name, double, single in _ENTITY.findall(doctype):
        value = double or single
        if len(value) > _MAX_ENTITY or re.search(r"&(?!#|amp;|lt;|gt;|quot;|apos;)|%\w+;", value):
            return (), True
        kept.append((name, value))
    return tuple(kept), False


_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);|#[0-9]+;|#x[0-9A-Fa-f]+;)(?:([A-Za-z][\w.-]{0,31});)?")


def repair(text: str, entities: tuple[tuple[str, str], ...]) -> str:
    """Replace entities that XML does not know by their letters, and escape bare ampersands.

    In CDATA sections an ampersand is escaped as well: what stands there is HTML to its readers, to whom it is the same.
    """
    known = dict(entities)

    def letter(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return "&amp;"
        found = known.get(name) or html5.get(f"{name};")
        return found if found and not set(found) & set("<>&\"'") else f"&amp;{name};"

    return _LOOSE_AMPERSAND.sub(letter, text.replace("&#X", "&#x"))


_HUGE_TAG = re.compile(r"<([A-Za-z_][\w.:-]{0,60})?[^<>]{8192,}>")


def shrink_tags(text: str) -> str:
    """Take the attributes from tags of more than 8 KB: parsers take the square of their number, and no text is lost."""

    def bare(match: re.Match[str]) -> str:
        return f"<{match.group(1)}{'/' if match.group().endswith('/>') else ''}>" if match.group(1) else ""

    return _HUGE_TAG.sub(bare, text)


_ENTRY = re.compile(r"<(?:item|entry)[\s>]")
_ENTRY_END = re.compile(r"</(?:item|entry)\s*>")


def entries_closed(text: str) -> int:
    """Count the entries that the text brings to their end."""
    return text.count("</item>") + text.count("</entry>")


_DATE = re.compile(r"<(?:pubDate|published|updated|dc:date)>([^<]{6,60})<")


def cut_entries(text: str, limit: int) -> tuple[str, int]:
    """Keep the newest `limit` entries of a feed's text. Gives the text and how many fell.

    Feeds are newest first or newest last; the dates of the first and the last entry decide which.
    """
    if text.count("<item") + text.count("<entry") <= limit:
        return text, 0
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if len(starts) <= limit:
        return text, 0
    end = max((match.end() for match in _ENTRY_END.finditer(text, starts[-1])), default=len(text))
    newest_last = _date(text[starts[0] : starts[1]]) < _date(text[starts[-1] : end])
    first, last = (len(starts) - limit, len(starts)) if newest_last else (0, limit)
    stop = starts[last] if last < len(starts) else end
    return text[: starts[0]] + text[starts[first] : stop] + text[end:], len(starts) - limit


def _date(entry: str) -> float:
    """Give the date in an entry's text as seconds; 0 without one."""
    match = _DATE.search(entry)
    dated = read_date(match.group(1)) if match else None
    return dated.when.timestamp() if dated else 0.0
