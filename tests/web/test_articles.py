from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.revisions import Frozen
from storage import articles
from storage.engine import Database
from storage.models import Revision
from web import words

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)
BODY = "تأخرت ثلاث سفن عن دخول ميناء الصدف.\n\nوقالت الشركة إن BBC نقلت رقما خاطئا."


def test_an_article_is_shown_whole_and_harmless(client: TestClient, store: Any) -> None:
    id = store("سفن\u202e عالقة <script>alert(1)</script>", BODY, url="https://news.example/a?b=1", author="هدى السالم")
    page = client.get(f"/articles/{id}").text
    assert "سفن عالقة &lt;script&gt;" in page
    assert "<script" not in page
    assert page.count('<p dir="rtl">') == 2
    assert 'href="https://news.example/a?b=1" rel="noreferrer noopener"' in page
    assert ">news.example</bdi>" in page
    assert "هدى السالم" in page
    assert '<time datetime="2026-05-17T12:30:00+00:00">17 مايو 2026، 12:30</time>' in page
    assert "لم تُرصد هذه المادة في موضع آخر" in page


def test_no_link_to_anything_but_the_web(client: TestClient, store: Any) -> None:
    page = client.get(f"/articles/{store('عنوان', BODY, url='javascript:alert(1)')}").text
    assert "javascript" not in page


def test_a_missing_time_and_a_missing_text_are_said(client: TestClient, store: Any) -> None:
    page = client.get(f"/articles/{store('عنوان وحيد', published=None, text_status='page_waiting')}").text
    assert "لم تذكره الوسيلة الإعلامية" in page
    assert "النص الكامل قيد الجلب" in page


def test_where_else_it_stood(client: TestClient, store: Any) -> None:
    lead = store("الأصل", BODY)
    store("نسخة أولى", BODY, group=lead, at=NOW + timedelta(hours=1), outlet="صحيفة الضحى")
    store("نسخة ثانية", BODY, group=lead, at=NOW + timedelta(hours=2))
    page = client.get(f"/articles/{lead}").text
    assert page.index("نسخة أولى") < page.index("نسخة ثانية")
    assert "صحيفة الضحى" in page
    assert "إعادتا نشر" in page


def test_the_ledger_says_whence_a_text_is(client: TestClient, store: Any) -> None:
    lead = store("الأصل", BODY, outlet="صحيفة الفجر")
    store("نسخة", f"الصدف (رويترز) - {BODY}", group=lead, at=NOW + timedelta(hours=1), outlet="صحيفة الضحى")
    page = client.get(f"/articles/{lead}").text
    assert "مسار تناقل الخبر" in page
    assert "منسوب: <bdi" in page
    assert "تنسبه 1 من 2 وسائل إلى رويترز" in page
    assert "تنسبه إلى رويترز" in page
    assert "عنوان آخر" in page
    assert page.index("الأصل") < page.rindex("نسخة")


def test_terms_are_marked_for_a_topic(client: TestClient, store: Any, topic: int, matched: Any) -> None:
    id = store("سفن عالقة", BODY)
    start = BODY.index("ميناء")
    matched(id, reason={"terms": [{"field": "body", "start": start, "end": start + 5}], "sentence": None})
    assert "<mark>ميناء</mark> الصدف" in client.get(f"/articles/{id}?topic={topic}").text
    plain = client.get(f"/articles/{id}").text
    assert "<mark>" not in plain
    assert f"/articles/{id}?topic={topic}" in plain


@pytest.mark.parametrize(
    ("path", "status"), [("/articles/7", 404), ("/articles/x", 404), ("/articles/1?topic=x", 422), ("/articles/0", 404)]
)
def test_what_is_not_there(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_search_finds_words_in_any_form(client: TestClient, store: Any) -> None:
    store("تأخر السفن في الميناء", BODY)
    store("أسعار الخضار", "ارتفعت الأسعار في السوق.")
    page = client.get("/search", params={"q": "ميناء"}).text
    assert "تأخر السفن" in page
    assert "أسعار الخضار" not in page
    assert "لا مواد لهذا البحث" in client.get("/search", params={"q": "زلزال"}).text


def test_search_narrows(client: TestClient, store: Any, topic: int, matched: Any) -> None:
    old = store("ميناء قديم", BODY, at=NOW - timedelta(days=9), outlet="صحيفة الضحى")
    new = store("ميناء جديد", BODY)
    matched(old)

    def found(**values: str) -> list[int]:
        page = client.get("/search", params=values).text
        return [id for id in (old, new) if f"/articles/{id}" in page]

    assert found(q="ميناء") == [old, new]
    assert found(q="ميناء", topic=str(topic)) == [old]
    assert found(outlet="صحيفة الضحى") == [old]
    assert found(q="ميناء", since="2026-05-17") == [new]
    assert found(until="2026-05-17") == [old, new]
    assert found(until="2026-05-16") == [old]
    assert found() == []


def test_copies_are_folded_unless_asked_for(client: TestClient, store: Any) -> None:
    lead = store("ميناء أول", BODY)
    store("ميناء ثان", BODY, group=lead)
    assert "ميناء ثان" not in client.get("/search", params={"q": "ميناء"}).text
    assert "ميناء ثان" in client.get("/search", params={"q": "ميناء", "all": "1"}).text


@pytest.mark.parametrize(
    "values",
    [{"q": "!!!"}, {"q": "كلمة " * 201}, {"q": "ا" * 4001}, {"since": "أمس"}, {"until": "9999-12-31"}, {"topic": "x"},
     {"topic": "99"}, {"q": "ميناء", "all": "yes"}, {"q": "ميناء", "before": "x"}],
)  # fmt: skip
def test_a_search_that_cannot_be_run_says_so(client: TestClient, values: dict[str, str]) -> None:
    answer = client.get("/search", params=values)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert values.get("q", "").strip() in answer.text


@pytest.mark.parametrize("q", ['"', "a OR b*", "NEAR(ميناء)", "'; DROP TABLE article", "title:ميناء", "ميناء\x00الصدف"])
def test_a_search_is_words_and_never_operators(client: TestClient, store: Any, q: str) -> None:
    store("ميناء", BODY)
    assert client.get("/search", params={"q": q}).status_code in (200, 422)


def test_the_next_page_keeps_what_was_asked(client: TestClient, store: Any) -> None:
    for n in range(21):
        store(f"ميناء {n}", at=NOW + timedelta(minutes=n))
    page = client.get("/search", params={"q": "ميناء", "since": "2026-05-01"}).text
    after = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "ميناء 0" not in page
    assert "since=2026-05-01" in after
    assert "ميناء 0" in client.get(after).text


def revised(sqlite: Database, id: int, title: str, body: str, number: int = 1, frozen: str = "") -> None:
    """Let an article have said something else until now."""
    with sqlite.write() as session:
        article = articles.get(session, id)
        article.revisions, article.frozen = number, frozen
        session.add(
            Revision(
                article_id=id,
                number=number,
                at=NOW,
                title=title,
                text=body,
                basis="full",
                changed="title text",
                source="feed",
                content=0,
            )
        )


def test_an_article_that_was_never_changed_says_nothing_of_it(client: TestClient, store: Any) -> None:
    assert "ما عدّلته" not in client.get(f"/articles/{store('عنوان', BODY)}").text


def test_what_an_outlet_changed_is_listed_and_compared(client: TestClient, sqlite: Database, store: Any) -> None:
    id = store("تأخر 7 سفن", BODY)
    revised(sqlite, id, "تأخر 3 سفن <b>", BODY.replace("ثلاث سفن", "سفينتان"))
    listed = client.get(f"/articles/{id}").text
    assert "التعديل 1: العنوان والنص" in listed
    assert "تأخر 3 سفن &lt;b&gt;" in listed
    assert "<del>" not in listed
    page = client.get(f"/articles/{id}?revision=1").text
    assert "<del><bdi>3</bdi></del><ins><bdi>7</bdi></ins> سفن" in page
    assert "<del><bdi>سفينتان</bdi></del><ins><bdi>ثلاث سفن</bdi></ins>" in page
    assert "<del><bdi>3</bdi></del> ← <ins><bdi>7</bdi></ins> سفن" in page
    assert "<b>" not in page


@pytest.mark.parametrize("why", list(Frozen))
def test_why_an_article_is_frozen(client: TestClient, sqlite: Database, store: Any, why: Frozen) -> None:
    id = store("عنوان", BODY)
    revised(sqlite, id, "عنوان سابق", BODY, frozen=why)
    assert words.FROZEN[why] in client.get(f"/articles/{id}").text


def test_a_revision_that_is_not_there(client: TestClient, sqlite: Database, store: Any) -> None:
    id = store("عنوان", BODY)
    assert client.get(f"/articles/{id}?revision=1").status_code == 404
    revised(sqlite, id, "عنوان سابق", BODY)
    assert client.get(f"/articles/{id}?revision=2").status_code == 404
    assert client.get(f"/articles/{id}?revision=0").status_code == 422
