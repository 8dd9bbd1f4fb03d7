"""Articles: one of them with everywhere else it stood, and the search."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from domain.agencies import agency_name
from domain.article import visible
from domain.errors import BadInput, BadQuery
from domain.query import parse
from storage import articles, revisions, search, sightings, topics, versions
from web import copies, words
from web.changes import text_change, title_change, update_pairs
from web.desk import PAGE, Id, TheDesk, read_cursor, write_cursor
from web.show import terms_in

router = APIRouter()
_MOST_SIGHTINGS = 200


@router.get("/articles/{id}")
def show(
    request: Request,
    desk: TheDesk,
    id: Id,
    topic: Annotated[int | None, Query(ge=1)] = None,
    revision: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Show an article with the other places where it stood; with `topic`, what made it a match is marked.

    With `revision` it is shown what its outlet changed then.
    """
    with desk.db.read() as session:
        article = articles.get(session, id)
        group = articles.sightings(session, article.group_id)
        ledger = sightings.ledger(session, id)
        decided = topics.decided(session, id)
        names = topics.profiles(session, [*decided, *([] if topic is None else [topic])])
        kept = revisions.of(session, id)
        change = revisions.compared(article, kept, revision) if revision is not None else None
        said = versions.verdicts(session, topic).get(id) if topic in names and topic is not None else None
        others = [other for other in group if other.id != id][:_MOST_SIGHTINGS]
        related = copies.read(session, article, others)
    match = decided.get(topic) if topic is not None else None
    reason = match.reason if match else {}
    return desk.page(
        request, "article.html", article=article, others=others, related=related,
        ledger=ledger, entries={entry.sighting.article_id: entry for entry in ledger.entries}, agency=agency_name,
        number=len(group) - 1, match=match, topic_id=topic, said=said,
        topic_name=names[topic][0] if topic in names and topic is not None else "",
        topics=[(key, names[key][0], row) for key, row in decided.items() if row.state != "withdrawn" and key in names],
        title_places=terms_in(reason, "title"), body_places=terms_in(reason, "body"),
        revisions=kept[::-1], change=change, change_title=title_change(change), change_text=text_change(change),
        pairs=update_pairs(change),
        text_status=words.text_status(article.text_status, article.basis),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was filled in."""

    q: str = ""
    topic: str = ""
    outlet: str = ""
    since: str = ""
    until: str = ""
    all: str = ""
    before: str = ""

    @property
    def blank(self) -> bool:
        """Say whether nothing was asked for."""
        return not (self.q or self.topic or self.outlet or self.since or self.until)

    def page_after(self, cursor: str) -> str:
        """Give the query string of the next page."""
        kept = {name: getattr(self, name) for name in ("q", "topic", "outlet", "since", "until", "all")}
        return urlencode({name: value for name, value in (kept | {"before": cursor}).items() if value})


class BadSearch(BadInput):
    """A search that cannot be run; `line` says why in Arabic."""

    def __init__(self, line: str) -> None:
        super().__init__("a value of the search is not understood")
        self.line = line


def _day(text: str, days: int = 0) -> datetime | None:
    """Read a date as its first moment in UTC, moved by some days."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=days)
    except (ValueError, OverflowError):
        raise BadSearch(words.BAD_DATE) from None


def _run(session: Session, asked: Asked) -> list[articles.Listed]:
    """Run a search, one row more than a page. Raises BadSearch."""
    try:
        query = parse(asked.q)
    except BadQuery as bad:
        raise BadSearch(words.query_fault(bad.fault, bad.place)) from None
    known = {str(topic.id) for topic in topics.listing(session)}
    if (asked.topic and asked.topic not in known) or asked.all not in ("", "1"):
        raise BadSearch(words.BAD_FILTER)
    try:
        cursor = read_cursor(asked.before)
    except BadInput:
        raise BadSearch(words.BAD_FILTER) from None
    return search.find(
        session, query, topic_id=int(asked.topic) if asked.topic else None, outlet=asked.outlet,
        since=_day(asked.since), until=_day(asked.until, 1), limit=PAGE + 1, all_copies=asked.all == "1", before=cursor,
    )  # fmt: skip


@router.get("/search")
def find(
    request: Request,
    desk: TheDesk,
    q: str = "",
    topic: str = "",
    outlet: str = "",
    since: str = "",
    until: str = "",
    all: str = "",
    before: str = "",
) -> Response:
    """Search the stored articles, newest first; `until` is the last day that counts."""
    asked = Asked(*(visible(value) for value in (q, topic, outlet, since, until, all, before)))
    status, error, rows = 200, "", []
    with desk.db.read() as session:
        try:
            rows = [] if asked.blank else _run(session, asked)
        except BadSearch as bad:
            status, error = 422, bad.line
        known, outlets = topics.listing(session), articles.outlets(session)
    shown = rows[:PAGE]
    more = asked.page_after(write_cursor(shown[-1].published, shown[-1].id)) if len(rows) > PAGE else ""
    return desk.page(
        request, "search.html", status, asked=asked, error=error, rows=shown, more=more, topics=known,
        outlets=sorted(name for name, _ in outlets if name),
    )  # fmt: skip
