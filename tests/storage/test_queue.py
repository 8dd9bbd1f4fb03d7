"""The queue of record on both systems: who gets which row, and what becomes of rows whose worker is lost."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session
from stored import NOON, draft, store

from domain.errors import NotFound
from storage import alerts, articles, channels, feeds, jobs, queue, topics
from storage.engine import Database
from storage.models import Backfill, Feed, Job
from storage.queue import DISPATCH_WAIT, KINDS, MAX_CRASHES, End

FEEDS, JOBS = KINDS["feeds"], KINDS["jobs"]
LEASE = timedelta(seconds=45)
SECOND = timedelta(seconds=1)


def add(session: Session, number: int) -> list[int]:
    """Add feeds, the first of them due for the longest time."""
    names = [f"https://press{n}.example/rss" for n in range(number)]
    rows = [feeds.add(session, url, NOON - SECOND * (number - n), host=url[8:-4]) for n, url in enumerate(names)]
    return [row.id or 0 for row in rows]


def row(session: Session, id: int) -> Feed:
    return feeds.get(session, str(id))


def test_dispatch_gives_the_oldest_first_and_once(db: Database) -> None:
    with db.write() as session:
        ids = add(session, 5)
        feeds.get(session, str(ids[4])).due = NOON - timedelta(days=1)
    with db.write() as session:
        given = queue.dispatch(session, FEEDS, NOON, 3, NOON)
    assert [due.id for due in given] == [ids[4], ids[0], ids[1]]
    assert [due.host for due in given] == ["press4.example", "press0.example", "press1.example"]
    with db.write() as session:
        assert [due.id for due in queue.dispatch(session, FEEDS, NOON, 10, NOON)] == ids[2:4]


def test_dispatch_bounds_what_is_in_flight(db: Database) -> None:
    with db.write() as session:
        ids = add(session, 5)
        assert len(queue.dispatch(session, FEEDS, NOON, 2, NOON)) == 2
        assert queue.dispatch(session, FEEDS, NOON, 2, NOON) == []
        queue.take(session, FEEDS, ids[:1], NOON, LEASE)
        assert [due.id for due in queue.dispatch(session, FEEDS, NOON, 2, NOON)] == [ids[2]]


def test_a_lost_message_is_sent_again(db: Database) -> None:
    with db.write() as session:
        (id,) = add(session, 1)
        queue.dispatch(session, FEEDS, NOON, 9, NOON)
        assert queue.dispatch(session, FEEDS, NOON + DISPATCH_WAIT, 9, NOON) == []
        later = NOON + DISPATCH_WAIT + SECOND
        assert [due.id for due in queue.dispatch(session, FEEDS, later, 9, later)] == [id]


def test_what_is_not_due_is_not_given(db: Database) -> None:
    with db.write() as session:
        (id,) = add(session, 1)
        row(session, id).due = NOON + SECOND
    with db.write() as session:
        assert queue.dispatch(session, FEEDS, NOON, 9, NOON) == []
        assert queue.take(session, FEEDS, [id], NOON, LEASE)[1] == []
        assert [due.id for due in queue.dispatch(session, FEEDS, NOON, 9, NOON + SECOND)] == [id]


def test_a_taken_row_is_not_taken_again_before_its_lease_ends(db: Database) -> None:
    with db.write() as session:
        (id,) = add(session, 1)
        first, taken = queue.take(session, FEEDS, [id], NOON, LEASE)
        assert taken == [id]
        assert queue.take(session, FEEDS, [id], NOON + LEASE, LEASE)[1] == []
        assert queue.dispatch(session, FEEDS, NOON + LEASE, 9, NOON) == []
        second, again = queue.take(session, FEEDS, [id], NOON + LEASE + SECOND, LEASE)
        assert (again, row(session, id).crashes) == ([id], 2)
        assert not queue.end(session, FEEDS, id, first, NOON)
        assert queue.end(session, FEEDS, id, second, NOON + LEASE * 9, status="ok")


def test_two_that_take_at_once_share_nothing(db: Database) -> None:
    with db.write() as session:
        ids = add(session, 20)
    start, got = threading.Barrier(2), []

    def take(order: int) -> None:
        start.wait()
        got.append(db.transact(lambda session: queue.take(session, FEEDS, ids[::order], NOON, LEASE)[1]))

    threads = [threading.Thread(target=take, args=(order,)) for order in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(got[0] + got[1]) == ids


def test_a_lease_is_extended_only_by_its_holder(db: Database) -> None:
    with db.write() as session:
        ids = add(session, 2)
        token, _ = queue.take(session, FEEDS, ids, NOON, LEASE)
        assert queue.extend(session, FEEDS, "0" * 16, NOON + LEASE * 2) == 0
        assert queue.extend(session, FEEDS, token, NOON + LEASE * 2) == 2
        assert queue.take(session, FEEDS, ids, NOON + LEASE + SECOND, LEASE)[1] == []


def test_the_end_clears_the_row(db: Database) -> None:
    with db.write() as session:
        (id,) = add(session, 1)
        queue.dispatch(session, FEEDS, NOON, 9, NOON)
        token, _ = queue.take(session, FEEDS, [id], NOON, LEASE)
        end = queue.End(NOON + LEASE, {"status": "ok", "etag": '"١"'})
        assert feeds.finish_several(session, {id: end}, token) == {id}
    with db.read() as session:
        feed = row(session, id)
    assert (feed.lease, feed.locked_until, feed.dispatched_until, feed.crashes) == ("", None, None, 0)
    assert (feed.due, feed.status, feed.etag) == (NOON + LEASE, "ok", '"١"')


def test_given_back_untouched_counts_no_crash_and_failed_does(db: Database) -> None:
    with db.write() as session:
        ids = add(session, 2)
        token, _ = queue.take(session, FEEDS, ids, NOON, LEASE)
        queue.give_back(session, FEEDS, ids[:1], token, NOON, failed=False)
        queue.give_back(session, FEEDS, ids[1:], token, NOON + LEASE, failed=True)
        queue.give_back(session, FEEDS, ids, "0" * 16, NOON + LEASE * 9, failed=True)
    with db.read() as session:
        assert [(row(session, id).crashes, row(session, id).due) for id in ids] == [(0, NOON), (1, NOON + LEASE)]


def crash(session: Session, id: int, times: int) -> None:
    for n in range(times):
        queue.take(session, FEEDS, [id], NOON + n * (LEASE + SECOND), LEASE)


def test_five_crashes_end_in_quarantine_and_four_do_not(db: Database) -> None:
    later = NOON + MAX_CRASHES * (LEASE + SECOND)
    with db.write() as session:
        bad, shaky = add(session, 2)
        crash(session, bad, MAX_CRASHES)
        crash(session, shaky, MAX_CRASHES - 1)
        assert queue.quarantine(session, NOON + (MAX_CRASHES - 1) * (LEASE + SECOND)) == 0  # it still has its lease
        assert queue.quarantine(session, later) == 1
        assert queue.quarantine(session, later) == 0
    with db.write() as session:
        (record,) = jobs.quarantined(session)
        assert (record.kind, record.ref, record.host, record.at) == ("feeds", str(bad), "press0.example", later)
        assert [due.id for due in queue.dispatch(session, FEEDS, later, 9, later)] == [shaky]
        queue.replay(session, record, later)
    with db.write() as session:
        assert jobs.quarantined(session) == []
        assert queue.take(session, FEEDS, [bad], later, LEASE)[1] == [bad]
        assert row(session, bad).crashes == 1


def test_every_kind_is_quarantined_and_replayed(db: Database) -> None:
    with db.write() as session:
        add(session, 1)
        (article,) = store(session, draft("أ", url="https://press.example/1"))
        articles.want_pages(session, [(article, "press.example")], NOON)
        topic = topics.add(session, "المياه", {}, [], NOON)
        channel, _ = channels.add(session, "https://hook.example/", "whsec_x", NOON)
        told: dict[str, Any] = {"topic_id": topic.id, "story_id": article, "reason": "first_match", "payload": "{}"}
        alerts.enqueue(session, [told | {"channel_id": channel.id, "article_id": article}], NOON)
        jobs.ask(session, "backfill_topic", {}, NOON)
        session.add(Backfill(host="press.example", since=NOON, created=NOON, due=NOON))
        session.flush()
        for kind in KINDS.values():
            (due,) = queue.dispatch(session, kind, NOON, 9, NOON)
            for n in range(MAX_CRASHES):
                assert queue.take(session, kind, [due.id], NOON + n * (LEASE + SECOND), LEASE)[1] == [due.id]
        later = NOON + MAX_CRASHES * (LEASE + SECOND)
        assert queue.quarantine(session, later) == len(KINDS)
        for record in jobs.quarantined(session):
            queue.replay(session, record, later)
            assert len(queue.dispatch(session, KINDS[record.kind], later, 9, later)) == 1


def test_a_new_start_frees_what_a_dead_service_had(db: Database) -> None:
    with db.write() as session:
        taken, sent, free = add(session, 3)
        token, _ = queue.take(session, FEEDS, [taken], NOON, LEASE)
        row(session, free).due = NOON + LEASE
        session.flush()
        queue.dispatch(session, FEEDS, NOON, 9, NOON)
        assert queue.forget_leases(session) == 2
        assert queue.forget_leases(session) == 0
        assert {due.id for due in queue.dispatch(session, FEEDS, NOON, 9, NOON)} == {taken, sent}
        assert not queue.end(session, FEEDS, taken, token, NOON)


def test_counts_tell_ready_running_and_later(db: Database) -> None:
    with db.write() as session:
        ids = add(session, 4)
        row(session, ids[3]).due = NOON + SECOND
        session.flush()
        queue.take(session, FEEDS, ids[:1], NOON, LEASE)
        found = queue.counts(session, NOON)
        assert found["feeds"] == {"ready": 2, "running": 1, "later": 1}
        assert found["pages"] == {"ready": 0, "running": 0, "later": 0}
        assert queue.counts(session, NOON + LEASE + SECOND)["feeds"]["running"] == 0
        assert queue.counts(session, NOON, feeds_due_by=NOON - timedelta(seconds=3))["feeds"]["ready"] == 1


def test_a_job_runs_from_question_to_answer(db: Database) -> None:
    with db.write() as session:
        id = jobs.ask(session, "backfill_topic", {"topic": "المياه"}, NOON)
        jobs.ask_once(session, "backfill_topic", {"topic": "المياه"}, NOON)
        jobs.ask_once(session, "backfill_topic", {"topic": "القمح"}, NOON)
        assert len(queue.dispatch(session, JOBS, NOON, 9, NOON)) == 2
        token, _ = queue.take(session, JOBS, [id], NOON, LEASE)
        assert jobs.progress(session, id, token, done=5, total=10)
        assert not jobs.progress(session, id, "0" * 16, done=9)
        assert jobs.finish(session, id, token, NOON, "done", {"matched": 2})
        assert not jobs.finish(session, id, token, NOON, "failed", {})
        jobs.ask_once(session, "backfill_topic", {"topic": "المياه"}, NOON)
    with db.read() as session:
        job: Job = jobs.get(session, id)
        assert (job.state, job.done, job.result, job.finished, job.due) == ("done", 5, {"matched": 2}, NOON, None)
        assert queue.counts(session, NOON)["jobs"]["ready"] == 2


def test_signs_of_life_at_once_leave_one(db: Database) -> None:
    start, failed = threading.Barrier(2), []

    def beat() -> None:
        try:
            with db.write() as session:
                start.wait() if db.dialect == "postgresql" else None
                jobs.beat(session, "scheduler", NOON)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=beat) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    with db.read() as session:
        assert list(jobs.heartbeats(session)) == ["scheduler"]


def test_what_is_not_there_is_said(sqlite: Database) -> None:
    with sqlite.read() as session:
        for ask in (jobs.get, jobs.quarantine_record):
            with pytest.raises(NotFound):
                ask(session, 7)


def test_many_ends_are_as_many_single_ones_and_only_of_what_the_lease_has(db: Database) -> None:
    with db.write() as session:
        ids = add(session, 4)
        token, _ = queue.take(session, FEEDS, ids[:3], NOON, LEASE)
        other, _ = queue.take(session, FEEDS, ids[3:], NOON, LEASE)
        due, never = NOON + timedelta(hours=1), {"status": "gone", "rhythm": {"now": [1]}}
        ends = {ids[0]: End(due, {"status": "ok"}), ids[1]: End(None, never), ids[3]: End(due, {"status": "ok"})}
        assert queue.end_several(session, FEEDS, ends, token) == {ids[0], ids[1]}
        assert queue.end_several(session, FEEDS, {}, token) == set()
    with db.read() as session:
        found = [row(session, id) for id in ids]
    assert [(f.due, f.status, f.lease, f.crashes) for f in found] == [
        (due, "ok", "", 0), (None, "gone", "", 0), (NOON - SECOND * 2, "", token, 1), (NOON - SECOND, "", other, 1),
    ]  # fmt: skip
    assert [(f.locked_until, f.rhythm) for f in found[:2]] == [(None, {}), (None, {"now": [1]})]
