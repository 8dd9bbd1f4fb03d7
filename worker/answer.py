"""What came of one request, and the name for it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from domain.fetching import FetchStatus, looks_like_challenge, parse_retry_after
from domain.polite import fresh_for
from domain.schedule import BUSY

_BLOCKED = frozenset({401, 403, 451})
_HTML = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one request.

    `url` is the last address asked, `body` the unpacked bytes (for `truncated` what came), `sha256` their digest in
    hex. `retry_after` is in seconds. `permanent_url` is set when every redirect on the way was a permanent one.
    `deferred` means that the host was not asked because it wants to be left alone: nothing is known about the URL.
    `fresh` is the seconds for which caches on the way would give the same copy again.
    `flags`: `downgrade` when a redirect led from https to http, `cut` when a body was too large and its start is here.
    """

    url: str
    status: FetchStatus
    http_status: int | None = None
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    retry_after: float | None = None
    fresh: float = 0.0
    permanent_url: str = ""
    detail: str = ""
    sha256: str = ""
    deferred: bool = False
    flags: tuple[str, ...] = ()


class Asked(Enum):
    """What the request wanted: everything, everything unless unchanged, or nothing but to be heard (a webhook)."""

    ALL = 1
    IF_CHANGED = 2
    NOTHING = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: `body` is unpacked, `whole` says whether it came to its announced end."""

    url: str
    status: int
    reason: str
    headers: Mapping[str, str]  # of a kind that finds names in any case
    body: bytes
    whole: bool
    asked: Asked


def describe(answer: Answer) -> Fetched:
    """Give the result for an answer."""
    status = _judge(answer)
    keep = status in (FetchStatus.OK, FetchStatus.UNCHANGED)  # what came broken must be asked for in full again
    retry_after = answer.headers.get("Retry-After", "") if answer.status in BUSY else ""
    return Fetched(
        answer.url,
        status,
        answer.status,
        answer.body,
        content_type=one_line(answer.headers.get("Content-Type", ""), 200),
        etag=one_line(answer.headers.get("ETag", "")) if keep else "",
        last_modified=one_line(answer.headers.get("Last-Modified", "")) if keep else "",
        retry_after=parse_retry_after(retry_after, datetime.now(UTC)) if retry_after else None,
        fresh=fresh_for(answer.headers.get("Cache-Control", ""), answer.headers.get("Age", "")) if keep else 0.0,
        detail="" if keep else _detail(answer, status),
        sha256=hashlib.sha256(answer.body).hexdigest(),
    )


def contradicts_itself(headers: Mapping[str, str]) -> bool:
    """Say whether headers tell a length in two ways, which two readers may take for two bodies (RFC 9112, 6.3)."""
    return "Transfer-Encoding" in headers and "Content-Length" in headers


def _judge(answer: Answer) -> FetchStatus:
    """Name an answer by its status, headers and body."""
    if answer.status == 304:
        return FetchStatus.UNCHANGED if answer.asked is Asked.IF_CHANGED else FetchStatus.HTTP_ERROR
    if answer.status == 410:
        return FetchStatus.GONE
    if answer.status in _BLOCKED or (answer.asked is not Asked.NOTHING and _challenges(answer)):
        return FetchStatus.BLOCKED
    if not 200 <= answer.status < 300:
        return FetchStatus.HTTP_ERROR
    if answer.asked is Asked.NOTHING:
        return FetchStatus.OK
    if not answer.whole:
        return FetchStatus.TRUNCATED
    return FetchStatus.OK if answer.body.strip() else FetchStatus.EMPTY


def _challenges(answer: Answer) -> bool:
    """Say whether the answer asks whether we are a robot. Only what looks like HTML is searched."""
    if "cf-mitigated" in answer.headers:
        return True
    html = "html" in answer.headers.get("Content-Type", "") or answer.body[:300].lstrip().lower().startswith(_HTML)
    return html and looks_like_challenge(answer.body)


def _detail(answer: Answer, status: FetchStatus) -> str:
    """Say in one line what is wrong."""
    if status is FetchStatus.TRUNCATED:
        return f"cut off after {len(answer.body)} bytes"
    if status is FetchStatus.BLOCKED and answer.status == 200:
        return "a page that asks whether we are a robot"
    return f"HTTP {answer.status} {one_line(answer.reason, 80)}".rstrip()


def one_line(text: str, limit: int = 1_000) -> str:
    """Make a header value fit to be kept and sent back: one line of clean text, cut at `limit` characters."""
    return " ".join(text.encode("utf-8", "replace").decode().split())[:limit]
