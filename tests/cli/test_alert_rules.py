"""How a subscription is told, set and tried out on the command line."""

import json
from pathlib import Path

import pytest
from shell import Shell

NAME = "سيول وادي النخيل"
REFERENCE = (
    "سيول تجتاح وادي النخيل\nاجتاحت السيول وادي النخيل ليل الأحد وجرفت عشرات المنازل الطينية، وأخلت فرق الإنقاذ مئات "
    "السكان إلى مدرسة القرية."
).encode()
REPORTS = (
    ("سيول وادي النخيل تقتل ثلاثة أشخاص", "قتلت السيول ثلاثة أشخاص في وادي النخيل وجرفت منازل ليل الأحد.", "01T08"),
    ("سيول وادي النخيل: سبعة قتلى", "ارتفعت حصيلة السيول في وادي النخيل إلى سبعة قتلى بعد أن جرفت منازل.", "01T12"),
    ("مركز إيواء لمتضرري السيول في وادي النخيل", "افتتحت البلدية مركز إيواء لمتضرري السيول في وادي النخيل.", "20T12"),
)  # fmt: skip
TO = ("--to", "https://hooks.example/marsad")


@pytest.fixture
def told(shell: Shell, tmp_path: Path) -> Shell:
    """Give a home with a topic, three matches and a subscription."""
    rows = [
        {"title": title, "text": f"{text} {text}", "outlet": f"صحيفة {n}", "published": f"2026-03-{day}:00:00Z"}
        for n, (title, text, day) in enumerate(REPORTS)
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    shell.run("articles", "add", str(path))
    shell.run("topics", "add", "--name", NAME, stdin=REFERENCE)
    shell.run(
        "alerts", "add", "--topic", NAME, *TO, "--quiet", "22:00-07:00", "--zone", "Asia/Riyadh", "--per-day", "5"
    )
    return shell


def test_a_subscription_is_listed_as_it_is_told_and_changed(told: Shell) -> None:
    (row,) = told.json("alerts", "list")
    assert (row["kind"], row["quiet"], row["zone"], row["per_day"], row["held"]) == (
        "topic", "22:00-07:00", "Asia/Riyadh", 5, 0,
    )  # fmt: skip
    said = told.run("alerts", "edit", "1", "--off", "fri", "--digest", "daily@09:00", "--on", "first_match").out
    assert "digest daily@09:00 (Asia/Riyadh)" in said
    (row,) = told.json("alerts", "list")
    assert (row["off"], row["digest"], row["on"], row["quiet"]) == ("fri", "daily@09:00", "first_match", "22:00-07:00")
    assert told.run("alerts", "edit", "1", "--quiet", "").code == 0
    assert told.json("alerts", "list")[0]["quiet"] == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--topic", NAME, "--quiet", "22:00-07:00"), "add --zone"),
        (("--topic", NAME, "--on", "everything"), "no reason to alert"),
        (("--topic", NAME, "--service"), "--topic NAME, or --service"),
        ((), "--topic NAME, or --service"),
    ],
)
def test_what_can_not_be_is_one_line(told: Shell, options: tuple[str, ...], said: str) -> None:
    assert said in told.run("alerts", "add", *TO, *options, code=2).err


def test_the_service_itself_can_be_told(told: Shell) -> None:
    assert told.json("alerts", "add", "--service", "--to", "https://hooks.example/ops")["topic"] is None
    assert [row["kind"] for row in told.json("alerts", "list")] == ["topic", "service"]
    assert "(service)" in told.run("alerts", "list").out
    assert "nothing to try out" in told.run("alerts", "preview", "2", code=2).err
    twice = told.run("alerts", "add", "--service", "--to", "https://hooks.example/ops", code=2)
    assert "told to that address already" in twice.err


def test_a_preview_tells_what_would_have_been_told_and_keeps_nothing(told: Shell) -> None:
    found = told.json("alerts", "preview", "1")
    assert (found["matches"], found["stories"]) == (3, 2)
    assert [row["reason"] for row in found["would_tell"]] == ["first_match", "new_number", "first_match"]
    assert found["would_tell"][1]["reason_text"].startswith("رقم تغيّر: 3")
    assert (found["alerts"], found["held"], found["cut_in"]) == (3, {}, None)
    few = told.json("alerts", "preview", "1", "--per-day", "1")
    assert (few["alerts"], few["held"], few["digests"]) == (2, {"over_budget": 1}, 1)
    assert few["cut_in"] == few["would_tell"][1]["at"]
    night = told.json("alerts", "preview", "--topic", NAME, "--quiet", "08:00-20:00", "--zone", "Asia/Riyadh")
    assert (night["alerts"], night["held"], night["digests"]) == (0, {"quiet_hours": 3}, 2)
    assert told.json("alerts", "list")[0]["per_day"] == 5
    assert told.json("alerts", "log") == []
    assert "3 alerts at once" in told.run("alerts", "preview", "1").out


def test_after_a_restore_nothing_old_is_told(told: Shell) -> None:
    assert "0 alerts that waited are not sent" in told.run("alerts", "hush").out
