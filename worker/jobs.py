"""Jobs: what somebody asked for and a worker does. The answer is stored with the request."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from domain import topics as decide
from domain.article import Text
from domain.errors import BadReference, MarsadError, WhichStory
from domain.topics.against import is_broad
from domain.topics.reference import read_reference
from domain.topics.rules import rules_of
from storage import articles, feeds, jobs, learning, masks, relations, sightings, topics
from storage.models import Job
from worker.backfill import backfill
from worker.context import Context, Held, hold, log
from worker.copy_verdicts import say
from worker.digest import make_digests
from worker.discover import discover
from worker.explain import newest_of
from worker.growth import hunt_new
from worker.imports import fetch_given
from worker.outlets import learn_outlet
from worker.propose import propose
from worker.retro import Progress
from worker.robots import close_rulebook, open_rulebook
from worker.sightings import note_all
from worker.stems import complete
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
    except WhichStory as error:
        state, result = "failed", {"error": str(error), "kind": error.kind, "stories": list(error.lines)}
    except BadReference as error:
        state, result = "failed", {"error": str(error), "kind": error.kind}
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
    read = read_reference(name, fetch_given(context, url).text, job.payload.get("part"))
    profile = decide.make_profile(name, [read.text], rules_of(job.payload))

    def use_case(session: Session) -> int:
        topic = topics.add(session, name, profile.to_json(), [(read.text, url)], context.clock())
        jobs.ask(session, "backfill_topic", {"topic_id": topic.id}, context.clock())
        return topic.id or 0

    return {"topic": context.db.transact(use_case), "kind": read.kind}


def _reference(context: Context, asked: dict[str, Any]) -> tuple[Text, str]:
    """Give the reference that a page asked about, and how it was read: a text that the page has read, or an address."""
    if "url" not in asked:
        return Text(str(asked.get("title", "")), str(asked.get("text", ""))), str(asked.get("kind", ""))
    read = read_reference(str(asked["name"]), fetch_given(context, str(asked["url"])).text, asked.get("part"))
    return read.text, read.kind


def _preview_topic(context: Context, held: Held, job: Job) -> Answer:
    """Say what a topic would match among the stored articles; nothing is kept but this answer."""
    text, kind = _reference(context, job.payload)
    references = [text] if text.title or text.body else []
    profile = decide.make_profile(str(job.payload["name"]), references, rules_of(job.payload))
    with context.db.read() as session:
        last = articles.last_id(session)
    complete(context, last)
    hunted = hunt_new(context, profile, last, _progress(context, held, job))
    with context.db.read() as session:
        newest = newest_of(session, hunted, _PREVIEWED)
    rows = [{"id": a.id, "title": a.title, "outlet": a.outlet, "score": d.score} for a, d in newest]
    matched = len(hunted.matches)
    return {
        "title": text.title, "text": text.body, "url": str(job.payload.get("url", "")), "kind": kind,
        "matched": matched, "read": hunted.read, "broad": is_broad(matched, hunted.read), "would_match": rows,
        "terms": decide.looks_for(profile)[:_PREVIEWED],
    }  # fmt: skip


def _preview_reference(context: Context, held: Held, job: Job) -> Answer:
    return propose(context, job.payload, _progress(context, held, job))


def _watch(context: Context, held: Held, job: Job) -> Answer:
    return dict(watch(context))


def _make_digests(context: Context, held: Held, job: Job) -> Answer:
    return dict(make_digests(context))


def _discover(context: Context, held: Held, job: Job) -> Answer:
    """Look for feeds at an address; nothing is kept but this answer."""
    url = str(job.payload["url"])
    with context.db.read() as session:
        access = feeds.reached(session, url)
    rulebook = open_rulebook(context, [url])
    found = discover(context.settings, url, context.clock(), rulebook, access)
    close_rulebook(context, rulebook)
    return found.to_json()


def _learn_outlet(context: Context, held: Held, job: Job) -> Answer:
    return learn_outlet(context, str(job.payload["outlet"]), _progress(context, held, job))


def _copy_verdict(context: Context, held: Held, job: Job) -> Answer:
    asked = job.payload
    settled = say(context, int(asked["a"]), int(asked["b"]), same=bool(asked["same"]), undo=bool(asked["undo"]))
    return {"moved": len(settled.moved)}


def _note_sightings(context: Context, held: Held, job: Job) -> Answer:
    return dict(note_all(context, _progress(context, held, job)))


KINDS: dict[str, Callable[[Context, Held, Job], Answer]] = {
    learning.BACKFILL: _backfill_topic,
    learning.RESCORE: _backfill_topic,
    learning.PREVIEW_REFERENCE: _preview_reference,
    masks.LEARN: _learn_outlet,
    relations.VERDICT: _copy_verdict,
    sightings.NOTE: _note_sightings,
    "preview_topic": _preview_topic,
    "topic_from_url": _topic_from_url,
    jobs.WATCH: _watch,
    jobs.DIGESTS: _make_digests,
    jobs.DISCOVER: _discover,
}
