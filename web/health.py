"""Health: the feeds by what their last visit said, and the service itself."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from storage import articles, feeds, jobs, queue
from storage.models import Feed
from web.desk import TheDesk

router = APIRouter()
_ROWS = 100
_WELL = ("", "ok", "unchanged", "empty")


def feed_status(feed: Feed) -> str:
    """Give what is to be said of a feed: its state when it is not active, else what the last visit brought."""
    return feed.status if feed.state == "active" else feed.state


@router.get("/feeds")
def feed_list(request: Request, desk: TheDesk, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """Show the feeds, those in trouble first."""
    with desk.db.read() as session:
        listed = feeds.listing(session)
    rows = sorted(((feed_status(feed), feed) for feed in listed), key=lambda row: row[0] in _WELL)
    start = (page - 1) * _ROWS
    return desk.page(
        request, "feeds.html", rows=rows[start : start + _ROWS], total=len(rows), page=page,
        more=len(rows) > start + _ROWS, summary=Counter(status for status, _ in rows).most_common(), well=_WELL,
    )  # fmt: skip


@router.get("/status")
def status(request: Request, desk: TheDesk) -> Response:
    """Show the queues, the last signs of life, and what is in quarantine."""
    with desk.db.read() as session:
        values: dict[str, Any] = {
            "queues": queue.counts(session, desk.clock()), "beats": jobs.heartbeats(session),
            "articles": articles.total(session), "quarantined": len(jobs.quarantined(session)),
        }  # fmt: skip
    return desk.page(request, "status.html", **values)
