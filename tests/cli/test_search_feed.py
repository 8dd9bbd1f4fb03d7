"""`topics backfill --search`: what is asked for, when it is allowed, and what comes of it."""

from pathlib import Path

import pytest
from press import NAME, STORY, Press
from service import HEADLINE
from shell import Shell

from domain.article import Text
from domain.errors import BadInput
from domain.topics import Rules, learn, make_profile
from domain.topics.search import search_address, search_query

REFERENCE = Text("إغلاق مرفأ الصيادين بعد غرق سفينة", STORY)


def test_the_query_holds_the_deciding_words_and_alternatives() -> None:
    query = search_query(learn(NAME, [REFERENCE]))
    assert " OR " in query
    assert query.count("(") == query.count(")") == 1
    assert any(word in query for word in ("الصيادين", "مرفأ", "النورس"))
    assert len(query) <= 300


def test_names_are_quoted_alternatives_and_a_query_stands_as_typed() -> None:
    named = make_profile("أسماء", [], Rules(names=(("هدى سالم",), ("سالم النورسي",))))
    assert search_query(named) == '("هدى سالم" OR "سالم النورسي")'
    asked = make_profile("استعلام", [], Rules(query='"غرق سفينة" OR مرفأ'))
    assert search_query(asked) == '"غرق سفينة" OR مرفأ'


def test_the_address_holds_the_query_encoded() -> None:
    assert (
        search_address("https://s.example/?q={query}&hl=ar", '"أ ب"')
        == "https://s.example/?q=%22%D8%A3+%D8%A8%22&hl=ar"
    )
    with pytest.raises(BadInput, match="needs"):
        search_address("https://s.example/", "أ")


@pytest.fixture
def topic(shell: Shell, tmp_path: Path) -> str:
    path = tmp_path / "reference.txt"
    path.write_text(f"{REFERENCE.title}\n{REFERENCE.body}", encoding="utf-8")
    shell.run("topics", "add", "--name", NAME, "--file", str(path), "--yes")
    return NAME


def test_without_leave_no_word_goes_out(shell: Shell, topic: str) -> None:
    assert "MARSAD_TOPIC_SEARCH" in shell.refused("topics", "backfill", topic, "--search")


def test_the_answers_are_a_feed_whose_first_visit_alerts_nobody(
    shell: Shell, topic: str, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARSAD_TOPIC_SEARCH", "on")
    monkeypatch.setenv("MARSAD_SEARCH_FEED", f"{press.base}/search?q={{query}}&hl=ar")
    address = shell.json("topics", "backfill", topic, "--search")["search"]
    assert shell.json("topics", "backfill", topic, "--search")["search"] == address
    (feed,) = shell.json("feeds", "list")
    assert (feed["url"], feed["folder"], feed["outlet"]) == (address, NAME, "")
    press.feeds[address.removeprefix(press.base)] = (
        '<rss version="2.0"><channel><title>بحث</title><language>ar</language><item>'
        f"<title>{HEADLINE} - صحيفة الضفة</title><guid>1</guid><link>{press.base}/1</link>"
        f'<source url="{press.base}">صحيفة الضفة</source><description>{STORY}</description></item></channel></rss>'
    ).encode()
    shell.run("alerts", "add", "--topic", NAME, "--to", f"{press.base}/hook")
    shell.run("run", "--once")
    (article,) = shell.json("articles", "search", "سفينة")
    assert (article["title"], article["outlet"]) == (HEADLINE, "صحيفة الضفة")
    assert len(shell.json("topics", "matches", NAME)) == 1
    assert shell.json("alerts", "log") == []
