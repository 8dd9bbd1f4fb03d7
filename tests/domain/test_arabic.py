from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import arabic

ANY_TEXT = st.text(max_size=60) | st.text(
    alphabet="اأإآبتةىيؤئءلوفكسـًَُّ\u200c\u200f\u00ad ٠٩۴_aZé\ufefb\u1100\u1161", max_size=40
)


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text):
    once = arabic.fold(text)
    assert arabic.fold(once) == once


@settings(deadline=None)  # the first call reads the counts
@given(ANY_TEXT)
def test_words_spans_and_stems_run_parallel(text):
    places = arabic.spans(text)
    assert len(places) == len(arabic.folded(text)) == len(arabic.stems(text))
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(places))
    assert all(text[start:end].strip() for start, end in places)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("مُحَمَّدٌ", "محمد"),
        ("كـــبير", "كبير"),
        ("إلى أن آلت", "الي ان الت"),
        ("فتاةٌ", "فتاه"),
        ("مسؤول", arabic.fold("مسئول")),
        ("ایران وکردستان", "ايران وكردستان"),
        ("٢٠٢٤ ۱۲", "2024 12"),
        ("\u202bخبر\u202c عا\u200cجل", "خبر عاجل"),
        ("\ufefb", "لا"),
        ("NATO", "nato"),
        ("ا" + "\u0651" * 5000, "ا"),
    ],
)
def test_folding(written, folded):
    assert arabic.fold(written) == folded


def test_display_keeps_letters_as_they_are_written():
    assert arabic.display("إِلى مدرسةٍ كـــبيرة") == "إلى مدرسة كبيرة"


def test_spans_point_into_the_untouched_text():
    text = "قالَ \u200fإنّ #سد_النهضة… ـ مهمّ"
    assert [text[start:end] for start, end in arabic.spans(text)] == ["قالَ", "إنّ", "سد", "النهضة", "مهمّ"]


@pytest.mark.parametrize(
    "words",
    [
        "السودان سودان والسودان للسودان بالسودان السوداني",
        "غزة بغزة لغزة وغزة",
        "فلسطين وفلسطين بفلسطين الفلسطينية للفلسطينيين",
        "كوريا الكورية كوري",
        "لاجئ اللاجئين للاجئين واللاجئون",
        "لقاء للقاء اللقاء بلقاء",
        "ألمانيا المانيا الألماني لألمانيا",
        "أميركا أمريكا الأميركية الأمريكيين",
        "إلغاء الغاء والغاء بإلغاء",
        "علاقة علاقات العلاقات علاقاتها",
        "مسؤول مسئول المسؤولين",
        "جونغ جونج",
        "بيونغيانغ بيونجيانج",
        "غوغل جوجل",
        "نتنياهو نتانياهو ونتنياهو",
        "باراغواي باراجواي",
    ],
)
def test_forms_of_one_word_meet(words):
    assert len(set(arabic.stems(words))) == 1


@pytest.mark.parametrize(
    "words",
    [
        "فلسطين لسطين",
        "كوريا وريا",
        "واحد أحد",
        "وزير زير",
        "كانت انت",
        "بيونغ يونغ",
        "فتح تح",
        "سودان سود",
        "لبنان لبن",
        "التزام تزام",
        "بوتين توت",
    ],
)
def test_letters_are_no_clitics(words):
    one, other = arabic.stems(words)
    assert one != other


def test_stopwords_are_folded_and_survive_stemming():
    assert all(arabic.fold(word) == word for word in arabic.STOPWORDS)
    assert arabic.stems("والذي كانت") == ["والذي", "كانت"]


def test_memo_stays_bounded_and_right(monkeypatch):
    monkeypatch.setattr(arabic, "_MEMO_WORDS", 3)
    analyser = arabic.Analyser({"سودان": 50, "السودان": 900, "والسودان": 20})
    words = ["والسودان", "السودان", "سودان", "١", "٢", "٣", "٤", "والسودان"] * 3
    assert analyser.stems(" ".join(words)).count("سودان") == 12
    assert len(analyser._stems) <= 3


def test_a_clitic_goes_only_where_the_counts_say_so():
    analyser = arabic.Analyser({"وزير": 900, "الوزير": 800, "زير": 500, "غزه": 100, "وغزه": 30})
    assert analyser.cut_clitics("وزير") == "وزير"
    assert analyser.cut_clitics("وغزه") == "غزه"
    assert analyser.cut_clitics("وبطيخ") == "وبطيخ"
