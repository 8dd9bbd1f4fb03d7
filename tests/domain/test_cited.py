"""Cited wires: an agency to whom people spoke, or whose report it is said to be, and what only names one."""

import pytest

from domain.cited import cited_wire


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("قال مسؤول لوكالة فرانس برس إن العمل تأخر.", "afp"), ("تأخر العمل، حسبما أوردت وكالة فرانس برس.", "afp"),
        ("ونقلت «فرانس برس» عن بيان الفريق أن العمل تأخر.", "afp"), ("وقال الوزير لرويترز إن العمل تأخر.", "reuters"),
        ("قال المتحدث لـ«رويترز» إن العمل تأخر.", "reuters"), ("نقلا عن وكالة رويترز", "reuters"),
        ("قال لوكالة الأنباء الألمانية (د ب أ) إنه تأخر.", "dpa"),
    ],
)  # fmt: skip
def test_a_wire_that_sentences_name_as_their_source_is_found(text: str, wire: str) -> None:
    assert cited_wire(f"تأخر افتتاح الجسر شهرا آخر. {text} وينتظر السكان.") == wire


@pytest.mark.parametrize(
    "text",
    [
        "في حين قالت وكالة أنباء الأناضول إن العمل تأخر.",
        "وبحسب «د ب أ» ذكرت الصحف ذلك.",
        "حسبما نقلت رويترز وأفادت وكالة فرانس برس",
        "نقلت وكالة سانا عن مصدر عسكري",
        "مبنى رويترز في لندن قديم.",
        "",
    ],
)
def test_what_a_wire_only_says_and_what_several_say_is_none(text: str) -> None:
    assert cited_wire(text) == ""
