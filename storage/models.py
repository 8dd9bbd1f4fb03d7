"""The tables. SQLModel classes describe the rows; `storage/migrations` alone owns the schema.

Values are checked in `domain` before they come here: a table class does not validate. All times are UTC.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

from domain.topics import METHOD
from storage import learned as learned  # its tables belong to METADATA too
from storage.access import OutletAccess as OutletAccess
from storage.carded import Outlet as Outlet
from storage.carded import OutletSite as OutletSite
from storage.channelled import Attempt as Attempt
from storage.channelled import Channel as Channel
from storage.channelled import FeedToken as FeedToken
from storage.columns import Leased as Leased
from storage.columns import json_field, leased_indexes, utc_field
from storage.dating import Published
from storage.filled import Backfill as Backfill
from storage.filled import BackfillPage as BackfillPage
from storage.masked import Own
from storage.polled import Event as Event
from storage.polled import Feed as Feed
from storage.polled import Host as Host
from storage.polled import Poll as Poll
from storage.polled import Robots as Robots
from storage.polled import Served as Served
from storage.related import CopyVerdict as CopyVerdict
from storage.related import Relation as Relation
from storage.revised import Revised
from storage.revised import Revision as Revision
from storage.sighted import Credited
from storage.sighted import SightingRow as SightingRow
from storage.storied import Storied
from storage.storied import Story as Story
from storage.storied import StoryEdit as StoryEdit
from storage.storied import StoryKey as StoryKey
from storage.storied import StoryLead as StoryLead
from storage.storied import StoryMove as StoryMove
from storage.subscribed import HeldAlert as HeldAlert
from storage.subscribed import Subscription as Subscription


class Document(SQLModel, table=True):
    """What came over the wire, untouched: zlib-compressed bytes under their SHA-256."""

    sha256: str = Field(primary_key=True)
    kind: str
    url: str
    content_type: str = ""
    size: int
    body: bytes = Field(sa_type=LargeBinary)
    first_seen: datetime = utc_field()


class Article(Published, Revised, Own, Storied, Credited, table=True):
    """One entry of one feed, or one article added by hand; a copy is a row of its own, linked by `group_id`.

    `group_id` is the id of the group's lead article, its own for a lead. `text` is what the decisions read, `basis`
    says how much of the article that is, and `text_status` why it is not the full text where it is not. `source` is
    `web`, or `telegram` for the post of a channel.
    """

    __table_args__ = (
        Index("ix_article_event", "event_at", "id"),
        Index("ix_article_outlet_event", "outlet", "event_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    text_key: str = Field(default="", index=True)
    feed_id: int | None = Field(default=None, foreign_key="feed.id", index=True, ondelete="SET NULL")
    group_id: int | None = Field(default=None, index=True)
    url: str = ""
    title: str
    text: str = Field(sa_type=Text)
    basis: str
    text_status: str = ""
    outlet: str
    author: str = ""
    section: str = ""
    language: str = ""
    event_at: datetime = utc_field()
    first_seen: datetime = utc_field()
    may_alert: bool = False
    document: str = ""
    page_document: str = ""
    exact: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, index=True))
    flags: str = ""
    source: str = "web"


class ShingleBucket(SQLModel, table=True):
    """Sampled shingles of articles, many in a row (`domain.buckets`): the index in which copies meet.

    Statements are in `storage/buckets.py`. PostgreSQL leaves room in its pages, so that appending stays in the page.
    """

    __table_args__ = ({"postgresql_with": {"fillfactor": 80}},)

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    entries: bytes = Field(sa_type=LargeBinary)


class CommonShingle(SQLModel, table=True):
    """A shingle that so many articles hold that it tells nothing of copies; it is indexed no more."""

    hash: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    since: datetime = utc_field()


class PageJob(Leased, table=True):
    """The page of an article whose feed gave less than the full text."""

    __table_args__ = leased_indexes("pagejob")

    article_id: int = Field(primary_key=True, foreign_key="article.id", ondelete="CASCADE")
    host: str = ""
    state: str = "waiting"
    attempts: int = 0
    status: str = ""
    detail: str = ""


class Topic(SQLModel, table=True):
    """A topic: its name, the profile in force, and the version of that.

    The id of a removed topic is never given again. `calibrated` is the newest article that set the profile's levels,
    `scored` the version that the stored articles were last asked with, `method` how it was learned, `grown` the number
    of matches that it had when it last grew.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    state: str = "active"
    version: int = 1
    profile: dict[str, Any] = json_field(dict)
    calibrated: int = 0
    scored: int = 0
    method: int = METHOD
    grows: bool = True
    grown: int = 0
    created: datetime = utc_field()


class Reference(SQLModel, table=True):
    """A reference article of a topic, kept as given; one that is not `relevant` shows what the topic is not."""

    id: int | None = Field(default=None, primary_key=True)
    topic_id: int = Field(foreign_key="topic.id", index=True, ondelete="CASCADE")
    title: str = ""
    text: str = Field(sa_type=Text)
    url: str = ""
    relevant: bool = True
    created: datetime = utc_field()


class Match(SQLModel, table=True):
    """A topic's decision about an article: `match`, `near` (near miss) or `withdrawn` (not on the full text)."""

    __table_args__ = (Unique("topic_id", "article_id"), Index("ix_match_topic_state", "topic_id", "state", "event_at"))

    id: int | None = Field(default=None, primary_key=True)
    topic_id: int = Field(foreign_key="topic.id", ondelete="CASCADE")
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")
    state: str
    score: float
    basis: str
    provisional: bool = False
    version: int = 1
    reason: dict[str, Any] = json_field(dict)
    event_at: datetime = utc_field()
    decided: datetime = utc_field()


class Alert(Leased, table=True):
    """The outbox. Unique by (topic, story, reason, channel); the id is the message's id at every try.

    `reason` is the key of the strongest reason (`domain.reasons.Given`), of a digest when it was due; `keys` those of
    all reasons. What concerns no topic has none, a digest no story (0). Ids are in the order in which alerts were made.
    `repeated` is when somebody asked for it once more; `doubtful` says that an earlier try may have arrived although no
    answer did.
    """

    __table_args__ = (Unique("topic_id", "story_id", "reason", "channel_id"), *leased_indexes("alert"))

    id: str = Field(primary_key=True)
    topic_id: int | None = Field(default=None, foreign_key="topic.id", ondelete="CASCADE")
    story_id: int = Field(index=True)
    reason: str
    keys: list[str] = json_field(list)
    channel_id: int = Field(foreign_key="channel.id", index=True, ondelete="CASCADE")
    article_id: int | None = Field(default=None, index=True)
    payload: str = Field(sa_type=Text)
    state: str = "waiting"
    attempts: int = 0
    detail: str = ""
    created: datetime = utc_field(index=True)
    sent: datetime | None = utc_field(default=None)
    repeated: datetime | None = utc_field(default=None)
    doubtful: bool = False


class Job(Leased, table=True):
    """Something asked for that a worker does: a backfill, a page's request, a test alert."""

    __table_args__ = leased_indexes("job")

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    payload: dict[str, Any] = json_field(dict)
    state: str = "waiting"
    done: int = 0
    total: int = 0
    result: dict[str, Any] = json_field(dict)
    created: datetime = utc_field()
    finished: datetime | None = utc_field(default=None)


class Quarantine(SQLModel, table=True):
    """Work that crashed or failed inside us five times: what, when, where, why. It can be replayed."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    ref: str
    why: str
    host: str = ""
    at: datetime = utc_field()
    replayed: datetime | None = utc_field(default=None)


class Heartbeat(SQLModel, table=True):
    """The last sign of life of a part of the service."""

    name: str = Field(primary_key=True)
    at: datetime = utc_field()
    detail: str = ""


METADATA = SQLModel.metadata
