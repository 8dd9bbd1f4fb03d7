"""Says what one reference more, or one less, would do to a topic's matches, before anything is kept."""

from typing import Any

from domain.article import Text
from domain.errors import BadInput
from domain.topics import Profile
from domain.topics.against import is_broad
from domain.topics.reference import Read, read_reference
from storage import articles, learning, topics, versions
from worker.context import Context
from worker.imports import fetch_given
from worker.retro import Progress, hunt

_SHOWN = 50  # articles of each list


def propose(context: Context, asked: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Give what a change of a topic's references would gain and lose among the stored articles, as JSON values.

    `asked` has `topic_id`; and `remove`, the id of a reference; or `relevant` with `title` and `text` of one that was
    read, or with the `url` of a page (and `part`, where it is a roundup). Raises BadInput, BadReference, NotFound.
    """
    topic_id = int(asked["topic_id"])
    with context.db.read() as session:
        name, before = topics.by_id(session, topic_id).name, versions.in_force(session, topic_id).profile
        last = articles.last_id(session)
    read = None if "remove" in asked else _reference(context, name, asked)
    given = [read.text] if read else []
    with context.db.read() as session:
        after = learning.proposed(session, topic_id, given, bool(asked.get("relevant")), asked.get("remove"))
    old = set(hunt(context, Profile.from_json(before), last, level=True).matches)
    hunted = hunt(context, after, last, level=True, progress=progress)
    new = set(hunted.matches)
    said: dict[str, Any] = (
        {"title": read.text.title, "text": read.text.body, "kind": asked.get("kind", read.kind)} if read else {}
    )
    for word, ids in (("gained", new - old), ("lost", old - new)):
        with context.db.read() as session:
            rows = articles.several(session, sorted(ids)[-_SHOWN:])
        said[word] = [{"id": row.id, "title": row.title, "outlet": row.outlet} for row in reversed(rows)]
        said[f"{word}_number"] = len(ids)
    return {**said, "matched": len(new), "read": hunted.read, "broad": is_broad(len(new), hunted.read)}


def _reference(context: Context, name: str, asked: dict[str, Any]) -> Read:
    """Give the reference that was read, or fetch and read it."""
    if "text" in asked:
        return read_reference(name, Text(str(asked["title"]), str(asked["text"])), 0)
    if "url" not in asked:
        raise BadInput("no reference was given")
    return read_reference(name, fetch_given(context, str(asked["url"])).text, asked.get("part"))
