"""What is wrong is said in one line, with exit code 2, and nothing is changed."""

import gzip
from pathlib import Path

import pytest
from press import NAME, STORY, Press
from shell import Shell

REFERENCE = f"إغلاق مرفأ الصيادين بعد غرق سفينة\n{STORY}".encode()
LONG = "9" * 25


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["طيران"], "No such command"),
        (["feeds", "طيران"], "No such command"),
        (["feeds", "list", "--nothing"], "No such option"),
        (["feeds", "add"], "Missing argument"),
        (["feeds", "add", "خلاصة"], "only http and https"),
        (["feeds", "add", "ftp://n.example/"], "only http and https"),
        (["feeds", "add", "https://user@n.example/"], "user name"),
        (["feeds", "import"], "either an OPML"),
        (["feeds", "import", "a.opml", "--pack", "arabic"], "either an OPML"),
        (["feeds", "import", "--pack", "أرض"], "no pack"),
        (["feeds", "import", "/لا/ملف.opml"], "cannot read"),
        (["feeds", "import", "https://10.0.0.1/list"], "cannot fetch"),
        (["feeds", "export", "/لا/ملف.opml"], "cannot write"),
        (["feeds", "remove", "7"], "no feed 7"),
        (["feeds", "remove", LONG], "no feed"),
        (["feeds", "remove", "https://n.example/"], "no feed"),
        (["topics", "add"], "Missing option"),
        (["topics", "add", "--name", "  "], "needs a name"),
        (["topics", "add", "--name", NAME], "give the article"),
        (["topics", "add", "--name", NAME, "--file", "/لا/ملف"], "cannot read"),
        (["topics", "add", "--name", NAME, "--file", "/"], "cannot read"),
        (["topics", "add", "--name", NAME, "--file", "أ", "--url", "ب"], "not both"),
        (["topics", "add", "--name", NAME, "--url", "http://10.0.0.1/"], "cannot fetch"),
        (["topics", "show", "لا شيء"], "no topic"),
        (["topics", "show", LONG], "no topic"),
        (["topics", "matches", "لا شيء"], "no topic"),
        (["topics", "matches", "لا شيء", "--limit", "0"], "Invalid value"),
        (["topics", "remove", "لا شيء"], "no topic"),
        (["articles", "add"], "Missing argument"),
        (["articles", "add", "/لا/ملف"], "cannot read"),
        (["articles", "add", "/لا/ملف.jsonl"], "cannot read"),
        (["articles", "add", "http://10.0.0.1/"], "cannot fetch"),
        (["articles", "search"], "Missing argument"),
        (["articles", "search", "!!!"], "no word"),
        (["articles", "search", "خبر", "--since", "أمس"], "takes a date"),
        (["articles", "search", "خبر", "--until", "2026-02-30"], "takes a date"),
        (["articles", "search", "خبر", "--since", "0001-01-01T00:00+14:00"], "takes a date"),
        (["articles", "search", "خبر", "--topic", "لا شيء"], "no topic"),
        (["articles", "show", "7"], "no article 7"),
        (["articles", "show", "سبعة"], "valid integer"),
        (["articles", "show", LONG], "less than"),
        (["alerts", "add", "--topic", "لا شيء", "--to", "https://h.example/"], "no topic"),
        (["alerts", "add", "--topic", NAME, "--to", "xmpp://a@h.example"], "cannot send alerts there"),
        (["alerts", "remove", "7"], "no alert subscription 7"),
        (["alerts", "test", "7"], "no alert subscription 7"),
        (["quarantine", "replay", "7"], "no quarantine record 7"),
        (["quarantine", "replay", LONG], "less than"),
        (["run"], "run --once"),
        (["feeds", "list", "--home"], "--home needs a directory"),
        (["feeds", "list", "--home", "--json"], "--home needs a directory"),
    ],
)
def test_a_wrong_argument_is_one_line(shell: Shell, words: list[str], said: str) -> None:
    assert said in shell.refused(*words)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"<html><body></body></html>", "no article found"),
        ("خبر قصير".encode(), "the article's text"),
        (
            b"The ship sank near the northern pier of the old harbour, and divers are still looking for the crew.",
            "Arabic",
        ),
    ],
)
def test_no_topic_is_made_from_what_tells_nothing(shell: Shell, given: bytes, said: str) -> None:
    assert said in shell.refused("topics", "add", "--name", NAME, stdin=given)


def test_a_name_or_an_address_that_is_taken(shell: Shell) -> None:
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    assert "there already" in shell.refused("topics", "add", "--name", NAME, stdin=REFERENCE)
    shell.run("feeds", "add", "https://n.example/rss")
    assert "there already" in shell.refused("feeds", "add", "https://N.example/rss#top")
    shell.run("alerts", "add", "--topic", NAME, "--to", "https://h.example/")
    assert "already" in shell.refused("alerts", "add", "--topic", NAME, "--to", "https://h.example")
    shell.run("topics", "test", NAME, stdin=REFERENCE)
    assert "is empty" in shell.refused("topics", "test", NAME, stdin=b"")


def test_one_bad_source_stores_nothing_of_the_others(shell: Shell, tmp_path: Path, press: Press) -> None:
    good, bad, cut = tmp_path / "خبر.txt", tmp_path / "b.jsonl", tmp_path / "c.jsonl.gz"
    good.write_text(f"عنوان\n{STORY}", encoding="utf-8")
    bad.write_text('{"title": "خبر"}\n{', encoding="utf-8")
    cut.write_bytes(gzip.compress(b'{"title": "x"}')[:-6])
    assert "line 2" in shell.refused("articles", "add", str(good), str(bad))
    assert "gzip" in shell.refused("articles", "add", str(good), str(cut))
    assert "HTTP 404" in shell.refused("articles", "add", str(good), press.base + "/none.html")


@pytest.mark.parametrize(
    "body", [b"", b"\x00", "ليس قائمة".encode(), b"<opml/>", b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml>&a;</opml>"]
)
def test_a_list_of_feeds_that_is_none(shell: Shell, body: bytes) -> None:
    shell.refused("feeds", "import", "-", stdin=body)


def test_a_home_that_cannot_be_one(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "ملف"
    file.write_text("لست مجلدا", encoding="utf-8")
    for words in (("status",), ("feeds", "add", "https://n.example/")):
        assert str(file) in shell.refused(*words, "--home", str(file))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MARSAD_TICK", "سريع"),
        ("MARSAD_HOST_DELAY", "-1"),
        ("MARSAD_ALLOW_NETWORKS", "الشبكة"),
        ("MARSAD_DATABASE_URL", "mysql://h/x"),
        ("MARSAD_DATABASE_URL", "لا قاعدة"),
    ],
)
def test_a_wrong_setting_is_named(shell: Shell, name: str, value: str) -> None:
    shell.patch.setenv(name, value)
    assert name in shell.refused("feeds", "list")


@pytest.mark.parametrize(
    ("text", "said"),
    [("tick = ", "marsad.toml"), ("tick = 'x'", "TICK"), ("nothing = 1", "NOTHING"), ("\udc80", "marsad.toml")],
)
def test_a_wrong_settings_file_is_named(shell: Shell, text: str, said: str) -> None:
    (shell.home / "marsad.toml").write_text(text, encoding="utf-8", errors="surrogateescape")
    assert said in shell.refused("feeds", "list")


def test_bytes_that_are_no_text_in_an_argument(shell: Shell) -> None:
    assert "not text" in shell.refused("topics", "show", "\udcff")
    assert "not text" in shell.refused("topics", "add", "--name", "خبر\udcff", stdin=REFERENCE)
