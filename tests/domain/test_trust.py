"""Which date an article is kept under, and what speaks for a UTC that is none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import ENOUGH_SIGNS, count_signs, day_in_address, read_date, settle, zone_of
from domain.dates.zones import check_zone
from domain.errors import BadInput

NOW = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
CAIRO = ZoneInfo("Africa/Cairo")
HOURS = timedelta(hours=1)


def stamp(raw, url="", zone=UTC):
    return settle(read_date(raw, now=NOW, zone=zone), NOW, day_in_address(url, zone))


def test_a_sure_date_stands_as_it_is():
    found = stamp("2026-11-23T08:00:00Z", "https://o.example/2026/11/01/x")
    assert (found.published, found.event_at) == (datetime(2026, 11, 23, 8, tzinfo=UTC),) * 2
    assert (found.method, found.confidence, found.refused) == ("iso", 1.0, False)


@pytest.mark.parametrize(
    "raw",
    [
        "1970-01-01T00:00:00Z",
        "1926-11-23 10:00",
        "2027-11-23T00:00:00Z",
        "2026-11-24T09:41:00Z",
        "Sat, 23 Nov 2086 10:00:00 GMT",
    ],
)
def test_a_date_that_cannot_be_is_refused(raw):
    found = stamp(raw)
    assert (found.published, found.event_at, found.method, found.confidence) == (None, NOW, "first_seen", 0)
    assert found.refused is (read_date(raw) is not None)


def test_a_date_a_little_ahead_is_kept_and_pins_nothing_at_the_top():
    found = stamp("2026-11-23T09:50:00Z")
    assert (found.published, found.event_at) == (datetime(2026, 11, 23, 9, 50, tzinfo=UTC), NOW)


def test_a_day_without_an_hour_counts_as_its_middle_or_as_the_first_sight():
    assert stamp("22 نوفمبر 2026", zone=CAIRO).event_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    today = stamp("23 نوفمبر 2026", zone=CAIRO)
    assert (today.event_at, today.published) == (NOW, NOW)


def test_an_address_tells_the_day_where_nothing_else_does_and_against_a_late_update():
    url = "https://o.example/2026/11/20/slug"
    for raw in ("", "2099-01-01", "آخر تحديث 22 نوفمبر 2026 10:00"):
        found = stamp(raw, url)
        assert (found.event_at, found.method) == (datetime(2026, 11, 20, 12, tzinfo=UTC), "url")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://o.example/story/2020/8/24/عنوان/4943459", "2020-08-24"),
        ("https://o.example/2013/middle_east/8/3/x/index.html", "2013-08-03"),
        ("https://o.example/news/2026-11-23-x", "2026-11-23"),
        ("https://o.example/20261123/x", "2026-11-23"),
        ("https://o.example/2020/11/2338761/", None),
        ("https://o.example/x?date=2020/11/23/", None),
        ("https://o.example/2026/02/30/", None),
        ("https://o.example/11-9-2001/attack", None),
        ("https://o.example/article/20201231234", None),
    ],
)
def test_days_in_addresses(url, day):
    found = day_in_address(url, UTC)
    assert (found and found.when.strftime("%Y-%m-%d")) == day


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.booleans())
def test_no_article_is_later_than_its_first_sight(moment, update):
    dated = read_date(("آخر تحديث " if update else "") + moment.isoformat())
    assert settle(dated, NOW).event_at <= NOW


@pytest.mark.parametrize(
    ("name", "country", "host", "zone"),
    [
        ("Asia/Baghdad", "EG", "o.sa", "Asia/Baghdad"),
        ("", "eg", "o.sa", "Africa/Cairo"),
        ("", "", "www.o.sa:8080", "Asia/Riyadh"),
        ("", "XX", "o.com", "UTC"),
        ("Nowhere/Else", "", "", "UTC"),
    ],
)
def test_the_zone_of_an_outlet(name, country, host, zone):
    assert str(zone_of(name, country, host)) == zone


@pytest.mark.parametrize("name", ["Riyadh", "Asia/Nowhere", "../etc/passwd", "/etc/passwd", "\x00", "Asia"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(BadInput, match="there is no time zone"):
        check_zone(name)


def signs(leads, offset):
    found = 0
    for lead in leads:
        found = count_signs(found, timedelta(minutes=lead), offset)
    return found


@pytest.mark.parametrize(
    ("leads", "enough"),
    [
        ((175, 170, 179), True),  # three hours ahead, less the time until the visit
        ((175, -400, 170, 179), True),  # an old entry in between says nothing
        ((175, 170), False),
        ((175, 170, -5, 179), False),  # once on time: the clock is right
        ((-5, -10, -2), False),
        ((30, 30, 30), False),  # a clock that goes wrong, but by no zone
        ((1440, 1440, 1440), False),
    ],
)
def test_a_false_utc_shows_in_entries_that_come_before_they_are_written(leads, enough):
    assert (signs(leads, 3 * HOURS) >= ENOUGH_SIGNS) is enough


def test_a_zone_at_utc_gives_no_sign():
    assert signs((0, 0, 0, 5, 5), timedelta()) == 0
    assert signs((55, 50, 58), HOURS) == 3
