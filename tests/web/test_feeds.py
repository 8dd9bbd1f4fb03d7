"""A site's feeds are looked for, shown and chosen from."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from storage import feeds, jobs
from storage.engine import Database
from storage.models import Feed


def row(url: str, **values: Any) -> dict[str, Any]:
    known = {
        "url": url, "title": "", "how": "link", "kind": "rss", "status": "ok", "detail": "", "language": "ar",
        "entries": 3, "newest": "2026-05-17T09:00:00+00:00",
    }  # fmt: skip
    return known | values


ROWS = [
    row("https://n.example/rss", title="أخبار النورس"),
    row("https://n.example/news.xml", kind="sitemap", newest=None),
    row("https://n.example/closed", status="blocked", kind="", entries=0, newest=None),
]


def done(sqlite: Database, *rows: dict[str, Any], status: str = "not_a_feed", state: str = "done") -> None:
    with sqlite.write() as session:
        job = jobs.get(session, 1)
        found = {"url": "https://n.example/", "status": status, "detail": "", "requests": 7, "feeds": list(rows)}
        assert jobs.finish(session, 1, "", job.created, state, found)


def listed(sqlite: Database) -> list[Feed]:
    with sqlite.read() as session:
        return feeds.listing(session)


@pytest.fixture
def place(press_button: Any) -> str:
    return str(press_button("/feeds", "/feeds", url="n.example").headers["location"])


def test_the_feeds_of_a_site_are_chosen_from(
    client: TestClient, sqlite: Database, place: str, press_button: Any
) -> None:
    with sqlite.read() as session:
        assert (jobs.get(session, 1).kind, jobs.get(session, 1).payload) == ("discover_feeds", {"url": "n.example"})
    assert "في الانتظار" in client.get(place).text
    done(sqlite, *ROWS)
    page = client.get(place).text
    assert ("أخبار النورس" in page, "خريطة أخبار" in page, "3 مواد" in page) == (True, True, True)
    assert page.count(" checked>") == 2, "what cannot be read is not chosen beforehand"
    answer = press_button(place, f"{place}/feeds", feed_0="1", feed_1="1", outlet=" النورس ", country="lb")
    assert (answer.status_code, answer.headers["location"]) == (303, "/feeds")
    assert {(f.url, f.title, f.outlet, f.country, f.host) for f in listed(sqlite)} == {
        ("https://n.example/rss", "أخبار النورس", "النورس", "LB", "n.example"),
        ("https://n.example/news.xml", "", "النورس", "LB", "n.example"),
    }
    assert client.get(place).text.count("مضافة من قبل") == 2
    press_button(place, f"{place}/feeds", feed_0="1")
    assert len(listed(sqlite)) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "اختر خلاصة واحدة"),
        ({"feed_7": "1"}, "اختر خلاصة واحدة"),
        ({"feed_0": "1", "country": "لب"}, "رمز البلد"),
        ({"feed_0": "1", "outlet": "ا" * 101}, "أطول من 100"),
    ],
)
def test_what_is_wrong_with_a_choice_is_said_and_nothing_added(
    sqlite: Database, place: str, press_button: Any, fields: dict[str, str], said: str
) -> None:
    done(sqlite, *ROWS)
    answer = press_button(place, f"{place}/feeds", **fields)
    assert (answer.status_code, said in answer.text, listed(sqlite)) == (422, True, [])


def test_a_site_without_feeds_and_one_that_gives_no_answer(
    client: TestClient, sqlite: Database, place: str, press_button: Any
) -> None:
    done(sqlite, status="timeout")
    assert "تعذّرت قراءة هذا العنوان الآن" in client.get(place).text
    press_button(place, f"{place}/feeds", feed_0="1")
    assert [feed.url for feed in listed(sqlite)] == ["https://n.example/"]
    with sqlite.write() as session:
        job = jobs.get(session, 1)
        job.result = job.result | {"status": "not_a_feed"}
        session.add(job)
    assert "لا خلاصات في هذا الموقع" in client.get(place).text


@pytest.mark.parametrize("url", ["", "خلاصة", "ftp://n.example/", "https://u@n.example/", "javascript:alert(1)"])
def test_what_is_no_address_is_said(press_button: Any, url: str) -> None:
    answer = press_button("/feeds", "/feeds", url=url)
    assert (answer.status_code, "العنوان غير صالح" in answer.text) == (422, True)


def test_forms_of_others_and_jobs_of_other_kinds(client: TestClient, sqlite: Database, place: str) -> None:
    assert client.post("/feeds", data={"url": "n.example", "token": "0" * 64}).status_code == 403
    assert client.post(f"{place}/feeds", data={"feed_0": "1", "token": "0" * 64}).status_code == 403
    assert listed(sqlite) == []


def test_what_was_not_looked_at_yet_cannot_be_added(client: TestClient, sqlite: Database, place: str) -> None:
    done(sqlite, *ROWS)
    with sqlite.write() as session:
        job = jobs.get(session, 1)
        other = jobs.ask(session, "topic_from_url", {"name": "ا", "url": "https://n.example/"}, job.created)
    token = re.search(r'name="token" value="([0-9a-f]{64})"', client.get(place).text)
    assert token
    assert client.post(f"/jobs/{other}/feeds", data={"feed_0": "1", "token": token[1]}).status_code == 404
