"""The harness of the hostile inputs: what holds for each of them, whatever it is."""

import hashlib
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from press import Press, Reply, news, open_press
from service import Service, open_service
from stored import NOON

from domain.fetching import FetchStatus
from storage import articles, feeds
from storage.engine import Database
from storage.models import Article, Feed, Poll

SECONDS, BYTES = 20, 150_000_000
Visit = Callable[..., tuple[Poll, list[Article]]]


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press() as made:
        yield made


@pytest.fixture
def service(db: Database, tmp_path: Path, press: Press) -> Iterator[Service]:
    """Give the worker in process, on both databases, with a clock that stands at noon."""
    with open_service(db, tmp_path, press, NOON) as made:
        yield made


@pytest.fixture
def visit(service: Service, press: Press) -> Visit:
    """Give a visit to a feed of the given bytes. It gives the record of the visit and the articles that came of it.

    Asserts what must hold for every hostile input: time and memory, a named status, clean text, kept bytes, and a
    neighbour in the same batch that is stored as ever.
    """

    def go(body: bytes, content_type: str = "text/xml", **facts: str) -> tuple[Poll, list[Article]]:
        press.feeds["/hostile.xml"] = body
        press.special["/hostile.xml"] = Reply(headers={"Content-Type": content_type})
        press.write_feed("/neighbour.xml", [news(1)])
        hostile, neighbour = service.feed("/hostile.xml"), service.feed("/neighbour.xml")
        with service.db.write() as session:
            feeds.edit(session, feeds.get(session, str(hostile)), **{"outlet": "عدو"} | facts)
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        service.poll()
        assert time.monotonic() - began < SECONDS
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < BYTES
        polls = {poll.feed_id: poll for poll in service.all(Poll)}
        rows = service.all(Article)
        assert FetchStatus(polls[hostile].status)
        assert [(f.crashes, f.lease) for f in service.all(Feed)] == [(0, ""), (0, "")]
        assert [a.title for a in rows if a.feed_id == neighbour] == [news(1)[1]]
        came = [a for a in rows if a.feed_id == hostile]
        for article in came:
            assert_clean(article)
        with service.db.read() as session:
            assert all(articles.document(session, a.document) == body for a in came)
        assert {a.document for a in came} <= {hashlib.sha256(body).hexdigest()}
        return polls[hostile], came

    return go


def assert_clean(article: Article) -> None:
    """Assert that what is stored is text that any database and any reader takes."""
    told = f"{article.title}{article.text}{article.author}{article.section}{article.published_raw}{article.url}"
    assert told.encode().decode() == told
    assert not [c for c in told if (ord(c) < 0x20 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF]
    assert article.event_at <= article.first_seen
