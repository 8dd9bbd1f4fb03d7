"""The gate against real servers on loopback that misbehave in every known way."""

import asyncio
import gzip
import hashlib
import os
import time
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from domain.fetching import FetchStatus
from settings import Settings
from worker.fetch import Fetched, Gate

FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>أخبار المدينة</title></channel></rss>'.encode()
Speak = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server of raw bytes: `requests` has the heads of all requests, `speak` answers."""

    def __init__(self, speak: Speak, host: str = "127.0.0.1") -> None:
        self.speak, self.host, self.requests, self.port = speak, host, [], 0

    async def _client(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.requests.append(head)
                length = next((int(h[15:]) for h in head.split("\r\n") if h.lower().startswith("content-length:")), 0)
                head += (await reader.readexactly(length)).decode()
                await self.speak(head, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._client, self.host, 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    def url(self, path="/"):
        return f"http://{self.host}:{self.port}{path}"


def answer(body=FEED, status="200 OK", length=None, **headers) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def says(*answers: bytes) -> Speak:
    """Give one answer after the other, the last one again and again, and hang up after each."""
    left = list(answers)

    async def speak(head, writer):
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        writer.close()

    return speak


def settings(**values) -> Settings:
    return Settings(**{"home": Path("/nonexistent"), "allow_networks": "127.0.0.1/32", "fetch_timeout": 5.0} | values)


@asynccontextmanager
async def gate_to(speak: Speak, **values):
    async with Server(speak) as server, Gate(settings(**values)) as gate:
        yield server, gate


def fetch(speak: Speak, *, etag="", last_modified="", max_body=None, **values) -> tuple[Fetched, Server]:
    async def go():
        async with gate_to(speak, **values) as (server, gate):
            return await gate.get(server.url(), etag=etag, last_modified=last_modified, max_body=max_body), server

    return asyncio.run(go())


def test_a_feed_arrives_with_what_its_headers_say():
    modified = "Thu, 24 Sep 2026 10:00:00 GMT"
    got, server = fetch(says(answer(ETag='"a1"', Last_Modified=modified, Content_Type="text/xml")))
    assert (got.status, got.http_status, got.body, got.content_type) == (FetchStatus.OK, 200, FEED, "text/xml")
    assert (got.etag, got.last_modified) == ('"a1"', modified)
    assert got.sha256 == hashlib.sha256(FEED).hexdigest()
    assert "Marsad/" in server.requests[0]
    assert "Cookie" not in server.requests[0]


def test_validators_are_sent_and_304_is_unchanged():
    got, server = fetch(says(b"HTTP/1.1 304 Not Modified\r\n\r\n"), etag='W/"a1"', last_modified="yesterday")
    assert got.status is FetchStatus.UNCHANGED
    assert 'If-None-Match: W/"a1"' in server.requests[0]
    assert "If-Modified-Since: yesterday" in server.requests[0]


def test_304_that_nobody_asked_for_is_an_error():
    assert fetch(says(b"HTTP/1.1 304 Not Modified\r\n\r\n"))[0].status is FetchStatus.HTTP_ERROR


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("gzip", gzip.compress(FEED)),
        ("gzip", gzip.compress(FEED[:20]) + gzip.compress(FEED[20:])),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
        ("identity", FEED),
    ],
    ids=["gzip", "two members", "deflate", "bare deflate", "identity"],
)
def test_packed_bodies_are_unpacked(name, packed):
    got, _ = fetch(says(answer(packed, Content_Encoding=name)))
    assert (got.status, got.body) == (FetchStatus.OK, FEED)


def test_a_bomb_stops_at_the_cap_with_little_memory():
    packer = zlib.compressobj(wbits=31)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    tracemalloc.start()
    got, _ = fetch(says(answer(packed, Content_Encoding="gzip")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert got.status is FetchStatus.TOO_LARGE
    assert peak < 20_000_000


def test_a_thousand_empty_members_are_refused():
    got, _ = fetch(says(answer(gzip.compress(b"") * 1000, Content_Encoding="gzip")))
    assert got.status is FetchStatus.BAD_CONTENT_ENCODING


def test_a_plain_body_called_gzip_is_asked_for_once_more():
    good, server = fetch(says(answer(Content_Encoding="gzip"), answer()))
    assert (good.status, good.body) == (FetchStatus.OK, FEED)
    assert "Accept-Encoding: identity" in server.requests[1]
    bad, server = fetch(says(answer(Content_Encoding="gzip")))
    assert bad.status is FetchStatus.BAD_CONTENT_ENCODING
    assert len(server.requests) == 2


def test_an_announced_length_beyond_the_cap_is_refused_before_reading():
    async def speak(head, writer):
        writer.write(answer(b"x", length=500_000_000))
        await writer.drain()
        await asyncio.sleep(3)

    began = time.monotonic()
    assert fetch(speak)[0].status is FetchStatus.TOO_LARGE
    assert time.monotonic() - began < 1


async def endless(head, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
        await writer.drain()


def test_an_endless_body_stops_at_the_cap():
    assert fetch(endless, max_body=1_000_000)[0].status is FetchStatus.TOO_LARGE


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-A: "])
def test_a_drip_stops_at_the_total_deadline(start):
    async def drip(head, writer):
        writer.write(start)
        while not writer.is_closing():
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)

    began = time.monotonic()
    assert fetch(drip, fetch_timeout=0.6)[0].status is FetchStatus.TIMEOUT
    assert time.monotonic() - began < 0.9


def test_twenty_megabytes_of_headers_are_refused():
    async def speak(head, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(20_000):
            writer.write(f"X-{number}: {'a' * 1000}\r\n".encode())
            await writer.drain()

    assert fetch(speak)[0].status is FetchStatus.PROTOCOL_ERROR


@pytest.mark.parametrize("lengths", ["Content-Length: -1", "Content-Length: 5\r\nContent-Length: 9"])
def test_lengths_that_make_no_sense_are_refused(lengths):
    got, _ = fetch(says(f"HTTP/1.1 200 OK\r\n{lengths}\r\n\r\nabcdefghi".encode()))
    assert got.status is FetchStatus.PROTOCOL_ERROR


def test_a_body_cut_short_is_truncated_and_keeps_no_validator():
    got, _ = fetch(says(answer(length=9_000, ETag='"a1"')))
    assert (got.status, got.body, got.etag) == (FetchStatus.TRUNCATED, FEED, "")
    packed = gzip.compress(os.urandom(5_000))[:-900]
    assert fetch(says(answer(packed, Content_Encoding="gzip")))[0].status is FetchStatus.TRUNCATED


def test_an_empty_body_keeps_no_validator():
    got, _ = fetch(says(answer(b"", ETag='"a1"')))
    assert (got.status, got.etag) == (FetchStatus.EMPTY, "")


def test_redirects_are_followed_and_permanent_ones_told():
    async def speak(head, writer):
        to = {"/": "/b", "/b": "/c"}.get(head.split()[1])
        writer.write(answer(b"", "301 Moved", Location=to) if to else answer())

    got, _ = fetch(speak)
    assert got.status is FetchStatus.OK
    assert got.url.endswith("/c")
    assert got.permanent_url == got.url


def test_a_permanent_redirect_to_what_has_not_changed_is_told_too():
    async def speak(head, writer):
        moved = head.split()[1] == "/"
        writer.write(answer(b"", "301 Moved", Location="/b") if moved else b"HTTP/1.1 304 Not Modified\r\n\r\n")

    got, _ = fetch(speak, etag='"a1"')
    assert got.status is FetchStatus.UNCHANGED
    assert got.permanent_url.endswith("/b")


def test_how_long_caches_give_the_same_copy_is_told():
    assert fetch(says(answer(Cache_Control="public, max-age=300", Age="100")))[0].fresh == 200
    assert fetch(says(answer(b"", "503 Busy", Cache_Control="max-age=300")))[0].fresh == 0


def test_the_contact_that_is_set_is_named_to_outlets():
    _, server = fetch(says(answer()), contact="mailto:desk@raqib.example")
    assert "User-Agent: Marsad/0.1 (+mailto:desk@raqib.example)\r\n" in server.requests[0]


def test_a_temporary_redirect_on_the_way_is_not_adopted():
    async def speak(head, writer):
        path = head.split()[1]
        writer.write(answer(b"", "301 Moved", Location="/b") if path == "/" else b"")
        writer.write(answer(b"", "302 Found", Location="/c") if path == "/b" else b"")
        writer.write(answer() if path == "/c" else b"")

    got, _ = fetch(speak)
    assert (got.status, got.permanent_url) == (FetchStatus.OK, "")


def test_a_loop_ends_after_five_redirects():
    got, server = fetch(says(answer(b"", "302 Found", Location="/")))
    assert got.status is FetchStatus.REDIRECT_LOOP
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "gopher://a.example/", "data:text/html,x", "http://169.254.169.254/", "http://10.0.0.1/"],
)
def test_redirects_to_what_is_forbidden_are_refused(target):
    assert fetch(says(answer(b"", "302 Found", Location=target)))[0].status is FetchStatus.REFUSED


SPELLINGS = [
    *("127.0.0.2", "2130706434", "0x7f.0.0.2", "0177.0.0.2", "127.2"),
    *("[::ffff:127.0.0.2]", "127。0。0。2", "1２7.0.0.2", "user@127.0.0.2", "127.0.0.1@127.0.0.2"),
]


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("by_redirect", [False, True])
def test_no_spelling_reaches_a_forbidden_address(host, by_redirect):
    async def go():
        canary = Server(says(answer()), host="127.0.0.2")
        async with canary:
            target = f"http://{host}:{canary.port}/"
            bounce = says(answer(b"", "302 Found").replace(b"\r\n\r\n", f"\r\nLocation: {target}\r\n\r\n".encode()))
            async with gate_to(bounce) as (server, gate):
                got = await gate.get(server.url() if by_redirect else target)
            return got, canary.requests

    got, reached = asyncio.run(go())
    assert got.status is FetchStatus.REFUSED
    assert reached == []


def test_a_name_that_changes_its_mind_is_dialled_where_it_was_checked(monkeypatch):
    asked = []

    async def go():
        async with Server(says(answer()), host="127.0.0.2") as canary, gate_to(says(answer())) as (server, gate):

            async def resolve(host, port):
                asked.append(host)
                return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

            monkeypatch.setattr(gate._names, "_getaddrinfo", resolve)
            got = await gate.get(f"http://outlet.example:{server.port}/")
            return got, canary.requests

    got, reached = asyncio.run(go())
    assert got.status is FetchStatus.OK
    assert (asked, reached) == (["outlet.example"], [])


def test_the_socket_itself_refuses_what_slipped_through():
    async def go():
        async with Server(says(answer()), host="127.0.0.2") as canary, Gate(settings()) as gate:
            gate._names.checked["127.0.0.2"] = ["127.0.0.2"]

            async def believed(*_):
                return ["127.0.0.2"]

            gate._names.resolve = believed
            return await gate.get(canary.url()), canary.requests

    got, reached = asyncio.run(go())
    assert (got.status, reached) == (FetchStatus.REFUSED, [])


@pytest.mark.parametrize("url", ["http://localhost:6379/", "ftp://a.example/", "http://u:p@10.0.0.1/", "http:///x", ""])
def test_what_cannot_be_asked_is_refused(url):
    async def go():
        async with Gate(settings(allow_networks="")) as gate:
            return await gate.get(url)

    assert asyncio.run(go()).status is FetchStatus.REFUSED


def test_an_unknown_name_is_a_dns_error(monkeypatch):
    async def go():
        async with Gate(settings()) as gate:

            async def resolve(host, port):
                raise OSError("Name or service not known")

            monkeypatch.setattr(gate._names, "_getaddrinfo", resolve)
            return await gate.get("http://nowhere.example/")

    assert asyncio.run(go()).status is FetchStatus.DNS_ERROR


def test_proxies_in_the_environment_are_ignored(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert fetch(says(answer()))[0].status is FetchStatus.OK


def test_cookies_are_not_kept():
    async def go():
        async with gate_to(says(answer(Set_Cookie="a=b"))) as (server, gate):
            await gate.get(server.url())
            await gate.get(server.url())
            return server.requests

    assert "ookie" not in asyncio.run(go())[1]


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        ("429 Too Many", "120", 120),
        ("503 Busy", "1000000000", 86_400),
        ("503 Busy", "soon", None),
        ("503 Busy", "Thu, 24 Sep 2020 10:00:00 GMT", 0),
    ],
)
def test_retry_after_is_read_in_both_forms(status, value, seconds):
    got, _ = fetch(says(answer(b"busy", status, Retry_After=value)))
    assert (got.status, got.retry_after) == (FetchStatus.HTTP_ERROR, seconds)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (answer(b"", "410 Gone"), FetchStatus.GONE),
        (answer(b"", "403 Forbidden"), FetchStatus.BLOCKED),
        (answer(b"x", "503 Busy", cf_mitigated="challenge"), FetchStatus.BLOCKED),
        (answer("<html><h1>الرجاء التحقق من أنك لست روبوتا</h1></html>".encode()), FetchStatus.BLOCKED),
        (answer(b"", "404 Not Found"), FetchStatus.HTTP_ERROR),
        (answer(b"", "500 Oops"), FetchStatus.HTTP_ERROR),
        (b"I am no web server\r\n\r\n", FetchStatus.PROTOCOL_ERROR),
        (b"", FetchStatus.CONNECTION_ERROR),
    ],
    ids=["410", "403", "challenge header", "challenge page", "404", "500", "no HTTP", "hung up"],
)
def test_every_answer_has_its_name(raw, status):
    assert fetch(says(raw))[0].status is status


def test_a_connection_that_is_reset_once_is_tried_again():
    assert fetch(says(b"", answer()))[0].status is FetchStatus.OK


def test_a_failed_handshake_is_a_tls_error():
    async def refuse(reader, writer):
        await reader.read(50)
        writer.write(b"\x15\x03\x01\x00\x02\x02\x28")
        writer.close()

    async def go():
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        async with server, Gate(settings()) as gate:
            return await gate.get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")

    assert asyncio.run(go()).status is FetchStatus.TLS_ERROR


def test_a_webhook_is_sent_once_and_its_redirect_not_followed():
    async def go(speak):
        async with gate_to(speak) as (server, gate):
            got = await gate.post(server.url(), body=b'{"id": 1}', headers={"Content-Type": "application/json"})
            return got, server.requests

    got, requests = asyncio.run(go(says(answer(b"ok"))))
    assert (got.status, got.body, len(requests)) == (FetchStatus.OK, b"ok", 1)
    assert requests[0].startswith("POST / ")
    got, requests = asyncio.run(go(says(answer(b"", "302 Found", Location="/b"))))
    assert (got.status, got.http_status, len(requests)) == (FetchStatus.HTTP_ERROR, 302, 1)
    got, requests = asyncio.run(go(says(b"")))
    assert (got.status, len(requests)) == (FetchStatus.CONNECTION_ERROR, 1)


def test_of_a_webhooks_answer_64_kilobytes_are_read():
    async def go():
        async with gate_to(endless) as (server, gate):
            return await gate.post(server.url(), body=b"{}", headers={})

    got = asyncio.run(go())
    assert got.status is FetchStatus.OK
    assert len(got.body) <= 65_536


def test_a_batch_is_fetched_at_once_and_one_that_hangs_harms_nobody():
    async def speak(head, writer):
        await asyncio.sleep(30 if head.split()[1] == "/hangs" else 0.2)
        writer.write(answer())

    async def go():
        async with gate_to(speak, fetch_timeout=1.0) as (server, gate):
            paths = ["/hangs", *(f"/{number}" for number in range(20))]
            return await asyncio.gather(*(gate.get(server.url(path)) for path in paths))

    began = time.monotonic()
    first, *others = asyncio.run(go())
    assert first.status is FetchStatus.TIMEOUT
    assert {got.status for got in others} == {FetchStatus.OK}
    assert time.monotonic() - began < 2


def test_a_host_that_said_later_is_left_alone(monkeypatch):
    async def go():
        async with gate_to(says(answer(b"", "429 Too Many", Retry_After="50")), host_delay=0) as (server, gate):
            monkeypatch.setattr(gate, "_exempt", lambda trip, addresses: False)
            return await gate.get(server.url()), await gate.get(server.url("/b")), len(server.requests)

    first, second, asked = asyncio.run(go())
    assert (first.deferred, second.deferred, asked) == (False, True, 1)
    assert 49 < (second.retry_after or 0) <= 50
