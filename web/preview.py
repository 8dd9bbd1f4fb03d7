"""What a topic would match, shown before it is saved: a worker searches the stored articles, and nothing is kept."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from domain.article import Text
from domain.errors import AlreadyExists, NotFound
from domain.topics import make_profile
from domain.topics.rules import rules_of
from storage import jobs, learning, topics
from storage.models import Job
from web import words
from web.desk import Desk, Id, TheDesk
from web.teach import Form, number, refused

router = APIRouter()
PREVIEW = "preview_topic"


def ask(desk: Desk, name: str, source: dict[str, Any]) -> str:
    """Ask a worker what a topic would match. Gives where to wait for it.

    `source` has `title` and `text`, or `url`, or neither; and `rules` where there are any.

    Raises AlreadyExists for a name that is taken.
    """
    now = desk.clock()

    def use_case(session: Session) -> int:
        if any(topic.name == name for topic in topics.listing(session)):
            raise AlreadyExists("the name is taken")
        return jobs.ask(session, PREVIEW, {"name": name, **source}, now)

    return f"/jobs/{desk.db.transact(use_case)}"


def page(request: Request, desk: Desk, job: Job, error: str = "", status: int = 200) -> Response:
    """Show what a previewed topic would match, and the button that saves it."""
    return desk.page(request, "preview.html", status, job=job, found=job.result, error=error)


@router.post("/jobs/{id}/topic")
def save(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Make the topic that was previewed, and show it."""
    if answer := refused(request, desk, form):
        return answer
    with desk.db.read() as session:
        job = jobs.get(session, id)
    if job.kind != PREVIEW or job.state != "done":
        raise NotFound("not a preview that is done")
    try:
        made = desk.db.transact(lambda s: _keep(desk, s, job.payload, job.result))
        return RedirectResponse(f"/topics/{made}", 303)
    except AlreadyExists:
        return page(request, desk, job, words.NAME_TAKEN, 409)


@router.post("/jobs/{id}/story")
def choose(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Ask again for what found a roundup, with the story that is meant. Shows how far that is."""
    if answer := refused(request, desk, form):
        return answer
    with desk.db.read() as session:
        job = jobs.get(session, id)
    stories, part = job.result.get("stories"), number(form, "part")
    if not isinstance(stories, list) or part > len(stories):
        raise NotFound("not a question that is open")
    asked = desk.db.transact(lambda s: jobs.ask(s, job.kind, {**job.payload, "part": part}, desk.clock()))
    return RedirectResponse(f"/jobs/{asked}", 303)


def _keep(desk: Desk, session: Session, asked: dict[str, Any], found: dict[str, Any]) -> int | None:
    text, now = Text(str(found["title"]), str(found["text"])), desk.clock()
    references = [(text, str(found["url"]))] if text.title or text.body else []
    profile = make_profile(str(asked["name"]), [text for text, _ in references], rules_of(asked))
    topic = topics.add(session, str(asked["name"]), profile.to_json(), references, now)
    jobs.ask(session, learning.BACKFILL, {"topic_id": topic.id}, now)
    return topic.id
