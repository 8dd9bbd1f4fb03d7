"""How a feed is, what has gone silent, and whether it is our own network."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.fetching import FetchStatus
from domain.health import Health, Watched, health_of, is_our_network, silences
from domain.rhythm import Rhythm

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def steady(per_hour: float) -> Rhythm:
    return Rhythm(until=NOON, seen=(20 * per_hour,) * 24, watched=(20.0,) * 24)


def how(status: str, failures: int = 0, per_hour: float = 1, silent: float = 1) -> Health:
    return health_of(status, failures, steady(per_hour), NOON - silent * HOUR, NOON)


@pytest.mark.parametrize(
    ("status", "failures", "health"),
    [
        ("", 0, Health.NEW), ("ok", 0, Health.HEALTHY), ("unchanged", 0, Health.HEALTHY), ("empty", 0, Health.EMPTY),
        ("blocked", 1, Health.BLOCKED), ("robots", 1, Health.BLOCKED), ("gone", 1, Health.GONE),
        ("timeout", 1, Health.HEALTHY), ("timeout", 2, Health.BROKEN), ("not_a_feed", 9, Health.BROKEN),
        ("timeout", 0, Health.HEALTHY), ("internal_error", 3, Health.BROKEN),
    ],
)  # fmt: skip
def test_a_feed_is_as_its_last_visit_says(status: str, failures: int, health: Health) -> None:
    assert how(status, failures) is health


def test_a_feed_that_never_worked_is_broken_at_once() -> None:
    assert health_of("dns_error", 1, Rhythm(), None, NOON) is Health.BROKEN


def test_a_feed_is_quiet_against_its_own_rhythm_only() -> None:
    assert how("ok", per_hour=2, silent=5) is Health.HEALTHY, "five hours are short"
    assert how("ok", per_hour=2, silent=7) is Health.QUIET
    assert how("ok", per_hour=1 / 24, silent=48) is Health.HEALTHY, "a slow feed may be silent for days"
    assert how("ok", per_hour=1 / 24, silent=24 * 12) is Health.QUIET
    assert how("timeout", failures=1, per_hour=2, silent=7) is Health.QUIET


def watched(outlet: str, silent: float, per_hour: float = 2, polled: float = 0, language: str = "ar") -> Watched:
    return Watched(steady(per_hour), NOON - silent * HOUR, NOON - polled * HOUR, outlet, "LB", language)


def test_an_outlet_is_silent_when_all_its_feeds_are() -> None:
    found = silences([watched("أ", 10), watched("أ", 12), watched("ب", 10), watched("ب", 1)], NOON)
    assert [(s.kind, s.subject) for s in found] == [("silent_outlet", "أ")]
    assert found[0].since == NOON - 10 * HOUR
    assert found[0].expected == pytest.approx(2 * 2 * 10, rel=0.1)


def test_slow_feeds_make_a_silence_together() -> None:
    slow = [watched(f"وسيلة {n}", 24, per_hour=1 / 24, language="ar-LB") for n in range(12)]
    assert sorted((s.kind, s.subject) for s in silences(slow, NOON)) == [
        ("silent_country", "LB"), ("silent_language", "ar"),
    ]  # fmt: skip


def test_nothing_is_silent_while_we_were_away() -> None:
    assert silences([watched("أ", 48, polled=47)], NOON) == []
    assert silences([Watched(steady(2), NOON - 48 * HOUR, None, "أ")], NOON) == []
    assert silences([], NOON) == []


def visits(failing: int, well: int, status: str = "timeout") -> list[tuple[str, str]]:
    return [(f"f{n}", status) for n in range(failing)] + [(f"w{n}", "ok") for n in range(well)]


def test_half_of_the_hosts_at_once_are_our_network() -> None:
    assert is_our_network(visits(5, 5))
    assert not is_our_network(visits(4, 5))
    assert not is_our_network(visits(7, 0)), "too few to tell"
    assert not is_our_network(visits(10, 0, "blocked")), "they answered"
    assert not is_our_network([("one", "timeout")] * 50), "one host is one host"
    assert not is_our_network(visits(8, 2) + [(f"f{n}", FetchStatus.OK) for n in range(8)]), "it is over"
