"""What holds when robots.txt answers, is not there, or cannot be reached (RFC 9309)."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.fetching import FetchStatus
from domain.robots import AGAIN, GIVEN_UP, KEPT, Known, Standing, is_due, learn, product_token, standing

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
RULES = b"User-agent: *\nDisallow: /private/\n"


def after(known: Known | None, status: FetchStatus, http: int | None, body: bytes = b"", at: datetime = NOON) -> Known:
    return learn(known, status, http, body, "", at)


def test_an_answer_holds_for_a_day() -> None:
    known = after(None, FetchStatus.OK, 200, RULES)
    assert standing(known, NOON) is Standing.RULES
    assert not is_due(known, NOON + KEPT - timedelta(seconds=1))
    assert is_due(known, NOON + KEPT)
    assert is_due(None, NOON)


@pytest.mark.parametrize(
    ("status", "http"),
    [
        (FetchStatus.HTTP_ERROR, 404), (FetchStatus.BLOCKED, 403), (FetchStatus.GONE, 410),
        (FetchStatus.REDIRECT_LOOP, 301), (FetchStatus.EMPTY, 200),
    ],
)  # fmt: skip
def test_where_there_is_none_everything_may_be_fetched(status: FetchStatus, http: int) -> None:
    known = after(after(None, FetchStatus.OK, 200, RULES), status, http)
    assert standing(known, NOON) is Standing.ALLOWED
    assert not is_due(known, NOON + KEPT / 2)


@pytest.mark.parametrize(
    ("status", "http"),
    [
        (FetchStatus.HTTP_ERROR, 500), (FetchStatus.HTTP_ERROR, 503), (FetchStatus.HTTP_ERROR, 429),
        (FetchStatus.TIMEOUT, None), (FetchStatus.DNS_ERROR, None), (FetchStatus.BLOCKED, 200),
    ],
)  # fmt: skip
def test_while_it_cannot_be_reached_the_last_rules_hold_or_nothing_is_fetched(
    status: FetchStatus, http: int | None
) -> None:
    fresh = after(None, status, http)
    assert standing(fresh, NOON) is Standing.UNKNOWN
    assert is_due(fresh, NOON + AGAIN)
    had = after(after(None, FetchStatus.OK, 200, RULES), status, http)
    assert standing(had, NOON + GIVEN_UP / 2) is Standing.RULES
    assert had.text == RULES.decode()


def test_what_cannot_be_reached_for_a_month_allows_everything() -> None:
    known, at = after(None, FetchStatus.TIMEOUT, None), NOON
    while at < NOON + GIVEN_UP:
        at += timedelta(days=1)
        known = after(known, FetchStatus.TIMEOUT, None, at=at)
    assert known.failing_since == NOON
    assert standing(known, at) is Standing.ALLOWED
    assert standing(after(known, FetchStatus.OK, 200, RULES, at), at) is Standing.RULES


def test_a_text_that_a_database_cannot_hold_is_cleaned_and_cut() -> None:
    known = after(None, FetchStatus.OK, 200, b"\xff\x00" + b"#" * 2_000_000)
    assert "\0" not in known.text
    assert len(known.text) <= 512_000


@pytest.mark.parametrize(
    ("agent", "token"), [("Marsad/0.1 (+https://m.example)", "Marsad"), ("Other bot/2", "Other"), ("", "")]
)
def test_robots_txt_speaks_of_us_by_our_first_word(agent: str, token: str) -> None:
    assert product_token(agent) == token
