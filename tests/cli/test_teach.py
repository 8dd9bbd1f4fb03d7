"""The commands that teach a topic, as a user types them."""

import json
from pathlib import Path

import pytest
from press import NAME, STORY
from shell import Shell

HEADLINE = "غرق سفينة يغلق مرفأ الصيادين في النورس"
REFERENCE = f"إغلاق مرفأ الصيادين بعد غرق سفينة\n{STORY}".encode()
MARKET = "افتتحت بلدية النورس سوق السمك الجديد قرب مرفأ الصيادين، وقال التجار إن الأسعار انخفضت منذ الصباح. "
AGAINST = f"سوق السمك في النورس\n{MARKET * 3}".encode()


@pytest.fixture
def taught(shell: Shell, tmp_path: Path) -> Shell:
    """Give a home with a topic and three articles: the ship (1), the market (2), and another thing (3)."""
    rows = [("s", HEADLINE, STORY), ("m", "سوق السمك في النورس", MARKET * 3), ("o", "أسعار القمح", "ارتفع القمح. " * 9)]
    lines = [json.dumps({"id": id, "title": title, "text": text}, ensure_ascii=False) for id, title, text in rows]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shell.run("articles", "add", str(tmp_path / "a.jsonl"))
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    return shell


def matched(shell: Shell) -> list[int]:
    return sorted(row["id"] for row in shell.json("topics", "matches", NAME))


def test_verdicts_teach_and_undo_takes_them_back(taught: Shell) -> None:
    before = matched(taught)
    assert 1 in before
    said = taught.json("topics", "verdict", NAME, "2", "--irrelevant")
    assert (said["topic"], said["article"], said["relevant"], said["read"]) == (NAME, 2, False, 3)
    assert 2 not in matched(taught)
    assert "relevant" in taught.run("topics", "verdict", NAME, "1", "--relevant").out
    versions = taught.json("topics", "versions", NAME)
    assert [row["cause"] for row in versions][-2:] == ["irrelevant", "relevant"]
    assert [row["in_force"] for row in versions] == [False] * (len(versions) - 1) + [True]
    gone = taught.json("topics", "undo", NAME, "--to", str(versions[-3]["version"]))
    assert gone["back_to"] == versions[-3]["version"]
    assert matched(taught) == before
    assert taught.json("topics", "explain", NAME, "2")["verdict"] is None


def test_an_explanation_and_what_is_asked(taught: Shell) -> None:
    found = taught.json("topics", "explain", NAME, "1")
    assert (found["match"], found["basis"], found["title"]) == (True, "full", HEADLINE)
    assert found["margin"] == pytest.approx(found["score"] - 0.5)
    assert {"terms", "facets", "counts"} <= set(found["reason"])
    assert "no match" in taught.run("topics", "explain", NAME, "3").out
    assert 1 in [row["id"] for row in taught.json("topics", "ask", NAME)]
    taught.run("topics", "verdict", NAME, "1", "--relevant")
    assert 1 not in [row["id"] for row in taught.json("topics", "ask", NAME)]


def test_versions_are_compared_without_a_change(taught: Shell) -> None:
    taught.run("topics", "verdict", NAME, "1", "--relevant")
    before = taught.rows()
    same = taught.json("topics", "compare", NAME, "--from", "1", "--to", "1")
    assert (same["gained"], same["lost"]) == ([], [])
    found = taught.json("topics", "compare", NAME)
    assert found["to"] == found["from"] + 1
    assert taught.rows() == before


def test_references_for_and_against_are_listed_and_removed(taught: Shell) -> None:
    added = taught.json("topics", "reference", "add", NAME, "--against", stdin=AGAINST)
    assert added["references"] == [1, 2]
    rows = taught.json("topics", "reference", "list", NAME)
    assert [(row["id"], row["relevant"]) for row in rows] == [(1, True), (2, False)]
    assert taught.json("topics", "reference", "remove", NAME, "2")["references"] == [1]
    assert "last reference" in taught.refused("topics", "reference", "remove", NAME, "1")


def test_a_dry_run_shows_what_would_match_and_changes_nothing(taught: Shell) -> None:
    before = taught.rows()
    shown = taught.json("topics", "add", "--name", "مرفأ النورس", "--dry-run", stdin=REFERENCE)
    assert (shown["id"], shown["read"]) == (None, 3)
    assert 1 in [row["id"] for row in shown["would_match"]]
    assert HEADLINE in taught.run("topics", "add", "--name", "مرفأ النورس", "--dry-run", stdin=REFERENCE).out
    assert taught.rows() == before
    made = taught.json("topics", "add", "--name", "مرفأ النورس", "--yes", stdin=REFERENCE)
    assert made["matched"] == shown["matched"]


def test_a_backfill_by_hand_finds_the_same_again(taught: Shell) -> None:
    found = taught.json("topics", "backfill", NAME)
    assert (found["read"], found["gained"], found["lost"]) == (3, 0, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verdict", NAME, "1"], "--relevant or --irrelevant"),
        (["verdict", NAME, "99", "--relevant"], "no article 99"),
        (["verdict", "لا شيء", "1", "--relevant"], "no topic"),
        (["explain", NAME, "99"], "no article 99"),
        (["undo", NAME], "nothing to undo"),
        (["undo", NAME, "--to", "99"], "no version 99"),
        (["compare", NAME, "--from", "99"], "no version 99"),
        (["reference", "remove", NAME, "9"], "no reference 9"),
        (["reference", "add", NAME, "--file", "/لا/ملف"], "cannot read"),
    ],
)
def test_what_is_wrong_is_one_line(taught: Shell, words: list[str], said: str) -> None:
    assert said in taught.refused("topics", *words)
