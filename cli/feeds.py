"""`marsad feeds`: the addresses that are polled."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from sqlmodel import Session

from cli import catalogue
from cli.add_feed import FALSE_Z_HELP, ZONE_HELP, add
from cli.backfill import backfill
from cli.discover import discover_feeds
from cli.feed_health import health
from cli.home import now, open_for_reading, open_home, read_settings, read_text_file
from cli.output import print_json, say, show, table
from cli.ways import access, chain, repair
from domain.article import Entry, first_line, text_basis
from domain.dates import Habits, check_zone, zone_of
from domain.errors import BadInput
from domain.fetching import FetchStatus, check_url
from domain.opml import Outline, read_opml, write_opml
from domain.sections import Selectors
from storage import access as accesses
from storage import feeds
from storage.models import Feed
from worker import ways
from worker.batch import fetch_one

app = typer.Typer(
    no_args_is_help=True, help="Feeds: add, discover, import, list, check, backfill, remove.", rich_markup_mode=None
)
app.command()(add)
app.command()(health)
app.command()(chain)
app.command()(access)
app.command()(repair)
app.command("discover")(discover_feeds)
app.command("backfill")(backfill)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def _said(false_z: bool | None) -> str | None:
    return None if false_z is None else "yes" if false_z else "no"


@app.command()
def edit(
    which: Annotated[str, typer.Argument(help="Address or id of the feed.")],
    outlet: Annotated[str | None, typer.Option(help="Name of the outlet.")] = None,
    country: Annotated[str | None, typer.Option(help="Country, two letters.")] = None,
    folder: Annotated[str | None, typer.Option(help="Folder, kept in OPML.")] = None,
    zone: Annotated[str | None, typer.Option(help=ZONE_HELP)] = None,
    false_z: Annotated[bool | None, typer.Option("--false-z/--no-false-z", help=FALSE_Z_HELP)] = None,
    adopt_move: Annotated[
        bool, typer.Option("--adopt-move", help="Take the address to which the feed redirects for good.")
    ] = False,
) -> None:
    """Change what is known of a feed; what is stored already keeps its dates."""
    given = {
        "outlet": outlet, "country": country.upper() if country is not None else None, "folder": folder,
        "zone": zone if zone is None else check_zone(zone), "false_z": _said(false_z),
    }  # fmt: skip
    facts = {name: value for name, value in given.items() if value is not None}
    if not facts and not adopt_move:
        raise BadInput("nothing to change: give --outlet, --country, --folder, --zone, --false-z or --adopt-move")

    def use_case(session: Session) -> None:
        feed = feeds.get(session, which)
        if adopt_move:
            facts["url"] = feeds.adopt_move(session, feed)
        feeds.edit(session, feed, **facts)

    open_home().db.transact(use_case)
    show(f"feed {which}: " + ", ".join(f"{name} {value or 'empty'}" for name, value in facts.items()))


@app.command("import")
def import_feeds(
    source: Annotated[str, typer.Argument(help="OPML file or address; - for standard input.")] = "",
    pack: Annotated[str, typer.Option(help="A bundled pack: arabic, or a country's two letters.")] = "",
) -> None:
    """Import feeds from OPML, or from the bundled catalogue with --pack."""
    if bool(source) == bool(pack):
        raise BadInput("give either an OPML file or address, or --pack arabic")
    context = open_home()
    if pack:
        added, there, outlets = catalogue.import_pack(context, pack)
        say(f"{outlets} outlets added: see `marsad outlets list`")
        refused: list[str] = []
    else:
        added, there, refused = _import_outlines(context.db.transact, read_opml(_read(source)))
    for line in refused:
        say(line)
    show(f"{added} feeds added, {there} were there" + (f", {len(refused)} refused" if refused else ""))


def _read(source: str) -> bytes:
    if not source.startswith(("http://", "https://")):
        return read_text_file(source)
    fetched = fetch_one(read_settings(), source)
    if fetched.status is not FetchStatus.OK:
        raise BadInput(f"cannot fetch {source}: {fetched.status} {fetched.detail}".strip())
    return fetched.body


def _import_outlines(transact: Any, outlines: list[Outline]) -> tuple[int, int, list[str]]:
    """Add feeds in one transaction. Gives how many were added, how many were there, and why others were refused."""
    refused: list[str] = []
    rows: dict[str, dict[str, Any]] = {}
    for outline in outlines:
        try:
            address = check_url(outline.url)
            facts: dict[str, Any] = {"title": outline.title, "folder": outline.folder, "site_url": outline.site_url}
            facts |= {"outlet": outline.outlet, "country": outline.country, "language": outline.language}
            facts |= {"zone": check_zone(outline.zone), "false_z": outline.false_z}
            selectors = outline.selectors.to_json() if outline.selectors else {}
            facts |= {"kind": str(outline.kind), "rank": outline.rank, "selectors": selectors}
            rows.setdefault(address, {"host": urlsplit(address).netloc, **facts})
        except BadInput as error:
            refused.append(f"{outline.url}: {error}")
    added = transact(lambda session: feeds.add_new(session, rows.items(), now()))
    return added, len(outlines) - added - len(refused), refused


@app.command()
def export(path: Annotated[str, typer.Argument(help="File to write; standard output without one.")] = "") -> None:
    """Write all feeds as OPML, with folders, titles and our attributes."""
    _, db = open_for_reading()
    with db.read() as session:
        rows = feeds.listing(session)
    text = write_opml([
        Outline(
            f.url, f.title or f.outlet, f.site_url, f.folder, f.outlet, f.country, f.language, f.zone,
            f.false_z if f.false_z in ("yes", "no") else "", f.kind, f.rank,
            Selectors.from_json(f.selectors) if f.selectors else None,
        )
        for f in rows
    ])  # fmt: skip
    if not path:
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}") from error
    say(f"{len(rows)} feeds written to {path}")


def feed_json(feed: Feed) -> dict[str, Any]:
    """Give the JSON of a feed."""
    return {
        "id": feed.id, "url": feed.url, "title": feed.title, "outlet": feed.outlet, "country": feed.country,
        "language": feed.language, "folder": feed.folder, "zone": feed.zone, "false_z": feed.false_z,
        "kind": feed.kind, "in_use": feed.in_use, "state": _state(feed),
        "status": feed.status, "error": feed.detail, "failures": feed.failures,
        "health": feed.health, "last_new": feed.last_new, "last_success": feed.last_success,
        "last_polled": feed.last_polled, "next_due": feed.due,
    }  # fmt: skip


def _state(feed: Feed) -> str:
    if feed.state != "active":
        return feed.state
    now_and_then = "standby" if not feed.in_use else "ok"
    return "new" if not feed.status else "failing" if feed.failures else now_and_then


@app.command("list")
def list_feeds(json: Json = False) -> None:
    """List feeds: state, last success, next due, error."""
    _, db = open_for_reading()
    with db.read() as session:
        rows = feeds.listing(session)
    if json:
        print_json([feed_json(feed) for feed in rows])
        return
    table(
        ("id", "outlet", "kind", "state", "last success", "next due", "address", "error"),
        [(f.id, f.outlet or f.title, f.kind, _state(f), f.last_success, f.due, f.url, _error(f)) for f in rows],
    )


def _error(feed: Feed) -> str:
    return f"{feed.status} {feed.detail}".strip() if feed.failures or feed.state != "active" else ""


@app.command()
def remove(which: Annotated[str, typer.Argument(help="Address or id of the feed.")]) -> None:
    """Remove a feed; its articles stay."""
    context = open_home()
    context.db.transact(lambda session: feeds.remove(session, feeds.get(session, which), now()))
    show(f"feed {which} removed; its articles stay")


@app.command()
def check(url: Annotated[str, typer.Argument(help="Address of the feed.")], json: Json = False) -> None:
    """Fetch a feed now and show what would be stored; nothing is stored. Exit code 1 when no entries were read."""
    found = _check(url)
    entries = found["entries"]
    if json:
        print_json(found)
    else:
        told = (found["status"], found["kind"], found["encoding"], f"{len(entries)} entries", found["detail"])
        show("  ".join(word for word in (*told, *found["flags"]) if word))
        table(("published", "title", "link"), [(e["published"], e["title"], e["link"]) for e in entries])
    if not entries:
        raise typer.Exit(1)


def _check(url: str) -> dict[str, Any]:
    """Give the JSON of a feed as it is now; one that is stored is asked for and read as it is visited."""
    settings, db = open_for_reading()
    with db.read() as session:
        feed = feeds.find(session, url) or Feed(url=url, origin=url)
        way = accesses.load(session, [feed.outlet]).get(feed.outlet)
    fetched = fetch_one(settings, url, feed=feed.kind not in ways.PAGES, access=way)
    if fetched.status not in (FetchStatus.OK, FetchStatus.TRUNCATED):
        return {
            "status": fetched.status.value, "kind": "", "encoding": "", "detail": fetched.detail,
            "flags": fetched.flags, "entries": [],
        }  # fmt: skip
    zone = zone_of(feed.zone, feed.country, urlsplit(fetched.url).netloc)
    parsed = ways.read(feed, fetched, Habits(zone, now()))
    entries = [_entry_json(entry) for entry in parsed.entries]
    cut = fetched.status is FetchStatus.TRUNCATED
    return {
        "status": (fetched if cut else parsed).status.value, "kind": parsed.kind, "encoding": parsed.encoding,
        "detail": parsed.detail or fetched.detail, "flags": (*fetched.flags, *parsed.flags), "entries": entries,
    }  # fmt: skip


def _entry_json(entry: Entry) -> dict[str, Any]:
    """Give the JSON of an entry with the text and headline under which it would be stored."""
    text, _ = text_basis(entry.summary, entry.content)
    title = entry.title or first_line(text)
    return {"title": title, "link": entry.link, "published": _iso(entry.published), "text": text}


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
