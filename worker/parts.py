"""Cuts entries out of a feed's bytes that said the same at the visit before, so that no parser reads them again.

    bytes | head, entries one behind the other, tail? | digest of each | known and stored as it was? | the rest | parser

Parsing is nine tenths of a visit, and 48 of 50 entries are known. A digest covers an entry's bytes, the root element
with its namespaces, and the address; it spares the parser only: whether an article still says what the entry said is
asked of the database as for any other. Whatever is odd (another layout, an encoding other than UTF-8, a DOCTYPE, an
open comment or CDATA section, an entry within an entry or with a base of its own, a rest that is ill formed or shares
an id or a link with what was cut) gives None or False, and all of the document is read. A test holds that both ways end
in the same.

Linear in the size of the body: every search goes on where the one before it ended.
"""

import hashlib
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.article import Entry
from domain.dates import tells_order
from domain.fetching import FetchStatus
from domain.revisions import link_key, served_key
from worker.parse import ParsedFeed

MOST = 1_000  # entries of a document of which it is kept what they said
_VERSION = b"2"  # to be raised when entries are read in another way, so that all are read anew
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?[^<>]{0,500}\?>|<!--[^<>]{0,500}-->)*"
    rb"(<(rss|feed|(?:[A-Za-z]{1,20}:)?RDF)(?:\s[^<>]{0,4000})?>)"
)
_TAIL = rb"\s*%s(?:\s|<!--[^<>]{0,500}-->)*\Z"
_BEHIND = frozenset(b" \t\r\n>")  # what ends the name of an element
# A zero or a sign that UTF-16 has for Arabic, and letters of UTF-8 packed twice: then the whole decides how it is read.
_DOUBTFUL = (b"\0", b"\x06", "Ø§".encode(), "ط§".encode())
_TROUBLE = frozenset(("ill_formed", "leading_junk", "dropped_over_limit", "bad_bytes", "double_encoded",
                      "mixed_encodings", "encoding_guess"))  # fmt: skip
_ROW = struct.Struct(">8s16sqq")


@dataclass(frozen=True, slots=True)
class Stub:
    """What is kept of an entry: the digest of its bytes, its article's key, and its keys `served` and `link`."""

    digest: bytes
    key: str
    served: int
    link: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A document by its entries: where each begins and ends, and its digest."""

    body: bytes
    spans: tuple[tuple[int, int], ...]
    digests: tuple[bytes, ...]

    def without(self, known: Mapping[bytes, Stub]) -> bytes:
        """Give the document without those entries."""
        kept = (self.body[a:b] for (a, b), d in zip(self.spans, self.digests, strict=True) if d not in known)
        return b"".join((self.body[: self.spans[0][0]], *kept, self.body[self.spans[-1][1] :]))


def pack(stubs: Iterable[Stub]) -> bytes:
    """Give stubs as they are stored, in 40 bytes each."""
    return b"".join(_ROW.pack(stub.digest, bytes.fromhex(stub.key), stub.served, stub.link) for stub in stubs)


def unpack(stored: bytes) -> dict[bytes, Stub]:
    """Read by digest what `pack` gave; of a row that is cut off nothing is taken."""
    whole = stored[: len(stored) // _ROW.size * _ROW.size]
    return {row[0]: Stub(row[0], row[1].hex(), row[2], row[3]) for row in _ROW.iter_unpack(whole)}


def lay_out(body: bytes, address: str) -> Layout | None:
    """Find the entries in the body of a feed served at an address. None when anything is not as it mostly is."""
    head = _HEAD.match(body)
    if head is None or any(sign in body for sign in _DOUBTFUL) or not _is_utf8(body):
        return None
    root, name = head[1], head[2]
    entry, tail = (b"entry", b"</feed>") if name == b"feed" else (b"item", b"</channel>\\s*</rss>")
    if name.endswith(b"RDF"):
        tail = b"</" + name + b">"
    start = _first(body, b"<" + entry, head.end())
    if start < 0 or not _is_sound_head(body[head.end() : start], name):
        return None
    spans = _spans(body, entry, start)
    if not spans or not re.compile(_TAIL % tail).match(body, spans[-1][1]):
        return None
    salt = hashlib.blake2b(b"\0".join((_VERSION, root, address.encode("utf-8", "replace"))), digest_size=16).digest()
    digests = (hashlib.blake2b(body[a:b], digest_size=8, key=salt).digest() for a, b in spans)
    return Layout(body, tuple(spans), tuple(digests))


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _first(body: bytes, tag: bytes, at: int) -> int:
    """Give where the first element of a name begins from a place on, -1 where none does."""
    while (at := body.find(tag, at)) >= 0:
        if body[at + len(tag) : at + len(tag) + 1].strip(b" \t\r\n>") == b"":
            return at
        at += 1
    return -1


def _is_sound_head(head: bytes, root: bytes) -> bool:
    """Say whether what stands before the first entry is closed in itself, and gives entries no other meaning."""
    return _is_closed(head) and (root != b"rss" or head.lstrip().startswith(b"<channel>"))


def _is_closed(part: bytes) -> bool:
    """Say whether every CDATA section and comment that a part opens is closed in it, and there is nothing odder."""
    at = 0
    while (at := part.find(b"<!", at)) >= 0:
        if part.startswith(b"<![CDATA[", at):
            at = part.find(b"]]>", at + 9)
        elif part.startswith(b"<!--", at):
            at = part.find(b"-->", at + 4)
        else:
            return False
        if at < 0:
            return False
    return b"<?" not in part


def _spans(body: bytes, entry: bytes, at: int) -> list[tuple[int, int]]:
    """Give where entries begin and end that stand one behind the other; none when one is not sound."""
    spans: list[tuple[int, int]] = []
    start, close = b"<" + entry, b"</" + entry + b">"
    while body.startswith(start, at) and body[at + len(start)] in _BEHIND:
        end = body.find(close, at) + len(close)
        if end < len(close) or len(spans) == MOST or not _is_sound(body[at:end]):
            return []
        spans.append((at, end))
        at = body.find(b"<", end)
        if at < 0 or body[end:at].strip():
            return []
    return spans


def _is_sound(entry: bytes) -> bool:
    """Say whether an entry is closed in itself, holds no other, and sets no base that the parser takes to the next."""
    return entry.count(b"<item") + entry.count(b"<entry") == 1 and b"xml:base" not in entry and _is_closed(entry)


def fits(rest: ParsedFeed, layout: Layout, known: Mapping[bytes, Stub], keys: Sequence[str], links: set[int]) -> bool:
    """Say whether the rest of a document, read without `known`, was read as it would be within the whole.

    `keys` and `links` are those of the rest's entries.
    """
    if not is_plain(rest) or len(rest.entries) != sum(digest not in known for digest in layout.digests):
        return False
    stubs = known.values()
    return not ({stub.key for stub in stubs} & set(keys) or {stub.link for stub in stubs} & (links - {0}))


def is_plain(parsed: ParsedFeed) -> bool:
    """Say whether a document was read without any trouble that concerns all of it."""
    return parsed.status in (FetchStatus.OK, FetchStatus.EMPTY) and not _TROUBLE & set(parsed.flags)


def stub_of(entry: Entry, digest: bytes, key: str, scope: str) -> Stub | None:
    """Give what is kept of an entry; None when it may say something about others: its date tells days from months."""
    if tells_order(entry.published_raw) or len(entry.published_raw) >= 200:  # longer ones were cut
        return None
    return Stub(digest, key, served_key(entry), link_key(scope, entry.link))
