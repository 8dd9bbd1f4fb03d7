"""The columns that hold dates: how an outlet writes them, and how an article's was found."""

from datetime import datetime

from sqlmodel import SQLModel

from storage.columns import utc_field


class Zoned(SQLModel):
    """How a feed's dates are to be read.

    `zone` is the IANA name of the zone in which they are meant; empty: its country's. `false_z` says whether its UTC is
    a mistake for that zone: `yes` or `no` by the operator, `learned` by us, else empty; `utc_signs` counts what speaks
    for a change of what we know.
    """

    zone: str = ""
    false_z: str = ""
    utc_signs: int = 0


class Published(SQLModel):
    """When an article was published.

    `published_raw` is the date as the outlet wrote it; `date_method` and `date_confidence` say how `published` came of
    it (`domain.dates`). A date that is refused leaves `published` empty and the method `first_seen`.
    """

    published: datetime | None = utc_field(default=None)
    published_raw: str = ""
    date_method: str = ""
    date_confidence: float = 0.0
