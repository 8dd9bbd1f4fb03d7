"""The rows of what leaves the house: channels, tries to deliver, and the private addresses of topics' feeds."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import utc_field


class Channel(SQLModel, table=True):
    """Where alerts go. The secret signs webhooks; it is shown once, when made.

    `url` may hold tokens and passwords: only `domain.channels.shown` of it is ever shown. `old_secret` signs too until
    `old_until`.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "webhook"
    url: str = Field(unique=True)
    secret: str
    old_secret: str = ""
    old_until: datetime | None = utc_field(default=None)
    state: str = "active"
    detail: str = ""
    created: datetime = utc_field()


class Attempt(SQLModel, table=True):
    """One try to deliver an alert."""

    id: int | None = Field(default=None, primary_key=True)
    alert_id: str = Field(foreign_key="alert.id", index=True, ondelete="CASCADE")
    at: datetime = utc_field()
    outcome: str
    http_status: int | None = None
    detail: str = ""
    seconds: float = 0.0


class FeedToken(SQLModel, table=True):
    """The secret part of the address under which a topic's matches are read as a feed."""

    topic_id: int = Field(primary_key=True, foreign_key="topic.id", ondelete="CASCADE")
    token: str = Field(unique=True)
    created: datetime = utc_field()
