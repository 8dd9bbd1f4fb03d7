"""Query and names on the pages: a topic made of them, shown, changed."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.topics import Profile, make_profile, make_rules
from storage import jobs, topics, versions
from storage.engine import Database

NAME = "جسر المرسى"
TEXT = """إغلاق جسر المرسى بعد تصدع في دعاماته
أغلقت بلدية المرسى الجسر القديم أمام الشاحنات بعد أن رصد مهندسون تصدعا في دعامتين من دعاماته الخمس،
وحولت حركة المرور إلى الطريق الساحلي، وقالت إن أعمال التدعيم تستغرق ستة أسابيع على الأقل."""
QUERY = "جسر (المرسى أو الميناء) -مسابقة"


def made(sqlite: Database) -> Profile:
    with sqlite.read() as session:
        (topic,) = topics.listing(session)
    assert topic.profile["since"] == topic.created.timestamp()
    return replace(Profile.from_json(topic.profile), since=None)


def test_a_topic_is_made_of_query_and_names(client: TestClient, sqlite: Database, send: Any) -> None:
    answer = send(name=NAME, query=QUERY, names="بلدية المرسى = المرسى\n\nكريم الدوري\n", least="2", any="1")
    assert answer.status_code == 303
    rules = make_rules(QUERY, ["بلدية المرسى = المرسى", "كريم الدوري"], least=2, any=True)
    assert made(sqlite) == make_profile(NAME, [], rules)
    page = client.get(answer.headers["location"]).text
    assert "استعلام + أسماء" in page
    assert QUERY in page
    assert "بلدية المرسى = المرسى" in page
    assert "مواد تحتاج إلى تقييم" not in page, "verdicts teach it nothing"
    assert "استعلام + أسماء" in client.get("/").text


def test_a_query_goes_with_a_reference(sqlite: Database, send: Any) -> None:
    assert send(name=NAME, text=TEXT, query=QUERY).status_code == 303
    profile = made(sqlite)
    assert profile.terms
    assert profile.rules == make_rules(QUERY)


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"query": "-مسابقة"}, "يستبعد فقط"),
        ({"query": "جسر (المرسى"}, "قوس لم يُغلق. (الموضع 5)"),
        ({"query": "جسر أو"}, "كلمة ناقصة"),
        ({"query": "!!!"}, "لا كلمة في الاستعلام"),
        ({"names": "في"}, "الأسماء غير صالحة"),
        ({"names": "كريم الدوري", "least": "3"}, "الأسماء غير صالحة"),
    ],
)
def test_a_fault_is_one_line_and_what_was_typed_stays(
    sqlite: Database, send: Any, fields: dict[str, str], line: str
) -> None:
    answer = send(name=NAME, **fields)
    assert answer.status_code == 422
    assert line in answer.text
    assert all(value in answer.text for value in fields.values())
    with sqlite.read() as session:
        assert topics.listing(session) == []


def test_a_preview_of_a_query_is_saved(client: TestClient, sqlite: Database, send: Any, press_button: Any) -> None:
    place = send(name=NAME, query=QUERY, preview="1").headers["location"]
    answer = {"title": "", "text": "", "url": "", "matched": 1, "read": 9, "broad": False, "terms": [QUERY]}
    with sqlite.write() as session:
        job = jobs.get(session, 1)
        assert job.payload["rules"]["query"] == QUERY
        assert jobs.finish(session, 1, "", job.created, "done", answer | {"would_match": []})
    assert QUERY in client.get(place).text
    assert press_button(place, f"{place}/topic").status_code == 303
    assert made(sqlite) == make_profile(NAME, [], make_rules(QUERY))


def test_query_and_names_are_changed(client: TestClient, sqlite: Database, topic: int, press_button: Any) -> None:
    page = f"/topics/{topic}/edit"
    answer = press_button(page, page, name="إضراب ميناء الصدف", query="إضراب -تدريب", names="كريم الدوري")
    assert answer.headers["location"] == f"/topics/{topic}"
    assert made(sqlite).rules == make_rules("إضراب -تدريب", ["كريم الدوري"])
    with sqlite.read() as session:
        assert versions.in_force(session, topic).cause == "edited"
    shown = client.get(f"/topics/{topic}").text
    assert "مثال + استعلام + أسماء" in shown
    assert "إضراب -تدريب" in client.get(page).text
    history = client.get(f"/topics/{topic}/versions").text
    assert "تعديل الاسم أو الاستعلام أو الأسماء" in history
    assert "إضراب -تدريب" in history


@pytest.mark.parametrize(
    ("fields", "status", "line"),
    [
        ({"name": ""}, 422, "اكتب اسمًا"),
        ({"name": "ج" * 101}, 422, "أطول من 100 حرف"),
        ({"name": "إضراب ميناء الصدف", "query": "(إضراب"}, 422, "قوس لم يُغلق"),
        ({"name": "إضراب ميناء الصدف"}, 422, "لم يتغير شيء"),
        ({"name": NAME, "query": "إضراب"}, 409, "يوجد موضوع رصد بهذا الاسم"),
    ],
)
def test_a_change_that_cannot_be_made_says_so(
    sqlite: Database, topic: int, press_button: Any, send: Any, fields: dict[str, str], status: int, line: str
) -> None:
    send(name=NAME, query="جسر")
    page = f"/topics/{topic}/edit"
    answer = press_button(page, page, **fields)
    assert answer.status_code == status
    assert line in answer.text
    with sqlite.read() as session:
        assert versions.in_force(session, topic).version == 1


def test_a_form_from_elsewhere_changes_nothing(client: TestClient, sqlite: Database, topic: int) -> None:
    assert client.post(f"/topics/{topic}/edit", data={"name": "آخر", "query": "إضراب"}).status_code == 403
    assert not made(sqlite).rules


def test_verdicts_without_a_reference_are_kept_and_shown(
    client: TestClient, sqlite: Database, send: Any, press_button: Any, store: Any
) -> None:
    place = send(name=NAME, query="جسر").headers["location"]
    article = store("جسر المرسى", "أغلق جسر المرسى.")
    press_button(f"/articles/{article}?topic=1", f"{place}/verdicts", article=str(article), relevant="0")
    page = client.get(place).text
    assert "تُحفظ التقييمات ولا تغيّره" in page


def test_a_search_that_cannot_be_read_says_where(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "ميناء (سفينة"})
    assert answer.status_code == 422
    assert "قوس لم يُغلق. (الموضع 7)" in answer.text


def test_a_reference_can_be_added_to_a_query(client: TestClient, send: Any) -> None:
    place = send(name=NAME, query="جسر").headers["location"]
    assert client.get(f"{place}/references").status_code == 200
