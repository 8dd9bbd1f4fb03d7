"""`marsad feeds`: the addresses that are polled."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from sqlmodel import Session

from cli import catalogue
from cli.backfill import backfill
from cli.discover import choose_feeds, discover_feeds
from cli.feed_health import health
from cli.home import now, open_for_reading, open_home, read_settings, read_text_file
from cli.output import print_json, say, show, table
from domain.article import Entry, first_line, text_basis
from domain.dates import check_zone, zone_of
from domain.discovery import site_address
from domain.errors import AlreadyExists, BadInput
from domain.fetching import FetchStatus, check_url
from domain.opml import Outline, read_opml, write_opml
from storage import feeds
from storage.models import Feed
from worker.apart import parse_feed
from worker.batch import fetch_one
from worker.discover import Found

app = typer.Typer(
    no_args_is_help=True, help="Feeds: add, discover, import, list, check, backfill, remove.", rich_markup_mode=None
)
app.command()(health)
app.command("discover")(discover_feeds)
app.command("backfill")(backfill)
ZONE_HELP = "Time zone of its dates, such as Asia/Riyadh; else its country's."
FALSE_Z_HELP = "Dates that say UTC mean that zone; else learned."
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Address of a feed, or of a site whose feeds are looked for.")],
    outlet: Annotated[str, typer.Option(help="Name of the outlet; else the feed's own title.")] = "",
    country: Annotated[str, typer.Option(help="Country, two letters.")] = "",
    folder: Annotated[str, typer.Option(help="Folder, kept in OPML.")] = "",
    zone: Annotated[str, typer.Option(help=ZONE_HELP)] = "",
    false_z: Annotated[bool | None, typer.Option("--false-z/--no-false-z", help=FALSE_Z_HELP)] = None,
    first: Annotated[bool, typer.Option("--first", help="Of a site, add the first feed found.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Of a site, add every feed found.")] = False,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Add the address as it is, without a look.")] = False,
) -> None:
    """Add a feed, or the feeds of a site; it is polled at the next tick, or by `marsad run --once`."""
    facts = {"outlet": outlet, "country": country.upper(), "folder": folder}
    facts |= {"zone": check_zone(zone), "false_z": _said(false_z) or ""}
    address, context = check_url(site_address(url)), open_home()
    with context.db.read() as session:
        if feeds.find(session, address) is not None:
            raise AlreadyExists(f"the feed {address} is there already")
    chosen: Sequence[Found | str] = [address] if unchecked else choose_feeds(url, first, every)
    for feed in context.db.transact(lambda session: _add_all(session, chosen, facts)):
        show(f"feed {feed.id}: {feed.url}")


def _add_all(session: Session, chosen: Sequence[Found | str], facts: dict[str, str]) -> list[Feed]:
    """Add feeds; of a site's those that are there already are left out."""
    added = []
    for one in chosen:
        url = one if isinstance(one, str) else check_url(one.url)
        if isinstance(one, str) or feeds.find(session, url) is None:
            title = "" if isinstance(one, str) else one.title
            added.append(feeds.add(session, url, now(), host=urlsplit(url).netloc, title=title, **facts))
    return added


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
            facts = {"title": outline.title, "folder": outline.folder, "site_url": outline.site_url}
            facts |= {"outlet": outline.outlet, "country": outline.country, "language": outline.language}
            facts |= {"zone": check_zone(outline.zone), "false_z": outline.false_z}
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
            f.false_z if f.false_z in ("yes", "no") else "",
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
        "state": _state(feed), "status": feed.status, "error": feed.detail, "failures": feed.failures,
        "health": feed.health, "last_new": feed.last_new, "last_success": feed.last_success,
        "last_polled": feed.last_polled, "next_due": feed.due,
    }  # fmt: skip


def _state(feed: Feed) -> str:
    return feed.state if feed.state != "active" else "new" if not feed.status else "failing" if feed.failures else "ok"


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
        ("id", "outlet", "state", "last success", "next due", "address", "error"),
        [(f.id, f.outlet or f.title, _state(f), f.last_success, f.due, f.url, _error(f)) for f in rows],
    )


def _error(feed: Feed) -> str:
    return f"{feed.status} {feed.detail}".strip() if feed.failures or feed.state != "active" else ""


@app.command()
def remove(which: Annotated[str, typer.Argument(help="Address or id of the feed.")]) -> None:
    """Remove a feed; its articles stay."""
    context = open_home()
    context.db.transact(lambda session: feeds.remove(session, feeds.get(session, which)))
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
    """Give the JSON of a feed as it is now."""
    fetched = fetch_one(read_settings(), url, feed=True)
    if fetched.status not in (FetchStatus.OK, FetchStatus.TRUNCATED):
        return {
            "status": fetched.status.value, "kind": "", "encoding": "", "detail": fetched.detail,
            "flags": fetched.flags, "entries": [],
        }  # fmt: skip
    zone = zone_of(host=urlsplit(fetched.url).netloc)
    parsed = parse_feed(fetched.body, fetched.content_type, fetched.url, zone=zone, now=now())
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
