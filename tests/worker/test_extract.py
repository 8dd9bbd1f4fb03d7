import csv
import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.extract import PageStatus, extract_page, html_to_text
from worker.extract.text import too_deep

PARAGRAPHS = [
    "افتتحت بلدية المدينة صباح اليوم معرضا للحرف التقليدية في الساحة القديمة بمشاركة خمسين حرفيا من القرى المجاورة.",
    "وقالت رئيسة البلدية إن المعرض يستمر أسبوعا ويهدف إلى دعم الأسر المنتجة وتعريف الجيل الجديد بصناعات الأجداد.",
    "ويضم البرنامج ورشا للأطفال وأمسيات موسيقية، على أن تخصص عائدات الدخول لترميم السوق القديمة.",
]
URL = "https://outlet.example/culture/1.html"


def page(body, head="", **more):
    text = f'<!DOCTYPE html><html lang="ar" dir="rtl"><head>{head}</head><body>{body}</body></html>'
    return extract_page(text.encode(), "text/html; charset=utf-8", URL, **more)


def article(paragraphs=PARAGRAPHS, extra=""):
    return f"<article><h1>معرض للحرف</h1>{''.join(f'<p>{p}</p>' for p in paragraphs)}{extra}</article>"


FURNITURE = (
    "<nav><ul><li><a href='/'>الرئيسية</a></li><li>سياسة</li></ul><p>تابعونا على مواقع التواصل</p></nav>",
    "<aside><h2>الأكثر قراءة</h2><ul><li><a href='/2'>خبر آخر</a><p>موجز خبر آخر بعيد</p></li></ul></aside>",
    "<footer><p>جميع الحقوق محفوظة © 2026</p></footer>",
)
SOUP = ("<p>", "</p>", "<div>", "</b>", "خبر", " ", "\n", "&amp;", "<!--", "<", "&#0;", "\x00")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("نص  بسيط\n\nوسطر آخر ", "نص بسيط\nوسطر آخر"),
        ("<p>أول</p>\n<p>ثان <b>مهم</b>\nجدا</p>", "أول\nثان مهم جدا"),
        ("سطر<br>وسطر<br/>وثالث", "سطر\nوسطر\nوثالث"),
        ("&lt;p&gt;مشفر&lt;/p&gt;", "مشفر"),
        ("A &amp; B &nbsp;&#1575;", "A & B ا"),
        ("<img src='x.jpg'> نص&nbsp;الخبر", "نص الخبر"),
        ("<p>قبل</p><script>alert('خبر')</script><style>p{}</style>بعد", "قبل\nبعد"),
        ("<!-- تعليق --><p>نص</p><!--[if IE]>قديم<![endif]-->", "نص"),
        ("5 < 6 و 7 > 3", "5 < 6 و 7 > 3"),
        ("<ul><li>واحد</li><li>اثنان</li></ul>", "واحد\nاثنان"),
        ("خبر <a href='javascript:x'>رابط</a>", "خبر رابط"),
    ],
)
def test_feed_html_as_plain_text(html, text):
    assert html_to_text(html) == text


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<div>", "</b>", "خبر", " ", "\n", "&amp;", "<!--", "<", "&#0;", "\x00"]))
)
def test_any_soup_gives_clean_text_that_stays_the_same(pieces):
    text = html_to_text("".join(pieces))
    assert "\x00" not in text
    assert text == "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)


@pytest.mark.parametrize(
    "trap",
    [
        "<div>" * 100_000 + "خبر",
        "<!-- " * 100_000 + "خبر",
        f"<p style='{'a:b;' * 10_000}'>خبر</p>",
        "<a " * 100_000 + ">خبر",
        "<p " + "a=b " * 20_000 + ">خبر</p>",
        "<" * 200_000 + "خبر",
        "&" * 200_000 + "خبر",
    ],
    ids=["deep", "comments", "style", "unclosed", "attributes", "brackets", "ampersands"],
)
def test_traps_take_no_time(trap):
    began = time.process_time()
    html_to_text(trap)
    page(trap)
    assert time.process_time() - began < 2


def test_depth_is_counted_without_reading_html():
    assert too_deep("<div>" * 300)
    assert not too_deep("<div>x</div>" * 300)
    assert not too_deep("<p>x<br><li>y<img src=a>" * 300)


def test_the_text_is_the_articles_paragraphs_and_nothing_else():
    furniture = "".join(FURNITURE)
    share = '<p class="meta">نشر في 24/09/2026</p><div class="share"><p>شارك الخبر</p></div>'
    found = page(furniture + article(extra=share) + furniture)
    assert found.status is PageStatus.OK
    assert found.text == "\n".join(PARAGRAPHS)


def test_pages_that_do_not_mark_their_article_are_read_as_well():
    body = (
        f"{FURNITURE[0]}<div id='x'><h1>معرض</h1>{''.join(f'<p>{p * 2}</p>' for p in PARAGRAPHS)}</div>{FURNITURE[2]}"
    )
    found = page(body)
    assert found.status is PageStatus.OK
    assert [p in found.text for p in PARAGRAPHS] == [True] * 3
    assert "جميع الحقوق" not in found.text


def test_what_the_page_says_about_itself():
    facts = {
        "@graph": [
            {"@type": "WebPage"},
            {
                "@type": ["NewsArticle"],
                "headline": "معرض &amp; حرف",
                "datePublished": "2026-09-24T10:00:00+03:00",
                "author": [{"@type": "Person", "name": "سلمى"}],
                "articleSection": "ثقافة",
            },
        ]
    }
    head = (
        f'<script type="application/ld+json">{json.dumps(facts)}</script><title>معرض | الصحيفة</title>'
        '<link rel="canonical" href="/culture/1"><meta property="og:image" content="https://o.example/a.jpg">'
    )
    found = page(article(), head)
    assert (found.title, found.author, found.section, found.language) == ("معرض & حرف", "سلمى", "ثقافة", "ar")
    assert (found.canonical, found.image) == ("https://outlet.example/culture/1", "https://o.example/a.jpg")
    assert found.published == datetime(2026, 9, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta property="article:published_time" content="2026-09-24T10:00:00Z">', ""),
        ("", '<time datetime="2026-09-24T10:00:00Z">قبل ساعة</time>'),
        (
            "<title>معرض للحرف - الصحيفة</title>",
            "<h1>معرض للحرف</h1><p>الخميس 24 أيلول / سبتمبر 2026 - 10:00 ص</p>",
        ),
    ],
    ids=["meta", "time", "visible"],
)
def test_dates_are_found_where_outlets_put_them(head, body):
    assert page(body + article(), head).published == datetime(2026, 9, 24, 10, tzinfo=UTC)


def test_a_copyright_year_is_no_date():
    found = page(article() + "<footer>جميع الحقوق محفوظة © 2026</footer>")
    assert (found.published, found.published_raw) == (None, "")


def test_canonical_links_that_are_no_web_address_are_ignored():
    assert page(article(), '<link rel="canonical" href="javascript:alert(1)">').canonical == ""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", PageStatus.EMPTY),
        (b"%PDF-1.4", PageStatus.NOT_HTML),
        (b'<?xml version="1.0"?><rss><channel/></rss>', PageStatus.NOT_HTML),
        (b"<html><head><title>Just a moment...</title></head></html>", PageStatus.BLOCKED),
        ("<html><body><h1>الصفحة غير موجودة</h1></body></html>".encode(), PageStatus.REMOVED),
        (b"<html><body>" + b"<div>" * 5000, PageStatus.TOO_DEEP),
        ("<html><body><p>فيديو</p></body></html>".encode(), PageStatus.EMPTY),
    ],
)
def test_missing_text_has_a_name(body, status):
    assert extract_page(body, "text/html", URL).status is status


def test_a_paywall_keeps_what_it_shows():
    facts = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    found = page(article(PARAGRAPHS[:2]), facts)
    assert (found.status, found.text) == (PageStatus.PAYWALL, "\n".join(PARAGRAPHS[:2]))


def test_broken_structured_data_harms_nothing():
    deep = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    assert page(article(), deep).text == "\n".join(PARAGRAPHS)


def test_a_long_script_is_not_read():
    began = time.process_time()
    found = page(f"<script>{'x<p>' * 500_000}</script>{article()}")
    assert found.text == "\n".join(PARAGRAPHS)
    assert time.process_time() - began < 2


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_result(body):
    assert extract_page(body, "text/html", URL).status in PageStatus


@pytest.mark.shared
def test_saved_pages_of_real_outlets(shared):
    with (shared / "pages" / "index.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found = extract_page((shared / "pages" / row["file"]).read_bytes(), "text/html", row["url"] or URL)
            assert found.status is PageStatus.OK, row["file"]
            if row["date"][:4].isdigit() and "last-update" not in row["date"]:
                assert found.published is not None, row["file"]
                day = datetime.fromisoformat(row["date"][:10]).replace(tzinfo=UTC)
                assert abs(found.published - day) < timedelta(days=1.5), row["file"]
    want = (shared / "pages" / "arabic_article.txt").read_text(encoding="utf-8").split()
    got = extract_page((shared / "pages" / "arabic_article.html").read_bytes(), "text/html", URL).text.split()
    assert 2 * sum((Counter(want) & Counter(got)).values()) / (len(want) + len(got)) > 0.9
