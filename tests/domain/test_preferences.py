"""How a subscription is told, as it is written and read."""

from datetime import time
from typing import Any

import pytest

from domain.errors import BadInput
from domain.preferences import Preferences, read_preferences

RIYADH = {"zone": "Asia/Riyadh"}
WHOLE: dict[str, Any] = {
    "on": "first_match,new_number,nth_outlet:4/9,new_source", "per_day": 12, "zone": "Asia/Riyadh",
    "quiet": "22:00-07:00,13:00-14:30", "ramadan": "12:00-18:30", "off": "fri,sat",
    "free": "2026-03-19/2026-03-24,2026-09-23", "digest": "weekly@sun 08:00", "live": True,
}  # fmt: skip


def test_everything_is_written_as_it_was_read():
    made = read_preferences(WHOLE)
    assert made.written() == WHOLE
    assert read_preferences(made.written()) == made


def test_what_is_not_given_stays():
    now = read_preferences(WHOLE)
    assert read_preferences({"per_day": 3, "quiet": None}, now).written() == WHOLE | {"per_day": 3}
    assert read_preferences({"quiet": "", "free": ""}, now).quiet == ()


def test_a_zone_that_was_named_once_need_not_be_named_again_not_even_utc():
    now = read_preferences({"zone": "UTC", "quiet": "01:00-02:00"})
    assert read_preferences({"quiet": "03:00-04:00"}, now).written()["quiet"] == "03:00-04:00"
    with pytest.raises(BadInput, match="add --zone"):
        read_preferences({"quiet": "03:00-04:00"})
    with pytest.raises(BadInput, match="from 1 to"):
        read_preferences({"per_day": -3})


def test_where_nothing_is_said_firsts_of_stories_numbers_that_move_and_developments_are_told_at_once():
    made = Preferences()
    assert (str(made.rules), made.per_day, made.live, made.quiet) == (
        "first_match,new_number,development",
        30,
        True,
        (),
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("hourly", "hourly"), ("daily", "daily@08:00"), ("daily@6:30", "daily@06:30"), ("off", "off"),
        ("weekly", "weekly@sun 08:00"), ("weekly@thu", "weekly@thu 08:00"), ("weekly@thu@17:00", "weekly@thu 17:00"),
        ("WEEKLY@mon 7:05", "weekly@mon 07:05"),
    ],
)  # fmt: skip
def test_digests_are_read(text: str, written: str):
    assert str(read_preferences({"digest": text} | RIYADH).digest) == written


def test_ramadan_may_have_no_quiet_hours_or_be_as_other_months():
    assert read_preferences({"ramadan": "none"} | RIYADH).ramadan == ()
    assert read_preferences({"ramadan": "none"} | RIYADH).written()["ramadan"] == "none"
    assert read_preferences({"ramadan": "12:00-18:00"} | RIYADH).ramadan == ((time(12), time(18)),)
    assert read_preferences({}).ramadan is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quiet": "22:00-07:00"}, "add --zone"),
        ({"digest": "daily@08:00"}, "add --zone"),
        ({"zone": "الرياض"}, "no time zone"),
        ({"zone": "../etc/passwd"}, "no time zone"),
        ({"quiet": "22-07"} | RIYADH, "no time of the day"),
        ({"quiet": "25:00-07:00"} | RIYADH, "no time of the day"),
        ({"quiet": "08:00-08:00"} | RIYADH, "begins and ends at once"),
        ({"quiet": "00:00-12:00,12:00-00:00"} | RIYADH, "fill the day"),
        ({"off": "fri,jumuah,xyz"} | RIYADH, "no day of the week"),
        ({"off": "mon,tue,wed,thu,fri,sat,sun"} | RIYADH, "every day is off"),
        ({"free": "2026-03-24/2026-03-19"} | RIYADH, "ends before it begins"),
        ({"free": "رمضان"} | RIYADH, "no period"),
        ({"digest": "monthly"}, "no digest"),
        ({"digest": "daily@sun 08:00"} | RIYADH, "no digest"),
        ({"digest": "hourly@08:00"}, "no digest"),
        ({"digest": "daily@06:00", "quiet": "22:00-07:00"} | RIYADH, "falls into the quiet hours"),
        ({"digest": "daily@06:00", "ramadan": "05:00-07:00"} | RIYADH, "quiet hours of Ramadan"),
        ({"digest": "weekly@fri", "off": "fri"} | RIYADH, "falls on a day off"),
        ({"live": False}, "need a digest"),
        ({"per_day": -1}, "no limit"),
        ({"on": ""}, "no reason to alert"),
        ({"on": "first_match,everything"}, "no reason to alert"),
        ({"on": "nth_outlet:1"}, "from 2 on"),
        ({"on": "nth_outlet:٥"}, "from 2 on"),
        ({"on": "first_match:3"}, "no reason to alert"),
    ],
)
def test_what_can_never_be_is_refused_and_says_how_it_is_written(given: dict[str, Any], said: str):
    with pytest.raises(BadInput, match=said):
        read_preferences(given)
