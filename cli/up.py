"""`marsad up`: the whole service on one machine, from the first start to the last."""

import signal
import sys
import threading
import time
from types import FrameType
from typing import Annotated

import typer

from cli import catalogue
from cli.home import now, open_home
from cli.output import say
from cli.processes import Processes, own
from cli.run_once import start_workers
from storage import feeds, jobs, queue, topics
from worker.context import Context

LOOK = 0.5  # seconds between two looks at the parts
WEB_SECONDS = 20.0


def up(
    pack: Annotated[
        str, typer.Option(help="Import the feeds of a bundled pack first: arabic, or a country code.")
    ] = "",
    example: Annotated[bool, typer.Option(help="Make the example topic in an empty home.")] = True,
) -> None:
    """Run the whole service on this machine, until Ctrl-C."""
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    context = open_home()
    owner = own(context.settings)
    furnish(context, pack, example)
    with Processes(context.settings) as processes:
        context.db.transact(queue.forget_leases)
        start_workers(processes)
        processes.start_ours("scheduler", "scheduler", "--tied")
        processes.start_ours("web", "web", "--tied")
        say(f"home      {context.settings.home}")
        say(f"logs      {context.settings.home / 'logs' / 'service.log'}")
        announce_page(context, stop)
        while not stop.wait(LOOK):
            for name in processes.revive():
                say(f"{name} had ended and was started again: see the logs")
        say("stopping")
    owner.give_up()
    context.db.close()


def furnish(context: Context, pack: str, example: bool) -> None:
    """Give an empty home something to watch: the example topic, and the bundled feeds where they are wanted."""
    with context.db.read() as session:
        empty_topics, empty_feeds = not topics.listing(session), not feeds.listing(session)
    if example and empty_topics:
        catalogue.add_example(context)
    if pack:
        added, there, _ = catalogue.import_pack(context, pack)
        say(f"{added} feeds added from the pack {pack}, {there} were there")
    elif empty_feeds:
        offer_pack(context)


def offer_pack(context: Context) -> None:
    """Offer the bundled feeds: ask on a terminal, say how elsewhere."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        say("no feeds yet: `marsad feeds import --pack arabic` adds the bundled Arabic outlets")
        return
    if typer.confirm("No feeds yet. Watch the bundled Arabic outlets?", default=True, err=True):
        added, _, _ = catalogue.import_pack(context, "arabic")
        say(f"{added} feeds added")


def announce_page(context: Context, stop: threading.Event) -> None:
    """Say where the page is, as soon as it answers."""
    began, deadline = now(), time.monotonic() + WEB_SECONDS
    while time.monotonic() < deadline and not stop.wait(0.1):
        with context.db.read() as session:
            beat = jobs.heartbeats(session).get("web")
        if beat and beat.at >= began:
            say(f"page      {beat.detail}")
            return
    if not stop.is_set():
        say("the page did not start: see the logs")
