"""The wire ledger of an article as lines and as JSON: who ran its text when, what they changed, where it is from."""

from typing import Annotated, Any

import typer

from cli.home import open_for_reading
from cli.output import MOST_ID, print_json, show, table
from domain.agencies import agency_name
from domain.article import visible
from domain.ledger import Entry, Ledger, Origin
from storage import sightings

MOST_SHOWN = 50


def origin_json(origin: Origin) -> dict[str, Any]:
    """Give the JSON of an origin."""
    return {
        "kind": origin.kind, "agency": origin.agency, "outlet": origin.outlet, "name": origin.name,
        "reason": origin.reason,
    }  # fmt: skip


def entry_json(entry: Entry) -> dict[str, Any]:
    """Give the JSON of a line of the ledger."""
    seen = entry.sighting
    return {
        "id": seen.article_id, "title": seen.title, "outlet": seen.outlet, "published": seen.event_at,
        "first_seen": seen.first_seen, "url": seen.url, "credit": seen.credit, "words": seen.words,
        "delay": int(entry.delay.total_seconds()), "kept": seen.kept, "own": seen.own, "changes": list(entry.changes),
    }  # fmt: skip


def show_origin(ledger: Ledger) -> None:
    """Print the head of a ledger; of a text that stood once, only its credit."""
    if len(ledger.entries) == 1:
        if credit := ledger.entries[0].sighting.credit:
            show()
            show(f"credit: {agency_name(credit)} ({credit})")
        return
    show()
    show(f"wire ledger (مسار تناقل الخبر): {len(ledger.entries)} sightings in {ledger.outlets} outlets")
    origin = ledger.origin
    show(f"origin: {origin.kind} {visible(origin.name)}".rstrip() + f"  {visible(origin.reason)}")
    show(f"first seen by us: {visible(ledger.first.outlet)}  {ledger.first.first_seen:%Y-%m-%d %H:%M}")


def _show_ledger(ledger: Ledger) -> None:
    show_origin(ledger)
    rows = [_row(entry) for entry in ledger.entries[:MOST_SHOWN]]
    table(("id", "published", "after", "outlet", "credit", "changes", "title"), rows)
    if len(ledger.entries) > MOST_SHOWN:
        show(f"and {len(ledger.entries) - MOST_SHOWN} more (`marsad articles ledger ID --json` has all)")


def _row(entry: Entry) -> tuple[object, ...]:
    seen = entry.sighting
    return (
        seen.article_id, seen.event_at, _delay(int(entry.delay.total_seconds()) // 60), seen.outlet,
        agency_name(seen.credit) if seen.credit else "", "، ".join(entry.changes), seen.title,
    )  # fmt: skip


def _delay(minutes: int) -> str:
    """Say how long after the first: +3m, +2h05, +1d04h."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"+{rest}m" if rest else ""
    return f"+{hours}h{rest:02}" if hours < 24 else f"+{hours // 24}d{hours % 24:02}h"


def ledger_of_article(
    id: Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of the article.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show who ran the text of an article when, what they cut or changed, and whom they credit."""
    _, db = open_for_reading()
    with db.read() as session:
        ledger = sightings.ledger(session, id)
    if json:
        print_json({
            "id": id, "origin": origin_json(ledger.origin), "outlets": ledger.outlets,
            "first_seen_by_us": entry_json(next(e for e in ledger.entries if e.sighting == ledger.first)),
            "sightings": [entry_json(entry) for entry in ledger.entries],
        })  # fmt: skip
    else:
        _show_ledger(ledger)
