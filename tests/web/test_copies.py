"""Copies on the pages: what a group looks like, two texts beside each other, and the analyst's buttons."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient
from stored import NOON, context, draft

from storage.engine import Database
from storage.models import Job
from storage.relations import VERDICT
from web import words
from worker import copy_verdicts, jobs
from worker.keep import keep, read_article

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
BODY = " ".join(f"جملة{'ابتثجحخدذر'[n % 10]}{'كلمنهوي'[n % 7]} عن السوق" for n in range(60))


@pytest.fixture
def ids(sqlite: Database, tmp_path: Path) -> list[int]:
    """Store a text, its update and a roundup that holds it."""
    worker = context(sqlite, tmp_path)
    around = " ".join(f"فقرة{'ابتثجحخدذر'[n % 10]}{'كلمنهوي'[n % 7]}{'سشصضطظعغف'[n % 9]} أخرى" for n in range(900))
    drafts = [
        draft("أ", "سوق جديدة", f"{BODY} وسقط 3 قتلى", at=NOON),
        draft("ب", "حصيلة <b>جديدة</b>", f"{BODY} وسقط 7 قتلى", at=NOON + HOUR),
        draft("ج", "عرض الصحف", f"{around} {BODY}", at=NOON + 2 * HOUR, outlet="إذاعة الوادي"),
    ]
    readings = [read_article(worker, d) for d in drafts]
    sqlite.transact(lambda session: keep(worker, session, readings, feed_id=None, document=""))
    return [1, 2, 3]


def test_a_group_shows_what_each_is_and_what_moved(client: TestClient, ids: list[int]) -> None:
    page = client.get("/articles/1").text
    assert words.PLACES["update"] in page
    assert "<del><bdi>3</bdi></del> ← <ins><bdi>7</bdi></ins> قتلى" in page
    assert words.PLACES["contained"] in page
    assert 'href="/articles/1/compare/3"' in page
    assert words.PLACES["lead"] in client.get("/articles/2").text


def test_two_texts_stand_beside_each_other(client: TestClient, ids: list[int]) -> None:
    page = client.get("/articles/2/compare/1").text
    assert page.index("سوق جديدة") < page.index("حصيلة &lt;b&gt;جديدة")
    assert words.RELATIONS["update"] in page
    assert "<ins><bdi>7</bdi></ins>" in page
    assert client.get("/articles/1/compare/1").status_code == 422
    assert client.get("/articles/1/compare/9").status_code == 404


def test_a_word_is_asked_for_kept_by_a_worker_and_undone(
    client: TestClient, ids: list[int], sqlite: Database, press_button: Any, tmp_path: Path
) -> None:
    answer = press_button("/articles/1", "/articles/1/copies", other="2", say="not_same")
    assert (answer.status_code, answer.headers["location"]) == (303, "/articles/1#others")
    assert words.WORD_WAITS in client.get("/articles/1").text
    work(sqlite, tmp_path)
    page = client.get("/articles/1").text
    assert words.WORD_WAITS not in page
    assert "لم تُرصد هذه المادة في موضع آخر" in page
    assert 'value="undo_not_same"' in page
    press_button("/articles/1", "/articles/1/copies", other="2", say="undo_not_same")
    work(sqlite, tmp_path)
    assert words.PLACES["update"] in client.get("/articles/1").text


def work(sqlite: Database, home: Path) -> None:
    """Let a worker do the jobs that wait."""
    with sqlite.read() as session:
        waiting = [job.id or 0 for job in session.exec(select(Job).where(Job.kind == VERDICT, Job.state == "waiting"))]
    jobs.do_jobs(context(sqlite, home, NOW), waiting)


@pytest.mark.parametrize(
    ("values", "status", "line"),
    [
        ({"other": "9", "say": "same"}, 404, words.NO_ARTICLE),
        ({"other": "1", "say": "same"}, 422, words.OTHER_WORD),
        ({"other": "2", "say": "perhaps"}, 422, ""),
        ({"other": "x", "say": "same"}, 422, ""),
        ({"other": "3", "say": "same"}, 422, words.OTHER_WORD),
    ],
)
def test_a_word_that_cannot_be_is_refused(
    ids: list[int], sqlite: Database, press_button: Any, tmp_path: Path, values: dict[str, str], status: int, line: str
) -> None:
    worker = context(sqlite, tmp_path)
    copy_verdicts.say(worker, 1, 2, same=True)
    copy_verdicts.say(worker, 2, 3, same=False)
    answer = press_button("/articles/1", "/articles/1/copies", **values)
    assert answer.status_code == status
    assert line in answer.text


def test_a_form_from_elsewhere_is_refused(client: TestClient, ids: list[int]) -> None:
    assert client.post("/articles/1/copies", data={"other": "2", "say": "same"}).status_code == 403
