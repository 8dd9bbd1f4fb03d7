"""Section pages and Telegram's previews to entries, and the selectors that are proposed for a page."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import BadInput
from domain.fetching import FetchStatus
from domain.sections import Selectors, samples
from worker.extract import check_selectors, propose_sections, read_section, read_telegram
from worker.parse import ParsedFeed

NOW = datetime(2026, 4, 6, 12, tzinfo=UTC)
URL = "https://www.nawras.example/ar/news/"
TOWNS = ["المرجان", "السنديان", "النورس", "الواحة", "الزيتون", "الرمان", "الياسمين", "البيدر"]


def page(rows: str, head: str = "") -> bytes:
    menu = "".join(f'<li class="menu-item"><a href="/ar/{n}">{word}</a></li>' for n, word in enumerate(TOWNS))
    side = "".join(
        f'<li><a href="/ar/old/{n}">الأكثر قراءة: سوق {town} تستعد لموسم الصيف الجديد</a></li>'
        for n, town in enumerate(TOWNS)
    )
    return (
        f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>أخبار النورس</title>{head}</head>'
        f'<body><nav><ul>{menu}</ul></nav><main><div class="list">{rows}</div></main>'
        f'<aside class="sidebar"><ul>{side}</ul></aside><footer><a href="/about">من نحن</a></footer></body></html>'
    ).encode()


def cards(number: int = 6, date: str = "٥ أبريل ٢٠٢٦ - ١٠:٣٠") -> str:
    return "".join(
        f'<div class="card post-{n}"><a href="/ar/news/{n}?utm_source=home"><img alt="صورة" src="x.jpg"></a>'
        f'<h3 class="card-title"><a href="/ar/news/{n}?utm_source=home">افتتاح سوق {town} بعد عامين من الترميم</a></h3>'
        f'<span class="card-date">{date}</span>'
        "<p>قال رئيس البلدية إن السوق يضم أربعين محلا وساحة واسعة للباعة.</p></div>"
        for n, town in enumerate(TOWNS[:number])
    )


def read(body: bytes, **selectors: str) -> ParsedFeed:
    return read_section(body, "text/html", URL, Selectors(**selectors), now=NOW)


def test_a_section_is_read_as_a_feed_is():
    feed = read(page(cards()), item=".card", time=".card-date", summary="p")
    assert (feed.status, feed.kind, feed.title, feed.language) == (FetchStatus.OK, "section", "أخبار النورس", "ar")
    assert len(feed.entries) == 6
    first = feed.entries[0]
    assert first.title == "افتتاح سوق المرجان بعد عامين من الترميم"
    assert first.link == "https://www.nawras.example/ar/news/0?utm_source=home"
    assert first.published == datetime(2026, 4, 5, 10, 30, tzinfo=UTC)
    assert first.published_raw == "٥ أبريل ٢٠٢٦ - ١٠:٣٠"
    assert first.summary.startswith("قال رئيس البلدية")


def test_the_machines_date_counts_before_the_written_one_and_a_base_is_kept_to():
    time = '<time datetime="2026-04-06T08:00:00+03:00">قبل قليل</time>'
    rows = f'<article><a href="n/7">عنوان خبر من مدينة النورس</a>{time}</article>'
    feed = read(page(rows, '<base href="https://m.nawras.example/ar/">'), item="article", time="time")
    assert feed.entries[0].published == datetime(2026, 4, 6, 5, tzinfo=UTC)
    assert feed.entries[0].link == "https://m.nawras.example/ar/n/7"


def test_one_article_linked_twice_is_one_entry_and_items_without_link_are_none():
    twice = '<div class="card"><a href="/ar/news/0">افتتاح سوق المرجان بعد عامين</a></div>'
    advert = '<div class="card"><p>إعلان</p></div><div class="card"><a href="#top">إلى الأعلى</a></div>'
    front = '<div class="card"><a href="/">الصفحة الأولى لصحيفة النورس اليومية</a></div>'
    assert [e.link for e in read(page(twice * 2 + advert + front), item=".card").entries] == [
        "https://www.nawras.example/ar/news/0"
    ]


@pytest.mark.parametrize(
    ("selectors", "missing"),
    [
        ({"item": ".gone"}, "the selector of item finds nothing: .gone"),
        ({"item": ".card", "link": ".gone a"}, "the selector of link finds no address in 6 items: .gone a"),
        ({"item": ".card", "title": "h1"}, "the selector of title finds no text in 6 items: h1"),
        ({"item": ".card["}, "the selector of item is no CSS selector"),
    ],
)
def test_a_page_that_changed_says_which_selector_finds_nothing(selectors, missing):
    feed = read(page(cards()), **selectors)
    assert feed.status is FetchStatus.SELECTORS_BROKEN
    assert feed.detail.startswith(missing)
    assert feed.entries == ()


def test_a_time_or_summary_that_is_nowhere_is_flagged():
    feed = read(page(cards()), item=".card", time=".when", summary=".lead")
    assert (feed.status, feed.flags) == (FetchStatus.OK, ("no_time", "no_summary"))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", FetchStatus.EMPTY),
        (b"%PDF-1.4 ...", FetchStatus.UNSUPPORTED),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", FetchStatus.UNSUPPORTED),
        (b"<html><title>Just a moment...</title><body>checking your browser before</body></html>", FetchStatus.BLOCKED),
        (b"<div>" * 5_000, FetchStatus.UNSUPPORTED),
    ],
)
def test_what_is_no_page_is_named(body, status):
    assert read(body, item="a").status is status
    assert read_telegram(body, "text/html", "https://t.me/s/x").status is status


@pytest.mark.parametrize("selector", ["[", "a:nope", "::before", "a >", "a{}"])
def test_what_is_no_selector_is_refused(selector):
    with pytest.raises(BadInput, match="no CSS selector"):
        check_selectors(Selectors("li", title=selector))
    check_selectors(Selectors("main > ul.list li:not(.ad)", "a[href*='/news/']", "h2, h3"))


def test_the_list_of_news_is_proposed_with_its_times_and_summaries():
    body = page(cards(8))
    found = propose_sections(body, "text/html", URL, NOW)
    assert found[0].selectors == Selectors("div.card", time=".card-date", summary="p")
    assert list(samples(found[0])) == [f"افتتاح سوق {town} بعد عامين من الترميم" for town in TOWNS[:3]]
    feed = read(body, **found[0].selectors.to_json())
    assert len(feed.entries) == 8
    assert all(entry.published for entry in feed.entries)


BARE = "".join(
    f'<a class="row" href="/n/{n}.html"><b>افتتاح سوق {town} بعد عامين</b></a>' for n, town in enumerate(TOWNS)
)
TABLE = "".join(
    f'<tr><td><a href="/n/{n}.html">افتتاح سوق {town} بعد عامين</a></td></tr>' for n, town in enumerate(TOWNS)
)


@pytest.mark.parametrize("rows", [BARE, f'<table id="news">{TABLE}</table>'])
def test_a_list_of_bare_links_is_proposed_too(rows):
    found = propose_sections(page(rows), "text/html", URL, NOW)
    feed = read(page(rows), **found[0].selectors.to_json())
    assert [entry.link.rpartition("/")[2] for entry in feed.entries] == [f"{n}.html" for n in range(8)]


@pytest.mark.parametrize("body", [page(""), b"", b"\x00\x01", "<p>نص بلا روابط</p>".encode(), b"<div>" * 5_000])
def test_a_page_without_news_gets_no_proposal_that_is_menu_or_nothing(body):
    assert [c.selectors.item for c in propose_sections(body, "text/html", URL, NOW) if "menu" in c.selectors.item] == []
    assert len(propose_sections(body, "text/html", URL, NOW)) <= 1


def message(number: int, text: str, more: str = "", before: str = "") -> str:
    when = datetime(2026, 4, 6, 9, tzinfo=UTC) + timedelta(minutes=number)
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message js-widget_message" data-post="nawras_news/{number}">'
        f'<div class="tgme_widget_message_bubble">{before}'
        + (f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text else "")
        + f'{more}<div class="tgme_widget_message_footer"><span class="tgme_widget_message_meta">'
        f'<a class="tgme_widget_message_date" href="https://t.me/nawras_news/{number}">'
        f'<time datetime="{when.isoformat()}" class="time">09:0{number}</time></a></span></div></div></div></div>'
    )


def channel(*messages: str) -> bytes:
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" content="النورس"></head><body>'
        '<div class="tgme_channel_info"><div class="tgme_channel_info_header_title"><span dir="auto">النورس عاجل</span>'
        '</div></div><main class="tgme_main"><section class="tgme_channel_history">'
        f"{''.join(messages)}</section></main></body></html>"
    ).encode()


QUOTED = (
    '<a class="tgme_widget_message_reply" href="https://t.me/nawras_news/1"><div class="tgme_widget_message_text '
    'js-message_reply_text">ما قيل من قبل</div></a>'
)
FORWARDED = (
    '<div class="tgme_widget_message_forwarded_from">Forwarded from <a class="tgme_widget_message_forwarded_from_name" '
    'href="https://t.me/port"><span dir="auto">هيئة الموانئ</span></a></div>'
)
PREVIEW = (
    '<a class="tgme_widget_message_link_preview" href="https://nawras.example/n/3"><div class="link_preview_site_name">'
    'النورس</div><div class="link_preview_title">إغلاق المرفأ</div><div class="link_preview_description">بعد غرق سفينة'
    "</div></a>"
)


def test_a_channel_is_read_newest_first():
    body = channel(
        message(1, "عاجل | غرق سفينة شحن قرب المرفأ<br>التفاصيل بعد قليل &amp; <b>مباشر</b>"),
        message(2, "", '<a class="tgme_widget_message_photo_wrap"></a>'),
        message(3, "التفاصيل:", PREVIEW, QUOTED),
        message(4, "بيان من الهيئة", "", FORWARDED),
    )
    feed = read_telegram(body, "text/html; charset=utf-8", "https://t.me/s/nawras_news")
    assert (feed.status, feed.kind, feed.title) == (FetchStatus.OK, "telegram", "النورس عاجل")
    by_id = {entry.id: entry for entry in feed.entries}
    assert list(by_id) == [f"nawras_news/{n}" for n in (4, 3, 2, 1)]
    first = by_id["nawras_news/1"]
    assert (first.title, first.link) == ("عاجل | غرق سفينة شحن قرب المرفأ", "https://t.me/nawras_news/1")
    assert first.content == "عاجل | غرق سفينة شحن قرب المرفأ\nالتفاصيل بعد قليل & مباشر"
    assert first.published == datetime(2026, 4, 6, 9, 1, tzinfo=UTC)
    assert by_id["nawras_news/3"].content == "التفاصيل:\nإغلاق المرفأ\nبعد غرق سفينة\nالنورس"
    assert (by_id["nawras_news/4"].author, by_id["nawras_news/4"].flags) == ("هيئة الموانئ", ("forwarded",))
    assert by_id["nawras_news/2"].title == ""


def test_a_long_first_line_is_cut_behind_a_word():
    entry = read_telegram(channel(message(1, "كلمة طويلة " * 40)), "text/html", "https://t.me/s/n").entries[0]
    assert len(entry.title) <= 160
    assert entry.title.endswith("كلمة") or entry.title.endswith("طويلة")


def test_a_channel_without_preview_is_named():
    page = (
        '<html><body><div class="tgme_page"><a class="tgme_action_button_new">View in Telegram</a></div></body></html>'
    )
    feed = read_telegram(page.encode(), "text/html", "https://t.me/nawras_news")
    assert feed.status is FetchStatus.NOT_A_FEED
    assert "private" in feed.detail
    assert read_telegram(channel(), "text/html", "https://t.me/s/n").status is FetchStatus.EMPTY
