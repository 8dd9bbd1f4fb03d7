"""A proxy, headers and cookies of an outlet, and robots.txt for what an address redirects to, at the gate."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from rawserver import RawServer, open_raw, reply

from domain.access import Access
from domain.fetching import FetchStatus
from settings import Settings
from worker.answer import Fetched
from worker.batch import Ask, fetch_each
from worker.fetch import Gate

PAGE = "<html><body>مرحبا</body></html>".encode()
CANARY, BISCUIT = "canary-4f1c", "biscuit-77aa"
SETTINGS = Settings(home=Path("/nonexistent"), allow_networks="127.0.0.1/32", fetch_timeout=5.0)


@pytest.fixture
def outlet() -> Iterator[RawServer]:
    with open_raw() as server:
        server.routes["/"] = reply(PAGE)
        yield server


@pytest.fixture
def other() -> Iterator[RawServer]:
    with open_raw() as server:
        server.routes["/"] = reply(PAGE)
        yield server


def access_of(server: RawServer, **more: str) -> Access:
    site = f"{server.host}:{server.port}"
    return Access(site, headers=(("Authorization", CANARY),), cookies=(("session", BISCUIT), ("b", "2")), **more)


def get(url: str, access: Access | None, settings: Settings = SETTINGS) -> Fetched:
    async def go() -> Fetched:
        async with Gate(settings) as gate:
            return await gate.through(access).get(url)

    return asyncio.run(go())


def moved(target: str) -> bytes:
    return reply(b"", f"Location: {target}", status="302 Found")


def secrets_in(server: RawServer) -> list[bool]:
    return [CANARY in head or BISCUIT in head for head in server.heads]


def test_the_outlet_is_told_headers_and_cookies(outlet: RawServer) -> None:
    assert get(outlet.url(), access_of(outlet)).status is FetchStatus.OK
    assert f"Authorization: {CANARY}" in outlet.heads[0]
    assert f"Cookie: session={BISCUIT}; b=2" in outlet.heads[0]
    assert get(outlet.url(), None).status is FetchStatus.OK
    assert secrets_in(outlet) == [True, False]


def test_a_redirect_to_another_site_is_told_nothing(outlet: RawServer, other: RawServer) -> None:
    outlet.routes["/"] = moved(other.url())
    assert get(outlet.url(), access_of(outlet)).status is FetchStatus.OK
    assert (secrets_in(outlet), secrets_in(other)) == ([True], [False])


def test_a_trip_that_left_the_outlet_and_comes_back_tells_nothing(outlet: RawServer, other: RawServer) -> None:
    outlet.routes |= {"/": moved(other.url()), "/back": reply(PAGE)}
    other.routes["/"] = moved(outlet.url("/back"))
    assert get(outlet.url(), access_of(outlet)).status is FetchStatus.OK
    assert secrets_in(outlet) == [True, False]


def test_a_redirect_within_the_outlet_stays_signed_in(outlet: RawServer) -> None:
    outlet.routes |= {"/": moved("/there"), "/there": reply(PAGE)}
    get(outlet.url(), access_of(outlet))
    assert secrets_in(outlet) == [True, True]


def test_an_address_elsewhere_is_told_nothing(outlet: RawServer, other: RawServer) -> None:
    get(other.url(), access_of(outlet))
    assert secrets_in(other) == [False]


def test_a_proxy_is_asked_in_place_of_the_outlet(outlet: RawServer, other: RawServer) -> None:
    other.routes["http://outlet.example/a"] = reply(PAGE)
    access = Access("outlet.example", f"http://127.0.0.1:{other.port}", ("u", "geheim"), (("X-Key", CANARY),))
    fetched = get("http://outlet.example/a", access)
    assert (fetched.status, fetched.body) == (FetchStatus.OK, PAGE)
    assert "Proxy-Authorization: Basic dTpnZWhlaW0=" in other.heads[0]
    assert f"X-Key: {CANARY}" in other.heads[0]
    assert outlet.connections == 0


def test_a_proxy_may_stand_where_no_outlet_may(outlet: RawServer) -> None:
    """The operator's own entry allows it, as a proxy only; the outlet's address is still judged."""
    outlet.routes["http://outlet.example/a"] = reply(PAGE)
    closed = SETTINGS.model_copy(update={"allow_networks": ()})
    access = Access("outlet.example", f"http://127.0.0.1:{outlet.port}")
    assert get("http://outlet.example/a", access, closed).status is FetchStatus.OK

    async def go() -> list[str]:
        async with Gate(closed) as gate:
            await gate.through(access).get("http://outlet.example/a")
            return [(await gate.get(url)).status for url in (outlet.url(), f"http://localhost:{outlet.port}/")]

    assert asyncio.run(go()) == ["refused", "refused"]


@pytest.mark.parametrize(
    "url",
    [
        *("http://169.254.169.254/latest/", "http://10.0.0.1/", "http://[::1]/", "http://127.0.0.2/", "http://0x7f.1/"),
        *("http://localhost/", "http://intranet/", "http://db.internal/", "http://printer.local./", "ftp://a.example/"),
        *("http://outlet.example:22/", "http://[::ffff:10.0.0.1]/", "http://2130706434/"),
    ],
)
def test_a_proxy_is_not_asked_for_what_is_inside(outlet: RawServer, url: str) -> None:
    access = Access("outlet.example", f"http://127.0.0.1:{outlet.port}")
    assert get(url, access).status is FetchStatus.REFUSED
    outlet.routes["http://outlet.example/"] = moved(url)
    assert get("http://outlet.example/", access).status is FetchStatus.REFUSED
    assert len(outlet.heads) == 1


def test_a_proxy_that_is_away_or_says_no_is_a_status_without_secrets(outlet: RawServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    outlet.routes["outlet.example:443"] = reply(b"", status="407 Proxy Authentication Required")
    for port in (free, outlet.port):
        access = Access("", f"http://127.0.0.1:{port}", ("u", CANARY))
        fetched = get("https://outlet.example/", access)
        assert fetched.status is FetchStatus.CONNECTION_ERROR
        assert CANARY not in repr(fetched) + repr(access)
    assert "Proxy-Authorization: Basic" in outlet.heads[0]


class Rules:
    """A rulebook that forbids some paths and keeps a ledger."""

    def __init__(self, *forbidden: str) -> None:
        self.forbidden, self.asked = forbidden, []

    async def check(self, gate: object, url: str) -> tuple[Fetched | None, float]:
        self.asked.append(url)
        path = "/" + url.partition("://")[2].partition("/")[2]
        return (Fetched(url, FetchStatus.ROBOTS) if path in self.forbidden else None), 0.0


@pytest.mark.parametrize("ruled", [True, False])
def test_robots_is_asked_about_every_address_that_a_redirect_leads_to(outlet: RawServer, ruled: bool) -> None:
    outlet.routes |= {"/": moved("/b"), "/b": moved("/private"), "/private": reply(PAGE)}
    rules = Rules("/private")
    ((_, fetched),) = fetch_each(SETTINGS, [Ask(None, outlet.url(), ruled=ruled)], rules)
    assert fetched.status is (FetchStatus.ROBOTS if ruled else FetchStatus.OK)
    assert outlet.asked("/private") == (not ruled)
    assert rules.asked == [outlet.url(path) for path in ("/", "/b", "/private")] * ruled
