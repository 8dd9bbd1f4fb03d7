import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import arabic
from domain.errors import BadInput
from domain.query import MOST_TERMS, parse


def test_every_word_is_a_phrase_of_its_own() -> None:
    assert parse("السودان والفيضانات") == [arabic.stems("السودان"), arabic.stems("والفيضانات")]


def test_words_meet_in_their_stems() -> None:
    assert parse("للسودان") == parse("السودان")


@pytest.mark.parametrize("marks", ['"{}"', "«{}»", "“{}”"])
def test_quotation_marks_make_a_phrase(marks: str) -> None:
    assert parse(marks.format("مجلس الأمن") + " قرار") == [arabic.stems("مجلس الأمن"), arabic.stems("قرار")]


def test_stop_words_stay_only_in_phrases() -> None:
    assert parse('"من الماء إلى" في ميناء') == [arabic.stems("من الماء إلى"), arabic.stems("ميناء")]


def test_stop_words_alone_are_searched() -> None:
    assert parse("من إلى") == [["من"], ["الي"]]


def test_an_open_quotation_mark_is_no_phrase() -> None:
    assert parse('"مجلس الأمن') == [[stem] for stem in arabic.stems("مجلس الأمن")]


def test_blank_input_asks_for_nothing() -> None:
    assert parse(" \n") == []


@pytest.mark.parametrize("words", ["!!!", '""', "؟ ، —"])
def test_input_without_a_word_is_refused(words: str) -> None:
    with pytest.raises(BadInput, match="no word"):
        parse(words)


def test_a_bounded_number_of_terms() -> None:
    assert len(parse("ميناء " * MOST_TERMS)) == MOST_TERMS
    with pytest.raises(BadInput, match="at most"):
        parse("ميناء " * (MOST_TERMS + 1))


@given(st.text(alphabet=st.sampled_from('ابتم "«»“* AND:-(^\u0640\u064b\u200f\x00'), max_size=60))
def test_terms_are_never_empty(words: str) -> None:
    try:
        phrases = parse(words)
    except BadInput:
        return
    assert all(phrase and all(phrase) for phrase in phrases)
