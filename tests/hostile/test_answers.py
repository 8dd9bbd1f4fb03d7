"""Servers that answer wrongly: packed, cut, endless, slow, contradictory (F08 to F22, H36)."""

import gzip
import time
import zlib

import brotli
import pytest
from hostile import Harness
from press import news
from rawserver import RawServer, drip, hang_up, reply

from storage.models import Feed

TITLES = [f"خبر رقم {n} من المدينة" for n in range(1, 11)]
ITEMS = [f"<item><guid>{n}</guid><title>{title}</title></item>" for n, title in enumerate(TITLES, 1)]
FEED = f"<rss version='2.0'><channel><title>صحيفة</title>{''.join(ITEMS)}</channel></rss>".encode()
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def deflated(pieces):
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(piece) for piece in pieces) + packer.flush()


def brotlied(pieces):
    packer = brotli.Compressor(quality=2)
    return b"".join(packer.process(piece) for piece in pieces) + packer.finish()


BOMBS = {
    "br": lambda: brotlied(bytes(1_000_000) for _ in range(300)),
    "gzip": lambda: deflated(bytes(1_000_000) for _ in range(300)),
    "gzip of spaces": lambda: deflated(b" " * 1_000_000 for _ in range(300)),
    "deflate": lambda: zlib.compress(bytes(50_000_000), 9),
}


@pytest.mark.parametrize("name", BOMBS)
def test_f08_a_packed_bomb_stops_at_the_cap(harness: Harness, raw: RawServer, name):
    raw.routes["/"] = reply(BOMBS[name](), f"Content-Encoding: {name.partition(' ')[0]}")
    assert harness.ask(raw.url())[0].status == "too_large"


@pytest.mark.parametrize("name", ["gzip, gzip", "zstd", "compress", "x" * 5_000])
def test_f08_packings_that_nobody_asked_for(harness: Harness, raw: RawServer, name):
    raw.routes["/"] = reply(gzip.compress(gzip.compress(FEED)), f"Content-Encoding: {name}")
    assert harness.ask(raw.url())[0].status == "bad_content_encoding"


def test_f08_brotli_that_is_no_bomb_is_read(harness: Harness, raw: RawServer):
    raw.routes["/"] = reply(brotli.compress(FEED), "Content-Encoding: br")
    poll, came = harness.ask(raw.url())
    assert (poll.status, len(came)) == ("ok", 10)
    raw.routes["/"] = reply(brotli.compress(FEED)[:-20], "Content-Encoding: br")
    assert harness.ask(raw.url())[0].status == "truncated"


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_f11_a_plain_body_called_packed(harness: Harness, raw: RawServer, name):
    raw.routes["/"] = reply(FEED, f"Content-Encoding: {name}")
    assert harness.ask(raw.url())[0].status == "bad_content_encoding"
    raw.routes["/"] = [raw.routes["/"], reply(FEED)]
    poll, came = harness.ask(raw.url())
    assert (poll.status, len(came)) == ("ok", 10)
    assert "Accept-Encoding: identity" in raw.heads[-1]


def test_f12_a_huge_body_of_honest_length_is_not_read(harness: Harness, raw: RawServer):
    raw.routes["/"] = drip(HEAD + b"Content-Length: 500000000\r\n\r\n", b"a", 0.2)
    began = time.monotonic()
    assert harness.ask(raw.url())[0].status == "too_large"
    assert time.monotonic() - began < 6, "not before its header was read, long before its deadline"


@pytest.mark.parametrize("start", [CHUNKED, HEAD + b"\r\n"])
def test_f13_f14_an_endless_body_stops_at_the_cap(hasty: Harness, raw: RawServer, start):
    piece = b"40000\r\n" + b"a" * 0x40000 + b"\r\n" if start is CHUNKED else b"a" * 0x40000
    raw.routes["/"] = drip(start, piece, 0)
    assert hasty.ask(raw.url())[0].status in ("too_large", "timeout")
    patient = Harness(hasty.service.with_settings(fetch_timeout=15.0), hasty.press, hasty.canaries, 9)
    assert patient.ask(raw.url())[0].status == "too_large"


@pytest.mark.parametrize("piece", [b"1\r\na\r\n", b"1;x=" + b"y" * 50 + b"\r\na\r\n"])
def test_f15_a_dripping_body_ends_at_the_total_deadline(hasty: Harness, raw: RawServer, piece):
    raw.routes["/"] = drip(CHUNKED, piece)
    began = time.monotonic()
    assert hasty.ask(raw.url())[0].status == "timeout"
    assert time.monotonic() - began > 1.9, "the deadline is 2 s"


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 ", HEAD + b"X-A: ", HEAD + b"X-A: 1\r\n"])
def test_f16_dripping_headers_end_at_the_total_deadline(hasty: Harness, raw: RawServer, start):
    raw.routes["/"] = drip(start)
    assert hasty.ask(raw.url())[0].status in ("timeout", "protocol_error")


@pytest.mark.parametrize("head", ["X-{n}: {a}\r\n", "Set-Cookie: {n}={a}\r\n", "X{a}{n}: 1\r\n", " {a}\r\n"])
def test_f17_twenty_megabytes_of_headers(hasty: Harness, raw: RawServer, head):
    many = "".join(head.format(n=n, a="a" * 1_000) for n in range(20_000))
    raw.routes["/"] = HEAD + many.encode() + b"\r\n" + FEED
    assert hasty.ask(raw.url())[0].status in ("protocol_error", "timeout")


def test_f18_a_body_shorter_than_its_length(harness: Harness, raw: RawServer):
    raw.routes["/"] = reply(FEED[:-200], 'ETag: "1"', length=len(FEED))
    poll, came = harness.ask(raw.url())
    assert poll.status == "truncated"
    assert harness.service.all(Feed)[-1].etag == ""
    raw.routes["/"] = reply(FEED, 'ETag: "1"')
    poll, again = harness.ask(raw.url())
    assert (poll.status, len(again), poll.new) == ("ok", 10, 10 - len(came))


@pytest.mark.parametrize(
    "lines",
    ["Content-Length: -1", "Content-Length: 5\r\nContent-Length: 9", "Content-Length: 5, 9", "Content-Length: 0x10"],
)
def test_f20_lengths_that_make_no_sense(harness: Harness, raw: RawServer, lines):
    raw.routes["/"] = HEAD + lines.encode() + b"\r\n\r\n" + FEED
    assert harness.ask(raw.url())[0].status == "protocol_error"


LOGIN = "<html><head><title>تسجيل الدخول</title></head><body><form>كلمة المرور</form></body></html>".encode()


def test_f21_a_page_instead_of_a_feed_leaves_what_is_there(harness: Harness, raw: RawServer):
    raw.routes["/"] = [reply(FEED), reply(LOGIN, "Content-Type: text/xml", 'ETag: "1"')]
    assert harness.ask(raw.url())[0].status == "ok"
    poll, came = harness.ask(raw.url())
    feed = harness.service.all(Feed)[-1]
    assert (poll.status, len(came), feed.etag) == ("not_a_feed", 10, "")


@pytest.mark.parametrize("body", [b"", b" \n\r\n ", b"\xef\xbb\xbf", b"\x00\x00"])
def test_f22_an_empty_body_keeps_no_etag(harness: Harness, raw: RawServer, body):
    raw.routes["/"] = reply(body, 'ETag: "1"')
    poll, came = harness.ask(raw.url())
    assert (poll.status, came) in (("empty", []), ("not_a_feed", []))
    assert harness.service.all(Feed)[-1].etag == ""


SMUGGLED = {
    "both lengths": reply(FEED, "Transfer-Encoding: chunked"),
    "both lengths, chunked": reply(b"5\r\nabcde\r\n0\r\n\r\n", "Transfer-Encoding: chunked", length=40),
    "a chunk of no number": CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    "a chunk of minus one": CHUNKED + b"-1\r\nabc\r\n0\r\n\r\n",
    "a chunk beyond all": CHUNKED + b"f" * 40 + b"\r\nabc\r\n0\r\n\r\n",
    "no colon": HEAD + b"nonsense\r\n\r\n" + FEED,
    "a space before the colon": HEAD + b"Content-Length : 5\r\n\r\n" + FEED,
    "a name of control characters": HEAD + b"A\x00B: 1\r\n\r\n" + FEED,
    "a version": b"HTTP/9.9 200 OK\r\n\r\n" + FEED,
    "a status of letters": b"HTTP/1.1 abc OK\r\n\r\n" + FEED,
    "a status of six figures": b"HTTP/1.1 200200 OK\r\n\r\n" + FEED,
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_h36_answers_that_two_readers_may_read_as_two(harness: Harness, raw: RawServer, name):
    raw.routes["/"] = SMUGGLED[name]
    assert harness.ask(raw.url())[0].status in ("protocol_error", "truncated")


def test_h36_folded_headers_are_no_second_header(harness: Harness, raw: RawServer):
    raw.routes["/"] = HEAD + b"X-A: 1\r\n Content-Length: 3\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED
    poll, came = harness.ask(raw.url())
    assert (poll.status, len(came)) in (("ok", 10), ("protocol_error", 0))


def test_h36_a_flood_of_interim_answers_ends_at_the_deadline(hasty: Harness, raw: RawServer):
    raw.routes["/"] = drip(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50, 0.01)
    assert hasty.ask(raw.url())[0].status in ("timeout", "protocol_error")


def test_h36_what_follows_an_answer_is_no_answer(harness: Harness, raw: RawServer):
    raw.routes["/"] = reply(FEED).replace(b"Connection: close\r\n", b"") + reply(LOGIN)
    assert harness.ask(raw.url())[0].status == "ok"
    harness.press.write_feed("/other.xml", [news(1)])
    raw.routes["/b"] = reply(LOGIN)
    assert harness.ask(raw.url("/b"))[0].status == "not_a_feed"


@pytest.mark.parametrize("start", [b"", HEAD, HEAD + b"Content-Length: 5000\r\n\r\n", CHUNKED + b"5\r\nabcde\r\n"])
def test_h31_a_connection_that_is_reset(harness: Harness, raw: RawServer, start):
    raw.routes["/"] = hang_up(start)
    assert harness.ask(raw.url())[0].status in ("connection_error", "truncated", "protocol_error")
    assert raw.asked("/") <= 2


def test_h31_a_connection_that_is_reset_once_is_tried_again(harness: Harness, raw: RawServer):
    raw.routes["/"] = [b"", reply(FEED)]
    poll, came = harness.ask(raw.url())
    assert (poll.status, len(came), raw.asked("/")) == ("ok", 10, 2)


def test_h31_a_half_open_connection_ends_at_the_deadline(hasty: Harness, raw: RawServer):
    raw.routes["/"] = drip(b"", b"", 0.5)
    assert hasty.ask(raw.url())[0].status == "timeout"


def test_h31_nobody_listens(harness: Harness):
    assert harness.ask("http://127.0.0.1:9/")[0].status == "connection_error"
