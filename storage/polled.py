"""The tables of what is polled and how it is: feeds, hosts, robots.txt, visits and events (see `storage.models`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from storage.chained import Chained
from storage.columns import Leased, json_field, leased_indexes, utc_field
from storage.dating import Zoned


class Feed(Leased, Zoned, Chained, table=True):
    """An address that is polled. `origin` is the address under which it was added; entry keys hang on it.

    `rhythm` is what was learned of when it publishes (`domain.rhythm`), `asks` what it asks for in its body
    (`domain.polite`), `last_new` when it last brought an entry,
    `last_full` when it was last asked without ETag, `health` one of `domain.health.Health`. `moved_url` is where a
    permanent redirect leads, first seen at `moved_since`. For its place in its outlet's chain see `storage.chained`.
    """

    __table_args__ = leased_indexes("feed")

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True)
    origin: str
    host: str = ""
    title: str = ""
    outlet: str = Field(default="", index=True)
    country: str = ""
    language: str = ""
    folder: str = ""
    site_url: str = ""
    note: str = ""
    state: str = "active"
    status: str = ""
    detail: str = ""
    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""
    primed: bool = False
    failures: int = 0
    interval: float = 0.0
    last_polled: datetime | None = utc_field(default=None)
    last_success: datetime | None = utc_field(default=None)
    rhythm: dict[str, Any] = json_field(dict)
    asks: dict[str, Any] = json_field(dict)
    last_new: datetime | None = utc_field(default=None)
    last_full: datetime | None = utc_field(default=None)
    health: str = Field(default="new", index=True)
    moved_url: str = ""
    moved_since: datetime | None = utc_field(default=None)
    created: datetime = utc_field()


class Served(SQLModel, table=True):
    """What the entries of a feed said at its last visit, so that they need not be parsed again (`worker.parts`)."""

    feed_id: int = Field(primary_key=True, foreign_key="feed.id", ondelete="CASCADE")
    stubs: bytes = Field(sa_type=LargeBinary)


class Host(SQLModel, table=True):
    """A host that asked for a pause (429, 503)."""

    name: str = Field(primary_key=True)
    paused_until: datetime = utc_field()


class Robots(SQLModel, table=True):
    """The robots.txt of an origin (scheme, host, port): what it said when it last answered.

    See `domain.robots.Known`.
    """

    origin: str = Field(primary_key=True)
    text: str = Field(default="", sa_type=Text)
    status: str = ""
    detail: str = ""
    answered: datetime | None = utc_field(default=None)
    failing_since: datetime | None = utc_field(default=None)
    tried: datetime = utc_field()


class Poll(SQLModel, table=True):
    """What one visit to a feed brought: a named status, and each entry in exactly one count."""

    id: int | None = Field(default=None, primary_key=True)
    feed_id: int | None = Field(default=None, foreign_key="feed.id", index=True, ondelete="SET NULL")
    at: datetime = utc_field(index=True)
    status: str
    detail: str = ""
    http_status: int | None = None
    new: int = 0
    copies: int = 0
    revised: int = 0
    seen: int = 0
    rejected: int = 0
    waiting: int = 0
    matches: int = 0
    alerts: int = 0
    rejections: dict[str, Any] = json_field(dict)


class Event(SQLModel, table=True):
    """Something that an operator should know: what, about whom, since when, until when (null: it still is so).

    `kind` is `our_network` or one of `domain.health.SILENT`; `subject` the outlet, country or language.
    """

    __table_args__ = (Index("ix_event_open", "kind", "subject", "ended"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str = ""
    detail: str = ""
    began: datetime = utc_field(index=True)
    ended: datetime | None = utc_field(default=None)
