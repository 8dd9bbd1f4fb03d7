"""`marsad status`: is it well, and what is it doing."""

import shutil
import sqlite3
import sys
from datetime import timedelta
from importlib.metadata import version as package_version
from typing import Annotated, Any

import typer

from cli.home import now, open_for_reading
from cli.output import print_json, show
from cli.processes import is_owned
from settings import Settings
from storage import alerts, articles, engine, events, feeds, jobs, queue, topics
from storage.engine import Database
from storage.models import Heartbeat

# A scheduler on another machine is at work when its last tick is no older than so many ticks.
LATE_TICKS = 10


def status(json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Show feeds by state, the queue, the last tick, disk and versions."""
    settings, db = open_for_reading()
    document = collect(settings, db)
    if json:
        print_json(document)
        return
    show(f"service      {'at work' if document['running'] else 'not running'}, home {document['home']}")
    show(f"feeds        {_counts(document['feeds'])}")
    show(f"health       {_counts(document['health'])}")
    for event in document["events"]:
        show(f"event        {event['kind']} {event['subject']}: {event['detail']}")
    show(f"articles     {document['articles']}")
    show(f"topics       {document['topics']}")
    show(f"alerts       {_counts(document['alerts'])}")
    for kind, count in document["queue"].items():
        show(f"queue        {kind}: {_counts(count)}")
    show(f"last tick    {document['last_tick'] or 'never'}")
    show(f"quarantine   {document['quarantine']}")
    show(f"disk         {document['disk_free'] // 2**20} MB free, database {document['database_bytes'] // 2**20} MB")
    show("versions     " + ", ".join(f"{name} {value}" for name, value in document["versions"].items()))


def _counts(found: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in found.items()) or "none"


def _ticks_elsewhere(settings: Settings, beat: Heartbeat | None) -> bool:
    """Say whether a scheduler works on a database that other machines share."""
    late = timedelta(seconds=LATE_TICKS * settings.tick)
    return bool(settings.database_url and beat and now() - beat.at < late)


def collect(settings: Settings, db: Database) -> dict[str, Any]:
    """Give everything that the status says."""
    with db.read() as session:
        beat = jobs.heartbeats(session).get("scheduler")
        document: dict[str, Any] = {
            "running": is_owned(settings.home) or _ticks_elsewhere(settings, beat),
            "home": str(settings.home),
            "feeds": feeds.states(session),
            "health": feeds.healths(session),
            "events": [
                {"kind": event.kind, "subject": event.subject, "detail": event.detail, "since": event.began}
                for event in events.open_events(session)
            ],
            "articles": articles.total(session),
            "topics": len(topics.listing(session)),
            "alerts": alerts.states(session),
            "queue": queue.counts(session, now()),
            "last_tick": beat.at if beat else None,
            "quarantine": len(jobs.quarantined(session)),
        }
    document["disk_free"] = shutil.disk_usage(settings.home).free if settings.home.exists() else 0
    document["database_bytes"] = sum(path.stat().st_size for path in settings.home.glob("marsad.sqlite3*"))
    document["versions"] = {
        "marsad": package_version("marsad"), "schema": engine.version(db), "python": sys.version.split()[0],
        "database": db.dialect if db.dialect != "sqlite" else f"sqlite {sqlite3.sqlite_version}",
    }  # fmt: skip
    return document
