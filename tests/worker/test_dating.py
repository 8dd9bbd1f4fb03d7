"""An outlet's zone and its false UTC on the way of an article: from feed and page into the store."""

from datetime import UTC, datetime, timedelta

import pytest
from press import Press
from service import Service
from stored import NOON

from storage import feeds
from storage.models import Article, Feed
from worker.imports import add_given, fetch_given


def write(press: Press, *stamps: str, link: str = "", start: int = 0) -> None:
    """Write a feed of one entry a date."""
    items = "".join(
        f"<item><title>خبر رقم {n} من المدينة</title><guid>{n}</guid><link>{link}</link>"
        f"<pubDate>{stamp}</pubDate></item>"
        for n, stamp in enumerate(stamps, start)
    )
    press.feeds["/a.xml"] = f"<rss version='2.0'><channel><title>صحيفة</title>{items}</channel></rss>".encode()


def set_feed(service: Service, **facts: str) -> None:
    with service.db.write() as session:
        feeds.edit(session, feeds.get(session, "1"), **facts)


def stored(service: Service) -> list[tuple[str | None, str, str, float]]:
    rows = service.all(Article)
    return [
        (f"{a.published:%d %H:%M}" if a.published else None, a.published_raw, a.date_method, a.date_confidence)
        for a in rows
    ]


def test_how_a_date_was_read_is_kept_beside_it(service: Service, press: Press) -> None:
    write(
        press,
        "Mon, 06 Apr 2026 09:00:00 GMT",
        "الاثنين 6 نيسان 2026 - 10:30 ص",
        "الأحد 5 أبريل 2026",
        "قريبا",
        "06/04/2062",
    )
    service.feed("/a.xml")
    set_feed(service, zone="Asia/Baghdad")
    service.poll()
    assert stored(service) == [
        ("06 09:00", "Mon, 06 Apr 2026 09:00:00 GMT", "rfc822", 1.0),
        ("06 07:30", "الاثنين 6 نيسان 2026 - 10:30 ص", "words", 0.8),
        ("05 09:00", "الأحد 5 أبريل 2026", "words", 0.75),
        (None, "قريبا", "first_seen", 0.0),
        (None, "06/04/2062", "first_seen", 0.0),
    ]
    assert [a.event_at for a in service.all(Article)][3:] == [NOON, NOON]
    assert [a.flags for a in service.all(Article)] == ["", "", "", "bad_date", "implausible_date"]


def test_a_countrys_zone_stands_in_for_the_feeds_own(service: Service, press: Press) -> None:
    write(press, "2026-04-06 13:00:00")
    service.feed("/a.xml")
    set_feed(service, country="EG")
    service.poll()
    assert stored(service)[0][0] == "06 11:00"  # before summer time


def test_false_utc_by_the_operators_word(service: Service, press: Press) -> None:
    write(press, "Mon, 06 Apr 2026 13:00:00 GMT")
    service.feed("/a.xml")
    set_feed(service, zone="Asia/Riyadh", false_z="yes")
    service.poll()
    assert stored(service)[0][0] == "06 10:00"


@pytest.mark.parametrize(("said", "learned"), [("", "learned"), ("no", "no")])
def test_false_utc_is_learned_from_entries_ahead_of_their_time(
    service: Service, press: Press, said: str, learned: str
) -> None:
    service.feed("/a.xml", primed=True)
    set_feed(service, zone="Asia/Riyadh", false_z=said)
    for visit in range(4):
        at = service.clock.pass_by(hours=1)
        local = at + timedelta(hours=3) - timedelta(minutes=5)
        write(press, f"{local:%a, %d %b %Y %H:%M:%S} GMT", start=visit)
        service.poll()
    assert service.only(Feed).false_z == learned
    rows = service.all(Article)
    last = rows[-1].published
    assert last is not None
    assert (last <= rows[-1].first_seen) is (learned == "learned")
    assert all(row.event_at <= row.first_seen for row in rows)


def test_what_was_learned_is_unlearned_when_the_outlet_mends_its_clock(service: Service, press: Press) -> None:
    service.feed("/a.xml", primed=True)
    set_feed(service, zone="Asia/Riyadh")
    set_feed(service, false_z="learned")
    for visit in range(3):
        at = service.clock.pass_by(hours=1) - timedelta(minutes=5)
        write(press, f"{at:%a, %d %b %Y %H:%M:%S} GMT", start=visit)
        service.poll()
    assert service.only(Feed).false_z == ""


def test_a_new_zone_forgets_what_was_learned_for_the_old_one(service: Service) -> None:
    service.feed("/a.xml")
    set_feed(service, false_z="learned")
    set_feed(service, zone="Asia/Dubai")
    assert (service.only(Feed).false_z, service.only(Feed).zone) == ("", "Asia/Dubai")
    set_feed(service, false_z="no")
    set_feed(service, zone="Asia/Aden")
    assert service.only(Feed).false_z == "no"


PAGE = (
    '<html><head>{head}</head><body><article><h1>خبر رقم 0 من المدينة</h1><p>{line}</p><p>خبر رقم 0 من المدينة: '
    + "افتتحت بلدية المدينة صباح اليوم معرضا للحرف التقليدية في الساحة القديمة بمشاركة خمسين حرفيا من القرى. " * 3
    + "</p></article></body></html>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("stamp", "kept"),
    [
        ("", ("05 09:15", "iso")),
        ("الأحد 5 أبريل 2026", ("05 09:15", "iso")),
        ("Sun, 05 Apr 2026 09:10:00 GMT", ("05 09:10", "rfc822")),
        ("2026-04-05 12:10:00", ("05 09:10", "iso")),
        ("Thu, 05 Apr 2040 09:10:00 GMT", ("05 09:15", "iso")),
    ],
)
def test_the_page_dates_what_the_feed_did_not_date_to_the_hour(
    service: Service, press: Press, stamp: str, kept: tuple[str, str]
) -> None:
    write(press, stamp, link=f"{press.base}/1.html")
    head = '<meta property="article:published_time" content="2026-04-05T12:15:00+03:00">'
    press.pages["/1.html"] = PAGE.format(head=head, line="").encode()
    service.feed("/a.xml")
    set_feed(service, zone="Asia/Riyadh")
    service.poll()
    service.fetch_pages()
    article = service.only(Article)
    assert article.basis == "full"
    assert (stored(service)[0][0], stored(service)[0][2]) == kept
    assert article.event_at == article.published


def test_the_outlets_zone_is_for_its_pages_too(service: Service, press: Press) -> None:
    write(press, "", link=f"{press.base}/1.html")
    press.pages["/1.html"] = PAGE.format(head="", line="الأحد 5 نيسان 2026 - 10:00 م").encode()
    service.feed("/a.xml")
    set_feed(service, zone="Asia/Dubai")
    service.poll()
    service.fetch_pages()
    assert stored(service) == [("05 18:00", "الأحد 5 نيسان 2026 - 10:00 م", "words", 0.8)]
    given = fetch_given(service.context, f"{press.base}/1.html")
    assert given.published == datetime(2026, 4, 5, 18, tzinfo=UTC)


def test_an_article_given_by_hand_keeps_how_it_was_dated(service: Service, press: Press) -> None:
    press.pages["/1.html"] = PAGE.format(head="", line="الأحد 5 نيسان 2026 - 10:00 م").encode()
    add_given(service.context, fetch_given(service.context, f"{press.base}/1.html"))
    assert stored(service) == [("05 22:00", "الأحد 5 نيسان 2026 - 10:00 م", "words", 0.8)]
