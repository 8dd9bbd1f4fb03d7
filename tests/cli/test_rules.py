"""Topics with a query and with names, as a user types them. All articles are invented."""

import json
from pathlib import Path

import pytest
from press import NAME, STORY
from shell import Shell

REFERENCE = f"إغلاق مرفأ الصيادين بعد غرق سفينة\n{STORY}".encode()
ROWS = [
    ("s", "غرق سفينة يغلق مرفأ الصيادين في النورس", STORY),
    ("t", "تدريب على إخلاء سفينة", "نظمت بلدية مرجانة تدريبا على إخلاء سفينة، وحضره رئيس الهيئة يورجن غالاهان. " * 3),
    ("o", "أسعار القمح", "ارتفع القمح في مرجانة. " * 9),
]


@pytest.fixture
def home(shell: Shell, tmp_path: Path) -> Shell:
    """Give a home with three articles: the ship (1), the drill (2), and another thing (3)."""
    lines = [json.dumps({"id": id, "title": title, "text": text}, ensure_ascii=False) for id, title, text in ROWS]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shell.run("articles", "add", str(tmp_path / "a.jsonl"))
    return shell


def matched(shell: Shell, name: str) -> list[int]:
    return sorted(row["id"] for row in shell.json("topics", "matches", name))


def test_a_query_makes_a_topic_without_a_reference(home: Shell) -> None:
    made = home.json("topics", "add", "--name", "سفن", "--query", "(سفينة أو ناقلة) -تدريب")
    assert (made["kind"], made["query"], made["names"]) == ("query", "(سفينة أو ناقلة) -تدريب", [])
    assert (made["matched"], made["read"], made["terms"]) == (1, 3, [])
    assert matched(home, "سفن") == [1]
    (row,) = home.json("topics", "matches", "سفن")
    assert {term["surface"] for term in row["reason"]["terms"]} >= {"سفينة", "السفينة"}
    assert home.json("topics", "list")[0]["kind"] == "query"
    assert "(سفينة أو ناقلة) -تدريب" in home.run("topics", "show", "سفن").out


def test_names_come_from_options_and_a_file(home: Shell, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("# هيئات\nيورغن غالاهان\n", encoding="utf-8")
    file = str(tmp_path / "names.txt")
    made = home.json("topics", "add", "--name", "أسماء", "--names", "النورس = مدينة النورس", "--names-file", file)
    assert made["names"] == [["النورس", "مدينة النورس"], ["يورغن غالاهان"]]
    assert matched(home, "أسماء") == [1, 2]
    home.json("topics", "edit", "أسماء", "--at-least", "2")
    assert matched(home, "أسماء") == []
    assert sorted(row["id"] for row in home.json("topics", "matches", "أسماء", "--near")) == [1, 2]


def test_a_mix_takes_its_reference_from_a_file_only(home: Shell) -> None:
    made = home.json("topics", "add", "--name", NAME, "--query", "سفينة -تدريب", "--file", "-", stdin=REFERENCE)
    assert made["kind"] == "example+query"
    assert made["terms"]
    assert matched(home, NAME) == [1]
    made = home.json("topics", "add", "--name", "استعلام", "--query", "سفينة", stdin=REFERENCE)
    assert made["kind"] == "query", "standard input is not read unless it is asked for"


def test_a_dry_run_shows_what_a_query_would_match(home: Shell) -> None:
    told = home.json("topics", "add", "--name", "سفن", "--query", "سفينة", "--dry-run")
    assert (told["id"], told["matched"], told["read"], told["kind"]) == (None, 2, 3, "query")
    assert sorted(row["id"] for row in told["would_match"]) == [1, 2]
    assert home.json("topics", "list") == []


def test_an_edit_says_what_it_gains_and_loses_and_is_undone(home: Shell) -> None:
    home.run("topics", "add", "--name", "سفن", "--query", "سفينة")
    told = home.json("topics", "edit", "سفن", "--query", "القمح أو غرق", "--name", "أخبار")
    assert (told["topic"], told["matched"], told["gained"], told["lost"]) == ("أخبار", 2, 1, 1)
    assert matched(home, "أخبار") == [1, 3]
    compared = home.json("topics", "compare", "أخبار")
    assert [[row["id"] for row in compared[side]] for side in ("gained", "lost")] == [[3], [2]]
    (first, second) = home.json("topics", "versions", "أخبار")
    assert (first["query"], second["query"], second["cause"]) == ("سفينة", "القمح أو غرق", "edited")
    assert home.json("topics", "undo", "أخبار")["topic"] == "أخبار"
    assert matched(home, "سفن") == [1, 2]


def test_criteria_go_together_or_one_is_enough(home: Shell) -> None:
    home.run("topics", "add", "--name", "خليط", "--query", "غرق", "--names", "مرجانة")
    assert matched(home, "خليط") == []
    home.run("topics", "edit", "خليط", "--any")
    assert matched(home, "خليط") == [1, 2, 3]
    assert "one of these is enough" in home.run("topics", "show", "خليط").out
    home.run("topics", "edit", "خليط", "--all", "--names", "")
    assert matched(home, "خليط") == [1]


def test_a_verdict_is_kept_and_the_command_says_what_to_do(home: Shell) -> None:
    home.run("topics", "add", "--name", "سفن", "--query", "سفينة")
    answer = home.run("topics", "verdict", "سفن", "2", "--irrelevant")
    assert "moves nothing" in answer.err
    assert "topics edit" in answer.err
    assert matched(home, "سفن") == [1, 2]
    assert home.json("topics", "verdict", "سفن", "2", "--irrelevant")["learned"] is False
    assert home.json("topics", "explain", "سفن", "2")["verdict"] is False
    assert home.json("topics", "ask", "سفن") == []


def test_an_explanation_names_what_is_missing_and_excluded(home: Shell) -> None:
    home.run("topics", "add", "--name", "سفن", "--query", "سفينة ناقلة -تدريب", "--names", "النورس")
    told = home.json("topics", "explain", "سفن", "2")
    assert told["match"] is False
    assert told["reason"]["missing"] == ["ناقلة", "النورس"]
    assert told["reason"]["excluded"] == ["تدريب", "تدريبا"]
    said = home.run("topics", "explain", "سفن", "2").out
    assert "excluded    تدريب" in said
    assert "query       not met" in said
    article = "سفينة وناقلة في النورس\nغرقت ناقلة وسفينة في النورس."
    tested = home.run("topics", "test", "سفن", stdin=article.encode()).out
    assert tested.startswith("match, score 0.9")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--query", "-تدريب"), "only excludes"),
        (("--query", "(سفينة"), "character 1 of the query"),
        (("--names", "في"), "no name"),
        (("--names", "كيم", "--at-least", "2"), "ask for 1 to 1"),
        (("--names-file", "/nonexistent"), "cannot read"),
    ],
)
def test_what_cannot_be_asked_is_refused(home: Shell, options: tuple[str, ...], said: str) -> None:
    assert said in home.refused("topics", "add", "--name", "سفن", *options)


def test_an_edit_needs_something_to_change(home: Shell) -> None:
    home.run("topics", "add", "--name", "سفن", "--query", "سفينة")
    assert "say what to change" in home.refused("topics", "edit", "سفن")
    assert "nothing would change" in home.refused("topics", "edit", "سفن", "--query", "سفينة")
    assert "nothing would be left" in home.refused("topics", "edit", "سفن", "--query", "")


def test_the_search_knows_the_same_language(home: Shell) -> None:
    def found(*words: str) -> list[int]:
        return sorted(row["id"] for row in home.json("articles", "search", *words))

    assert found("سفينة -تدريب") == [1]
    assert found("عنوان:قمح أو غرق") == [1, 3]
    assert found("سفينة", "أو", "قمح") == [1, 2, 3]
    assert found("غرق سفينة") == [1], "an argument with a space is a phrase"
    assert found("سفينة غرق") == []
