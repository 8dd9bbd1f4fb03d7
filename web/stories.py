"""Stories: the list, one with all that was written on it, and what an analyst changes about it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from storage import stories, story_edits, story_lists, topics
from web.desk import PAGE, Id, TheDesk, read_cursor, write_cursor
from web.teach import Form, number, refused

router = APIRouter()
_MOST_TEXTS = 300  # of a story that a page shows


@router.get("/stories")
def listing(
    request: Request,
    desk: TheDesk,
    topic: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    before: str = "",
) -> Response:
    """Show the stories of several texts, of all articles or of a topic's matches, the newest first."""
    cursor = read_cursor(before)
    with desk.db.read() as session:
        about = topics.by_id(session, topic) if topic else None
        rows = story_lists.newest(session, limit=PAGE + 1, before=cursor, least=1 if topic else 2, topic_id=topic)
    shown = rows[:PAGE]
    more = write_cursor(shown[-1].last_at, shown[-1].id) if len(rows) > PAGE else ""
    return desk.page(request, "story_list.html", rows=shown, more=more, topic=about, first=not before)


@router.get("/stories/{id}")
def show(request: Request, desk: TheDesk, id: Id) -> Response:
    """Show a story: its texts in order of time, the numbers that changed, what was done by hand."""
    with desk.db.read() as session:
        stories.get(session, id)
        story = story_lists.one(session, id)
        told = story_lists.told(session, story.groups if story else ())
        edits = story_edits.listing(session, id)
    return desk.page(
        request, "story.html", id=id, story=story, groups=story.groups[:_MOST_TEXTS] if story else (), edits=edits,
        changed={change.article.article_id: [c for c in told if c.article == change.article] for change in told},
    )  # fmt: skip


@router.post("/stories/{id}/split")
def split(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Take the texts that were ticked out of a story, and show the new one."""
    if page := refused(request, desk, form):
        return page
    chosen = [int(name.removeprefix("article")) for name in form if name.removeprefix("article").isdecimal()]
    edit = desk.db.transact(lambda s: story_edits.split(s, id, chosen, desk.clock()))
    return RedirectResponse(f"/stories/{edit.other}", 303)


@router.post("/stories/{id}/join")
def join(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Make this story and another one, and show it."""
    if page := refused(request, desk, form):
        return page
    other = number(form, "other")
    edit = desk.db.transact(lambda s: story_edits.join(s, id, other, desk.clock()))
    return RedirectResponse(f"/stories/{edit.story}", 303)


@router.post("/stories/{id}/undo")
def undo(request: Request, desk: TheDesk, id: Id, form: Form) -> Response:
    """Take an edit back, and show the story."""
    if page := refused(request, desk, form):
        return page
    edit = number(form, "edit")
    desk.db.transact(lambda s: story_edits.undo(s, edit, desk.clock()))
    return RedirectResponse(f"/stories/{id}", 303)
