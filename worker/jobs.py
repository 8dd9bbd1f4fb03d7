"""Jobs: what somebody asked for and a worker does. The answer is stored with the request."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from domain import topics as decide
from domain.errors import MarsadError
from storage import jobs, topics
from storage.models import Job
from worker.backfill import backfill
from worker.context import Context, Held, hold, log
from worker.imports import fetch_given

Answer = dict[str, Any]


def do_jobs(context: Context, ids: Sequence[int]) -> None:
    """Do the jobs that are due."""
    with hold(context, "jobs", ids) as held:
        for id in held.ids:
            with context.db.read() as session:
                job = jobs.get(session, id)
            _do(context, held, job)


def _do(context: Context, held: Held, job: Job) -> None:
    """Do one job and store its answer. What is wrong with the request is an answer too; an error of ours is a crash."""
    assert job.id is not None
    id = job.id
    try:
        state, result = "done", KINDS[job.kind](context, held, job)
    except MarsadError as error:
        state, result = "failed", {"error": str(error)}
    except Exception as error:  # ours: the lease runs out, the job is tried again, five times in all
        log.exception("a job failed inside us", job=job.id, kind=job.kind)
        detail = {"error": f"{type(error).__name__}: {error}"[:300]}
        context.db.transact(lambda s: jobs.progress(s, id, held.token, result=detail))
        return
    context.db.transact(lambda s: jobs.finish(s, id, held.token, context.clock(), state, result))


def _backfill_topic(context: Context, held: Held, job: Job) -> Answer:
    def progress(done: int, total: int) -> None:
        context.db.transact(lambda s: jobs.progress(s, job.id or 0, held.token, done=done, total=total))

    matched, read = backfill(context, int(job.payload["topic_id"]), progress)
    return {"matched": matched, "read": read}


def _topic_from_url(context: Context, held: Held, job: Job) -> Answer:
    """Make a topic of the article at an address; its backfill is a job of its own."""
    name, url = str(job.payload["name"]), str(job.payload["url"])
    given = fetch_given(context, url)
    profile = decide.learn(name, [given.text])

    def use_case(session: Session) -> int:
        topic = topics.add(session, name, profile.to_json(), [(given.text, url)], context.clock())
        jobs.ask(session, "backfill_topic", {"topic_id": topic.id}, context.clock())
        return topic.id or 0

    return {"topic": context.db.transact(use_case)}


KINDS: dict[str, Callable[[Context, Held, Job], Answer]] = {
    "backfill_topic": _backfill_topic,
    "topic_from_url": _topic_from_url,
}
