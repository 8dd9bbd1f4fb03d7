"""The references of a topic on the page: what a change would gain and lose comes before it is kept."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from storage import jobs, learning, topics
from storage.engine import Database

NOW = datetime(2026, 5, 17, tzinfo=UTC)
TEXT = """اتفاق ينهي إضراب ميناء الصدف
أنهى اتفاق بين نقابة عمال الشحن والشركة المشغلة إضراب ميناء الصدف بعد ستة عشر يوما، ونص على زيادة الأجور
وتقليص ساعات العمل الليلي، وقالت إدارة الميناء إن تفريغ الحاويات المكدسة يستغرق أسبوعين."""
FOUND: dict[str, Any] = {
    "title": "اتفاق ينهي إضراب ميناء الصدف", "text": TEXT.split("\n", 1)[1], "kind": "", "matched": 4, "read": 90,
    "broad": False, "gained": [{"id": 7, "title": "إضراب <b>", "outlet": "المنارة"}], "gained_number": 1, "lost": [],
    "lost_number": 0,
}  # fmt: skip


def finish(sqlite: Database, id: int, found: dict[str, Any]) -> dict[str, Any]:
    """End a preview with what a worker would have found. Gives what was asked for."""
    with sqlite.write() as session:
        job = jobs.get(session, id)
        assert job.kind == learning.PREVIEW_REFERENCE
        assert jobs.finish(session, id, "", NOW, "done", found)
        return dict(job.payload)


def titles(sqlite: Database, topic: int) -> list[tuple[str, bool]]:
    with sqlite.read() as session:
        return [(row.title, row.relevant) for row in topics.references(session, topic)]


def test_the_references_are_listed_and_the_only_one_stays(client: TestClient, topic: int) -> None:
    page = client.get(f"/topics/{topic}/references").text
    assert "إضراب في ميناء الصدف" in page
    assert "لا تُحذف المادة المرجعية الوحيدة" in page
    assert "/remove" not in page
    assert "إضراب في ميناء الصدف" in client.get(f"/topics/{topic}").text
    assert client.get("/topics/99/references").status_code == 404


@pytest.mark.parametrize(("relevant", "label"), [("1", "ذات صلة"), ("0", "خارج الموضوع")])
def test_a_reference_is_kept_after_its_effect_was_shown(
    client: TestClient, sqlite: Database, topic: int, press_button: Any, relevant: str, label: str
) -> None:
    place = f"/topics/{topic}/references"
    waiting = press_button(place, place, text=TEXT, relevant=relevant).headers["location"]
    assert "في الانتظار" in client.get(waiting).text
    assert len(titles(sqlite, topic)) == 1
    asked = finish(sqlite, int(waiting.rsplit("/")[-1]), FOUND)
    assert (asked["topic_id"], asked["relevant"], asked["title"]) == (topic, relevant == "1", FOUND["title"])
    page = client.get(waiting).text
    assert "إضراب &lt;b&gt;" in page
    assert label in page
    assert press_button(waiting, f"{waiting}/reference").headers["location"] == place
    assert titles(sqlite, topic)[1] == (FOUND["title"], relevant == "1")
    remove = re.search(rf'action="({place}/\d+/remove)"', client.get(place).text.split(FOUND["title"])[1])
    assert remove
    waiting = press_button(place, remove[1]).headers["location"]
    finish(sqlite, int(waiting.rsplit("/")[-1]), {k: v for k, v in FOUND.items() if k not in ("title", "text", "kind")})
    assert "حذف المادة المرجعية" in client.get(waiting).text
    press_button(waiting, f"{waiting}/reference")
    assert len(titles(sqlite, topic)) == 1


def test_a_stored_article_is_given_by_its_number_or_address(
    sqlite: Database, topic: int, press_button: Any, store: Any
) -> None:
    title, body = TEXT.split("\n", 1)
    id, place = store(title, body, url="https://n.example/7"), f"/topics/{topic}/references"
    for source in (str(id), "https://n.example/7"):
        waiting = press_button(place, place, source=source).headers["location"]
        asked = finish(sqlite, int(waiting.rsplit("/")[-1]), FOUND)
        assert (asked["title"], asked["text"], asked["url"]) == (title, body, "https://n.example/7")
    waiting = press_button(place, place, source="https://n.example/8").headers["location"]
    assert finish(sqlite, int(waiting.rsplit("/")[-1]), FOUND)["url"] == "https://n.example/8"


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "ألصق نص المادة المرجعية أو اكتب رابطها"),
        ({"text": TEXT, "source": "7"}, "لا الاثنين معًا"),
        ({"source": "999"}, "لا مادة محفوظة بهذا الرقم"),
        ({"source": "javascript:alert(1)"}, "اكتب رقم مادة محفوظة"),
        ({"text": "قصير"}, "لا يكفي هذا النص"),
        ({"text": "دولار 3.75 3.76\nيورو 4.10 4.15\nين 0.02 0.03"}, "جدول لا نص"),
    ],
)
def test_a_fault_is_one_line(topic: int, press_button: Any, fields: dict[str, str], line: str) -> None:
    answer = press_button(f"/topics/{topic}/references", f"/topics/{topic}/references", **fields)
    assert (answer.status_code, line in answer.text) == (422, True)


def test_what_was_not_shown_is_not_kept(client: TestClient, sqlite: Database, topic: int) -> None:
    token = re.search(r'name="token" value="([0-9a-f]{64})"', client.get("/").text)
    assert token
    with sqlite.write() as session:
        id = jobs.ask(session, learning.PREVIEW_REFERENCE, {"topic_id": topic, "remove": 1}, NOW)
    for address in (f"/jobs/{id}/reference", f"/topics/{topic}/references/99/remove"):
        assert client.post(address, data={"token": token[1]}).status_code == 404
        assert client.post(address, data={"token": "0" * 64}).status_code == 403
    assert len(titles(sqlite, topic)) == 1
