"""The tables of what topics learned, and of the stems by which they are asked about articles (see `storage.models`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

from storage.columns import json_field, utc_field


class TopicVersion(SQLModel, table=True):
    """What a topic was at one version, whole, so that it can be compared with and gone back to.

    `base` is the profile as learned from the references, `profile` the one in force: the base, the growth and the
    verdicts. `reference_ids`, `verdicts` ([article id, relevant]) and `growth` (the articles that it grew by) are what
    it was made of. `cause` says why there is this version, and `about` which article, reference or version that speaks
    of.
    """

    topic_id: int = Field(primary_key=True, foreign_key="topic.id", ondelete="CASCADE")
    version: int = Field(primary_key=True)
    base: dict[str, Any] = json_field(dict)
    profile: dict[str, Any] = json_field(dict)
    reference_ids: list[int] = json_field(list)
    verdicts: list[list[int]] = json_field(list)
    growth: list[int] = json_field(list)
    calibrated: int = 0
    cause: str
    about: int | None = None
    at: datetime = utc_field()


class Verdict(SQLModel, table=True):
    """What an analyst said of an article, relevant to a topic or not; the newest word, kept also when out of force."""

    __table_args__ = (Unique("topic_id", "article_id"),)

    id: int | None = Field(default=None, primary_key=True)
    topic_id: int = Field(foreign_key="topic.id", ondelete="CASCADE")
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")
    relevant: bool
    at: datetime = utc_field()


class Generation(SQLModel, table=True):
    """Counts every change of any topic, so that a worker sees with one row whether it knows them all."""

    name: str = Field(primary_key=True)
    value: int = 0


class ArticleStems(SQLModel, table=True):
    """The stems of an Arabic article as a `domain.topics.ceiling.Hashed`: `title`, `length` and `hashes`.

    `stemming` names what they were made with; rows of another are no use and are made again.
    """

    article_id: int = Field(
        sa_column=Column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    basis: str
    stemming: str
    title: int
    length: float
    hashes: bytes = Field(sa_type=LargeBinary)
