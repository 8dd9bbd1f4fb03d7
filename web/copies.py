"""How an article stands to others: its copies, links and updates, two texts side by side, and the analyst's word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from domain.difference import Update
from domain.errors import BadInput
from domain.updates import moved
from storage import articles, jobs, pairs, relations
from storage.models import Article, CopyVerdict
from storage.relations import PARTS, Linked
from web import words
from web.changes import text_change, title_change, update_pairs
from web.desk import Desk, Id, TheDesk
from web.forms import read_form
from web.show import error_page
from web.teach import number, refused

router = APIRouter()
Form = Annotated[Mapping[str, str], Depends(read_form)]
SAYINGS = {"same": (True, False), "not_same": (False, False), "undo_same": (True, True), "undo_not_same": (False, True)}


@dataclass(frozen=True, slots=True)
class Related:
    """How an article stands to others, by their ids.

    `kinds` of those in its group, with the `moved` figures of updates; `links` to texts that hold it or that it holds;
    what analysts `said` of it, with the others' `titles`, and what they asked for that is `waiting` for a worker.
    """

    kinds: Mapping[int, str]
    shares: Mapping[int, float]
    moved: Mapping[int, Sequence[Update]]
    links: Sequence[Linked]
    said: Sequence[CopyVerdict]
    titles: Mapping[int, Article]
    waiting: Sequence[Mapping[str, Any]]


def read(session: Session, article: Article, others: Sequence[Article]) -> Related:
    """Read how an article stands to others, of which `others` stand in its group."""
    id = article.id or 0
    lead = article if article.group_id == id else articles.get(session, article.group_id or id)
    own = relations.of(session, id)
    of_lead = {link.other.id or 0: link for link in (own if lead is article else relations.of(session, lead.id or 0))}
    updated = {key for key, link in of_lead.items() if link.kind == "updated"}
    said = relations.verdicts(session, article=id)
    return Related(
        kinds={one.id or 0: _kind(one, lead, updated) for one in others},
        shares={key: link.share for key, link in of_lead.items()},
        moved={one.id or 0: _moved(lead, one) if one.id in updated else () for one in others},
        links=[link for link in own if link.kind in PARTS and link.other.group_id != article.group_id],
        said=said,
        titles={row.id or 0: row for row in articles.several(session, [v.a + v.b - id for v in said])},
        waiting=pairs.words_asked(session, id),
    )


def _moved(lead: Article, one: Article) -> Sequence[Update]:
    return moved(articles.read(lead).body, articles.read(one).body)


def _kind(one: Article, lead: Article, updated: set[int]) -> str:
    return "lead" if one.id == lead.id else "update" if one.id in updated else "copy"


@router.get("/articles/{id}/compare/{other}")
def compare(request: Request, desk: TheDesk, id: Id, other: Id) -> Response:
    """Show what differs between two articles, the earlier first."""
    with desk.db.read() as session:
        pair = pairs.compare(session, id, other)
    return desk.page(
        request, "compare.html", pair=pair, title=title_change(pair), text=text_change(pair),
        updates=update_pairs(pair), changes=pair.changes,
    )  # fmt: skip


@router.post("/articles/{id}/copies")
def say(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Ask that an analyst's word about two articles be kept or undone; a worker does it and settles the groups."""
    if page := refused(request, desk, form):
        return page
    other, saying = number(form, "other"), form.get("say", "")
    if saying not in SAYINGS:
        raise HTTPException(422)
    same, undo = SAYINGS[saying]
    if page := _clash(desk, id, other, same, undo):
        return page
    asked = {"a": id, "b": other, "same": same, "undo": undo}
    desk.db.transact(lambda s: jobs.ask_once(s, relations.VERDICT, asked, desk.clock()))
    return RedirectResponse(f"/articles/{id}#others", 303)


def _clash(desk: Desk, id: int, other: int, same: bool, undo: bool) -> HTMLResponse | None:
    """Give the page that refuses a word about an article that is not there, or against what was said before."""
    with desk.db.read() as session:
        known = {article.id for article in articles.several(session, [id, other])}
        said = relations.said(session)
    if {id, other} - known:
        return HTMLResponse(error_page(404, words.NO_ARTICLE), 404)
    try:
        if not undo:
            said.check(id, other, same=same)
    except BadInput:
        return HTMLResponse(error_page(422, words.OTHER_WORD), 422)
    return None
