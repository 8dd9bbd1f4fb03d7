"""Feeds to entries: with `worker.readers` the one place that knows feedparser.

    bytes | decode | sniff: what is it? | cut to 2,000 entries | Entry
        by: JSON | sitemap | plain RSS | feedparser's strict parser | the same after a repair | its forgiving parser

feedparser's own driver decodes wrongly, opens files and spends half its time on characters and dates that we have
already cleaned or read better, so its two parsers are driven from here. Nothing raises: every trouble is a status.
"""

import io
import time
import xml.sax
import xml.sax.handler
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from feedparser.util import FeedParserDict

from domain.article import Entry
from domain.dates import Habits, month_comes_first
from domain.fetching import FetchStatus, looks_like_challenge
from worker.decode import Decoded, decode
from worker.entries import RawFeed, make_entry, plain_line, safe_link
from worker.found import raw_entry, text_of
from worker.jsonfeed import NoJsonFeed, read_json_feed
from worker.quick import read_plain_rss
from worker.readers import Loose, Strict, TooLong
from worker.sitemap import read_sitemap
from worker.sniff import Shape, Sniffed, binary_kind, cut_entries, entries_closed, repair, shrink_tags, sniff

MAX_ENTRIES = 2_000
PATIENCE = 5.0  # seconds of processor time for one feed; real ones take hundredths


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed says.

    `status` is ok, empty, not_a_feed, blocked, unsupported, bomb, selectors_broken or truncated (with the entries that
    are whole); `flags` those of `worker.decode`, `leading_junk`, `ill_formed` and `dropped_over_limit` (with `dropped`
    entries); `kind` is rss, rdf, atom, cdf, json, sitemap, section or telegram, empty for what is none; `ttl` is in
    seconds, 0 when the feed names none.
    """

    status: FetchStatus
    encoding: str = ""
    title: str = ""
    site_url: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()
    flags: tuple[str, ...] = ()
    detail: str = ""
    ttl: float = 0.0
    dropped: int = 0
    kind: str = ""


def parse_feed(
    body: bytes,
    content_type: str,
    url: str,
    *,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    false_z: bool = False,
) -> ParsedFeed:
    """Read the feed in `body`, served at `url` with the header `content_type`. Never raises.

    `zone` is the outlet's own, for dates that name none, and with `false_z` for those that say UTC; relative dates need
    `now`.
    """
    try:
        return _parse(body, content_type, _Context(url, Habits(zone, now, false_z)))
    except TooLong:
        return ParsedFeed(FetchStatus.BOMB, detail=f"takes more than {PATIENCE:.0f} s to read")
    except MemoryError:
        return ParsedFeed(FetchStatus.BOMB, detail="takes more memory to read than there is")
    except Exception as error:  # a library at its wits' end: this feed's trouble, nobody else's
        return ParsedFeed(FetchStatus.NOT_A_FEED, detail=f"{type(error).__name__}: {error}"[:300])


@dataclass(frozen=True, slots=True)
class _Context:
    """What entries are read with."""

    url: str
    habits: Habits


def _parse(body: bytes, content_type: str, context: _Context) -> ParsedFeed:
    """Decide what the body is and read it."""
    if not body.strip():
        return ParsedFeed(FetchStatus.EMPTY, detail="no byte came")
    if kind := binary_kind(body):
        return ParsedFeed(FetchStatus.UNSUPPORTED, detail=f"a {kind}")
    decoded = decode(body, content_type, "xml")
    document = sniff(decoded.text)
    if document.shape is Shape.JSON:
        try:
            feed = make_feed(read_json_feed(document.text), decoded.encoding, context.url, context.habits)
            return replace(_flagged(feed, decoded), flags=(*decoded.flags, *feed.flags), kind="json")
        except NoJsonFeed as error:
            return ParsedFeed(FetchStatus.UNSUPPORTED, decoded.encoding, detail=str(error)[:300])
    if document.bomb:
        return ParsedFeed(FetchStatus.BOMB, decoded.encoding, detail="entity declarations that grow when read")
    if document.shape is Shape.SITEMAP:
        return _flagged(_sitemap(document, decoded, context), decoded)
    if document.shape is not Shape.FEED:
        if looks_like_challenge(body):
            return ParsedFeed(FetchStatus.BLOCKED, decoded.encoding, detail="a page that asks whether we are a robot")
        what = "an HTML page" if document.shape is Shape.HTML else "no feed"
        return ParsedFeed(FetchStatus.NOT_A_FEED, decoded.encoding, detail=what)
    return _flagged(_xml_feed(document, decoded.encoding, decoded.flags, context), decoded)


def _flagged(feed: ParsedFeed, decoded: Decoded) -> ParsedFeed:
    """Write on every entry that its letters are in doubt, if they are."""
    if not decoded.doubtful:
        return feed
    return replace(feed, entries=tuple(replace(e, flags=(*e.flags, *decoded.doubtful)) for e in feed.entries))


def make_feed(raw: RawFeed, encoding: str, url: str, habits: Habits) -> ParsedFeed:
    """Make values out of what a document at `url` says."""
    kept = raw.entries[:MAX_ENTRIES]
    habits = replace(habits, month_first=month_comes_first(entry.published for entry in kept))
    entries = tuple(make_entry(entry, url, habits) for entry in kept)
    dropped = len(raw.entries) - len(entries)
    return ParsedFeed(
        FetchStatus.OK if entries else FetchStatus.EMPTY,
        encoding,
        title=plain_line(raw.title, 300),
        site_url=safe_link(raw.site_url, url),
        language=plain_line(raw.language, 35),
        entries=entries,
        flags=("dropped_over_limit",) if dropped else (),
        ttl=raw.seconds_to_live,
        dropped=dropped,
    )


def _sitemap(document: Sniffed, decoded: Decoded, context: _Context) -> ParsedFeed:
    """Read a Google News sitemap; other ones tell of pages without saying what they are."""
    found, dropped, whole = read_sitemap(document.text, MAX_ENTRIES)
    if not found.entries:
        return ParsedFeed(FetchStatus.UNSUPPORTED, decoded.encoding, detail="a sitemap that names no news")
    flags = (*decoded.flags, *(("dropped_over_limit",) if dropped else ()))
    made = make_feed(found, decoded.encoding, context.url, context.habits)
    feed = replace(made, flags=flags, dropped=dropped, kind="sitemap")
    return feed if whole else replace(feed, status=FetchStatus.TRUNCATED, detail="cut off before its end")


_KINDS = {"feed": "atom", "channel": "cdf"}


def _xml_feed(document: Sniffed, encoding: str, flags: tuple[str, ...], context: _Context) -> ParsedFeed:
    """Read RSS, RDF or Atom."""
    text, dropped = cut_entries(document.text, MAX_ENTRIES)
    truncated = f"</{document.root}" not in text[-4_096:]
    quick = None if truncated else read_plain_rss(text)
    found, ill_formed = (quick, False) if quick is not None else _read(text, document.entities, truncated)
    feed = make_feed(found, encoding, context.url, context.habits)
    told = (("leading_junk", document.junk), ("ill_formed", ill_formed), ("dropped_over_limit", bool(dropped)))
    root = document.root.rpartition(":")[2].lower()
    flags = (*flags, *(name for name, true in told if true))
    feed = replace(feed, flags=flags, dropped=dropped, kind=_KINDS.get(root, root))
    return replace(feed, status=FetchStatus.TRUNCATED, detail="cut off before its end") if truncated else feed


@dataclass(slots=True)
class _Read:
    """What a parser made of a document; `inside` says that it stopped within the last entry."""

    feed: FeedParserDict
    entries: list[FeedParserDict]
    inside: bool
    ill_formed: bool
    version: str


def _read(text: str, entities: tuple[tuple[str, str], ...], truncated: bool) -> tuple[RawFeed, bool]:
    """Ask feedparser. Gives what it found, without an entry that is not whole, and whether the XML was ill formed."""
    read = _best(text, entities, truncated)
    whole = read.entries[:-1] if truncated and read.inside else read.entries
    feed = read.feed
    found = RawFeed(text_of(feed, "title"), text_of(feed, "link"), text_of(feed, "language"), text_of(feed, "ttl"))
    found.entries = [raw_entry(item, atom=read.version.startswith("atom")) for item in whole]
    return found, read.ill_formed


def _best(text: str, entities: tuple[tuple[str, str], ...], truncated: bool) -> _Read:
    """Parse strictly; after a repair of entities if that fails; forgivingly if that lost entries."""
    until = time.thread_time() + PATIENCE
    text = shrink_tags(text)
    read = _strict(text, until)
    if not read.ill_formed:
        return read
    repaired = repair(text, entities)
    if repaired != text:
        read = _strict(repaired, until)
        if not read.ill_formed:
            return read
    complete = len(read.entries) - read.inside
    if truncated and complete >= entries_closed(text):
        return read
    loose = _loosely(repaired, until)
    return loose if len(loose.entries) >= complete else read


def _strict(text: str, until: float) -> _Read:
    """Parse as XML up to the first mistake."""
    reader = Strict("", None, "utf-8")
    reader.until = until
    parser = xml.sax.make_parser()  # noqa: S317  see the import
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(text.encode("utf-8", "replace")))
    source.setEncoding("utf-8")
    broken = False
    try:
        parser.parse(source)
    except (xml.sax.SAXException, ValueError, KeyError, IndexError, AttributeError, TypeError):
        broken = True  # what a feed's content makes feedparser raise counts as the feed's mistake
    return _Read(reader.feeddata, reader.entries, bool(reader.inentry), broken, reader.version)


def _loosely(text: str, until: float) -> _Read:
    """Parse as the soup of tags that it is."""
    reader = Loose("", None, "utf-8", {})
    reader.until = until
    reader.feed(text)
    return _Read(reader.feeddata, reader.entries, bool(reader.inentry), True, reader.version)
