"""References that are no single story, or too long, or many."""

import json
from pathlib import Path

from press import NAME, STORY
from shell import Shell

BRIEFS = """موجز أخبار

* انهيار جسر في الحديدة
الحديدة - وكالات: انهار جسر خرساني بعد أن صدمته سفينة شحن محملة بالإسمنت فجر الثلاثاء، وانتشل أربعة عمال.

* لاعبة شطرنج تحرز لقب آسيا
طشقند - وكالات: أحرزت لاعبة في السادسة عشرة بطولة آسيا للشطرنج إثر تعادلها في الجولة الأخيرة مع منافستها الهندية.

* الجراد يهدد محاصيل النيجر
نيامي - وكالات: حذر مهندسون زراعيون من أسراب جراد صحراوي عبرت حدود مالي والتهمت حقول الدخن.
"""


def test_a_roundup_asks_which_story_is_meant(shell: Shell, tmp_path: Path) -> None:
    page = tmp_path / "briefs.txt"
    page.write_text(BRIEFS, encoding="utf-8")
    words = ["topics", "add", "--name", "استقالة الحكومة", "--file", str(page)]
    said = shell.run(*words, code=2).err
    assert said.strip().split("\n")[-1].startswith("marsad: the reference is a roundup of 3 stories")
    assert "  2  لاعبة شطرنج تحرز لقب آسيا" in said
    assert "no part 4" in shell.refused(*words, "--part", "4")
    assert shell.json("topics", "list") == []
    made = shell.json(*words, "--part", "2")
    assert "شطرنج" in made["terms"]
    assert "جراد" not in made["terms"]
    (reference,) = shell.json("topics", "show", "استقالة الحكومة")["references"]
    assert reference["title"] == "لاعبة شطرنج تحرز لقب آسيا"


def test_the_story_that_the_name_is_about_is_learned_and_that_is_said(shell: Shell, tmp_path: Path) -> None:
    page = tmp_path / "briefs.txt"
    page.write_text(BRIEFS, encoding="utf-8")
    said = shell.run("topics", "add", "--name", "بطولة الشطرنج", "--file", str(page), "--dry-run").err
    assert "learned from story 2, «لاعبة شطرنج تحرز لقب آسيا»" in said


def test_a_reference_that_is_cut_says_so(shell: Shell, tmp_path: Path) -> None:
    page = tmp_path / "long.txt"
    page.write_text(STORY + "\nكلام" * 400_000, encoding="utf-8")
    said = shell.run("topics", "add", "--name", NAME, "--file", str(page)).err
    assert "letters: the first 50,0" in said or "letters: the first 49,9" in said


def test_many_references_come_as_json_lines(shell: Shell, tmp_path: Path) -> None:
    lines = tmp_path / "references.jsonl"
    rows = [{"title": "إضراب المرفأ", "text": STORY, "url": f"https://n.example/{n}"} for n in range(3)]
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    shell.json("topics", "add", "--name", NAME, "--file", str(lines))
    assert len(shell.json("topics", "reference", "list", NAME)) == 3
    assert len(shell.json("topics", "reference", "add", NAME, "--file", str(lines), "--against")["references"]) == 6
    lines.write_text("\n".join(json.dumps(row) for row in rows * 167), encoding="utf-8")
    assert "at most 500 reference articles, not 501" in shell.refused(
        "topics", "add", "--name", "آخر", "--file", str(lines)
    )
    lines.write_text(json.dumps(rows[0]) + '\n{"title": "قصير"}', encoding="utf-8")
    assert "article 2: the reference has 1 words" in shell.refused(
        "topics", "add", "--name", "آخر", "--file", str(lines)
    )
    lines.rename(tmp_path / "references.txt")
    assert "is JSON" in shell.refused("topics", "add", "--name", "آخر", "--file", str(tmp_path / "references.txt"))


def test_a_match_of_a_passage_is_listed_apart(shell: Shell, tmp_path: Path) -> None:
    page, reference = tmp_path / "briefs.txt", tmp_path / "reference.txt"
    more = "* مصرف يثبت الفائدة\nتونس - وكالات: أبقى البنك المركزي نسبة الفائدة عند ثمانية بالمئة مع تراجع التضخم."
    page.write_text(BRIEFS + "\n" + more, encoding="utf-8")
    reference.write_text(BRIEFS.split("\n\n")[1].removeprefix("* "), encoding="utf-8")
    shell.json("articles", "add", str(page))
    assert shell.json("topics", "add", "--name", "انهيار جسر الحديدة", "--file", str(reference))["matched"] == 0
    (found,) = shell.json("topics", "matches", "انهيار جسر الحديدة", "--passages")
    assert found["reason"]["passage"]["part"] == 1
    assert shell.json("topics", "show", "انهيار جسر الحديدة")["passages"] == 1
    assert not shell.json("topics", "test", "انهيار جسر الحديدة", "--file", str(page))["match"]
    assert "match of a passage" in shell.run("topics", "explain", "انهيار جسر الحديدة", "1").out
    assert "not both" in shell.refused("topics", "matches", "انهيار جسر الحديدة", "--passages", "--near")
