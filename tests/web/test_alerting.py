"""The page of a topic's alerts: who is told and how, and a preview that keeps nothing."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from starlette.testclient import TestClient

from domain.budget import Held
from domain.preferences import read_preferences
from domain.reasons import ARABIC, Reason
from storage import alerts, channels
from storage.engine import Database
from storage.models import Alert
from web import alert_words as words

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)


def test_subscriptions_are_shown_without_their_secrets(client: TestClient, sqlite: Database, topic: int) -> None:
    wanted = read_preferences({"quiet": "22:00-07:00", "zone": "Asia/Riyadh", "per_day": 7, "on": "first_match,burst"})
    with sqlite.write() as session:
        channel, _ = channels.add(session, "https://hooks.example/secret-path", "whsec_secret", NOW)
        alerts.subscribe(session, topic, channel.id or 0, NOW, wanted)
    page = client.get(f"/topics/{topic}/alerts").text
    assert "hooks.example" in page
    assert "secret-path" not in page
    assert "whsec_secret" not in page
    for said in ("22:00-07:00", "Asia/Riyadh", "طفرة نشر", "<b>7</b>"):
        assert said in page
    assert f'href="/topics/{topic}/alerts"' in client.get(f"/topics/{topic}").text


def test_a_preview_shows_what_would_have_been_told(
    client: TestClient, sqlite: Database, topic: int, store: Any, matched: Any
) -> None:
    for number in range(3):
        matched(store(f"إضراب الميناء {number}", "يواصل العمال الإضراب.", outlet=f"صحيفة {number}"))
    page = client.get(f"/topics/{topic}/alerts?on=first_match&per_day=1").text
    assert "تنبيهات فورية: <b>1</b>، في الموجز: <b>2</b>" in page
    assert "إضراب الميناء 0" in page
    assert words.HELD["over_budget"] in page
    with sqlite.read() as session:
        assert session.execute(select(Alert)).all() == []


def test_a_fault_is_one_line_and_what_was_typed_stays(client: TestClient, topic: int) -> None:
    answer = client.get(f"/topics/{topic}/alerts?quiet=22:00-07:00&on=first_match")
    assert answer.status_code == 422
    assert "add --zone" in answer.text
    assert 'value="22:00-07:00"' in answer.text
    assert client.get(f"/topics/{topic}/alerts?per_day=x").status_code == 422
    assert client.get("/topics/99/alerts").status_code == 404


def test_every_reason_has_its_words() -> None:
    assert set(ARABIC) == set(Reason)
    assert set(words.HELD) == set(Held)
