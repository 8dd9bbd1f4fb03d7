"""The references of a topic: listed, added, removed; what a change would gain and lose is shown before it is kept."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from domain.article import Text, split_headline
from domain.errors import BadInput, BadReference, NotFound, WhichStory
from domain.fetching import check_url
from domain.topics.reference import read_reference
from storage import articles, jobs, learning, topics
from storage.models import Article, Job
from web import words
from web.desk import Desk, Id, TheDesk
from web.forms import read_form
from web.teach import number, refused

router = APIRouter()
Form = Annotated[Mapping[str, str], Depends(read_form)]
_MOST_DIGITS = 9


@router.get("/topics/{id}/references")
def show(request: Request, desk: TheDesk, id: Id) -> Response:
    """Show the references of a topic that are in force, and the form that adds one."""
    return _page(request, desk, id, {})


def _page(
    request: Request, desk: Desk, id: int, typed: Mapping[str, str], error: str = "", stories: tuple[str, ...] = ()
) -> Response:
    with desk.db.read() as session:
        topic, rows = topics.by_id(session, id), topics.references(session, id)
    last = sum(row.relevant for row in rows) < 2
    return desk.page(
        request, "references.html", 422 if error else 200, topic=topic, rows=rows, last=last, error=error,
        stories=stories, text=typed.get("text", ""), source=typed.get("source", ""),
        against=typed.get("relevant") == "0",
    )  # fmt: skip


@router.post("/topics/{id}/references")
def propose(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Ask a worker what one more reference would gain and lose. Shows where to wait for it."""
    if page := refused(request, desk, form):
        return page
    try:
        asked = _given(desk, id, form) | {"topic_id": id, "relevant": form.get("relevant") != "0"}
    except WhichStory as error:
        return _page(request, desk, id, form, words.BAD_REFERENCE[error.kind], error.lines)
    except BadReference as error:
        return _page(request, desk, id, form, words.BAD_REFERENCE[error.kind])
    except NotFound:
        return _page(request, desk, id, form, words.NO_ARTICLE)
    except BadInput as error:
        return _page(request, desk, id, form, str(error) if str(error) in words.FORM_FAULTS else words.BAD_SOURCE)
    return _wait(desk, asked)


@router.post("/topics/{id}/references/{reference}/remove")
def propose_removal(request: Request, desk: TheDesk, id: Id, reference: Id, form: Form) -> Response:
    """Ask a worker what one reference less would gain and lose. Shows where to wait for it."""
    if page := refused(request, desk, form):
        return page
    with desk.db.read() as session:
        row = next((row for row in topics.references(session, id) if row.id == reference), None)
    if row is None:
        raise NotFound("no such reference")
    return _wait(desk, {"topic_id": id, "remove": reference, "title": row.title or row.text[:100]})


def _wait(desk: Desk, asked: dict[str, Any]) -> Response:
    job = desk.db.transact(lambda s: jobs.ask(s, learning.PREVIEW_REFERENCE, asked, desk.clock()))
    return RedirectResponse(f"/jobs/{job}", 303)


def _given(desk: Desk, id: int, form: Mapping[str, str]) -> dict[str, Any]:
    """Give the reference of a form: pasted, or stored, by its number or address, or else an address to fetch."""
    pasted, source = form.get("text", ""), form.get("source", "").strip()
    if bool(source) == bool(pasted.strip()):
        raise BadInput(words.ONE_SOURCE if source else words.NEED_SOURCE)
    part = number(form, "part") if form.get("part") else None
    with desk.db.read() as session:
        name, stored = topics.by_id(session, id).name, _stored(session, source)
    if stored is None and source:
        return {"url": check_url(source)} | ({} if part is None else {"part": part})
    text = Text(stored.title, stored.text) if stored else Text(*split_headline(pasted))
    read = read_reference(name, text, part)
    return {"title": read.text.title, "text": read.text.body, "url": stored.url if stored else "", "kind": read.kind}


def _stored(session: Session, source: str) -> Article | None:
    """Give the stored article of a number or an address. Raises NotFound for a number that is none."""
    if source.isascii() and source.isdigit() and len(source) <= _MOST_DIGITS:
        return articles.get(session, int(source))
    return articles.at_address(session, source) if source else None


def page(request: Request, desk: Desk, job: Job) -> Response:
    """Show what a change would gain and lose, and the button that keeps it."""
    with desk.db.read() as session:
        topic = topics.by_id(session, int(job.payload["topic_id"]))
    return desk.page(request, "change.html", job=job, topic=topic, found=job.result)


@router.post("/jobs/{id}/reference")
def keep(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Make the change that was shown, and show the references."""
    if answer := refused(request, desk, form):
        return answer
    with desk.db.read() as session:
        job = jobs.get(session, id)
    if job.kind != learning.PREVIEW_REFERENCE or job.state != "done":
        raise NotFound("not a change that was shown")
    desk.db.transact(lambda s: _change(s, desk, job.payload, job.result))
    return RedirectResponse(f"/topics/{job.payload['topic_id']}/references", 303)


def _change(session: Session, desk: Desk, asked: dict[str, Any], found: dict[str, Any]) -> int:
    topic_id, now = int(asked["topic_id"]), desk.clock()
    if "remove" in asked:
        return learning.remove_reference(session, topic_id, int(asked["remove"]), now)
    given = [(Text(str(found["title"]), str(found["text"])), str(asked.get("url", "")))]
    return learning.add_references(session, topic_id, given, bool(asked["relevant"]), now)
