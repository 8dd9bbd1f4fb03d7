"""What every request passes before a page sees it, and every answer before it leaves.

A page on loopback is reached by any site that the analyst's browser visits: by a name that resolves to 127.0.0.1 (DNS
rebinding), which the Host check stops, and by forms on other sites, which the origin check here and the tokens of
`web.forms` stop. Response headers follow the OWASP Secure Headers Project; scripts are not allowed at all.
"""

import logging
from collections.abc import Iterable
from http.client import responses

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.show import error_page

MOST_BODY = 2_000_000  # bytes of a request's body
POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
log = logging.getLogger("marsad.web")


class Refused(Exception):
    """The request goes no further; `status` is the HTTP status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(responses[status])
        self.status = status


class Guard:
    """ASGI middleware around all pages. `hosts` are the names that the service answers to, without ports."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                ours = {name for name, _ in HEADERS}
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in ours]
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        try:
            check_host(scope, self._hosts)
            check_origin(scope)
            body = await read_body(scope, receive)
            if scope["method"] == "HEAD":  # answered as GET; the server leaves the body out
                scope = {**scope, "method": "GET"}
            await self._app(scope, replay(body, receive), send_guarded)
        except Refused as refused:
            await _answer(refused.status, scope, receive, send_guarded)
        except Exception:
            log.exception("a page failed: %s", path_shown(scope["path"]))
            if started:
                raise
            await _answer(500, scope, receive, send_guarded)


def path_shown(path: str) -> str:
    """Give a path for the log: the part that only those should know who read a topic as a feed is left out."""
    parts = path.split("/")
    return "/".join([*parts[:2], "…", *parts[3:]]) if parts[1:2] == ["feeds"] and len(parts) > 3 else path


async def _answer(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    page = Response(error_page(status), status, {"connection": "close"}, "text/html; charset=utf-8")
    await page(scope, receive, send)


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def host_name(host: str) -> str:
    """Give the name in a Host header, in lower case, without port and without the brackets of IPv6."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


def check_host(scope: Scope, hosts: frozenset[str]) -> None:
    """Raise Refused unless the request is for one of our names (RFC 9110, section 7.4: 421)."""
    given = _all(scope, b"host")
    if len(given) != 1:
        raise Refused(400)
    if host_name(given[0]) not in hosts:
        raise Refused(421)


def check_origin(scope: Scope) -> None:
    """Raise Refused when a request that may change something comes from a page that is not ours.

    With our own `Referrer-Policy: no-referrer` a browser sends `Origin: null` with our own forms (Fetch Standard,
    "serializing a request origin"); then `Sec-Fetch-Site` decides, and the form's token where there is none.
    """
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return
    own = f"{scope['scheme']}://{_all(scope, b'host')[0].lower()}"
    if any(origin.lower() not in (own, "null") for origin in _all(scope, b"origin")):
        raise Refused(403)
    if any(site != "same-origin" for site in _all(scope, b"sec-fetch-site")):
        raise Refused(403)


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """Read the whole body. Raises Refused for more than MOST_BODY bytes, announced or not."""
    announced = _all(scope, b"content-length")
    if announced and announced[0].isdecimal() and int(announced[0][:20]) > MOST_BODY:
        raise Refused(413)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            raise Refused(413)
        if not message.get("more_body"):
            return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Give a `receive` that hands the body out once and then listens for the end of the connection."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
