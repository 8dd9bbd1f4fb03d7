"""A reference that is a roundup: which story is meant is asked on the page."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from storage import jobs, topics
from storage.engine import Database

NOW = datetime(2026, 5, 17, tzinfo=UTC)
BRIEFS = """موجز أخبار

* انهيار جسر في الحديدة
الحديدة - وكالات: انهار جسر خرساني بعد أن صدمته سفينة شحن محملة بالإسمنت فجر الثلاثاء، وانتشل أربعة عمال.

* لاعبة شطرنج تحرز لقب آسيا
طشقند - وكالات: أحرزت لاعبة في السادسة عشرة بطولة آسيا للشطرنج إثر تعادلها في الجولة الأخيرة مع منافستها الهندية.

* الجراد يهدد محاصيل النيجر
نيامي - وكالات: حذر مهندسون زراعيون من أسراب جراد صحراوي عبرت حدود مالي والتهمت حقول الدخن.
"""


def test_the_stories_of_a_pasted_roundup_are_a_choice(sqlite: Database, send: Any) -> None:
    asked = send(name="استقالة الحكومة", text=BRIEFS)
    assert asked.status_code == 422
    assert "تجمع المادة المرجعية أحداثًا عدة" in asked.text
    assert 'value="2" required' in asked.text
    assert "لاعبة شطرنج تحرز لقب آسيا" in asked.text
    assert "المادة كلها" in asked.text
    assert send(name="استقالة الحكومة", text=BRIEFS, part="9").status_code == 422
    assert send(name="استقالة الحكومة", text=BRIEFS, part="2").headers["location"] == "/topics/1?read=story"
    with sqlite.read() as session:
        (reference,) = topics.references(session, 1)
    assert reference.title == "لاعبة شطرنج تحرز لقب آسيا"


def test_the_story_that_the_name_is_about_is_taken_and_the_page_says_so(client: TestClient, send: Any) -> None:
    place = send(name="بطولة الشطرنج", text=BRIEFS).headers["location"]
    assert "تعلّم الموضوع من الحدث" in client.get(place).text


@pytest.mark.parametrize("kind", ["topic_from_url", "preview_topic"])
def test_the_stories_of_a_fetched_roundup_are_a_choice(
    client: TestClient, sqlite: Database, press_button: Any, kind: str
) -> None:
    asked = {"name": "استقالة الحكومة", "url": "https://n.example/"}
    with sqlite.write() as session:
        id = jobs.ask(session, kind, asked, NOW)
        found = {"error": "x", "kind": "roundup", "stories": ["جسر <b>", "شطرنج"]}
        assert jobs.finish(session, id, "", NOW, "failed", found)
    page = client.get(f"/jobs/{id}").text
    assert "جسر &lt;b&gt;" in page
    assert press_button(f"/jobs/{id}", f"/jobs/{id}/story", part="3").status_code == 404
    assert press_button(f"/jobs/{id}", f"/jobs/{id}/story", part="2").headers["location"] == f"/jobs/{id + 1}"
    with sqlite.read() as session:
        job = jobs.get(session, id + 1)
    assert (job.kind, job.payload) == (kind, {**asked, "part": 2})


def test_a_job_that_asks_nothing_takes_no_answer(client: TestClient, sqlite: Database) -> None:
    with sqlite.write() as session:
        id = jobs.ask(session, "topic_from_url", {"name": "x", "url": "https://n.example/"}, NOW)
    token = re.search(r'name="token" value="([0-9a-f]{64})"', client.get("/").text)
    assert token
    assert client.post(f"/jobs/{id}/story", data={"token": token[1], "part": "0"}).status_code == 404
    assert client.post(f"/jobs/{id}/story", data={"token": "0" * 64, "part": "0"}).status_code == 403
