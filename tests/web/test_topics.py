import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from storage import jobs, topics
from storage.engine import Database
from storage.models import Job
from web.desk import PAGE

TEXT = """إغلاق جسر المرسى بعد تصدع في دعاماته
أغلقت بلدية المرسى الجسر القديم أمام الشاحنات بعد أن رصد مهندسون تصدعا في دعامتين من دعاماته الخمس،
وحولت حركة المرور إلى الطريق الساحلي، وقالت إن أعمال التدعيم تستغرق ستة أسابيع على الأقل."""


def test_an_empty_home_says_what_to_do(client: TestClient) -> None:
    page = client.get("/").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "لا مواضيع رصد بعد" in page


def test_a_topic_is_made_from_pasted_text(client: TestClient, sqlite: Database, send: Any) -> None:
    answer = send(name="  جسر\u202e المرسى ", text=TEXT)
    assert answer.status_code == 303
    with sqlite.read() as session:
        topic = topics.get(session, "جسر المرسى")
        (reference,) = topics.references(session, topic.id or 0)
        job = jobs.get(session, 1)
    assert answer.headers["location"] == f"/topics/{topic.id}"
    assert reference.title == "إغلاق جسر المرسى بعد تصدع في دعاماته"
    assert (job.kind, job.payload) == ("backfill_topic", {"topic_id": topic.id})
    page = client.get(f"/topics/{topic.id}").text
    assert "تصدع" in page
    assert "لا مواد مطابقة بعد" in page
    assert "استكمال الأرشيف: في الانتظار" in page
    assert "استكمال الأرشيف جارٍ" in client.get("/").text


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"text": TEXT}, "اكتب اسمًا"),
        ({"name": "ج" * 101, "text": TEXT}, "أطول من 100 حرف"),
        ({"name": "جسر المرسى"}, "ألصق نص المادة المرجعية أو اكتب رابطها"),
        ({"name": "جسر المرسى", "text": TEXT, "url": "https://news.example/1"}, "لا الاثنين معًا"),
        ({"name": "جسر المرسى", "text": "قصير جدا"}, "لا يكفي هذا النص"),
        (
            {"name": "جسر المرسى", "text": "Only English words stand here, and none of them tells us anything."},
            "ليست بالعربية",
        ),
        ({"name": "جسر المرسى", "url": "javascript:alert(1)"}, "الرابط غير صالح"),
        ({"name": "جسر المرسى", "url": "http://user:secret@news.example/"}, "الرابط غير صالح"),
    ],
)
def test_a_fault_is_one_line_and_what_was_typed_stays(
    sqlite: Database, send: Any, fields: dict[str, str], line: str
) -> None:
    answer = send(**fields)
    assert answer.status_code == 422
    assert line in answer.text
    assert all(value[:30] in answer.text for value in fields.values())
    with sqlite.read() as session:
        assert topics.listing(session) == []
        assert jobs.latest(session, "backfill_topic") == {}


@pytest.mark.parametrize("source", [{"text": TEXT}, {"url": "https://news.example/1"}])
def test_a_name_is_taken_once(send: Any, source: dict[str, str]) -> None:
    assert send(name="جسر المرسى", text=TEXT).status_code == 303
    answer = send(name="جسر المرسى", **source)
    assert answer.status_code == 409
    assert "يوجد موضوع رصد بهذا الاسم" in answer.text


def test_a_url_is_asked_for_and_waited_for(client: TestClient, sqlite: Database, send: Any, topic: int) -> None:
    answer = send(name="جسر المرسى", url=" https://News.example/خبر ")
    assert answer.status_code == 303
    place = answer.headers["location"]
    with sqlite.read() as session:
        job = jobs.get(session, int(place.rpartition("/")[2]))
    assert job.payload == {"name": "جسر المرسى", "url": "https://news.example/%D8%AE%D8%A8%D8%B1"}
    page = client.get(place).text
    assert 'http-equiv="refresh"' in page
    assert "في الانتظار" in page
    _end(sqlite, job, "done", {"topic": topic})
    answer = client.get(place)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/topics/{topic}")


def _end(sqlite: Database, job: Job, state: str, result: dict[str, Any]) -> None:
    with sqlite.write() as session:
        assert jobs.finish(session, job.id or 0, "", job.created, state, result)


def test_a_page_that_gave_no_topic_says_why(client: TestClient, sqlite: Database, send: Any) -> None:
    place = send(name="جسر المرسى", url="https://news.example/1").headers["location"]
    with sqlite.read() as session:
        job = jobs.get(session, 1)
    _end(sqlite, job, "failed", {"error": "HTTP 404 <b>"})
    page = client.get(place).text
    assert "لم ينجح" in page
    assert "HTTP 404 &lt;b&gt;" in page
    assert "refresh" not in page


def test_quarantined_work_is_not_waited_for(client: TestClient, sqlite: Database, send: Any) -> None:
    place = send(name="جسر المرسى", url="https://news.example/1").headers["location"]
    with sqlite.write() as session:
        jobs.get(session, 1).due = None
    page = client.get(place).text
    assert "معزولة للمراجعة" in page
    assert "refresh" not in page


def test_matches_with_their_reason(client: TestClient, topic: int, store: Any, matched: Any) -> None:
    body = "تكدست الحاويات في ميناء الصدف. وغابت السفن."
    place = body.index("ميناء")
    reason = {
        "terms": [{"surface": "ميناء", "field": "body", "start": place, "end": place + 5, "weight": 0.4, "name": True}],
        "sentence": {"text": body[:29], "start": 0, "end": 29},
        "missing": [],
    }
    lead = store("حاويات عالقة <i>في</i> الميناء", body)
    store("الميناء بلا سفن", body, group=lead)
    matched(lead, reason=reason, provisional=True, basis="summary")
    page = client.get(f"/topics/{topic}").text
    assert "حاويات عالقة &lt;i&gt;في&lt;/i&gt; الميناء" in page
    assert "تكدست الحاويات في <mark>ميناء</mark> الصدف" in page
    assert "0.61" in page
    assert "إعادة نشر واحدة" in page
    assert "أولي، عنوان وملخص" in page
    assert f"/articles/{lead}?topic={topic}" in page


def test_a_match_on_the_headline_is_marked_there(client: TestClient, topic: int, store: Any, matched: Any) -> None:
    reason = {"terms": [{"field": "title", "start": 0, "end": 5}], "sentence": None}
    matched(store("ميناء الصدف مغلق"), reason=reason, provisional=True, basis="headline")
    assert "<mark>ميناء</mark> الصدف مغلق" in client.get(f"/topics/{topic}").text


def test_near_misses_stand_apart_and_name_what_is_missing(
    client: TestClient, topic: int, store: Any, matched: Any
) -> None:
    reason = {"terms": [], "sentence": None, "missing": ["الصدف"]}
    matched(store("ميناء آخر"), state="near", score=0.47, reason=reason)
    assert "ميناء آخر" not in client.get(f"/topics/{topic}").text
    page = client.get(f"/topics/{topic}?tab=near").text
    assert "ميناء آخر" in page
    assert "ينقصها: " in page


def test_pages_follow_each_other_without_loss(
    client: TestClient, topic: int, store: Any, matched: Any, sqlite: Database
) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    ids = [store(f"مادة {n}", at=start + timedelta(minutes=n // 3)) for n in range(2 * PAGE + 5)]
    for n, id in enumerate(ids):
        matched(id, start + timedelta(minutes=n // 3))
    seen: list[int] = []
    address: str | None = f"/topics/{topic}"
    while address:
        page = client.get(address).text
        seen += _ids(page)
        address = _next(page)
    assert seen == sorted(ids, reverse=True)


def _ids(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'<h2><a href="/articles/(\d+)', page)]


def _next(page: str) -> str | None:

    found = re.search(r'rel="next" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else None


@pytest.mark.parametrize(
    ("path", "status"),
    [("/topics/99", 404), ("/topics/x", 404), ("/topics/99999999999", 404), ("/jobs/99", 404), ("/jobs/-1", 404),
     ("/topics/1?tab=all", 422), ("/topics/1?before=x", 422)],
)  # fmt: skip
def test_what_is_not_there_is_a_page(client: TestClient, topic: int, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert 'dir="rtl"' in answer.text


def test_matches_of_a_passage_have_a_tab_of_their_own(client: TestClient, topic: int, store: Any, matched: Any) -> None:
    assert "مطابقة في فقرة" not in client.get(f"/topics/{topic}").text
    id = store("موجز دوليات", "خبر أول\nخبر ثان")
    matched(id, state="passage", reason={"passage": {"part": 2, "parts": 5, "start": 8, "end": 15}})
    page = client.get(f"/topics/{topic}?tab=passage").text
    assert f"/articles/{id}?topic={topic}" in page
    assert "الموضوع في الحدث رقم 2 وحده" in page
    assert "مطابقة في فقرة" in client.get(f"/articles/{id}?topic={topic}").text
    assert f"/articles/{id}?" not in client.get(f"/topics/{topic}").text
