import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fetching import FetchStatus
from worker.extract import html_to_text
from worker.parse import MAX_ENTRIES, parse_feed

QUIRKS = Path(__file__).parent.parent / "data" / "quirks"
URL = "https://outlet.example/feed/rss.xml"
MORNING = datetime(2026, 9, 24, 10, tzinfo=UTC)


def parse(text, content_type="text/xml", **more):
    return parse_feed(text.encode() if isinstance(text, str) else text, content_type, URL, **more)


def quirk(name, content_type="text/xml"):
    return parse((QUIRKS / name).read_bytes(), content_type)


def rss(items, head="", rest='version="2.0"'):
    return f"<rss {rest}><channel><title>أخبار المدينة</title>{head}{items}</channel></rss>"


def item(number=1, more=""):
    return f"<item><title>خبر رقم {number}</title><link>https://outlet.example/{number}</link>{more}</item>"


def one(inner, **more):
    (entry,) = parse(rss(f"<item>{inner}</item>"), **more).entries
    return entry


def test_everything_that_an_entry_says_is_kept():
    fields = (
        "<item><title>افتتاح &amp; معرض</title><link>https://outlet.example/1</link>"
        '<guid isPermaLink="false">n-1</guid><description>موجز</description>'
        "<pubDate>Thu, 24 Sep 2026 10:00:00 +0000</pubDate><dc:creator>سلمى</dc:creator>"
        "<category>ثقافة</category><category>مدن</category>"
        "<content:encoded><![CDATA[<p>نص كامل</p>]]></content:encoded></item>"
    )
    spaces = (
        'version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    feed = parse(rss(fields, "<link>https://outlet.example/</link><language>ar</language><ttl>30</ttl>", spaces))
    (entry,) = feed.entries
    assert (feed.status, feed.title, feed.site_url, feed.language, feed.ttl, feed.flags) == (
        *(FetchStatus.OK, "أخبار المدينة", "https://outlet.example/", "ar"),
        *(1800, ()),
    )
    assert (entry.id, entry.title, entry.link) == ("n-1", "افتتاح & معرض", "https://outlet.example/1")
    assert (entry.summary, entry.content, entry.author, entry.section) == ("موجز", "<p>نص كامل</p>", "سلمى", "ثقافة")
    assert (entry.published, entry.published_raw) == (MORNING, "Thu, 24 Sep 2026 10:00:00 +0000")


@pytest.mark.parametrize(
    "name",
    ["enc_declared_1256_actually_utf8.xml", "enc_declared_utf8_actually_1256.xml", "enc_utf16_bom.xml"],
)
def test_encodings_with_wrong_labels(name):
    feed = quirk(name)
    assert [entry.title for entry in feed.entries] == ["الحكومة تعلن خطة جديدة لدعم القطاع الزراعي"]


def test_undeclared_entities_bare_ampersands_and_a_control_character():
    (entry,) = quirk("enc_windows1256_entities_bare_amp.xml").entries
    assert (entry.title, entry.link) == ("اليمن اليوم & عدن", "https://example.org/a?x=1&y=2")


@pytest.mark.parametrize(
    ("name", "status", "entries"),
    [
        ("zero_bytes.xml", FetchStatus.EMPTY, 0),
        ("empty_channel_200.xml", FetchStatus.EMPTY, 0),
        ("block_page_200.html", FetchStatus.BLOCKED, 0),
        ("billion_laughs.xml", FetchStatus.BOMB, 0),
        ("truncated_midcdata.xml", FetchStatus.TRUNCATED, 1),
        ("future_date.xml", FetchStatus.OK, 1),
        ("duplicate_feed_rows.xml", FetchStatus.OK, 3),
    ],
)
def test_quirks_have_their_status(name, status, entries):
    feed = quirk(name)
    assert (feed.status, len(feed.entries)) == (status, entries)


def test_dates_of_every_shape():
    assert [entry.published is not None for entry in quirk("date_formats_all.xml").entries].count(False) == 2
    now = datetime(2026, 9, 24, tzinfo=UTC)
    feed = parse((QUIRKS / "date_formats_all.xml").read_bytes(), now=now)
    assert all(entry.published for entry in feed.entries)
    assert quirk("date_youm7_arabic.xml").entries[0].published == datetime(2026, 9, 24, 13, tzinfo=UTC)


def test_missing_fields_are_filled_from_what_there_is():
    entries = quirk("missing_fields.xml").entries
    assert entries[0].title == ""
    assert entries[1].link == ""
    assert (entries[3].id, entries[3].link) == ("77", "https://outlet.example/ar/story/77")
    assert entries[6].link == "https://example.org/only-guid"
    assert all(entry.flags == () for entry in entries)


def test_the_suffix_of_an_aggregator_is_cut():
    assert quirk("google_news_suffix.xml").entries[0].title == "مقتل 3 في غارة على جنوب لبنان"


def test_titles_are_plain_text():
    assert quirk("html_only_title_entities.xml").entries[0].title == "عاجل | انفجار في العاصمة"
    assert one("<title>&lt;img src=x onerror=alert(1)&gt;خبر &amp;quot;مهم&amp;quot;</title>").title == 'خبر "مهم"'
    assert one("<title><![CDATA[<b>5 < 6</b> و A&B]]></title>").title == "5 < 6 و A&B"


@pytest.mark.parametrize("where", ["link", "guid"])
@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#9;script:alert(1)", "data:text/html,x", "vbscript:x"),
        *("file:///etc/passwd", "ftp://a.example/x", "http://[::1"),
    ],
)
def test_links_that_must_not_be_offered_are_dropped(where, link):
    entry = one(f"<title>خبر</title><{where}>{link}</{where}>")
    assert (entry.link, entry.title) == ("", "خبر")
    assert entry.flags == ("bad_link",) or where == "guid"


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://u:p@outlet.example/1", "https://outlet.example/1"),
        ("//cdn.example/1", "https://cdn.example/1"),
        ("/1", "https://outlet.example/1"),
        ("http://127.0.0.1/1", "http://127.0.0.1/1"),
        ("https://outlet.example/خبر عاجل", "https://outlet.example/خبر%20عاجل"),
    ],
)
def test_links_are_absolute_and_without_credentials(link, kept):
    assert one(f"<title>خبر</title><link>{link}</link>").link == kept


def test_a_control_character_or_a_surrogate_spoils_one_entry_at_most():
    items = [item(number) for number in range(5)]
    items[2] = items[2].replace("خبر", "خ\x01بر&#xD800;&#0;")
    feed = parse(rss("".join(items)))
    assert [entry.title for entry in feed.entries] == [
        *("خبر رقم 0", "خبر رقم 1", "خبر\ufffd رقم 2", "خبر رقم 3", "خبر رقم 4")
    ]
    assert [bool(entry.flags) for entry in feed.entries] == [False, False, True, False, False]


def test_truncated_feeds_keep_their_whole_entries():
    text = rss("".join(item(number, "<description>موجز</description>") for number in range(9)))
    for cut in range(text.index("رقم 7"), text.index("</item>", text.index("رقم 7"))):
        feed = parse(text[:cut])
        assert (feed.status, len(feed.entries)) == (FetchStatus.TRUNCATED, 7)


def test_the_newest_entries_are_kept_of_too_many():
    stamp = "<pubDate>{} Sep 2026 10:00:00 GMT</pubDate>"
    items = [item(number, stamp.format(1 + number // 100)) for number in range(MAX_ENTRIES + 500)]
    for order in (items, items[::-1]):
        feed = parse(rss("".join(order)))
        assert (len(feed.entries), feed.dropped, feed.flags) == (MAX_ENTRIES, 500, ("dropped_over_limit",))
        assert {entry.link.rpartition("/")[2] for entry in feed.entries} == {str(n) for n in range(500, 2500)}


def test_huge_fields_are_cut_and_flagged():
    entry = one(f"<title>{'خبر ' * 100_000}</title><description>{'a' * 2_000_000}</description>")
    assert len(entry.title) <= 1_000
    assert len(entry.summary) == 1_000_000
    assert entry.flags == ("title_cut", "content_cut")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"%PDF-1.7 x", FetchStatus.UNSUPPORTED),
        (b"PK\x03\x04", FetchStatus.UNSUPPORTED),
        (b'{"a": 1}', FetchStatus.UNSUPPORTED),
        (b"[" * 100_000, FetchStatus.UNSUPPORTED),
        (b"<!DOCTYPE html><html><body>login</body></html>", FetchStatus.NOT_A_FEED),
        (b"<?xml version='1.0'?><opml/>", FetchStatus.NOT_A_FEED),
        (b"hello", FetchStatus.NOT_A_FEED),
        (b" \n ", FetchStatus.EMPTY),
    ],
)
def test_what_is_no_feed_is_named(body, status):
    assert parse(body).status is status


@pytest.mark.parametrize(
    "doctype",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">',
        f'<!ENTITY a "{"x" * 50_000}">',
        "".join(f'<!ENTITY e{number} "x">' for number in range(1000)),
        '<!ENTITY % p "x"><!ENTITY b "%p;">',
    ],
    ids=["nested", "long", "many", "parameter"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", "<!-- <a -->"])
def test_entities_that_grow_are_a_bomb(doctype, encoding, before):
    text = f"<?xml version='1.0'?>{before}<!DOCTYPE r [{doctype}]>{rss(item())}"
    assert parse(text.encode(encoding)).status is FetchStatus.BOMB


def test_harmless_entities_are_read_and_external_ones_never_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("canary")
    doctype = f'<!DOCTYPE rss [<!ENTITY city "صنعاء"><!ENTITY out SYSTEM "{secret.as_uri()}">]>'
    feed = parse(doctype + rss("<item><title>أخبار &city; &out;</title></item>"))
    assert feed.entries[0].title.startswith("أخبار صنعاء")
    assert "canary" not in str(feed)


def test_rubbish_before_the_xml_is_stepped_over():
    feed = parse(f"\n\n<br />\n<b>Warning</b>: mysql_connect()\n<?xml version='1.0'?>{rss(item())}")
    assert (feed.status, len(feed.entries), feed.flags) == (FetchStatus.OK, 1, ("leading_junk",))


def test_atom_and_rdf():
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>أخبار</title><link href="https://o.example/"/>'
        '<entry><title type="html">خبر &amp;amp; خبر</title><id>urn:1</id><link rel="alternate" href="/a"/>'
        "<updated>2026-09-24T10:00:00Z</updated><author><name>سلمى</name></author>"
        '<content type="text">5 &lt; 6</content></entry></feed>'
    )
    feed = parse(atom)
    (entry,) = feed.entries
    assert (feed.title, feed.site_url, feed.language) == ("أخبار", "https://o.example/", "ar")
    assert (entry.id, entry.title, entry.link) == ("urn:1", "خبر & خبر", "https://outlet.example/a")
    assert (entry.published, entry.author, entry.content) == (MORNING, "سلمى", "5 &lt; 6")
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel><title>أخبار</title></channel><item rdf:about="x"><title>خبر</title><link>/b</link></item></rdf:RDF>'
    )
    assert [(e.id, e.title, e.link) for e in parse(rdf).entries] == [("x", "خبر", "https://outlet.example/b")]


def test_json_feed():
    items = [{"id": 7, "url": "/7", "title": "خبر", "content_text": "5 < 6", "date_published": "2026-09-24T10:00:00Z"}]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "أخبار", "items": [*items, "x", {}]}
    feed = parse(json.dumps(document), "application/feed+json")
    assert (feed.status, feed.title, len(feed.entries)) == (FetchStatus.OK, "أخبار", 2)
    first = feed.entries[0]
    assert (first.id, first.link, first.content, first.published) == (
        *("7", "https://outlet.example/7"),
        *("5 &lt; 6", MORNING),
    )


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_result(body):
    assert parse(body).status in FetchStatus


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["<item>", "</item>", "<title>", "&", "<![CDATA[", "]]>", "خبر", "<a ", "<!--", "&#0;"]))
)
def test_any_soup_gives_a_result(pieces):
    assert parse(rss("".join(pieces))).status in FetchStatus


TRAPS = {
    "deep": lambda n: f"<item>{'<a>' * n}</item>",
    "unclosed": lambda n: f"<item><title>x</title><description>{'<a ' * n}</description></item>",
    "comments": lambda n: f"<item><description>{'&lt;!-- ' * n}</description></item>",
    "ampersands": lambda n: f"<item><title>{'<&' * n}</title></item>",
    "attributes": lambda n: "<item " + " ".join(f"a{number}='b'" for number in range(n)) + "/>",
    "namespaces": lambda n: "".join(f"<a{number}:b xmlns:a{number}='u{number}'/>" for number in range(n)) + "&",
    "categories": lambda n: f"<item>{''.join(f'<category>c{number}</category>' for number in range(n))}&</item>",
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps_of_a_hundred_kilobytes_take_no_time(name):
    size = len(TRAPS[name](1000)) / 1000
    began = time.process_time()
    parse(rss(TRAPS[name](int(100_000 / size))))
    assert time.process_time() - began < 9  # on a machine that is busy with more; the traps took minutes


def test_a_feed_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("worker.parse.PATIENCE", 0.2)
    began = time.process_time()
    assert parse(rss(TRAPS["categories"](30_000))).status is FetchStatus.BOMB
    assert time.process_time() - began < 9  # on a machine that is busy with more; the traps took minutes


def test_scripts_in_titles_are_no_words_and_a_host_s_own_path_is_an_address():
    assert one("<title>خبر&lt;script&gt;alert(1)&lt;/script&gt; عاجل</title>").title == "خبر عاجل"
    assert one("<title>خبر</title><guid>/news/7</guid>").link == "https://outlet.example/news/7"
    assert one("<title>خبر</title><guid>7</guid>").link == ""


def test_authors_and_titles_in_other_vocabularies():
    spaces = (
        'version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:i="http://www.itunes.com/DTDs/Podcast-1.0.dtd"'
    )
    head = "<dc:title>أخبار النورس</dc:title><dc:language>ar</dc:language>"
    feed = parse(f"<rss {spaces}><channel>{head}{item(1, '<dc:author>سلمى</dc:author>')}</channel></rss>")
    assert (feed.title, feed.language, feed.entries[0].author) == ("أخبار النورس", "ar", "سلمى")
    feed = parse(
        f"<rss {spaces}><channel><TiTlE>أخبار النورس</TiTlE>{item(1, '<i:author>هدى</i:author>')}</channel></rss>"
    )
    assert (feed.title, feed.entries[0].author) == ("أخبار النورس", "هدى")


def test_a_film_is_told_by_its_group_and_a_picture_by_nothing():
    space = 'xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
    told = "<media:description>جولة في المرفأ</media:description>"
    for inner, text in ((f"<media:group>{told}</media:group>", "جولة في المرفأ"), (told, "")):
        (entry,) = parse(f"<feed {space}><title>قناة</title><entry><title>فيلم</title>{inner}</entry></feed>").entries
        assert entry.summary == text


def test_letters_written_as_references_to_their_bytes():
    packed = "".join(f"&#{byte};" for byte in "عاجل".encode())
    assert one(f"<title>{packed} 1</title>").title == "عاجل 1"
    assert one("<title>&#195; &#233;t&#233;</title>").title == "Ã été"


def test_what_is_opened_and_never_closed_takes_no_text_along():
    for name in ("iframe", "object"):
        (entry,) = parse(rss(item(1, f"<description>قبل &lt;{name} src=x&gt; بعد</description>"))).entries
        assert html_to_text(entry.summary) == "قبل بعد"
