"""The parts of the service as commands of their own, for more than one machine: worker, scheduler, web, migrate."""

import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from cli.home import open_for_reading, open_home, read_settings
from cli.output import say
from domain.errors import BadInput
from settings import Settings
from worker.logs import set_up_logs
from worker.orphans import die_with_parent


def _begin() -> Settings:
    settings = read_settings()
    set_up_logs(settings)
    return settings


def worker(
    queues: Annotated[
        str, typer.Option(help="Queues to work on: feeds, pages, jobs, alerts.")
    ] = "feeds,pages,jobs,backfills,alerts",
    processes: Annotated[int, typer.Option(help="Processes; 0: the setting `workers`.")] = 0,
    threads: Annotated[int, typer.Option(help="Threads in one process instead, for alerts, which mostly wait.")] = 0,
    tied: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Run workers in the foreground: fetch, parse, decide, store, deliver."""
    import os

    from worker import tasks
    from worker.app import ALERT_QUEUE, make_app
    from worker.context import make_context

    settings = _begin()
    if tied:
        die_with_parent()
    number = threads or processes or settings.workers or os.cpu_count() or 1
    if threads and queues != ALERT_QUEUE:
        raise BadInput("threads are for --queues=alerts: what reads pages has to be stopped where it hangs")
    pool = "threads" if threads else "prefork"
    if threads:  # there are no pool processes that would make a context of their own
        tasks.use(make_context(settings))
    make_app(settings).worker_main([
        "worker", f"--pool={pool}", f"--concurrency={number}", f"--queues={queues}", "--loglevel=WARNING",
        "--without-gossip", "--without-mingle", "--without-heartbeat", f"--hostname=marsad-{os.getpid()}@%h",
    ])  # fmt: skip


def scheduler(tied: Annotated[bool, typer.Option(hidden=True)] = False) -> None:
    """Run the scheduler in the foreground; two at once do no harm."""
    from scheduler.loop import run
    from worker.app import make_app

    settings = _begin()
    if tied:
        die_with_parent()
    make_app(settings)
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    run(settings, stop)


def web(tied: Annotated[bool, typer.Option(hidden=True)] = False) -> None:
    """Run the page in the foreground."""
    from web.serve import serve

    settings = _begin()
    if tied:
        die_with_parent()
    open_for_reading()[1].close()
    serve(settings)


def migrate_database() -> None:
    """Bring the database to this version's schema."""
    context = open_home()
    context.db.close()
    say("the database is up to date")
