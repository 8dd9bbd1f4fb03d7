"""Adds feeds from the pages: an address is looked at by a worker, and what it found is chosen from."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from domain.article import visible
from domain.chain import RANKS, Kind
from domain.discovery import site_address
from domain.errors import BadInput, NotFound
from domain.fetching import check_url
from storage import feeds, jobs
from storage.models import Job
from web import words
from web.desk import Desk, Id, TheDesk
from web.teach import Form, refused

router = APIRouter()
MOST_SHOWN = 15  # feeds of a site; a form has at most 20 fields
_READ = ("ok", "empty", "truncated")
_MOST_NAME = 100  # characters


@router.post("/feeds")
def look(request: Request, desk: TheDesk, form: Form) -> Response:
    """Ask a worker what feeds there are at an address, and show how far that is."""
    if answer := refused(request, desk, form):
        return answer
    url = form.get("url", "").strip()  # as typed: without a scheme both are tried
    try:
        check_url(site_address(url))
    except BadInput:
        return desk.page(request, "add_feed.html", 422, typed=url[:300], error=words.BAD_SITE)
    id = desk.db.transact(lambda session: jobs.ask(session, jobs.DISCOVER, {"url": url}, desk.clock()))
    return RedirectResponse(f"/jobs/{id}", 303)


def page(request: Request, desk: Desk, job: Job, error: str = "", status: int = 200) -> Response:
    """Show the feeds that were found at an address, to choose from."""
    rows = _rows(job)
    with desk.db.read() as session:
        there = {row["url"] for row in rows if feeds.find(session, row["url"])}
    return desk.page(
        request, "found_feeds.html", status, job=job, found=job.result, rows=rows, there=there, error=error,
        read=_READ, most_name=_MOST_NAME,
    )  # fmt: skip


def _rows(job: Job) -> list[dict[str, Any]]:
    """Give the feeds that are offered; an address that could not be read now is offered as it is."""
    found: list[dict[str, Any]] = job.result.get("feeds", [])
    if found or job.result.get("status") in ("not_a_feed", "unsupported"):
        return [row | {"newest": row["newest"] and datetime.fromisoformat(row["newest"])} for row in found[:MOST_SHOWN]]
    as_it_is = {"url": job.result["url"], "status": job.result["status"]}
    return [{"title": "", "entries": 0, "kind": "", "newest": None} | as_it_is]


@router.post("/jobs/{id}/feeds")
def add(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Add the feeds that were chosen, and show all feeds."""
    if answer := refused(request, desk, form):
        return answer
    with desk.db.read() as session:
        job = jobs.get(session, id)
    if job.kind != jobs.DISCOVER or job.state != "done":
        raise NotFound("not a search for feeds that is done")
    chosen = [row for number, row in enumerate(_rows(job)) if form.get(f"feed_{number}")]
    outlet, country = " ".join(visible(form.get("outlet", "")).split()), form.get("country", "").strip().upper()
    if not chosen or len(outlet) > _MOST_NAME:
        return page(request, desk, job, words.NO_FEED_CHOSEN if not chosen else words.LONG_OUTLET, 422)
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        return page(request, desk, job, words.BAD_COUNTRY, 422)
    facts = {"outlet": outlet, "country": country}
    desk.db.transact(lambda session: _keep(session, desk, chosen, facts))
    return RedirectResponse("/feeds", 303)


def _keep(session: Session, desk: Desk, chosen: list[dict[str, Any]], facts: dict[str, str]) -> None:
    rows = []
    for row in chosen:
        url = check_url(row["url"])
        kind = Kind.SITEMAP if row["kind"] == "sitemap" else Kind.FEED
        way = {"kind": kind.value, "rank": RANKS[kind]}
        rows.append((url, {"title": row["title"], "host": urlsplit(url).netloc, **way, **facts}))
    feeds.add_new(session, rows, desk.clock())
