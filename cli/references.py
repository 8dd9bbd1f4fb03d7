"""`marsad topics reference`: the articles that a topic learns from, for it and against it."""

from typing import Annotated

import typer

from cli.asked import Json, Name, moved_line, wait_for
from cli.given import Part, read_references
from cli.home import now, open_for_reading, open_home
from cli.output import print_json, show, table
from storage import learning, topics

app = typer.Typer(no_args_is_help=True, help="References of a topic: add, list, remove.", rich_markup_mode=None)


@app.command()
def add(
    name: Name,
    file: Annotated[str, typer.Option(help="The article: plain text, HTML, or .jsonl with several.")] = "",
    url: Annotated[str, typer.Option(help="Address of the article.")] = "",
    part: Part = None,
    against: Annotated[bool, typer.Option("--against", help="It shows what the topic is not.")] = False,
    json: Json = False,
) -> None:
    """Give a topic one more reference article or several; it learns anew, and stored articles are searched again."""
    context = open_home()
    with context.db.read() as session:
        topic = topics.get(session, name)
    given = read_references(context, topic.name, file, url, part, asks=not json)
    id = topic.id or 0
    asked = context.db.transact(lambda s: learning.add_references(s, id, given, not against, now()))
    _answer(id, wait_for(context, asked).result, json)


def _answer(topic_id: int, result: dict[str, int], json: bool) -> None:
    _, db = open_for_reading()
    with db.read() as session:
        topic, rows = topics.by_id(session, topic_id), topics.references(session, topic_id)
    if json:
        print_json({
            "topic": topic.name, "version": topic.version, "references": [row.id for row in rows], **result,
        })  # fmt: skip
    else:
        show(f"{len(rows)} references; version {topic.version} is in force")
        show(moved_line(result))


@app.command("list")
def list_references(name: Name, json: Json = False) -> None:
    """List the references of a topic that are in force."""
    _, db = open_for_reading()
    with db.read() as session:
        rows = topics.references(session, topics.get(session, name).id or 0)
    if json:
        print_json([
            {"id": r.id, "title": r.title, "url": r.url, "words": len(r.text.split()), "relevant": r.relevant}
            for r in rows
        ])  # fmt: skip
    else:
        cells = [(r.id, "for" if r.relevant else "against", len(r.text.split()), r.title or r.text[:80]) for r in rows]
        table(("id", "", "words", "title"), cells)


@app.command()
def remove(name: Name, id: Annotated[int, typer.Argument(help="Id of the reference.")], json: Json = False) -> None:
    """Take a reference out of force; `topics undo` brings it back."""
    context = open_home()
    with context.db.read() as session:
        topic_id = topics.get(session, name).id or 0
    asked = context.db.transact(lambda s: learning.remove_reference(s, topic_id, id, now()))
    _answer(topic_id, wait_for(context, asked).result, json)
