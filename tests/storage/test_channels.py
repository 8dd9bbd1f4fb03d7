"""Channels and private addresses of feeds, on both systems."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select
from stored import NOON
from telling import channels_of

from domain.alerts import AlertState
from domain.delivery import MOST_AGE
from domain.errors import BadInput, NotFound
from storage import alerts, channels, queue, shared, topics
from storage.engine import Database
from storage.models import Alert, Channel

HOOK = "https://hook.example/a"
HOUR = timedelta(hours=1)


def fill(session: Session, url: str, number: int, when: Any = NOON) -> list[str]:
    """Make alerts of a channel, all at one time. Gives their ids in order."""
    channel, _ = channels.add(session, url, "whsec_x", NOON)
    topic = topics.listing(session)[0] if topics.listing(session) else topics.add(session, "المياه", {}, [], NOON)
    rows = [
        {"topic_id": topic.id, "channel_id": channel.id, "story_id": n, "reason": "first_match", "article_id": n,
         "payload": "{}"}
        for n in range(number)
    ]  # fmt: skip
    return alerts.enqueue(session, rows, when)


def rows_of(session: Session) -> list[Alert]:
    session.expire_all()
    return list(session.exec(select(Alert).order_by(Alert.id)))  # type: ignore[arg-type]


def test_ids_sort_as_alerts_were_made(db: Database) -> None:
    with db.write() as session:
        first, second = fill(session, HOOK, 30), fill(session, HOOK + "b", 3, NOON + timedelta(milliseconds=1))
    assert sorted([*second, *first]) == [*first, *second]


def test_a_secret_is_replaced_and_the_old_one_signs_for_a_day(db: Database) -> None:
    with db.write() as session:
        channel, _ = channels.add(session, HOOK, "whsec_1", NOON)
        assert channels.secrets_of(channel, NOON) == ("whsec_1",)
        channels.rotate(session, channel.id or 0, "whsec_2", NOON)
        assert channels.secrets_of(channel, NOON + 23 * HOUR) == ("whsec_2", "whsec_1")
        assert channels.secrets_of(channel, NOON + 24 * HOUR) == ("whsec_2",)
        other, _ = channels.add(session, "tgram://1:a/2", "whsec_3", NOON)
        assert (other.kind, other.secret) == ("apprise", "")
        with pytest.raises(BadInput, match="webhooks"):
            channels.rotate(session, other.id or 0, "whsec_4", NOON)
        with pytest.raises(NotFound):
            channels.rotate(session, 99, "whsec_4", NOON)


def test_a_paused_channel_keeps_what_waits_and_is_still_told_of_new(db: Database) -> None:
    with db.write() as session:
        fill(session, HOOK, 3)
        topic = topics.listing(session)[0].id or 0
        alerts.subscribe(session, topic, 1, NOON)
        channels.pause(session, 1, "لا يقبلنا")
        assert [(a.state, a.due) for a in rows_of(session)] == [("waiting", None)] * 3
        assert channels_of(session, [topic]) == {topic: [1]}
        assert channels.waiting(session) == {1: 3}
        assert channels.resume(session, 1, NOON + HOUR) == 3
        assert {a.due for a in rows_of(session)} == {NOON}
        channels.switch_off(session, 1, "أغلقت")
        assert {(a.state, a.due) for a in rows_of(session)} == {("off", None)}
        assert channels_of(session, [topic]) == {}
        channels.pause(session, 1, "لا يقبلنا")
        session.expire_all()
        assert channels.get(session, 1).state == "off", "what is off stays so"


def test_what_waits_is_held_and_hastened_but_for_what_the_receiver_did_not_want(db: Database) -> None:
    with db.write() as session:
        one, two, three = fill(session, HOOK, 3)
        fill(session, HOOK + "b", 1)
        channels.hold(session, 1, NOON + HOUR, NOON)
        assert [a.due for a in rows_of(session) if a.channel_id == 1] == [NOON + HOUR] * 3
        assert [a.due for a in rows_of(session) if a.channel_id == 2] == [NOON]
        refused = session.get(Alert, two)
        assert refused
        refused.detail = "HTTP 422"
        session.add(refused)
        session.flush()
        assert channels.hasten(session, 1, NOON + timedelta(minutes=1)) == 2
        assert [a.id for a in rows_of(session) if a.due == NOON + HOUR] == [two]
        assert {one, three} < {a.id for a in rows_of(session) if a.due == NOON}


def test_what_waited_a_week_fails_unless_it_was_asked_for_again(db: Database) -> None:
    with db.write() as session:
        one, two = fill(session, HOOK, 2)
        asked = session.get(Alert, two)
        assert asked
        asked.repeated = late = NOON + MOST_AGE + HOUR
        session.add(asked)
        session.flush()
        channels.hold(session, 1, late + HOUR, late)
        states = {a.id: (a.state, a.due) for a in rows_of(session)}
        assert states == {one: ("failed", None), two: ("waiting", late + HOUR)}
        assert "7 days" in rows_of(session)[0].detail


def test_a_busy_channel_is_left_and_each_channel_gets_its_turn(db: Database) -> None:
    with db.write() as session:
        many, few = fill(session, HOOK, 50), fill(session, HOOK + "b", 2)
        due = queue.dispatch(session, alerts.ALERTS, NOON, 100, NOON, each=20)
        assert [row.id for row in due] == sorted([*many[:20], *few])
        assert queue.dispatch(session, alerts.ALERTS, NOON, 100, NOON, each=20) == [], "one turn at a time"
        token, taken = queue.take(session, alerts.ALERTS, many[:20], NOON, HOUR)
        assert len(taken) == 20
        assert alerts.leave_busy(session, [*many[20:], *few], NOON) == few
        for id in taken:
            queue.end(session, alerts.ALERTS, id, token, None, state=AlertState.SENT.value)
        queue.release(session, alerts.ALERTS, few)
        again = [row.id for row in queue.dispatch(session, alerts.ALERTS, NOON, 100, NOON, each=20)]
        assert again == sorted([*many[20:40], *few])


def test_alerts_are_repeated_by_choice(db: Database) -> None:
    with db.write() as session:
        one, two, three = fill(session, HOOK, 3)
        token, _ = queue.take(session, alerts.ALERTS, [one, two], NOON, HOUR)
        queue.end(session, alerts.ALERTS, one, token, None, state=AlertState.FAILED.value, attempts=10)
        assert alerts.repeat(session, NOON + HOUR / 2, [one, two, three, "msg_none"]) == [one]
        row = session.get(Alert, one)
        assert row
        session.refresh(row)
        assert (row.state, row.attempts, row.due, row.repeated) == ("waiting", 0, NOON + HOUR / 2, NOON + HOUR / 2)


def test_a_topic_has_one_private_address_until_it_is_replaced(db: Database) -> None:
    with db.write() as session:
        topic = topics.add(session, "المياه", {}, [], NOON)
        first = shared.token_of(session, topic.id or 0, NOON)
        assert shared.token_of(session, topic.id or 0, NOON) == first
        found = shared.topic_of(session, first)
        assert found is not None
        assert found.name == "المياه"
        second = shared.token_of(session, topic.id or 0, NOON, rotate=True)
        assert (shared.topic_of(session, first), len(second) >= 32) == (None, True)
        assert shared.topic_of(session, "") is None
        assert isinstance(channels.listing(session), list)
        assert session.exec(select(Channel)).all() == []
