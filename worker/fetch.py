"""The one gate to the network, for feeds, pages, robots.txt and webhooks alike.

    url | check the spelling | resolve once | check every address | wait for a turn | connect, checked again
        | count unpacked bytes | follow at most five redirects, each through the whole gate | Fetched

What goes wrong at the other end is a status, never an exception. One total deadline covers a request and its
redirects; waiting for a turn at a busy host does not count.
"""

import asyncio
import random
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from domain.errors import BadInput
from domain.fetching import FetchStatus, check_url, in_networks
from domain.schedule import host_pause
from settings import Settings
from worker.answer import Answer, Fetched, contradicts_itself, describe, one_line
from worker.inflate import Inflater, TooLarge, WrongEncoding
from worker.names import Forbidden, Names, Unresolved
from worker.politeness import Politeness
from worker.trip import Trip, location_of

MAX_REDIRECTS = 5
POST_TIMEOUT = 15.0  # seconds for one webhook, all in all
SMALL_BODY = 65_536  # bytes read of a webhook's answer or of an error page
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
_THERE = (FetchStatus.OK, FetchStatus.UNCHANGED)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class _RefusedAddress(OSError):
    """The address must not be dialled."""


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
        start: bool = False,
    ) -> Fetched:  # fmt: skip
        """Ask for a URL; with `etag` or `last_modified` only if it changed since. `max_body` bytes at most.

        With `start` the first so many bytes of a longer body are an answer too, with the flag `cut`.

        `delay` is the seconds that the host wants between two requests, where that is more than `host_delay`.
        """
        headers = {"Accept-Encoding": "gzip, deflate"}
        if etag:
            headers["If-None-Match"] = one_line(etag)
        if last_modified:
            headers["If-Modified-Since"] = one_line(last_modified)
        limit = self._settings.max_body if max_body is None else max_body
        trip = Trip(url, limit, self._settings.fetch_timeout, headers, delay=delay, start=start)
        while True:
            done = await self._hop(trip)
            if done is not None:
                return done

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
            addresses = await self._names.resolve(trip.host, trip.port, trip.left)
        except Unresolved as error:
            return trip.ended(FetchStatus.DNS_ERROR, str(error))
        except Forbidden as error:
            return trip.ended(FetchStatus.REFUSED, str(error))
        trip.left -= time.monotonic() - began
        return await self._in_turn(trip, f"{min(addresses)}:{trip.port}", self._exempt(trip, addresses))

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
        if not (isinstance(where[1], int) and self._names.allowed(str(where[0]), where[1])):
            raise _RefusedAddress(f"{where[0]} port {where[1]} is not a public web server's address")
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
            return None if trip.retry() else trip.ended(FetchStatus.CONNECTION_ERROR, _line(error))
        except Exception as error:  # whatever a library makes of a remote end's misbehaviour
            return trip.ended(_name_error(error), _line(error))
        finally:
            trip.left -= time.monotonic() - began

    async def _request(self, trip: Trip) -> Fetched | None:
        """Send the request and read its answer."""
        async with self._session.request(
            trip.method, URL(trip.url, encoded=True), headers=trip.headers, data=trip.payload, allow_redirects=False
        ) as answer:
            if answer.status in _REDIRECTS and "Location" in answer.headers and trip.follows:
                return self._redirect(trip, answer)
            done = await _read_answer(trip, answer)
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


async def _read_answer(trip: Trip, answer: aiohttp.ClientResponse) -> Fetched:
    """Read an answer that is no redirect."""
    if contradicts_itself(answer.headers):
        return trip.ended(FetchStatus.PROTOCOL_ERROR, "headers with two lengths", answer.status)
    good = 200 <= answer.status < 300
    must_fit = good and trip.follows
    body, whole = b"", True
    if answer.status != 304:
        body, whole = await _read_body(answer, trip.limit if good else SMALL_BODY, must_fit, trip)
    return describe(Answer(trip.url, answer.status, answer.reason or "", answer.headers, body, whole, trip.asked))


async def _read_body(answer: aiohttp.ClientResponse, limit: int, must_fit: bool, trip: Trip) -> tuple[bytes, bool]:
    """Give the unpacked body and whether it is whole. One that must fit raises TooLarge or WrongEncoding if not."""
    if must_fit and not trip.start and (answer.content_length or 0) > limit:
        raise TooLarge
    try:
        inflater = Inflater(answer.headers.get("Content-Encoding", ""), limit)
    except WrongEncoding:
        if must_fit:
            raise
        return b"", False
    try:
        async for piece in answer.content.iter_any():
            inflater.feed(piece)
    except (TooLarge, WrongEncoding) as error:
        enough = trip.start and isinstance(error, TooLarge) and inflater.size > 0
        if must_fit and not enough:
            raise
        trip.flags += ["cut"] if enough else []
        return inflater.finish(), enough
    except (aiohttp.ClientError, OSError):
        if not inflater.size:
            raise
        return inflater.finish(), False
    return inflater.finish(), inflater.complete


_NAMES: tuple[tuple[type[Exception], FetchStatus], ...] = (
    (aiohttp.ClientConnectorDNSError, FetchStatus.DNS_ERROR),
    (aiohttp.ClientSSLError, FetchStatus.TLS_ERROR),
    (ssl.SSLError, FetchStatus.TLS_ERROR),
    (aiohttp.ClientPayloadError, FetchStatus.TRUNCATED),
    (aiohttp.InvalidURL, FetchStatus.REFUSED),
    (aiohttp.ClientResponseError, FetchStatus.PROTOCOL_ERROR),
    (OSError, FetchStatus.CONNECTION_ERROR),
    (aiohttp.ClientError, FetchStatus.CONNECTION_ERROR),
)


def _name_error(error: Exception) -> FetchStatus:
    """Give the status for what a library raised."""
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, _RefusedAddress):
        return FetchStatus.REFUSED
    return next((status for kind, status in _NAMES if isinstance(error, kind)), FetchStatus.PROTOCOL_ERROR)


def _line(error: Exception) -> str:
    """Say in one line what a library raised."""
    return one_line(f"{type(error).__name__}: {error}", 300)
