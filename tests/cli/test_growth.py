"""The command that shows what a topic grew by."""

import json
from pathlib import Path

import pytest
from shell import Shell

NAME = "سيول وادي النخيل"
REFERENCE = (
    "سيول تجتاح وادي النخيل\nاجتاحت السيول وادي النخيل ليل الأحد وجرفت عشرات المنازل الطينية، وأخلت فرق الإنقاذ مئات "
    "السكان إلى مدرسة القرية."
).encode()
LATER = "افتتحت البلدية مركز إيواء لمتضرري السيول في وادي النخيل، ووزعت جمعية الهلال خياما وأغطية على ثمانين أسرة هناك."


@pytest.fixture
def grown(shell: Shell, tmp_path: Path) -> Shell:
    rows = [
        {"id": "s", "title": "سيول وادي النخيل", "text": LATER},
        {"id": "o", "title": "القمح", "text": "سعر. " * 40},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    shell.run("articles", "add", str(path))
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    return shell


def test_growth_is_shown_and_turned_off_and_on(grown: Shell) -> None:
    found = grown.json("topics", "growth", NAME)
    assert (found["grows"], [row["id"] for row in found["articles"]]) == (True, [1])
    assert 0 < found["drift"] < 1
    assert "grows" in grown.run("topics", "growth", NAME).out
    off = grown.json("topics", "growth", NAME, "--off")
    assert (off["grows"], off["articles"], off["drift"]) == (False, [], 0)
    assert {"matched", "read", "gained", "lost"} <= off.keys()
    assert "does not grow already" in grown.run("topics", "growth", NAME, "--off", code=2).err
    assert grown.json("topics", "growth", NAME, "--on")["articles"] == found["articles"]
    causes = [row["cause"] for row in grown.json("topics", "versions", NAME)]
    assert [cause for cause in causes if cause.startswith("growth")] == ["growth_off", "growth_on"]
