"""`marsad topics growth`: the stored articles that a topic grows by, and how to stop it."""

from typing import Annotated, Any

import typer

from cli.asked import Json, Name, moved_line, wait_for
from cli.home import now, open_for_reading, open_home
from cli.output import print_json, say, show, table
from domain.topics import Profile, drift
from storage import articles, growth, topics, versions


def grow(
    name: Name,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Let it grow, or stop it and take that back.")] = None,
    json: Json = False,
) -> None:
    """Show which stored articles a topic grew by, and how far it is from its references; turn growth on or off."""
    moved: dict[str, Any] = {}
    if on is not None:
        context = open_home()
        with context.db.read() as session:
            id = topics.get(session, name).id or 0
        moved = wait_for(context, context.db.transact(lambda s: growth.turn(s, id, on, now()))).result
    _, db = open_for_reading()
    with db.read() as session:
        topic = topics.get(session, name)
        state = versions.in_force(session, topic.id or 0)
        rows = articles.several(session, state.growth)
    far = round(drift(Profile.from_json(state.base), Profile.from_json(state.profile)), 4)
    if json:
        told = [{"id": row.id, "title": row.title, "outlet": row.outlet} for row in rows]
        print_json({"topic": topic.name, "grows": topic.grows, "drift": far, "articles": told, **moved})
        return
    grows = "grows" if topic.grows else "does not grow"
    show(f"{grows}; {far:.2f} from what its references taught, version {topic.version}")
    table(("id", "outlet", "title"), [(row.id, row.outlet, row.title) for row in rows])
    if moved:
        say(moved_line(moved))
