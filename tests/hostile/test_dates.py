"""Dates that are odd, impossible or another calendar's (F60 to F65)."""

from datetime import UTC, datetime, timedelta

import pytest
from stored import NOON


def feed(*stamps):
    items = "".join(
        f"<item><guid>{n}</guid><title>خبر رقم {n}</title><pubDate>{stamp}</pubDate></item>"
        for n, stamp in enumerate(stamps)
    )
    return f"<rss version='2.0'><channel><title>صحيفة</title>{items}</channel></rss>".encode()


def rfc(moment):
    return f"{moment:%a, %d %b %Y %H:%M:%S} +0000"


def test_f60_a_date_that_cannot_be_gives_way_to_the_first_sight(visit):
    stamps = (
        *(rfc(NOON + timedelta(days=365)), "Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z"),
        *("9999-12-31T23:59:59Z", "Mon, 06 Apr 1926 10:00:00 GMT", "Mon, 06 Apr 2126 10:00:00 GMT"),
    )
    came = visit(feed(*stamps))[1]
    assert [(a.published, a.event_at, a.date_method, a.date_confidence) for a in came] == [
        (None, NOON, "first_seen", 0.0)
    ] * 6
    assert [a.published_raw for a in came] == list(stamps)
    assert all(a.flags in ("bad_date", "implausible_date") for a in came)


def test_f60_a_little_ahead_is_kept_and_not_pinned_at_the_top(visit):
    soon = NOON + timedelta(minutes=10)
    came = visit(feed(rfc(soon), rfc(NOON - timedelta(hours=1))))[1]
    assert [(a.published, a.event_at) for a in came] == [(soon, NOON), (NOON - timedelta(hours=1),) * 2]


@pytest.mark.parametrize("country", ["", "SA", "EG"])
def test_f61_hijri_dates_are_converted_or_unknown_and_never_of_the_year_1447(visit, country):
    stamps = ("15 رمضان 1447", "15 رمضان 1447 هـ", "1447-09-15", "15/9/1447هـ", "١٥ رمضان ١٤٤٧")
    came = visit(feed(*stamps), country=country)[1]
    days = [a.published and a.published.date().isoformat() for a in came]
    assert days == ["2026-03-04", "2026-03-04", None, "2026-03-04", "2026-03-04"]
    assert [a.date_method for a in came] == ["hijri", "hijri", "first_seen", "hijri", "hijri"]
    assert all(a.event_at.year == 2026 for a in came)


def test_f62_arabic_digits_and_month_names(visit):
    stamps = (
        "١٥ يناير ٢٠٢٦",
        "السبت، 22 نوفمبر 2025",
        "۳ تشرين الثاني ۲۰۲۵",
        "15 غشت 2025",
        "8 فيفري 2026",
        "7 دجمبر 2025",
    )
    came = visit(feed(*stamps), zone="Asia/Riyadh")[1]
    days = [a.published and a.published.date().isoformat() for a in came]
    assert days == ["2026-01-15", "2025-11-22", "2025-11-03", "2025-08-15", "2026-02-08", "2025-12-07"]


def test_f64_ast_is_arabias(visit):
    (article,) = visit(feed("Mon, 06 Apr 2026 10:00:00 AST"), zone="Asia/Riyadh")[1]
    assert article.published == datetime(2026, 4, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["2026-13-45", "2026-02-30T10:00:00Z", "30 Feb 2026", "31 أبريل 2026", "45/13/2026"])
def test_f65_an_impossible_day_is_unknown(visit, stamp):
    (article,) = visit(feed(stamp))[1]
    assert (article.published, article.event_at, article.flags) == (None, NOON, "bad_date")
