"""Values between processes: what is written is read as it was, and everything else is refused."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.article import Entry
from domain.dates import Dated
from domain.fetching import FetchStatus
from domain.sections import Candidate, Selectors
from worker.extract import Page, PageStatus
from worker.parse import ParsedFeed
from worker.plain import NotPlain, load, read, write

WHEN = datetime(2026, 4, 6, 12, 0, 0, 123, UTC)
TEXTS = st.text(st.characters(), max_size=20)  # surrogates too
TIMES = st.none() | st.datetimes(timezones=st.just(UTC))
DATED = st.builds(Dated, st.datetimes(timezones=st.just(UTC)), TEXTS, st.floats(0, 1), st.booleans())
ENTRIES = st.builds(Entry, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TIMES, flags=st.tuples(TEXTS), dated=st.none() | DATED)


@given(
    st.builds(
        ParsedFeed, st.sampled_from(FetchStatus), TEXTS, entries=st.lists(ENTRIES).map(tuple), ttl=st.floats(0, 9)
    )
)
def test_a_feed_is_read_as_it_was(feed: ParsedFeed) -> None:
    assert read(ParsedFeed, load(write(feed))) == feed


def test_a_page_is_read_as_it_was() -> None:
    page = Page(
        PageStatus.OK,
        "عنوان",
        "نص\nوآخر",
        WHEN,
        "أمس",
        Dated(WHEN, "words", 0.8, updated=True),
        flags=("mixed_encodings",),
    )
    assert read(Page, load(write(page))) == page


def test_proposed_lists_are_read_as_they_were() -> None:
    found = [Candidate(Selectors("li", title="h2"), (("عنوان الخبر", "https://o.example/1", True),), inside=True)]
    assert read(tuple[Candidate, ...], load(write(found))) == tuple(found)


@pytest.mark.parametrize(
    "item", [["عنوان", "https://o.example/1"], ["عنوان", "u", True, 1], ["عنوان", "u", "yes"], "عن"]
)
def test_a_tuple_of_another_length_or_type_is_refused(item: object) -> None:
    with pytest.raises(NotPlain):
        read(Candidate, load(write([[*["li"], *[""] * 4], [item], False])))


@pytest.mark.parametrize("value", [
    None, 1, "ok", [], ["no status"], {"status": "ok"}, ["ok"] * 12, ["ok", 1, *[""] * 10],
])  # fmt: skip
def test_what_is_no_feed_is_refused(value: object) -> None:
    with pytest.raises(NotPlain):
        read(ParsedFeed, load(write(value)))


@pytest.mark.parametrize(("name", "wrong"), [
    ("when", "yesterday"), ("when", "2026-04-06T12:00:00"), ("when", 5), ("confidence", "1"), ("confidence", True),
    ("day_only", 0), ("method", None),
])  # fmt: skip
def test_a_field_of_another_type_is_refused(name: str, wrong: object) -> None:
    good = load(write(Dated(WHEN, "iso", 1.0)))
    assert read(Dated, good) == Dated(WHEN, "iso", 1.0)
    good[[field.name for field in dataclasses.fields(Dated)].index(name)] = wrong
    with pytest.raises(NotPlain):
        read(Dated, good)


def test_what_has_no_plain_form_is_not_written() -> None:
    with pytest.raises(TypeError):
        write(object())
