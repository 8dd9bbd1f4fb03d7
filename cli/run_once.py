"""`marsad run --once`: visit every feed that is due, work until nothing is ready, say what came of it."""

import os
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer

from cli.home import now, open_home
from cli.output import print_json, progress, say, show
from cli.processes import Processes, is_owned, own
from domain.errors import BadInput
from scheduler.tick import tick
from storage import alerts, articles, feeds, queue, topics
from worker.app import ALERT_QUEUE, DELIVER_THREADS, WORK_QUEUES, make_app
from worker.context import Context
from worker.pipeline import WELL

LOOK = 0.5  # seconds between two looks at what is left


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the database stood when a run began."""

    at: datetime
    poll: int
    article: int
    match: int


def run(
    once: Annotated[bool, typer.Option("--once", help="Work until nothing is ready, then end.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every feed and every waiting page, due or not.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Visit the feeds that are due once, and report."""
    if not once:
        raise BadInput("say `marsad run --once`; `marsad up` is the service that goes on")
    context = open_home()
    mark = begin(context, everything)
    if is_owned(context.settings.home):
        say("a service is at work in this home: it does the work, this waits for it")
        wait_until_idle(context, mark, ours=False)
    else:
        owner = own(context.settings)
        with Processes(context.settings) as processes:
            make_app(context.settings)
            context.db.transact(queue.forget_leases)
            start_workers(processes)
            wait_until_idle(context, mark, ours=True, processes=processes)
        owner.give_up()
    summary = summarise(context, mark)
    if json:
        print_json(summary)
    else:
        print_summary(summary)
    context.db.close()


def start_workers(processes: Processes) -> None:
    """Start the workers: one group for feeds, pages and jobs, one process that only delivers, to many at once."""
    number = processes.settings.workers or os.cpu_count() or 1
    processes.start_ours("worker", "worker", "--tied", f"--queues={WORK_QUEUES}", f"--processes={number}")
    processes.start_ours("deliver", "worker", "--tied", f"--queues={ALERT_QUEUE}", f"--threads={DELIVER_THREADS}")


def begin(context: Context, everything: bool) -> Mark:
    """Note where the database stands; with `everything` make all feeds and waiting pages due."""
    began = now()

    def use_case(session: Any) -> Mark:
        if everything:
            feeds.make_due(session, began)
            articles.make_pages_due(session, began)
        return Mark(began, feeds.last_poll_id(session), articles.last_id(session), topics.last_match_id(session))

    return context.db.transact(use_case)


def wait_until_idle(context: Context, mark: Mark, *, ours: bool, processes: Processes | None = None) -> None:
    """Wait until no job is ready or running. `ours`: dispatch what is due as well, as the scheduler would."""
    most = 0
    with progress("feeds, pages, alerts and jobs done") as show_progress:
        while True:
            if ours:
                tick(context.db, context.settings, now(), feeds_due_by=mark.at)
            if processes:
                processes.revive()
            left = jobs_left(context, mark.at)
            most = max(most, left)
            show_progress(most - left, most)
            if not left:
                return
            time.sleep(LOOK)


def jobs_left(context: Context, began: datetime) -> int:
    """Count what is ready or running. A feed that has become due again since the beginning is the next run's."""
    with context.db.read() as session:
        found = queue.counts(session, now(), feeds_due_by=began)
    return sum(kind["ready"] + kind["running"] for kind in found.values())


def summarise(context: Context, mark: Mark) -> dict[str, Any]:
    """Give what a run did, in the documented form."""
    with context.db.read() as session:
        polls = feeds.polls_since(session, mark.poll)
        last = {poll.feed_id: poll for poll in polls}
        statuses = [poll.status for poll in last.values()]
        later = {kind: count["later"] for kind, count in queue.counts(session, now()).items()}
        added = articles.added_since(session, mark.article)
        waiting = articles.waiting_pages(session, added)
        matched, told = topics.matches_since(session, mark.match), alerts.made_since(session, mark.at)
    unchanged = statuses.count("unchanged")
    failures: dict[str, int] = {}
    for status in statuses:
        if status not in WELL:
            failures[status] = failures.get(status, 0) + 1
    failed = sum(failures.values())
    return {
        "feeds": {"ok": len(statuses) - unchanged - failed, "unchanged": unchanged, "failed": failed},
        "failures": failures,
        "articles": {
            "new": sum(p.new for p in polls), "copies": sum(p.copies for p in polls),
            "revised": sum(p.revised for p in polls), "seen": sum(p.seen for p in polls),
            "rejected": sum(p.rejected for p in polls), "waiting": waiting,
        },
        "matches": matched,
        "alerts": told,
        "later": later,
    }  # fmt: skip


def print_summary(summary: dict[str, Any]) -> None:
    """Print what a run did for a person."""
    feeds_, articles_ = summary["feeds"], summary["articles"]
    why = ", ".join(f"{number} {status}" for status, number in sorted(summary["failures"].items()))
    show(
        f"feeds     {feeds_['ok']} ok, {feeds_['unchanged']} unchanged, {feeds_['failed']} failed"
        + (f" ({why})" if why else "")
    )
    show(
        f"articles  {articles_['new']} new, {articles_['copies']} copies, {articles_['revised']} revised, "
        f"{articles_['seen']} seen, {articles_['rejected']} rejected, {articles_['waiting']} waiting for their page"
    )
    show(f"matches   {summary['matches']}")
    show(f"alerts    {summary['alerts']}")
    later = ", ".join(f"{number} {kind}" for kind, number in summary["later"].items() if number)
    if later:
        show(f"later     {later}: they wait for their time")
