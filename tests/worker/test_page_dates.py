"""When a page's article was published: machines' words, what a reader sees, the address; and the traps around."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from worker.extract import extract_page

URL = "https://outlet.example/culture/1.html"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HEADLINE = "افتتاح معرض للحرف التقليدية في الساحة القديمة"
TEXT = (
    "<p>افتتحت بلدية المدينة صباح اليوم معرضا للحرف التقليدية في الساحة القديمة بمشاركة خمسين حرفيا من القرى.</p>" * 3
)
TODAY = "<div class='top'>الاثنين 23 نوفمبر 2026</div>"
FOOTER = "<footer>© 2026 جميع الحقوق محفوظة<br>1 يناير 2026</footer>"


def dated(head="", before="", after="", end="", url=URL, **more):
    body = f"{before}<h1>{HEADLINE}</h1>{after}{TEXT}{end}"
    html = f"<html><head><title>{HEADLINE} - صحيفة</title>{head}</head><body>{body}</body></html>"
    page = extract_page(html.encode(), "text/html; charset=utf-8", url, now=NOW, **more)
    return page.published and f"{page.published:%Y-%m-%d %H:%M}", page.dated and page.dated.method


def meta(name, value):
    return f'<meta property="{name}" content="{value}">'


def ld(**facts):
    pairs = ", ".join(f'"{name}": "{value}"' for name, value in facts.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {pairs}}}</script>'


def test_the_date_under_the_headline_and_not_that_of_the_day_above_it():
    assert dated(before=TODAY, after="<span>الأحد 8 شباط 2026 - 21:30</span>", end=FOOTER) == (
        "2026-02-08 21:30",
        "words",
    )


def test_a_footer_dates_nothing():
    assert dated(end=FOOTER) == (None, None)
    assert dated(end="<p>آخر تحديث للموقع 1/1/2026</p>") == (None, None)


def test_the_first_midnight_of_a_year_is_believed_only_where_something_else_says_so():
    year = meta("article:published_time", "2026-01-01T00:00:00Z")
    assert dated(year) == (None, None)
    assert dated(year, after="<p>5 آذار 2026</p>") == ("2026-03-05 00:00", "words")
    assert dated(year, after="<p>1 كانون الثاني 2026</p>") == ("2026-01-01 00:00", "words")
    assert dated(year, url="https://outlet.example/2026/01/01/x") == ("2026-01-01 00:00", "url")


def test_a_telling_with_a_zone_goes_before_one_without():
    naive, sure = meta("article:published_time", "2026-03-01 02:00:00"), ld(datePublished="2026-03-01T02:00:00+03:00")
    for head in (naive + sure, sure + naive):
        assert dated(head) == ("2026-02-28 23:00", "iso")


def test_a_time_of_update_is_the_last_resort():
    updated = meta("article:modified_time", "2026-03-09T10:00:00Z")
    assert dated(updated, after="<p>نشر في 8 آذار 2026 12:00</p>") == ("2026-03-08 12:00", "words")
    assert dated(updated, url="https://outlet.example/2026/03/07/x") == ("2026-03-07 00:00", "url")
    assert dated(updated) == ("2026-03-09 10:00", "iso")
    assert dated(ld(dateModified="2026-03-09T10:00:00Z", datePublished="2026-03-08T10:00:00Z")) == (
        "2026-03-08 10:00",
        "iso",
    )


def test_a_page_stamped_anew_keeps_the_day_in_its_address():
    for stamp in ("الأحد، 04 آذار 2026، آخر تحديث 02:21", "الأربعاء، 28 آذار 2026، آخر تحديث 02:21"):
        assert dated(after=f"<p>{stamp}</p>", url="https://outlet.example/2026/world/3/3/x") == (
            "2026-03-03 00:00",
            "url",
        )


def test_utc_that_a_page_belies():
    told, shown = meta("article:published_time", "2026-08-24T09:23:13Z"), "<p>الاثنين 24 أغسطس 2026 09:23 ص</p>"
    cairo = ZoneInfo("Africa/Cairo")
    assert dated(told, after=shown, zone=cairo) == ("2026-08-24 06:23", "iso")
    assert dated(told, after="<p>الاثنين 24 أغسطس 2026 12:23 م</p>", zone=cairo) == ("2026-08-24 09:23", "iso")
    assert dated(told, zone=cairo) == ("2026-08-24 09:23", "iso")
    assert dated(told, zone=cairo, false_z=True) == ("2026-08-24 06:23", "iso")


def test_the_only_day_on_a_page_is_its_articles():
    long = f"<p>{'نص طويل من الخبر يصف المعرض وزواره. ' * 40}</p>"
    assert dated(after=long, end="<span>الأحد 8 شباط 2026</span>") == ("2026-02-08 00:00", "words")
    assert dated(after=long, end="<p>الأحد 8 شباط 2026</p><p>خبر آخر</p><p>9 شباط 2026</p>") == (None, None)
    assert dated(after=long, end="<span>23 نوفمبر 2026</span>") == (None, None), "the date of the day"
    assert dated(before="<span>8 شباط 2026</span><p>أ</p><p>ب</p><p>ج</p><p>د</p>", after=long) == (None, None)


def test_structured_data_that_is_no_json_or_no_article_still_tells_the_date():
    broken = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "قال "نعم"", %s}</script>'
    other = '<script type="application/ld+json">{"@type": "WebPage", %s}</script>'
    for form in (broken, other):
        assert dated(form % '"datePublished": "2026-03-05T10:00:00Z"') == ("2026-03-05 10:00", "iso")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"after": '<span itemprop="datePublished" content="2026-03-05T10:00:00Z">أمس</span>'}, "2026-03-05 10:00"),
        ({"after": '<time datetime="2026-03-05T10:00:00Z">قبل أشهر</time>'}, "2026-03-05 10:00"),
        ({"after": "<p>منذ ساعتين</p>"}, "2026-11-23 07:00"),
        ({"after": "<p>قال قبل ساعتين إن المعرض سيبقى مفتوحا أمام الجميع حتى المساء</p>"}, None),
        (
            {
                "before": '<aside><time datetime="2026-11-22T10:00:00Z">خبر آخر</time></aside>',
                "after": '<time datetime="2026-03-05T10:00:00Z">5 آذار</time>',
            },
            "2026-03-05 10:00",
        ),
        (
            {"after": '<time class="updated" datetime="2026-03-09T10:00:00Z"></time><p>5 آذار 2026</p>'},
            "2026-03-05 00:00",
        ),
        ({"end": "<div>تاريخ النشر: 5 آذار 2026 10:00</div>"}, "2026-03-05 10:00"),
        ({"after": "<p>تمت إضافته الأربعاء 15 رمضان 1447</p>"}, "2026-03-04 00:00"),
    ],
)
def test_where_else_a_date_stands(where, expected):
    assert dated(**where)[0] == expected
