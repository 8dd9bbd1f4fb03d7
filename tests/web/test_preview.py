"""A topic is shown before it is saved."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from storage import jobs, topics
from storage.engine import Database

NAME = "جسر المرسى"
TEXT = """إغلاق جسر المرسى بعد تصدع في دعاماته
أغلقت بلدية المرسى الجسر القديم أمام الشاحنات بعد أن رصد مهندسون تصدعا في دعامتين من دعاماته الخمس،
وحولت حركة المرور إلى الطريق الساحلي، وقالت إن أعمال التدعيم تستغرق ستة أسابيع على الأقل."""


def done(sqlite: Database, found: dict[str, Any]) -> None:
    title, _, body = TEXT.partition("\n")
    answer = {"title": title, "text": body, "url": "", "matched": 3, "read": 70, "broad": False, "terms": ["المرسى"]}
    with sqlite.write() as session:
        job = jobs.get(session, 1)
        assert jobs.finish(session, 1, "", job.created, "done", answer | found)


@pytest.fixture
def place(send: Any) -> str:
    answer = send(name=NAME, text=TEXT, preview="1")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_preview_keeps_no_topic_until_it_is_saved(
    client: TestClient, sqlite: Database, place: str, press_button: Any
) -> None:
    with sqlite.read() as session:
        job = jobs.get(session, 1)
        assert (job.kind, job.payload["name"]) == ("preview_topic", NAME)
        assert job.payload["title"] == "إغلاق جسر المرسى بعد تصدع في دعاماته"
        assert topics.listing(session) == []
    assert "في الانتظار" in client.get(place).text
    row = {"id": 4, "title": "جسر آخر", "outlet": "صحيفة المنارة", "score": 0.71}
    done(sqlite, {"would_match": [row]})
    page = client.get(place).text
    assert "3 مواد مطابقة من 70" in page
    assert "جسر آخر" in page
    assert "0.71" in page
    answer = press_button(place, f"{place}/topic")
    with sqlite.read() as session:
        (topic,) = topics.listing(session)
        assert answer.headers["location"] == f"/topics/{topic.id}"
        (reference,) = topics.references(session, topic.id or 0)
        assert (topic.name, reference.title) == (NAME, "إغلاق جسر المرسى بعد تصدع في دعاماته")
        assert list(jobs.latest(session, "backfill_topic")) == [topic.id]
    again = press_button(place, f"{place}/topic")
    assert again.status_code == 409
    assert "يوجد موضوع رصد بهذا الاسم" in again.text


def test_a_broad_topic_is_told_before_it_is_saved(client: TestClient, sqlite: Database, place: str) -> None:
    done(sqlite, {"would_match": [], "broad": True})
    assert "أكثر من 2%" in client.get(place).text


def test_an_address_is_previewed_by_a_worker(sqlite: Database, send: Any) -> None:
    assert send(name=NAME, url="https://news.example/1", preview="1").status_code == 303
    with sqlite.read() as session:
        assert jobs.get(session, 1).payload == {"name": NAME, "url": "https://news.example/1"}


@pytest.mark.parametrize(("fields", "status"), [({"text": "قصير"}, 422), ({"url": "ftp://x/"}, 422)])
def test_what_no_topic_can_be_made_of_is_not_previewed(
    sqlite: Database, send: Any, fields: dict[str, str], status: int
) -> None:
    assert send(name=NAME, preview="1", **fields).status_code == status


def test_only_a_preview_that_is_done_can_be_saved(client: TestClient, place: str, send: Any) -> None:
    token = client.get("/").text.partition('name="token" value="')[2][:64]
    assert client.post(f"{place}/topic", data={"token": token}).status_code == 404
    send(name=NAME, text=TEXT)
    assert client.post("/jobs/2/topic", data={"token": token}).status_code == 404
    assert send(name=NAME, text=TEXT, preview="1").status_code == 409
