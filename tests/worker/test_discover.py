"""The feeds of a site, on a press on loopback."""

from collections.abc import Callable

import pytest
from press import Press, Reply, news
from service import Service

from domain.access import Access
from domain.discovery import MOST_REQUESTS
from domain.errors import BadInput
from storage import access, feeds
from worker.discover import Discovery, discover
from worker.robots import Rulebook

Look = Callable[..., Discovery]


@pytest.fixture
def look(service: Service, press: Press) -> Look:
    def search(path: str = "/", **settings: object) -> Discovery:
        worker = service.with_settings(**settings)
        return discover(
            worker.settings, press.base + path, service.clock(), Rulebook(worker.settings, {}, service.clock())
        )

    return search


def page(press: Press, path: str, *tags: str) -> None:
    press.pages[path] = f"<html><head><title>صحيفة</title>{''.join(tags)}</head><body>خبر</body></html>".encode()


def declared(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="الأخبار" href="{href}">'


def told(found: Discovery, press: Press) -> list[tuple[str, str, str, int]]:
    return [(f.url.removeprefix(press.base), f.how, f.kind, f.entries) for f in found.feeds]


def sitemap(press: Press, path: str) -> None:
    press.feeds[path] = (
        '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://n.example/1</loc>'
        "<news:news><news:title>خبر عاجل</news:title></news:news></url></urlset>"
    ).encode()


def test_a_feed_is_itself_and_nothing_else_is_asked(look: Look, press: Press) -> None:
    press.write_feed("/rss.xml", [news(1)])
    found = look("/rss.xml")
    assert found.is_feed
    assert told(found, press) == [("/rss.xml", "itself", "rss", 1)]
    assert found.feeds[0].title == "صحيفة النورس"
    assert dict(press.asked) == {"/rss.xml": 1}


def test_what_the_page_declares_is_found_once_and_what_cannot_be_read_is_told_last(look: Look, press: Press) -> None:
    page(press, "/", declared("/gone"), declared("/rss.xml"), declared("/same.xml"), '<a href="/rss/sport.xml">x</a>')
    press.special["/gone"] = Reply(403)
    press.write_feed("/rss.xml", [news(1), news(2)])
    press.feeds["/same.xml"] = press.feeds["/rss.xml"]
    press.write_feed("/rss/sport.xml", [news(3)])
    found = look()
    assert told(found, press) == [
        ("/rss.xml", "link", "rss", 2), ("/rss/sport.xml", "page", "rss", 1), ("/gone", "link", "", 0),
    ]  # fmt: skip
    assert ([feed.status for feed in found.feeds], len(found.readable)) == (["ok", "ok", "blocked"], 2)
    assert not {"/feed", "/rss"} & set(press.asked), "no path is tried where the page says"


def test_a_page_that_lists_feeds_is_read_too(look: Look, press: Press) -> None:
    page(press, "/", '<a href="/rss">خدمة RSS</a>')
    page(press, "/rss", '<a href="/rss/a.xml">سياسة</a><a href="/rss/b.xml">رياضة</a>')
    for name in "ab":
        press.write_feed(f"/rss/{name}.xml", [news(ord(name))])
    assert {row[0] for row in told(look(), press)} == {"/rss/a.xml", "/rss/b.xml"}


def test_common_paths_and_sitemaps_of_robots(look: Look, press: Press) -> None:
    page(press, "/")
    press.write_feed("/feed.xml", [news(1)])
    press.pages["/robots.txt"] = f"User-agent: *\nSitemap: {press.base}/maps/news.xml\n".encode()
    sitemap(press, "/maps/news.xml")
    assert told(look(), press) == [("/feed.xml", "path", "rss", 1), ("/maps/news.xml", "sitemap", "sitemap", 1)]


def test_a_news_sitemap_under_a_common_name(look: Look, press: Press) -> None:
    page(press, "/")
    sitemap(press, "/news-sitemap.xml")
    assert told(look(), press) == [("/news-sitemap.xml", "sitemap", "sitemap", 1)]


def test_a_site_that_blocks_its_page_may_still_have_a_feed(look: Look, press: Press) -> None:
    page(press, "/")
    press.special["/"] = Reply(403)
    press.write_feed("/feed", [news(1)])
    found = look()
    assert (found.status, told(found, press)) == ("blocked", [("/feed", "path", "rss", 1)])


def test_a_site_without_feeds_says_so_within_bounds(look: Look, press: Press) -> None:
    page(press, "/", *(declared(f"/{n}.html") for n in range(100)))
    for n in range(100):
        page(press, f"/{n}.html", *(f'<a href="/rss/{n}/{m}">x</a>' for m in range(100)))
    found = look()
    assert (found.status, found.feeds) == ("not_a_feed", ())
    assert found.requests <= MOST_REQUESTS
    assert sum(press.asked.values()) <= MOST_REQUESTS + 1  # and robots.txt


def test_nothing_more_is_asked_of_a_host_that_is_not_there(look: Look, press: Press) -> None:
    found = look(allow_networks=())
    assert (found.status, found.feeds, found.requests) == ("refused", (), 0)
    assert press.asked.total() == 0


def test_robots_txt_is_held_to_but_for_what_the_page_declares(service: Service, press: Press, look: Look) -> None:
    class Denying(Rulebook):
        async def check(self, gate, url):  # type: ignore[no-untyped-def]
            found, delay = await super().check(gate, url)
            return (await self.denied(url)) or found, delay

        async def denied(self, url):  # type: ignore[no-untyped-def]
            from domain.fetching import FetchStatus
            from worker.answer import Fetched

            return None if url.endswith("/") else Fetched(url, FetchStatus.ROBOTS)

    page(press, "/", declared("/rss.xml"), '<a href="/rss/sport.xml">x</a>')
    press.write_feed("/rss.xml", [news(1)])
    press.write_feed("/rss/sport.xml", [news(2)])
    for robots, wanted in (("pages", ["/rss.xml"]), ("all", []), ("off", ["/rss.xml", "/rss/sport.xml"])):
        worker = service.with_settings(robots=robots)
        book = Denying(worker.settings, {}, service.clock())
        found = discover(worker.settings, press.base + "/", service.clock(), book)
        assert [feed.url.removeprefix(press.base) for feed in found.readable] == wanted


def test_what_is_no_address_is_said(look: Look, service: Service) -> None:
    for given in ("خلاصة", "ftp://n.example/", ""):
        with pytest.raises(BadInput):
            discover(service.settings, given, service.clock(), Rulebook(service.settings, {}, service.clock()))


def test_the_site_of_an_outlet_is_reached_as_its_feeds_are(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    page(press, "/", declared("/a.xml"))
    id = service.feed("/old.xml")
    with service.db.write() as session:
        feeds.edit(session, feeds.several(session, [id])[0], outlet="صحيفة النورس")
        reached = Access(press.base.removeprefix("http://"), cookies=(("session", "member-7"),))
        access.keep(session, "صحيفة النورس", reached)
        found = feeds.reached(session, press.base)
    book = Rulebook(service.settings, {}, service.clock())
    assert discover(service.settings, press.base + "/", service.clock(), book, found).readable
    told = {path: headers.get("Cookie") for path, headers in press.asked_with}
    assert (told["/"], told["/a.xml"]) == ("session=member-7", "session=member-7")
