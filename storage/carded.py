"""The tables of outlets' cards (see `storage.models`)."""

from sqlmodel import Field, SQLModel


class Outlet(SQLModel, table=True):
    """What is known of an outlet (`domain.outlets.Card`). Feeds and articles bear its `name`.

    `edited`: an operator changed it, and no catalogue writes over that.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    name_en: str = ""
    other_name: str = ""
    country: str = Field(default="", index=True)
    kind: str = ""
    owner: str = ""
    agency: bool = False
    line: str = ""
    site_url: str = ""
    zone: str = ""
    feed_url: str = ""
    citation: str = ""
    confidence: str = ""
    edited: bool = False


class OutletSite(SQLModel, table=True):
    """A site of an outlet: its host without `www.`, with a path where several outlets share a host."""

    key: str = Field(primary_key=True)
    outlet_id: int = Field(foreign_key="outlet.id", index=True, ondelete="CASCADE")
