"""Verdicts, versions and undo from the pages."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from storage import jobs, topics, versions
from storage.engine import Database
from web.words import CAUSES

BODY = "تكدست الحاويات في ميناء الصدف بعد إضراب عمال الشحن، ولم تدخل سفينة منذ يومين."


@pytest.fixture
def article(store: Any, matched: Any) -> int:
    id = int(store("تواصل الإضراب في ميناء الصدف", BODY))
    matched(id)
    return id


@pytest.mark.parametrize(
    ("page", "place", "after"),
    [
        ("/topics/{t}", "match", "/topics/{t}"),
        ("/topics/{t}?tab=ask", "ask", "/topics/{t}?tab=ask"),
        ("/articles/{a}?topic={t}", "article", "/articles/{a}?topic={t}"),
        ("/topics/{t}", "//evil.example", "/topics/{t}"),
    ],
)
def test_a_verdict_is_kept_and_the_same_page_shown_again(
    client: TestClient, sqlite: Database, topic: int, article: int, press_button: Any, page: str, place: str, after: str
) -> None:
    here, to = page.format(t=topic, a=article), f"/topics/{topic}/verdicts"
    answer = press_button(here, to, article=str(article), relevant="0", place=place)
    assert (answer.status_code, answer.headers["location"]) == (303, after.format(t=topic, a=article))
    with sqlite.read() as session:
        assert versions.verdicts(session, topic) == {article: False}
        assert topics.by_id(session, topic).version == 2
        assert list(jobs.latest(session, "rescore_topic")) == [topic]
    page_after = client.get(f"/articles/{article}?topic={topic}").text
    assert 'value="0" class="small" aria-pressed="true">خارج الموضوع' in page_after
    assert 'value="1" class="small" aria-pressed="false">ذات صلة' in page_after


def test_near_misses_are_judged_where_they_are(topic: int, store: Any, matched: Any, press_button: Any) -> None:
    id = store("ميناء آخر")
    matched(id, state="near", score=0.47)
    answer = press_button(
        f"/topics/{topic}?tab=near", f"/topics/{topic}/verdicts", article=str(id), relevant="1", place="near"
    )
    assert answer.headers["location"] == f"/topics/{topic}?tab=near"


def test_what_teaches_most_is_asked_until_it_is_judged(
    client: TestClient, topic: int, article: int, press_button: Any
) -> None:
    page = client.get(f"/topics/{topic}?tab=ask").text
    assert "مواد تحتاج إلى تقييم" in page
    assert f"/articles/{article}?topic={topic}" in page
    press_button(f"/topics/{topic}", f"/topics/{topic}/verdicts", article=str(article), relevant="1", place="match")
    assert "لا مواد تحتاج إلى تقييم" in client.get(f"/topics/{topic}?tab=ask").text


def test_the_reference_itself_is_not_asked_about_and_each_side_of_the_line_is_named(
    client: TestClient, topic: int, store: Any, matched: Any
) -> None:
    same, below = store("إضراب في ميناء الصدف", BODY), store("ميناء آخر", BODY)
    matched(same)
    matched(below, state="near", score=0.4996)
    page = client.get(f"/topics/{topic}?tab=ask").text
    assert f"/articles/{same}?" not in page
    assert '<span class="badge">قريبة من الحد</span>' in page
    assert "<b>0.49</b>" in page


def test_versions_say_why_and_lead_back(
    client: TestClient, sqlite: Database, topic: int, article: int, press_button: Any
) -> None:
    with sqlite.read() as session:
        first = topics.by_id(session, topic).profile
    press_button(f"/topics/{topic}", f"/topics/{topic}/verdicts", article=str(article), relevant="0", place="match")
    page = client.get(f"/topics/{topic}/versions").text
    assert "تقييم: خارج الموضوع" in page
    assert "إنشاء الموضوع" in page
    assert "إضراب في ميناء الصدف" in page
    assert page.count("الرجوع إلى هذا الإصدار") == 1
    answer = press_button(f"/topics/{topic}/versions", f"/topics/{topic}/undo", to="1")
    assert answer.headers["location"] == f"/topics/{topic}/versions"
    with sqlite.read() as session:
        assert topics.by_id(session, topic).profile == first
        assert versions.verdicts(session, topic) == {}
    assert "رجوع إلى الإصدار 1" in client.get(f"/topics/{topic}/versions").text


@pytest.mark.parametrize(
    ("to", "fields", "status"),
    [
        ("/topics/{t}/verdicts", {"article": "1", "relevant": "2"}, 422),
        ("/topics/{t}/verdicts", {"article": "x", "relevant": "1"}, 422),
        ("/topics/{t}/verdicts", {"article": "99", "relevant": "1"}, 404),
        ("/topics/99/verdicts", {"article": "1", "relevant": "1"}, 404),
        ("/topics/{t}/undo", {"to": "9"}, 404),
        ("/topics/{t}/undo", {"to": ""}, 422),
    ],
)
def test_a_form_that_is_wrong_changes_nothing(
    client: TestClient, sqlite: Database, topic: int, article: int, to: str, fields: dict[str, str], status: int
) -> None:
    token = client.get("/").text.partition('name="token" value="')[2][:64]
    assert client.post(to.format(t=topic), data={"token": token, **fields}).status_code == status
    with sqlite.read() as session:
        assert topics.by_id(session, topic).version == 1


@pytest.mark.parametrize("to", ["/topics/{t}/verdicts", "/topics/{t}/undo", "/jobs/1/topic"])
def test_a_form_from_elsewhere_is_refused(
    client: TestClient, sqlite: Database, topic: int, article: int, to: str
) -> None:
    fields = {"article": str(article), "relevant": "1", "to": "1", "token": "0" * 64}
    assert client.post(to.format(t=topic), data=fields).status_code == 403
    with sqlite.read() as session:
        assert topics.by_id(session, topic).version == 1


def test_a_topic_that_matches_too_much_says_so(client: TestClient, topic: int, store: Any, matched: Any) -> None:
    assert "أكثر من 2%" not in client.get(f"/topics/{topic}").text
    for n in range(50):
        matched(store(f"مادة {n}"))
    assert "أكثر من 2%" in client.get(f"/topics/{topic}").text


def test_no_such_topic_has_no_versions(client: TestClient) -> None:
    assert client.get("/topics/7/versions").status_code == 404


def test_each_cause_of_a_version_has_its_words() -> None:
    assert set(CAUSES) == set(versions.CAUSES)
