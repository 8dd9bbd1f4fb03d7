"""When what is due again, and which ids go together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.article import PageState
from domain.rhythm import Rhythm
from domain.schedule import (
    MOST_BACKOFF,
    PAGE_ATTEMPTS,
    PAGE_DAYS,
    FeedPlan,
    after_page,
    after_poll,
    batches,
    host_pause,
    next_wait,
)

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def poll(
    *, ok: bool = True, failures: int = 0, interval: float = 900, retry_after: float | None = None, jitter: float = 0
) -> FeedPlan:
    return after_poll(
        ok=ok, failures=failures, interval=interval, now=NOON, retry_after=retry_after, jitter=jitter
    )  # fmt: skip


def test_a_feed_that_is_well_is_due_after_its_interval() -> None:
    assert poll(failures=7) == FeedPlan(NOON + 15 * MINUTE, 0)
    assert poll(jitter=1).due == NOON + 16.5 * MINUTE


def test_failures_in_a_row_double_the_wait_up_to_six_hours() -> None:
    plans = [poll(ok=False, failures=n) for n in range(7)]
    assert [plan.failures for plan in plans] == [1, 2, 3, 4, 5, 6, 7]
    assert [(plan.due - NOON) / MINUTE for plan in plans] == [30, 60, 120, 240, 360, 360, 360]


def test_an_interval_beyond_six_hours_is_not_cut_by_a_failure() -> None:
    assert poll(ok=False, interval=86_400).due == NOON + timedelta(days=1)


def test_what_the_server_asked_for_is_never_cut_short() -> None:
    assert poll(ok=False, retry_after=50_000).due == NOON + timedelta(seconds=50_000)
    assert poll(ok=False, retry_after=5).due == NOON + 30 * MINUTE
    assert poll(retry_after=7_200).due == NOON + timedelta(hours=2)


@given(
    st.booleans(), st.integers(0, 10_000), st.floats(0, 1e6), st.one_of(st.none(), st.floats(0, 86_400)),
    st.floats(0, 1),
)  # fmt: skip
def test_the_next_visit_lies_between_the_interval_and_the_longest_wait(
    ok: bool, failures: int, interval: float, retry_after: float | None, jitter: float
) -> None:
    plan = poll(ok=ok, failures=failures, interval=interval, retry_after=retry_after, jitter=jitter)
    least = timedelta(seconds=max(interval, retry_after or 0))
    assert NOON + least <= plan.due
    assert plan.due <= NOON + max(max(timedelta(seconds=interval), MOST_BACKOFF) * 1.1 + MINUTE, least)
    assert (plan.failures == 0) is ok


def test_a_page_is_tried_five_times_then_daily_for_three_days_then_given_up() -> None:
    seen, attempts, now = [], 0, NOON
    while True:
        plan = after_page(ok=False, final=False, attempts=attempts, now=now, retry_after=None)
        attempts = plan.attempts
        if plan.due is None:
            break
        seen.append((plan.state, plan.due - now))
        now = plan.due
    waits = [(PageState.WAITING, n * MINUTE) for n in (1, 2, 4, 8)]
    assert seen == [*waits, *[(PageState.FAILED, timedelta(days=1))] * PAGE_DAYS]
    assert (plan.state, attempts) == (PageState.GIVEN_UP, PAGE_ATTEMPTS + PAGE_DAYS)


@pytest.mark.parametrize("attempts", [0, 4, 6])
def test_a_page_that_came_is_done_and_one_that_said_no_is_given_up(attempts: int) -> None:
    done = after_page(ok=True, final=False, attempts=attempts, now=NOON, retry_after=None)
    assert (done.state, done.due, done.attempts) == (PageState.DONE, None, attempts + 1)
    gone = after_page(ok=False, final=True, attempts=attempts, now=NOON, retry_after=60)
    assert (gone.state, gone.due) == (PageState.GIVEN_UP, None)


def test_a_pages_server_may_ask_for_more_time_and_not_for_less() -> None:
    assert after_page(ok=False, final=False, attempts=0, now=NOON, retry_after=3_600).due == NOON + 60 * MINUTE
    assert after_page(ok=False, final=False, attempts=3, now=NOON, retry_after=1).due == NOON + 8 * MINUTE


def test_rows_of_one_host_stay_together() -> None:
    rows = [(1, "a", 0), (2, "b", 0), (3, "a", 0), (4, "b", 0), (5, "c", 0)]
    assert batches(rows, 3) == [[1, 3], [2, 4, 5]]


def test_a_host_larger_than_a_task_is_split() -> None:
    assert batches([(n, "a", 0) for n in range(5)], 2) == [[0, 1], [2, 3], [4]]


def test_what_crashed_its_worker_goes_alone() -> None:
    rows = [(1, "a", 0), (2, "a", 1), (3, "a", 0), (4, "b", 4)]
    assert batches(rows, 10) == [[1, 3], [2], [4]]


def test_work_is_spread_over_the_workers_that_there_are() -> None:
    rows = [(n, f"host{n}", 0) for n in range(10)]
    assert [len(batch) for batch in batches(rows, 100, apart=4)] == [3, 3, 3, 1]
    assert batches([], 100, apart=4) == []


ROWS = st.lists(st.tuples(st.integers(0, 1_000), st.sampled_from("abcde"), st.sampled_from([0, 0, 0, 1, 5])),
                unique_by=lambda row: row[0], max_size=60)  # fmt: skip


@given(ROWS, st.integers(1, 12), st.integers(1, 8))
def test_every_row_is_in_one_task_of_its_size(rows: list[tuple[int, str, int]], size: int, apart: int) -> None:
    made = batches(rows, size, apart)
    assert sorted(id for batch in made for id in batch) == sorted(id for id, _, _ in rows)
    assert all(1 <= len(batch) <= size for batch in made)
    crashed = {id for id, _, crashes in rows if crashes}
    assert all(len(batch) == 1 for batch in made if crashed & set(batch))


def test_a_polite_host_is_asked_by_one_task_only() -> None:
    rows = [(n, "a.example", 0) for n in range(7)] + [(10 + n, "127.0.0.1", 0) for n in range(4)]
    made = batches(rows, 5, 4, {"a.example"})
    assert [ids for ids in made if set(ids) & set(range(7))] == [[0, 1, 2, 3, 4]]
    assert sorted(id for ids in made for id in ids if id >= 10) == [10, 11, 12, 13]


def test_a_host_is_left_alone_for_as_long_as_it_says() -> None:
    assert host_pause(429, 5, 60) == 5
    assert host_pause(503, None, 60) == 60
    assert host_pause(503, 300, 0) == 0
    assert host_pause(200, 300, 60) == 0


def steady(per_hour: float, hours: tuple[int, ...] = tuple(range(24))) -> Rhythm:
    """Give the rhythm of a feed watched for three weeks that brings so many entries in each of these hours."""
    return Rhythm(until=NOON, seen=tuple(20 * per_hour * (h in hours) for h in range(24)), watched=(20.0,) * 24)


def wait(rhythm: Rhythm, now: datetime = NOON, least: float = 60, most: float = 86_400, **more: float) -> float:
    return next_wait(rhythm, now, least=least, most=most, **more)


def test_a_feed_is_asked_by_its_rate_between_a_minute_and_a_day() -> None:
    assert wait(steady(1)) == pytest.approx(240, rel=0.1)
    assert 60 <= wait(steady(5)) <= 120, "a breaking-news outlet is seen within two minutes"
    assert wait(steady(100)) == 60
    monthly = wait(steady(1 / 720))
    assert 86_400 / 20 < monthly <= 86_400, "a magazine is not asked 1,440 times a day"
    assert wait(replace(steady(0), watched=(10_000.0,) * 24)) == 86_400


@given(st.floats(0, 500), st.floats(0, 500), st.integers(0, 7 * 24), st.floats(0.1, 10))
def test_a_livelier_or_more_eagerly_watched_feed_is_never_asked_later(
    one: float, other: float, hours: int, eagerness: float
) -> None:
    slow, lively = sorted((one, other))
    now = NOON + hours * timedelta(hours=1)
    first, second = wait(steady(lively), now), wait(steady(slow), now)
    assert 60 <= first <= second + 1e-6
    assert second <= 86_400
    assert wait(steady(one), now, eagerness=eagerness) <= wait(steady(one), now, eagerness=eagerness / 2) + 1e-6


def test_a_feed_that_sleeps_is_asked_when_it_wakes() -> None:
    daytime = steady(4, tuple(range(6, 20)))
    midnight = NOON.replace(hour=0)
    asked, at = [], midnight
    while at < midnight + timedelta(days=1):
        at += timedelta(seconds=wait(daytime, at))
        asked.append(at.hour)
    assert sum(6 <= hour < 20 for hour in asked) > 10 * sum(hour < 5 for hour in asked) > 0


def test_bounds_that_contradict_each_other_give_the_least() -> None:
    assert wait(steady(1), least=1_000, most=900) == 1_000
