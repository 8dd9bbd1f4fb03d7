"""What an outlet asks for, and what follows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.polite import Asks, Moved, asked_wait, fresh_for, moved, past_skips, read_asks, wants_all

NOON = datetime(2026, 4, 6, 12, 30, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("header", "age", "seconds"),
    [
        ("max-age=300", "", 300), ("public, max-age=300", "120", 180), ("Max-Age=\"60\"", "", 60),
        ("max-age=300", "900", 0), ("no-cache, max-age=300", "", 0), ("no-store", "", 0), ("", "", 0),
        ("s-maxage=300", "", 0), ("max-age=31536000", "", 86_400), ("max-age=-5", "", 0), ("max-age=60", "شهر", 60),
    ],
)  # fmt: skip
def test_how_long_an_answer_stays_fresh(header: str, age: str, seconds: float) -> None:
    assert fresh_for(header, age) == seconds


@given(st.text(), st.text())
def test_any_header_gives_a_time_of_at_most_a_day(header: str, age: str) -> None:
    assert 0 <= fresh_for(header, age) <= 86_400


def test_skips_are_read_from_the_body() -> None:
    body = """<rss><channel><skipHours><hour>0</hour><hour> 13 </hour><hour>24</hour><hour>99</hour></skipHours>
    <skipDays><day>Friday</day><day>saturday</day><day>الجمعة</day></skipDays></channel></rss>""".encode()
    assert read_asks(body, 1_800) == Asks(1_800, (0, 13), (4, 5))
    assert read_asks(b"<rss><item>skipHours</item></rss>", 0) == Asks()


@given(st.binary())
def test_any_body_can_be_read(body: bytes) -> None:
    assert read_asks(b"<skipHours>" + body + b"</skipHours>", 0).days == ()


def test_what_is_asked_is_stored_and_comes_back() -> None:
    asks = Asks(1_800, (0, 13), (4,))
    assert Asks.from_json(asks.to_json()) == asks
    assert Asks.from_json({}) == Asks()
    assert Asks().to_json() == {}


def test_a_wish_is_waited_for_up_to_a_limit() -> None:
    assert asked_wait(Asks(600), 0, 900) == 600
    assert asked_wait(Asks(600), 700, 900) == 700
    assert asked_wait(Asks(3_600), 0, 900) == 900
    assert asked_wait(Asks(3_600), 60, 0) == 0


def test_skipped_hours_and_days_are_passed_by() -> None:
    assert past_skips(NOON, Asks()) == NOON
    assert past_skips(NOON, Asks(hours=(12, 13))) == NOON.replace(hour=14, minute=0)
    assert past_skips(NOON, Asks(days=(0, 1))) == NOON.replace(day=8, hour=0, minute=0)
    assert past_skips(NOON, Asks(hours=tuple(range(24)))) == NOON, "nobody means that"


def test_all_is_asked_for_once_a_day() -> None:
    assert wants_all(None, NOON)
    assert not wants_all(NOON, NOON + DAY - timedelta(seconds=1))
    assert wants_all(NOON, NOON + DAY)


def test_a_move_is_believed_on_the_second_day() -> None:
    first = moved(Moved(), "https://new.example/rss", NOON)
    assert first == Moved("https://new.example/rss", NOON, adopt=False)
    assert not moved(first, "https://new.example/rss", NOON + DAY / 2).adopt
    assert moved(first, "https://new.example/rss", NOON + DAY).adopt
    assert moved(first, "", NOON + DAY) == Moved()
    other = moved(first, "https://other.example/rss", NOON + DAY)
    assert (other.since, other.adopt) == (NOON + DAY, False)
