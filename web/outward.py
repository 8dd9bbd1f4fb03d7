"""Topics as feeds for other programs, each under an address that only those know who were told it."""

import hashlib
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from domain.render.feed import FORMATS, WRITERS, Feed, Item
from storage import shared, topics
from web.desk import TheDesk

router = APIRouter()
MOST_ITEMS = 50
_MOST_TOKEN = 100  # characters


@router.get("/feeds/{token}/topic.{form}")
def topic_feed(request: Request, desk: TheDesk, token: str, form: Literal["rss", "atom", "json"]) -> Response:
    """Give a topic's newest stories as a feed, copies folded into their lead; 304 for who has them already."""
    with desk.db.read() as session:
        topic = shared.topic_of(session, token[:_MOST_TOKEN])
        if topic is None:
            raise HTTPException(404)
        rows = topics.matches(session, topic.id or 0, limit=MOST_ITEMS)
    base = desk.public_url or str(request.base_url).rstrip("/")
    items = [
        Item(
            row.group_id, row.title, row.url, row.outlet, row.published, row.published, row.copies, row.provisional,
            row.basis, f"{base}/articles/{row.id}",
        )
        for row in rows
    ]  # fmt: skip
    changed: datetime = max((item.published for item in items), default=topic.created)
    own = f"{base}/feeds/{token}/topic.{form}"
    body = WRITERS[form](Feed(topic.id or 0, topic.name, items, changed, f"{base}/topics/{topic.id}", own)).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if tag in (given.strip().removeprefix("W/") for given in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, headers={"ETag": tag}, media_type=f"{FORMATS[form]}; charset=utf-8")
