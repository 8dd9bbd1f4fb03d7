"""`marsad alerts edit, preview, held, hush`: how a subscription is told, and what it would have been told."""

import json as documents
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli import alert_options as opt
from cli.home import now, open_for_reading, open_home
from cli.output import print_json, say, show, table
from domain.budget import Held, catch_up
from domain.errors import BadInput
from domain.preferences import Preferences
from domain.rehearse import Alert, Rehearsal, rehearse
from storage import alerts, digests, telling, topics
from storage.engine import lock_grouping
from storage.models import HeldAlert
from storage.rehearsal import DAYS, stored_matches

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Id = Annotated[int, typer.Argument(help="Id of the subscription.")]


def edit(
    id: Id, on: opt.On = None, per_day: opt.PerDay = None, zone: opt.Zone = None, quiet: opt.Quiet = None,
    ramadan: opt.Ramadan = None, off: opt.Off = None, free: opt.Free = None, digest: opt.Digest = None,
    digest_only: opt.DigestOnly = None,
) -> None:  # fmt: skip
    """Change how a subscription is told; what is not named stays. What is held waits for the new digest."""
    context = open_home()

    def use_case(session: Session) -> Preferences:
        lock_grouping(session)
        found, topic, _ = alerts.subscription(session, id)
        if topic is None:
            raise BadInput(f"alert {id} tells how the service is, once a day at most: there is nothing to change")
        given = (on, per_day, zone, quiet, ramadan, off, free, digest, digest_only)
        wanted = opt.read(*given, now=digests.preferences_of(found))
        digests.wants(found, wanted)
        if found.digest_due:
            found.digest_due = catch_up(wanted, Held.QUIET_HOURS, now())
        return wanted

    show(f"alert {id}: {opt.described(context.db.transact(use_case))}")


def preview(
    id: Annotated[int | None, typer.Argument(help="Id of a subscription; else --topic.")] = None,
    topic: Annotated[str, typer.Option(help="Name of the topic.")] = "",
    on: opt.On = None, per_day: opt.PerDay = None, zone: opt.Zone = None, quiet: opt.Quiet = None,
    ramadan: opt.Ramadan = None, off: opt.Off = None, free: opt.Free = None, digest: opt.Digest = None,
    digest_only: opt.DigestOnly = None, json: Json = False,
) -> None:  # fmt: skip
    """Say what a subscription would have been told in the last 30 stored days. Keeps nothing."""
    if (id is None) is (not topic):
        raise BadInput("name a subscription by its id, or a topic by --topic")
    _, db = open_for_reading()
    with db.read() as session:
        found = alerts.subscription(session, id)[0] if id is not None else None
        of = found.topic_id if found else topics.get(session, topic).id
        if of is None:
            raise BadInput(f"alert {id} tells how the service is: there is nothing to try out")
        given = (on, per_day, zone, quiet, ramadan, off, free, digest, digest_only)
        wanted = opt.read(*given, now=digests.preferences_of(found) if found else None)
        matches = stored_matches(session, of, now())
    tried = rehearse(wanted, matches)
    if json:
        print_json(_document(wanted, tried))
    else:
        _show(wanted, tried)


def _document(wanted: Preferences, tried: Rehearsal) -> dict[str, Any]:
    return {
        "days": DAYS, "matches": tried.matches, "stories": tried.stories, "alerts": tried.sent,
        "held": dict(tried.held), "digests": len(tried.digests), "cut_in": tried.cut_in,
        "reasons": dict(tried.reasons), "wanted": wanted.written(),
        "would_tell": [
            {"at": a.at, "story": a.story, "article": a.article, "title": a.title, "outlet": a.outlet,
             "reason": a.given[0].reason.value, "reason_text": _reason(a), "held": a.held or None}
            for a in tried.alerts
        ],
    }  # fmt: skip


def _reason(alert: Alert) -> str:
    return "؛ ".join(one.text for one in alert.given)


def _show(wanted: Preferences, tried: Rehearsal) -> None:
    show(f"{opt.described(wanted)}: {tried.sent} alerts at once, {sum(tried.held.values())} held "
         f"in {len(tried.digests)} digests, of {tried.matches} matches in {tried.stories} stories")  # fmt: skip
    if tried.cut_in:
        show(f"the budget would first have held something at {tried.cut_in.astimezone(wanted.zone):%Y-%m-%d %H:%M}")
    table(
        ("at", "story", "reason", "held", "outlet", "headline"),
        [(a.at.astimezone(wanted.zone), a.story, _reason(a), a.held, a.outlet, a.title) for a in tried.alerts],
    )


def held(id: Id, json: Json = False) -> None:
    """Show what waits for the next digest of a subscription."""
    _, db = open_for_reading()
    with db.read() as session:
        found, _, _ = alerts.subscription(session, id)
        rows = digests.waiting(session, [id])
    if json:
        print_json([_held_json(row) for row in rows])
        return
    if found.digest_due:
        say(f"next digest: {found.digest_due.astimezone(digests.preferences_of(found).zone):%Y-%m-%d %H:%M}")
    table(("held", "why", "story", "reason", "headline"), list(_held_rows(rows)))


def _held_json(row: HeldAlert) -> dict[str, Any]:
    return {"story": row.story_id, "reason": row.reason, "article": row.article_id, "why": row.why, "at": row.made}


def _held_rows(rows: Iterable[HeldAlert]) -> Iterable[tuple[Any, ...]]:
    for row in rows:
        data = documents.loads(row.data)
        yield row.made, row.why, row.story_id, data["reason_text"], data["article"]["title"]


def hush() -> None:
    """After an old database was restored: tell nothing that waits, nor what the next visit of each feed brings."""
    context = open_home()
    feeds, waiting = context.db.transact(telling.hush)
    show(f"{waiting} alerts that waited are not sent; the next visit of {feeds} feeds alerts nobody")
