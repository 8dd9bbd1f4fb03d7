"""What a search feed and a Telegram channel bring is stored as what it is."""

from datetime import timedelta
from typing import Any

import pytest
from press import STORY, Press, Reply, news
from service import Service
from stored import NOON

from domain.article import Entry
from domain.chain import Kind
from domain.fetching import FetchStatus
from storage import articles, feeds
from storage.models import Article, Feed, PageJob, Poll
from worker.parse import ParsedFeed
from worker.ways import alive, undone

OUTLET = "صحيفة النورس"
TOKEN = "CBMiJ2h0dHBzOi8vd3d3LnNhbXBsZS5leGFtcGxlL25ld3MvYnJpZGdl0gEA"  # holds https://www.sample.example/news/bridge
OPAQUE = "CBMiAUFVX3lxTE1vcGFxdWVvcGFxdWVvcGFxdWU"


def add(service: Service, path: str, kind: Kind, **facts: Any) -> int:
    host = service.press.base.removeprefix("http://")
    with service.db.write() as session:
        named = {"outlet": OUTLET, "host": host, "kind": kind.value, "rank": 1} | facts
        return feeds.add(session, service.press.base + path, service.clock(), **named).id or 0


def found(*items: tuple[str, str]) -> bytes:
    """Write a search feed as Google News does, of (headline, token)."""
    rows = "".join(
        f"<item><title>{title} - {OUTLET}</title><link>https://news.google.com/rss/articles/{token}?oc=5</link>"
        f'<guid isPermaLink="false">{token}{title}</guid><pubDate>Mon, 06 Apr 2026 09:00:00 GMT</pubDate>'
        f'<description>&lt;a href="https://news.google.com/rss/articles/{token}"&gt;{title}&lt;/a&gt;&amp;nbsp;'
        f'&lt;font color="#6f6f6f"&gt;{OUTLET}&lt;/font&gt;</description>'
        f'<source url="https://www.sample.example">{OUTLET}</source></item>'
        for title, token in items
    )
    head = '<title>"site:sample.example when:2d" - أخبار Google</title><link>https://news.google.com/</link>'
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{rows}</channel></rss>'.encode()


def test_a_search_gives_the_outlets_headline_and_address(service: Service, press: Press) -> None:
    press.feeds["/search"] = found(("افتتاح الجسر الجديد في المرجان", TOKEN), ("غرق سفينة في النورس", OPAQUE))
    service.poll(add(service, "/search", Kind.SEARCH))
    bridge, ship = sorted(service.all(Article), key=lambda row: row.title)
    assert (bridge.title, bridge.url) == ("افتتاح الجسر الجديد في المرجان", "https://www.sample.example/news/bridge")
    assert bridge.canonical == "https://sample.example/news/bridge"
    assert (bridge.text, bridge.basis, bridge.text_status, bridge.outlet) == ("", "headline", "page_waiting", OUTLET)
    assert (ship.title, ship.text_status, ship.flags) == ("غرق سفينة في النورس", "indirect_link", "indirect_link")
    assert ship.url == f"https://news.google.com/rss/articles/{OPAQUE}?oc=5"
    assert [job.article_id for job in service.all(PageJob)] == [bridge.id], "nothing is to be had behind the other link"


def test_a_search_does_not_tell_again_what_the_outlet_told(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    press.feeds["/search"] = found((f"{news(1)[1]}", OPAQUE), ("خبر آخر لم يرد من قبل", OPAQUE))
    service.poll(add(service, "/a.xml", Kind.FEED))
    service.poll(add(service, "/search", Kind.SEARCH))
    assert sorted(row.title for row in service.all(Article)) == sorted([news(1)[1], "خبر آخر لم يرد من قبل"])
    assert [(poll.new, poll.seen) for poll in service.all(Poll)] == [(1, 0), (1, 1)]


@pytest.mark.parametrize("link", [f"https://news.google.com/rss/articles/{OPAQUE}", "https://o.example/a"])
def test_the_suffix_is_undone_whether_or_not_the_source_is_named(link: str) -> None:
    entry = undone(Entry("1", f"غرق سفينة - {OUTLET}", link, summary="غرق سفينة"), OUTLET)
    assert (entry.title, entry.summary, entry.link) == ("غرق سفينة", "", link)
    assert entry.flags == (("indirect_link",) if "google" in link else ())


def post(number: int, text: str) -> str:
    return (
        f'<div class="tgme_widget_message" data-post="nawras/{number}">'
        f'<div class="tgme_widget_message_text">{text}</div>'
        f'<a class="tgme_widget_message_date"><time datetime="2026-04-06T11:0{number}:00+00:00"></time></a></div>'
    )


def test_a_channel_is_followed_beside_the_chain_and_marked(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    press.feeds["/s/nawras"] = f'<main class="tgme_main">{post(1, "عاجل: غرق سفينة")}{post(2, STORY)}</main>'.encode()
    press.special["/s/nawras"] = Reply(headers={"Content-Type": "text/html; charset=utf-8"})
    service.poll(add(service, "/a.xml", Kind.FEED))
    channel = add(service, "/s/nawras", Kind.TELEGRAM, rank=0)
    service.poll(channel)
    assert {feed.kind: feed.in_use for feed in service.all(Feed)} == {"feed": True, "telegram": True}
    posts = [row for row in service.all(Article) if row.source == "telegram"]
    assert {(row.url, row.basis, row.text_status) for row in posts} == {
        (f"https://t.me/nawras/{n}", "full", "") for n in (1, 2)
    }
    assert STORY in {row.text for row in posts}
    assert {row.outlet for row in posts} == {OUTLET}
    assert service.all(PageJob) == []
    with service.db.read() as session:
        assert articles.outlets(session) == [(OUTLET, 1)], "posts are no articles of the outlet's site"


def test_a_way_that_stands_by_is_alive_by_its_dates_or_by_another_page(service: Service) -> None:
    feed = Feed(url="u", origin="u", last_new=NOON - timedelta(days=20))
    dated = ParsedFeed(
        FetchStatus.OK, entries=(Entry("1", "خبر", "", published=NOON - timedelta(days=9)), Entry("2", "", ""))
    )
    assert alive(feed, dated, FetchStatus.OK, NOON) == NOON - timedelta(days=9)
    assert alive(feed, ParsedFeed(FetchStatus.OK, entries=(Entry("2", "", ""),)), FetchStatus.OK, NOON) == NOON
    assert alive(feed, dated, FetchStatus.UNCHANGED, NOON) == feed.last_new
    assert alive(feed, None, FetchStatus.BLOCKED, NOON) == feed.last_new
