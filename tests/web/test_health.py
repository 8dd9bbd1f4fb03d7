from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from domain.fetching import FetchStatus
from domain.health import OUR_NETWORK, SILENT, Health
from domain.operations import LOOKED_FOR
from storage import events, feeds, jobs
from storage.chain import FALLBACK
from storage.engine import Database
from web.words import EVENTS, FEED_KINDS, HEALTH, QUEUES, STANDBY, VISIT

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)


def test_no_feeds_yet(client: TestClient) -> None:
    assert "لا خلاصات بعد" in client.get("/feeds").text


def test_feeds_in_trouble_come_first(client: TestClient, sqlite: Database) -> None:
    with sqlite.write() as session:
        well = feeds.add(session, "https://a.example/rss", NOW, outlet="الأولى")
        well.status, well.health, well.last_success = "ok", "healthy", NOW
        ill = feeds.add(session, "https://b.example/rss", NOW, outlet="الثانية")
        ill.status, ill.health, ill.detail = "blocked", "blocked", "HTTP 403 <b>"
        gone = feeds.add(session, "https://c.example/rss", NOW, outlet="الثالثة")
        gone.state, gone.health, gone.due = "gone", "gone", None
        feeds.add(session, "https://d.example/rss", NOW, outlet="الرابعة")
    page = client.get("/feeds").text
    assert page.index("b.example") < page.index("a.example")
    assert page.index("c.example") < page.index("a.example")
    for words in ("محجوبة", "متوقفة نهائيًا", "سليمة", "لم تُفحص بعد", "HTTP 403 &lt;b&gt;", "لا موعد"):
        assert words in page


def test_many_feeds_go_over_pages(client: TestClient, sqlite: Database) -> None:
    with sqlite.write() as session:
        for n in range(101):
            feeds.add(session, f"https://{n}.example/rss", NOW, outlet=f"وسيلة {n}")
    assert client.get("/feeds").text.count('class="address"') == 100
    assert client.get("/feeds?page=2").text.count('class="address"') == 1
    assert client.get("/feeds?page=3").status_code == 200


@pytest.mark.parametrize("page", ["0", "x", "-1", "9" * 30])
def test_a_page_that_is_no_number_is_refused(client: TestClient, page: str) -> None:
    assert client.get(f"/feeds?page={page}").status_code == 422


def test_a_broken_feed_says_how_and_a_silent_outlet_stands_first(client: TestClient, sqlite: Database) -> None:
    with sqlite.write() as session:
        broken = feeds.add(session, "https://a.example/rss", NOW, outlet="الأولى")
        broken.status, broken.health = "dns_error", "broken"
        events.begin(session, "silent_outlet", "صحيفة الضفة", "about 12 entries missing", NOW)
        events.begin(session, "our_network", "", "", NOW)
        events.end(session, "our_network", "", NOW)
    page = client.get("/feeds").text
    assert VISIT["dns_error"] in page
    assert page.index("صحيفة الضفة") < page.index(EVENTS["silent_outlet"]) < page.index("a.example")
    assert EVENTS["our_network"] not in page


def test_every_status_has_its_words() -> None:
    assert {status.value for status in FetchStatus} <= set(VISIT)
    assert {health.value for health in Health} == set(HEALTH)
    assert {OUR_NETWORK, *SILENT, FALLBACK, *LOOKED_FOR} == set(EVENTS)


def test_status_shows_queues_and_signs_of_life(client: TestClient, sqlite: Database) -> None:
    page = client.get("/status").text
    assert "لم تعمل الخدمة بعد" in page
    with sqlite.write() as session:
        jobs.beat(session, "scheduler", NOW)
        jobs.ask(session, "backfill_topic", {"topic_id": 1}, NOW)
    page = client.get("/status").text
    assert "آخر دورة للخدمة: <time" in page
    assert all(label in page for label in QUEUES.values())


def test_other_ways_and_those_that_stand_by_are_named(client: TestClient, sqlite: Database) -> None:
    with sqlite.write() as session:
        feeds.add(session, "https://a.example/rss", NOW, outlet="الأولى")
        feeds.add(session, "https://a.example/news", NOW, outlet="الأولى", kind="section", rank=3)
        feeds.add(session, "https://t.me/s/alawla", NOW, outlet="الأولى", kind="telegram", rank=0)
        events.begin(session, FALLBACK, "الأولى", "read by section 2", NOW)
    page = client.get("/feeds").text
    assert page.count(STANDBY) == 1
    for word in (FEED_KINDS["section"], FEED_KINDS["telegram"], EVENTS[FALLBACK]):
        assert word in page
