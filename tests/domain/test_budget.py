"""When an alert may go out and when digests come: zones, changes of clocks, days off, Ramadan. Times are given."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.budget import STORM, Held, Spent, catch_up, day_began, next_digest, quiet_ends, why_held, why_quiet
from domain.preferences import Preferences, read_preferences

HOUR = timedelta(hours=1)


def wanted(**given: Any) -> Preferences:
    return read_preferences({"zone": "Asia/Riyadh"} | given)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NIGHTS = wanted(quiet="22:00-07:00")


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-04-06 18:59", False), ("2026-04-06 19:00", True), ("2026-04-06 21:30", True), ("2026-04-07 03:59", True),
        ("2026-04-07 04:00", False),
    ],
)  # fmt: skip
def test_quiet_hours_are_those_of_the_zone_and_go_over_midnight(at: str, quiet: bool):
    assert why_held(NIGHTS, Spent(), utc(at)) == (Held.QUIET_HOURS if quiet else None)


def test_a_day_off_and_a_free_period_begin_at_local_midnight():
    weekend = wanted(off="fri,sat", free="2026-04-12/2026-04-13")
    assert why_quiet(weekend, utc("2026-04-09 20:59")) is None
    assert why_quiet(weekend, utc("2026-04-09 21:00")) is Held.DAY_OFF
    assert why_quiet(weekend, utc("2026-04-11 20:59")) is Held.DAY_OFF
    assert why_quiet(weekend, utc("2026-04-11 21:00")) is Held.FREE_PERIOD
    assert quiet_ends(weekend, utc("2026-04-10 09:00")) == utc("2026-04-13 21:00"), "one after the other"


def test_ramadan_has_its_own_hours():
    """Ramadan 1447 by Umm al-Qura: 18 February to 19 March 2026."""
    fasting = wanted(quiet="22:00-07:00", ramadan="04:00-10:00,17:30-19:00")
    before, within = utc("2026-02-17 20:00"), utc("2026-02-18 20:00")
    assert (why_quiet(fasting, before), why_quiet(fasting, within)) == (Held.QUIET_HOURS, None)
    assert why_quiet(fasting, utc("2026-03-01 15:00")) is Held.QUIET_HOURS, "at the breaking of the fast"
    assert why_quiet(fasting, utc("2026-03-20 15:00")) is None
    assert why_quiet(wanted(quiet="22:00-07:00", ramadan="none"), within) is None
    assert why_quiet(fasting, utc("2300-01-01 20:00")) is Held.QUIET_HOURS, "beyond the tables it is never Ramadan"


def test_the_budget_is_that_of_the_local_day():
    few = wanted(per_day=2)
    at = utc("2026-04-06 20:30")
    assert day_began(few, at) == utc("2026-04-05 21:00")
    assert day_began(few, at + HOUR) == utc("2026-04-06 21:00")
    assert why_held(few, Spent(1, 1), at) is None
    assert why_held(few, Spent(2, 0), at) is Held.OVER_BUDGET
    assert why_held(wanted(per_day=0), Spent(9_999, STORM - 1), at) is None
    assert why_held(wanted(per_day=0), Spent(9_999, STORM), at) is Held.STORM


def test_of_two_reasons_to_hold_the_quiet_time_is_named():
    assert why_held(wanted(quiet="22:00-07:00", per_day=1), Spent(5, 5), utc("2026-04-06 20:00")) is Held.QUIET_HOURS
    assert why_held(wanted(digest="hourly", live=False), Spent(), utc("2026-04-06 12:00")) is Held.DIGEST_ONLY


@pytest.mark.parametrize(
    ("zone", "digest", "after", "due"),
    [
        ("Asia/Riyadh", "daily@08:00", "2026-04-06 04:59", "2026-04-06 05:00"),
        ("Asia/Riyadh", "daily@08:00", "2026-04-06 05:00", "2026-04-07 05:00"),
        ("Asia/Riyadh", "weekly@sun 08:00", "2026-04-06 12:00", "2026-04-12 05:00"),
        ("Asia/Riyadh", "hourly", "2026-04-06 12:34", "2026-04-06 13:00"),
        ("Asia/Tehran", "hourly", "2026-04-06 12:34", "2026-04-06 13:30"),
        ("Africa/Cairo", "daily@00:30", "2026-04-23 12:00", "2026-04-23 22:30"),  # 00:30 does not come on the 24th
        ("Africa/Cairo", "daily@00:30", "2026-04-23 22:30", "2026-04-24 21:30"),
        ("Africa/Cairo", "daily@23:30", "2026-10-29 12:00", "2026-10-29 20:30"),  # comes twice that night
        ("Africa/Cairo", "daily@23:30", "2026-10-29 20:30", "2026-10-30 21:30"),
    ],
)
def test_digests_come_at_local_times_once_a_day(zone: str, digest: str, after: str, due: str):
    found = next_digest(read_preferences({"zone": zone, "digest": digest}), utc(after))
    assert found == utc(due)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.sampled_from(["Africa/Cairo", "Asia/Beirut", "UTC"])
)
def test_a_daily_digest_comes_once_on_every_day(at: datetime, zone: str):
    daily = read_preferences({"zone": zone, "digest": "daily@00:15"})
    times, now = [], at.replace(tzinfo=UTC)
    for _ in range(5):
        now = next_digest(daily, now) or now
        times.append(now.astimezone(daily.zone).date())
    assert times == [times[0] + timedelta(days=number) for number in range(5)]


def test_no_digest_comes_in_a_quiet_time_and_the_next_has_it_all():
    hourly = wanted(digest="hourly", quiet="22:00-07:00", off="fri")
    assert next_digest(hourly, utc("2026-04-06 18:30")) == utc("2026-04-07 04:00")
    assert next_digest(wanted(digest="daily@08:00", off="fri,sat"), utc("2026-04-09 06:00")) == utc("2026-04-12 05:00")
    assert next_digest(wanted(), utc("2026-04-09 06:00")) is None


def test_without_a_digest_what_is_held_goes_out_when_its_hold_ends():
    at = utc("2026-04-06 20:00")
    assert catch_up(NIGHTS, Held.QUIET_HOURS, at) == utc("2026-04-07 04:00")
    assert catch_up(wanted(), Held.OVER_BUDGET, at) == utc("2026-04-06 21:00")
    assert catch_up(NIGHTS, Held.OVER_BUDGET, utc("2026-04-06 12:00")) == utc("2026-04-07 04:00"), "the night is quiet"
    assert catch_up(wanted(), Held.STORM, at) == at + HOUR
    assert catch_up(wanted(digest="daily@08:00"), Held.STORM, at) == utc("2026-04-07 05:00")


def test_free_periods_may_follow_each_other_for_years():
    years = wanted(free="2026-11-01/2027-11-30,2027-12-01/2028-12-31,2029-01-01/2030-01-01")
    at = utc("2026-11-29 12:00")
    assert quiet_ends(years, at) == catch_up(years, Held.FREE_PERIOD, at) == utc("2030-01-01 21:00")
    daily = wanted(free="2026-11-01/2027-11-30,2027-12-01/2028-12-31", digest="daily@08:00")
    assert next_digest(daily, at) == utc("2029-01-01 05:00")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_the_end_of_a_quiet_time_is_the_first_moment_that_is_not_quiet(at: datetime):
    odd = read_preferences({
        "zone": "Africa/Cairo", "quiet": "21:30-06:15,12:00-13:00", "ramadan": "04:00-11:00", "off": "fri",
        "free": "2026-03-19/2026-03-24",
    })  # fmt: skip
    now = at.replace(tzinfo=UTC)
    end = quiet_ends(odd, now)
    assert end >= now
    assert why_quiet(odd, end) is None
    if end > now:
        assert why_quiet(odd, end - timedelta(minutes=1)) or end - timedelta(minutes=1) < now
