"""The columns and the table of what articles were before their outlets changed them (see `storage.models`)."""

from datetime import datetime

from sqlalchemy import BigInteger, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import utc_field


class Revised(SQLModel):
    """By what a change of an article is found, and how often it was changed.

    `served` and `said` are keys of what its entry says, as it stands and by the words that count; `link_key` is that of
    its link (`domain.revisions`); 0 where not known. `revisions` were made in all; `frozen` says why no more are.
    `rereads` counts how often in vain its page was read again.
    """

    served: int = Field(default=0, sa_type=BigInteger)
    said: int = Field(default=0, sa_type=BigInteger, index=True)
    link_key: int = Field(default=0, sa_type=BigInteger, index=True)
    revisions: int = 0
    frozen: str = ""
    rereads: int = 0


class Revision(SQLModel, table=True):
    """What an article said until it was changed at `at`: its title, text and basis.

    `changed` names what was replaced (title, text), `source` whence the new came (feed, page). `content` is the key of
    what was replaced; `streak`, `edit` and `returned` are what was decided then (`domain.revisions.Verdict`).
    """

    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True, ondelete="CASCADE")
    number: int
    at: datetime = utc_field()
    title: str
    text: str = Field(sa_type=Text)
    basis: str
    changed: str
    source: str
    content: int = Field(sa_type=BigInteger)
    streak: int = 0
    edit: bool = False
    returned: bool = False
