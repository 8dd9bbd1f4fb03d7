"""The columns of a feed that are about its place in its outlet's chain of ways (`domain.chain`)."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from storage.columns import json_field, utc_field


class Chained(SQLModel):
    """A feed as a way to its outlet.

    `kind` is one of `domain.chain.Kind`, `rank` its step in the chain (1 is tried first, 0 stands beside it).
    A way that is not `in_use` is only tried now and then. `used_since` says since when that is so, and `used_why`
    why a way is in use that is not the first. `selectors` are those of a section page.
    """

    kind: str = "feed"
    rank: int = 1
    in_use: bool = True
    used_since: datetime | None = utc_field(default=None)
    used_why: str = ""
    selectors: dict[str, Any] = json_field(dict)
