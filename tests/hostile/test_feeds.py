"""Feeds with hostile entries: letters, sizes, ids, links, markup (F23, F24, F40 to F46, F53 to F59, F66 to F70)."""

import html
import json
from datetime import timedelta

import pytest
from hostile import Harness
from hypothesis import given, settings
from hypothesis import strategies as st
from press import Press, Reply, news
from rawserver import RawServer, open_raw, reply
from stored import NOON

from domain import arabic
from domain.article import entry_key
from storage.models import Article, Feed
from storage.revised import Revision
from worker.entries import plain_line, safe_link

STORY = "أعلنت الحكومة اليوم خطة جديدة لدعم القطاع الزراعي في المحافظات الجنوبية"


def item(title="خبر", guid="1", link="", text=STORY, more=""):
    told = f"<title>{title}</title><guid>{guid}</guid><link>{link}</link><description>{text}</description>{more}"
    return f"<item>{told}</item>"


def feed(*items, head="<title>صحيفة</title>"):
    return f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>".encode()


@pytest.mark.parametrize("body", [{"a": 1}, [], [1, 2], {"version": 1, "items": 5}, {"items": [1, None, "a"]}, "أ"])
def test_f23_json_that_is_no_feed(harness: Harness, body):
    poll, came = harness.feed(json.dumps(body).encode(), "application/json")
    assert (poll.status, came) in (("unsupported", []), ("not_a_feed", []), ("empty", []))


def test_f23_a_json_feed_with_odd_entries(harness: Harness):
    odd = [
        {"id": {"a": 1}, "title": ["x"]},
        {"id": 5, "title": "خبر"},
        {"id": "7", "title": None, "content_text": STORY},
        3,
    ]
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "صحيفة", "items": odd}
    poll, came = harness.feed(json.dumps(body).encode(), "application/feed+json")
    assert poll.status == "ok"
    assert {"خبر"} < {a.title for a in came}


@pytest.mark.parametrize(
    "deep", ["[" * 100_000, '{"a":' * 100_000, '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 50_000]
)
def test_f23_json_nested_too_deeply(harness: Harness, deep):
    assert harness.feed(deep.encode(), "application/json")[0].status in ("unsupported", "bomb", "not_a_feed")


@pytest.mark.parametrize("cut", [b"<title>\xd8\xae\xd8\xa8\xd8\xb1 7", b"<guid>7", b"<item><title>"])
def test_f24_a_feed_cut_in_its_seventh_entry(visit, harness: Harness, cut):
    whole = feed(*(item(f"خبر {n}", str(n), text=news(n)[2]) for n in range(1, 11)))
    at = whole.index("<title>خبر 7".encode()) + 14
    poll, came = visit(whole[:at])
    assert (poll.status, sorted(a.title for a in came)) == ("truncated", [f"خبر {n}" for n in range(1, 7)])


def test_f24_the_rest_comes_with_the_next_whole_feed_and_nothing_twice(harness: Harness):
    whole = feed(*(item(f"خبر {n}", str(n), text=news(n)[2]) for n in range(1, 11)))
    harness.feed(whole[: whole.index("<title>خبر 7".encode()) + 14])
    harness.press.feeds["/hostile.xml"] = whole
    poll, came = harness.ask(f"{harness.press.base}/hostile.xml")
    assert (poll.status, poll.new, len(came)) == ("ok", 4, 10)


BIDI = ["\u202e", "\u202d", "\u202a", "\u202b", "\u2066", "\u2067", "\u2068"]


@pytest.mark.parametrize("sign", BIDI)
def test_f40_a_direction_that_is_never_ended(visit, sign):
    (article,) = visit(feed(item(f"خبر {sign}عاجل")))[1]
    assert article.title.replace(sign, "") == "خبر عاجل"


def test_f41_signs_that_nobody_sees_do_not_change_what_is_the_same(visit):
    signs = ["\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u061c", "\u200e", "\u200f"]
    words = STORY.split()
    hidden = " ".join(sign.join(word) for sign, word in zip(signs * 9, words, strict=False))
    (article,) = visit(feed(item("خبر عن الزراعة", text=hidden)))[1]
    assert arabic.stems(article.text) == arabic.stems(STORY)
    assert "\u200c" in plain_line("می\u200cشود", 50), "which Persian is written with"


@pytest.mark.parametrize(
    "flood", ["\u0640" * 100_000, "\u064b" * 5_000, "\u0300" * 50_000, "\u200b" * 100_000, "ﷺ" * 50_000]
)
def test_f42_floods_of_signs_on_one_letter(visit, flood):
    (article,) = visit(feed(item(f"خب{flood}ر", text=f"{STORY} وال{flood}خبر")))[1]
    assert set(arabic.stems(STORY)) <= set(arabic.stems(article.text))
    assert len(article.title) <= 1_000


def test_f43_other_forms_of_the_same_letters_are_the_same_story(visit):
    forms = str.maketrans(
        {"ا": "\ufe8d", "ل": "\ufedd", "م": "\ufee1", "ي": "\u06cc", "ك": "\u06a9", "0": "٠", "1": "۱"}
    )
    first, second = visit(feed(item("خبر 10", "1"), item("خبر ١٠", "2", text=STORY.translate(forms))))[1]
    assert arabic.folded(first.text) == arabic.folded(second.text)


def test_f44_of_a_hundred_thousand_entries_the_newest_are_kept(harness: Harness):
    items = "".join(f"<item><guid>{n}</guid><title>خ {n}</title></item>" for n in range(100_000))
    patient = Harness(harness.service.with_settings(max_body=20_000_000), harness.press, harness.canaries, 5)
    poll, came = patient.feed(feed(items))
    assert (poll.status, len(came)) == ("ok", 2_000)


@pytest.mark.parametrize("size", [4_900_000, 9_900_000])
def test_f45_f46_huge_fields(harness: Harness, size):
    patient = Harness(harness.service.with_settings(max_body=12_000_000), harness.press, harness.canaries, 5)
    word = "كلمة "
    huge = word * (size // len(word.encode()))
    (article,) = patient.feed(feed(item(huge)))[1]
    assert (len(article.title) <= 1_000, "title_cut" in article.flags) == (True, True)


@pytest.mark.parametrize(
    "where", ["description", "attribute", "comment", "cdata", "guid", "link", "category", "author"]
)
def test_f46_huge_parts_of_an_entry(harness: Harness, where):
    huge = "كلمة " * 480_000
    parts = {
        "description": item(text=huge),
        "attribute": item(more=f"<source url='{huge}'>x</source>"),
        "comment": item(more=f"<!--{huge}-->"),
        "cdata": item(text=f"<![CDATA[<p title='{huge}'>{STORY}</p>]]>"),
        "guid": item(guid=huge),
        "link": item(link=f"http://o.example/{huge}"),
        "category": item(more=f"<category>{huge}</category>"),
        "author": item(more=f"<author>{huge}</author>"),
    }
    poll, came = harness.feed(feed(parts[where], item("خبر سليم", "2", text=news(3)[2])))
    assert (poll.status, len(came)) == ("ok", 2)
    assert "خبر سليم" in [a.title for a in came]
    assert max(len(f"{a.author}{a.section}{a.published_raw}") for a in came) < 1_000


def test_f53_a_correction_is_the_same_article(harness: Harness):
    harness.feed(feed(item("خبر أول", text=STORY)))
    poll, came = harness.feed_again(feed(item("خبر أول مصحح", text=f"{STORY} وأضاف البيان")))
    assert (poll.status, len(came), came[0].title) == ("ok", 1, "خبر أول مصحح")
    (revision,) = harness.service.all(Revision)
    assert (revision.title, revision.text) == ("خبر أول", STORY), "both texts are kept"


def test_f54_a_text_that_flips_at_every_visit_stays_one_article(harness: Harness):
    harness.feed(feed(item("خبر", text=STORY)))
    for n in range(8):
        harness.service.clock.pass_by(minutes=30)
        poll, came = harness.feed_again(feed(item("خبر", text=f"{STORY} قرأه {n} زائرا")))
    assert (poll.status, len(came)) == ("ok", 1)
    assert len(harness.service.all(Revision)) < 8, "after a few it is frozen"


def test_f55_a_guid_that_changes_at_every_visit_makes_no_new_article(harness: Harness):
    harness.feed(feed(item(guid="a", link="http://o.example/1")))
    for n in range(3):
        poll, came = harness.feed_again(feed(item(guid=f"b{n}", link="http://o.example/1")))
        assert (poll.new, len(came)) == (0, 1)


def test_f56_two_feeds_with_the_same_ids(harness: Harness, press: Press):
    press.feeds["/b.xml"] = feed(item("خبر آخر", "1", text=news(9)[2]))
    harness.ask(f"{press.base}/b.xml")
    assert [a.title for a in harness.feed(feed(item("خبر")))[1]] == ["خبر"]
    assert len({a.key for a in harness.service.all(Article)}) == len(harness.service.all(Article))


@pytest.mark.parametrize(
    ("first", "second", "articles"),
    [
        ("", "", 1),
        ("   ", "", 1),
        ("x" * 1_000_000, "x" * 1_000_000, 1),
        ("Abc", "abc", 2),
        ("http://o.example/1", "https://o.example/1?utm_source=rss", 2),
        ("\u0000", "", 1),
    ],
)
def test_f57_ids_that_are_missing_huge_or_nearly_the_same(visit, first, second, articles):
    texts = news(1)[2], news(2)[2] if articles == 2 else news(1)[2]
    came = visit(feed(*(item(f"خبر {len(t)}", guid, text=t) for guid, t in zip((first, second), texts, strict=True))))[
        1
    ]
    assert len(came) == articles
    assert {len(a.key) for a in came} == {len(entry_key("a", "b", "", ""))}


def test_f59_a_feed_cannot_alter_the_articles_of_another(harness: Harness, press: Press):
    press.feeds["/good1.xml"] = feed(item("خبر الصحيفة", "tag:o.example,2026:1", "http://o.example/1", news(4)[2]))
    harness.ask(f"{press.base}/good1.xml")
    harness.feed(feed(item("خبر مزور", "tag:o.example,2026:1", "http://evil.example/1", news(5)[2])))
    told = {(a.title, a.url) for a in harness.service.all(Article) if "خبر" in a.title and a.url.startswith("http://")}
    assert {("خبر الصحيفة", "http://o.example/1"), ("خبر مزور", "http://evil.example/1")} <= told


SCRIPTS = [
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
    ),
    *(
        "vbscript:x",
        "file:///etc/passwd",
        " javascript:1",
        "\x01javascript:1",
        "javascript&colon;alert(1)",
        "feed:javascript:1",
    ),
    *("view-source:http://o.example", "blob:http://o.example/1", "//", "http://", "http:///", "intent://x#Intent;end"),
]


@pytest.mark.parametrize("link", SCRIPTS)
@pytest.mark.parametrize("as_guid", [False, True])
def test_f66_links_that_are_programs(harness: Harness, link, as_guid):
    made = item(guid=html.escape(link)) if as_guid else item(link=html.escape(link))
    (article,) = harness.feed(feed(made))[1]
    assert not article.url or article.url.startswith((harness.press.base, "http://o.example"))


@given(st.text(max_size=60) | st.sampled_from(SCRIPTS), st.sampled_from(["http://o.example/a/", "", "https://[::1]/"]))
@settings(max_examples=300, deadline=None)
def test_f66_any_link_is_a_web_address_or_nothing(link, base):
    found = safe_link(link, base)
    assert not found or found.startswith(("http://", "https://"))
    assert not set(found) & set("\t\r\n \x00")
    assert "@" not in found.partition("://")[2].partition("/")[0]


LIVE = "<img src=x onerror=alert(1)><script>alert(2)</script><svg/onload=alert(3)>"


@pytest.mark.parametrize("write", [html.escape, lambda t: html.escape(html.escape(t)), lambda t: f"<![CDATA[{t}]]>"])
def test_f68_markup_in_what_is_text(visit, write):
    live = write(LIVE)
    more = f"<author>{live}كاتب</author><category>{live}قسم</category>"
    body = feed(item(f"{live}خبر", text=f"{live}{STORY}", more=more), head=f"<title>{live}صحيفة</title>")
    (article,) = visit(body, outlet="")[1]
    told = f"{article.title}{article.author}{article.section}{article.outlet}"
    assert "<" not in told
    assert article.title.endswith("خبر")
    assert "<" not in article.text or "onerror" not in article.text or "&lt;" in live


def test_f70_a_permanent_redirect_to_another_domain_waits_for_the_operator(harness: Harness, press: Press, monkeypatch):
    with open_raw() as other:
        other.routes["/new.xml"] = reply(feed(item()))
        monkeypatch.setattr(
            "socket.getaddrinfo", resolve := _names({"old.example": press.base, "new.example": other.url()})
        )
        old, new = (
            f"http://old.example:{press.base.rpartition(':')[2]}/old.xml",
            f"http://new.example:{other.port}/new.xml",
        )
        press.special["/old.xml"] = Reply(301, headers={"Location": new})
        for _ in range(4):
            poll, came = harness.ask(old)
            harness.service.clock.pass_by(hours=25)
        assert (poll.status, len(came)) == ("unchanged", 1)
        (row,) = [f for f in harness.service.all(Feed) if f.url == old]
        assert row.moved_url == new, "seen, told, and not adopted"
        assert resolve


def _names(known):
    import socket

    real = socket.getaddrinfo

    def resolve(host, *args, **named):
        return real("127.0.0.1" if host in known else host, *args, **named)

    return resolve


def test_f70_what_a_feed_says_of_its_own_address_is_not_believed(harness: Harness, raw: RawServer):
    head = "<title>صحيفة</title><link>http://evil.example/</link><atom:link rel='self' href='http://evil.example/f'/>"
    raw.routes["/"] = reply(
        feed(item(), head=head + "<itunes:new-feed-url>http://evil.example/f</itunes:new-feed-url>")
    )
    assert harness.ask(raw.url())[0].status == "ok"
    harness.service.clock.pass_by(hours=48)
    harness.ask(raw.url())
    assert [f.url for f in harness.service.all(Feed) if "evil" in f.url] == []


def test_times_of_hostile_feeds_are_within_the_visit(harness: Harness):
    (article,) = harness.feed(feed(item(more=f"<pubDate>{NOON + timedelta(days=900)}</pubDate>")))[1]
    assert article.event_at == NOON
