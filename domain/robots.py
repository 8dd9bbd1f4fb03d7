"""What robots.txt says, and what holds when it does not say anything (RFC 9309, section 2.3.1). Pure; parsing is not.

- It answered: its rules hold for a day.
- It is not there (4xx but 429, or more than five redirects): everything may be fetched, for a day.
- It is unreachable (5xx, 429, no answer): the last rules hold for 30 days, and where there were none nothing may be
  fetched; after 30 days everything may be. It is asked for again after ten minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from domain.fetching import FetchStatus

MOST_BYTES = 512_000  # read of a robots.txt; RFC 9309 asks for 500 KiB at least
KEPT = timedelta(days=1)
AGAIN = timedelta(minutes=10)
GIVEN_UP = timedelta(days=30)
MOST_DELAY = 30.0  # seconds between two requests that a Crawl-delay gets
_THERE = (FetchStatus.OK, FetchStatus.EMPTY, FetchStatus.TRUNCATED)


class Standing(Enum):
    """What holds for an origin: its rules, everything allowed, or nothing."""

    RULES = 1
    ALLOWED = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an origin's robots.txt.

    `text` holds the rules of the last answer, empty where none are there. `answered` is the time of the last answer,
    `tried` of the last try; `failing_since` when it became unreachable, None while it is not. `status` and `detail`
    say what became of the last try.
    """

    tried: datetime
    text: str = ""
    answered: datetime | None = None
    failing_since: datetime | None = None
    status: FetchStatus = FetchStatus.OK
    detail: str = ""


def is_due(known: Known | None, now: datetime) -> bool:
    """Say whether an origin's robots.txt is to be asked for."""
    return known is None or now - known.tried >= (AGAIN if known.failing_since else KEPT)


def is_absent(status: FetchStatus, http_status: int | None) -> bool:
    """Say whether an answer means that there is no robots.txt."""
    refused = http_status is not None and 400 <= http_status < 500 and http_status != 429
    return refused or status is FetchStatus.REDIRECT_LOOP


def learn(
    known: Known | None, status: FetchStatus, http_status: int | None, body: bytes, detail: str, now: datetime
) -> Known:
    """Give what is known after a try."""
    if status in _THERE:
        return Known(now, body[:MOST_BYTES].decode("utf-8", "replace").replace("\0", ""), now, None, status)
    if is_absent(status, http_status):
        return Known(now, "", now, None, status, detail)
    text, answered = (known.text, known.answered) if known else ("", None)
    since = (known.failing_since if known else None) or now
    return Known(now, text, answered, since, status, detail)


def standing(known: Known, now: datetime) -> Standing:
    """Say what holds."""
    if known.failing_since and now - known.failing_since >= GIVEN_UP:
        return Standing.ALLOWED
    if known.answered is None:
        return Standing.UNKNOWN
    return Standing.RULES if known.text.strip() else Standing.ALLOWED


def product_token(user_agent: str) -> str:
    """Give the name under which robots.txt speaks of us: the first word of the user agent, without its version."""
    return (user_agent.split("/", 1)[0].split() or [""])[0]
