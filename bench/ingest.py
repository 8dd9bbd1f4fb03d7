"""How much CPU an article costs from feed to search, beside the library `reader` on the same feeds in the same run.

    python -m bench.ingest [--limit 6000]

Both sides fetch every feed of the newswire once and make every article searchable; ours also does topics, copies,
Arabic analysis and the outbox. Each side is a process of its own that measures itself after its imports, so that the
figures are the work and not the start. The whole service, with its workers' start, is measured beside.
"""

import argparse
import functools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from bench.wire import newswire

SETTINGS = {
    "MARSAD_ALLOW_NETWORKS": "127.0.0.0/8",
    "MARSAD_HOST_DELAY": "0",
    "MARSAD_HOST_PAUSE": "0",
    "MARSAD_LOG_LEVEL": "error",
}
STAGES = (
    ("language", "worker.pipeline", "language_of"),
    ("fingerprint", "worker.keep", "fingerprint"),
    ("search terms", "domain.arabic", "stems"),
    ("term weights", "worker.keep", "weigh"),
    ("topics", "worker.keep", "_ask_topics"),
    ("stem hashes", "worker.keep", "_keep_stems"),
    ("rows", "storage.articles", "store"),
    ("documents", "storage.documents", "keep_documents"),
    ("copies", "worker.keep", "group"),
    ("search index", "storage.search", "index"),
)


def marsad_side(opml: str, topics: int) -> dict[str, Any]:
    """Ingest all feeds with the functions that the workers call. Gives CPU seconds, articles and the table by stage."""
    from cli.home import open_home
    from domain.topics import learn
    from storage import articles, feeds, queue
    from storage import topics as store
    from worker import pages, pipeline

    context = open_home()
    _add_feeds(context, opml)
    for name, reference in _references(topics):
        profile = learn(name, [reference]).to_json()
        with context.db.write() as session:
            store.add(session, name, profile, [], context.clock())
    spent = _time_stages()
    began = cpu_seconds()
    with context.db.read() as session:
        ids = [feed.id or 0 for feed in feeds.listing(session)]
    for start in range(0, len(ids), 50):
        pipeline.poll_feeds(context, ids[start : start + 50])
    feeds_cpu = cpu_seconds() - began
    now = context.clock()
    due = context.db.transact(lambda s: queue.dispatch(s, queue.KINDS["pages"], now, 10**6, now))
    pages.fetch_pages(context, [row.id for row in due])
    cpu = cpu_seconds() - began
    with context.db.read() as session:
        stored = articles.total(session)
    return {"cpu": feeds_cpu, "cpu_with_pages": cpu, "articles": stored, "pages": len(due), "stages": dict(spent)}


def cpu_seconds() -> float:
    """Give the CPU seconds of this process and of the child that reads feeds and pages, replaced ones included."""
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() + gone.ru_utime + gone.ru_stime
    for child in psutil.Process().children(recursive=True):
        times = child.cpu_times()
        spent += times.user + times.system
    return spent


def _add_feeds(context: Any, opml: str) -> None:
    from domain.opml import read_opml
    from storage import feeds

    with urllib.request.urlopen(opml) as answer:
        outlines = read_opml(answer.read())
    for outline in outlines:
        with context.db.write() as session:
            feeds.add(session, outline.url, context.clock(), host="wire")


def _references(number: int) -> list[tuple[str, Any]]:
    from domain.article import Text

    path = Path(os.environ.get("MARSAD_SHARED", "../shared")) / "topics" / "topics-dev.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][:number]
    return [(row["name"], Text(row["title"], row["text"])) for row in rows]


def _time_stages() -> dict[str, float]:
    """Wrap the functions of the stages so that each adds its CPU seconds in this thread."""
    import importlib

    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            began = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                spent[name] += time.thread_time() - began

        return call

    for name, module, function in STAGES:
        home = importlib.import_module(module)
        setattr(home, function, timed(name, getattr(home, function)))
    return spent


def reader_side(opml: str) -> dict[str, Any]:
    """Update and index the same feeds with `reader`. Gives CPU seconds of both and the articles."""
    from reader import make_reader

    from domain.opml import read_opml

    with tempfile.TemporaryDirectory() as home, urllib.request.urlopen(opml) as answer:
        peer = make_reader(str(Path(home) / "reader.sqlite"))
        for outline in read_opml(answer.read()):
            peer.add_feed(outline.url)
        peer.enable_search()
        began = time.process_time()
        peer.update_feeds()
        updated = time.process_time() - began
        peer.update_search()
        cpu = time.process_time() - began
        entries = peer.get_entry_counts().total
    return {"cpu": cpu, "update": updated, "index": cpu - updated, "articles": entries}


def service_side(opml: str) -> dict[str, Any]:
    """Run the command itself, workers and broker with their start included."""
    command = [sys.executable, "-P", "-m", "cli.main"]
    subprocess.run([*command, "feeds", "import", opml], check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*command, "run", "--once", "--json"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    counts = json.loads(done.stdout)["articles"]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "articles": counts["new"] + counts["copies"]}


def _in_process(side: str, opml: str, topics: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="marsad-bench-") as home:
        environment = os.environ | SETTINGS | {"MARSAD_HOME": home}
        command = [sys.executable, "-m", "bench.ingest", "--side", side, "--opml", opml, "--topics", str(topics)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
        result: dict[str, Any] = json.loads(done.stdout)
        return result


def main() -> None:
    """Run all sides on one newswire and print the table and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=6_000)
    parser.add_argument("--topics", type=int, default=10)
    parser.add_argument("--side", choices=("marsad", "reader", "service"))
    parser.add_argument("--opml", default="")
    o = parser.parse_args()
    if o.side:
        sides = {
            "marsad": lambda: marsad_side(o.opml, o.topics),
            "reader": lambda: reader_side(o.opml),
            "service": lambda: service_side(o.opml),
        }
        print(json.dumps(sides[o.side]()))
        return
    with newswire("--limit", str(o.limit)) as opml:
        ours, peer, service = (_in_process(side, opml, o.topics) for side in ("marsad", "reader", "service"))
    _report(ours, peer, service)


def _each(side: dict[str, Any], key: str = "cpu") -> float:
    return 1000 * float(side[key]) / max(int(side["articles"]), 1)


def _report(ours: dict[str, Any], peer: dict[str, Any], service: dict[str, Any]) -> None:
    speed = 1000 / _each(ours)
    print(f"marsad   {ours['articles']} articles, {_each(ours):.2f} ms of CPU each ({speed:.0f} a CPU second)")
    staged = 0.0
    for name, seconds in sorted(ours["stages"].items(), key=lambda item: -item[1]):
        staged += seconds
        print(f"  {name:20} {1000 * seconds / ours['articles']:.3f} ms")
    print(f"  {'fetch and the rest':20} {1000 * (ours['cpu'] - staged) / ours['articles']:.3f} ms")
    print(f"  with {ours['pages']} pages of short articles: {_each(ours, 'cpu_with_pages'):.2f} ms")
    parts = f"update {_each(peer, 'update'):.2f}, index {_each(peer, 'index'):.2f}"
    print(f"reader   {peer['articles']} articles, {_each(peer):.2f} ms each: {parts}")
    print(f"service  {service['articles']} articles, {_each(service):.2f} ms each, the start of all its parts included")
    figures = {
        "cpu_ratio_to_reader": round(_each(ours) / _each(peer), 3),
        "service_cpu_ratio_to_reader": round(_each(service) / _each(peer), 3),
        "ms_per_article": round(_each(ours), 3),
        "reader_ms_per_article": round(_each(peer), 3),
        "articles": ours["articles"],
        "reader_articles": peer["articles"],
    }
    print(json.dumps({"bench": "ingest", "figures": figures}))


if __name__ == "__main__":
    main()
