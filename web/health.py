"""Health: the feeds by what their last visit said, and the service itself."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from domain.health import Health
from storage import articles, events, feeds, jobs, outlets, queue
from web.desk import TheDesk

router = APIRouter()
_ROWS = 100
_WELL = (Health.NEW, Health.HEALTHY)


@router.get("/feeds")
def feed_list(request: Request, desk: TheDesk, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> Response:
    """Show what has gone silent, and the feeds, those in trouble first."""
    with desk.db.read() as session:
        rows, silent = feeds.listing(session), events.open_events(session)
        cards = {outlet.name: outlet.id for outlet in outlets.listing(session)}
    rows.sort(key=lambda feed: feed.health in _WELL)
    start = (page - 1) * _ROWS
    return desk.page(
        request, "feeds.html", rows=rows[start : start + _ROWS], total=len(rows), page=page, events=silent, cards=cards,
        more=len(rows) > start + _ROWS, summary=Counter(feed.health for feed in rows).most_common(), well=_WELL,
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
