"""Channels, subscriptions and the outbox, on both systems."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session
from stored import NOON, draft, store
from telling import channels_of

from domain.errors import AlreadyExists, NotFound
from storage import alerts, channels, queue, topics
from storage.engine import Database
from storage.models import Attempt

HOOK = "https://hook.example/a"
MINUTE = timedelta(minutes=1)


def set_up(session: Session) -> tuple[int, int, int]:
    """Give a topic, a channel that it is told on, and an article."""
    topic = topics.add(session, "المياه", {}, [], NOON)
    channel, _ = channels.add(session, HOOK, "whsec_x", NOON)
    assert topic.id is not None
    assert channel.id is not None
    alerts.subscribe(session, topic.id, channel.id, NOON)
    return topic.id, channel.id, store(session, draft("أ"))[0]


def told(topic: int, channel: int, story: int, **values: Any) -> dict[str, Any]:
    return {
        "topic_id": topic, "channel_id": channel, "story_id": story, "reason": "first_match", "article_id": story,
        "payload": '{"topic": "المياه"}',
    } | values  # fmt: skip


def test_a_channel_is_made_once_and_keeps_its_secret(db: Database) -> None:
    with db.write() as session:
        first, made = channels.add(session, HOOK, "whsec_1", NOON)
        again, made_again = channels.add(session, HOOK, "whsec_2", NOON)
    assert (made, made_again, first.id == again.id, again.secret) == (True, False, True, "whsec_1")


def test_a_topic_is_told_on_a_channel_once(db: Database) -> None:
    with db.write() as session:
        topic, channel, _ = set_up(session)
        with pytest.raises(AlreadyExists):
            alerts.subscribe(session, topic, channel, NOON)
        ((subscription, of, to),) = alerts.subscriptions(session)
        assert (of.name, to.url) == ("المياه", HOOK)
        assert alerts.subscription(session, subscription.id or 0)[0] is subscription
        assert channels_of(session, [topic, 99]) == {topic: [channel]}
        alerts.unsubscribe(session, subscription.id or 0)
        assert channels_of(session, [topic]) == {}
        with pytest.raises(NotFound):
            alerts.unsubscribe(session, subscription.id or 0)


def test_an_alert_is_unique_by_topic_story_reason_and_channel(db: Database) -> None:
    with db.write() as session:
        topic, channel, article = set_up(session)
        other = topics.add(session, "النهر", {}, [], NOON).id or 0
        there, _ = channels.add(session, "https://hook.example/b", "whsec_y", NOON)
        one = told(topic, channel, article)
        first = alerts.enqueue(session, [one, one], NOON)
        assert len(first) == 1
        assert alerts.enqueue(session, [one], NOON + MINUTE) == []
        assert alerts.enqueue(session, [], NOON) == []
        different = [
            told(other, channel, article), told(topic, channel, article + 1), told(topic, there.id or 0, article),
            told(topic, channel, article, reason="new_outlet"),
        ]  # fmt: skip
        assert len(alerts.enqueue(session, [one, *different], NOON)) == 4
        assert alerts.states(session) == {"waiting": 5}
        assert alerts.made_since(session, NOON) == 5
        assert alerts.made_since(session, NOON + MINUTE) == 0
        ((alert, to),) = alerts.several(session, first)
        assert (alert.payload, alert.due, to.url) == ('{"topic": "المياه"}', NOON, HOOK)


def test_a_channel_that_is_off_gets_nothing_more(db: Database) -> None:
    with db.write() as session:
        topic, channel, article = set_up(session)
        sent, waiting = alerts.enqueue(session, [told(topic, channel, article + n) for n in range(2)], NOON)
        token, _ = queue.take(session, alerts.ALERTS, [sent], NOON, MINUTE)
        queue.end(session, alerts.ALERTS, sent, token, None, state="sent", sent=NOON)
        channels.switch_off(session, channel, "the receiver answered 410")
        assert channels_of(session, [topic]) == {}
        assert alerts.states(session) == {"sent": 1, "off": 1}
        assert queue.dispatch(session, alerts.ALERTS, NOON + MINUTE, 9, NOON + MINUTE) == []
        assert queue.take(session, alerts.ALERTS, [waiting], NOON, MINUTE)[1] == []
        assert alerts.subscriptions(session)[0][2].detail == "the receiver answered 410"


def test_the_log_tells_every_try_newest_alert_first(db: Database) -> None:
    with db.write() as session:
        topic, channel, article = set_up(session)
        (old,) = alerts.enqueue(session, [told(topic, channel, article)], NOON)
        (new,) = alerts.enqueue(session, [told(topic, channel, article + 1)], NOON + MINUTE)
        for n, status in enumerate((503, 204)):
            alerts.record_try(session, Attempt(alert_id=old, at=NOON + MINUTE * n, outcome="x", http_status=status))
            session.flush()
    with db.read() as session:
        rows = alerts.log(session)
        assert [(alert.id, [x.http_status for x in tries]) for alert, _, _, tries in rows] == [
            (new, []), (old, [503, 204])
        ]  # fmt: skip
        assert [alert.id for alert, _, _, _ in alerts.log(session, 1)] == [new]
