"""A first look at what a feed served: what it said before is cut out, the rest is parsed (see `worker.parts`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.article import Entry, entry_key
from domain.chain import Kind
from domain.fetching import FetchStatus
from domain.revisions import link_key
from storage import revisions, served
from storage.models import Feed
from worker import parts, ways
from worker.answer import Fetched
from worker.context import Context
from worker.dating import habits_of
from worker.parse import ParsedFeed
from worker.parts import Layout, Stub

# What is read entry by entry as it stands; of the other ways an entry is more than its bytes say (`worker.ways`).
SPARED = (Kind.FEED, Kind.SITEMAP)


@dataclass(frozen=True, slots=True)
class Look:
    """A document with its entries, but for those `cut` out, which say what they said; `parsed` is of the rest.

    `stored` are the stubs by digest that stood in the database.
    """

    parsed: ParsedFeed
    layout: Layout | None = None
    cut: tuple[Stub, ...] = ()
    stored: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Noted:
    """What is to be kept of a document's entries: `same` as they are, `fresh` once their articles are stored."""

    same: tuple[Stub, ...] = ()
    fresh: tuple[Stub, ...] = ()

    def packed(self, all_stored: bool) -> bytes:
        """Give the row; of fresh ones only when the articles of all were stored."""
        return parts.pack({s.digest: s for s in (*self.same, *(self.fresh if all_stored else ()))}.values())


def look_at(context: Context, feed: Feed, fetched: Fetched) -> Look:
    """Read a body that came, sparing the parser what is known."""
    plain = feed.kind in SPARED and fetched.status is FetchStatus.OK
    layout = parts.lay_out(fetched.body, fetched.url) if plain else None
    stubs = _unchanged(context, feed, layout) if layout else {}
    stored = frozenset(stubs)
    spared = {digest: stub for digest, stub in stubs.items() if stub is not None}
    if layout and spared and feed.primed and feed.rhythm and feed.last_new:  # else the dates of all entries are wanted
        parsed = _parse(context, feed, fetched, layout.without(spared))
        keys = [_key(feed, entry) for entry in parsed.entries]
        links = {link_key(feed.origin, entry.link) for entry in parsed.entries}
        if parts.fits(parsed, layout, spared, keys, links):
            cut = tuple(spared[digest] for digest in layout.digests if digest in spared)
            return Look(replace(parsed, status=FetchStatus.OK), layout, cut, stored)
    return Look(_parse(context, feed, fetched, fetched.body), layout, (), stored)


def _unchanged(context: Context, feed: Feed, layout: Layout) -> dict[bytes, Stub | None]:
    """Give the stored stubs by digest; None for those that are not of the document, or whose article changed since."""
    with context.db.read() as session:
        stubs = parts.unpack(served.stubs_of(session, feed.id))
        here = {digest: stubs[digest] for digest in layout.digests if digest in stubs}
        held = revisions.held(session, (stub.key for stub in here.values()))
    same = {digest: s for digest, s in here.items() if s.key in held and held[s.key].served == s.served}
    return {digest: same.get(digest) for digest in stubs}


def _parse(context: Context, feed: Feed, fetched: Fetched, body: bytes) -> ParsedFeed:
    return ways.read(feed, replace(fetched, body=body), habits_of(feed, context.clock()))


def _key(feed: Feed, entry: Entry) -> str:
    return entry_key(feed.origin, entry.id, "", "") if entry.id else ""


def note(feed: Feed, look: Look, looked_at: Sequence[Entry], fresh: Iterable[tuple[str, int]]) -> Noted | None:
    """Give what is to be kept of a document; None when that is what is kept.

    `looked_at` are the entries of the rest that are not as they were, `fresh` keys and `served` of the new articles.
    """
    noted = _noted(feed, look, looked_at, dict(fresh))
    if {stub.digest for stub in (*noted.same, *noted.fresh)} == look.stored:
        return None
    return noted


def _noted(feed: Feed, look: Look, looked_at: Sequence[Entry], fresh: dict[str, int]) -> Noted:
    layout, parsed = look.layout, look.parsed
    cut = {stub.digest for stub in look.cut}
    rest = [digest for digest in layout.digests if digest not in cut] if layout else []
    if not rest or len(rest) != len(parsed.entries) or not parts.is_plain(parsed):
        return Noted(look.cut)
    same, new, met, other = list(look.cut), [], {""}, {id(entry) for entry in looked_at}
    for digest, entry in zip(rest, parsed.entries, strict=True):
        key = _key(feed, entry)
        if key in met or not (entry.title or entry.summary or entry.content):
            continue
        met.add(key)
        stub = parts.stub_of(entry, digest, key, feed.origin)
        if stub is None:
            continue
        if id(entry) not in other:
            same.append(stub)
        elif fresh.get(key) == stub.served:
            new.append(stub)
    return Noted(tuple(same), tuple(new))
