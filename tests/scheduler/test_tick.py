"""What a tick hands out: everything due, once, bounded, what crashed alone, and nothing lost when it cannot be sent."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from press import NAME, STORY
from sqlalchemy import event, select, update
from stored import NOON, draft, store

from domain.article import Text
from domain.topics import learn
from scheduler import loop, restored
from scheduler.tick import BATCHES_AHEAD, next_wait, tick, warm
from settings import Settings
from storage import feeds, jobs, queue, topics
from storage.engine import Database
from storage.models import Alert, Article, Channel, Feed, Job, PageJob, Quarantine, Topic
from storage.queue import DISPATCH_WAIT, KINDS, MAX_CRASHES
from storage.topics import STALE_LEAST

SECOND = timedelta(seconds=1)
Sent = list[tuple[str, list[Any]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Give the messages instead of sending them."""
    messages: Sent = []

    class Ledger:
        def __init__(self, kind: str) -> None:
            self.kind = kind

        def delay(self, ids: list[Any]) -> None:
            messages.append((self.kind, ids))

    monkeypatch.setattr("scheduler.tick.TASKS", {kind: Ledger(kind) for kind in KINDS})
    return messages


def settings(home: Path, **values: Any) -> Settings:
    return Settings(home=home, **({"workers": 1, "feed_batch": 10} | values))


def add_feeds(db: Database, number: int, host: str = "") -> list[int]:
    with db.write() as session:
        rows = [feeds.add(session, f"https://p{n}.example/", NOON, host=host or f"p{n}") for n in range(number)]
        return [row.id or 0 for row in rows]


def handed(sent: Sent, kind: str = "feeds") -> list[int]:
    return sorted(id for name, ids in sent if name == kind for id in ids)


def add_topic(db: Database) -> int:
    reference = Text(NAME, STORY)
    with db.write() as session:
        return topics.add(session, NAME, learn(NAME, [reference]).to_json(), [(reference, "")], NOON).id or 0


def test_what_is_due_is_handed_out_once(db: Database, tmp_path: Path, sent: Sent) -> None:
    ids = add_feeds(db, 3)
    with db.write() as session:
        feeds.get(session, str(ids[2])).due = NOON + SECOND
    assert tick(db, settings(tmp_path), NOON) == 1
    assert handed(sent) == ids[:2]
    assert tick(db, settings(tmp_path), NOON) == 0
    assert tick(db, settings(tmp_path), NOON + SECOND) == 1
    assert handed(sent) == ids


def test_every_kind_has_its_messages(db: Database, tmp_path: Path, sent: Sent) -> None:
    (feed,), topic = add_feeds(db, 1), add_topic(db)
    with db.write() as session:
        (article,) = store(session, draft("k"))
        session.add(PageJob(article_id=article, host="page.example", due=NOON))
        session.add(Channel(id=1, url="https://h.example/", secret="x", created=NOON))
        job = jobs.ask(session, "backfill_topic", {"topic_id": topic}, NOON)
        session.flush()
        session.add(Alert(id="msg_1", topic_id=topic, story_id=1, reason="first_match", channel_id=1, payload="{}",
                          due=NOON, created=NOON))  # fmt: skip
    assert tick(db, settings(tmp_path), NOON) == 4
    assert sorted(sent) == [("alerts", ["msg_1"]), ("feeds", [feed]), ("jobs", [job]), ("pages", [article])]


def test_what_is_in_flight_is_bounded_and_the_rest_comes_later(db: Database, tmp_path: Path, sent: Sent) -> None:
    ids, few = add_feeds(db, 2 * BATCHES_AHEAD + 5), settings(tmp_path, feed_batch=2)
    tick(db, few, NOON)
    assert len(handed(sent)) == 2 * BATCHES_AHEAD
    assert all(len(batch) <= 2 for _, batch in sent)
    tick(db, few, NOON)
    assert len(handed(sent)) == 2 * BATCHES_AHEAD
    with db.write() as session:
        queue.take(session, KINDS["feeds"], ids, NOON, timedelta(seconds=45))
    tick(db, few, NOON)
    assert handed(sent) == ids[: 2 * BATCHES_AHEAD], "what was taken is out of flight, and nothing else is free"
    with db.write() as session:
        session.execute(update(Feed).where(Feed.id.in_(ids[-5:])).values(locked_until=None, lease=""))
    tick(db, few, NOON)
    assert handed(sent) == ids


def test_what_crashed_its_worker_goes_alone(db: Database, tmp_path: Path, sent: Sent) -> None:
    ids = add_feeds(db, 4)
    with db.write() as session:
        feeds.get(session, str(ids[1])).crashes = 2
    tick(db, settings(tmp_path), NOON)
    assert sorted(batch for _, batch in sent) == [[ids[0], ids[2], ids[3]], [ids[1]]]


def test_a_hosts_feeds_go_together(db: Database, tmp_path: Path, sent: Sent) -> None:
    ids = add_feeds(db, 3, host="one.example")
    tick(db, settings(tmp_path, workers=3, feed_batch=100), NOON)
    assert handed(sent) == ids
    with db.write() as session:
        session.execute(update(Feed).values(dispatched_until=None))
    sent.clear()
    tick(db, settings(tmp_path, workers=1), NOON)
    assert sent == [("feeds", ids)]


def test_what_was_dropped_on_the_way_is_sent_again(db: Database, tmp_path: Path, sent: Sent) -> None:
    add_feeds(db, 1)
    tick(db, settings(tmp_path), NOON)
    assert tick(db, settings(tmp_path), NOON + DISPATCH_WAIT) == 0
    assert tick(db, settings(tmp_path), NOON + DISPATCH_WAIT + SECOND) == 1


def test_a_broker_that_is_away_costs_seconds_not_feeds(
    db: Database, tmp_path: Path, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def delay(self, ids: list[Any]) -> None:
            raise ConnectionError("لا وسيط")

    ids = add_feeds(db, 1)
    with monkeypatch.context() as patch:
        patch.setattr("scheduler.tick.TASKS", dict.fromkeys(KINDS, Away()))
        with pytest.raises(ConnectionError):
            tick(db, settings(tmp_path), NOON)
    tick(db, settings(tmp_path), NOON + DISPATCH_WAIT + SECOND)
    assert handed(sent) == ids


def test_feeds_may_be_limited_to_what_was_due_by_a_time(db: Database, tmp_path: Path, sent: Sent) -> None:
    ids, now = add_feeds(db, 2), NOON + timedelta(minutes=5)
    with db.write() as session:
        feeds.get(session, str(ids[1])).due = NOON + SECOND
        job = jobs.ask(session, "backfill_topic", {"topic_id": 1}, now)
    tick(db, settings(tmp_path), now, feeds_due_by=NOON)
    assert sorted(sent) == [("feeds", ids[:1]), ("jobs", [job])]


def test_five_crashes_are_quarantined_and_not_handed_out(db: Database, tmp_path: Path, sent: Sent) -> None:
    ids = add_feeds(db, 2)
    with db.write() as session:
        feeds.get(session, str(ids[0])).crashes = MAX_CRASHES
        feeds.get(session, str(ids[1])).crashes = MAX_CRASHES - 1
    tick(db, settings(tmp_path), NOON)
    assert handed(sent) == ids[1:]
    with db.read() as session:
        (record,) = session.execute(select(Quarantine)).scalars()
        assert (record.kind, record.ref, record.host, record.at) == ("feeds", str(ids[0]), "p0", NOON)
        assert record.why == "its worker was lost five times"


def test_a_store_that_has_doubled_has_its_topics_set_anew_once(db: Database, tmp_path: Path, sent: Sent) -> None:
    topic, last = add_topic(db), STALE_LEAST + 20
    with db.write() as session:
        session.execute(update(Topic).values(calibrated=10))
        store(session, draft("k"))
    tick(db, settings(tmp_path), NOON)
    assert sent == [], "one article more is no reason"
    grow(db, last)
    tick(db, settings(tmp_path), NOON)
    assert sent == [], "not yet double"
    grow(db, last + 1)
    for n in range(3):
        tick(db, settings(tmp_path), NOON + n * SECOND)
    with db.read() as session:
        (job,) = session.execute(select(Job)).scalars()
    assert (job.kind, job.payload) == ("backfill_topic", {"topic_id": topic})
    assert sent == [("jobs", [job.id])]


def grow(db: Database, last: int) -> None:
    """Let the newest article have a number."""
    with db.write() as session:
        newest = session.execute(select(Article).order_by(Article.id.desc())).scalars().first()
        assert newest
        values = newest.model_dump() | {"id": last, "key": f"k{last}", "group_id": last}
        session.add(Article(**values))


def test_a_tick_leaves_a_sign_of_life(db: Database, tmp_path: Path, sent: Sent) -> None:
    tick(db, settings(tmp_path), NOON)
    tick(db, settings(tmp_path), NOON + SECOND)
    with db.read() as session:
        beat = jobs.heartbeats(session)["scheduler"]
    assert (beat.at, beat.detail[:4], sent) == (NOON + SECOND, "pid ", [])


def test_two_schedulers_at_once_hand_nothing_out_twice(db: Database, tmp_path: Path, sent: Sent) -> None:
    ids, start, failed = add_feeds(db, 60), threading.Barrier(2), []

    def schedule() -> None:
        start.wait()
        try:
            for _ in range(8):
                tick(db, settings(tmp_path, feed_batch=5), NOON)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=schedule) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    given = [id for name, batch in sent if name == "feeds" for id in batch]
    assert len(given) == len(set(given)), "no feed is handed out twice"
    assert set(given) <= set(ids)
    assert len(given) >= 5 * BATCHES_AHEAD


def test_the_next_tick_comes_on_time_and_never_at_once(tmp_path: Path) -> None:
    every_two = settings(tmp_path, tick=2.0)
    assert next_wait(every_two, 0.5 * SECOND) == 1.5
    assert next_wait(every_two, 9 * SECOND) == 0.05


@pytest.fixture
def own_database(sqlite: Database, tmp_path: Path) -> Settings:
    """Give settings of a home whose database is there."""
    return settings(tmp_path, database_url=sqlite.engine.url.render_as_string(), tick=0.01)


def test_the_loop_goes_on_after_an_error_until_it_is_stopped(
    own_database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, ticks = threading.Event(), []

    def fails_first(*_: Any) -> int:
        ticks.append(len(ticks))
        if len(ticks) == 1:
            raise RuntimeError("القاعدة غائبة")
        if len(ticks) == 3:
            stop.set()
        return 0

    monkeypatch.setattr(loop, "tick", fails_first)
    loop.run(own_database, stop)
    assert ticks == [0, 1, 2]


def test_warming_up_runs_every_statement_of_a_tick_and_changes_nothing(
    db: Database, tmp_path: Path, sent: Sent
) -> None:
    add_feeds(db, 3)
    topic = add_topic(db)

    def state() -> list[Any]:
        tables = (Feed, Topic, Job, Quarantine, PageJob, Alert)
        with db.read() as session:
            return [[row.model_dump() for row in session.execute(select(table)).scalars()] for table in tables]

    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    before = state()
    event.listen(db.engine, "before_cursor_execute", note)
    warm(db, settings(tmp_path))
    warmed, sent_then = set(statements), list(sent)
    assert state() == before
    statements.clear()
    tick(db, settings(tmp_path), NOON)
    event.remove(db.engine, "before_cursor_execute", note)
    assert topic
    assert sent_then == []
    assert len(handed(sent)) == 3
    strange = [s for s in set(statements) - warmed if not s.startswith("BEGIN")]
    assert len(strange) <= 4, strange  # lists have as many places as they have values


def test_a_database_that_was_put_back_tells_nothing_old(db: Database, sent: Sent, tmp_path: Path) -> None:
    add_feeds(db, 2)
    topic = add_topic(db)
    with db.write() as session:
        session.add(Channel(id=1, url="https://h.example/", secret="x", created=NOON))
        session.flush()
        session.add(Alert(id="msg_1", topic_id=topic, story_id=1, reason="first_match", channel_id=1, payload="{}",
                          due=NOON, created=NOON))  # fmt: skip
    tick(db, settings(tmp_path), NOON)
    with db.write() as session:
        session.execute(update(Feed).values(primed=True))
    assert not restored.is_restored(settings(tmp_path), NOON)
    tick(db, settings(tmp_path), NOON + timedelta(hours=2))
    with db.write() as session:  # a copy of an hour before
        jobs.beat(session, "scheduler", NOON + timedelta(hours=1))
    assert restored.is_restored(settings(tmp_path), NOON + timedelta(hours=1))
    other = settings(tmp_path, database_url="sqlite:///other")
    assert not restored.is_restored(other, NOON + timedelta(hours=1)), "not that one"
    tick(db, settings(tmp_path), NOON + timedelta(hours=3))
    with db.read() as session:
        assert [alert.state for alert in session.exec(select(Alert)).scalars()] == ["stale"]
        assert not any(feed.primed for feed in session.exec(select(Feed)).scalars())
    assert not restored.is_restored(settings(tmp_path), NOON + timedelta(hours=3))
    assert not restored.is_restored(settings(tmp_path), None)


def test_a_mark_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / restored.MARK).write_text("nonsense")
    assert not restored.is_restored(settings(tmp_path), NOON)


def test_a_mark_that_cannot_be_written_keeps_no_work_back(db: Database, sent: Sent, tmp_path: Path) -> None:
    ids = add_feeds(db, 2)
    (tmp_path / restored.MARK).mkdir()
    tick(db, settings(tmp_path), NOON)
    assert handed(sent) == ids
    tick(db, settings(tmp_path / "nowhere"), NOON + timedelta(minutes=1))
