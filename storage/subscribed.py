"""The tables of who is told what: subscriptions, and what is held for their digests (see `storage.models`)."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

from domain.preferences import OFF, PER_DAY
from domain.reasons import DEFAULT_RULES
from storage.columns import json_field, utc_field


class Subscription(SQLModel, table=True):
    """A topic whose stories are told on a channel; one of kind `service` tells how the service is and has no topic.

    How it wants to be told is kept as written on the command line (`domain.preferences`). `digest_due` is when what is
    held goes out, `digested` when it last did (of a `service` one: when it last told something).
    """

    __table_args__ = (Unique("topic_id", "channel_id"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "topic"
    topic_id: int | None = Field(default=None, foreign_key="topic.id", ondelete="CASCADE")
    channel_id: int = Field(foreign_key="channel.id", ondelete="CASCADE")
    state: str = "active"
    rules: str = str(DEFAULT_RULES)
    per_day: int = PER_DAY
    zone: str = "UTC"
    quiet: str = ""
    ramadan: str = ""
    days_off: str = ""
    free: str = ""
    digest: str = OFF
    live: bool = True
    digest_due: datetime | None = utc_field(default=None, index=True)
    digested: datetime | None = utc_field(default=None)
    created: datetime = utc_field()


class HeldAlert(SQLModel, table=True):
    """An alert that a subscription's budget or quiet time holds for its next digest. Nothing held is lost.

    `data` is what the alert would have said, `why` one of `domain.budget.Held`, `alert_id` the digest that it went
    into. `state` is `waiting`, `told`, or `withdrawn` when the article matched no more before it was told.
    """

    __tablename__ = "held"
    __table_args__ = (
        Unique("subscription_id", "story_id", "reason"),
        Index("ix_held_waiting", "subscription_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id", ondelete="CASCADE")
    story_id: int = Field(index=True)
    reason: str
    keys: list[str] = json_field(list)
    article_id: int = Field(index=True)
    data: str = Field(sa_type=Text)
    why: str
    state: str = "waiting"
    alert_id: str = ""
    made: datetime = utc_field()
