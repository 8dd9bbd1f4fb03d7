"""`marsad feeds health`: how every feed is, and what has gone silent."""

from typing import Annotated, Any

import typer

from cli.home import open_for_reading
from cli.output import print_json, show, table
from domain.health import Health
from storage import events, feeds
from storage.models import Event, Feed

WELL = (Health.NEW, Health.HEALTHY)


def health(json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Show how many feeds are healthy, those that are not and why, and what has gone silent."""
    _, db = open_for_reading()
    with db.read() as session:
        counts = feeds.healths(session)
        unwell = feeds.listing(session, but_health=[kind.value for kind in WELL])
        silent, moving = events.open_events(session), feeds.moving(session)
    if json:
        print_json({
            "feeds": counts,
            "unwell": [_feed(feed) for feed in unwell],
            "events": [_event(event) for event in silent],
            "moved": [{"id": f.id, "url": f.url, "to": f.moved_url, "since": f.moved_since} for f in moving],
        })  # fmt: skip
        return
    show(", ".join(f"{number} {kind}" for kind, number in counts.items()) or "no feeds")
    table(
        ("health", "id", "outlet", "last new", "address", "why"),
        [(f.health, f.id, f.outlet or f.title, f.last_new, f.url, why(f)) for f in unwell],
    )
    table(("moved since", "id", "from", "to"), [(f.moved_since, f.id, f.url, f.moved_url) for f in moving])
    table(("since", "event", "subject", "detail"), [(e.began, e.kind, e.subject, e.detail) for e in silent])


def why(feed: Feed) -> str:
    """Say in words why a feed is not healthy."""
    if feed.health == Health.QUIET:
        return "silent against its own rhythm"
    return f"{feed.status} {feed.detail}".strip()


def _feed(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id, "url": feed.url, "outlet": feed.outlet, "country": feed.country, "health": feed.health,
        "why": why(feed), "last_new": feed.last_new, "last_success": feed.last_success,
    }  # fmt: skip


def _event(event: Event) -> dict[str, Any]:
    return {"kind": event.kind, "subject": event.subject, "detail": event.detail, "since": event.began}
