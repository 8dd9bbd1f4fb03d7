"""Copies on the command line: sightings, links, two texts beside each other, and the words of analysts."""

from pathlib import Path

import pytest
from shell import Shell

WIRE = (
    "افتتح مجلس البلدة سوقا مسقوفة جديدة لبائعي الخضر بعد ثلاث سنوات من أعمال البناء والتأخير. "
    "وتضم السوق مئتي دكان ومخازن مبردة وموقفا للشاحنات يدخل من الطريق الدائرية لا من وسط البلدة. "
    "وقال رئيس المجلس إن الإيجارات ستبقى ثابتة عامين كاملين حتى يعتاد التجار المكان الجديد. "
)
LATER = " وارتفعت حصيلة الانهيار الذي أصاب أحد الجدران إلى 7 قتلى."
ROUNDUP = " ".join(f"وهذه فقرة {n} من عرض الصحف في موضوع {n} لا صلة له بما قبله ولا بما بعده أبدا." for n in range(30))
ROWS = (
    ("صحيفة الضفة", "سوق جديدة", f"{WIRE}{LATER.replace('7', '3')}", "2026-05-01T08:00:00Z"),
    ("صحيفة الضفة", "السوق: حصيلة جديدة", f"{WIRE}{LATER}", "2026-05-01T14:00:00Z"),
    ("موقع السهل", "افتتاح السوق", f"{WIRE}", "2026-05-01T15:00:00Z"),
    ("إذاعة الوادي", "عرض الصحف", f"{ROUNDUP} {WIRE}", "2026-05-01T16:00:00Z"),
)


@pytest.fixture
def four(shell: Shell, tmp_path: Path) -> Shell:
    """Give a home with a text, its update, a cut copy, and a roundup that holds it."""
    import json

    lines = [json.dumps(dict(zip(("outlet", "title", "text", "published"), row, strict=True))) for row in ROWS]
    (tmp_path / "four.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shell.run("articles", "add", str(tmp_path / "four.jsonl"))
    return shell


def test_an_article_is_shown_with_its_copies_updates_and_links(four: Shell) -> None:
    shown = four.json("articles", "show", "1")
    assert [(s["id"], s["kind"]) for s in shown["sightings"]] == [(2, "update"), (3, "copy")]
    assert shown["sightings"][0]["changes"] == [{"before": "3", "after": "7", "context": "قتلى."}]
    assert shown["sightings"][1]["words"] < shown["sightings"][0]["words"]
    kinds = {row["id"]: row["kind"] for row in shown["relations"]}
    assert kinds == {2: "updated", 3: "copied", 4: "contained"}
    assert all(row["runs"][0][2] >= 8 and row["made_with"] == "rule 3, masks 0 0" for row in shown["relations"])
    assert [(r["id"], r["kind"]) for r in four.json("articles", "show", "4")["relations"]] == [(1, "contains")]
    told = four.run("articles", "show", "1").out
    assert "\u20683\u2069 \u2190 \u20687\u2069 قتلى" in told
    assert "is contained in" in told


def test_a_story_shows_an_update_as_a_version_of_its_own_and_its_ledger_the_figures(four: Shell) -> None:
    (story,) = [row for row in four.json("stories", "list") if row["title"] == "سوق جديدة"]
    whole = four.json("stories", "show", str(story["id"]))
    (text,) = [row for row in whole["texts"] if row["article"] == 1]
    assert ([u["article"] for u in text["updates"]], [c["article"] for c in text["copies"]]) == ([2], [3])
    assert [(c["article"], c["text"]) for c in whole["changes"]] == [(2, "3 → 7 قتلى")]
    assert "update of 1" in four.run("stories", "show", str(story["id"])).out
    lines = four.json("articles", "ledger", "1")["sightings"]
    assert [entry["changes"] for entry in lines if entry["id"] == 2] == [["3 → 7 قتلى", "عنوان آخر"]]


def test_a_search_folds_copies_unless_all_are_asked_for(four: Shell) -> None:
    assert [(r["id"], r["copies"]) for r in four.json("articles", "search", "السوق")] == [(4, 0), (1, 2)]
    assert len(four.json("articles", "search", "السوق", "--all")) == 4


def test_two_articles_beside_each_other(four: Shell) -> None:
    found = four.json("articles", "compare", "2", "1")
    assert (found["earlier"], found["later"], found["relation"], found["same_group"]) == (1, 2, "update", True)
    assert ("3", "7") in [(u["before"], u["after"]) for u in found["updates"]]
    assert four.json("articles", "compare", "1", "4")["longer"] == 4
    told = four.run("articles", "compare", "1", "2").out
    assert "update: " in told
    assert "[-\u20683\u2069-]{+\u20687\u2069+}" in told
    assert "two articles" in four.run("articles", "compare", "1", "1", code=2).err


def test_a_word_is_kept_until_it_is_undone(four: Shell) -> None:
    said = four.json("articles", "not-same", "1", "3")
    assert (said["one_group"], said["moved"]) == (False, [3])
    assert [(s["id"], s["kind"]) for s in four.json("articles", "show", "1")["sightings"]] == [(2, "update")]
    assert "not the same" in four.run("articles", "verdicts").out
    assert four.json("articles", "not-same", "1", "3", "--undo")["one_group"] is True
    assert four.json("articles", "verdicts") == []
    assert [row["undone"] is not None for row in four.json("articles", "verdicts", "--all")] == [True]
    assert four.json("articles", "same", "1", "4")["one_group"] is True
    assert {s["id"] for s in four.json("articles", "show", "4")["sightings"]} == {1, 2, 3}


def test_a_word_does_not_take_the_place_of_its_opposite_and_all_stay_on_record(four: Shell) -> None:
    four.run("articles", "not-same", "1", "3")
    four.run("articles", "not-same", "1", "3")
    assert "1 and 3 were said to be not the same: undo that first" in four.run("articles", "same", "1", "3", code=2).err
    four.run("articles", "not-same", "1", "3", "--undo")
    four.run("articles", "same", "1", "3")
    assert "said to be the same: undo that first" in four.run("articles", "not-same", "3", "1", code=2).err
    four.run("articles", "same", "1", "3", "--undo")
    four.run("articles", "not-same", "1", "3")
    found = [(r["same"], r["undone"] is not None) for r in four.json("articles", "verdicts", "--all")]
    assert found == [(False, True), (True, True), (False, False)]


def test_a_word_that_cannot_be_is_refused(four: Shell) -> None:
    four.run("articles", "same", "1", "2")
    four.run("articles", "not-same", "2", "3")
    assert "2 and 3 were said to be not the same: undo that first" in four.run("articles", "same", "1", "3", code=2).err
    assert "no article 9" in four.run("articles", "same", "1", "9", code=2).err
    assert "two articles" in four.run("articles", "same", "1", "1", code=2).err
    assert "articles verdicts" in four.run("articles", "same", "1", "4", "--undo", code=2).err
