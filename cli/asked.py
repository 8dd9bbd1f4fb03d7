"""What the commands about topics share: the article that was given, the job that was asked for, lines for people."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import typer

from cli.home import read_text_file
from cli.output import progress
from domain.errors import BadInput, MarsadError
from domain.topics import Decision, Profile
from domain.topics.passage import PASSAGE
from storage import jobs
from storage.models import Job
from worker.context import Context
from worker.imports import Given, fetch_given, read_given

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Name = Annotated[str, typer.Argument(help="Name of the topic.")]
Article = Annotated[int, typer.Argument(min=1, max=2**31 - 1, help="Id of a stored article.")]
REASON_WORDS = 8
LOOK = 0.2  # seconds between two looks at a job


def read_article(context: Context, file: str, url: str) -> Given:
    """Read the article that was given by file, address or standard input. Raises BadInput when none was."""
    if file and url:
        raise BadInput("give --file or --url, not both")
    if url:
        return fetch_given(context, url)
    if not file and sys.stdin.isatty():
        raise BadInput("give the article: --file FILE, --url ADDRESS, or on standard input")
    return read_given(file or "standard input", read_text_file(file or "-"))


def wait_for(context: Context, job_id: int) -> Job:
    """Have a job done, here unless a service at work has taken it already. Gives it when it is done."""
    from worker.jobs import do_jobs

    with ThreadPoolExecutor(1) as aside, progress("stored articles") as show_progress:
        work = aside.submit(do_jobs, context, [job_id])
        while True:
            ended = work.done()
            with context.db.read() as session:
                job = jobs.get(session, job_id)
            show_progress(job.done, job.total)
            if job.state != "waiting":
                break
            if failed := job.result.get("error"):
                raise MarsadError(f"the topic is made, but its search failed inside us: {failed}")
            if ended:  # a service has taken the job; should that service end, we do it after all
                work = aside.submit(do_jobs, context, [job_id])
            time.sleep(LOOK)
    if job.state == "failed":
        raise BadInput(str(job.result.get("error")))
    return job


def terms_of(profile: Profile) -> list[str]:
    """Give the words that a topic looks for, heaviest first."""
    return [term.surface for term in profile.terms]


def reason_line(reason: dict[str, Any]) -> str:
    """Give a reason in one line: the words that carried it most, as the article writes them."""
    return "، ".join(list(dict.fromkeys(term["surface"] for term in reason.get("terms", ())))[:REASON_WORDS])


def said_of(decision: Decision, state: str) -> str:
    """Give in words what a topic said of an article."""
    if state == PASSAGE:
        return "match of a passage"
    return "match" if decision.match else "near miss" if decision.near else "no match"


def moved_line(result: dict[str, Any]) -> str:
    """Give in one line what a change did to the matches among the stored articles."""
    gained, lost, matched = result.get("gained", 0), result.get("lost", 0), result.get("matched", 0)
    return f"{gained} matches gained, {lost} lost among the stored articles; {matched} in all"
