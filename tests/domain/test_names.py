"""Names are found in the spellings that outlets use, and different names are kept apart. All articles are invented."""

import pytest

from domain import arabic
from domain.errors import BadInput
from domain.names import MOST_NAMES, anchors, make_name, mentions, read_names
from domain.places import StemPlaces
from domain.spellings import alike, key, loose_keys, stripped, written


def found(line: str, text: str) -> list[str]:
    """Give the mentions of a name in a text, as the text writes them."""
    (spellings,) = read_names([line])
    spans = arabic.spans(text)
    places = mentions(make_name(spellings), StemPlaces((), arabic.stems(text)))
    return [text[spans[place.first - 1][0] : spans[place.end - 2][1]] for place in places]


@pytest.mark.parametrize(
    ("name", "text", "mention"),
    [
        ("نتنياهو", "قال نتانياهو للصحفيين", "نتانياهو"),
        ("مارتن غريفيث", "التقى المبعوث مارتن جريفيث", "مارتن جريفيث"),
        ("مارتن غريفيث", "التقى المبعوث بمارتن قريفيث", "بمارتن قريفيث"),
        ("ترامب", "وصل ترمب إلى المطار", "ترمب"),
        ("ديمتري كوليبا", "وقال ديمتري الكوليبا إن", "ديمتري الكوليبا"),
        ("كيم جونغ أون", "أشرف كيم جونج أون على التجربة", "كيم جونج أون"),
        ("كيم جونغ-أون", "وكيم جونغ اون يبتسم", "وكيم جونغ اون"),
        ("بيونغ يانغ", "أعلنت بيونغيانغ إطلاق قمر", "بيونغيانغ"),
        ("أبوظبي", "افتتح في أبو ظبي معرض", "أبو ظبي"),
        ("عبد الله المرواني", "ظهر عبدالله المرواني أمام القاضي", "عبدالله المرواني"),
        ("القاهرة", "وصل إلى قاهرة المعز", "قاهرة"),
        ("مجلس الأمن", "عرض على مجلس الأمن الدولي", "مجلس الأمن"),
        ("حركة النهضة = النهضة", "دعت النهضة أنصارها", "النهضة"),
        ("زيلبرغ", "رد وزيلبرغ على السؤال", "وزيلبرغ"),
    ],
)
def test_a_name_is_found_as_outlets_write_it(name: str, text: str, mention: str) -> None:
    assert found(name, text) == [mention]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("محمد السالمي", "حضر محمود السالمي"),
        ("سلمان", "غادر سليمان القاعة"),
        ("حسن", "قال حسين إنه بخير"),
        ("جاسم", "قال قاسم إنه بخير"),
        ("مجلس الأمن", "مجالس الأمن في المدن"),
        ("كيم جونغ أون", "كيم جونغ إيل"),
        ("كيم جونغ أون", "أون جونغ كيم"),
        ("بنيامين", "بني أمين في الوادي"),
        ("وليد", "سمع الناس ليد الباب صوتا"),
    ],
)
def test_different_names_are_kept_apart(name: str, text: str) -> None:
    assert found(name, text) == []


def test_of_mentions_that_share_words_the_longest_counts() -> None:
    assert found("حركة النهضة = النهضة", "قالت حركة النهضة إن النهضة لن تشارك") == ["حركة النهضة", "النهضة"]


def test_an_article_without_an_anchor_mentions_nothing() -> None:
    name = make_name(("عبد الله المرواني", "المرواني"))
    assert all(any(stem in way for stem in anchors(name)) for way in name.ways)


@pytest.mark.parametrize("word", ["نتنياهو", "غريفيث", "ترامب", "زيلينسكي", "زيلبرغ", "حماس", "قاهر", "لاندو"])
def test_every_spelling_that_is_taken_for_a_word_is_written_and_no_other(word: str) -> None:
    for way in written(word):
        places = StemPlaces((), [way])
        assert places.spelt(word) == {way}, way
        assert way == word or {key(word), stripped(word)} & set(loose_keys(way)), way
    for other in ("نتنياهوو", "غرفة", "مترامب", "كولينسكي", "حمس", "لندن"):
        assert StemPlaces((), [other]).spelt(word) == ({other} if other in written(word) else set())


def test_alike_is_the_same_both_ways() -> None:
    words = ["ترامب", "ترمب", "تورامب", "غريفيث", "جريفيث", "قريفيث", "مجلس", "مجالس", "اوباما", "ابوما"]
    assert all(alike(one, other) == alike(other, one) for one in words for other in words)
    assert all(key(one) == key(other) for one in words for other in words if alike(one, other))


def test_lines_are_read_with_comments_and_repetitions() -> None:
    lines = ["# أشخاص", "", " كيم  جونغ أون = كيم جونج أون ", "كيم جونغ أون = كيم جونج أون", "بيونغ يانغ # مدينة"]
    assert read_names(["شركة ج#"]) == (("شركة ج#",),)
    assert read_names(lines) == (("كيم جونغ أون", "كيم جونج أون"), ("بيونغ يانغ",))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["،"], "no name"), (["في"], "no name"), (["أ"], "no name"), (["كيم ="], "no name"),
        (["كلمة " * 13], "12 words"),
        ([" = ".join(f"اسم{n}" for n in range(21))], "20 spellings"), (["م" * 201], "12 words"),
        ([f"اسم{n}" for n in range(MOST_NAMES + 1)], "500 names"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused(lines: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_names(lines)
