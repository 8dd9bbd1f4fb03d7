"""`marsad feeds backfill`: what an outlet published before it was watched."""

import time
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli.home import now, open_home
from cli.output import MOST_ID, print_json, progress, show, table
from cli.processes import is_owned
from domain.backfill import share_done
from domain.errors import BadInput, NotFound
from storage import backfills, feeds, outlets
from storage.backfills import Wanted
from storage.models import Backfill, Feed
from worker.archive import fill_back
from worker.context import Context

EARLIEST = 1990
LOOK = 0.5  # seconds between two looks at what is due


def backfill(
    which: Annotated[str, typer.Argument(help="Name or site of an outlet; address or id of a feed.")] = "",
    since: Annotated[str, typer.Option(help="Back to this day, such as 2026-03-01.")] = "",
    most: Annotated[int, typer.Option(min=0, help="At most so many articles; 0: as the setting says.")] = 0,
    ask: Annotated[bool, typer.Option("--ask", help="Only ask for it; a service at work does it.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the backfills and how far they are.")] = False,
    stop: Annotated[int, typer.Option(min=0, max=MOST_ID, help="Stop the backfill of this number.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Go back through an outlet's paged feeds and sitemaps to a date. Nothing of it alerts; it can be resumed."""
    if sum((listed, bool(stop), bool(which or since))) != 1 or bool(which) != bool(since):
        raise BadInput("give an outlet or a feed with --since DATE, or --list, or --stop NUMBER")
    context = open_home()
    if stop:
        row = context.db.transact(lambda session: backfills.stop(session, stop, now()))
        show(f"backfill {row.id} stopped; its {row.new + row.copies} articles stay")
        return
    if which:
        ids = _ask(context, which, _day(since), most or context.settings.backfill_articles)
        if not (ask or is_owned(context.settings.home)):
            _work(context, ids)
    with context.db.read() as session:
        rows = backfills.listing(session) if listed else backfills.several(session, ids)
    _print(rows, json)


def _day(text: str) -> datetime:
    """Read the day to go back to. Raises BadInput."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--since takes a day such as 2026-03-01, not {text[:40]}") from None
    found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if day.year < EARLIEST or found > now():
        raise BadInput(f"--since takes a day from {EARLIEST} up to today, not {text}")
    return found


def _ask(context: Context, which: str, since: datetime, most: int) -> list[int]:
    """Ask for the backfills of an outlet or a feed. Gives their numbers."""

    def use_case(session: Session) -> list[int]:
        wanted = find(session, which)
        return [backfills.ask(session, one, since, most, now()).id or 0 for one in wanted]

    return context.db.transact(use_case)


def find(session: Session, which: str) -> list[Wanted]:
    """Say what is to be gone through for a feed or an outlet. Raises NotFound, BadInput."""
    try:
        return _by_feeds(session, [feeds.get(session, which)])
    except NotFound:
        pass
    try:
        return backfills.by_outlet(session, outlets.get(session, which))
    except NotFound:
        if mine := feeds.of_outlet(session, which):
            return _by_feeds(session, mine)
    raise NotFound(f"there is no outlet and no feed {which}: see `marsad outlets list`")


def _by_feeds(session: Session, chosen: list[Feed]) -> list[Wanted]:
    card = outlets.of(session, chosen[0].outlet, chosen[0].site_url)
    return backfills.by_feeds(chosen, chosen[0].outlet, card.site_url if card else "")


def _work(context: Context, ids: list[int]) -> None:
    """Do the backfills here, until they have ended or wait for a later time."""
    with progress("articles and pages") as show_progress:
        while rows := _ready(context, ids):
            fill_back(context, [rows[0]])
            with context.db.read() as session:
                found = backfills.several(session, ids)
            show_progress(sum(row.done for row in found), sum(row.total for row in found))


def _ready(context: Context, ids: list[int]) -> list[int]:
    """Give those of the backfills whose turn has come, waiting for it where that takes no minute."""
    for _ in range(int(60 / LOOK)):
        with context.db.read() as session:
            waiting = [row for row in backfills.several(session, ids) if row.due is not None]
        free = [row for row in waiting if row.locked_until is None or row.locked_until < now()]
        ready = [row.id or 0 for row in free if row.due and row.due <= now()]
        soon = [row for row in waiting if row.due and (row.due - now()).total_seconds() < 60]
        if ready or not soon:
            return ready
        time.sleep(LOOK)
    return []


def _print(rows: list[Backfill], json: bool) -> None:
    if json:
        print_json([backfill_json(row) for row in rows])
        return
    table(
        ("id", "outlet", "since", "state", "way", "reached", "done", "new", "copies", "why"),
        [
            (
                row.id, row.outlet, row.since, row.state, row.cursor.get("way", ""),
                f"{row.oldest:%Y-%m-%d} ({_share(row):.0%})" if row.oldest else "",
                f"{row.done}/{row.total}" if row.total else row.done, row.new, row.copies, _why(row),
            )
            for row in rows
        ],
    )  # fmt: skip


def _share(row: Backfill) -> float:
    return 1.0 if row.ended in ("since", "end") else share_done(row.since, row.oldest, row.created)


def _why(row: Backfill) -> str:
    return row.ended or (f"{row.status} {row.detail}".strip() if row.tries or row.status == "internal_error" else "")


def backfill_json(row: Backfill) -> dict[str, Any]:
    """Give the JSON of a backfill."""
    return {
        "id": row.id, "outlet": row.outlet, "feed": row.feed_id, "since": row.since, "most": row.most,
        "state": row.state, "ended": row.ended, "way": row.cursor.get("way", ""), "done": row.done,
        "total": row.total, "share": round(_share(row), 3), "oldest": row.oldest, "new": row.new,
        "copies": row.copies, "seen": row.seen, "older": row.older, "left": row.left, "failed": row.failed,
        "status": row.status, "error": row.detail, "created": row.created, "finished": row.finished,
        "next_due": row.due,
    }  # fmt: skip
