"""The page of a topic's alerts: who is told and how, and what would have been told, tried out on what is stored."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from domain.channels import shown
from domain.errors import BadInput
from domain.preferences import Preferences, read_preferences
from domain.reasons import DEFAULT_RULES
from domain.rehearse import Rehearsal, rehearse
from storage import alerts, digests, topics
from storage.rehearsal import DAYS, stored_matches
from web import alert_words
from web.desk import Id, TheDesk

router = APIRouter()
_SHOWN = 100  # alerts of a preview, the newest
Field = Annotated[str, Query(max_length=500)]


@router.get("/topics/{id}/alerts")
def show_alerts(
    request: Request, desk: TheDesk, id: Id, on: Field = "", per_day: Field = "", zone: Field = "", quiet: Field = "",
    ramadan: Field = "", off: Field = "", free: Field = "", digest: Field = "",
) -> HTMLResponse:  # fmt: skip
    """Show a topic's subscriptions, and a preview of what the fields ask for. Keeps nothing."""
    typed = {
        "on": on, "per_day": per_day, "zone": zone, "quiet": quiet, "ramadan": ramadan, "off": off, "free": free,
        "digest": digest,
    }  # fmt: skip
    given = {name: value.strip() for name, value in typed.items() if value.strip()}
    with desk.db.read() as session:
        topic = topics.by_id(session, id)
        held = digests.held_counts(session)
        rows = [
            (subscription, channel, shown(channel.url), digests.preferences_of(subscription))
            for subscription, of, channel in alerts.subscriptions(session)
            if of is not None and of.id == id
        ]
        error = ""
        try:
            wanted = _read(given)
        except BadInput as refused:
            wanted, error = Preferences(), str(refused)
        tried = None if error or not given else rehearse(wanted, stored_matches(session, id, desk.clock()))
    values = {"topic": topic, "rows": rows, "held": held, "typed": typed, "error": error, "days": DAYS,
              "labels": alert_words, "usual": str(DEFAULT_RULES)}  # fmt: skip
    return desk.page(request, "alerts.html", 422 if error else 200, wanted=wanted, **values, **_told(tried))


def _read(given: dict[str, str]) -> Preferences:
    number = given.get("per_day", "")
    if number and not number.isdecimal():
        raise BadInput("per_day is a number")
    return read_preferences(given)


def _told(tried: Rehearsal | None) -> dict[str, object]:
    """Give what the page says of a preview: the newest alerts first."""
    return {"tried": tried, "told": list(reversed(tried.alerts[-_SHOWN:])) if tried else []}
