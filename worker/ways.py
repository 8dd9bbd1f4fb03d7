"""The ways to an outlet: how each is asked for and read, and what becomes of what a search found.

A way is a row of the table of feeds (`domain.chain.Kind`); what is read of each is entries like those of a feed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from domain.access import Access
from domain.address import inner_address
from domain.arabic import folded
from domain.article import Basis, Draft, Entry
from domain.chain import Kind
from domain.dates import Habits
from domain.fetching import FetchStatus
from domain.polite import wants_all
from domain.sections import Selectors
from storage import access, articles
from storage.models import Article, Feed
from worker.answer import Fetched
from worker.apart import read_way
from worker.batch import Ask
from worker.context import Context
from worker.parse import ParsedFeed

# Pages made for people, about which robots.txt is asked unless it is `off`; the others were published to be polled.
PAGES = (Kind.SECTION, Kind.TELEGRAM)
# An article of which only a search engine's link is known, which tells its address to browsers alone.
INDIRECT = "indirect_link"
# How long before a search found it an outlet may have told the same headline.
TOLD_BEFORE = timedelta(days=3)


def asks_for(context: Context, feeds: Sequence[Feed]) -> list[Ask[Feed]]:
    """Say how each feed is asked for: as its outlet is reached, if it changed, and once a day for all of it."""
    with context.db.read() as session:
        reached = access.load(session, {feed.outlet for feed in feeds})
    return [ask_for(feed, context, reached.get(feed.outlet)) for feed in feeds]


def ask_for(feed: Feed, context: Context, reached: Access | None) -> Ask[Feed]:
    """Say how a feed is asked for."""
    ruled = context.settings.robots == "all" or feed.kind in PAGES
    packed = feed.kind not in PAGES
    if wants_all(feed.last_full, context.clock()):
        return Ask(feed, feed.url, feed=packed, access=reached, ruled=ruled)
    return Ask(feed, feed.url, feed.etag, feed.last_modified, feed=packed, access=reached, ruled=ruled)


def reached(context: Context, rows: Iterable[Article]) -> dict[str, Access]:
    """Give how the outlets of articles are reached."""
    with context.db.read() as session:
        return access.load(session, {row.outlet for row in rows})


def read(feed: Feed, fetched: Fetched, habits: Habits) -> ParsedFeed:
    """Read what came by a way."""
    selectors = Selectors.from_json(feed.selectors)
    parsed = read_way(fetched.body, fetched.content_type, fetched.url, feed.kind, selectors, habits)
    if parsed.status is FetchStatus.SELECTORS_BROKEN and feed.id:
        return replace(parsed, detail=f"{parsed.detail}; `marsad feeds repair {feed.id}` proposes others")
    if feed.kind == Kind.SEARCH:
        return replace(parsed, title="", site_url="", entries=tuple(undone(e, feed.outlet) for e in parsed.entries))
    return parsed


def undone(entry: Entry, outlet: str) -> Entry:
    """Give an entry of a search as its outlet would have told it: without the search engine's suffix and link.

    Its summary, which only repeats the headline, is left out. A link that holds no address stays, with a flag.
    """
    title = entry.title.removesuffix(f" - {outlet}") if outlet else entry.title
    link = inner_address(entry.link)
    flags = entry.flags if link else (*entry.flags, INDIRECT)
    return replace(entry, title=title, link=link or entry.link, summary="", content="", flags=flags)


def not_told(session: Session, feed: Feed, drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Leave out what a search found of which the address is not known, and whose headline its outlet told already."""
    if feed.kind != Kind.SEARCH or not any(INDIRECT in draft.flags for draft in drafts):
        return drafts
    since = min(draft.event_at for draft in drafts) - TOLD_BEFORE
    told = {tuple(folded(title)) for title in articles.titles(session, feed.outlet, since)}
    return [draft for draft in drafts if INDIRECT not in draft.flags or tuple(folded(draft.title)) not in told]


def why_no_text(basis: Basis, entry: Entry) -> str:
    """Say why there is no full text of an entry yet; empty where there is."""
    if basis is Basis.FULL:
        return ""
    return INDIRECT if INDIRECT in entry.flags else "page_waiting" if entry.link else "no_link"


def alive(feed: Feed, parsed: ParsedFeed | None, status: FetchStatus, now: datetime) -> datetime | None:
    """Say when a way that is not in use last brought something: what is new in it came by another way.

    Its newest date tells; where its entries have none, that the page is another one than the last time.
    """
    if parsed is None or status is not FetchStatus.OK or not parsed.entries:
        return feed.last_new
    dates = [entry.published for entry in parsed.entries if entry.published and entry.published <= now]
    newest = max(dates, default=now if not any(entry.published for entry in parsed.entries) else None)
    return max((when for when in (feed.last_new, newest) if when), default=None)
