"""Dates and encodings of real pages and of strings observed at outlets stay right."""

import pytest

from bench import dates, encodings


@pytest.mark.shared
def test_every_observed_string_and_month_is_read_right(shared):
    wrong = [
        (case[0], found)
        for case in (*dates.strings(shared), *dates.months(shared))
        if not dates.is_right(found := dates.ours(case[0], case[1]), case)
    ]
    assert wrong == []


@pytest.mark.shared
@pytest.mark.parametrize("address", [True, False])
def test_saved_pages_have_their_day(shared, address):
    days = dates.page_days(shared, address=address)
    assert len(days) >= 8
    assert {file: (day, found) for file, (day, found, _) in days.items() if day != found} == {}


@pytest.mark.shared
def test_dates_of_feedparsers_documents_are_what_it_expects(shared):
    told = dates.documents(shared)
    assert len(told) >= 14
    assert {name: pair for name, pair in told.items() if pair[0] != pair[1]} == {}


@pytest.mark.shared
def test_headlines_come_back_exact_whatever_the_label(shared):
    told = encodings.measured(shared, 300)
    assert [told[f"ours {words} words"].get("silent", 0) for words in (1, 2, 4, "all")] == [0, 0, 0, 0]
    assert "flagged" not in told["ours all words"]
    assert told["ours 2 words"].get("flagged", 0) < 0.01 * sum(told["ours 2 words"].values())
