"""Feeds that hurt who reads them: entities, external files, depth, quadratic markup (F01 to F07, F48 to F52)."""

import os
import signal
import time

import pytest
from hostile import Harness
from hypothesis import given, settings
from hypothesis import strategies as st
from press import STORY, Press, news
from rawserver import RawServer

from domain.fetching import FetchStatus, looks_like_challenge
from domain.polite import read_asks
from storage.models import Poll
from worker import apart, child, child_process
from worker.child import Call, ChildError, Died
from worker.extract import PageStatus, extract_page, html_to_text
from worker.parse import parse_feed

LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10 if n else "lol"}">' for n in range(10))
BOMBS = {
    "laughs": f"<!DOCTYPE rss [{LAUGHS}]>",
    "laughs of parameters": '<!DOCTYPE rss [<!ENTITY % a "aaaaaaaaaa"><!ENTITY % b "%a;%a;"><!ENTITY lol9 "%b;%b;">]>',
    "quadratic": f'<!DOCTYPE rss [<!ENTITY lol9 "{"a" * 50_000}">]>',
    "many": "<!DOCTYPE rss [" + "".join(f'<!ENTITY e{n} "x">' for n in range(5_000)) + '<!ENTITY lol9 "x">]>',
    "in circles": '<!DOCTYPE rss [<!ENTITY lol9 "&a;"><!ENTITY a "&lol9;">]>',
    "in single quotes": "<!DOCTYPE rss [<!ENTITY lol0 'lol'><!ENTITY lol9 '&lol0;&lol0;&lol0;&lol0;'>]>",
}


def bomb(name, before="", uses=1):
    title = "&lol9;" * uses
    items = f"<item><guid>1</guid><title>{title}</title></item><item><guid>2</guid><title>خبر</title></item>"
    return f"{before}{BOMBS[name]}<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp1256"])
def test_f01_f02_f03_entities_that_grow(harness: Harness, name, encoding):
    body = bomb(name, uses=2_000 if name == "quadratic" else 1).encode(encoding)
    poll, came = harness.feed(body)
    assert poll.status in ("bomb", "ok", "not_a_feed")
    assert sum(len(a.title) + len(a.text) for a in came) < 10 * len(body)


def test_f01_laughs_are_called_by_their_name(visit):
    assert visit(bomb("laughs").encode())[0].status == "bomb"
    assert parse_feed(bomb("laughs").encode("utf-16"), "", "http://o.example/").status is FetchStatus.BOMB


@pytest.mark.parametrize(
    "before",
    [
        *(
            "<!-- <a -->",
            "<!-- <rss><channel> -->",
            "<?x <!DOCTYPE y> ?>",
            "<!-- <!DOCTYPE a> --->",
            "\ufeff<!-- [ ]> -->",
        ),
        *("<?xml version='1.0'?><!-- ' -->", "junk <!-- <a -->", "<!DOCTYPE a>"),
    ],
)
def test_f04_what_stands_before_the_doctype_hides_nothing(harness: Harness, before):
    poll, came = harness.feed(bomb("laughs", before).encode())
    assert poll.status in ("bomb", "not_a_feed", "ok")
    assert sum(len(a.title) for a in came) < 1_000


OUTSIDE = [
    '<!ENTITY x SYSTEM "{0}">', '<!ENTITY x PUBLIC "-//a" "{0}">', '<!ENTITY % p SYSTEM "{0}"> %p;',
    '<!ENTITY % p SYSTEM "{0}"><!ENTITY x "a%p;">', '<!NOTATION x SYSTEM "{0}">',
]  # fmt: skip


@pytest.mark.parametrize("declaration", OUTSIDE)
@pytest.mark.parametrize("scheme", ["file", "http", "relative"])
def test_f05_f06_nothing_outside_is_opened(harness: Harness, raw: RawServer, tmp_path, declaration, scheme):
    secret = tmp_path / "secret.txt"
    secret.write_text("سر")
    target = {"file": secret.as_uri(), "http": raw.url("/x.dtd"), "relative": "/x.dtd"}[scheme]
    doctype = f"<!DOCTYPE rss [{declaration.format(target)}]>"
    body = f"{doctype}<rss version='2.0'><channel><item><guid>1</guid><title>أ &x; ب</title></item></channel></rss>"
    poll, came = harness.feed(body.encode())
    assert poll.status in ("ok", "bomb")
    assert not [a for a in came if "سر" in f"{a.title}{a.text}"]
    assert raw.connections == 0


@pytest.mark.parametrize(
    "doctype", ['<!DOCTYPE rss SYSTEM "{0}">', '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "{0}">']
)
def test_f06_an_external_dtd_is_not_fetched(visit, raw: RawServer, doctype):
    rss = "<rss version='0.91'><channel><item><title>خبر</title></item></channel></rss>"
    came = visit(f"<?xml version='1.0'?>{doctype.format(raw.url())}{rss}".encode())[1]
    assert ([a.title for a in came], raw.connections) == (["خبر"], 0)


def test_f07_inclusions_and_style_sheets_are_ignored(visit, raw: RawServer, tmp_path):
    (tmp_path / "secret.txt").write_text("سر")
    secret = (tmp_path / "secret.txt").as_uri()
    include = f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' parse='text' href='{secret}'/>"
    body = (
        f"<?xml version='1.0'?><?xml-stylesheet href='{raw.url()}' type='text/xsl'?><rss version='2.0'><channel>"
        f"<item><title>خبر</title><description>{STORY[:60]}{include}</description></item></channel></rss>"
    )
    (article,) = visit(body.encode())[1]
    assert ("سر" in article.text.split(), raw.connections) == (False, 0)


def feed_of(description):
    entry = f"<item><guid>1</guid><title>خبر</title><description>{description}</description></item>"
    return f"<rss version='2.0'><channel>{entry}</channel></rss>"


# Each takes a size and gives a document of about so many bytes; none may take more than linear time.
TRAPS = {
    "F48 nested elements": lambda n: (
        "<rss version='2.0'><channel>" + "<a>" * (n // 7) + "</a>" * (n // 7) + "</channel></rss>"
    ),
    "F48 nested in an entry": lambda n: feed_of("<a>" * (n // 7) + "</a>" * (n // 7)),
    "F48 nested and never ended": lambda n: "<rss version='2.0'><channel><item><title>" + "<b>" * (n // 3),
    "F49 comments": lambda n: feed_of("&lt;!-- " * (n // 8)),
    "F49 comments in CDATA": lambda n: feed_of("<![CDATA[" + "<!-- " * (n // 5) + "]]>"),
    "F49 sections": lambda n: feed_of("&lt;![CDATA[" * (n // 12)),
    "F49 instructions": lambda n: feed_of("&lt;?x " * (n // 6)),
    "F49 doctypes": lambda n: feed_of("&lt;!DOCTYPE " * (n // 12)),
    "F50 a style": lambda n: feed_of(f"&lt;p style='{'a:b;' * (n // 4)}'&gt;x"),
    "F50 a style of spaces": lambda n: feed_of(f"&lt;p style='{' ' * n}x'&gt;x"),
    "F50 a style of backslashes": lambda n: feed_of(f"&lt;p style='{'background:url(' * (n // 15)}'&gt;x"),
    "F52 noise": lambda n: (
        f"<rss version='2.0'><channel><item><title>{'&lt;&amp;' * (n // 9)}</title></item></channel></rss>"
    ),
    "F52 open tags": lambda n: feed_of("&lt;a " * (n // 6)),
    "F52 open tags in CDATA": lambda n: feed_of("<![CDATA[" + "<a " * (n // 3) + "]]>"),
    "F52 quotes": lambda n: feed_of("&lt;a b='" * (n // 9)),
    "entities": lambda n: feed_of("&nosuch;" * (n // 8)),
    "numbers": lambda n: feed_of("&#x110000;" * (n // 10)),
    "ampersands": lambda n: feed_of("&" * n),
    "attributes": lambda n: (
        "<rss version='2.0'><channel " + " ".join(f"a{i}='x'" for i in range(n // 9)) + "></channel></rss>"
    ),
    "namespaces": lambda n: (
        "<rss version='2.0'><channel>"
        + "".join(f"<a{i}:b xmlns:a{i}='u{i}'/>" for i in range(n // 24))
        + "</channel></rss>"
    ),
    "brackets": lambda n: "<!DOCTYPE rss " + "[" * n,
    "quotes in a doctype": lambda n: "<!DOCTYPE rss [" + "\"'" * (n // 2),
    "comments in a doctype": lambda n: "<!DOCTYPE rss [" + "<!--" * (n // 4),
    "comments before": lambda n: "<!--" * (n // 4),
    "instructions before": lambda n: "<?xml " * (n // 6),
    "starts of feeds": lambda n: "x<rss " * (n // 6),
    "declarations": lambda n: "x<?xml version='1.0'?>" * (n // 22),
    "open entries": lambda n: "<rss version='2.0'><channel>" + "<item>" * (n // 6),
    "open titles": lambda n: "<rss version='2.0'><channel>" + "<item><title>" * (n // 13),
    "dates": lambda n: feed_of("x").replace("<guid>", f"<pubDate>{'1 ' * (n // 2)}</pubDate><guid>"),
    "hijri dates": lambda n: feed_of("x").replace("<guid>", f"<pubDate>{'15 رمضان ' * (n // 15)}</pubDate><guid>"),
    "an address": lambda n: feed_of("x").replace("<guid>", f"<link>http://{'a.' * (n // 2)}</link><guid>"),
    "mail addresses": lambda n: feed_of("x").replace(
        "<guid>", f"<author>{'a.' * (n // 4)}@{'b-' * (n // 4)}</author><guid>"
    ),
    "JSON": lambda n: '{"version": "https://jsonfeed.org/version/1", "items": [' + '{"id": "' * (n // 8),
    "JSON strings": lambda n: '{"version": "https://jsonfeed.org/version/1", "title": "' + "\\u0627" * (n // 6),
    "mixed letters": lambda n: feed_of("Ø§" * (n // 4)),
    "skipped hours": lambda n: feed_of("<skipHours>" * (n // 11)),
}


def seconds(call, size):
    """Give the processor time of a call, the lesser of two tries."""
    found = []
    for _ in range(2):
        began = time.thread_time()
        call(size)
        found.append(time.thread_time() - began)
    return min(found)


def assert_linear(call, size=12_500):
    """Assert that time grows as size does: not by more than 2.6 for twice the size, and again for twice that.

    Sizes begin where there is something to measure. Under 100 KB nothing may take 2 s.
    """
    assert seconds(call, min(100_000, 8 * size)) < 2
    while (first := seconds(call, size)) < 0.02 and size < 800_000:
        size *= 2
    second, third = seconds(call, 2 * size), seconds(call, 4 * size)
    assert third < 0.4 or second < 2.6 * first or third < 2.6 * second, (size, first, second, third)


@pytest.mark.parametrize("name", TRAPS)
def test_f48_f49_f50_f52_time_grows_as_the_feed_does(name):
    assert_linear(lambda size: child_process.feed(TRAPS[name](size).encode(), "", "http://o.example/"))


@pytest.mark.parametrize("name", TRAPS)
def test_f48_f49_f50_f52_traps_as_pages(name):
    assert_linear(lambda size: extract_page(TRAPS[name](size).encode(), "", "http://o.example/"))


def test_f48_f49_f50_f52_traps_as_large_as_feeds_are(harness: Harness, press: Press):
    for name, trap in TRAPS.items():
        path = f"/{name.replace(' ', '-')}.xml"
        press.feeds[path] = trap(300_000).encode()
        with harness.bars():
            harness.service.poll(harness.service.feed(path))
    for poll in harness.service.all(Poll):
        assert FetchStatus(poll.status)


HEADS = ["<skiphours", "<skipHours>", "<skipHours ", "<hour", "<hour>1"]
MARKS = [b"<script ", b"<script>", b"<", b"</", b"<style", b"<noscript></", b"<!--"]


@pytest.mark.parametrize("piece", HEADS)
def test_f49_what_a_feed_asks_for_is_read_in_one_pass(piece):
    assert_linear(lambda size: read_asks(piece.encode() * (size // len(piece)), 0))


@pytest.mark.parametrize("piece", MARKS)
def test_h29_a_challenge_is_looked_for_in_one_pass(piece):
    assert_linear(lambda size: looks_like_challenge((b"_cf_chl_opt" + piece * size)[:size]), 2_000)


def died(kind, *values):
    """Give what becomes of a call, and whether the next one is well."""
    (found,) = child.run([Call(kind, values, {})])
    (after,) = child.run([Call("feed", (b"<rss><channel><item><title>a</title></item></channel></rss>", "", "u"), {})])
    assert after.status is FetchStatus.OK
    return found


@pytest.fixture
def hurtful(monkeypatch):
    """Start children that know calls which hurt them."""
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(__file__))
    real = child.subprocess.Popen

    def start(command, **named):
        return real([*command[:3], "hurt_child", *command[4:]], **named)

    monkeypatch.setattr(child.subprocess, "Popen", start)
    child._CHILD.clear()
    yield
    monkeypatch.undo()
    for one in child._CHILD:
        one.end()
    child._CHILD.clear()


@pytest.mark.usefixtures("hurtful")
@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("memory", "memory"),
        ("memory at once", "memory"),
        ("crash", "ended with"),
        ("exit", "ended with"),
        ("deep", "deep"),
    ],
)
def test_a_call_that_hurts_its_process_is_named_and_the_next_is_well(kind, word):
    found = died(kind)
    assert isinstance(found, Died)
    assert word in found.detail


@pytest.mark.usefixtures("hurtful")
def test_a_call_that_takes_all_the_time_of_a_processor_is_ended(monkeypatch):
    began = time.monotonic()
    found = died("spin", 1)
    assert isinstance(found, Died)
    assert "processor" in found.detail
    assert time.monotonic() - began < 20


@pytest.mark.usefixtures("hurtful")
def test_a_call_that_sleeps_is_ended(monkeypatch):
    monkeypatch.setattr(child, "WALL_SECONDS", 1.0)
    found = died("sleep")
    assert isinstance(found, Died)
    assert "takes more than" in found.detail


@pytest.mark.usefixtures("hurtful")
def test_memory_is_watched_where_the_system_has_no_limit(monkeypatch):
    monkeypatch.setattr(child, "MEMORY", 50_000_000)
    found = died("memory without limit")
    assert isinstance(found, Died)
    assert "memory" in found.detail


@pytest.mark.usefixtures("hurtful")
def test_an_error_of_ours_is_told_and_costs_no_process():
    with pytest.raises(ChildError, match="ValueError"):
        list(child.run([Call("raise", (), {})]))
    assert child._CHILD[0].usable


@pytest.mark.usefixtures("hurtful")
@pytest.mark.parametrize("kind", ["connect", "resolve", "run", "fork", "kill", "write"])
def test_g5_the_process_that_reads_cannot_reach_out(kind, tmp_path):
    with pytest.raises(ChildError, match=r"PermissionError|OSError"):
        list(child.run([Call(kind, (str(tmp_path / "x"),), {})]))


@pytest.mark.usefixtures("hurtful")
def test_g5_what_a_child_says_that_was_taken_over_is_not_run(tmp_path):
    (found,) = child.run([Call("forge a pickle", (str(tmp_path / "x"),), {})])
    assert isinstance(found, Died)
    assert not (tmp_path / "x").exists()


@pytest.mark.usefixtures("hurtful")
@pytest.mark.parametrize("answer", [b"", b"[" * 100_000, b'{"ok":1}', b'["ok",1,2]', b'["raised",{},false]', b"\xff"])
def test_an_answer_that_is_none_ends_its_child(answer):
    good = Call("feed", (b"<rss><channel><item><title>a</title></item></channel></rss>", "", "u"), {})
    found, after = child.run([Call("forge", (answer,), {}), good])
    assert isinstance(found, Died)
    assert after.entries[0].title == "a"


@pytest.mark.usefixtures("hurtful")
def test_of_a_batch_only_the_culprit_is_lost():
    good = Call("feed", (b"<rss><channel><item><title>a</title></item></channel></rss>", "", "u"), {})
    found = list(child.run([good, Call("crash", (), {}), good, Call("memory", (), {}), good]))
    assert [isinstance(each, Died) for each in found] == [False, True, False, True, False]


@pytest.mark.usefixtures("hurtful")
def test_a_process_that_was_killed_from_outside_blames_nobody():
    (pid,) = child.run([Call("pid", (), {})])
    os.kill(pid, signal.SIGKILL)
    (after,) = child.run([Call("pid", (), {})])
    assert after not in (pid, None)
    assert not isinstance(after, Died)


@pytest.mark.usefixtures("hurtful")
def test_a_process_that_keeps_much_is_replaced():
    (pid,) = child.run([Call("keep", (), {})])
    (after,) = child.run([Call("pid", (), {})])
    assert after != pid


def test_a_crash_is_a_status_of_the_feed_and_of_the_page(monkeypatch):
    monkeypatch.setattr(apart, "run", lambda calls: iter([Died("it crashed")]))
    assert apart.parse_feed(b"x", "", "u").status is FetchStatus.BOMB
    assert apart.extract_page(b"x", "", "u").status is PageStatus.BOMB


@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from([f(60) for f in TRAPS.values()]), max_size=4).map(lambda p: "".join(p).encode())
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_feed_or_a_named_reason(body):
    found = child_process.feed(body, "", "http://o.example/")
    assert isinstance(found.status, FetchStatus)
    told = "".join(f"{e.title}{e.summary}{e.content}{e.link}{e.author}" for e in found.entries)
    assert told.encode().decode() == told
    assert "\x00" not in told


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_html_gives_text_that_any_database_takes(text):
    found = html_to_text(f"<p>{text}</p>")
    assert "\x00" not in found
    assert found.encode().decode() == found


def test_neighbours_of_a_feed_that_hurts_are_read(harness: Harness, press: Press):
    body = feed_of("&lt;a " * 200_000).encode()
    for n in range(3):
        press.write_feed(f"/n{n}.xml", [news(n)])
        harness.service.feed(f"/n{n}.xml")
    assert harness.feed(body)[0].status in ("ok", "bomb")
