"""Feeds polled a second and a CPU second: our visits beside one task a feed with threads, httpx and feedparser.

    python -m bench.fetch [--feeds 2000] [--changed 200]

Distinct feeds on loopback answer after 50 to 100 ms from a process whose CPU is not counted (`bench.feedserver`):
unchanged with 304, unchanged without (the same 50 entries of 2 KB of HTML), and with 2 new of 50. Ours is what a worker
does, `poll_feeds` in batches of `feed_batch` with a real SQLite database, leases, health, rhythm, records and all, with
the child that parses. The peer is what is usual: a task a feed on 64 threads, httpx, feedparser with its sanitiser off,
known ids in SQLite, a hash of each body, one commit a feed, and no broker, which would cost more. `odd` are news whose
date stands twice, so that feedparser is asked by both. The `limit` of what is unchanged is aiohttp alone: every body is
read, and nothing else is done, not even an address is checked.
"""

import argparse
import asyncio
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import feedserver
from bench.ingest import SETTINGS, cpu_seconds

LATENCY = (0.05, 0.1)  # seconds
THREADS, CONNECTIONS = 64, 128
CASES = {"unchanged_304": "etag", "unchanged_200": "same", "news": "news", "odd": "odd"}


@contextmanager
def outlets() -> Iterator[int]:
    """Serve the feeds. Gives the port."""
    command = [sys.executable, "-m", "bench.feedserver", *map(str, LATENCY)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def address(case: str, port: int, n: int) -> str:
    """Give the address of a feed, on a host of its own."""
    host = f"127.{1 + n // 62_500}.{n // 250 % 250}.{1 + n % 250}"
    return f"http://{host}:{port}/{CASES[case]}/{n}"


def turn(port: int, round: int) -> None:
    """Let the feeds show what they show in a round."""
    urllib.request.urlopen(f"http://127.0.0.1:{port}/round/{round}").read()


def measured(work: Callable[[], Any]) -> dict[str, float]:
    """Give what a piece of work took, in seconds."""
    began, cpu = time.perf_counter(), cpu_seconds()
    work()
    return {"seconds": time.perf_counter() - began, "cpu": cpu_seconds() - cpu}


def marsad_side(case: str, port: int, number: int) -> dict[str, float]:
    """Visit every feed once that was visited before."""
    from cli.home import open_home
    from storage import feeds
    from worker import child, pipeline

    context = open_home()
    child.warm()
    now = context.clock()
    known = {"primed": True, "health": "healthy", "last_full": now, "last_new": now - timedelta(hours=1),
             "last_polled": now}  # fmt: skip
    with context.db.write() as session:
        for n in range(number):
            feed = feeds.add(session, address(case, port, n), now, host=f"outlet{n}.example", outlet=f"منبر {n}")
            if case.startswith("unchanged"):
                feed.etag = feedserver.ETAG if case.endswith("304") else ""
                feed.body_sha256 = hashlib.sha256(feedserver.same(n)).hexdigest()
                for name, value in known.items():
                    setattr(feed, name, value)
        ids = list(range(1, number + 1))

    def visit() -> None:
        for start in range(0, number, context.settings.feed_batch):
            pipeline.poll_feeds(context, ids[start : start + context.settings.feed_batch])

    rounds = 1
    turn(port, 1)  # the case before left them in another
    pipeline.poll_feeds(context, ids[:50])  # a worker that lives long has its statements ready
    if not case.startswith("unchanged"):
        rounds = 3
        for round in (1, 2):  # the second teaches nothing that the first did not, but is as every later one
            _turn(context, port, round)
            visit()
    _turn(context, port, rounds)
    took = measured(visit)
    wanted, new = ("unchanged", 0) if rounds == 1 else ("ok", feedserver.NEW * number)
    with context.db.read() as session:
        polls = feeds.polls_since(session, feeds.last_poll_id(session) - number)
        free = all(not feed.lease for feed in feeds.listing(session))
    assert free, "a lease was left"
    assert {poll.status for poll in polls} == {wanted}
    assert sum(poll.new + poll.copies for poll in polls) == new
    return took


def _turn(context: Any, port: int, round: int) -> None:
    """Let every feed be due, and show what it shows in a round."""
    from storage import feeds

    turn(port, round)
    with context.db.write() as session:
        feeds.make_due(session, context.clock())


def peer_side(case: str, port: int, number: int) -> dict[str, float]:
    """Do the same with a task a feed."""
    import httpx

    rounds = 1 if case.startswith("unchanged") else 3
    with tempfile.TemporaryDirectory(prefix="marsad-bench-") as home, httpx.Client(timeout=20) as client:
        path = str(Path(home) / "peer.sqlite3")
        turn(port, rounds)
        _prepare_peer(path, case, port, number, rounds)
        local = threading.local()
        with ThreadPoolExecutor(THREADS) as pool:
            return measured(lambda: list(pool.map(lambda n: _peer_task(client, local, path, n), range(number))))


def _prepare_peer(path: str, case: str, port: int, number: int, rounds: int) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE feed (id INTEGER PRIMARY KEY, url, etag, sha256, polled REAL)")
        db.execute("CREATE TABLE entry (feed, id, title, text, PRIMARY KEY (feed, id))")
        for n in range(number):
            sha256 = hashlib.sha256(feedserver.same(n)).hexdigest() if rounds == 1 else ""
            etag = feedserver.ETAG if case == "unchanged_304" else ""
            db.execute("INSERT INTO feed VALUES (?, ?, ?, ?, 0)", (n, address(case, port, n), etag, sha256))
            if rounds > 1:
                old = range(1, feedserver.ENTRIES + feedserver.NEW * (rounds - 2) + 1)
                db.executemany("INSERT INTO entry VALUES (?, ?, '', '')", [(n, feedserver.entry_id(n, e)) for e in old])


def _peer_task(client: Any, local: threading.local, path: str, n: int) -> None:
    """Visit one feed: fetch, parse, keep what is new, commit."""
    db = getattr(local, "db", None)
    if db is None:
        db = local.db = sqlite3.connect(path, timeout=60)
        db.execute("PRAGMA synchronous=NORMAL")
    url, etag, known = db.execute("SELECT url, etag, sha256 FROM feed WHERE id = ?", (n,)).fetchone()
    answer = client.get(url, headers={"If-None-Match": etag} if etag else {})
    sha256 = known
    if answer.status_code == 200:
        sha256 = hashlib.sha256(answer.content).hexdigest()
        if sha256 != known:
            _peer_keep(db, n, answer.content)
    elif answer.status_code != 304:
        raise RuntimeError(f"HTTP {answer.status_code}")
    db.execute("UPDATE feed SET polled = ?, sha256 = ? WHERE id = ?", (time.time(), sha256, n))
    db.commit()


def _peer_keep(db: sqlite3.Connection, n: int, body: bytes) -> None:
    found = parse_all(body)
    ids = [entry.id for entry in found]
    marks = ",".join("?" * len(ids))
    there = {row[0] for row in db.execute(f"SELECT id FROM entry WHERE feed = ? AND id IN ({marks})", (n, *ids))}
    rows = [(n, e.id, e.title, e.content[0].value) for e in found if e.id not in there]
    assert len(rows) == feedserver.NEW, len(rows)
    db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", rows)


def limit_side(case: str, port: int, number: int) -> dict[str, float]:
    """Ask every feed with aiohttp, and do nothing."""
    import aiohttp

    async def ask_all() -> None:
        turn, headers = (
            asyncio.Semaphore(CONNECTIONS),
            {"If-None-Match": feedserver.ETAG} if case.endswith("304") else {},
        )
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

            async def ask(n: int) -> None:
                async with turn, session.get(address(case, port, n), headers=headers) as answer:
                    await answer.read()

            await asyncio.gather(*map(ask, range(number)))

    return measured(lambda: asyncio.run(ask_all()))


def parse_all(body: bytes) -> Any:
    """Parse every entry with feedparser, as fast as its flags make it."""
    import feedparser

    return feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries


def _in_process(side: str, case: str, port: int, number: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="marsad-bench-") as home:
        environment = os.environ | SETTINGS | {"MARSAD_HOME": home}
        command = [sys.executable, "-m", "bench.fetch", "--side", side, "--case", case, "--port", str(port),
                   "--feeds", str(number)]  # fmt: skip
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
        result: dict[str, float] = json.loads(done.stdout)
        return {"per_second": number / result["seconds"], "per_cpu_second": number / result["cpu"]}


def compare(case: str, port: int, number: int) -> dict[str, float]:
    """Measure both sides of a case and print a line."""
    names = [*SIDES][: 3 if case.startswith("unchanged") else 2]
    sides = {name: _in_process(name, case, port, number) for name in names}
    ours, peer = sides["marsad"], sides["peer"]
    for name, found in sides.items():
        a_second, a_cpu_second = found["per_second"], found["per_cpu_second"]
        print(f"{case:14} {number:5} feeds  {name:7} {a_second:7.0f} a second {a_cpu_second:7.0f} a CPU second")
    figures = {**ours, "peer_per_second": peer["per_second"], "peer_per_cpu_second": peer["per_cpu_second"]}
    figures["ratio_per_cpu_second"] = ours["per_cpu_second"] / peer["per_cpu_second"]
    figures["ratio_per_second"] = ours["per_second"] / peer["per_second"]
    if limit := sides.get("limit"):
        figures["limit_per_cpu_second"] = limit["per_cpu_second"]
        figures["share_of_limit"] = ours["per_cpu_second"] / limit["per_cpu_second"]
    return {name: round(value, 2) for name, value in figures.items()}


SIDES = {"marsad": marsad_side, "peer": peer_side, "limit": limit_side}


def main() -> None:
    """Measure every case and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=2_000)
    parser.add_argument("--changed", type=int, default=200, help="feeds of the cases with news")
    parser.add_argument("--only", default="", help="one case")
    parser.add_argument("--side", choices=list(SIDES))
    parser.add_argument("--case", choices=list(CASES))
    parser.add_argument("--port", type=int)
    o = parser.parse_args()
    if o.side:
        print(json.dumps(SIDES[o.side](o.case, o.port, o.feeds)))
        return
    figures = {}
    with outlets() as port:
        for case in [o.only] if o.only else CASES:
            figures[case] = compare(case, port, o.feeds if case.startswith("unchanged") else o.changed)
    print(json.dumps({"bench": "fetch", "figures": {"feeds": o.feeds, "changed": o.changed, **figures}}))


if __name__ == "__main__":
    main()
