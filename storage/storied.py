"""The column and the tables of stories: articles on one event, with what was changed by hand (see `storage.models`)."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from storage.columns import utc_field


class Storied(SQLModel):
    """The story of an article; a copy has its group's."""

    story_id: int | None = Field(default=None, index=True)


class Story(SQLModel, table=True):
    """Articles on one event. Its id is never given again.

    `first_at` and `last_at` are the earliest and the latest event time of its articles, `articles` and `groups` count
    them and their copy groups: kept so that lists need not count. A story without articles was joined to another.
    `method` is the version of the decision that made it (`domain.stories`).
    """

    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    first_at: datetime = utc_field()
    last_at: datetime = utc_field(index=True)
    articles: int = 0
    groups: int = 0
    method: int = 0
    created: datetime = utc_field()


class StoryLead(SQLModel, table=True):
    """A recent lead article that new ones are compared with: its `domain.stories.Gist`, and when it was put here."""

    article_id: int = Field(
        sa_column=Column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    story_id: int = Field(index=True)
    at: int = Field(sa_type=BigInteger)
    gist: bytes = Field(sa_type=LargeBinary)
    kept: datetime = utc_field(index=True)


class StoryKey(SQLModel, table=True):
    """A key of a recent lead (`domain.stories.Gist.keys`): where articles on one event meet."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    article_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


class StoryEdit(SQLModel, table=True):
    """What an analyst changed: `join` put story `other` into `story`, `split` took articles out of `story` to `other`.

    `undone` is when it was taken back.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    story: int = Field(index=True)
    other: int = Field(index=True)
    at: datetime = utc_field()
    undone: datetime | None = utc_field(default=None)


class StoryMove(SQLModel, table=True):
    """A lead article that an edit moved, and whence; while the edit stands no decision moves it again."""

    edit_id: int = Field(primary_key=True, foreign_key="storyedit.id", ondelete="CASCADE")
    article_id: int = Field(primary_key=True, index=True, foreign_key="article.id", ondelete="CASCADE")
    source: int
