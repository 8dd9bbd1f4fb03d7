"""`marsad topics feed`: a topic as a feed that other programs read."""

from typing import Annotated

import typer
from sqlmodel import Session

from cli.asked import Json, Name
from cli.home import now, open_home
from cli.output import print_json, say, show
from domain.render.feed import FORMATS
from storage import jobs, shared, topics


def feed(
    name: Name,
    rotate: Annotated[bool, typer.Option("--rotate", help="Make new addresses; the old ones end.")] = False,
    json: Json = False,
) -> None:
    """Print the private addresses of a topic as RSS, Atom and JSON Feed. Whoever knows one can read it."""
    context = open_home()

    def use_case(session: Session) -> tuple[str, str]:
        topic = topics.get(session, name)
        beat = jobs.heartbeats(session).get("web")
        return shared.token_of(session, topic.id or 0, now(), rotate=rotate), beat.detail if beat else ""

    token, here = context.db.transact(use_case)
    base = context.settings.public_url or here.rstrip("/") or context.settings.page_url
    addresses = {form: f"{base}/feeds/{token}/topic.{form}" for form in FORMATS}
    if json:
        print_json({"topic": name} | addresses)
        return
    for form, address in addresses.items():
        show(f"{form:<5} {address}")
    if not context.settings.public_url:
        say("for readers elsewhere set MARSAD_PUBLIC_URL, MARSAD_WEB_HOST and MARSAD_WEB_ALLOWED_HOSTS")
