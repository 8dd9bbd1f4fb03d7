"""Backfills against a press on loopback: paged feeds, sitemaps, stops, resuming, and never an alert."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import past
import pytest
from press import STORY, Press, Reply
from service import HEADLINE, Service, open_service
from stored import NOON

from domain.access import Access
from storage import access, backfills, feeds
from storage.backfills import Wanted
from storage.engine import Database
from storage.models import Alert, Article, Backfill, BackfillPage, Feed, Match, PageJob
from worker import archive, robots

OUTLET = "صحيفة النورس"


@pytest.fixture
def service(db: Database, tmp_path: Path, press: Press) -> Iterator[Service]:
    """Give the worker on each of the two databases."""
    with open_service(db, tmp_path, press, NOON) as made:
        yield made


def outlet_feed(service: Service, path: str = "/feed") -> int:
    """Add a feed that was read before, an hour before noon."""
    id = service.feed(path, primed=True)
    with service.db.write() as session:
        feed = feeds.several(session, [id])[0]
        feed.outlet, feed.last_success = OUTLET, NOON - timedelta(hours=1)
        session.add(feed)
    return id


def ask(service: Service, feed: int | None = None, *, days: int = 30, most: int = 500, site: bool = False) -> int:
    """Ask for a backfill so many days back."""
    base = service.press.base
    wanted = Wanted(OUTLET, base.removeprefix("http://"), feed, base + "/feed" if feed else "", base if site else "")
    since = past.NEWEST - timedelta(days=days)
    return service.db.transact(lambda s: backfills.ask(s, wanted, since, most, service.clock()).id or 0)


def work(service: Service, steps: int = 100) -> None:
    """Take the backfills that are due further until none is."""
    for _ in range(steps):
        if not (due := service.due("backfills")):
            return
        archive.fill_back(service.context, due)


def titles(*numbers: int) -> list[str]:
    return sorted(past.title(n) for n in numbers)


def row(service: Service) -> Backfill:
    return service.only(Backfill)


class TestPagedFeeds:
    def test_links_to_older_pages_are_followed_to_the_end(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 3), older=f"{press.base}/archive/2")
        past.write_page(press, "/archive/2", range(3, 6), older="/archive/1")
        past.write_page(press, "/archive/1", range(6, 9))
        ask(service, outlet_feed(service))
        work(service)
        done = row(service)
        assert (done.state, done.ended, done.new, done.done) == ("done", "end", 6, 6)
        assert done.oldest == past.day(8)
        assert service.titles() == titles(*range(3, 9))  # what the feed shows now is left to its visits
        assert "/feed?paged=2" not in press.asked

    def test_the_outlet_is_reached_as_its_feeds_are(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 3), older=f"{press.base}/archive/2")
        past.write_page(press, "/archive/2", range(3, 6))
        reached = Access(press.base.removeprefix("http://"), headers=(("X-Reader", "member-7"),))
        service.db.transact(lambda session: access.keep(session, OUTLET, reached))
        ask(service, outlet_feed(service))
        work(service)
        told = {path: headers.get("X-Reader") for path, headers in press.asked_with}
        assert (told["/feed"], told["/archive/2"]) == ("member-7", "member-7")

    def test_wordpress_pages_are_numbered_until_the_date(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 5))
        for page in range(2, 9):
            past.write_page(press, f"/feed?paged={page}", range(5 * page - 5, 5 * page))
        ask(service, outlet_feed(service), days=12)
        work(service)
        done = row(service)
        assert (done.state, done.ended) == ("done", "since")
        assert service.titles() == titles(*range(5, 13))
        assert (done.new, done.older, done.done) == (8, 2, 10)  # of the page that is older as a whole nothing counts
        assert "/feed?paged=5" not in press.asked

    def test_a_server_without_paging_is_left_after_three_requests(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 5))
        for query in ("paged", "page"):
            press.feeds[f"/feed?{query}=2"] = press.feeds["/feed"]
        ask(service, outlet_feed(service))
        work(service)
        assert (row(service).state, row(service).ended) == ("failed", "nothing")
        assert [path for path in press.asked if path.startswith("/feed")] == ["/feed", "/feed?paged=2", "/feed?page=2"]
        assert service.titles() == []

    def test_page_numbers_of_the_other_kind_are_tried(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 5))
        press.feeds["/feed?paged=2"] = press.feeds["/feed"]
        past.write_page(press, "/feed?page=2", range(5, 10))
        ask(service, outlet_feed(service))
        work(service)
        assert service.titles() == titles(*range(5, 10))
        assert (row(service).state, row(service).ended) == ("done", "end")

    def test_it_stops_at_as_many_as_allowed(self, service: Service, press: Press) -> None:
        for page in range(1, 20):
            path = "/feed" if page == 1 else f"/feed?paged={page}"
            past.write_page(press, path, range(5 * page - 5, 5 * page), dated=False)
        ask(service, outlet_feed(service), most=10)
        work(service)
        assert (row(service).ended, row(service).new) == ("limit", 10)

    def test_the_feed_and_the_backfill_bring_each_article_once(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 5))
        past.write_page(press, "/feed?paged=2", range(4, 9))
        feed = outlet_feed(service)
        service.poll()
        ask(service, feed)
        work(service)
        past.write_page(press, "/feed", range(0, 9))
        service.poll()
        assert service.titles() == titles(*range(9))

    def test_a_silent_server_is_asked_again_later_and_then_left(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 3))
        past.write_page(press, "/feed?paged=2", range(3, 6))
        press.special["/feed?paged=2"] = Reply(500)
        ask(service, outlet_feed(service))
        work(service)
        assert (row(service).state, row(service).tries, row(service).status) == ("waiting", 1, "http_error")
        del press.special["/feed?paged=2"]
        service.clock.pass_by(minutes=2)
        work(service)
        assert service.titles() == titles(3, 4, 5)
        assert (row(service).state, row(service).tries) == ("done", 0)


class TestSitemaps:
    def furnish(self, press: Press) -> None:
        """Write an index by month, newest last, with a map of pictures and one of long ago."""
        past.write_map(press, "/maps/2026-04.xml", range(2, 5))
        past.write_map(press, "/maps/2026-03.xml", range(5, 9))
        past.write_map(press, "/maps/2025-01.xml", range(440, 443))
        past.write_map(press, "/maps/image-sitemap.xml", range(20, 22))
        past.write_index(
            press, "/all.xml",
            {
                "/maps/2025-01.xml": past.day(440), "/maps/2026-03.xml": past.day(5), "/maps/2026-04.xml": past.day(2),
                "/maps/image-sitemap.xml": past.day(0),
            },
        )  # fmt: skip
        press.pages["/robots.txt"] = f"User-agent: *\nDisallow: /private/\nSitemap: {press.base}/all.xml".encode()

    def test_the_pages_that_sitemaps_name_are_read(self, service: Service, press: Press) -> None:
        self.furnish(press)
        ask(service, site=True)
        work(service)
        done = row(service)
        assert (done.state, done.ended) == ("done", "end")
        assert service.titles() == titles(*range(2, 9))
        assert (done.done, done.total, done.new) == (7, 7, 7)
        assert done.oldest == past.day(8)
        assert "/maps/2025-01.xml" not in press.asked
        assert "/maps/image-sitemap.xml" not in press.asked
        stored = {article.title: article for article in service.all(Article)}
        one = stored[past.title(3)]
        assert (one.basis, one.outlet, one.event_at) == ("full", OUTLET, past.day(3))
        assert one.may_alert is False
        assert one.page_document
        assert past.text(3) in one.text

    def test_each_page_is_asked_for_once_however_often_it_is_asked_for(self, service: Service, press: Press) -> None:
        self.furnish(press)
        for _ in range(2):
            ask(service, site=True)
            work(service)
        assert max(press.asked[path] for path in press.asked if path.startswith("/news/")) == 1
        assert len(service.titles()) == 7

    def test_what_the_feed_brings_later_is_known(self, service: Service, press: Press) -> None:
        self.furnish(press)
        feed = outlet_feed(service)
        ask(service, feed, site=True)
        work(service)
        known = service.titles()
        assert past.title(3) in known
        for id in (3, 4):
            link = f"{press.base}/news/{1000 + id}"
            press.feeds["/feed"] = (
                f'<rss version="2.0"><channel><title>{OUTLET}</title><item><title>{past.title(id)}</title>'
                f"<guid>new{id}</guid><link>{link}</link><description>{past.text(id)[:90]}</description></item>"
                "</channel></rss>"
            ).encode()
            service.poll()
        assert service.titles() == known

    def test_a_page_that_is_gone_or_no_article_is_counted_with_its_name(self, service: Service, press: Press) -> None:
        self.furnish(press)
        del press.pages["/news/1003"]
        press.pages["/news/1004"] = b"<html><body><p>404</p></body></html>"
        ask(service, site=True)
        work(service)
        assert (row(service).failed, row(service).new) == (2, 5)
        named = {page.url.rpartition("/")[2]: page.status for page in service.all(BackfillPage)}
        assert (named["1003"], named["1004"]) == ("removed", "empty")

    def test_robots_txt_is_held_to(self, service: Service, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
        """Loopback is here a host like any other where robots.txt is concerned."""
        monkeypatch.setattr(robots, "is_allowed", lambda host, networks: False)
        self.furnish(press)
        press.pages["/robots.txt"] = press.pages["/robots.txt"].replace(b"/private/", b"/news/1003")
        ask(service, site=True)
        work(service)
        assert press.asked["/news/1003"] == 0
        assert {page.status for page in service.all(BackfillPage)} == {"ok", "robots"}
        assert service.titles() == titles(2, *range(4, 9))

    def test_packed_sitemaps_and_guessed_ones_are_read(self, service: Service, press: Press) -> None:
        past.write_map(press, "/sitemap.xml", range(2, 4))
        press.feeds["/sitemap.xml"] = gzip.compress(press.feeds["/sitemap.xml"])
        ask(service, site=True)
        work(service)
        assert service.titles() == titles(2, 3)
        assert press.asked["/wp-sitemap.xml"] == 0

    def test_it_ends_as_failed_where_nothing_can_be_read(self, service: Service, press: Press) -> None:
        ask(service, site=True)
        work(service)
        assert (row(service).state, row(service).ended) == ("failed", "nothing")


class TestAlerts:
    def test_nothing_of_a_backfill_alerts_and_topics_match(self, service: Service, press: Press) -> None:
        topic = service.topic()
        service.tell(topic)
        past.write_page(press, "/feed", range(0, 2))
        past.write_page(press, "/feed?paged=2", range(2, 5))
        told = press.feeds["/feed?paged=2"].decode().replace(past.title(3), HEADLINE).replace(past.text(3), STORY)
        press.feeds["/feed?paged=2"] = told.encode()
        ask(service, outlet_feed(service))
        work(service)
        assert HEADLINE in service.titles()
        assert [match.state for match in service.all(Match)] == ["match"]
        service.fetch_pages()
        service.deliver()
        assert service.all(Alert) == []
        assert press.received == []

    def test_a_summary_whose_page_comes_later_does_not_alert_either(self, service: Service, press: Press) -> None:
        service.tell(service.topic())
        past.write_page(press, "/feed", range(0, 2))
        past.write_page(press, "/feed?paged=2", range(2, 3))
        path = past.write_article(press, 2, body=STORY)
        page = press.feeds["/feed?paged=2"].decode().replace("/2026/2/khabar.html", path)
        page = page.replace("content:encoded", "description").replace(past.title(2), HEADLINE)
        page = page.replace(past.text(2), STORY[:60])
        press.feeds["/feed?paged=2"] = page.encode()
        ask(service, outlet_feed(service))
        work(service)
        assert len(service.all(PageJob)) == 1
        service.fetch_pages()
        service.deliver()
        assert service.only(Article).basis == "full"
        assert service.all(Alert) == []

    def test_what_the_feed_may_still_bring_is_left_to_it_and_alerts(self, service: Service, press: Press) -> None:
        """An article of the last hour must not be taken away from the feed's visit, which alerts."""
        service.tell(service.topic())
        past.write_page(press, "/feed", range(0, 2))
        fresh = NOON - timedelta(minutes=30)
        past.write_page(press, "/feed?paged=2", range(2, 4))
        page = press.feeds["/feed?paged=2"].decode().replace(past.title(2), HEADLINE).replace(past.text(2), STORY)
        page = page.replace(format_datetime(past.day(2)), format_datetime(fresh))
        press.feeds["/feed?paged=2"] = page.encode()
        feed = outlet_feed(service)
        ask(service, feed)
        work(service)
        assert (row(service).left, row(service).new) == (1, 1)
        press.feeds["/feed"] = press.feeds["/feed?paged=2"]
        assert len(service.poll()) == 1


class TestStopping:
    def test_a_stopped_one_goes_no_further_and_keeps_what_it_brought(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 3))
        for page in range(2, 6):
            past.write_page(press, f"/feed?paged={page}", range(3 * page - 3, 3 * page))
        id = ask(service, outlet_feed(service))
        work(service, steps=2)
        service.db.transact(lambda s: backfills.stop(s, id, NOON))
        work(service)
        assert (row(service).state, row(service).ended) == ("stopped", "stopped")
        assert service.titles() == titles(3, 4, 5)

    def test_one_that_is_stopped_while_it_works_stores_nothing_more(
        self, service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        past.write_page(press, "/feed", range(0, 3))
        past.write_page(press, "/feed?paged=2", range(3, 6))
        id = ask(service, outlet_feed(service))
        work(service, steps=1)

        def stop_then_read(*values: Any, **named: Any) -> Any:
            service.db.transact(lambda s: backfills.stop(s, id, NOON))
            return read(*values, **named)

        read = archive.parse_feed
        monkeypatch.setattr(archive, "parse_feed", stop_then_read)
        work(service)
        assert row(service).state == "stopped"
        assert service.titles() == []

    def test_asking_twice_gives_the_one_under_way(self, service: Service, press: Press) -> None:
        feed = outlet_feed(service)
        assert ask(service, feed) == ask(service, feed)

    def test_a_feed_that_is_removed_meanwhile_leaves_the_sitemaps(self, service: Service, press: Press) -> None:
        past.write_page(press, "/feed", range(0, 3))
        past.write_map(press, "/sitemap.xml", range(2, 4))
        feed = outlet_feed(service)
        ask(service, feed, site=True)
        with service.db.write() as session:
            feeds.remove(session, feeds.get(session, str(feed)), NOON)
        work(service)
        assert service.all(Feed) == []
        assert service.titles() == titles(2, 3)
