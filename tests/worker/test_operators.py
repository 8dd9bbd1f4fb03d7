"""Operators are told what is wrong with the service, once a day at most, in one message, on both databases."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from press import Press, open_press
from service import Service, open_service
from sqlalchemy import update
from stored import NOON

from domain.operations import is_disk_low
from domain.preferences import read_preferences
from storage import alerts, channels, feeds
from storage.engine import Database
from storage.models import Alert, Feed, Quarantine
from worker.deliver.webhook import new_secret
from worker.operators import tell_operators


class Usage(NamedTuple):
    """What `shutil.disk_usage` gives."""

    total: int
    used: int
    free: int


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press() as made:
        yield made


@pytest.fixture
def service(db: Database, tmp_path: Path, press: Press, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 10**12))
    with open_service(db, tmp_path, press, NOON) as made:
        yield made


def listen(service: Service, **given: Any) -> None:
    with service.db.write() as session:
        channel, _ = channels.add(session, "https://hook.example/ops", new_secret(), NOON)
        alerts.subscribe(session, None, channel.id or 0, NOON, read_preferences(given))


def add(service: Service, name: str, health: str) -> None:
    with service.db.write() as session:
        feed = feeds.add(session, f"https://{name}.example/rss", NOON)
        feed.health, feed.due = health, NOON + timedelta(days=90)


def look(service: Service, **time: float) -> list[dict[str, Any]]:
    """Let time pass, and look. Gives what the messages so far say."""
    service.clock.pass_by(**time)
    tell_operators(service.context)
    with service.db.write() as session:
        session.execute(update(Alert).values(due=None))  # sent
    rows = sorted(service.alerts(), key=lambda alert: alert.created)
    return [json.loads(row.payload)["data"] for row in rows]


def test_what_lasts_is_told_together_and_what_is_new_the_day_after(service: Service) -> None:
    listen(service)
    add(service, "a", "blocked")
    add(service, "b", "quiet")
    assert look(service) == [], "it may go by itself"
    (first,) = look(service, minutes=11)
    assert sorted(problem["kind"] for problem in first["problems"]) == ["feed_blocked", "feed_quiet"]
    assert {problem["text"].split(":")[0] for problem in first["problems"]} == {
        "خلاصة محجوبة",
        "خلاصة صامتة على غير عادتها",
    }
    add(service, "c", "gone")
    assert len(look(service, hours=2)) == 1, "once a day at most"
    with service.db.write() as session:
        session.get_one(Feed, 1).health = "healthy"
    _, second = look(service, hours=23)
    assert [problem["kind"] for problem in second["problems"]] == ["feed_gone"]
    assert (second["still"], second["ended"]) == (1, 1)
    assert len(look(service, hours=30)) == 2, "nothing new, no message"
    assert [alert.topic_id for alert in service.alerts()] == [None, None]


def test_work_that_nobody_takes_quarantine_and_a_full_disk(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    listen(service)
    service.feed("/late.xml")
    with service.db.write() as session:
        session.add(Quarantine(kind="feeds", ref="1", why="an error of ours", at=NOON))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 5 * 10**8))
    look(service, minutes=20)
    (told,) = look(service, minutes=11)
    assert sorted((problem["kind"], problem["what"]) for problem in told["problems"]) == [
        ("disk_low", ""), ("quarantine_growing", ""), ("queue_stuck", "feeds"),
    ]  # fmt: skip


def test_quiet_hours_and_the_time_of_the_digest_are_kept(service: Service) -> None:
    listen(service, digest="daily@16:00", zone="Asia/Riyadh")
    add(service, "a", "blocked")
    look(service)
    assert look(service, minutes=20) == [], "not before 13:00 UTC"
    assert len(look(service, minutes=41)) == 1
    add(service, "b", "gone")
    look(service, minutes=1)
    assert len(look(service, hours=22)) == 1
    assert len(look(service, hours=2)) == 2


def test_a_small_disk_is_not_always_low():
    assert is_disk_low(free=10**8, total=10**12)
    assert not is_disk_low(free=10**9, total=10**12)
    assert not is_disk_low(free=10**8, total=10**9)
    assert is_disk_low(free=4 * 10**7, total=10**9)
