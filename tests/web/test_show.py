from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from web.desk import read_cursor, write_cursor
from web.show import clean, cut, direction, error_page, iso, link, paragraphs, sentence, when
from web.words import counted, text_status

ARABIC = st.text(alphabet=st.sampled_from("ابتةى ،.\nAz19"), max_size=40)
AT = "2026-01-01T00:00:00+00:00"
PLACES = st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=6)


@given(ARABIC, PLACES)
def test_cutting_loses_nothing(text: str, places: list[tuple[int, int]]) -> None:
    assert "".join(piece for piece, _ in cut(text, places)) == text


def test_cutting_marks_the_places() -> None:
    assert cut("ميناء الصدف مغلق", [(6, 11)]) == [("ميناء ", False), ("الصدف", True), (" مغلق", False)]
    assert cut("ميناء", [(0, 5)]) == [("ميناء", True)]


@given(ARABIC, PLACES)
def test_paragraphs_hold_every_line_with_something_in_it(text: str, places: list[tuple[int, int]]) -> None:
    lines = ["".join(piece for piece, _ in parts) for parts in paragraphs(text, places)]
    assert lines == [line for line in text.split("\n") if line.strip()]


def test_marks_are_found_in_later_paragraphs() -> None:
    text = "سطر أول\n\nالميناء مغلق"
    assert paragraphs(text, [(9, 16)])[1] == [("الميناء", True), (" مغلق", False)]


def test_what_turns_the_line_is_left_out() -> None:
    assert clean("عنوان\u202e مقلوب\u2066 هنا\u0000") == "عنوان مقلوب هنا "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BBC: أزمة المياه في المدينة", "rtl"),
        ("Reuters Top News", "ltr"),
        ("2026", "rtl"),
        ("", "rtl"),
        ("قمة G20", "rtl"),
    ],
)
def test_direction_follows_the_letters(text: str, expected: str) -> None:
    assert direction(text) == expected


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//x.example/", "http://a@b.example/", "http://a\\@b.example/", ""],
)
def test_what_is_no_plain_web_address_is_no_link(url: str) -> None:
    assert link(url) is None


def test_a_link_shows_its_host() -> None:
    assert link("HTTPS://News.Example:8443/خبر?x=1") == (
        "https://news.example:8443/%D8%AE%D8%A8%D8%B1?x=1",
        "news.example:8443",
    )


def test_times_are_shown_in_utc() -> None:
    at = datetime(2026, 5, 1, 1, 5, tzinfo=timezone(timedelta(hours=3)))
    assert when(at) == "30 أبريل 2026، 22:05"
    assert iso(at) == "2026-04-30T22:05:00+00:00"


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "لا مواد"), (1, "مادة واحدة"), (2, "مادتان"), (10, "10 مواد"), (11, "11 مادة"), (103, "103 مواد"),
     (1200, "1,200 مادة")],
)  # fmt: skip
def test_numbers_are_counted_as_arabic_does(number: int, expected: str) -> None:
    assert counted(number, "article") == expected


def test_the_reason_is_a_sentence_with_its_terms_marked() -> None:
    body = "مقدمة. أغلق العمال الميناء."
    terms = [
        {"field": "body", "start": body.index("الميناء"), "end": len(body) - 1},
        {"field": "title", "start": 8, "end": 11},
        {"field": "body", "start": 0, "end": 5},
    ]
    reason = {"terms": terms, "sentence": {"text": body[7:-1], "start": 7, "end": len(body) - 1}}
    assert sentence(reason) == [("أغلق العمال ", False), ("الميناء", True)]


def test_no_reason_is_no_sentence() -> None:
    assert sentence({}) == []
    assert sentence({"sentence": None, "terms": []}) == []


def test_a_very_long_sentence_is_cut_around_its_first_term() -> None:
    text = "كلمة " * 300 + "الميناء" + " كلمة" * 300
    reason = {
        "terms": [{"field": "body", "start": 1500, "end": 1507}],
        "sentence": {"text": text, "start": 0, "end": 3007},
    }
    parts = sentence(reason)
    assert [piece for piece, marked in parts if marked] == ["الميناء"]
    assert len("".join(piece for piece, _ in parts)) <= 410
    assert parts[0][0] == "… "


@given(st.datetimes(min_value=datetime(1990, 1, 1)), st.integers(1, 2**31 - 1))
def test_a_cursor_is_read_as_it_was_written(at: datetime, id: int) -> None:
    assert read_cursor(write_cursor(at.replace(tzinfo=UTC), id)) == (at.replace(tzinfo=UTC), id)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "2026-01-01~1",
        "2026-01-01T00:00:00+00:00",
        f"{AT}~-1",
        f"{AT}~{10**22}",
        f"{AT}~٣",
        f"{AT}~0",
        f"~{AT}",
        "0001-01-01T00:00:00+14:00~1",
    ],
)
def test_a_damaged_cursor_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        read_cursor(text)


def test_why_a_text_is_not_the_full_one() -> None:
    assert text_status("", "full") == ""
    assert text_status("", "headline") == "أولي، عنوان فقط"
    assert text_status("paywall", "summary") == "النص الكامل للمشتركين"
    assert text_status("http_error", "summary") == "تعذّر جلب النص الكامل من صفحة المادة"


def test_an_error_page_escapes_its_line() -> None:
    assert "&lt;b&gt;" in error_page(422, "<b>")
    assert "لا شيء في هذا العنوان" in error_page(404)
