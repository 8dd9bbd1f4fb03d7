"""Which address comes next on the way back: decided from plain values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.archives import choose_maps, choose_pages, is_article, is_of_site, older_page
from domain.backfill import (
    MOST_REQUESTS,
    Came,
    Cursor,
    Way,
    after_feed,
    after_pages,
    after_robots,
    after_sitemap,
    begin,
    is_left_to_feeds,
    share_done,
    try_again,
)
from domain.fetching import FetchStatus
from domain.sitemaps import Child

SITE = "https://nawras.example"
FEED = f"{SITE}/feed"
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
NEW = datetime(2026, 4, 5, tzinfo=UTC)


def came(*numbers: int, newest: datetime | None = NEW, older: str = "") -> Came:
    return Came(True, tuple(f"{SITE}/{n}" for n in numbers), newest, older)


def walk(*answers: Came, site: str = "") -> Cursor:
    """Give where a walk stands after these answers."""
    cursor = begin(FEED, site)
    for answer in answers:
        cursor = after_feed(cursor, answer, SINCE)
    return cursor


def test_it_begins_at_the_feed_or_at_robots_txt():
    assert begin(FEED, SITE).url == FEED
    assert begin("", f"{SITE}/arabic").url == f"{SITE}/robots.txt"


def test_a_link_to_an_older_page_is_followed_on_the_same_site_only():
    assert walk(came(1, 2, older=f"{SITE}/archive/3")).url == f"{SITE}/archive/3"
    assert walk(came(1, 2, older="https://other.example/archive/3")).url == f"{FEED}?paged=2"
    assert walk(came(1, 2, older="file:///etc/passwd")).url == f"{FEED}?paged=2"


def test_the_number_of_a_page_takes_the_place_of_what_the_address_has():
    cursor = begin(f"{FEED}?lang=ar&paged=9", "")
    assert after_feed(cursor, came(1), SINCE).url == f"{FEED}?lang=ar&paged=2"


def test_the_ways_are_tried_in_turn():
    first = came(1, 2, 3)
    assert walk(first).way == Way.PAGED
    assert (walk(first, first).way, walk(first, first).url) == (Way.PAGE, f"{FEED}?page=2")
    assert walk(first, first, first).ended == "nothing"
    assert walk(first, first, first, site=SITE).url == f"{SITE}/robots.txt"
    assert walk(first, Came(False), Came(False), site=SITE).way == Way.SITEMAP


def test_a_page_that_mostly_stood_before_is_the_same_page():
    assert walk(came(1, 2, 3, 4), came(0, 1, 2, 3)).way == Way.PAGE  # an article came meanwhile
    assert walk(came(1, 2, 3, 4), came(4, 5, 6, 7)).url == f"{FEED}?paged=3"


def test_the_last_page_that_repeats_for_ever_ends_the_way():
    assert walk(came(1, 2), came(3, 4), came(3, 4)).ended == "end"


def test_an_empty_page_ends_the_way():
    assert walk(came(1, 2), came(3, 4), Came(True)).ended == "end"


def test_the_date_ends_it_when_all_of_a_page_is_older():
    assert walk(came(1, 2), came(3, newest=SINCE - timedelta(seconds=1))).ended == "since"
    assert walk(came(1, 2), came(3, newest=SINCE)).ended == ""
    assert walk(came(1, 2), came(3, newest=None)).ended == ""


def test_pages_without_end_come_to_an_end():
    cursor, number = begin(FEED, SITE), 0
    while not cursor.ended:
        number += 1
        cursor = after_feed(cursor, came(2 * number, 2 * number + 1), SINCE)
    assert (cursor.ended, number) == ("limit", MOST_REQUESTS)


def test_robots_txt_names_the_sitemaps_of_its_own_site():
    text = f"User-agent: *\nSitemap: {SITE}/a.xml\nsitemap:/b.xml\nSITEMAP: https://other.example/c.xml\n"
    cursor = after_robots(begin("", SITE), text)
    assert (cursor.url, cursor.maps) == (f"{SITE}/a.xml", (f"{SITE}/b.xml",))
    assert after_robots(begin("", SITE), "").url == f"{SITE}/sitemap_index.xml"


def test_sitemaps_are_gone_through_depth_first_and_once():
    cursor = after_robots(begin("", SITE), f"Sitemap: {SITE}/a.xml")
    cursor = after_sitemap(cursor, [Child(f"{SITE}/2.xml", "2026-03-05"), Child(f"{SITE}/a.xml")], 0, SINCE)
    assert (cursor.url, cursor.guesses) == (f"{SITE}/2.xml", ())
    cursor = after_sitemap(cursor, (), 7, SINCE)
    assert (cursor.way, cursor.url) == (Way.PAGES, "")
    assert after_pages(cursor).ended == "end"


def test_where_no_guess_is_right_there_is_nothing():
    cursor = after_robots(begin("", SITE), "")
    for _ in range(3):
        assert cursor.way == Way.SITEMAP
        cursor = after_sitemap(cursor, None, 0, SINCE)
    assert after_pages(cursor).ended == "nothing"


@given(st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 30), max_size=8), st.booleans()), max_size=60))
def test_any_answers_lead_to_an_end_and_the_cursor_survives_json(answers):
    cursor, last = begin(FEED, SITE), None
    for readable, numbers, dated in answers:
        if cursor.way in (Way.SITEMAP, Way.PAGES) or cursor.ended:
            break
        cursor = after_feed(cursor, Came(readable, tuple(map(str, numbers)), NEW if dated else None), SINCE)
        assert Cursor.from_json(cursor.to_json()) == cursor
        assert (cursor.url, cursor.page) != last
        last = (cursor.url, cursor.page)
    assert cursor.ended or cursor.url or cursor.way == Way.PAGES


RSS = '<rss><channel><atom:link {0} xmlns:atom="x"/><item><link rel="next" href="/no"/></item></channel></rss>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RSS.format('rel="next" href="/feed?p=2&amp;x=1"'), f"{SITE}/feed?p=2&x=1"),
        (RSS.format("href='/archive/1' rel='prev-archive'"), f"{SITE}/archive/1"),
        (RSS.format('rel="self" href="/feed"'), ""),
        ('<feed><link rel="next" href="/n"/><link rel="prev-archive" href="/p"/><entry/></feed>', f"{SITE}/p"),
        ('<feed><entry/></entry><link rel="next" href="/behind"/></feed>', f"{SITE}/behind"),
        ('\ufeff{"version": "1.1", "next_url": "https:\\/\\/nawras.example\\/2"}', f"{SITE}/2"),
        ("", ""),
        ("نص بلا خلاصة", ""),
    ],
)  # fmt: skip
def test_the_older_page_stands_among_the_feeds_own_links(text, expected):
    assert older_page(text, FEED) == expected


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through(text):
    assert isinstance(older_page(f"<rss>{text}", FEED), str)


def test_sitemaps_before_the_date_and_of_other_things_are_left_out():
    children = [
        Child(f"{SITE}/post-sitemap1.xml", "2025-01-01"), Child(f"{SITE}/post-sitemap2.xml", "2026-03-20T10:00:00Z"),
        Child(f"{SITE}/category-sitemap.xml", "2026-04-05"), Child(f"{SITE}/sitemap-2026-04.xml"),
        Child(f"{SITE}/sitemap-2024-12.xml"), Child(f"{SITE}/sitemap.xml?year=2026&month=03"),
        Child(f"{SITE}/sitemap_2025.xml"), Child(f"{SITE}/posts.xml"),
    ]  # fmt: skip
    assert choose_maps(children, SINCE) == [
        f"{SITE}/post-sitemap2.xml", f"{SITE}/sitemap-2026-04.xml", f"{SITE}/sitemap.xml?year=2026&month=03",
        f"{SITE}/posts.xml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/2026/03/05/khabar", True), ("/news/1234567", True), ("/story.aspx?id=9", True),
        ("/a/غرق-سفينة-في-الميناء", True),
        ("/khabar.html", True), ("/", False), ("/about", False), ("/tag/%D8%BA%D8%B1%D9%82-2026", False),
        ("/category/siyasa/2024-2025", False), ("/photo-12345.jpg", False), ("/author/9999", False), ("/من-نحن", False),
    ],
)  # fmt: skip
def test_what_looks_like_an_article(path, expected):
    assert is_article(SITE + path) is expected


def test_pages_since_the_date_newest_first_and_no_more_than_asked_for():
    pages = [
        Child(f"{SITE}/2026/03/02/a-1", "2026-04-01"), Child(f"{SITE}/news/10001", "2026-03-20"),
        Child(f"{SITE}/news/10002", "2025-12-31"), Child(f"{SITE}/news/10003"), Child("https://other.example/news/10004"),
        Child(f"{SITE}/2025/03/02/b-1", "2026-04-01"),
    ]  # fmt: skip
    chosen = choose_pages(pages, SINCE, SITE, UTC, 10)
    assert [page.url.removeprefix(SITE) for page in chosen] == ["/news/10001", "/2026/03/02/a-1", "/news/10003"]
    assert len(choose_pages(pages, SINCE, SITE, UTC, 1)) == 1


@pytest.mark.parametrize(
    ("url", "other", "expected"),
    [
        ("https://www.a.example/x", "https://a.example", True),
        ("https://feeds.a.example/x", "https://a.example", True),
        ("https://b.example", "https://a.example", False), ("https://aa.example", "https://a.example", False),
        ("ftp://a.example", "https://a.example", False), ("https://a.example:99x/", "https://a.example", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", False), ("https://a.example", "https://example", False),
    ],
)  # fmt: skip
def test_what_is_of_a_site(url, other, expected):
    assert is_of_site(url, other) is expected


def test_what_is_newer_than_the_last_visit_is_left_to_the_feeds():
    assert not is_left_to_feeds(NEW, None)
    assert not is_left_to_feeds(None, NEW)
    assert is_left_to_feeds(NEW, NEW)
    assert not is_left_to_feeds(NEW - timedelta(hours=2), NEW)


def test_what_may_be_otherwise_later_is_tried_four_times():
    waits = [try_again(FetchStatus.HTTP_ERROR, 503, tries, None) for tries in (1, 2, 3, 4)]
    assert waits == [timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=16), None]
    assert try_again(FetchStatus.HTTP_ERROR, 404, 1, None) is None
    assert try_again(FetchStatus.ROBOTS, None, 1, None) is None
    assert try_again(FetchStatus.HTTP_ERROR, 429, 1, 600.0) == timedelta(minutes=10)


def test_the_share_of_the_way_is_told_by_dates():
    assert share_done(SINCE, None, NEW) == 0.0
    assert share_done(SINCE, NEW - (NEW - SINCE) / 4, NEW) == 0.25
    assert share_done(SINCE, SINCE - timedelta(days=9), NEW) == 1.0
