from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dates import read_date

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MECCA = timezone(timedelta(hours=3))


def when(raw, **more):
    dated = read_date(raw, now=NOW, **more)
    return dated and dated.when.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Thu, 24 Sep 2026 10:00:00 +0000", "2026-09-24 10:00"),
        ("Thu, 24 Sep 2026 10:00:00 +0300", "2026-09-24 07:00"),
        ("24 Sep 26 10:00 GMT", "2026-09-24 10:00"),
        ("Thursday, 24 September 2026 10:00:00 GMT+2", "2026-09-24 08:00"),
        ("Thu, 24 Sep 2026 10:00:00 AST", "2026-09-24 07:00"),
        ("2026-09-24T10:00:00Z", "2026-09-24 10:00"),
        ("2026-09-24T10:00:00.1234567+03:00", "2026-09-24 07:00"),
        ("2026-09-24 10:00:00 +0300", "2026-09-24 07:00"),
        ("2026-09-24", "2026-09-24 00:00"),
        ("December 5, 2020 10:00", "2020-12-05 10:00"),
        ("Wednesday, 07 October 2020 - 12:09 PM", "2020-10-07 12:09"),
    ],
)
def test_dates_of_the_standards(raw, expected):
    assert when(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("الخميس، 24 سبتمبر 2026 01:00 م", "2026-09-24 13:00"),
        ("الخميس، 24 سبتمبر 2026 11:55 ص", "2026-09-24 11:55"),
        ("12:05 ص - 3 مايو 2025", "2025-05-03 00:05"),
        ("الأربعاء، 07 أكتوبر 2020 - 12:09 م", "2020-10-07 12:09"),
        ("الجمعة 24 نيسان / أبريل 2020 09:22 مساءً", "2020-04-24 21:22"),
        ("الأحد، 04 آب/اغسطس 2013، آخر تحديث 02:21 (GMT+0400)", "2013-08-03 22:21"),
        ("الجمعة 8 فيفري 2019", "2019-02-08 00:00"),
        ("الإثنين 14 جويلية 2025 - 08:30", "2025-07-14 08:30"),
        ("الجمعة 20 دجنبر 2024 - 19:11", "2024-12-20 19:11"),
        ("15 غشت 2024", "2024-08-15 00:00"),
        ("3 تشرين الثاني 2024", "2024-11-03 00:00"),
        ("3 كانون الثاني / يناير 2024", "2024-01-03 00:00"),
        ("الثلاثاء, 20 آب أغسطس 2013 م", "2013-08-20 00:00"),
        ("١٥ يناير ٢٠٢٦", "2026-01-15 00:00"),
        ("۱۵ يناير ۲۰۲۶", "2026-01-15 00:00"),
        ("١ / ١٢ / ٢٠٢٠ ٠٢:٠٠", "2020-12-01 02:00"),
        ("17:27 17.03.2020", "2020-03-17 17:27"),
        ("24/04/2014 09:15:00 م", "2014-04-24 21:15"),
        ("السبت - 2019-02-02-", "2019-02-02 00:00"),
        ("15 رمضان 1447 هـ الموافق 4 مارس 2026 م", "2026-03-04 00:00"),
        ("3 كانون الأول 2023 الساعة 14:05 بتوقيت مكة", "2023-12-03 11:05"),
        ("\u200f5 مــارس 2024\u200e", "2024-03-05 00:00"),
    ],
)
def test_dates_in_arabic_words(raw, expected):
    assert when(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        *("", "اليوم", "قريبا", "1447-09-15", "15 رمضان 1447", "2026-13-45", "30 Feb 2020", "0001-01-01T00:00:00Z"),
        *("9999-12-31", "31 أبريل 2024", "جميع الحقوق محفوظة © 2026", "Thu, 24 Foo 2026 10:00:00 GMT", "1234567890"),
    ],
)
def test_what_is_no_certain_day_is_no_date(raw):
    assert when(raw) is None


@pytest.mark.parametrize(
    ("raw", "ago"),
    [
        ("قبل ساعتين", timedelta(hours=2)),
        ("منذ 5 ساعات", timedelta(hours=5)),
        ("منذ ٣ أيام", timedelta(days=3)),
        ("قبل دقيقة", timedelta(minutes=1)),
        ("منذ حوالي 10 دقائق", timedelta(minutes=10)),
    ],
)
def test_relative_times_need_a_now(raw, ago):
    dated = read_date(raw, now=NOW)
    assert dated is not None
    assert (dated.when, dated.method) == (NOW - ago, "relative")
    assert read_date(raw) is None


def test_a_zone_of_the_outlet_is_for_dates_that_name_none():
    assert when("24 سبتمبر 2026 13:00", zone=MECCA) == "2026-09-24 10:00"
    assert when("2026-09-24 13:00:00", zone=MECCA) == "2026-09-24 10:00"
    assert when("Thu, 24 Sep 2026 13:00:00 GMT", zone=MECCA) == "2026-09-24 13:00"


def test_what_was_guessed_is_less_sure():
    sure = [read_date(raw) for raw in ("Thu, 24 Sep 2026 10:00:00 GMT", "2026-09-24 10:00:00", "5/6/2026")]
    assert [dated and dated.confidence for dated in sure] == [1.0, 0.8, 0.65]


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(raw):
    dated = read_date(raw, now=NOW)
    assert dated is None or (1980 <= dated.when.year <= 2101 and dated.when.tzinfo is UTC)


@settings(deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(-12, 14))
def test_iso_dates_come_back(moment, hours):
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    dated = read_date(aware.isoformat())
    assert dated is not None
    assert dated.when == aware
