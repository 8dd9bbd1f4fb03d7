"""The column and the table of the wire ledger: who ran which text when (see `storage.models`)."""

from datetime import datetime

from sqlalchemy import Column, Integer, Text
from sqlmodel import Field, SQLModel

from storage.columns import json_field, utc_field


class Credited(SQLModel):
    """The agency that an article credits, a key of `domain.agencies`; empty where it credits none."""

    credit: str = ""


class SightingRow(SQLModel, table=True):
    """One article of a copy group, kept for the ledger when the article itself is deleted: so without a foreign key.

    `words`, `kept`, `own`, `figures` and `cites` are as in `domain.ledger.Sighting`; `against` is the lead
    that was compared with.
    """

    __tablename__ = "sighting"

    article_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    group_id: int = Field(index=True)
    outlet: str
    title: str = Field(sa_type=Text)
    url: str = Field(default="", sa_type=Text)
    event_at: datetime = utc_field()
    first_seen: datetime = utc_field()
    credit: str = ""
    words: int = 0
    kept: float | None = None
    own: float | None = None
    against: int = 0
    figures: list[str] = json_field(list)
    cites: str = ""
