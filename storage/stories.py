"""Stories: the articles on one event, each copy in the story of its group."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, insert, select, update

from domain.errors import NotFound
from domain.stories import METHOD
from storage.engine import is_id, portions
from storage.models import Article, Story

Cursor = tuple[datetime, int]

_ARTICLES: Any = Article.__table__  # type: ignore[attr-defined]
_PUT = sqlalchemy.update(_ARTICLES).where(_ARTICLES.c.id == bindparam("article")).values(story_id=bindparam("story"))


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story; `group_id` is the lead of its copy group, its own id for a lead.

    `credit` is the agency that it credits (`domain.agencies`), empty where it credits none.
    """

    article_id: int
    story_id: int
    group_id: int
    outlet: str
    event_at: datetime
    first_seen: datetime
    title: str
    credit: str = ""


def story_of(session: Session, article_ids: Iterable[int]) -> dict[int, int]:
    """Give the story of each of the articles that has one."""
    return {
        id: story
        for part in portions(article_ids)
        for id, story in session.exec(select(Article.id, Article.story_id).where(col(Article.id).in_(part)))
        if id is not None and story is not None
    }


def members(session: Session, story_ids: Iterable[int]) -> list[Member]:
    """Give the articles of stories, earliest first."""
    found = [
        Member(
            a.id or 0, a.story_id or 0, a.group_id or a.id or 0, a.outlet, a.event_at, a.first_seen, a.title, a.credit
        )
        for part in portions(story_ids)
        for a in session.exec(select(Article).where(col(Article.story_id).in_(part)))
    ]
    return sorted(found, key=lambda m: (m.event_at, m.article_id))


def get(session: Session, which: str | int) -> Story:
    """Give a story by its id. Raises NotFound."""
    story = session.get(Story, int(which)) if is_id(str(which)) else None
    if story is None:
        raise NotFound(f"there is no story {which}: see `marsad stories list`")
    return story


def make(session: Session, number: int, now: datetime) -> list[int]:
    """Make stories, empty as yet. Gives their ids in ascending order."""
    row = {"first_at": now, "last_at": now, "articles": 0, "groups": 0, "method": METHOD, "created": now}
    statement = insert(Story).returning(col(Story.id))
    return sorted(id for (id,) in session.execute(statement, [row] * number)) if number else []


def put(session: Session, stories: Mapping[int, int]) -> None:
    """Write the story of each of the articles, given by article id."""
    rows = [{"article": id, "story": story} for id, story in stories.items()]
    if rows:
        session.connection().execute(_PUT, rows)


def put_groups(session: Session, stories: Mapping[int, int]) -> None:
    """Write the story of whole copy groups, given by the id of their lead."""
    for group, story in stories.items():
        session.exec(update(Article).where(col(Article.group_id) == group).values(story_id=story))


def count(session: Session, story_ids: Collection[int]) -> None:
    """Count the articles of stories anew, after some came or went; one that lost all keeps its times."""
    for part in portions(story_ids):
        times = (func.min(Article.event_at), func.max(Article.event_at))
        groups = func.count(func.distinct(Article.group_id))
        rows = sqlalchemy.select(col(Article.story_id), *times, func.count(), groups)
        rows = rows.where(col(Article.story_id).in_(part)).group_by(col(Article.story_id))
        found = {row[0]: row[1:] for row in session.execute(rows)}
        values = [
            {"id": id, "first_at": first, "last_at": last, "articles": articles, "groups": number}
            for id, (first, last, articles, number) in found.items()
        ]
        if values:
            session.execute(update(Story), values)
        gone = [id for id in part if id not in found]
        session.exec(update(Story).where(col(Story.id).in_(gone)).values(articles=0, groups=0))
