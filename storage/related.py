"""The tables of how articles stand to each other, and of what analysts said of that (see `storage.models`)."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from storage.columns import utc_field


class Relation(SQLModel, table=True):
    """How article `a` stands to `b`, a head that is earlier: a `copy` of it, an `update`, or one `contains` the other.

    `share` is the part (0 to 1) of the shorter text that both have, `shared` the number of shingles that this is;
    `longer` is the id of the longer one. `evidence` lists the longest common runs as [word of a, word of b, words],
    counted in what is decided on of each. `made_with` names the rule's version and the versions of the masks of both.
    """

    a: int = Field(primary_key=True, foreign_key="article.id", ondelete="CASCADE")
    b: int = Field(primary_key=True, foreign_key="article.id", index=True, ondelete="CASCADE")
    kind: str
    share: float
    shared: int
    longer: int
    evidence: list[list[int]] = Field(default_factory=list, sa_type=JSON)
    made_with: str


class CopyVerdict(SQLModel, table=True):
    """An analyst's word that two articles are the same text, or are not; in force until it is undone.

    It outlives the articles: `a` (the smaller id) and `b` are no foreign keys. Of two articles one word at most is in
    force.
    """

    __tablename__ = "copy_verdict"
    __table_args__ = (Index("ix_copy_verdict_pair", "a", "b"),)

    id: int | None = Field(default=None, primary_key=True)
    a: int
    b: int
    same: bool
    at: datetime = utc_field()
    undone: datetime | None = utc_field(default=None)
