"""The short way through plain RSS says what feedparser says, or declines."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker import parse
from worker.quick import read_plain_rss
from worker.sniff import sniff

QUIRKS = sorted((Path(__file__).parent.parent / "data" / "quirks").glob("*.xml"))
HEAD = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
)
FIELDS = st.sampled_from(
    [
        *("<title>خبر عاجل</title>", "<title><![CDATA[خبر <b>مهم</b> & جديد]]></title>", "<title/>"),
        *("<link>https://o.example/1?a=1&amp;b=2</link>", "<link> /2 </link>", "<link/>"),
        *("<guid>https://o.example/1</guid>", '<guid isPermaLink="false">n 1</guid>', "<guid>77</guid>"),
        *("<description>موجز &lt;p&gt;فقرة&lt;/p&gt;</description>", "<description><p>فقرة</p></description>"),
        *("<content:encoded><![CDATA[<p>نص</p><p>كامل</p>]]></content:encoded>", "<comments>/1#c</comments>"),
        *("<pubDate>Thu, 24 Sep 2026 10:00:00 GMT</pubDate>", "<dc:date>2026-09-24T10:00:00Z</dc:date>"),
        *("<pubdate>Fri, 25 Sep 2026 10:00:00 GMT</pubdate>", "<atom:updated>2026-09-26T10:00:00Z</atom:updated>"),
        *("<author>desk@o.example (سلمى)</author>", "<dc:creator>هدى</dc:creator>", "<author>سلمى</author>"),
        *("<category>ثقافة</category>", '<category domain="x">مدن</category>', "<media:content url='/a.jpg'/>"),
        *('<source url="https://o.example">وكالة</source>', '<enclosure url="/a.mp3" length="0" type="audio/mpeg"/>'),
        *('<media:thumbnail url="/t.jpg"/>', "<media:credit>مصور</media:credit>", "<unknown>شيء</unknown>"),
        "<media:description>وصف صورة</media:description>",
    ]
)
ITEMS = st.lists(st.lists(FIELDS, max_size=7).map(lambda fields: f"<item>{''.join(fields)}</item>"), max_size=3)


def both(text: str):
    """Give what the short way and feedparser make of a document; the first None when it declined."""
    body = text.encode()
    plain = parse.parse_feed(body, "", "https://o.example/rss") if read_plain_rss(sniff(text).text) else None
    quick, parse.read_plain_rss = parse.read_plain_rss, lambda _: None
    try:
        return plain, parse.parse_feed(body, "", "https://o.example/rss")
    finally:
        parse.read_plain_rss = quick


@settings(max_examples=400, deadline=None)
@given(ITEMS)
def test_it_says_what_feedparser_says(items):
    text = f"{HEAD}<title>أخبار</title><link>https://o.example/</link><language>ar</language>{''.join(items)}</channel></rss>"
    plain, thorough = both(text)
    if plain is not None:
        assert plain == thorough


@pytest.mark.parametrize("path", QUIRKS, ids=lambda path: path.stem)
def test_it_says_the_same_of_observed_feeds(path):
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("cp1256" if "1256" in path.stem else "utf-16")
    plain, thorough = both(text)
    assert plain is None or plain == thorough


def test_it_takes_plain_feeds_and_leaves_the_rest():
    plain = f"{HEAD}<title>أخبار</title><item><title>خبر</title><media:content url='/a.jpg'/></item></channel></rss>"
    assert read_plain_rss(plain) is not None
    for odd in (
        plain.replace("خبر</", "<b>خبر</b></"),
        plain.replace("</rss>", ""),
        plain.replace("<title>خبر", "<title>خبر & خبر"),
        plain.replace("<item>", '<item xml:base="https://x.example/">'),
        '<feed xmlns="http://www.w3.org/2005/Atom"/>',
    ):
        assert read_plain_rss(odd) is None


def test_titles_of_other_vocabularies_count_only_where_there_is_no_plain_one():
    other = "<media:title>صورة</media:title><dc:title>صورة</dc:title>"
    text = "<title>خبر</title><description>موجز</description>"
    for fields, title in ((other + text, "خبر"), (text + other, "خبر"), ("<dc:title>خبر</dc:title>", "خبر")):
        document = f"{HEAD}<item>{fields}</item></channel></rss>"
        assert parse.parse_feed(document.encode(), "", "https://o.example/rss").entries[0].title == title
