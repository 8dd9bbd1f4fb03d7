"""The one gate to the network, for feeds, pages, robots.txt and webhooks alike.

    url | check the spelling | resolve once | check every address | wait for a turn | connect, checked again
        | count unpacked bytes | follow at most five redirects, each through the whole gate | Fetched

An outlet that is reached by a proxy is resolved there: the address that is dialled is the proxy's, which the operator
named, and of the outlet the spelling is checked. An outlet's headers and cookies go to its own domain alone.

What goes wrong at the other end is a status, never an exception. One total deadline covers a request and its
redirects; waiting for a turn at a busy host does not count.
"""

import asyncio
import random
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from domain.access import Access
from domain.errors import BadInput
from domain.fetching import FetchStatus, check_url, in_networks, is_allowed, proxied_allowed
from domain.schedule import host_pause
from settings import Settings
from worker.answer import Fetched, one_line
from worker.inflate import TooLarge, WrongEncoding
from worker.names import Forbidden, Names, Unresolved
from worker.politeness import Politeness
from worker.receive import SMALL_BODY, RefusedAddress, line_of, name_error, read_answer
from worker.trip import Trip, location_of

MAX_REDIRECTS = 5
POST_TIMEOUT = 15.0  # seconds for one webhook, all in all
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
_THERE = (FetchStatus.OK, FetchStatus.UNCHANGED)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Says of an address why it is not to be fetched, None if it may be, and the seconds between two requests to its host.
Rules = Callable[[str], Awaitable[tuple[Fetched | None, float]]]


class _Checked(AbstractResolver):
    """Gives aiohttp the addresses that the gate has already resolved and checked, and no others."""

    def __init__(self, names: Names) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look the name up among the checked ones; `family` is decided by what is there."""
        return [
            ResolveResult(
                hostname=host,
                host=ip,
                port=port,
                family=socket.AF_INET6 if ":" in ip else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for ip in self._names.checked[host.rstrip(".")]
        ]

    async def close(self) -> None:
        """Close nothing: the names are the gate's."""


class Gate:
    """The network as the rest of the service sees it. Use as `async with Gate(settings) as gate`, one a batch."""

    def __init__(self, settings: Settings, room: Callable[[], Awaitable[None]] | None = None) -> None:
        self._settings = settings
        self._room = room  # what a request waits for before it begins
        self._polite = Politeness(
            settings.host_connections, settings.host_delay, settings.fetch_timeout, clock=time.monotonic
        )
        self._names = Names(settings.allow_networks)
        self._random = random.SystemRandom()

    async def __aenter__(self) -> Self:
        self._slots = asyncio.Semaphore(self._settings.fetch_connections)
        connector = aiohttp.TCPConnector(
            limit=0,
            use_dns_cache=False,
            resolver=_Checked(self._names),
            socket_factory=self._socket,
            keepalive_timeout=5,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),  # ours covers more
            headers={"User-Agent": self._settings.agent, "Accept": _ACCEPT},
            max_line_size=8_190,
            max_field_size=16_380,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        self._names.close()

    async def get(
        self, url: str, *, etag: str = "", last_modified: str = "", max_body: int | None = None, delay: float = 0.0,
        start: bool = False, access: Access | None = None, rules: Rules | None = None,
    ) -> Fetched:  # fmt: skip
        """Ask for a URL; with `etag` or `last_modified` only if it changed since. `max_body` bytes at most.

        With `start` the first so many bytes of a longer body are an answer too, with the flag `cut`.

        `delay` is the seconds that the host wants between two requests, where that is more than `host_delay`.
        `access` is how the outlet is reached; `rules` are asked about each address that a redirect leads to.
        """
        headers = {"Accept-Encoding": "gzip, deflate"}
        if etag:
            headers["If-None-Match"] = one_line(etag)
        if last_modified:
            headers["If-Modified-Since"] = one_line(last_modified)
        limit = self._settings.max_body if max_body is None else max_body
        trip = Trip(url, limit, self._settings.fetch_timeout, headers, delay=delay, start=start, access=access)
        while True:
            hops = trip.hops
            done = await self._hop(trip)
            if done is None and rules and trip.hops > hops:
                done, trip.delay = await _led_to(trip, rules)
            if done is not None:
                return done

    def through(self, access: Access | None) -> "Gate | Through":
        """Give the gate as it is passed on the way to one outlet."""
        return Through(self, access) if access and not access.is_plain else self

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Fetched:
        """Send a webhook once, as `send` does."""
        return await self.send("POST", url, body=body, headers=headers)

    async def send(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Fetched:
        """Tell a receiver something, once: redirects are not followed, 64 KB of the answer are read, 15 s are all."""
        sent = {"Accept-Encoding": "identity", **headers}
        trip = Trip(url, SMALL_BODY, POST_TIMEOUT, sent, method=method, payload=body, follows=False, second_try=True)
        done = await self._hop(trip)
        return done or trip.ended(FetchStatus.HTTP_ERROR, "answered with a redirect, which is not followed")

    @property
    def names(self) -> Names:
        """Give the names of this batch, for what speaks no HTTP (`Names.dial`)."""
        return self._names

    async def _hop(self, trip: Trip) -> Fetched | None:
        """Go one step. None when the trip goes on: to the next redirect, or once more to the same place."""
        try:
            trip.url = check_url(trip.url)
        except BadInput as error:
            return trip.ended(FetchStatus.REFUSED, str(error))
        began = time.monotonic()
        try:
            if trip.access and trip.access.proxy:
                return await self._by_proxy(trip, trip.access.proxy)
            addresses = await self._names.resolve(trip.host, trip.port, trip.left)
        except Unresolved as error:
            return trip.ended(FetchStatus.DNS_ERROR, str(error))
        except Forbidden as error:
            return trip.ended(FetchStatus.REFUSED, str(error))
        trip.left -= time.monotonic() - began
        return await self._in_turn(trip, f"{min(addresses)}:{trip.port}", self._exempt(trip, addresses))

    async def _by_proxy(self, trip: Trip, proxy: str) -> Fetched | None:
        """Go one step through a proxy, which resolves the outlet's name. Raises Unresolved and Forbidden."""
        parts, networks = urlsplit(proxy), self._settings.allow_networks
        if not proxied_allowed(trip.host, trip.port, networks):
            raise Forbidden(f"{trip.host} port {trip.port} is not a public web server's address")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        await self._names.resolve_proxy(parts.hostname or "", port, trip.left)
        return await self._in_turn(trip, f"{trip.host}:{trip.port}", is_allowed(trip.host, networks))

    def _exempt(self, trip: Trip, addresses: list[str]) -> bool:
        """Say whether politeness does not apply: webhooks have a plan of their own, allowed networks are ours."""
        return not trip.follows or all(in_networks(ip, self._settings.allow_networks) for ip in addresses)

    async def _in_turn(self, trip: Trip, key: str, exempt: bool) -> Fetched | None:
        """Make the request when it is its turn at the host, an address and port."""
        if not exempt and (wait := await self._polite.enter(key, trip.delay)):
            late = trip.ended(FetchStatus.HTTP_ERROR, f"this host is left alone for another {wait:.0f} s")
            return replace(late, deferred=True, retry_after=wait)
        try:
            async with self._slots:
                if self._room:
                    await self._room()
                done = await self._timed(trip)
        finally:
            if not exempt:
                self._polite.leave(key)
        if done is not None and not exempt:
            pause = host_pause(done.http_status, done.retry_after, self._settings.host_pause)
            if pause:
                self._polite.pause(key, pause)
        return done

    def _socket(self, address: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        """Open the socket for exactly this address, the last moment to refuse it."""
        family, kind, proto, _, where = address
        if not (isinstance(where[1], int) and self._names.may_dial(str(where[0]), where[1])):
            raise RefusedAddress(f"{where[0]} port {where[1]} is not a public web server's address")
        return socket.socket(family, kind, proto)

    async def _timed(self, trip: Trip) -> Fetched | None:
        """Make the request within what is left of the trip's time and turn every failure into its name."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(max(trip.left, 0)):
                return await self._request(trip)
        except TimeoutError:
            return trip.ended(FetchStatus.TIMEOUT, "not finished in time")
        except WrongEncoding as error:
            return None if trip.retry() else trip.ended(FetchStatus.BAD_CONTENT_ENCODING, str(error))
        except TooLarge:
            return trip.ended(FetchStatus.TOO_LARGE, f"more than {trip.limit} bytes")
        except (aiohttp.ServerDisconnectedError, ConnectionResetError) as error:
            await asyncio.sleep(self._random.uniform(0.1, 0.4))
            return None if trip.retry() else trip.ended(FetchStatus.CONNECTION_ERROR, line_of(error))
        except Exception as error:  # whatever a library makes of a remote end's misbehaviour
            return trip.ended(name_error(error), line_of(error))
        finally:
            trip.left -= time.monotonic() - began

    async def _request(self, trip: Trip) -> Fetched | None:
        """Send the request and read its answer."""
        async with self._session.request(
            trip.method, URL(trip.url, encoded=True), data=trip.payload, allow_redirects=False, **_headers(trip)
        ) as answer:
            if answer.status in _REDIRECTS and "Location" in answer.headers and trip.follows:
                return self._redirect(trip, answer)
            done = await read_answer(trip, answer)
            return replace(
                done,
                permanent_url=trip.url if trip.hops and trip.permanent and done.status in _THERE else "",
                flags=tuple(trip.flags),
            )

    def _redirect(self, trip: Trip, answer: aiohttp.ClientResponse) -> Fetched | None:
        """Turn the trip to where a redirect points."""
        trip.hops += 1
        if trip.hops > MAX_REDIRECTS:
            return trip.ended(FetchStatus.REDIRECT_LOOP, f"more than {MAX_REDIRECTS} redirects", answer.status)
        trip.permanent &= answer.status in (301, 308)
        target = location_of(answer.headers["Location"])
        trip.turn(urljoin(trip.url, target))
        return None


@dataclass(frozen=True, slots=True)
class Through:
    """The gate on the way to one outlet."""

    gate: Gate
    access: Access

    async def get(self, url: str, **named: Any) -> Fetched:
        """Ask for a URL as `Gate.get` does."""
        return await self.gate.get(url, access=self.access, **named)


async def _led_to(trip: Trip, rules: Rules) -> tuple[Fetched | None, float]:
    """Ask whether an address may be fetched to which a redirect led; what is no address is refused elsewhere."""
    try:
        return await rules(check_url(trip.url))
    except BadInput:
        return None, trip.delay


def _headers(trip: Trip) -> dict[str, Any]:
    """Give aiohttp's arguments for what is sent, and by which proxy; that is logged in to within a plain request."""
    access = trip.access
    if not (access and access.proxy):
        return {"headers": trip.sent}
    login = {"Proxy-Authorization": aiohttp.encode_basic_auth(*access.proxy_login)} if access.proxy_login else {}
    plain = login if trip.url.startswith("http:") else {}
    return {"headers": trip.sent | plain, "proxy": URL(access.proxy), "proxy_headers": login}
