"""The recent leads that new articles are compared with: where articles on one event meet."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, bindparam
from sqlmodel import Session, col, delete, insert, select, update

from domain.stories import WINDOW, Gist, unpack
from storage.engine import portions
from storage.models import StoryKey, StoryLead

# A lead leaves the index when it is older than any that may still be compared, and was put there as long ago.
KEEP = timedelta(seconds=2 * WINDOW)

# With a list of its own the statement would be put together anew each time, which costs more than to run it.
_MEET = select(StoryKey.key, StoryKey.article_id).where(
    col(StoryKey.key).in_(bindparam("keys", expanding=True, type_=BigInteger)),
    col(StoryKey.at) >= bindparam("since"),
    col(StoryKey.at) <= bindparam("until"),
)


def meet(session: Session, keys: Collection[int], since: float, until: float) -> dict[int, list[int]]:
    """Give for each key the leads between two times (seconds since 1970) that have it."""
    found: dict[int, list[int]] = {}
    for part in portions(keys):
        for key, id in session.execute(_MEET, {"keys": part, "since": int(since), "until": int(until)}):
            found.setdefault(key, []).append(id)
    return found


def stories_of(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Give the stories of leads in the index."""
    rows = select(StoryLead.article_id, StoryLead.story_id)
    among = (rows.where(col(StoryLead.article_id).in_(part)) for part in portions(ids))
    return {id: story for found in among for id, story in session.execute(found)}


def leads(session: Session, stories: Iterable[int]) -> dict[int, dict[int, Gist]]:
    """Give by story, then by article, the leads in the index."""
    found: dict[int, dict[int, Gist]] = {}
    rows = select(StoryLead.story_id, StoryLead.article_id, col(StoryLead.gist))
    for part in portions(stories):
        for story, id, packed in session.execute(rows.where(col(StoryLead.story_id).in_(part))):
            found.setdefault(story, {})[id] = unpack(packed)
    return found


def add(session: Session, rows: Sequence[tuple[int, int, Gist]], now: datetime) -> None:
    """Put leads into the index: (article, story, gist)."""
    values = [
        {"article_id": id, "story_id": story, "at": int(gist.at), "gist": gist.packed(), "kept": now}
        for id, story, gist in rows
    ]
    keys = [{"key": key, "at": int(gist.at), "article_id": id} for id, _, gist in rows for key in gist.keys]
    if values:
        session.connection().execute(insert(StoryLead.__table__), values)  # type: ignore[attr-defined]
    if keys:
        session.connection().execute(insert(StoryKey.__table__), keys)  # type: ignore[attr-defined]


def forget(session: Session, ids: Iterable[int]) -> None:
    """Take leads out of the index."""
    for part in portions(ids):
        rows = select(StoryLead.article_id, col(StoryLead.gist)).where(col(StoryLead.article_id).in_(part))
        for id, packed in session.execute(rows).all():
            gist = unpack(packed)
            session.exec(
                delete(StoryKey).where(
                    col(StoryKey.key).in_(gist.keys), col(StoryKey.at) == int(gist.at), col(StoryKey.article_id) == id
                )
            )
        session.exec(delete(StoryLead).where(col(StoryLead.article_id).in_(part)))


def move(session: Session, stories: Mapping[int, int]) -> None:
    """Write another story of leads that are in the index."""
    for id, story in stories.items():
        session.exec(update(StoryLead).where(col(StoryLead.article_id) == id).values(story_id=story))


def clear(session: Session, now: datetime, most: int = 200) -> None:
    """Take some of those leads out that are compared no more."""
    old = now - KEEP
    rows = select(StoryLead.article_id).where(StoryLead.kept < old, StoryLead.at < int(old.timestamp())).limit(most)
    if ids := list(session.exec(rows)):
        forget(session, ids)


def rank(hits: Iterable[int], most: int) -> list[int]:
    """Give the leads that share the most keys, the newest of those first."""
    counted = Counter(hits)
    return sorted(counted, key=lambda id: (-counted[id], -id))[:most]
