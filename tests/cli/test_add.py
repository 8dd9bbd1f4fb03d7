"""`articles add` of files, folders and ZIPs: what became of each."""

import zipfile
from pathlib import Path

import pytest
from press import STORY
from shell import Shell

from domain.errors import BadInput
from worker import files

TEXT = f"غرق سفينة في النورس\n{STORY}"
OTHER = "افتتاح جسر المرجان\n" + " ".join(f"كلمة{n}" for n in range(40))


def page(title: str, body: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html>\n<!-- saved from url=(0032)https://nawras.example/news/{len(title)} -->\n"
        f'<html lang="ar"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body><article>'
        f"<h1>{title}</h1><p>{body}</p>"
        "</article></body></html>"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder as somebody keeps one: pages, texts, what browsers lay beside them, and what cannot be read."""
    made = tmp_path / "أرشيف"
    (made / "صفحات_files").mkdir(parents=True)
    (made / "أ.txt").write_text(TEXT, encoding="utf-8")
    (made / "ب.html").write_text(page("إعادة فتح الطريق الساحلي", " ".join(f"لفظ{n}" for n in range(60))), "utf-8")
    (made / "ج.txt").write_text("", encoding="utf-8")
    (made / "د.pdf").write_bytes(b"%PDF-1.7 ...")
    (made / "هـ.txt").write_text(TEXT, encoding="utf-8")
    (made / "و.jsonl").write_text('{"title": "خبر من سطر", "text": "نص قصير"}\n', encoding="utf-8")
    (made / "صفحات_files" / "style.css").write_text("body{}")
    (made / ".DS_Store").write_bytes(b"x")
    return made


def outcomes(document: dict) -> dict[str, str]:
    return {Path(file["file"]).name: file["outcome"] for file in document["files"]}


EXPECTED = {
    "أ.txt": "new", "ب.html": "new", "ج.txt": "refused", "د.pdf": "refused", "هـ.txt": "seen", "و.jsonl": "lines",
}  # fmt: skip


def test_each_file_of_a_folder_ends_in_one_outcome(shell: Shell, folder: Path) -> None:
    document = shell.json("articles", "add", str(folder), "--outlet", "صحيفة النورس", "--date", "2026-03-01")
    assert outcomes(document) == EXPECTED
    why = {Path(file["file"]).name: file["detail"] for file in document["files"]}
    assert "is empty" in why["ج.txt"]
    assert "PDF" in why["د.pdf"]
    assert why["و.jsonl"] == "1 new, 0 copies, 0 seen"
    assert document["new"] == 3
    rows = shell.json("articles", "search", "النورس OR الطريق OR سطر")
    assert {row["outlet"] for row in rows} == {"صحيفة النورس"}
    assert {row["published"][:10] for row in rows} == {"2026-03-01"}
    (saved,) = [row for row in rows if "الطريق" in row["title"]]
    assert saved["url"].startswith("https://nawras.example/news/")
    said = shell.run("articles", "add", str(folder)).out
    assert "refused" in said


def test_a_zip_is_read_like_the_folder(shell: Shell, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
        archive.writestr("../../outside.txt", "عنوان خارج المجلد\n" + OTHER)
        archive.writestr("bomb.txt", b"\xd9\x85" * 5_000_000)
    document = shell.json("articles", "add", str(path))
    assert outcomes(document) == EXPECTED | {"outside.txt": "new", "bomb.txt": "refused"}
    assert not (tmp_path.parent / "outside.txt").exists()
    assert "more than 5,000,000 bytes" in next(f["detail"] for f in document["files"] if "bomb" in f["file"])


def test_a_page_keeps_its_own_date_and_a_text_takes_the_one_given(shell: Shell, tmp_path: Path) -> None:
    date = '<meta property="article:published_time" content="2025-12-31T10:00:00+02:00">'
    (tmp_path / "a.html").write_text(page("بدء موسم الصيد", STORY, date), "utf-8")
    shell.run("articles", "add", str(tmp_path / "a.html"), "--date", "2026-03-01")
    (row,) = shell.json("articles", "search", "موسم")
    assert row["published"][:10] == "2025-12-31"


def test_files_named_one_by_one_stay_all_or_nothing(shell: Shell, folder: Path) -> None:
    assert "is empty" in shell.refused("articles", "add", str(folder / "أ.txt"), str(folder / "ج.txt"))


def test_what_cannot_be_is_said_in_one_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert "holds no file" in shell.refused("articles", "add", str(tmp_path / "empty"))
    assert "--date takes a date" in shell.refused("articles", "add", str(tmp_path / "a.txt"), "--date", "غدا ربما")
    assert "at most 100" in shell.refused("articles", "add", str(tmp_path / "a.txt"), "--outlet", "ا" * 101)


def test_a_folder_without_end_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 3)
    with pytest.raises(BadInput, match="add it in parts"):
        list(files.files_in(str(folder), 1_000))
