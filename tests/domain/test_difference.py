import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.difference import ADDED, MOST_TOKENS, REMOVED, SAME, Run, Update, difference, shortened, updates

WORDS = st.lists(st.sampled_from(["قتل", "ثلاثة", "في", ",", ".", "3", "٧", "\n", "شُيِّد", "BBC"]), max_size=40)


def sides(runs: list[Run]) -> tuple[str, str]:
    return (
        "".join(run.text for run in runs if run.kind != ADDED),
        "".join(run.text for run in runs if run.kind != REMOVED),
    )


@given(WORDS, WORDS)
def test_the_runs_give_both_texts(before: list[str], after: list[str]) -> None:
    old, new = " ".join(before), " ".join(after)
    runs = difference(old, new)
    assert sides(runs) == (old, new)
    assert all(one.kind != other.kind for one, other in pairwise(runs))
    assert old != new or {run.kind for run in runs} <= {SAME}


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_letter_of_any_text_is_lost(before: str, after: str) -> None:
    assert sides(difference(before, after)) == (before, after)


def test_a_number_that_changed_is_a_pair_with_what_it_counts() -> None:
    runs = difference("انهار المبنى وأدى إلى 3 قتلى فجر اليوم.", "انهار المبنى وأدى إلى 7 قتلى فجر اليوم.")
    assert runs == [
        Run(SAME, "انهار المبنى وأدى إلى "),
        Run(REMOVED, "3"),
        Run(ADDED, "7"),
        Run(SAME, " قتلى فجر اليوم."),
    ]
    assert list(updates(runs)) == [Update("3", "7", "قتلى فجر")]


def test_two_numbers_are_two_pairs() -> None:
    runs = difference("سقط 3 قتلى و 12 جريحا", "سقط 7 قتلى و 20 جريحا")
    assert [(u.before, u.after, u.context) for u in updates(runs)] == [("3", "7", "قتلى و"), ("12", "20", "جريحا")]


def test_words_are_compared_and_not_letters() -> None:
    assert difference("قال الوزير", "قالت الوزيرة") == [Run(REMOVED, "قال الوزير"), Run(ADDED, "قالت الوزيرة")]


def test_decimals_dates_and_vocalised_words_stay_whole() -> None:
    assert list(updates(difference("نحو 3.5 مليون", "نحو 4.5 مليون"))) == [Update("3.5", "4.5", "مليون")]
    assert list(updates(difference("عُمِّرَ البيت", "عُمِرَ البيت"))) == [Update("عُمِّرَ", "عُمِرَ", "البيت")]


def test_a_new_paragraph_is_only_added() -> None:
    runs = difference("أول السطر.\nآخر السطر.", "أول السطر.\nوأضاف المتحدث جديدا.\nآخر السطر.")
    assert {run.kind for run in runs} == {SAME, ADDED}
    assert list(updates(runs)) == []


def test_punctuation_alone_is_no_update() -> None:
    assert list(updates(difference("انتهى البيان.", "انتهى البيان!"))) == []


def test_long_common_stretches_are_left_out() -> None:
    middle = " ".join(f"كلمة{n}" for n in range(50))
    runs = difference(f"أول {middle} آخر {middle}", f"أول {middle} ثان {middle}")
    assert [run.text for run in shortened(runs, 2)] == [" … كلمة48 كلمة49 ", "آخر", "ثان", " كلمة0 كلمة1 … "]


@pytest.mark.parametrize("words", [["ا", "ب"], [f"ك{n}" for n in range(60)]])
def test_time_is_bounded_whatever_the_texts(words: list[str]) -> None:
    """Repeating texts are the worst for this matching: longer ones are told as replaced whole."""
    chance = random.Random(4)
    before, after = (" ".join(chance.choices(words, k=MOST_TOKENS)) for _ in range(2))
    began = time.process_time()
    assert sides(difference(before, after)) == (before, after)
    assert time.process_time() - began < 60, "a guard against a hang, no measure"
