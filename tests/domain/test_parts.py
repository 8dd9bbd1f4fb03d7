import pytest

from domain.article import Text
from domain.errors import BadInput, BadReference, WhichStory
from domain.topics import learn
from domain.topics.parts import about, split
from domain.topics.reference import MOST_LETTERS, MOST_REFERENCES, check_number, read_reference

BRIDGE = (
    "* انهيار جسر في الحديدة\n"
    "الحديدة - وكالات: انهار جسر خرساني بعد أن صدمته سفينة شحن محملة بالإسمنت فجر الثلاثاء، وانتشل أربعة عمال."
)
CHESS = (
    "* لاعبة شطرنج تحرز لقب آسيا\n"
    "طشقند - وكالات: أحرزت لاعبة في السادسة عشرة بطولة آسيا للشطرنج إثر تعادلها في الجولة الأخيرة مع منافستها الهندية."
)
LOCUSTS = (
    "* الجراد يهدد محاصيل النيجر\n"
    "نيامي - وكالات: حذر مهندسون زراعيون من أسراب جراد صحراوي عبرت حدود مالي والتهمت حقول الدخن."
)
BANK = (
    "* مصرف مركزي يثبت الفائدة\n"
    "تونس - وكالات: أبقى البنك المركزي نسبة الفائدة عند ثمانية بالمئة، وعزا القرار إلى تراجع التضخم وتحسن السياحة."
)
BRIEFS = "\n\n".join((BRIDGE, CHESS, LOCUSTS, BANK))
STORY = Text(
    "انهيار جسر الحديدة بعد أن صدمته سفينة شحن",
    "انهار جسر الحديدة فجر الثلاثاء بعد أن صدمته سفينة شحن محملة بالإسمنت، وقالت السلطات إن أربعة عمال فقدوا.\n"
    "وقال مدير الميناء إن قبطان السفينة أبلغ عن عطل في المحرك قبل أن تصطدم بالجسر، وإن الغواصين يبحثون عن العمال.\n"
    "وأوقفت الشرطة قبطان السفينة وفتحت تحقيقا في انهيار الجسر، بينما حولت البلدية حركة الشاحنات إلى طريق صنعاء.\n"
    "ويعد جسر الحديدة أهم معبر إلى الميناء، وتقول البلدية إن إصلاح الجسر بعد أن صدمته السفينة يستغرق عاما كاملا.",
)


def test_a_page_of_briefs_is_split_into_its_stories():
    found = split(Text("موجز دوليات", BRIEFS))
    assert found.roundup
    assert [BRIEFS[part.start : part.end] for part in found.parts] == [BRIDGE, CHESS, LOCUSTS, BANK]
    assert found.parts[1].line == "لاعبة شطرنج تحرز لقب آسيا"


def test_one_story_is_no_roundup_and_nothing_is_said_of_it():
    assert not split(STORY).roundup
    read = read_reference("انهيار جسر الحديدة", STORY)
    assert (read.text, read.part, read.kind) == (STORY, 0, "")


def test_a_headline_of_a_bulletin_alone_makes_no_roundup():
    assert not split(Text("نشرة الثامنة", STORY.body)).roundup


def test_the_story_that_the_name_is_about_is_learned():
    read = read_reference("بطولة الشطرنج الآسيوية", Text("موجز أخبار", BRIEFS))
    assert (read.part, len(read.parts), read.kind) == (2, 4, "story")
    assert read.text == Text("لاعبة شطرنج تحرز لقب آسيا", CHESS.split("\n")[1])
    terms = {term.surface for term in learn("بطولة الشطرنج الآسيوية", [read.text]).terms}
    assert "الشطرنج" in terms
    assert not {"الجراد", "جراد", "جسر", "الفائدة"} & terms


@pytest.mark.parametrize("name", ["استقالة الحكومة", "الجراد وبطولة الشطرنج"])
def test_a_name_that_does_not_tell_is_asked_about(name):
    with pytest.raises(WhichStory, match=r"roundup of 4 stories.*--part") as raised:
        read_reference(name, Text("موجز أخبار", BRIEFS))
    assert raised.value.lines[3] == "مصرف مركزي يثبت الفائدة"


def test_a_part_that_was_chosen_is_taken_and_none_means_all():
    text = Text("موجز أخبار", BRIEFS)
    assert read_reference("استقالة الحكومة", text, 3).text.title == "الجراد يهدد محاصيل النيجر"
    assert read_reference("استقالة الحكومة", text, 0).text == text
    with pytest.raises(BadInput, match="no part 5"):
        read_reference("استقالة الحكومة", text, 5)


def test_a_name_that_most_of_a_roundup_is_about_takes_all_of_it():
    text = Text("موجز أخبار", BRIEFS)
    assert len(about("وكالات", text, split(text).parts)) == 4
    assert read_reference("وكالات", text).part == 0


def test_items_said_twice_are_one():
    twice = Text("نشرة الثامنة", f"{BRIEFS}\n{BRIEFS}")
    assert len(split(twice).parts) == 4


def test_a_text_without_lines_is_split_at_its_sentences():
    bank = (
        "أبقى البنك المركزي نسبة الفائدة عند ثمانية بالمئة وعزا القرار إلى تراجع التضخم. وتوقع خبراء خفض الفائدة "
        "مطلع العام إذا واصل التضخم تراجعه. وتستهدف الحكومة تضخما دون خمسة بالمئة، وتقول إن نسبة الفائدة الحالية تثقل "
        "كاهل المقترضين. وتراجع سعر صرف العملة بعد إعلان البنك قراره."
    )
    body = f"{STORY.body} {bank}".replace("\n", " ")
    parts = split(Text("", body)).parts
    assert len(parts) == 2
    assert "نسبة الفائدة الحالية" in body[parts[1].start : parts[1].end]
    assert "قبطان" not in body[parts[1].start : parts[1].end]


@pytest.mark.parametrize("body", ["", " ", "\n\n\n", "كلمة", "* * *", "…\n…\n…\n…"])
def test_what_has_no_paragraphs_has_no_stories(body):
    assert not split(Text("نشرة الثامنة", body)).roundup


def test_a_long_reference_is_cut_after_a_word_and_says_so():
    read = read_reference("انهيار جسر الحديدة", Text(STORY.title, STORY.body + "\nكلام" * 400_000))
    assert read.kind == "cut"
    assert (read.letters, read.given) == (
        len(read.text.title) + len(read.text.body),
        len(STORY.title) + len(STORY.body) + 2_000_000,
    )
    assert MOST_LETTERS - 10 < len(read.text.body) <= MOST_LETTERS
    assert read.text.body.endswith("كلام")


def test_a_few_words_are_enough_and_say_that_more_teach_more():
    assert (
        read_reference("جسر الحديدة", Text("", STORY.title + " محملة بالإسمنت في ميناء اليمن فجر أمس")).kind == "short"
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (Text("", " \n "), "empty"),
        (Text("Bridge", "A ship hit the bridge and four workers fell into the water, the port said."), "foreign"),
        (Text("أسعار", "الدولار 3.75 3.76\nاليورو 4.10 4.15\nالين 0.02 0.03\nالفرنك 4.20 4.25"), "table"),
        (
            Text(
                "",
                "طماطم كيلو 5 ريال\nبطاطس كيلو 4 ريال\nخيار كيلو 3 ريال\nبصل كيلو 2 ريال\nدجاج كيلو 15 ريال",
            ),
            "table",
        ),
        (Text("انهيار جسر", ""), "poor"),
    ],
)
def test_what_is_wrong_with_a_reference_has_a_name(text, kind):
    with pytest.raises(BadReference) as raised:
        read_reference("اسم", text)
    assert raised.value.kind == kind


def test_five_hundred_references_are_taken_and_no_more():
    check_number(MOST_REFERENCES)
    assert MOST_REFERENCES == 500
    for number, why in ((0, "needs a reference"), (501, "at most 500 .* verdict")):
        with pytest.raises(BadReference, match=why) as raised:
            check_number(number)
        assert raised.value.kind == "many"
