"""The columns and the table of what outlets repeat, and of what identifies an article (see `storage.models`)."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from storage.columns import utc_field


class Own(SQLModel):
    """What of an article's text is its own, and the address that identifies it.

    The part from character `own_from` up to `own_to` (null: to the end) is what is decided on, cut by version `mask`
    of what its outlet repeats (0: nothing was known). `canonical` is the folded address (`domain.address`), `image`
    that of its picture.
    """

    canonical: str = Field(default="", index=True)
    image: str = ""
    mask: int = 0
    own_from: int = 0
    own_to: int | None = None


class OutletMask(SQLModel, table=True):
    """What an outlet repeats, learned from `learned` of its texts; `fresh` more have come since.

    `runs` and `units` are the two parts of a `domain.fingerprints.Mask`; version 0 holds nothing yet.
    """

    outlet: str = Field(primary_key=True)
    version: int = 0
    runs: bytes = Field(default=b"", sa_type=LargeBinary)
    units: bytes = Field(default=b"", sa_type=LargeBinary)
    learned: int = 0
    fresh: int = 0
    at: datetime | None = utc_field(default=None)
