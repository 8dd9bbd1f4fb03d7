"""What a query means, read from what a person types. All Arabic here is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import arabic
from domain.errors import BadInput, BadQuery
from domain.places import StemPlaces, carrying, excluding, holds, lacking
from domain.query import MOST_LETTERS, MOST_TERMS, AllOf, Phrase, Without, is_looked_for, is_plain, parse, phrases

TITLE = "حريق في مرفأ الصدف"
BODY = "قال وزير النقل إن حريقا اندلع في مستودع قمح بمرفأ الصدف، ولم يصب أحد. وأجري تدريب للإطفاء قبل شهر."


def places(title: str = TITLE, body: str = BODY) -> StemPlaces:
    return StemPlaces(arabic.stems(title), arabic.stems(body))


def terms(words: str) -> list[list[str]]:
    query = parse(words)
    return [list(phrase.terms) for phrase in phrases(query)] if query else []


def test_every_word_is_a_phrase_of_its_own() -> None:
    assert terms("السودان والفيضانات") == [arabic.stems("السودان"), arabic.stems("والفيضانات")]


def test_words_meet_in_their_stems() -> None:
    assert terms("للسودان") == terms("السودان")


@pytest.mark.parametrize("marks", ['"{}"', "«{}»", "“{}”"])
def test_quotation_marks_make_a_phrase(marks: str) -> None:
    assert terms(marks.format("مجلس الأمن") + " قرار") == [arabic.stems("مجلس الأمن"), arabic.stems("قرار")]


def test_what_is_written_together_is_a_phrase() -> None:
    assert terms("سفينة-شحن") == [arabic.stems("سفينة شحن")]


def test_stop_words_stay_only_in_phrases() -> None:
    assert terms('"من الماء إلى" في ميناء') == [arabic.stems("من الماء إلى"), arabic.stems("ميناء")]


def test_stop_words_alone_are_searched() -> None:
    assert terms("من إلى") == [["من"], ["الي"]]


def test_blank_input_asks_for_nothing() -> None:
    assert parse(" \n") is None


@pytest.mark.parametrize("words", ["!!!", '""', "؟ ، —"])
def test_input_without_a_word_is_refused(words: str) -> None:
    with pytest.raises(BadInput, match="no word"):
        parse(words)


def test_a_bounded_number_of_terms() -> None:
    assert len(terms("ميناء " * MOST_TERMS)) == MOST_TERMS
    with pytest.raises(BadInput, match="at most"):
        parse("ميناء " * (MOST_TERMS + 1))
    with pytest.raises(BadInput, match="at most"):
        parse("م" * (MOST_LETTERS + 1))


@pytest.mark.parametrize(
    ("words", "met"),
    [
        ("حريق مرفأ", True), ("حريق AND مرفأ", True), ("حريق غرق", False), ("غرق أو حريق", True), ("غرق OR حريق", True),
        ("غرق | حريق", True), ("غرق او زلزال", False), ("حريق -تدريب", False), ("حريق -غرق", True),
        ("حريق ليس غرق", True), ("حريق NOT تدريب", False), ("حريق وليس تدريب", False), ('حريق -"وزير النقل"', False),
        ('حريق -"نقل وزير"', True), ('"مرفأ الصدف"', True), ('"الصدف مرفأ"', False), ('"الصدف قال"', False),
        ("عنوان:حريق", True), ("title:قمح", False), ('عنوان:"مرفأ الصدف"', True), ("العنوان:(قمح أو حريق)", True),
        ("(غرق أو حريق) (قمح أو شعير)", True), ("(غرق أو حريق) -(قمح أو شعير)", False), ("والحريق", True),
        ("حريق (قمح -شعير)", True), ("حريق أو قمح غرق", True), ("(حريق أو قمح) غرق", False), ("حَرِيقٌ", True),
        ("حريق - غرق", False), ("غرق أو (حريق -غرق)", True), ("حريق -عنوان:قمح", True), ("حريق -عنوان:مرفأ", False),
    ],
)  # fmt: skip
def test_what_a_query_means(words: str, met: bool) -> None:
    query = parse(words)
    assert query
    assert holds(query, places()) is met
    assert bool(lacking(query, places()) or excluding(query, places())) is not met


@pytest.mark.parametrize(
    ("words", "fault", "place"),
    [
        ("-حريق", "excludes", 1), ("ليس حريق", "excludes", 1), ("حريق أو -غرق", "excludes", 9),
        ("حريق -(-غرق)", "excludes", 6), ("(حريق", "unclosed", 1), ("حريق (غرق أو (قمح)", "unclosed", 6),
        ("حريق)", "unopened", 5), ('"حريق', "quote", 1), ("حريق «غرق", "quote", 6), ("حريق أو", "operator", 8),
        ("أو حريق", "operator", 1), ("حريق ( ) غرق", "operator", 8), ("حريق AND", "operator", 6),
        ("AND حريق", "operator", 1), ("حريق NOT", "operator", 9), ("حريق عنوان:", "operator", 12),
        ("(" * 21 + "حريق" + ")" * 21, "deep", 21),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(words: str, fault: str, place: int) -> None:
    with pytest.raises(BadQuery) as raised:
        parse(words)
    assert (raised.value.fault, raised.value.place) == (fault, place)
    assert "\n" not in str(raised.value)


def test_what_carried_a_query_and_what_it_lacks() -> None:
    query = parse("(حريق أو غرق) وزير زلزال -تدريب")
    assert query
    here = places()
    words = [*arabic.folded(TITLE), "", *arabic.folded(BODY)]
    assert [words[span.first] for span in carrying(query, here)] == ["حريق", "وزير", "حريقا"]
    assert lacking(query, here) == ["زلزال"]
    assert [words[span.first] for span in excluding(query, here)] == ["تدريب"]
    either = parse("غرق أو زلزال")
    assert either
    assert lacking(either, here) == ["غرق أو زلزال"]


def test_operators_are_told_from_plain_words() -> None:
    assert is_plain("مجلس الأمن")
    assert not any(is_plain(words) for words in ("مجلس أو أمن", "مجلس -أمن", '"مجلس"', "(مجلس)", "title:مجلس"))


def test_the_tree_is_flat_where_it_can_be() -> None:
    wanted = AllOf((Phrase(("قمح",), "قمح"), Phrase(("شعير",), "شعير"), Without(Phrase(("غرق",), "غرق"))))
    assert parse("قمح (شعير -غرق)") == wanted


@given(st.text(alphabet=st.sampled_from('ابتم "«»“* AND:-(^|OR)\u0640\u064b\u200f\x00'), max_size=60))
def test_whatever_is_typed_is_a_query_that_looks_for_something_or_is_refused(words: str) -> None:
    try:
        query = parse(words)
    except BadInput:
        return
    if query is None:
        assert not words.strip()
        return
    assert is_looked_for(query)
    assert all(phrase.terms and all(phrase.terms) for phrase in phrases(query))
    assert holds(query, places()) is not bool(lacking(query, places()) or excluding(query, places()))
    assert not holds(query, places("", "")), "an article without a word meets nothing"
