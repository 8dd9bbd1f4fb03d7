"""The service on real articles, served on loopback: in bulk, live, and with one request in five going wrong."""

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command import Marsad
from sqlalchemy import func, select
from sqlmodel import Session

from bench.wire import newswire
from domain.article import entry_key
from settings import Settings
from storage import articles, jobs
from storage.models import Article, Feed, PageJob, Poll
from worker.context import Context, make_context

pytestmark = pytest.mark.shared

# These two carry a raw U+0002 in their text.
DIRTY = ("ant_multisource:AL-economy-62-20180220", "ant_multisource:AL-internationalNews-647-20180327")


@pytest.fixture
def marsad(tmp_path: Path, shared: Path) -> Marsad:
    return Marsad(tmp_path / "home", {"MARSAD_SHARED": str(shared)})


@pytest.fixture
def context(marsad: Marsad) -> Iterator[Context]:
    marsad.run("migrate")
    made = make_context(Settings(home=marsad.home))
    yield made
    made.db.close()


def reference(shared: Path, name: str, path: Path) -> str:
    """Write the reference article of a judged topic to a file and give the topic's name."""
    for line in (shared / "topics" / "topics-dev.jsonl").read_text(encoding="utf-8").splitlines():
        topic = json.loads(line)
        if topic["topic"] == name:
            path.write_text(f"{topic['title']}\n{topic['text']}", encoding="utf-8")
            return str(topic["name"])
    raise AssertionError(f"no topic {name}")


def dirty_keys(session: Session) -> list[str]:
    """Give the keys under which the two articles with a raw control character are stored."""
    origins = session.execute(select(Feed.origin)).scalars()
    return [entry_key(origin, id, "", "") for origin in origins for id in DIRTY]


def ask(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_bulk_stores_all_seven_thousand_and_nothing_twice(
    marsad: Marsad, context: Context, shared: Path, tmp_path: Path
) -> None:
    names = []
    for topic in ("D01", "T05"):
        file = tmp_path / f"{topic}.txt"
        names.append(reference(shared, topic, file))
        marsad.run("topics", "add", "--name", names[-1], "--file", str(file))
    with newswire("--corpus", "ant2018", "--limit", "7000") as opml:
        marsad.run("feeds", "import", opml)
        first = marsad.json("run", "--once", timeout=300)
        again = marsad.json("run", "--once", "--all", timeout=120)
    assert first["feeds"]["failed"] == 0
    assert first["articles"]["new"] + first["articles"]["copies"] == 7_000
    assert first["articles"]["rejected"] == 0
    assert first["matches"] >= 5
    assert first["alerts"] == 0
    assert again["articles"]["new"] + again["articles"]["copies"] == 0
    with context.db.read() as session:
        assert articles.total(session) == 7_000
        assert jobs.quarantined(session) == []
        cleaned = list(session.execute(select(Article.text).where(Article.key.in_(dirty_keys(session)))).scalars())
    assert len(cleaned) == 2, "the two articles with a raw control character are there"
    assert not any("\x02" in text for text in cleaned)
    assert marsad.json("topics", "matches", names[0])


def test_live_stores_every_article_within_thirty_seconds(marsad: Marsad, context: Context) -> None:
    speed, seconds = 300, 180
    pace = {"MARSAD_MIN_INTERVAL": "5"}
    options = ("--corpus", "ant2018", "--from", "2018-06-01", "--to", "2018-06-03", "--speed", str(speed))
    with newswire(*options) as opml:
        base = opml.removesuffix("/opml.xml")
        marsad.run("feeds", "import", opml)
        up = marsad.start("up", "--no-example", **pace)
        try:
            stats, asked = ask(f"{base}/stats.json"), time.time()
            time.sleep(seconds)
            published = ask(f"{base}/stats.json")["published_so_far"]
            time.sleep(30)
        finally:
            up.terminate()
            up.wait(30)
    zero = asked - datetime.fromisoformat(stats["now"]).timestamp() / speed
    with context.db.read() as session:
        rows = list(session.execute(select(Article.published, Article.first_seen).order_by(Article.id)))
    service_began = min(first_seen for _, first_seen in rows)
    late = [
        (first_seen - appeared).total_seconds()
        for published_at, first_seen in rows
        if (appeared := datetime.fromtimestamp(zero + published_at.timestamp() / speed, first_seen.tzinfo))
        > service_began
    ]
    assert len(rows) >= published, f"{published} were published, {len(rows)} are stored"
    assert len(late) > 50
    assert max(late) < 30, f"the latest came {max(late):.0f} s after it appeared"
    assert timedelta(seconds=0) < timedelta(seconds=max(late))


def test_faults_lose_nothing(marsad: Marsad, context: Context) -> None:
    quick = {"MARSAD_FETCH_TIMEOUT": "15"}
    with newswire("--corpus", "ant2018", "--limit", "1000", "--brief", "--faults", "0.2") as opml:
        marsad.run("feeds", "import", opml)
        for _ in range(8):
            marsad.run("run", "--once", "--all", timeout=300, **quick)
            if done(context):
                break
        stats = ask(opml.replace("opml.xml", "stats.json"))
    with context.db.read() as session:
        assert articles.total(session) == 1_000
        rows = list(
            session.execute(
                select(Article.basis, Article.text_status, func.count()).group_by(Article.basis, Article.text_status)
            )
        )
        assert jobs.quarantined(session) == []
        crashes = session.execute(select(func.count()).where(Poll.status == "internal_error")).scalar_one()
    assert crashes == 0
    assert sum(number for basis, status, number in rows if basis == "full") >= 950, rows
    assert all(status for basis, status, _ in rows if basis != "full"), "an article without its full text says why"
    assert sum(number for name, number in stats.items() if name.startswith("fault ")) > 100, "the wire did go wrong"


def done(context: Context) -> bool:
    """Say whether all articles are stored and no page waits for one of its first five attempts."""
    with context.db.read() as session:
        waiting = session.execute(select(func.count()).where(PageJob.state == "waiting")).scalar_one()
        return articles.total(session) >= 1_000 and not waiting


def test_an_archive_is_imported_and_a_new_topic_finds_its_matches_within_a_minute(
    marsad: Marsad, context: Context, shared: Path, tmp_path: Path
) -> None:
    marsad.run("articles", "add", str(shared / "corpus" / "ant2018.jsonl.gz"), timeout=1_500)
    with context.db.read() as session:
        assert articles.total(session) == 31_505
    name = reference(shared, "D03", tmp_path / "reference.txt")
    began = time.monotonic()
    marsad.run("topics", "add", "--name", name, "--file", str(tmp_path / "reference.txt"), timeout=120)
    found = marsad.json("topics", "matches", name, "--limit", "200")
    assert time.monotonic() - began < 60
    assert len(found) >= 10
    assert all(row["reason"]["terms"] for row in found)
