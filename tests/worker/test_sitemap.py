"""Google News sitemaps and indexes, as feeds."""

import gzip
from datetime import UTC, datetime

import pytest
from press import Press, Reply
from service import Service

from domain.fetching import FetchStatus
from storage.models import Feed, Poll
from worker import sitemap as module
from worker.batch import fetch_one
from worker.parse import MAX_ENTRIES, parse_feed

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def url(number, title="خبر عاجل", date="2026-04-06T10:00:00+03:00", more="", outlet="النورس"):
    return (
        f"<url><loc>https://n.example/{number}</loc>{more}<news:news><news:publication><news:name>{outlet}</news:name>"
        f"<news:language>ar</news:language></news:publication><news:publication_date>{date}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news></url>"
    )


def sitemap(*urls, spaces=SPACES):
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {spaces}>{"".join(urls)}</urlset>'.encode()


def index(*addresses):
    maps = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f'<?xml version="1.0"?><sitemapindex {SPACES}>{maps}</sitemapindex>'.encode()


def parse(body):
    return parse_feed(body, "text/xml", "https://n.example/sitemap.xml")


def test_what_a_news_sitemap_says_is_kept():
    picture = "<image:image><image:loc>https://n.example/p.jpg</image:loc><image:title>صورة</image:title></image:image>"
    feed = parse(sitemap(url(1, "<![CDATA[افتتاح & معرض]]>", more=picture)))
    (entry,) = feed.entries
    assert (feed.status, feed.kind, feed.title, feed.language) == (FetchStatus.OK, "sitemap", "النورس", "ar")
    assert (entry.title, entry.link, entry.id) == ("افتتاح & معرض", "https://n.example/1", "https://n.example/1")
    assert entry.published == datetime(2026, 4, 6, 7, tzinfo=UTC)


def test_mistakes_spoil_no_neighbour():
    assert len(parse(sitemap(url(1), url(2), spaces="")).entries) == 2, "prefixes that nobody declared"
    assert [e.title for e in parse(sitemap(url(1, "أ & ب"), url(2, "ج&nbsp;د"))).entries] == ["أ & ب", "ج د"]
    cut = parse(sitemap(url(1), url(2), url(3))[:-60])
    assert (cut.status, len(cut.entries)) == (FetchStatus.TRUNCATED, 2)


def test_sitemaps_without_news_are_no_feed():
    plain = sitemap("<url><loc>https://n.example/1</loc><lastmod>2026-04-06</lastmod></url>")
    for body in (plain, sitemap(), index("https://n.example/a.xml"), b"<urlset/>"):
        feed = parse(body)
        assert (feed.status, feed.entries) == (FetchStatus.UNSUPPORTED, ())
        assert "names no news" in feed.detail


def test_the_newest_of_too_many_are_read():
    dates = [f"2026-04-{1 + n // 100:02}T{n % 100 // 5:02}:00:00Z" for n in range(2_400)]
    feed = parse(sitemap(*(url(n, date=date) for n, date in enumerate(dates))))
    assert (len(feed.entries), feed.dropped, feed.flags) == (MAX_ENTRIES, 400, ("dropped_over_limit",))
    assert min(entry.published for entry in feed.entries) == datetime(2026, 4, 5, tzinfo=UTC)


def test_depth_is_bounded():
    deep = "<x>" * 50_000 + "</x>" * 50_000
    assert parse(sitemap(url(1), f"<url>{deep}</url>")).status in (FetchStatus.TRUNCATED, FetchStatus.OK)


def test_a_million_roots_are_one_mistake(monkeypatch):
    made = []
    create = module.expat.ParserCreate
    monkeypatch.setattr(module.expat, "ParserCreate", lambda *given: made.append(1) or create(*given))
    for number in (1_000, 100_000):
        made.clear()
        assert parse(sitemap(url(1)) + b"<urlset>" * number).status in (FetchStatus.TRUNCATED, FetchStatus.OK)
        assert len(made) < 20


def fetch(service: Service, path: str):
    return fetch_one(service.settings, service.press.base + path, feed=True)


def test_an_index_is_followed_to_the_news(service: Service, press: Press) -> None:
    base = press.base
    press.feeds["/index.xml"] = index(
        *(base + name for name in ("/tags.xml", "/nested.xml", "/image.xml", "/news.xml.gz"))
    )
    press.feeds["/nested.xml"] = index(f"{base}/index.xml", f"{base}/march.xml")
    press.feeds["/march.xml"] = sitemap(url(2))
    press.feeds["/news.xml.gz"] = gzip.compress(sitemap(url(1)))
    found = fetch(service, "/index.xml")
    feed = parse_feed(found.body, found.content_type, found.url)
    assert (feed.status, sorted(e.link[-1] for e in feed.entries)) == (FetchStatus.OK, ["1", "2"])
    assert sum(press.asked.values()) <= 6
    assert press.asked["/index.xml"] == 1


def test_an_index_is_asked_for_whole_since_its_parts_change(service: Service, press: Press) -> None:
    press.feeds["/index.xml"] = index(f"{press.base}/news.xml")
    press.special["/index.xml"] = Reply(etag='"1"')
    press.feeds["/news.xml"] = sitemap(url(1, "غرق سفينة"))
    service.feed("/index.xml")
    service.poll()
    press.feeds["/news.xml"] = sitemap(url(1, "غرق سفينة"), url(2, "افتتاح معرض الكتاب"))
    service.poll()
    service.poll()
    assert [(poll.status, poll.new) for poll in service.all(Poll)] == [("ok", 1), ("ok", 1), ("unchanged", 0)]
    assert (service.only(Feed).etag, service.only(Feed).outlet) == ("", "النورس")
    assert service.titles() == ["افتتاح معرض الكتاب", "غرق سفينة"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (gzip.compress(bytes(30_000_000)), "too_large"),
        (gzip.compress(sitemap(url(1)))[:-30], "truncated"),
        (b"\x1f\x8b\x00\x00", "bad_content_encoding"),
    ],
)
def test_packed_files_have_their_bounds(service: Service, press: Press, body: bytes, status: str) -> None:
    press.feeds["/news.xml.gz"] = body
    press.feeds["/index.xml"] = index(f"{press.base}/news.xml.gz")
    assert fetch(service, "/news.xml.gz").status == status
    assert fetch(service, "/index.xml").status == status


def test_what_is_wrong_with_an_index_is_said(service: Service, press: Press) -> None:
    press.feeds["/index.xml"] = index(f"{press.base}/a.xml", f"{press.base}/b.xml")
    found = fetch(service, "/index.xml")
    assert (found.status, found.http_status) == (FetchStatus.HTTP_ERROR, 404)
    assert f"{press.base}/a.xml" in found.detail
    press.feeds["/index.xml"] = index()
    assert fetch(service, "/index.xml").status == FetchStatus.EMPTY


def test_indexes_that_name_each_other_end(service: Service, press: Press) -> None:
    for n in range(40):
        press.feeds[f"/{n}.xml"] = index(*(f"{press.base}/{m}.xml" for m in range(40)))
    assert fetch(service, "/0.xml").status == FetchStatus.EMPTY
    assert sum(press.asked.values()) <= 6
