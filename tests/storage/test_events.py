"""Events, robots.txt and the indexes of a tick, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from stored import NOON

from domain.fetching import FetchStatus
from domain.health import AT_ONCE, OUR_NETWORK, SILENT
from domain.robots import Known
from storage import events, feeds, robots
from storage.engine import Database
from storage.models import Feed, Poll

MINUTE = timedelta(minutes=1)


def test_an_event_begins_once_and_ends(db: Database) -> None:
    with db.write() as session:
        assert events.begin(session, "silent_outlet", "أ", "منذ أمس", NOON)
        assert not events.begin(session, "silent_outlet", "أ", "", NOON + MINUTE)
        assert events.begin(session, "silent_outlet", "ب", "", NOON)
        assert events.begin(session, OUR_NETWORK, "", "", NOON)
    with db.write() as session:
        events.settle(session, SILENT, {("silent_outlet", "ب"): "", ("silent_country", "LB"): ""}, NOON + MINUTE)
    with db.read() as session:
        found = {(event.kind, event.subject) for event in events.open_events(session)}
        assert found == {("silent_outlet", "ب"), ("silent_country", "LB"), (OUR_NETWORK, "")}
        assert [event.subject for event in events.open_events(session, ["silent_country"])] == ["LB"]


def test_the_last_visits_are_told_by_host(db: Database) -> None:
    with db.write() as session:
        ids = [feeds.add(session, f"https://{n}.example/", NOON, host=f"{n}.example").id for n in range(3)]
        feeds.record(session, Poll(feed_id=ids[0], at=NOON - AT_ONCE - MINUTE, status="timeout"))
        for id, status in ((ids[1], "timeout"), (ids[2], "ok"), (ids[1], "ok"), (None, "ok")):
            feeds.record(session, Poll(feed_id=id, at=NOON, status=status))
            session.flush()
        assert events.recent_visits(session, NOON) == [
            ("1.example", "timeout"), ("2.example", "ok"), ("1.example", "ok"),
        ]  # fmt: skip


def test_only_those_that_gave_no_answer_are_forgiven(db: Database) -> None:
    rows = [("timeout", 2, NOON), ("http_error", 2, NOON), ("timeout", 2, NOON - 60 * MINUTE), ("timeout", 5, NOON)]
    with db.write() as session:
        for n, (status, failures, polled) in enumerate(rows):
            feed = feeds.add(session, f"https://{n}.example/", NOON)
            feed.status, feed.failures, feed.last_polled, feed.health = status, failures, polled, "broken"
    with db.write() as session:
        events.blame_our_network(session, NOON)
        events.blame_our_network(session, NOON)
    with db.read() as session:
        found = sorted(feeds.listing(session), key=lambda feed: feed.url)
        assert [(feed.failures, feed.health) for feed in found] == [
            (1, "healthy"), (2, "broken"), (2, "broken"), (4, "broken"),
        ]  # fmt: skip


def test_feeds_are_counted_and_listed_by_health(db: Database) -> None:
    with db.write() as session:
        for n, health in enumerate(("healthy", "healthy", "quiet", "gone")):
            feeds.add(session, f"https://{n}.example/", NOON).health = health
    with db.read() as session:
        assert feeds.healths(session) == {"gone": 1, "healthy": 2, "quiet": 1}
        assert [feed.health for feed in feeds.listing(session, but_health=["healthy", "gone"])] == ["quiet"]


def test_robots_txt_is_kept_by_origin_and_written_over(db: Database) -> None:
    first = Known(NOON, "User-agent: *\nDisallow: /سري", NOON)
    later = Known(NOON + MINUTE, first.text, NOON, NOON + MINUTE, FetchStatus.TIMEOUT, "not finished in time")
    with db.write() as session:
        robots.keep(session, {"https://a.example": first, "https://b.example": first})
    with db.write() as session:
        robots.keep(session, {"https://a.example": later})
    with db.read() as session:
        assert robots.known(session, ["https://a.example", "https://c.example"]) == {"https://a.example": later}


@pytest.mark.parametrize("column", ["crashes", "dispatched_until", "locked_until"])
def test_what_is_stuck_or_under_way_is_found_by_an_index(db: Database, column: str) -> None:
    """A tick reads no more rows than concern it, however many feeds there are."""
    where = "crashes >= 5" if column == "crashes" else f"{column} >= '2026-04-06 12:00:00'"
    with db.write() as session:
        for n in range(300):
            session.add(Feed(url=f"https://{n}.example/", origin="", due=NOON, created=NOON))
        session.flush()
        if db.dialect == "postgresql":
            session.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN" if db.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = " ".join(map(str, session.execute(text(f"{explain} SELECT id FROM feed WHERE {where}"))))
    assert f"ix_feed_{column}" in plan
