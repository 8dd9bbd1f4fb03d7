"""The tables of backfills: how far each has gone back, and the pages of articles that it still has to read."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

from storage.columns import Leased, json_field, leased_indexes, utc_field


class Backfill(Leased, table=True):
    """One walk back through what an outlet published, by a feed or by the sitemaps of its site.

    `cursor` is where it stands (`domain.backfill.Cursor`), `asked` when its host was last asked for it, `tries` how
    often the address that is asked for gave no answer. `done` are the entries and pages that were looked at, of
    `total` where that is known; `older` those from before `since`, `left` those that are left to the feeds. `oldest`
    is the oldest date reached. `state` is waiting, done, stopped or failed, `ended` one of `domain.backfill.Ended`.
    """

    __table_args__ = leased_indexes("backfill")

    id: int | None = Field(default=None, primary_key=True)
    outlet: str = ""
    feed_id: int | None = Field(default=None, foreign_key="feed.id", index=True, ondelete="SET NULL")
    host: str = ""
    since: datetime = utc_field()
    most: int = 0
    state: str = "waiting"
    ended: str = ""
    cursor: dict[str, Any] = json_field(dict)
    tries: int = 0
    asked: datetime | None = utc_field(default=None)
    status: str = ""
    detail: str = ""
    done: int = 0
    total: int = 0
    new: int = 0
    copies: int = 0
    seen: int = 0
    older: int = 0
    left: int = 0
    failed: int = 0
    oldest: datetime | None = utc_field(default=None)
    created: datetime = utc_field()
    finished: datetime | None = utc_field(default=None)


class BackfillPage(SQLModel, table=True):
    """The page of an article that a sitemap named. `status` is empty until it was read or given up."""

    __table_args__ = (
        Unique("backfill_id", "url"),
        Index("ix_backfillpage_waiting", "backfill_id", "status", "tries", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    backfill_id: int = Field(foreign_key="backfill.id", ondelete="CASCADE")
    url: str
    changed: str = ""
    status: str = ""
    tries: int = 0
