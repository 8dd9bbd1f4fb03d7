"""The list of stories and the page of one: copies folded, numbers that changed, split and joined by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from storage import articles, stories, story_edits
from storage.engine import Database
from storage.models import Relation

NOW = datetime(2026, 5, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
Told = Callable[..., list[int]]


@pytest.fixture
def told(sqlite: Database, store: Any) -> Told:
    """Store articles, given by title and text and an hour apart, in a story of their own. Gives their ids."""

    def tell(*texts: tuple[str, str]) -> list[int]:
        ids = [store(title, body, at=NOW + n * HOUR, outlet=f"صحيفة {n}") for n, (title, body) in enumerate(texts)]
        with sqlite.write() as session:
            (story,) = stories.make(session, 1, NOW)
            stories.put(session, dict.fromkeys(ids, story))
            stories.count(session, [story])
        return ids

    return tell


CRASH = (
    ("مقتل 3 أشخاص في انهيار مبنى", "قتل 3 أشخاص في انهيار مبنى سكني في حي النخيل."),
    ("ارتفاع حصيلة انهيار المبنى إلى 7 قتلى", "قتل 7 أشخاص في انهيار المبنى السكني في حي النخيل."),
)


def test_stories_of_several_texts_are_listed(client: TestClient, told: Told) -> None:
    told(*CRASH)
    told(("افتتاح معرض الكتاب", "نص"))
    page = client.get("/stories").text
    assert "مقتل 3 أشخاص في انهيار مبنى" in page
    assert "مصدران مستقلان" in page
    assert "افتتاح معرض الكتاب" not in page
    assert 'href="/stories"' in client.get("/").text


def test_the_stories_of_a_topic(client: TestClient, told: Told, topic: int, matched: Any) -> None:
    told(*CRASH)
    (strike,) = told(("إضراب في ميناء الصدف", "نص"))
    matched(strike)
    page = client.get(f"/stories?topic={topic}").text
    assert "إضراب في ميناء الصدف" in page
    assert "انهيار مبنى" not in page
    assert f'href="/stories?topic={topic}"' in client.get(f"/topics/{topic}").text
    assert client.get("/stories?topic=999").status_code == 404


def test_a_long_list_has_pages(client: TestClient, told: Told) -> None:
    for n in range(22):
        told((f"حدث {n} أول", "نص"), (f"حدث {n} ثان", "نص"))
    first = client.get("/stories")
    assert first.text.count('<h2><a href="/stories/') == 20
    (more,) = [line for line in first.text.splitlines() if 'rel="next"' in line]
    address = more.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(address).text.count('<h2><a href="/stories/') == 2
    assert client.get("/stories?before=x").status_code == 422


def test_a_story_shows_its_texts_copies_and_what_changed(
    client: TestClient, told: Told, store: Any, sqlite: Database
) -> None:
    ids = told(*CRASH)
    copy = store("نسخة من الخبر", CRASH[0][1], at=NOW + 3 * HOUR, group=ids[0], outlet="موقع الظل")
    with sqlite.write() as session:
        stories.put(session, {copy: 1})
    page = client.get("/stories/1").text
    assert "إعادة نشر واحدة" in page
    assert "3 ← 7 قتلى" in page
    assert "مستجدّ" in page
    assert page.index(CRASH[0][0]) < page.index(CRASH[1][0])
    assert 'href="/stories/1"' in client.get(f"/articles/{ids[0]}").text
    assert client.get("/stories/99").status_code == 404


def test_an_update_stands_under_its_text_with_what_it_changed(
    client: TestClient, told: Told, store: Any, sqlite: Database
) -> None:
    (lead,) = told(CRASH[0])
    later = store("حصيلة جديدة", CRASH[0][1].replace("3", "7"), at=NOW + HOUR, group=lead)
    with sqlite.write() as session:
        stories.put(session, {later: 1})
        stories.count(session, [1])
        session.add(Relation(a=later, b=lead, kind="update", share=0.9, shared=9, longer=lead, made_with="test"))
    assert "مقتل 3 أشخاص في انهيار مبنى" in client.get("/stories").text, "one text, brought up to date"
    page = client.get("/stories/1").text
    assert page.index(CRASH[0][0]) < page.index("حصيلة جديدة") < page.index("3 ← 7 قتلى")
    assert page.count("مستجدّ") == 2
    assert "إعادة نشر" not in page


def test_a_text_that_stands_in_another_is_no_source(client: TestClient, told: Told, sqlite: Database) -> None:
    part, whole = told(*CRASH)
    assert "مصدران مستقلان" in client.get("/stories/1").text
    with sqlite.write() as session:
        session.add(Relation(a=whole, b=part, kind="contains", share=0.9, shared=9, longer=whole, made_with="test"))
    assert "مصدر مستقل واحد" in client.get("/stories/1").text


def test_two_texts_of_one_agency_are_one_source(client: TestClient, told: Told, sqlite: Database) -> None:
    ids = told(*CRASH)
    with sqlite.write() as session:
        for article in articles.several(session, ids):
            article.credit = "reuters"
            session.add(article)
    assert "مصدر مستقل واحد" in client.get("/stories/1").text


def test_texts_are_split_out_and_put_back(client: TestClient, told: Told, press_button: Any, sqlite: Database) -> None:
    ids = told(*CRASH)
    answer = press_button("/stories/1", "/stories/1/split", **{f"article{ids[1]}": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/stories/2")
    assert "فُصلت مواد من الحدث" in client.get("/stories/2").text
    assert press_button("/stories/2", "/stories/2/undo", edit="1").headers["location"] == "/stories/2"
    assert "لا مواد في هذا الحدث" in client.get("/stories/2").text
    with sqlite.read() as session:
        assert set(stories.story_of(session, ids).values()) == {1}
    assert press_button("/stories/1", "/stories/1/split").status_code == 422, "nothing was ticked"


def test_stories_are_joined(client: TestClient, told: Told, press_button: Any, sqlite: Database) -> None:
    told(*CRASH)
    told(("انهيار مبنى في حي النخيل", "نص"))
    assert press_button("/stories/2", "/stories/2/join", other="1").headers["location"] == "/stories/1"
    assert "دُمج الحدث" in client.get("/stories/1").text
    assert press_button("/stories/1", "/stories/1/join", other="999").status_code == 404
    assert press_button("/stories/1", "/stories/1/join", other="x").status_code == 422
    with sqlite.read() as session:
        assert len(story_edits.listing(session)) == 1


def test_a_form_of_another_page_changes_nothing(client: TestClient, told: Told, sqlite: Database) -> None:
    told(*CRASH)
    for action, values in (("split", {"article1": "1"}), ("join", {"other": "1"}), ("undo", {"edit": "1"})):
        assert client.post(f"/stories/1/{action}", data={"token": "0" * 64, **values}).status_code == 403
    with sqlite.read() as session:
        assert story_edits.listing(session) == []
