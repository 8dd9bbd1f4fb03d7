"""`marsad alerts channels` and what is done to one: its secret replaced, itself resumed, its alerts sent once more."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlmodel import Session

from cli.alerts import Json, app
from cli.home import now, open_for_reading, open_home
from cli.output import print_json, say, show, table
from domain.channels import ROTATION_HOURS, shown
from domain.errors import BadInput
from storage import alerts, channels
from storage.models import Channel
from worker.deliver.webhook import new_secret

Id = Annotated[int, typer.Argument(help="Id of the channel: see `marsad alerts channels`.")]


@app.command("channels")
def list_channels(json: Json = False) -> None:
    """List the channels: where alerts go, whether they do, and how many wait."""
    _, db = open_for_reading()
    with db.read() as session:
        rows, waiting = channels.listing(session), channels.waiting(session)
    if json:
        print_json([
            {"id": c.id, "kind": c.kind, "to": shown(c.url), "state": c.state, "detail": c.detail,
             "waiting": waiting.get(c.id or 0, 0), "old_secret_until": c.old_until, "since": c.created}
            for c in rows
        ])  # fmt: skip
    else:
        table(
            ("id", "kind", "to", "state", "waiting", "detail"),
            [(c.id, c.kind, shown(c.url), c.state, waiting.get(c.id or 0, 0), c.detail) for c in rows],
        )


@app.command()
def rotate(id: Id, json: Json = False) -> None:
    """Give a webhook a new signing secret; the old one signs too for a day."""
    context = open_home()

    def use_case(session: Session) -> Channel:
        return channels.rotate(session, id, new_secret(), now())

    channel = context.db.transact(use_case)
    if json:
        print_json({"id": id, "secret": channel.secret, "old_secret_until": channel.old_until})
        return
    show(f"new signing secret (shown only now): {channel.secret}")
    say(f"the old one signs too for {ROTATION_HOURS} hours")


@app.command()
def resume(id: Id, json: Json = False) -> None:
    """Switch a paused channel on again, or one that is off; what waits for it is sent."""
    context = open_home()
    waiting = context.db.transact(lambda session: channels.resume(session, id, now()))
    if json:
        print_json({"id": id, "state": "active", "waiting": waiting})
    else:
        show(f"channel {id} is active, {waiting} alerts are sent now")


@app.command()
def replay(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of alerts: see `marsad alerts log`.")] = None,
    channel: Annotated[int, typer.Option(help="All of this channel, with --since.")] = 0,
    since: Annotated[str, typer.Option(help="Made since this time (ISO 8601).")] = "",
    json: Json = False,
) -> None:
    """Send alerts once more: those named, or a channel's since a time. They keep their ids and say so."""
    if bool(ids) == bool(channel):
        raise BadInput("name the alerts, or a channel with --channel and --since")
    if channel and not since:
        raise BadInput("say since when: --since 2026-04-06")
    begin, context = _time(since) if since else None, open_home()

    def use_case(session: Session) -> list[str]:
        if channel:
            channels.get(session, channel)
        return alerts.repeat(session, now(), ids or (), channel, begin)

    found = context.db.transact(use_case)
    if ids and not found:
        raise BadInput("none is sent: all are unknown, under way or still waiting; `marsad alerts log` lists alerts")
    unknown = sorted(set(ids or ()) - set(found))
    if json:
        print_json({"repeated": found, "left": unknown})
    else:
        show(f"{len(found)} alerts are sent once more")
        if unknown:
            say(f"left, since they are unknown, under way or still waiting: {', '.join(unknown)}")


def _time(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"not a time: {text[:40]}; write it like 2026-04-06 or 2026-04-06T12:00+03:00") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
