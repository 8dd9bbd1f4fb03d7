"""Where alerts go: the kinds of channels, the services that are allowed, and what of an address may be shown."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, unquote_plus, urlsplit

from domain.errors import BadInput
from domain.fetching import check_url

STDOUT = "stdout:"
MOST_ADDRESS = 2_000  # characters
ROTATION_HOURS = 24  # for which a replaced secret signs beside the new one


class Kind(StrEnum):
    """How a channel is served: a signed document, a message by another service, or a line on standard output."""

    WEBHOOK = "webhook"
    APPRISE = "apprise"
    STDOUT = "stdout"


class ChannelState(StrEnum):
    """Whether alerts go out. A paused channel keeps what waits until it is resumed; one that is off makes no more."""

    ACTIVE = "active"
    PAUSED = "paused"  # the receiver does not let us in: somebody has to mend that
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Service:
    """A service that is told by apprise: how its messages are marked up, and how long they may be.

    `markup` names a form of `domain.render.markup`; `limit` is in UTF-16 units, or in bytes with `in_bytes`;
    `title` says whether the headline goes into a field of its own.
    """

    name: str
    markup: str
    limit: int
    title: bool = False
    in_bytes: bool = False

    def size(self, text: str) -> int:
        """Give the length of a text as the service counts it: UTF-16 units, or bytes of UTF-8."""
        return len(text.encode()) if self.in_bytes else len(text.encode("utf-16-le")) // 2


_SERVICES = {
    "mailto": Service("e-mail", "html", 1_000_000, title=True),
    "tgram": Service("Telegram", "telegram", 4_000),
    "slack": Service("Slack", "mrkdwn", 3_000),
    "discord": Service("Discord", "markdown", 1_900),
    "workflow": Service("Microsoft Teams", "teams", 990),
    "matrix": Service("Matrix", "html", 30_000),
    "ntfy": Service("ntfy", "plain", 3_500, title=True, in_bytes=True),
    "signal": Service("Signal", "plain", 2_000),
    "rocket": Service("Rocket.Chat", "bare", 990),
    "mmost": Service("Mattermost", "markdown", 3_900),
    "gchat": Service("Google Chat", "mrkdwn", 3_900),
}
# The same services over TLS, or under the other name that apprise knows.
_SAME = {"workflows": "workflow"} | {
    f"{name}s": name for name in ("mailto", "matrix", "ntfy", "signal", "rocket", "mmost")
}
SCHEMES = (*_SERVICES, *_SAME)


def scheme_of(address: str) -> str:
    """Give the scheme of an address in lower case, "" when it has none."""
    found = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]{0,20}):", address)
    return found[1].lower() if found else ""


def kind_of(address: str) -> Kind:
    """Say how an address is served. Raises BadInput for one that is allowed nowhere."""
    scheme = scheme_of(address)
    if scheme in ("http", "https"):
        return Kind.WEBHOOK
    if address.strip() in (STDOUT, "stdout"):
        return Kind.STDOUT
    if scheme in SCHEMES:
        return Kind.APPRISE
    known = ", ".join(sorted(_SERVICES))
    what = f"{scheme}: is none of" if scheme else "an address begins with one of"
    raise BadInput(f"cannot send alerts there: {what} https:, stdout:, {known}")


def service_of(address: str) -> Service:
    """Give the service behind an address of kind `apprise`. Raises BadInput for any other."""
    scheme = scheme_of(address)
    name = _SAME.get(scheme, scheme)
    if name not in _SERVICES:
        raise BadInput(f"{scheme or 'this'} is not a service that alerts are sent by")
    return _SERVICES[name]


def normal(address: str) -> str:
    """Give the normal spelling of a channel's address. Raises BadInput for what can never be sent to."""
    kind = kind_of(address)
    try:
        if kind is Kind.WEBHOOK:
            return check_url(address)
    except BadInput as error:
        raise BadInput(f"cannot send alerts there: {error}") from error
    if kind is Kind.STDOUT:
        return STDOUT
    text = address.strip()
    if len(text) > MOST_ADDRESS or re.search(r"[\x00-\x20\x7f]", text):
        raise BadInput("cannot send alerts there: the address holds white space or control characters, or is too long")
    return text


def shown(address: str) -> str:
    """Give an address without anything in it that may be secret: a webhook's host, a service's name."""
    scheme = scheme_of(address)
    if scheme == "stdout":
        return STDOUT
    if scheme in ("http", "https"):
        return f"{scheme}://{_host(address)}/…"
    if scheme in ("mailto", "mailtos"):  # the host of the mailbox is no secret, and tells two apart
        return f"{scheme}://{_host(address)}/…"
    return f"{scheme}://…"


def _host(address: str) -> str:
    where = urlsplit(address).netloc.rpartition("@")[2]
    return re.sub(r"[^\w.:\[\]-]", "", where)[:100]


def scrub(text: str, *secrets: str) -> str:
    """Take out of a text whatever of these addresses and secrets stands in it, whole or in parts."""
    parts = {part for secret in secrets for part in _parts(secret)}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "…")
    return text


def _parts(secret: str) -> set[str]:
    """Give the pieces of an address that could be a key: user, password, path, query; a bare secret is one piece."""
    scheme = scheme_of(secret)
    if not scheme or secret == STDOUT:
        return {secret} if len(secret) >= 4 else set()
    rest = secret.split(":", 1)[1].lstrip("/")
    if scheme in ("http", "https", "mailto", "mailtos"):  # whose host is shown, and tells nothing
        where, _, path = rest.partition("/")
        rest = f"{where.rpartition('@')[0]}/{path}"
    pieces = {piece for piece in re.split(r"[/?&=@:#;,]", rest) if len(piece) >= 6}
    return {secret, rest} - {"", "/"} | pieces | {unquote(p) for p in pieces} | {unquote_plus(p) for p in pieces}
