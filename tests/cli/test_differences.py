"""`articles diff` and what `articles show` says of changes: readable from right to left, whole as JSON."""

import pytest
from press import Press, news
from shell import Shell

TITLE = "انهيار مبنى في النورس"
BEFORE = "أعلنت فرق الإنقاذ أن الحادث أسفر عن 3 قتلى.\nوقالت BBC إن البحث مستمر في الحي كله منذ الفجر."
AFTER = "أعلنت فرق الإنقاذ أن الحادث أسفر عن 7 قتلى.\nوقالت BBC إن البحث توقف في الحي كله منذ الفجر."


@pytest.fixture
def changed(shell: Shell, press: Press) -> Shell:
    """Give a home with one article that its outlet changed once."""
    press.write_feed("/a.xml", [("t1", TITLE, BEFORE * 4), news(1)])
    shell.run("feeds", "add", f"{press.base}/a.xml")
    shell.run("run", "--once")
    press.write_feed("/a.xml", [("t1", f"{TITLE}: 7 قتلى", AFTER * 4), news(1)])
    return shell


def test_a_run_counts_what_was_revised(changed: Shell) -> None:
    found = changed.json("run", "--once", "--all")
    assert found["articles"] == {"new": 0, "copies": 0, "revised": 1, "seen": 1, "rejected": 0, "waiting": 0}
    shown = changed.json("articles", "show", "1")
    assert [(r["revision"], r["changed"], r["source"], r["title"]) for r in shown["revisions"]] == [
        (1, ["title", "text"], "feed", TITLE)
    ]
    assert shown["frozen"] == ""


def test_the_difference_as_json_holds_both_texts(changed: Shell) -> None:
    changed.run("run", "--once", "--all")
    found = changed.json("articles", "diff", "1")
    for runs, key in (("title_runs", "title"), ("text_runs", "text")):
        told = {side: "".join(r["text"] for r in found[runs] if r["kind"] != side) for side in ("added", "removed")}
        assert (told["added"], told["removed"]) == (found["before"][key], found["after"][key])
    assert ("3", "7") in [(u["before"], u["after"]) for u in found["updates"]]
    assert found["before"]["title"] == TITLE


def test_lines_and_changes_stand_in_isolates(changed: Shell) -> None:
    changed.run("run", "--once", "--all")
    shown = changed.run("articles", "diff", "1").out
    assert "\u2067\u20683\u2069 \u2190 \u20687\u2069 قتلى" in shown
    assert "[-\u20683\u2069-]{+\u20687\u2069+}" in shown
    for line in shown.splitlines():
        opened = sum(line.count(sign) for sign in "\u2066\u2067\u2068")
        assert opened == line.count("\u2069"), line
        assert not any("\u0620" <= letter <= "\u064a" for letter in line) or "\u2067" in line


def test_what_is_not_there_is_said(changed: Shell) -> None:
    assert "never revised" in changed.run("articles", "diff", "2", code=2).err
    changed.run("run", "--once", "--all")
    assert "articles show 1" in changed.run("articles", "diff", "1", "--revision", "5", code=2).err
    assert "no article 99" in changed.run("articles", "diff", "99", code=2).err
