"""Jobs: what somebody asked for and a worker does. The answer is stored with the request."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from domain import topics as decide
from domain.article import Text
from domain.errors import MarsadError
from domain.topics.against import is_broad
from storage import articles, jobs, learning, topics
from storage.models import Job
from worker.backfill import backfill
from worker.context import Context, Held, hold, log
from worker.explain import newest_of
from worker.imports import fetch_given
from worker.retro import Progress, hunt
from worker.watch import watch

Answer = dict[str, Any]
_PREVIEWED = 20  # articles shown of what a topic would match, and words that it looks for


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


def _progress(context: Context, held: Held, job: Job) -> Progress:
    def keep(done: int, total: int) -> None:
        context.db.transact(lambda s: jobs.progress(s, job.id or 0, held.token, done=done, total=total))

    return keep


def _backfill_topic(context: Context, held: Held, job: Job) -> Answer:
    level = job.kind == learning.BACKFILL
    return backfill(context, int(job.payload["topic_id"]), _progress(context, held, job), level=level).to_json()


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


def _preview_topic(context: Context, held: Held, job: Job) -> Answer:
    """Say what a topic would match among the stored articles; nothing is kept but this answer."""
    asked = {name: str(value) for name, value in job.payload.items()}
    url = asked.get("url", "")
    text = fetch_given(context, url).text if url else Text(asked["title"], asked["text"])
    profile = decide.learn(asked["name"], [text])
    with context.db.read() as session:
        last = articles.last_id(session)
    hunted = hunt(context, profile, last, level=True, progress=_progress(context, held, job))
    with context.db.read() as session:
        newest = newest_of(session, hunted, _PREVIEWED)
    rows = [{"id": a.id, "title": a.title, "outlet": a.outlet, "score": d.score} for a, d in newest]
    matched = len(hunted.matches)
    return {
        "title": text.title, "text": text.body, "url": url, "matched": matched, "read": hunted.read,
        "broad": is_broad(matched, hunted.read), "would_match": rows,
        "terms": [term.surface for term in profile.terms[:_PREVIEWED]],
    }  # fmt: skip


def _watch(context: Context, held: Held, job: Job) -> Answer:
    return dict(watch(context))


KINDS: dict[str, Callable[[Context, Held, Job], Answer]] = {
    learning.BACKFILL: _backfill_topic,
    learning.RESCORE: _backfill_topic,
    "preview_topic": _preview_topic,
    "topic_from_url": _topic_from_url,
    jobs.WATCH: _watch,
}
