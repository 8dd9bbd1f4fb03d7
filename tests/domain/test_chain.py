"""Which way to an outlet is in use, and when the others are tried."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.chain import STALE, TRIED, Choice, Verdict, Way, choose, read_order, verdict
from domain.errors import BadInput

NOW = datetime(2026, 4, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def way(
    id: int, rank: int, health: str = "healthy", *, used: bool = False, polled: float = 1, new: float = 2, **more
) -> Way:
    """Give a way, visited and refreshed so many hours ago."""
    return Way(id, "feed", rank, health, used, NOW - polled * HOUR, NOW - new * HOUR, **more)


def fresh(id: int, rank: int, *, used: bool = False) -> Way:
    return Way(id, "section", rank, "new", used)


def choice(*ways: Way) -> Choice:
    found = choose(ways, NOW)
    assert found
    return found


@pytest.mark.parametrize(
    ("one", "thought"),
    [
        (way(1, 1, used=True), Verdict.WORKS),
        (way(1, 1, "quiet", used=True), Verdict.STALE),
        (way(1, 1, used=True, new=24 * 14 + 1), Verdict.STALE),
        (way(1, 1, "blocked", used=True), Verdict.FAILS),
        (way(1, 1, "empty"), Verdict.FAILS),
        (way(1, 1, "broken", polled=25), Verdict.UNTRIED),
        (way(1, 1, "broken", polled=25, used=True), Verdict.FAILS),
        (way(1, 1, polled=25), Verdict.UNTRIED),
        (way(1, 1, "gone", polled=2500), Verdict.FAILS),
        (fresh(1, 1), Verdict.UNTRIED),
    ],
)
def test_what_is_thought_of_a_way(one, thought):
    assert verdict(one, NOW) is thought


@pytest.mark.parametrize("health", ["blocked", "empty", "broken", "gone", "quiet"])
def test_the_next_step_takes_over_when_it_is_seen_to_work(health):
    before = choice(way(1, 1, health, used=True), way(2, 3, polled=30))
    assert before.rank == 1, "not before it was tried"
    assert before.trials[2] <= NOW
    after = choice(way(1, 1, health, used=True, why="blocked HTTP 403"), way(2, 3))
    assert after.rank == 3
    assert after.why.startswith(f"feed 1 is {'stale' if health == 'quiet' else health}")


def test_the_first_way_takes_over_again_when_it_works():
    assert choice(way(1, 1), way(2, 3, used=True)).rank == 1
    assert choice(way(1, 1, "broken"), way(2, 3, used=True)).rank == 3


def test_a_step_of_several_ways_works_when_one_does():
    assert choice(way(1, 1, "blocked", used=True), way(2, 1, used=True), way(3, 2)).rank == 1


def test_where_none_works_the_first_stale_one_is_in_use_else_nothing_changes():
    stale = way(1, 1, new=24 * 30, used=True)
    assert choice(stale, way(2, 2, new=24 * 40)).rank == 1
    assert choice(way(1, 1, "blocked"), way(2, 2, "quiet")).rank == 2
    assert choice(way(1, 1, "blocked"), way(2, 2, "blocked", used=True)).rank == 2
    assert choice(fresh(1, 1, used=True), fresh(2, 2)).rank == 1


def test_a_way_in_use_that_was_never_visited_is_waited_for():
    assert choice(fresh(1, 1, used=True), way(2, 2)).rank == 1
    assert choice(fresh(1, 1), way(2, 2, used=True)).rank == 2


def test_what_stands_beside_the_chain_does_not_count():
    assert choice(way(1, 0, used=True), way(2, 1, "blocked", used=True)).rank == 1
    assert choose([way(1, 0, used=True)], NOW) is None
    assert choose([], NOW) is None


@pytest.mark.parametrize(
    ("other", "used", "after"),
    [
        (way(2, 2), "healthy", None),
        (fresh(2, 2), "healthy", timedelta(0)),
        (way(2, 2, polled=3), "blocked", None),
        (way(2, 2, "blocked", polled=3, failures=1), "blocked", -2 * HOUR),
        (way(2, 2, "blocked", polled=3, failures=2), "blocked", HOUR),
        (way(2, 2, "blocked", polled=3, failures=9), "blocked", TRIED - 3 * HOUR),
        (way(2, 2, "gone"), "blocked", None),
    ],
)
def test_when_a_worse_way_is_tried(other, used, after):
    found = choice(way(1, 1, used, used=True), other)
    assert found.trials.get(2) == (None if after is None else NOW + after)


@pytest.mark.parametrize(("failures", "hours"), [(1, 1), (2, 4), (3, 16), (4, 24), (400, 24), (0, 24)])
def test_a_better_way_is_tried_soon_and_then_once_a_day(failures, hours):
    better = way(1, 1, "blocked" if failures else "empty", failures=failures, polled=0)
    assert choice(better, way(2, 2, used=True)).trials == {1: NOW + hours * HOUR}


def test_a_stale_way_is_one_that_brought_nothing_for_two_weeks():
    assert timedelta(days=14) == STALE


def test_an_order_is_read():
    assert read_order("3+4, 7،9", {3, 4, 7, 9, 12}) == {3: 1, 4: 1, 7: 2, 9: 3, 12: 0}


@pytest.mark.parametrize("text", ["", "3,", "3,3", "3+x", "8", "3;4", "-3", "3" * 20])
def test_what_is_no_order_is_refused(text):
    with pytest.raises(BadInput):
        read_order(text, {3, 4})
