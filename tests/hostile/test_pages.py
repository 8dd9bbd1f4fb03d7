"""Pages of articles that hurt, lie or are something else (P01 to P18, P20)."""

import json
import re

import pytest
from fastapi.testclient import TestClient
from hostile import Harness
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from press import STORY
from rawserver import RawServer, drip

from storage.models import Article
from web.app import make_app
from worker.extract import extract_page, html_to_text

TITLE = "خبر"


def page(body="", head="", story=STORY):
    article = f"<article><h1>{TITLE}</h1><p>{story}</p>{body}</article>"
    return f"<html><head><title>{TITLE}</title>{head}</head><body>{article}</body></html>"


LIVE = {
    "P01": [
        "<!--><img src=x onerror=alert(1)>-->",
        "<!--!><script>alert(1)</script>-->",
        "<!-- --!><img src=x onerror=alert(1)>",
    ],
    "P02": [
        '<a href="java&#9;script:alert(1)">x</a>',
        '<a href="javascript&colon;alert(1)">x</a>',
        "<a href=' &#1;javascript:1'>x</a>",
    ],
    "P04": [
        '<form action="javascript:alert(1)"><input type=submit></form>',
        '<button formaction="javascript:1">x</button>',
    ],
    "P05": [
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<template><img src=x onerror=alert(1)></template>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<textarea></textarea><script>alert(1)</script>",
        "<select><iframe></select><img src=x onerror=alert(1)>",
        "&lt;img src=x onerror=alert(1)&gt;",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    ],
    "P06": [
        '<div style="position:fixed;inset:0">x</div>',
        '<base href="http://evil.example/">',
        '<link rel=stylesheet href="http://evil.example/a">',
        '<meta http-equiv=refresh content="0;url=http://evil.example">',
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    ],
    "P07": [
        "<img src=http://127.0.0.1/x>",
        "<img src=http://evil.example/pixel.gif width=1 height=1>",
        "<video poster=http://evil.example/x>",
    ],
}
CASES = [(row, case) for row, cases in LIVE.items() for case in cases]


def shown(harness: Harness, article: Article):
    """Give the page that shows an article, and its headers."""
    app = make_app(harness.service.settings, harness.service.db, harness.service.clock)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        return client.get(f"/articles/{article.id}")


def assert_dead(answer):
    """Assert that a page that we show runs nothing and asks no other host for anything."""
    root = etree.fromstring(answer.text, etree.HTMLParser())
    for element in root.iter(etree.Element):
        assert not [
            name for name in element.attrib if name.lower().startswith("on") or name in ("srcdoc", "formaction")
        ]
        for name in ("href", "src", "action", "poster"):
            assert not re.match(r"[\s\x00-\x20]*(javascript|data|vbscript):", element.get(name, ""), re.IGNORECASE)
            assert "evil.example" not in element.get(name, "")
    assert not root.xpath("//base | //iframe | //object | //embed | //meta[@http-equiv='refresh']")
    assert not [s for s in root.xpath("//script") if "alert" in (s.text or "")]
    assert not [i for i in root.xpath("//img") if i.get("src", "").startswith("http")]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy.partition("img-src")[2].partition(";")[0]


@pytest.mark.parametrize(("row", "case"), CASES)
def test_p01_p02_p04_p05_p06_p07_what_is_live_in_a_page_is_dead_in_ours(harness: Harness, row, case):
    article = harness.page(page(case, head=case if row == "P06" else "").encode())
    assert STORY in article.text
    answer = shown(harness, article)
    assert answer.status_code == 200
    assert_dead(answer)


@pytest.mark.parametrize("case", [case for _, case in CASES if "&" not in case])
def test_p05_text_is_stable(case):
    once = html_to_text(f"<p>{STORY}</p>{case}")
    assert html_to_text(once) == once


PIECES = [
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<img src=x onerror=alert(1)>",
    "<script>",
    "</script>",
    "<svg>",
    "<math>",
    "<style>",
    "</style>",
    "&lt;",
    "&#60;",
    "<p>",
    "</p>",
    "'",
    '"',
    " onload=1 ",
    "خبر",
    "<template>",
    "<noscript>",
    "<![CDATA[",
    "]]>",
    "<a href=javascript:1>",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=20))
@settings(max_examples=200, deadline=None)
def test_p05_any_soup_gives_text_without_live_markup(pieces):
    soup = "".join(pieces)
    text = html_to_text(f"<div>{soup}</div>")
    again = html_to_text(text)
    assert html_to_text(again) == again or "<" in again or "&" in again
    if "&" not in soup:
        assert (
            not re.search(r"<(?:script|img|svg)[ >].*>", text)
            or "<!" in soup
            or "<style" in soup
            or "<template" in soup
        )


NESTED = [
    "div",
    "p",
    "span",
    "b",
    "table><tr><td",
    "ul><li",
    "blockquote",
    "font",
    "svg",
    "math",
    "a",
    "form",
    "object",
    "x-y",
    "DIV",
    "dl><dd",
]


@pytest.mark.parametrize("name", NESTED)
def test_p08_tags_nested_a_hundred_thousand_times(harness: Harness, name):
    article = harness.page((page() + f"<{name}>" * 100_000).encode())
    assert article.text_status in ("too_deep", "", "bomb", "page_waiting", "empty")


def test_p08_too_deep_is_said():
    assert extract_page(("<div>" * 100_000 + STORY).encode(), "text/html", "http://o.example/").status == "too_deep"


@pytest.mark.parametrize("attribute", ["title", "style", "onclick", "href", "x"])
def test_p10_an_attribute_of_five_megabytes(harness: Harness, attribute):
    article = harness.page(page(f"<img {attribute}='{'a' * 4_900_000}'>").encode())
    assert STORY in article.text


def test_p11_twenty_thousand_attributes(harness: Harness):
    many = " ".join(f"a{n}='{n}'" for n in range(20_000))
    assert STORY in harness.page(page(f"<div {many}>x</div>").encode()).text


def test_p11_tags_of_many_attributes_each(harness: Harness):
    many = " ".join(f"a{n}='{n}'" for n in range(500))
    assert STORY in harness.page(page(f"<i {many}>x</i>" * 300).encode()).text


def test_p12_twenty_thousand_paragraphs(harness: Harness):
    article = harness.page(page("<p>فقرة قصيرة من خبر طويل جدا</p>" * 20_000).encode())
    assert article.text.startswith(STORY)
    assert article.basis == "full"


def test_p12_and_none_of_them_in_an_article(harness: Harness):
    body = (
        f"<html><body><h1>{TITLE}</h1><div><p>{STORY}</p>"
        + "<p>فقرة قصيرة من خبر طويل جدا</p>" * 20_000
        + "</div></body></html>"
    )
    assert harness.page(body.encode()).text_status in ("", "bomb", "page_waiting")


SCRIPT = "<script>var a='" + "QUJD" * 2_300_000 + "';</script>"


def test_p14_of_a_page_of_ten_megabytes_the_start_is_read(harness: Harness):
    article = harness.page(page(SCRIPT).encode())
    assert STORY in article.text
    assert article.flags == "page_cut"


def test_p14_an_endless_page(harness: Harness, raw: RawServer):
    patient = Harness(harness.service.with_settings(fetch_timeout=10.0), harness.press, harness.canaries, 5)
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page().encode()[:-24]
    raw.routes["/1.html"] = drip(start, b"<p>" + "كلمة ".encode() * 40_000, 0)
    assert patient.page_at(raw.url("/1.html")).flags == "page_cut"


def test_p14_a_page_whose_text_comes_too_late_says_so(harness: Harness):
    article = harness.page(f"<html><body>{SCRIPT}<p>{STORY}</p></body></html>".encode())
    assert article.text_status in ("empty", "page_waiting")
    assert [job.status for job in harness.jobs()] == ["empty"]


BINARY = {
    "pdf": b"%PDF-1.7\n" + bytes(500),
    "zip": b"PK\x03\x04" + bytes(500),
    "mp4": b"\x00\x00\x00\x20ftypisom" + bytes(500),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "gzip": b"\x1f\x8b\x08" + bytes(500),
    "webm": b"\x1a\x45\xdf\xa3" + bytes(500),
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(500),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(500),
    "mp3": b"\xff\xfb\x90\x64" + bytes(500),
    "exe": b"MZ\x90\x00\x03" + bytes(500),
    "elf": b"\x7fELF\x02\x01" + bytes(500),
    "sqlite": b"SQLite format 3\x00" + bytes(500),
    "woff": b"wOF2" + bytes(500),
    "tiff": b"II*\x00" + bytes(500),
    "bmp": b"BM" + bytes(500),
    "flv": b"FLV\x01" + bytes(500),
    "xz": b"\xfd7zXZ\x00" + bytes(500),
    "bzip2": b"BZh91AY&SY" + bytes(500),
    "noise": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("name", BINARY)
def test_p15_files_that_are_called_html(harness: Harness, name):
    found = extract_page(BINARY[name], "text/html", "http://o.example/")
    assert (found.status, found.text) == ("not_html", "")
    assert found.detail


def test_p15_a_pdf_is_the_reason_that_an_article_tells(harness: Harness):
    article = harness.page(BINARY["pdf"], "text/html")
    assert (article.text_status, article.basis) == ("not_html", "summary")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "http://evil.example/1", "//evil.example/1", "data:text/html,x", "http://127.0.0.2/"],
)
@pytest.mark.parametrize("where", ['<link rel="canonical" href="{}">', '<meta property="og:url" content="{}">'])
def test_p17_what_a_page_calls_its_address_is_not_its_identity(harness: Harness, where, address):
    before = harness.page(page(head=where.format(address)).encode())
    assert before.url == f"{harness.press.base}/hostile.html"
    assert before.basis == "full"


DATA = {
    "nested": '{"a":' * 10_000,
    "nested lists": "[" * 100_000,
    "closed": "[" * 5_000 + "]" * 5_000,
    "large": json.dumps({"@type": "NewsArticle", "headline": TITLE, "x": "a" * 4_000_000}),
    "many": json.dumps([{"@type": "Person", "name": "x"}] * 50_000),
    "in itself": '{"@graph":' * 900 + "[]" + "}" * 900,
    "numbers": '{"@type": "NewsArticle", "datePublished": ' + "9" * 100_000 + "}",
    "constants": '{"headline": NaN, "a": -Infinity}',
    "wrong kinds": '{"@type": ["NewsArticle", 5], "headline": {"a": 1}, "author": [[1]], "@graph": 5}',
    "surrogates": '{"@type": "NewsArticle", "headline": "\\ud800\\u0000 خبر", "articleBody": "\\udfff"}',
    "nothing": "",
    "null": "null",
}


@pytest.mark.parametrize("name", DATA)
def test_p18_structured_data_that_hurts(harness: Harness, name):
    script = f'<script type="application/ld+json">{DATA[name]}</script>'
    assert STORY in harness.page(page(head=script).encode()).text


@pytest.mark.parametrize(
    "hide", ['style="display:none"', "hidden", 'style="color:#fff;background:#fff"', 'aria-hidden="true"']
)
def test_p20_hidden_words_do_not_drive_the_article_out(harness: Harness, hide):
    article = harness.page(page(f"<div {hide}>{'كلمة مخفية ' * 2_000}</div>").encode())
    assert STORY in article.text
