import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hijridate import Hijri
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dates import month_comes_first, read_date

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
    ("raw", "expected"),
    [
        ("15 ك2 2024", "2024-01-15 00:00"),
        ("3 تشرين ثاني 2023 - 5:30 م", "2023-11-03 17:30"),
        ("الخميس 03 تشرين1 2024", "2024-10-03 00:00"),
        ("الإثنين 5 أغشت 2024", "2024-08-05 00:00"),
        ("7 دجمبر 2024", "2024-12-07 00:00"),
        ("8 février 2019", "2019-02-08 00:00"),
        ("14 juil. 2025 à 14h30", "2025-07-14 14:30"),
        ("2026 سبتمبر 24", "2026-09-24 00:00"),
        ("أبريل 24, 2020 9:22 م", "2020-04-24 21:22"),
        ("م 05:30 - 20 أغسطس 2013 م", "2013-08-20 17:30"),
        ("20 أغسطس 2013 م 05:30 ص", "2013-08-20 05:30"),
        ("3 مايو 2024 11:45 ظهرا", "2024-05-03 11:45"),
        ("3 مايو 2024 01:10 ظهراً", "2024-05-03 13:10"),
        ("3 مايو 2024 12:30 ليلا", "2024-05-03 00:30"),
        ("3 مايو 2024 الساعة 5 مساء", "2024-05-03 17:00"),
        ("09.22 م 24 أبريل 2020", "2020-04-24 21:22"),
        ("24/9/26 10:00", "2026-09-24 10:00"),
        ("Thu Sep 24 10:00:00 2026", "2026-09-24 10:00"),
        ("Thu Sep 24 2026 10:00:00 GMT+0300 (Arabia Standard Time)", "2026-09-24 07:00"),
        ("2026-09-24T10:00:60Z", "2026-09-24 10:00"),
        ("22-Nov-2026", "2026-11-22 00:00"),
    ],
)
def test_dates_in_the_writing_of_every_region(raw, expected):
    assert when(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("24 سبتمبر 2026 10:00 بتوقيت القاهرة", "2026-09-24 07:00"),
        ("24 يناير 2026 10:00 بتوقيت القاهرة", "2026-01-24 08:00"),
        ("24 سبتمبر 2026 - 10:00 (غرينتش+3)", "2026-09-24 07:00"),
        ("24 سبتمبر 2026 - 10:00 بتوقيت غرينتش", "2026-09-24 10:00"),
        ("الخميس, 24 سبتمبر 2026 10:00:00 +0300", "2026-09-24 07:00"),
        ("2026/09/24 10:00:00 +03:00", "2026-09-24 07:00"),
        ("24 سبتمبر 2026 10:00 بتوقيت أبوظبي", "2026-09-24 06:00"),
    ],
)
def test_zones_in_words(raw, expected):
    assert when(raw, zone=ZoneInfo("Asia/Tehran")) == expected


HIJRI_MONTHS = (
    *("محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة"),
    *("رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذي الحجة"),
)


@pytest.mark.parametrize("month", range(1, 13))
def test_each_month_of_the_hijri_year_by_umm_al_qura(month):
    name = HIJRI_MONTHS[month - 1]
    meant = Hijri(1446, month, 7).to_gregorian()
    for raw in (
        f"7 {name} 1446",
        f"٧ {name} ١٤٤٦ هـ",
        f"7/{month}/1446هـ",
        f"1446-{month}-7 هـ",
    ):
        dated = read_date(raw)
        assert dated is not None
        assert (dated.when.date().isoformat(), dated.method, dated.day_only) == (meant.isoformat(), "hijri", True)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("الأربعاء 15 رمضان 1447", "2026-03-04 00:00"),
        ("الثلاثاء 15 رمضان 1447", "2026-03-03 00:00"),  # by a moon seen a day earlier
        ("15/9/1447 هـ الموافق 4/3/2026 م", "2026-03-04 00:00"),
        ("15 رمضان 1447 الساعة 14:05", "2026-03-04 14:05"),
        ("31 رمضان 1447", None),
        ("15 رمضان 1600", None),
    ],
)
def test_hijri_dates_beside_weekdays_and_others(raw, expected):
    assert when(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("نشر في 3 مايو 2024 10:00 - آخر تحديث 5 مايو 2024 11:00", "2024-05-03 10:00"),
        ("آخر تحديث: 5 مايو 2024 11:00 - تاريخ النشر: 3 مايو 2024 10:00", "2024-05-03 10:00"),
        ("3 مايو 2024 | تحديث: 5 مايو 2024", "2024-05-03 00:00"),
        ("Published 3 May 2024 10:00 Updated 5 May 2024 11:00", "2024-05-03 10:00"),
    ],
)
def test_the_time_of_an_update_is_not_the_time_of_publication(raw, expected):
    dated = read_date(raw, now=NOW)
    assert dated is not None
    assert (dated.when.strftime("%Y-%m-%d %H:%M"), dated.updated) == (expected, False)


@pytest.mark.parametrize(
    "raw", ["آخر تحديث: 5 مايو 2024 11:00", "تم التحديث في 05/05/2024 11:00", "Updated 2024-05-05T11:00:00Z"]
)
def test_an_update_alone_is_said_to_be_one(raw):
    dated = read_date(raw)
    assert dated is not None
    assert (dated.when, dated.updated) == (datetime(2024, 5, 5, 11, tzinfo=UTC), True)
    assert dated.confidence <= 0.5


def test_utc_that_means_the_outlets_clock():
    riyadh = ZoneInfo("Asia/Riyadh")
    for raw in (
        "2026-09-24T13:00:00Z",
        "Thu, 24 Sep 2026 13:00:00 GMT",
        "24 سبتمبر 2026 13:00 GMT",
        "2026-09-24T13:00:00+00:00",
    ):
        assert when(raw, zone=riyadh, false_z=True) == "2026-09-24 10:00"
        assert when(raw, zone=riyadh) == "2026-09-24 13:00"
    assert when("2026-09-24T13:00:00+04:00", zone=riyadh, false_z=True) == "2026-09-24 09:00"


def test_day_and_month_in_numbers_are_told_apart():
    assert when("5/6/2026") == "2026-06-05 00:00"
    assert when("الأربعاء 4/3/2026") == "2026-03-04 00:00"
    assert when("الجمعة 4/3/2026") == "2026-04-03 00:00"
    assert when("9/4/2026 10:00:00 AM") == "2026-09-04 10:00"
    assert when("5/12/2026") == "2026-05-12 00:00", "the fifth of December is still to come"
    assert when("5/6/2026", month_first=True) == "2026-05-06 00:00"


@pytest.mark.parametrize(
    ("raws", "first"),
    [
        (["9/24/2026", "9/4/2026"], True),
        (["24/9/2026", "4/9/2026"], False),
        (["4/9/2026"], None),
        (["24/9/2026", "9/24/2026"], None),
        (["2026-09-24"], None),
    ],
)
def test_a_feeds_other_dates_tell_the_order(raws, first):
    assert month_comes_first(raws) is first


@pytest.mark.parametrize(
    "raw",
    [
        *("", "اليوم", "قريبا", "1447-09-15", "2026-13-45", "30 Feb 2020", "0001-01-01T00:00:00Z"),
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
        ("منذ ثلاث ساعات", timedelta(hours=3)),
        ("منذ ساعة ونصف", timedelta(minutes=90)),
        ("منذ ساعتين و 5 دقائق", timedelta(hours=2, minutes=5)),
        ("قبل نصف ساعة", timedelta(minutes=30)),
        ("منذ ساعة واحدة", timedelta(hours=1)),
        ("2 hours ago", timedelta(hours=2)),
        ("il y a 3 heures", timedelta(hours=3)),
        ("الآن", timedelta()),
        ("منذ شهرين", timedelta(days=60)),
    ],
)
def test_relative_times_need_a_now(raw, ago):
    dated = read_date(raw, now=NOW)
    assert dated is not None
    assert (dated.when, dated.method, dated.in_utc) == (NOW - ago, "relative", False)
    assert read_date(raw) is None


def test_yesterday_is_the_outlets():
    late = datetime(2026, 11, 22, 22, tzinfo=UTC)  # past midnight in Mecca
    found = [read_date(raw, now=late, zone=MECCA) for raw in ("أمس 10:30 م", "اليوم 00:30", "أول أمس", "أمس")]
    assert [dated and dated.when.strftime("%d %H:%M") for dated in found] == [
        "22 19:30",
        "22 21:30",
        "20 21:00",
        "21 21:00",
    ]
    assert [dated and dated.day_only for dated in found] == [False, False, True, True]


def test_a_zone_of_the_outlet_is_for_dates_that_name_none():
    assert when("24 سبتمبر 2026 13:00", zone=MECCA) == "2026-09-24 10:00"
    assert when("2026-09-24 13:00:00", zone=MECCA) == "2026-09-24 10:00"
    assert when("Thu, 24 Sep 2026 13:00:00 GMT", zone=MECCA) == "2026-09-24 13:00"


def test_what_was_guessed_is_less_sure():
    sure = [read_date(raw) for raw in ("Thu, 24 Sep 2026 10:00:00 GMT", "2026-09-24 10:00:00", "5/6/2026")]
    assert [dated and dated.confidence for dated in sure] == [1.0, 0.8, 0.65]


@pytest.mark.parametrize(
    "part",
    [
        *(
            "يناير ",
            "(يناير",
            "1 يناير ",
            "1 يناير/",
            "ماي",
            "منذ ",
            "نشر في ",
            "تحديث: ",
            "1:1",
            "م ",
            "1/",
            "1 ",
            "- ",
        ),
        *("1 Jan ", "Mon ", "a", "كانون ", "1 ربيع ", "15 رمضان ", "بتوقيت ", "GMT+", "قبل 1 ", "\u0640", "1 2020 "),
    ],
)
def test_no_repetition_takes_time(part):
    began = time.process_time()
    for head in ("", "1 يناير", "منذ 5", "آخر تحديث"):
        read_date(head + part * 1_000, now=NOW)
        read_date(part * 60 + head, now=NOW)
    assert time.process_time() - began < 1


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
