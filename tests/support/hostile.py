"""What holds for every hostile input, whatever it is: written once, and asserted around each visit."""

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil
from press import STORY, Press, Reply, news
from rawserver import RawServer
from service import Service

from domain.fetching import FetchStatus
from storage import documents, feeds
from storage.models import Article, Feed, PageJob, Poll
from worker import child
from worker.extract import PageStatus

SECONDS, NEXT_JOB, BYTES = 20, 5, 150_000_000
PAGE_STATUSES = {*(s.value for s in PageStatus), *(s.value for s in FetchStatus), "other_text"}


@dataclass
class Harness:
    """Visits of one hostile feed or page beside a good neighbour, within the bars that hold for all.

    `canaries` listen on addresses that must never be dialled.
    """

    service: Service
    press: Press
    canaries: list[RawServer]
    neighbours: int = 0

    def feed(self, body: bytes, content_type: str = "text/xml", **facts: str) -> tuple[Poll, list[Article]]:
        """Visit a feed of the given bytes. Gives the record of the visit and the articles that came of it."""
        self.press.feeds["/hostile.xml"] = body
        self.press.special["/hostile.xml"] = Reply(headers={"Content-Type": content_type})
        poll, came = self.ask(f"{self.press.base}/hostile.xml", **facts)
        with self.service.db.read() as session:
            assert all(documents.document(session, kept) == body for kept in {a.document for a in came})
        assert {a.document for a in came} <= {hashlib.sha256(body).hexdigest()}
        return poll, came

    def feed_again(self, body: bytes) -> tuple[Poll, list[Article]]:
        """Visit the same feed when other bytes stand there."""
        self.press.feeds["/hostile.xml"] = body
        return self.ask(f"{self.press.base}/hostile.xml")

    def ask(self, url: str, **facts: str) -> tuple[Poll, list[Article]]:
        """Visit the feed at an address as it stands, however it was written."""
        neighbour, id = self.neighbour(), self.add(url, **facts)
        with self.bars():
            self.service.poll(id, neighbour)
        self.assert_neighbour(neighbour)
        polls = [poll for poll in self.service.all(Poll) if poll.feed_id == id]
        assert {FetchStatus(poll.status) for poll in polls}
        assert {(f.crashes, f.lease) for f in self.service.all(Feed)} == {(0, "")}
        came = [a for a in self.service.all(Article) if a.feed_id == id]
        for article in came:
            assert_clean(article)
        return polls[-1], came

    def add(self, url: str, **facts: str) -> int:
        """Add a feed by any address, unless it is there."""
        known = [feed.id or 0 for feed in self.service.all(Feed) if feed.url == url]
        id = known[0] if known else self.service.feed(f"/{len(self.service.all(Feed))}.xml")
        with self.service.db.write() as session:
            feeds.edit(session, feeds.get(session, str(id)), **{"outlet": "عدو", "url": url} | facts)
        return id

    def page(self, body: bytes, content_type: str = "text/html; charset=utf-8", told: str = STORY) -> Article:
        """Visit a page that a feed links to. Gives the article as it is then."""
        self.press.pages["/hostile.html"] = body
        self.press.special["/hostile.html"] = Reply(headers={"Content-Type": content_type})
        return self.page_at(f"{self.press.base}/hostile.html", told)

    def page_at(self, url: str, told: str = STORY) -> Article:
        """Visit the page at an address beside a good one."""
        self.press.write_feed("/good.xml", [news(7)], brief=True)
        self.press.feeds["/links.xml"] = (
            f"<rss version='2.0'><channel><title>عدو</title><item><guid>1</guid><title>خبر</title><link>{url}</link>"
            f"<description>{told[:80]}</description></item></channel></rss>"
        ).encode()
        good, id = self.service.feed("/good.xml"), self.service.feed("/links.xml")
        self.service.poll(good, id)
        with self.bars():
            self.service.fetch_pages()
        found = {article.feed_id: article for article in self.service.all(Article)}
        assert news(7)[2] in found[good].text
        assert {job.status for job in self.service.all(PageJob)} <= PAGE_STATUSES
        assert {(job.crashes, job.lease) for job in self.service.all(PageJob)} == {(0, "")}
        assert_clean(found[id])
        return found[id]

    def jobs(self) -> list[PageJob]:
        """Give the jobs of the hostile page."""
        hostile = {a.id for a in self.service.all(Article) if a.url.startswith(f"{self.press.base}/hostile")}
        return [job for job in self.service.all(PageJob) if job.article_id in hostile]

    @contextmanager
    def bars(self) -> Iterator[None]:
        """Assert what holds for any input: time, memory, the next job at once, and no forbidden connection."""
        child.warm()
        began = time.monotonic()
        with watch_memory() as most:
            yield
        assert time.monotonic() - began < SECONDS
        assert most() < BYTES
        began, neighbour = time.monotonic(), self.neighbour()
        self.service.poll(neighbour)
        assert time.monotonic() - began < NEXT_JOB
        self.assert_neighbour(neighbour)
        assert [canary.connections for canary in self.canaries] == [0] * len(self.canaries)

    def neighbour(self) -> int:
        """Add a good feed."""
        self.neighbours += 1
        path = f"/neighbour{self.neighbours}.xml"
        self.press.write_feed(path, [news(100 + self.neighbours)])
        return self.service.feed(path)

    def assert_neighbour(self, id: int) -> None:
        """Assert that a good feed was read as ever."""
        titles = [news(100 + n)[1] for n in range(1, self.neighbours + 1)]
        assert [a.title for a in self.service.all(Article) if a.feed_id == id and a.title in titles]


@contextmanager
def watch_memory() -> Iterator["Most"]:
    """Watch how much memory this process and its children take; what comes out says how much more it was at most."""
    most = Most()
    thread = threading.Thread(target=most.watch, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        most.done.set()
        thread.join()


class Most:
    """The most memory taken, over what it was at first."""

    def __init__(self) -> None:
        self.done, self.sizes = threading.Event(), [in_memory()]

    def watch(self) -> None:
        while not self.done.wait(0.05):
            self.sizes.append(in_memory())

    def __call__(self) -> int:
        return max(self.sizes) - self.sizes[0]


def in_memory() -> int:
    """Give the bytes that this process and its children hold."""
    own, total = psutil.Process(os.getpid()), 0
    for process in (own, *own.children(recursive=True)):
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def assert_clean(article: Article) -> None:
    """Assert that what is stored is text that any database and any reader takes."""
    told = f"{article.title}{article.text}{article.author}{article.section}{article.published_raw}{article.url}"
    assert told.encode().decode() == told
    assert not [c for c in told if (ord(c) < 0x20 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF]
    assert article.event_at <= article.first_seen
    assert not article.url or article.url.startswith(("http://", "https://"))
    assert len(article.title) <= 1_000
    assert len(article.url) <= 2_000
