"""Entries and articles: which text is the whole one, keys, times, and what may stand on a screen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.article import (
    HEADLINE_MOST,
    Basis,
    Draft,
    entry_key,
    event_time,
    split_headline,
    text_basis,
    visible,
)

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
LINK = "https://n.example/7"


def words(number: int, end: str = "") -> str:
    return " ".join(f"كلمة{n}" for n in range(number)) + end


@pytest.mark.parametrize(
    ("summary", "content", "kept", "basis"),
    [
        ("", "", "", Basis.HEADLINE),
        (words(20), "", words(20), Basis.SUMMARY),
        (words(119), "", words(119), Basis.SUMMARY),
        (words(120), "", words(120), Basis.FULL),
        (words(300, " ..."), "", words(300, " ..."), Basis.SUMMARY),
        (words(20), words(200), words(200), Basis.FULL),
        ("", words(5), words(5), Basis.FULL),
        (words(20), words(40), words(40), Basis.FULL),
        (words(30), words(30), words(30), Basis.SUMMARY),
        (words(30), words(20), words(30), Basis.SUMMARY),
        (words(20), words(200, " […]"), words(200, " […]"), Basis.SUMMARY),
        (words(20), words(60, "…\n"), words(60, "…\n"), Basis.SUMMARY),
        (words(20), words(60, " اقرأ المزيد"), words(60, " اقرأ المزيد"), Basis.SUMMARY),
    ],
)
def test_the_fuller_text_is_kept_and_named(summary: str, content: str, kept: str, basis: Basis) -> None:
    assert text_basis(summary, content) == (kept, basis)


@given(st.text(), st.text())
def test_the_text_is_one_of_the_two_and_a_headline_has_none(summary: str, content: str) -> None:
    body, basis = text_basis(summary, content)
    assert body in (summary, content)
    assert (body == "") == (basis is Basis.HEADLINE)


def test_a_key_hangs_on_the_id_then_the_link_then_the_text() -> None:
    by_id = entry_key("f", "7", LINK, "خبر")
    assert by_id == entry_key("f", "7", "https://n.example/other", "خبر آخر")
    assert entry_key("f", "", LINK, "خبر") != entry_key("f", "", LINK, "خبر آخر")
    assert entry_key("f", "", "", "خبر") != entry_key("f", "", "", "خبر آخر")
    assert len({by_id, entry_key("f", "", "7", ""), entry_key("f", "", "", "7"), entry_key("g", "7", LINK, "خبر")}) == 4


@given(st.text(), st.text(), st.text(), st.text())
def test_a_key_has_a_fixed_size_and_is_always_the_same(scope: str, id: str, link: str, text: str) -> None:
    key = entry_key(scope, id, link, text)
    assert key == entry_key(scope, id, link, text)
    assert len(key) == 32
    assert int(key, 16) >= 0


def test_a_key_survives_half_a_character() -> None:
    assert entry_key("f", "\ud800", "", "") == entry_key("f", "\ud800", "", "")


@pytest.mark.parametrize(
    ("published", "used"),
    [
        (None, NOON),
        (NOON - timedelta(days=3), NOON - timedelta(days=3)),
        (NOON + timedelta(hours=5), NOON),
        (NOON + timedelta(days=300), NOON),
        (datetime(1989, 12, 31, tzinfo=UTC), NOON),
        (datetime(1970, 1, 1, tzinfo=UTC), NOON),
        (datetime(1990, 1, 1, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_implausible_date_gives_way_to_the_time_of_first_sight(published: datetime | None, used: datetime) -> None:
    assert event_time(published, NOON) == used


@given(st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))))
def test_nothing_happens_after_it_was_seen(published: datetime | None) -> None:
    assert event_time(published, NOON) <= NOON


def test_visible_takes_out_what_moves_the_cursor_or_the_direction() -> None:
    assert visible(" عاجل\x1b[31m:\u202e خبر\n\tثان\u200f\x00 ") == "عاجل [31m:  خبر ثان"
    assert visible("لا\u200cيمس") == "لا\u200cيمس", "joiners belong to the writing"


@given(st.text())
def test_visible_is_one_printable_line_and_stays(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert len(shown.splitlines()) <= 1
    assert not any(ord(c) < 32 for c in shown)


def test_a_short_first_line_that_text_follows_is_the_headline() -> None:
    assert split_headline("\n عنوان الخبر \r\n\n نص الخبر\nبقيته \n") == ("عنوان الخبر", "نص الخبر\nبقيته")
    assert split_headline("سطر واحد فقط\n\n") == ("", "سطر واحد فقط")
    edge = "ع" * HEADLINE_MOST
    assert split_headline(f"{edge}\nنص") == (edge, "نص")
    assert split_headline(f"{edge}ع\nنص") == ("", f"{edge}ع\nنص")
    assert split_headline(" \n ") == ("", "")


@given(st.text())
def test_splitting_loses_no_word(text: str) -> None:
    headline, body = split_headline(text)
    assert f"{headline}\n{body}".split() == text.split()


@pytest.mark.parametrize(
    ("basis", "url", "may_fetch", "wanted"),
    [
        (Basis.SUMMARY, LINK, True, True),
        (Basis.HEADLINE, "http://n.example/7", True, True),
        (Basis.FULL, LINK, True, False),
        (Basis.SUMMARY, "", True, False),
        (Basis.SUMMARY, "mailto:a@n.example", True, False),
        (Basis.SUMMARY, LINK, False, False),
    ],
)
def test_a_page_is_wanted_for_what_lacks_its_text_and_has_an_address(
    basis: Basis, url: str, may_fetch: bool, wanted: bool
) -> None:
    draft = Draft("k", "خبر", "", basis, "صحيفة", NOON, NOON, url=url, may_fetch=may_fetch)
    assert draft.wants_page is wanted
