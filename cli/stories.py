"""`marsad stories`: articles on one event; list, show, split, join."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli.asked import Json
from cli.home import now, open_for_reading, open_home
from cli.output import MOST_ID, print_json, show, table
from storage import stories, story_edits, story_lists, topics
from storage.models import StoryEdit
from storage.stories import Member
from storage.story_lists import Group, Shown, Told

app = typer.Typer(no_args_is_help=True, help="Stories: the articles on one event.", rich_markup_mode=None)
Story = Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of a story.")]


@app.command("list")
def list_stories(
    topic: Annotated[str, typer.Option(help="Only stories with a match of a topic.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="At most so many.")] = 20,
    all: Annotated[bool, typer.Option("--all", help="Those of one text too.")] = False,
    json: Json = False,
) -> None:
    """List stories, those with the newest article first."""
    _, db = open_for_reading()
    with db.read() as session:
        id = topics.get(session, topic).id if topic else None
        rows = story_lists.newest(session, limit=limit, least=1 if all else 2, topic_id=id)
    if json:
        print_json([story_json(row) for row in rows])
    else:
        cells = [(r.id, r.last_at, r.articles, len(r.outlets), r.sources, r.title) for r in rows]
        table(("id", "newest", "articles", "outlets", "sources", "title"), cells)


@app.command("show")
def show_story(story: Story, json: Json = False) -> None:
    """Show a story: its articles in order of time, the numbers that changed, and what was done by hand."""
    _, db = open_for_reading()
    with db.read() as session:
        stories.get(session, story)
        shown = story_lists.one(session, story)
        told = story_lists.told(session, shown.groups if shown else ())
        edits = story_edits.listing(session, story)
    if json:
        print_json({**_whole_json(story, shown), "changes": [_told_json(t) for t in told], "edits": _edits_json(edits)})
        return
    if shown:
        show(f"{shown.title}\n{shown.articles} articles, {len(shown.outlets)} outlets, {shown.sources} sources")
        rows = [row for group in shown.groups for row in _rows(group)]
        table(("id", "published", "outlet", "is", "copies", "title"), rows)
    else:
        show("no articles: this story was joined to another")
    for change in told:
        show(f"{change.change.text}  (article {change.article.article_id}, {change.article.outlet})")
    _show_edits(edits)


@app.command()
def join(
    story: Story, other: Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of another.")], json: Json = False
) -> None:
    """Make two stories one, under the older id; what comes later for either comes there."""
    context = open_home()
    _done(context.db.transact(lambda s: story_edits.join(s, story, other, now())), json)


@app.command()
def split(
    story: Story,
    articles: Annotated[list[int], typer.Argument(min=1, max=MOST_ID, help="Ids of articles of it.")],
    json: Json = False,
) -> None:
    """Take articles, each with its copies, out of a story into a new one. They are not put back."""
    context = open_home()
    _done(context.db.transact(lambda s: story_edits.split(s, story, articles, now())), json)


@app.command()
def undo(edit: Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of an edit.")], json: Json = False) -> None:
    """Take back a split or a join: what it moved goes where it came from."""
    context = open_home()
    _done(context.db.transact(lambda s: story_edits.undo(s, edit, now())), json)


@app.command()
def edits(json: Json = False) -> None:
    """List what was split and joined by hand, newest first."""
    _, db = open_for_reading()
    with db.read() as session:
        rows = story_edits.listing(session)
    if json:
        print_json(_edits_json(rows))
    else:
        _show_edits(rows)


def _done(edit: StoryEdit, json: bool) -> None:
    if json:
        print_json(_edits_json([edit])[0])
    else:
        _show_edits([edit])


def _show_edits(rows: list[StoryEdit]) -> None:
    table(("edit", "kind", "story", "other", "at", "undone"), [(*_cells(r), r.undone or "") for r in rows])


def _cells(edit: StoryEdit) -> tuple[Any, ...]:
    return edit.id, edit.kind, edit.story, edit.other, edit.at


def _edits_json(rows: list[StoryEdit]) -> list[dict[str, Any]]:
    names = ("edit", "kind", "story", "other", "at", "undone")
    return [dict(zip(names, (*_cells(row), row.undone), strict=True)) for row in rows]


def _rows(group: Group) -> Iterator[tuple[Any, ...]]:
    lead = group.lead
    yield lead.article_id, lead.event_at, lead.outlet, "", len(group.copies) or "", lead.title
    for one in group.updates:
        yield one.article_id, one.event_at, one.outlet, f"update of {lead.article_id}", "", one.title


def story_json(story: Shown) -> dict[str, Any]:
    """Give a story of a list for JSON."""
    return {
        "id": story.id, "title": story.title, "first": story.first_at, "last": story.last_at,
        "articles": story.articles, "groups": len(story.groups), "outlets": list(story.outlets),
        "sources": story.sources,
    }  # fmt: skip


def _whole_json(id: int, story: Shown | None) -> dict[str, Any]:
    if story is None:
        return {"id": id, "articles": 0, "texts": []}
    texts = [
        {
            **_member_json(group.lead),
            "copies": [_member_json(copy) for copy in group.copies],
            "updates": [_member_json(one) for one in group.updates],
        }
        for group in story.groups
    ]
    return {**story_json(story), "texts": texts}


def _member_json(member: Member) -> dict[str, Any]:
    return {
        "article": member.article_id, "outlet": member.outlet, "published": member.event_at,
        "first_seen": member.first_seen, "title": member.title,
    }  # fmt: skip


def _told_json(told: Told) -> dict[str, Any]:
    change = told.change
    return {
        "article": told.article.article_id, "kind": change.kind, "what": change.what, "before": change.before,
        "after": change.after, "text": change.text,
    }  # fmt: skip
