"""What is learned of when a feed publishes."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rhythm import LONGEST_GAP, Rhythm, expected, hour_of, observe, pieces, rates

MONDAY = datetime(2026, 4, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def watch(days: float, publishes: dict[int, int], *, start: datetime = MONDAY, every: float = 0.25) -> Rhythm:
    """Watch a feed that publishes so many entries in an hour of the day, evenly, every quarter of an hour."""
    rhythm, at = observe(Rhythm(), [], start), start
    while at < start + days * DAY:
        step = at + every * HOUR
        found = [at + every * HOUR / 2] * round(publishes.get(at.hour, 0) * every)
        rhythm, at = observe(rhythm, found, step), step
    return rhythm


def test_nothing_known_is_a_lively_feed_so_that_it_is_asked_soon() -> None:
    assert rates(Rhythm()).at(0) > 30


def test_silence_is_learned_within_an_hour_and_more_within_a_day() -> None:
    assert rates(watch(1 / 24, {})).at(hour_of(MONDAY)) < 2
    assert rates(watch(1, {})).at(hour_of(MONDAY)) < 0.06


def test_the_hours_of_a_feed_show_within_two_days() -> None:
    rhythm = watch(2, dict.fromkeys(range(6, 18), 8))
    tomorrow = MONDAY + 2 * DAY
    noon, night = (rates(rhythm).at(hour_of(tomorrow + h * HOUR)) for h in (12, 1))
    assert noon == pytest.approx(8, rel=0.25)
    assert night < noon / 4


def test_a_free_day_shows_in_time() -> None:
    rhythm = observe(Rhythm(), [], MONDAY)
    for day in range(56):
        found = [MONDAY + day * DAY + n * HOUR for n in range(24)] if day % 7 != 4 else []
        rhythm = observe(rhythm, found, MONDAY + (day + 1) * DAY)
    monday, friday = (rates(rhythm).usual(24 * day + 12) for day in (0, 4))
    assert friday < monday / 2


def test_a_burst_is_seen_and_passes() -> None:
    calm = watch(14, dict.fromkeys(range(24), 1), every=1)
    now = MONDAY + 14 * DAY
    noon = hour_of(now + 12 * HOUR)
    burst = observe(calm, [now + timedelta(minutes=n) for n in range(30)], now + HOUR)
    assert rates(burst).at(noon) > 1.8 * rates(calm).at(noon)
    after = watch_on(burst, now + HOUR, 5)
    assert rates(after).at(noon) == pytest.approx(rates(calm).at(noon), rel=0.35)


def watch_on(rhythm: Rhythm, start: datetime, days: int) -> Rhythm:
    for hour in range(24 * days):
        rhythm = observe(rhythm, [start + hour * HOUR], start + (hour + 1) * HOUR)
    return rhythm


def test_a_first_visit_learns_from_the_dates_in_the_feed() -> None:
    now = MONDAY + 12 * HOUR
    forty = [now - n * timedelta(minutes=15) for n in range(40)]
    assert rates(observe(Rhythm(), forty, now)).at(hour_of(now)) == pytest.approx(4, rel=0.25)
    pinned = [*forty, now - 20 * DAY, now - 900 * DAY, now + DAY]
    assert rates(observe(Rhythm(), pinned, now)).at(hour_of(now)) == pytest.approx(4, rel=0.25)


def test_dates_out_of_the_gap_between_two_visits_are_taken_into_it() -> None:
    before = watch(2, dict.fromkeys(range(24), 1))
    now = MONDAY + 2 * DAY + HOUR
    wrong = observe(before, [now - 3_000 * DAY, now + 3_000 * DAY], now)
    assert sum(wrong.seen) == pytest.approx(sum(before.seen) + 2, rel=0.01)


def test_what_happened_while_the_service_was_off_is_not_taken_for_silence() -> None:
    before = watch(7, dict.fromkeys(range(24), 4))
    now = MONDAY + 40 * DAY
    after = observe(before, [], now)
    assert sum(after.watched) <= sum(before.watched) + LONGEST_GAP / HOUR
    assert rates(after).usual(12) > 0.2


def test_a_clock_that_went_back_changes_nothing() -> None:
    rhythm = watch(1, {12: 4})
    assert observe(rhythm, [MONDAY], MONDAY) == rhythm


def test_it_is_stored_small_and_comes_back() -> None:
    random = Random(1)
    rhythm = observe(Rhythm(), [], MONDAY)
    for n in range(500):
        step = MONDAY + (n + 1) * HOUR
        rhythm = observe(rhythm, [step - HOUR * random.random() for _ in range(random.randrange(9))], step)
    stored = json.dumps(rhythm.to_json())
    assert len(stored) < 900
    back = Rhythm.from_json(json.loads(stored))
    assert back.until == rhythm.until
    assert rates(back).at(5) == pytest.approx(rates(rhythm).at(5), rel=0.01)
    assert Rhythm.from_json({}) == Rhythm()


SHORT = {"until": 1, "seen": [1], "watched": [], "day_seen": [], "day_expected": [], "now": [0, 0]}


@pytest.mark.parametrize("damaged", [{"until": "x"}, {"until": 1}, SHORT])
def test_a_damaged_value_is_a_feed_of_which_nothing_is_known(damaged: dict[str, object]) -> None:
    assert Rhythm.from_json(damaged) == Rhythm()


def test_what_is_expected_of_a_time_is_what_was_usual_in_it() -> None:
    rhythm = watch(14, dict.fromkeys(range(8, 16), 4))
    end = MONDAY + 15 * DAY
    assert expected(rhythm, end - DAY, end) == pytest.approx(32, rel=0.15)
    assert expected(rhythm, end, end - DAY) == 0
    assert expected(rhythm, end - 280 * DAY, end) == pytest.approx(10 * expected(rhythm, end - 28 * DAY, end))


@given(st.floats(0, 400), st.floats(0, 60))
def test_the_pieces_of_a_span_are_the_span(start: float, length: float) -> None:
    begin = MONDAY + start * HOUR
    found = pieces(begin, begin + length * HOUR)
    assert sum(part for _, part in found) == pytest.approx(length, abs=1e-6)
    assert all(0 <= part <= 1 for _, part in found)


@given(st.lists(st.lists(st.floats(-100, 100), max_size=20), max_size=12), st.floats(0.01, 80))
def test_rates_are_never_nothing_nor_endless(visits: list[list[float]], gap: float) -> None:
    rhythm, at = Rhythm(), MONDAY
    for found in visits:
        at += gap * HOUR
        rhythm = observe(rhythm, [at + hours * HOUR for hours in found], at)
    known = rates(rhythm)
    assert all(0 < known.at(hour) < 100_000 for hour in range(168))
