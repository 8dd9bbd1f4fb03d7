"""The bench of copies: it runs, scores as said, and ends in one line of JSON."""

import gzip
import json
import sys
from pathlib import Path

import pytest

from bench.copies import bigram_rule, main, overlap_rule, score, when

BODY = " ".join(f"خبر{number}" for number in range(60))


def test_score_counts_contains_as_yes() -> None:
    pairs = [{"label": label} for label in ("copy", "update", "template", "unrelated")]
    figures = score(pairs, ["contains", "none", "copy", "none"])
    assert (figures["precision"], figures["recall"], figures["f1"]) == (0.5, 0.5, 0.5)
    assert (figures["templates_merged"], figures["updates_called_update"], figures["updates"]) == (1, 0, 1)


def test_title_rules() -> None:
    assert overlap_rule("افتتاح رصيف جديد للصيد", "افتتاح رصيف جديد في الساحل")
    assert not overlap_rule("افتتاح رصيف", "افتتاح رصيف")
    assert bigram_rule("افتتاح رصيف", "افتتاح رصيف جديد")
    assert not bigram_rule("افتتاح رصيف", "معرض الكتاب")
    assert not bigram_rule("", "")


def test_dates_get_a_zone() -> None:
    assert when("2015-07-21 03:06:09") == when("Tue, 21 Jul 2015 06:06:09 +0300")
    assert when(None) is None


def test_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    docs = [
        {"id": name, "title": "عنوان", "text": text, "source": name, "date": None}
        for name, text in (("a", BODY), ("b", BODY + " زيادة"), ("c", "نص آخر لا صلة له بالخبر الأول مطلقا"))
    ]
    pairs = [{"a": "a", "b": b, "label": label, "unsure": False} for b, label in (("b", "copy"), ("c", "unrelated"))]
    for name, lines in (("docs", docs), ("pairs", pairs)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    arguments = [f"--{name}={tmp_path / name}" for name in ("docs", "pairs", "out")]
    monkeypatch.setattr(sys, "argv", ["copies", *arguments])
    main()
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["bench"], last["figures"]["f1"], last["figures"]["lookup_recall"]) == ("copies", 1.0, 1.0)
    said = [json.loads(line)["verdict"] for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines()]
    assert said == ["copy", "none"]


def test_a_corpus_is_grouped_on_the_streaming_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"id": f"n{n}", "outlet": f"o{n % 2}", "published": f"2020-01-01T0{n}:00:00+00:00", "title": "خبر",
         "text": BODY if n < 3 else BODY.replace("خبر", f"نبأ{n}")}
        for n in range(5)
    ]  # fmt: skip
    (tmp_path / "corpus").mkdir()
    with gzip.open(tmp_path / "corpus" / "small.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    monkeypatch.setenv("MARSAD_SHARED", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["copies", "--corpus=small", f"--out={tmp_path / 'groups'}"])
    main()
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]
    assert (figures["articles"], figures["articles_in_them"], figures["largest_groups"]) == (5, 3, [3])
    assert "by chance 1: 3 articles" in (tmp_path / "groups").read_text(encoding="utf-8")
