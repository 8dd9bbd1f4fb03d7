"""What topics learned, version by version: references, verdicts, and the profile that they made.

A version holds everything that it was made of, so going back to one is exact, and what was said since is out of force
without being lost: verdicts and references stay in their tables for ever.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from domain.article import Text
from domain.errors import NotFound
from domain.topics import METHOD
from storage.engine import insert_for
from storage.learned import TopicVersion, Verdict
from storage.models import Reference, Topic
from storage.topics import by_id, changed

# Why there is a version. `about` is the article of a verdict, the reference, or the version gone back to.
CAUSES = (
    "added", "calibrated", "grown", "growth_on", "growth_off", "relearned", "relevant", "irrelevant",
    "reference_added", "reference_removed", "edited", "undone",
)  # fmt: skip
AUTOMATIC = ("added", "calibrated", "grown", "relearned")  # nobody asked for these


def in_force(session: Session, topic_id: int) -> TopicVersion:
    """Give the version in force. Raises NotFound."""
    return get(session, topic_id, by_id(session, topic_id).version)


def get(session: Session, topic_id: int, version: int) -> TopicVersion:
    """Give a version of a topic. Raises NotFound."""
    found = session.get(TopicVersion, (topic_id, version)) if 0 < version < 2**31 else None
    if found is None:
        raise NotFound(f"there is no version {version} of this topic: see `marsad topics versions`")
    return found


def history(session: Session, topic_id: int) -> list[TopicVersion]:
    """Give all versions of a topic, oldest first."""
    rows = select(TopicVersion).where(TopicVersion.topic_id == topic_id)
    return list(session.exec(rows.order_by(col(TopicVersion.version))))


def advance(
    session: Session, topic_id: int, cause: str, now: datetime, *, about: int | None = None, **values: Any
) -> int:
    """Put the next version in force, made of the one before and the given `values`. Gives its number.

    Workers see it at their next task.
    """
    changed(session)
    before = in_force(session, topic_id)
    kept = {name: getattr(before, name) for name in ("base", "profile", "reference_ids", "verdicts", "growth")}
    kept |= {"calibrated": by_id(session, topic_id).calibrated} | values
    version = before.version + 1
    session.add(TopicVersion(topic_id=topic_id, version=version, cause=cause, about=about, at=now, **kept))
    new = {"profile": kept["profile"], "calibrated": kept["calibrated"], "version": version}
    new |= {"method": int(kept["base"].get("version", METHOD))}
    session.exec(update(Topic).where(col(Topic.id) == topic_id).values(**new))
    session.flush()
    return version


def note_scored(session: Session, topic_id: int, version: int, calibrated: int | None = None) -> None:
    """Write down that the stored articles were asked with a version; `calibrated`: and its levels confirmed by them."""
    values = {"scored": version} | ({} if calibrated is None else {"calibrated": calibrated})
    session.exec(update(Topic).where(col(Topic.id) == topic_id).values(**values))


def add_reference(session: Session, topic_id: int, text: Text, url: str, relevant: bool, now: datetime) -> int:
    """Keep one more reference; it is in force once a version names it. Gives its id."""
    row = Reference(topic_id=topic_id, title=text.title, text=text.body, url=url, relevant=relevant, created=now)
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def several_references(session: Session, ids: Sequence[int]) -> list[Reference]:
    """Give references by their ids, oldest first."""
    return list(session.exec(select(Reference).where(col(Reference.id).in_(ids)).order_by(col(Reference.id))))


def say(session: Session, topic_id: int, article_id: int, relevant: bool, now: datetime) -> None:
    """Keep a verdict; a newer word about the same article replaces the earlier."""
    row = {"topic_id": topic_id, "article_id": article_id, "relevant": relevant, "at": now}
    statement = insert_for(session, Verdict).values(**row)
    newer = {"relevant": statement.excluded.relevant, "at": statement.excluded.at}
    session.exec(statement.on_conflict_do_update(index_elements=["topic_id", "article_id"], set_=newer))


def verdicts(session: Session, topic_id: int) -> dict[int, bool]:
    """Give the verdicts in force, by article."""
    return {article_id: bool(relevant) for article_id, relevant in in_force(session, topic_id).verdicts}


def all_verdicts(session: Session, topic_id: int) -> list[Verdict]:
    """Give every verdict ever said about a topic, those out of force too, oldest first."""
    return list(session.exec(select(Verdict).where(Verdict.topic_id == topic_id).order_by(col(Verdict.id))))
