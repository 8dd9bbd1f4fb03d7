"""Articles for tests of what is stored: short to write, and kept as the worker keeps them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from domain import arabic
from domain.article import Basis, Draft
from domain.topics.ceiling import hash_text
from settings import Settings
from storage import articles, copies, search, stems, stories
from storage.engine import Database
from worker.context import Context
from worker.detect import Detector

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)


def draft(key: str, title: str = "خبر", body: str = "", *, at: datetime = NOON, **values: Any) -> Draft:
    """Make an article that is not stored yet."""
    basis = Basis.FULL if body else Basis.HEADLINE
    given: dict[str, Any] = {"text_key": key, "outlet": "صحيفة الضفة", "basis": basis, "language": "ar"} | values
    return Draft(key=key, title=title, body=body, event_at=at, first_seen=at, **given)


def store(session: Session, *drafts: Draft, group: int = 0) -> list[int]:
    """Store articles as leads, each a story of its own, or as copies in a group, findable by their words. Gives ids."""
    added = articles.store(session, [(d, 0) for d in drafts], None, "")
    ids = [added[d.key] for d in drafts]
    copies.set_groups(session, {id: group or id for id in ids})
    made = stories.make(session, 0 if group else len(ids), NOON)
    placed = (
        dict.fromkeys(ids, stories.story_of(session, [group])[group]) if group else dict(zip(ids, made, strict=True))
    )
    stories.put(session, placed)
    stories.count(session, set(placed.values()))
    stored = list(zip(ids, drafts, strict=True))
    search.index(session, [(id, *terms(d)) for id, d in stored])
    asked = [(id, d) for id, d in stored if d.language in stems.ASKED]
    stems.keep(session, [(id, d.basis, hash_text(d.text)) for id, d in asked])
    return ids


def terms(draft: Draft) -> tuple[Sequence[str], Sequence[str]]:
    """Give the terms of title and body."""
    return arabic.stems(draft.title), arabic.stems(draft.body)


def context(db: Database, home: Path, now: datetime = NOON) -> Context:
    """Give what the stages of the worker are handed."""
    return Context(Settings(home=home), db, lambda: now, Detector())
