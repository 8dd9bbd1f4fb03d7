"""The outlets of `bench.fetch`: a process that serves any number of distinct feeds on loopback, each answer late.

    python -m bench.feedserver SECONDS_LEAST SECONDS_MOST

Every feed has an address of its own (127.X.Y.Z), so that no connection serves two. The path says what is answered:
`/etag/N` 304 to who knows the ETag, `/same/N` always the same 50 entries, `/news/N` in every round two other entries in
front of 48, `/odd/N` the same with a date of Dublin Core twice, which only feedparser judges. `/round/N` sets it.
"""

import asyncio
import functools
import sys
from random import Random

ENTRIES, NEW = 50, 2
ETAG = '"v1"'
_ROUND = [1]
_WORDS = 160  # of an entry: about 2 KB of HTML
_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>صحيفة {n}</title>'
    "<link>http://outlet.example/{n}</link><language>ar</language>"
)


@functools.cache
def _vocabulary() -> list[str]:
    random = Random(7)
    return ["".join(random.choices(_LETTERS, k=random.randint(3, 8))) for _ in range(6_000)]


def entry_id(n: int, number: int) -> str:
    """Give the id of an entry of feed `n`."""
    return f"http://outlet.example/{n}/article-{number}.html"


def _entry(n: int, number: int, odd: bool) -> str:
    """Write an entry that is like no other, with a teaser, HTML and what outlets put beside."""
    words = Random(n * 1_000 + number).choices(_vocabulary(), k=_WORDS)
    text = "".join(f"<p>{' '.join(words[at : at + 40])}.</p>\n" for at in range(0, _WORDS, 40))
    stamp = f"Sat, 28 Nov 2026 {number // 60 % 24:02}:{number % 60:02}:00 +0000"
    dated = f"<dc:date>2026-11-28T00:00:00Z</dc:date><dc:date>{stamp}</dc:date>" if odd else ""
    return (
        f"<item><title>{' '.join(words[:9])}</title><link>{entry_id(n, number)}</link>"
        f"<guid isPermaLink='false'>{entry_id(n, number)}</guid><pubDate>{stamp}</pubDate>{dated}"
        f"<dc:creator><![CDATA[{words[0]} {words[1]}]]></dc:creator><category><![CDATA[{words[2]}]]></category>"
        f"<description><![CDATA[<p>{' '.join(words[:30])}</p>]]></description>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>\n"
    )


@functools.lru_cache(maxsize=1_000)
def news(n: int, round: int, odd: bool = False) -> bytes:
    """Give feed `n` as it is in a round, newest first."""
    newest = ENTRIES + NEW * (round - 1)
    entries = "".join(_entry(n, number, odd) for number in range(newest, newest - ENTRIES, -1))
    return (_HEAD.format(n=n) + entries + "</channel></rss>\n").encode()


@functools.cache
def _template() -> bytes:
    return news(0, 1)


def same(n: int) -> bytes:
    """Give feed `n` as it always is."""
    return _template().replace("صحيفة 0".encode(), f"صحيفة {n}".encode(), 1)


def _answer(head: str) -> bytes:
    """Give the whole answer to a request."""
    path = head.split(" ", 2)[1].strip("/").split("/")
    if path[0] == "etag" and f"If-None-Match: {ETAG}" in head:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\nConnection: close\r\n\r\n".encode()
    n = int(path[1])
    if path[0] == "round":
        _ROUND[0] = n
    body = news(n, _ROUND[0], path[0] == "odd") if path[0] in ("news", "odd") else same(n)
    tag = f"ETag: {ETAG}\r\n" if path[0] == "etag" else ""
    lines = f"Content-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n{tag}Connection: close"
    return f"HTTP/1.1 200 OK\r\n{lines}\r\n\r\n".encode() + body


async def _serve(least: float, most: float) -> None:
    random = Random(1)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            answer = _answer(head)
            await asyncio.sleep(random.uniform(least, most))
            writer.write(answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "0.0.0.0", 0, backlog=4_096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), float(sys.argv[2])))
