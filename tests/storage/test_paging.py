from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from domain import arabic
from domain.article import Basis, Draft
from domain.errors import NotFound
from domain.query import parse
from storage import articles, copies, jobs, search, topics
from storage.articles import Cursor, Listed
from storage.engine import Database

START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def fill(session: Session, number: int) -> tuple[int, list[int]]:
    """Store a topic and articles, three of the same time each, all of them matches."""
    topic = topics.add(session, "أسعار القمح", {}, [], START)
    assert topic.id is not None
    drafts = [
        Draft(f"k{n}", f"القمح {n}", "", Basis.HEADLINE, "صحيفة", START + timedelta(microseconds=n // 3), START)
        for n in range(number)
    ]
    ids = list(articles.store(session, [(draft, 0) for draft in drafts], None, "").values())
    copies.set_groups(session, {id: id for id in ids})
    search.index(session, [(id, arabic.stems(draft.title), []) for id, draft in zip(ids, drafts, strict=True)])
    rows: list[dict[str, Any]] = [
        {"topic_id": topic.id, "article_id": id, "state": "match", "score": 0.6, "basis": "headline",
         "provisional": True, "version": 1, "reason": {}, "event_at": draft.event_at, "decided": START}
        for id, draft in zip(ids, drafts, strict=True)
    ]  # fmt: skip
    topics.decide(session, rows)
    return topic.id, ids


def all_pages(page: Any, size: int) -> list[int]:
    """Read a list page by page."""
    seen: list[int] = []
    before: Cursor | None = None
    rows: list[Listed] = page(before)
    while rows:
        seen += [row.id for row in rows]
        before = (rows[-1].published, rows[-1].id)
        assert len(rows) <= size
        rows = page(before)
    return seen


def test_matches_page_by_page(db: Database) -> None:
    with db.write() as session:
        topic, ids = fill(session, 23)
        seen = all_pages(lambda before: topics.matches(session, topic, limit=5, before=before), 5)
    assert seen == sorted(ids, reverse=True)


def test_search_page_by_page(db: Database) -> None:
    with db.write() as session:
        _, ids = fill(session, 23)
        wheat = parse("القمح")
        seen = all_pages(lambda before: search.find(session, wheat, limit=5, before=before), 5)
    assert seen == sorted(ids, reverse=True)


def test_numbers_and_newest_of_a_topic(db: Database) -> None:
    with db.write() as session:
        topic, _ = fill(session, 4)
        assert topics.counts(session) == {topic: 4}
        assert topics.counts(session, "near") == {}
        assert topics.newest(session) == {topic: START + timedelta(microseconds=1)}
        assert topics.by_id(session, topic).name == "أسعار القمح"
        with pytest.raises(NotFound):
            topics.by_id(session, topic + 1)


def test_the_latest_job_about_each_topic(db: Database) -> None:
    with db.write() as session:
        jobs.ask(session, "backfill_topic", {"topic_id": 7}, START)
        newer = jobs.ask(session, "backfill_topic", {"topic_id": 7}, START)
        jobs.ask(session, "topic_from_url", {"name": "القمح", "url": "https://news.example/"}, START)
        assert {topic: job.id for topic, job in jobs.latest(session, "backfill_topic").items()} == {7: newer}
        assert jobs.latest(session, "topic_from_url") == {}
