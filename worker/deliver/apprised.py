"""Messages to chat services: apprise knows what each wants to be told, the one gate to the network tells it.

apprise writes its requests with the library requests, at the names `requests.post` and the like in its modules. There
we put `_Wire`, which hands each request to the gate instead: addresses are checked before they are dialled, redirects
are not followed, proxies of the environment are not asked, an answer has 64 KB and 15 s, and its status is seen.
"""

import asyncio
import contextvars
import importlib
import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import requests
from apprise import AppriseAsset, NotifyFormat, NotifyType, PersistentStoreMode

from domain.channels import scheme_of
from domain.errors import BadInput
from domain.fetching import FetchStatus
from worker.answer import Fetched
from worker.fetch import Gate

_HOMES = {
    "tgram": ("telegram", "NotifyTelegram"),
    "slack": ("slack", "NotifySlack"),
    "discord": ("discord", "NotifyDiscord"),
    "workflow": ("workflows", "NotifyWorkflows"),
    "workflows": ("workflows", "NotifyWorkflows"),
    "matrix": ("matrix", "NotifyMatrix"),
    "ntfy": ("ntfy", "NotifyNtfy"),
    "signal": ("signal_api", "NotifySignalAPI"),
    "rocket": ("rocketchat", "NotifyRocketChat"),
    "mmost": ("mattermost", "NotifyMattermost"),
    "gchat": ("google_chat", "NotifyGoogleChat"),
    "mailto": ("email", "NotifyEmail"),
}
# What would make apprise read a file or another address, or say what is ours to say.
_REFUSED = (
    "template",
    "attach",
    "image",
    "include_image",
    "avatar",
    "avatar_url",
    "icon_url",
    "ping",
    "overflow",
    "format",
)
MOST_REQUESTS = 8  # for one message: a login, a room, the message
MOST_SECONDS = 40.0
_THREADS = ThreadPoolExecutor(64, "apprise")  # of our own: a slow service must not hold up what else runs in threads
_WIRE: contextvars.ContextVar["_Line"] = contextvars.ContextVar("wire")


@dataclass(slots=True)
class _Line:
    """The way of one message to the network, and what was answered on it."""

    ask: Callable[[requests.PreparedRequest], Fetched]
    until: float
    answers: list[Fetched] = field(default_factory=list)


class _Wire(ModuleType):
    """Stands in for the module requests: what is asked with it goes through the gate."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def request(self, method: str, url: str, **given: Any) -> requests.Response:
        """Send a request. Raises requests.RequestException when there was no answer."""
        kept = {name: given[name] for name in ("params", "data", "json", "headers", "auth", "files") if name in given}
        asked = requests.Request(method.upper(), url, **kept).prepare()
        way = _WIRE.get()
        if len(way.answers) >= MOST_REQUESTS or time.monotonic() > way.until:
            raise requests.Timeout("this message took too many requests or too long")
        done = way.ask(asked)
        way.answers.append(done)
        if done.http_status is None:
            raise requests.ConnectionError(done.detail)
        return _response(done)

    def get(self, url: str, params: Any = None, **given: Any) -> requests.Response:
        """Send a GET."""
        return self.request("GET", url, params=params, **given)

    def post(self, url: str, data: Any = None, json: Any = None, **given: Any) -> requests.Response:
        """Send a POST."""
        return self.request("POST", url, data=data, json=json, **given)

    def put(self, url: str, data: Any = None, **given: Any) -> requests.Response:
        """Send a PUT."""
        return self.request("PUT", url, data=data, **given)

    def delete(self, url: str, **given: Any) -> requests.Response:
        """Send a DELETE."""
        return self.request("DELETE", url, **given)


def _response(done: Fetched) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer._content, answer.url = done.http_status or 0, done.body, done.url
    answer.encoding = "utf-8"
    if done.content_type:
        answer.headers["Content-Type"] = done.content_type
    if done.retry_after is not None:
        answer.headers["Retry-After"] = str(int(done.retry_after))
    return answer


def _lay_wire() -> None:
    """Put the wire into every module of apprise that is loaded and knows requests."""
    for name, module in list(sys.modules.items()):
        if name.startswith("apprise") and isinstance(getattr(module, "requests", None), ModuleType):
            module.requests = _WIRE_MODULE  # type: ignore[attr-defined]


_WIRE_MODULE = _Wire("requests")


def plugin(address: str) -> Any:
    """Give apprise's plugin for an address of an allowed service. Raises BadInput for what it cannot use."""
    scheme = scheme_of(address)
    home, name = _HOMES[scheme if scheme in _HOMES else scheme.removesuffix("s")]
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would tell addresses
    made = getattr(importlib.import_module(f"apprise.plugins.{home}"), name)
    _lay_wire()
    found = made.parse_url(address)
    if not found:
        raise BadInput(f"this is no {scheme}: address as apprise writes them")
    wrong = sorted(set(_REFUSED) & {key.lower() for key in found.get("qsd", {})})
    if wrong:
        raise BadInput(f"{scheme}: addresses may not have {', '.join(wrong)}")
    asset = AppriseAsset(app_id="Marsad", app_desc="Marsad", image_url_mask="", storage_mode=PersistentStoreMode.MEMORY)
    try:
        ready = made(**(found | {"asset": asset}))
    except TypeError:  # whose message may name tokens
        raise BadInput(f"this {scheme}: address lacks something that the service needs, or has it wrong") from None
    ready.throttle = lambda *_, **__: None  # the outbox says when
    if getattr(ready, "targets", None) == [] and scheme in ("tgram", "signal", "signals"):
        raise BadInput(f"name whom to tell in the {scheme}: address")
    if scheme not in ("mailto", "mailtos") and len(ready) != 1:
        raise BadInput("an address that tells several at once: give each a channel of its own")
    return ready


async def send(gate: Gate, address: str, title: str, body: str, markup: str) -> Fetched:
    """Tell a service a message that is written in its markup (`domain.channels.Service`)."""
    loop = asyncio.get_running_loop()

    def ask(asked: requests.PreparedRequest) -> Fetched:
        return asyncio.run_coroutine_threadsafe(_pass_on(gate, asked), loop).result()

    way = _Line(ask, time.monotonic() + MOST_SECONDS)
    context = contextvars.copy_context()
    context.run(_WIRE.set, way)
    formats = {"telegram": NotifyFormat.HTML, "html": NotifyFormat.HTML, "mrkdwn": NotifyFormat.MARKDOWN}
    how = formats.get(markup, NotifyFormat.TEXT)
    taken = await loop.run_in_executor(_THREADS, context.run, _tell, address, title, body, how)
    return _judge(taken, way.answers)


def _tell(address: str, title: str, body: str, how: Any) -> bool:
    return bool(plugin(address).send(body=body, title=title, body_format=how, notify_type=NotifyType.INFO))


async def _pass_on(gate: Gate, asked: requests.PreparedRequest) -> Fetched:
    """Hand a request of apprise's to the gate."""
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body
    if not (body is None or isinstance(body, bytes)):
        raise TypeError("apprise wants to send a stream, which no message is")
    names = {name: str(value) for name, value in asked.headers.items() if name.lower() != "content-length"}
    return await gate.send(asked.method or "POST", asked.url or "", body=body, headers=names)


def _judge(taken: bool, answers: list[Fetched]) -> Fetched:
    """Say what came of a message: the last answer, unless it said yes where the service meant no."""
    if not answers:
        return Fetched("", FetchStatus.REFUSED, detail="apprise found nothing to send")
    last = answers[-1]
    good = last.http_status is not None and 200 <= last.http_status < 300
    if taken:
        return last if good else replace(last, status=FetchStatus.OK, http_status=200)
    if good:
        return replace(last, status=FetchStatus.HTTP_ERROR, http_status=422, detail="the service did not take it")
    return last


async def first_address(address: str) -> str:
    """Give the address that a message would go to first, without going there, "" when it would go nowhere."""
    seen: list[str] = []

    def ask(asked: requests.PreparedRequest) -> Fetched:
        seen.append(asked.url or "")
        return Fetched("", FetchStatus.REFUSED, detail="only asked where to")

    context = contextvars.copy_context()
    context.run(_WIRE.set, _Line(ask, time.monotonic() + MOST_SECONDS))
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(_THREADS, context.run, _tell, address, "", "مرصد", NotifyFormat.TEXT)
    return seen[0] if seen else ""
