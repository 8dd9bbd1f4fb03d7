"""Feeds, hosts that asked for a pause, and the record of visits, on both systems."""

import threading
from datetime import timedelta

import pytest
from stored import NOON, draft

from domain.errors import AlreadyExists, NotFound
from storage import articles, feeds, queue
from storage.engine import Database
from storage.models import Poll

URL = "https://press.example/rss"
MINUTE = timedelta(minutes=1)


def test_a_feed_is_found_by_address_and_by_id(db: Database) -> None:
    with db.write() as session:
        feed = feeds.add(session, URL, NOON, outlet="صحيفة الضفة", host="press.example")
        assert (feed.origin, feed.due, feed.state) == (URL, NOON, "active")
        assert feeds.get(session, URL) is feeds.get(session, str(feed.id)) is feed
        for which in ("https://other.example/", "99", "٩٩", ""):
            with pytest.raises(NotFound):
                feeds.get(session, which)
        with pytest.raises(AlreadyExists, match="there already"):
            feeds.add(session, URL, NOON)


def test_feeds_are_listed_by_outlet(db: Database) -> None:
    with db.write() as session:
        b = feeds.add(session, f"{URL}/1", NOON, outlet="ب")
        a = feeds.add(session, f"{URL}/2", NOON, outlet="أ")
        assert feeds.listing(session) == [a, b]
        assert feeds.several(session, [a.id or 0, 99]) == [a]


def test_a_removed_feed_leaves_its_articles_and_visits(db: Database) -> None:
    with db.write() as session:
        feed = feeds.add(session, URL, NOON)
        (id,) = articles.store(session, [(draft("أ"), 0)], feed.id, "").values()
        feeds.record(session, Poll(feed_id=feed.id, at=NOON, status="ok"))
        session.flush()
        feeds.remove(session, feed, NOON)
    with db.read() as session:
        assert feeds.find(session, URL) is None
        assert articles.get(session, id).feed_id is None
        assert [poll.feed_id for poll in feeds.polls_since(session, 0)] == [None]


def test_a_host_is_left_alone_for_the_longest_time_that_it_asked_for(db: Database) -> None:
    with db.write() as session:
        for minutes in (5, 9, 2):
            feeds.pause_host(session, "press.example", NOON + MINUTE * minutes)
        names = ["press.example", "other.example"]
        assert feeds.paused(session, names, NOON + MINUTE * 8) == {"press.example": NOON + MINUTE * 9}
        assert feeds.paused(session, names, NOON + MINUTE * 9) == {}


def test_two_visits_may_pause_one_host_at_once(db: Database) -> None:
    begun, failed = threading.Barrier(2), []

    def pause(minutes: int) -> None:
        try:
            begun.wait()
            with db.write() as session:
                feeds.paused(session, ["press.example"], NOON)
                feeds.pause_host(session, "press.example", NOON + MINUTE * minutes)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=pause, args=(minutes,)) for minutes in (3, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    with db.read() as session:
        assert feeds.paused(session, ["press.example"], NOON) == {"press.example": NOON + MINUTE * 7}


def test_all_that_wait_are_made_due(db: Database) -> None:
    with db.write() as session:
        waiting, gone, running = (feeds.add(session, f"{URL}/{n}", NOON) for n in range(3))
        waiting.due = NOON + MINUTE
        gone.state, gone.due = "gone", None
        session.flush()
        queue.take(session, feeds.FEEDS, [running.id], NOON, MINUTE)
        feeds.pause_host(session, "press.example", NOON + MINUTE)
        feeds.make_due(session, NOON)
        assert [due.id for due in queue.dispatch(session, feeds.FEEDS, NOON, 9, NOON)] == [waiting.id]
        assert feeds.paused(session, ["press.example"], NOON) == {}


def test_visits_and_states_are_counted(db: Database) -> None:
    with db.write() as session:
        assert feeds.last_poll_id(session) == 0
        new, ok, gone = (feeds.add(session, f"{URL}/{n}", NOON) for n in range(3))
        ok.status, gone.status, gone.state = "ok", "http_error", "gone"
        feeds.record(session, Poll(feed_id=new.id, at=NOON, status="ok", new=3, rejections={"no_text": 1}))
        session.flush()
        mark = feeds.last_poll_id(session)
        feeds.record(session, Poll(feed_id=new.id, at=NOON, status="unchanged"))
    with db.read() as session:
        assert [poll.status for poll in feeds.polls_since(session, mark)] == ["unchanged"]
        assert feeds.polls_since(session, 0)[0].rejections == {"no_text": 1}
        assert feeds.states(session) == {"new": 1, "ok": 1, "gone": 1}
