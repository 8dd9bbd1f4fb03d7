"""A document as a message to a service of people: e-mail, or what apprise knows."""

from datetime import datetime

from domain.channels import Kind, Service, kind_of, service_of
from domain.errors import BadInput
from domain.render.documents import message_of
from domain.render.markup import PLAIN, markup
from domain.render.message import Message, write
from worker.answer import Fetched
from worker.fetch import Gate
from worker.names import Forbidden, Unresolved


async def send(gate: Gate, address: str, id: str, document: str, now: datetime, *, doubtful: bool) -> Fetched:
    """Put a document into words and send it. `doubtful`: an earlier try may have arrived, which the message says."""
    from worker.deliver import apprised, mail  # not before somebody has such a channel: they bring much with them

    service, message = service_of(address), message_of(document, doubtful=doubtful)
    if service.name == "e-mail":
        return await mail.send(gate, address, message, id, now)
    title = message.title if service.title else ""
    text = write(message, markup(service.markup), service.limit, service.size)
    done = await apprised.send(gate, address, title, text, service.markup)
    if done.http_status == 400 and b"can't parse entities" in done.body:
        done = await apprised.send(gate, address, title, _unmarked(message, service), service.markup)
    return done


def _unmarked(message: Message, service: Service) -> str:
    """Write a message without any markup, escaped so that nothing in it can be taken for some."""
    return markup(service.markup).escape(write(message, PLAIN, service.limit - 500, service.size))


async def check(gate: Gate, address: str) -> str:
    """Look whether an address can be used and leads where we may go. Gives a word of doubt, or "".

    Raises BadInput where it cannot, or leads to a network that is not public and not allowed. Nothing is sent.
    """
    kind = kind_of(address)
    if kind is Kind.STDOUT:
        return ""
    host, port = await _goal(address, kind)
    try:
        await gate.names.reach(host, port)
    except Forbidden as error:
        raise BadInput(f"cannot send alerts there: {error} (see MARSAD_ALLOW_NETWORKS)") from None
    except Unresolved:
        return f"{host} is not known just now: try `marsad alerts test`"
    return ""


async def _goal(address: str, kind: Kind) -> tuple[str, int]:
    """Give host and port that an address leads to."""
    from worker.trip import Trip

    if kind is Kind.APPRISE:
        from worker.deliver import apprised, mail

        if service_of(address).name == "e-mail":
            box = mail.mailbox(address)
            return box.host, box.port
        address = await apprised.first_address(address)
        if not address:
            raise BadInput("this address names nobody to tell")
    trip = Trip(address, 0, 0, {})
    return trip.host, trip.port
