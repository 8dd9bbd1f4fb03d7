"""Outlets: the list, and the card of one with its feeds, its articles per day and its backfills."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from domain.backfill import share_done
from domain.errors import BadInput, NotFound
from domain.outlets import OutletKind
from storage import backfills, outlets
from storage.models import Backfill
from web import outlet_words
from web.desk import Desk, Id, TheDesk
from web.teach import Form, refused

router = APIRouter()
_EARLIEST = 1990
_BACKFILLS_SHOWN = 10


@router.get("/outlets")
def listing(
    request: Request,
    desk: TheDesk,
    country: Annotated[str, Query(pattern="^([A-Z]{2})?$")] = "",
    kind: Annotated[str, Query(pattern="^[a-z]*$")] = "",
) -> Response:
    """Show the outlets, those of a country or a kind."""
    with desk.db.read() as session:
        everything = outlets.listing(session)
        counts = outlets.feed_counts(session)
    rows = [o for o in everything if country in ("", o.country) and kind in ("", o.kind)]
    countries = sorted({o.country for o in everything if o.country}, key=outlet_words.country)
    return desk.page(
        request, "outlets.html", rows=rows, counts=counts, countries=countries, kinds=[one.value for one in OutletKind],
        country=country, kind=kind, said=outlet_words, total=len(everything),
    )  # fmt: skip


@router.get("/outlets/{id}")
def card(request: Request, desk: TheDesk, id: Id) -> Response:
    """Show what is known of an outlet and what is stored of it."""
    return _card(request, desk, id)


def _card(request: Request, desk: Desk, id: int, error: str = "", status: int = 200) -> Response:
    with desk.db.read() as session:
        outlet = outlets.by_id(session, id)
        mine, kept = outlets.feeds_of(session, outlet), outlets.stored(session, outlet, desk.clock())
        past = backfills.listing(session, outlet.name, _BACKFILLS_SHOWN)
    shares = {row.id: round(100 * _share(row)) for row in past}
    return desk.page(
        request, "outlet.html", status, outlet=outlet, feeds=mine, kept=kept, past=past, shares=shares, error=error,
        said=outlet_words, most=max((number for _, number in kept.days), default=0),
        working=any(row.state == backfills.WAITING for row in past), today=desk.clock().date().isoformat(),
    )  # fmt: skip


def _share(row: Backfill) -> float:
    return 1.0 if row.ended in ("since", "end") else share_done(row.since, row.oldest, row.created)


@router.post("/outlets/{id}/backfill")
def fill_back(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Ask for a backfill of an outlet to a date; a worker does it."""
    if answer := refused(request, desk, form):
        return answer
    now = desk.clock()
    try:
        day = date.fromisoformat(form.get("since", "").strip())
        since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError:
        return _card(request, desk, id, outlet_words.BAD_SINCE, 422)
    if day.year < _EARLIEST or since > now:
        return _card(request, desk, id, outlet_words.BAD_SINCE, 422)
    most = int(request.app.state.most)

    def ask(session: Session) -> None:
        for wanted in backfills.by_outlet(session, outlets.by_id(session, id)):
            backfills.ask(session, wanted, since, most, now)

    try:
        desk.db.transact(ask)
    except NotFound:
        raise
    except BadInput:
        return _card(request, desk, id, outlet_words.NO_WAY_BACK, 422)
    return RedirectResponse(f"/outlets/{id}", 303)


@router.post("/backfills/{id}/stop")
def stop(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Stop a backfill, and show its outlet."""
    if answer := refused(request, desk, form):
        return answer
    with desk.db.read() as session:
        row = backfills.get(session, id)
        outlet = outlets.find(session, row.outlet)
    if row.state == backfills.WAITING:
        desk.db.transact(lambda session: backfills.stop(session, id, desk.clock()))
    return RedirectResponse(f"/outlets/{outlet.id}" if outlet else "/outlets", 303)
