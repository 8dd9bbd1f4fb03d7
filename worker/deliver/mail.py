"""E-mail: one message of text and right-to-left HTML, sent through a connection that the gate has checked."""

import asyncio
import html
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, getaddresses

import aiosmtplib

from domain.errors import BadInput
from domain.fetching import FetchStatus
from domain.render.markup import HTML, PLAIN
from domain.render.message import Message, write
from worker.answer import Fetched, one_line
from worker.deliver.apprised import plugin
from worker.fetch import POST_TIMEOUT, Gate
from worker.names import Forbidden, Unresolved

MOST_RECIPIENTS = 20
_NO_LIMIT = 10**7
# What an SMTP answer means in the terms of the plan (`domain.delivery`): who we are, or what we say, is refused.
_NOT_US = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mail is handed in, and for whom: read from an address as apprise writes them."""

    host: str
    port: int
    mode: str  # insecure, starttls or ssl
    user: str
    password: str
    sender: Address
    to: tuple[str, ...]
    hidden: tuple[str, ...]


def mailbox(address: str) -> Mailbox:
    """Read a mailto: or mailtos: address. Raises BadInput."""
    made = plugin(address)
    if not made.verify_certificate:
        raise BadInput("leave out ?verify=no: certificates are always checked")
    to = [*(mail for _, mail in made.targets), *(mail for _, mail in getaddresses(sorted(made.cc)))]
    hidden = [mail for _, mail in getaddresses(sorted(made.bcc))]
    if not 1 <= len(to) + len(hidden) <= MOST_RECIPIENTS:
        raise BadInput(f"name between 1 and {MOST_RECIPIENTS} recipients with ?to=")
    name, sender = made.from_addr
    user = made.user or ""
    try:
        from_ = Address(display_name=one_line(name or "مرصد", 100), addr_spec=sender)
    except ValueError:
        raise BadInput("the sender (?from=) is no e-mail address") from None
    return Mailbox(
        made.smtp_host, int(made.port), str(made.secure_mode), user, made.password or "", from_, tuple(to),
        tuple(hidden),
    )  # fmt: skip


def compose(box: Mailbox, message: Message, id: str, now: datetime) -> EmailMessage:
    """Write a message as mail. Its Message-ID is the alert's, so that a mailbox can tell a second copy.

    Nothing that an outlet wrote goes into a header but the subject, which is one line of at most 150 graphemes.
    """
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = message.title
    mail["From"] = box.sender
    mail["To"] = ", ".join(box.to) or "undisclosed-recipients:;"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{id}@{box.sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(write(message, PLAIN, _NO_LIMIT, len) + "\n", cte="base64")
    title = html.escape(message.title)
    page = (
        f'<!doctype html>\n<html dir="rtl" lang="ar"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{write(message, HTML, _NO_LIMIT, len)}</body></html>\n"
    )
    mail.add_alternative(page, subtype="html", cte="base64")
    return mail


async def send(gate: Gate, address: str, message: Message, id: str, now: datetime) -> Fetched:
    """Hand a message in at its mail server. `http_status` of the result says what the answer means for the plan."""
    box = mailbox(address)
    mail = compose(box, message, id, now)
    try:
        async with asyncio.timeout(POST_TIMEOUT * 2):
            return await _hand_in(gate, box, mail)
    except (Unresolved, Forbidden) as error:
        status = FetchStatus.DNS_ERROR if isinstance(error, Unresolved) else FetchStatus.REFUSED
        return _outcome(status, str(error))
    except aiosmtplib.SMTPRecipientsRefused as error:
        worst = max(refused.code for refused in error.recipients)
        return _answered(worst, "no recipient was accepted")
    except aiosmtplib.SMTPResponseException as error:
        return _answered(error.code, one_line(str(error.message), 200))
    except (aiosmtplib.SMTPTimeoutError, TimeoutError):
        return _outcome(FetchStatus.TIMEOUT, "the mail server was not done in time")
    except ssl.SSLError as error:
        return _outcome(FetchStatus.TLS_ERROR, one_line(str(error), 200))
    except (aiosmtplib.SMTPException, OSError) as error:
        return _outcome(FetchStatus.CONNECTION_ERROR, one_line(f"{type(error).__name__}: {error}", 200))


async def _hand_in(gate: Gate, box: Mailbox, mail: EmailMessage) -> Fetched:
    tls = ssl.create_default_context()
    try:
        connection = await gate.names.dial(box.host, box.port)
    except OSError as error:
        return _outcome(FetchStatus.CONNECTION_ERROR, f"ClientConnector: {one_line(str(error), 150)}")
    client = aiosmtplib.SMTP(
        hostname=box.host, sock=connection, use_tls=box.mode == "ssl", start_tls=box.mode == "starttls",
        tls_context=tls, timeout=POST_TIMEOUT, local_hostname="localhost",
    )  # fmt: skip
    try:
        await client.connect()
        if box.user:
            await client.login(box.user, box.password)
        await client.sendmail(box.sender.addr_spec, [*box.to, *box.hidden], mail.as_bytes())
    finally:
        client.close()  # without a word of goodbye: what was taken is taken
    return _outcome(FetchStatus.OK, "", 200)


def _answered(code: int, said: str) -> Fetched:
    """Turn a refusal into the plan's terms: 4xx passes by itself, 535 is ours to mend, other 5xx will not change."""
    meaning = None if code < 500 else 401 if code in _NOT_US else 422
    return _outcome(FetchStatus.BLOCKED if meaning == 401 else FetchStatus.HTTP_ERROR, f"SMTP {code} {said}", meaning)


def _outcome(status: FetchStatus, detail: str, meaning: int | None = None) -> Fetched:
    return Fetched("", status, meaning, detail=detail, flags=("smtp",))
