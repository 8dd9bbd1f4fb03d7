"""`marsad alerts`: which topic's stories are told where. The channels themselves are in `cli/channels.py`."""

from typing import Annotated

import typer
from sqlmodel import Session

from cli import alert_options as opt
from cli import alert_rules as rules
from cli.home import now, open_for_reading, open_home
from cli.output import print_json, say, show, table
from domain.channels import Kind, shown
from domain.errors import BadInput
from domain.preferences import Preferences
from storage import alerts, channels, digests, topics
from storage.models import Channel, Subscription
from worker.deliver.outbox import send_test
from worker.deliver.send import check
from worker.deliver.webhook import new_secret

app = typer.Typer(
    no_args_is_help=True, help="Alerts: where topics are told, and what became of it.", rich_markup_mode=None
)
for command in (rules.edit, rules.preview, rules.held, rules.hush):
    app.command()(command)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def add(
    to: Annotated[str, typer.Option(help="Address: https:, stdout:, mailto:, tgram: and so on.")],
    topic: Annotated[str, typer.Option(help="Name of the topic.")] = "",
    service: Annotated[bool, typer.Option("--service", help="Tell how the service is, not a topic.")] = False,
    on: opt.On = None,
    per_day: opt.PerDay = None,
    zone: opt.Zone = None,
    quiet: opt.Quiet = None,
    ramadan: opt.Ramadan = None,
    off: opt.Off = None,
    free: opt.Free = None,
    digest: opt.Digest = None,
    digest_only: opt.DigestOnly = None,
    json: Json = False,
) -> None:
    """Tell a topic's stories to a webhook (signed, Standard Webhooks), by mail, to a chat, or on standard output."""
    wanted = opt.read(on, per_day, zone, quiet, ramadan, off, free, digest, digest_only)
    if bool(topic) is service:
        raise BadInput("say what is told: --topic NAME, or --service")
    if service and wanted != Preferences():
        raise BadInput("how the service is, is told once a day at most: no other option goes with --service")
    secret, context = new_secret(), open_home()
    url, doubt = check(context.settings, to)

    def use_case(session: Session) -> tuple[Subscription, Channel, bool]:
        found = topics.get(session, topic).id if topic else None
        channel, made = channels.add(session, url, secret, now())
        return alerts.subscribe(session, found, channel.id or 0, now(), wanted), channel, made

    subscription, channel, made = context.db.transact(use_case)
    if json:
        print_json(
            {"id": subscription.id, "topic": topic or None, "channel": channel.id, "to": shown(url),
             "kind": channel.kind, "secret": channel.secret if made and channel.kind == Kind.WEBHOOK else None}
        )  # fmt: skip
        return
    show(f"alert {subscription.id}: {f'«{topic}»' if topic else 'how the service is'} to {shown(url)}")
    if doubt:
        say(doubt)
    if not context.settings.public_url and channel.kind != Kind.STDOUT:
        say("links to Marsad's page lead to this machine: set MARSAD_PUBLIC_URL where others read these alerts")
    if channel.kind != Kind.WEBHOOK:
        return
    if made:
        show(f"signing secret (shown only now): {channel.secret}")
    else:
        say("this address has its signing secret already")


@app.command("list")
def list_alerts(json: Json = False) -> None:
    """List which topic is told where."""
    _, db = open_for_reading()
    with db.read() as session:
        rows, held = alerts.subscriptions(session), digests.held_counts(session)
    if json:
        print_json([
            {"id": s.id, "kind": s.kind, "topic": t.name if t else None, "channel": c.id, "to": shown(c.url),
             "state": c.state, "detail": c.detail, "since": s.created, **digests.preferences_of(s).written(),
             "held": held.get(s.id or 0, 0), "digest_due": s.digest_due}
            for s, t, c in rows
        ])  # fmt: skip
    else:
        table(
            ("id", "topic", "channel", "to", "state", "held", "how"),
            [
                (s.id, opt.named(t), c.id, shown(c.url), c.state, held.get(s.id or 0, 0), opt.how(s) if t else "")
                for s, t, c in rows
            ],
        )


@app.command()
def remove(id: Annotated[int, typer.Argument(help="Id of the subscription.")]) -> None:
    """End a subscription; alerts that wait are still sent, but not what is held for its digests."""
    context = open_home()
    held = context.db.transact(lambda session: alerts.unsubscribe(session, id))
    show(f"alert {id} removed")
    if held:
        say(f"{held} that were held for its next digest are not told")


@app.command()
def test(id: Annotated[int, typer.Argument(help="Id of the subscription.")], json: Json = False) -> None:
    """Send a test message now. Exit code 1 when the receiver does not take it."""
    context = open_home()
    with context.db.read() as session:
        _, _, channel = alerts.subscription(session, id)
    fetched = send_test(context.settings, channel, now())
    taken = fetched.http_status is not None and 200 <= fetched.http_status < 300
    if json:
        print_json(
            {"taken": taken, "http_status": fetched.http_status, "detail": fetched.detail or str(fetched.status)}
        )
    else:
        show(
            f"{'taken' if taken else 'not taken'}: HTTP {fetched.http_status or '-'} {fetched.detail or fetched.status}"
        )
    if not taken:
        raise typer.Exit(1)


@app.command()
def log(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50, json: Json = False
) -> None:
    """Show the newest alerts and every try to deliver them."""
    _, db = open_for_reading()
    with db.read() as session:
        rows = alerts.log(session, limit)
    if json:
        print_json([
            {
                "id": a.id, "topic": t.name if t else None, "story": a.story_id, "reason": a.reason,
                "article": a.article_id,
                "channel": c.id, "to": shown(c.url), "state": a.state, "created": a.created,
                "repeated": a.repeated, "sent": a.sent, "next_try": a.due,
                "tries": [
                    {name: getattr(x, name) for name in ("at", "outcome", "http_status", "detail", "seconds")}
                    for x in tries
                ],
            }
            for a, t, c, tries in rows
        ])  # fmt: skip
    else:
        table(
            ("id", "created", "topic", "reason", "article", "channel", "to", "state", "tries", "last answer"),
            [
                (
                    a.id, a.created, opt.named(t), a.reason, a.article_id, c.id, shown(c.url), a.state,
                    " ".join(str(x.http_status or x.outcome) for x in tries), a.detail,
                )
                for a, t, c, tries in rows
            ],
        )  # fmt: skip
