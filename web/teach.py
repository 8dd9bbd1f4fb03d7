"""What an analyst teaches a topic from the pages: verdicts, and going back to an earlier version."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from domain.topics import Profile, drift
from domain.topics.rules import rules_of
from storage import articles, growth, learning, topics, versions
from web import words
from web.desk import Desk, Id, TheDesk
from web.forms import COOKIE, FIELD, read_form
from web.show import error_page

router = APIRouter()
Form = Annotated[Mapping[str, str], Depends(read_form)]
_MOST_NUMBER = 9  # digits
_TERMS_SHOWN = 12


def refused(request: Request, desk: Desk, form: Mapping[str, str]) -> HTMLResponse | None:
    """Give the page that refuses a form which is not from our own pages, None for one that is."""
    if desk.signer.right(request.cookies.get(COOKIE, ""), form.get(FIELD, "")):
        return None
    return HTMLResponse(error_page(403, words.OLD_FORM), 403)


def number(form: Mapping[str, str], name: str) -> int:
    """Read a number of a form. Raises HTTPException 422."""
    value = form.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_NUMBER):
        raise HTTPException(422)
    return int(value)


@router.post("/topics/{id}/verdicts")
def judge(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Keep a verdict on an article; the topic learns at once. Goes back to where the button was."""
    if page := refused(request, desk, form):
        return page
    article, relevant = number(form, "article"), form.get("relevant", "")
    if relevant not in ("1", "0"):
        raise HTTPException(422)
    desk.db.transact(lambda s: learning.judge(s, id, article, relevant == "1", desk.clock()))
    places = {
        "near": f"/topics/{id}?tab=near",
        "passage": f"/topics/{id}?tab=passage",
        "ask": f"/topics/{id}?tab=ask",
        "article": f"/articles/{article}?topic={id}",
    }
    return RedirectResponse(places.get(form.get("place", ""), f"/topics/{id}"), 303)


@router.get("/topics/{id}/versions")
def history(request: Request, desk: TheDesk, id: Id) -> Response:
    """Show what a topic was, version by version, newest first."""
    with desk.db.read() as session:
        topic = topics.by_id(session, id)
        rows = versions.history(session, id)[::-1]
        judged = [row.about for row in rows if row.cause in ("relevant", "irrelevant") and row.about]
        known = articles.several(session, [*judged, *rows[0].growth])
    titles = {article.id: article.title for article in known}
    shown = [(row, [term.surface for term in Profile.from_json(row.profile).terms[:_TERMS_SHOWN]]) for row in rows]
    far = {row.version: drift(Profile.from_json(row.base), Profile.from_json(row.profile)) for row in rows}
    return desk.page(
        request, "versions.html", topic=topic, rows=shown, titles=titles, rules_of=rules_of, drift=far,
        growth=[id for id in rows[0].growth if id in titles],
    )  # fmt: skip


@router.post("/topics/{id}/undo")
def undo(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Go back to an earlier version, and show the versions."""
    if page := refused(request, desk, form):
        return page
    to = number(form, "to")
    desk.db.transact(lambda s: learning.undo(s, id, to, desk.clock()))
    return RedirectResponse(f"/topics/{id}/versions", 303)


@router.post("/topics/{id}/growth")
def grow(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Let a topic grow, or stop it; then show its versions."""
    if page := refused(request, desk, form):
        return page
    grows = number(form, "grows") == 1
    desk.db.transact(lambda s: growth.turn(s, id, grows, desk.clock()))
    return RedirectResponse(f"/topics/{id}/versions", 303)
