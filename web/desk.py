"""What every page is made with: database, clock, templates and the tokens of forms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from fastapi.responses import HTMLResponse

from domain.errors import BadInput
from storage import jobs
from storage.articles import Cursor
from storage.engine import Database
from web.forms import COOKIE, FIELD, Signer, new_cookie
from web.show import ENVIRONMENT, iso

Clock = Callable[[], datetime]
PAGE = 20  # rows on a page of a list
_MOST_ID = 2**31 - 1  # what an INTEGER of PostgreSQL holds


@dataclass(frozen=True, slots=True)
class Desk:
    """One for each process."""

    db: Database
    clock: Clock
    signer: Signer
    public_url: str = ""

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Render a page; a browser without the forms' cookie gets one."""
        cookie = request.cookies.get(COOKIE, "")
        given = cookie or new_cookie()
        with self.db.read() as session:
            tick = jobs.heartbeats(session).get("scheduler")
        values |= {"here": request.url.path, "tick": tick.at if tick else None}
        values |= {"token": self.signer.token(given), "token_field": FIELD}
        body = ENVIRONMENT.get_template(template).render(values)
        answer = HTMLResponse(body, status)
        if not cookie:
            answer.set_cookie(COOKIE, given, httponly=True, samesite="strict")
        return answer


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(_desk)]
Id = Annotated[int, Path(ge=1, le=_MOST_ID)]


def write_cursor(at: datetime, id: int) -> str:
    """Write where a page of a list ends, for the link to the next one."""
    return f"{iso_exact(at)}~{id}"


def iso_exact(at: datetime) -> str:
    """Give a time as ISO 8601 with microseconds: lists are ordered by them."""
    return at.isoformat() if at.microsecond else iso(at)


def read_cursor(text: str) -> Cursor | None:
    """Read where the page before ended. Raises BadInput for what `write_cursor` did not write."""
    if not text:
        return None
    at, _, id = text.partition("~")
    try:
        when = datetime.fromisoformat(at)
        zoned = when.tzinfo is not None and when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("the address of this page of the list is damaged") from None
    if not zoned or not (id.isascii() and id.isdigit()) or not 0 < int(id[:20]) <= _MOST_ID:
        raise BadInput("the address of this page of the list is damaged")
    return zoned, int(id)
