"""Facts: what is counted, the places and names, and what a later article changes."""

import pytest

from domain.arabic import folded
from domain.facts import changes, facts_in
from domain.numbers import number_at


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7), ("٧", 7), ("۱۲", 12), ("سبعة", 7), ("سبعة عشر", 17), ("اثني عشر", 12), ("إحدى عشرة", 11),
        ("سبعون", 70), ("خمسة وعشرين", 25), ("مئة", 100), ("مائة وخمسون", 150), ("ثلاثمئة وخمسة وأربعين", 345),
        ("أربع مئة", 400), ("ألف", 1_000), ("ألف ومئتين", 1_200), ("ثلاثة آلاف", 3_000), ("3 آلاف", 3_000),
        ("200 ألف", 200_000), ("مليوني", 2_000_000), ("ألفين و300", 2_300), ("وثلاثة", 3),
    ],
)  # fmt: skip
def test_numbers_are_read_in_digits_and_words(text: str, value: int) -> None:
    number = number_at(folded(text), 0)
    assert number is not None
    assert number.value == value


@pytest.mark.parametrize("text", ["قتلى", "واشنطن", "وعد", "آلاء"])
def test_other_words_are_no_numbers(text: str) -> None:
    assert number_at(folded(text), 0) is None


DEAD, INJURED = "dead", "injured"


@pytest.mark.parametrize(
    ("title", "counts"),
    [
        ("مقتل 7 أشخاص وإصابة 12 في انفجار بالسوق", {DEAD: 7, INJURED: 12}),
        ("٧ قتلى و١٥ جريحا في انهيار مبنى", {DEAD: 7, INJURED: 15}),
        ("مقتل سبعة عشر جنديا في كمين", {DEAD: 17}),
        ("قتيلان وثلاثة جرحى في حادث سير", {DEAD: 2, INJURED: 3}),
        ("شهيدان في غارة على المخيم", {DEAD: 2}),
        ("سقوط جريحين بحجارة", {INJURED: 2}),
        ("مقتل شخص وإصابة اثنين بإطلاق نار", {DEAD: 1, INJURED: 2}),
        ("مقتل شخصين في فيضان", {DEAD: 2}),
        ("قتل جنديان وأصيب ثلاثة", {DEAD: 2, INJURED: 3}),
        ("مقتل ما لا يقل عن خمسة وعشرين شخصا", {DEAD: 25}),
        ("ارتفاع حصيلة القتلى إلى 43", {DEAD: 43}),
        ("ارتفع عدد ضحايا الزلزال من 3 إلى 7 قتلى", {DEAD: 7}),
        ("مقتل 1,234 شخصا في الإعصار", {DEAD: 1_234}),
        ("اعتقال 15 مشتبها في مداهمات", {"arrested": 15}),
        ("الشرطة تعتقل 15 مشتبها", {"arrested": 15}),
        ("إلقاء القبض على 3 متهمين", {"arrested": 3}),
        ("فقدان 12 بحارا بعد غرق قارب", {"missing": 12}),
        ("نزوح 3 آلاف شخص", {"displaced": 3_000}),
        ("إجلاء نحو 200 ألف من السكان", {"evacuated": 200_000}),
        ("20 شخصا بين قتيل وجريح", {"casualties": 20}),
        ("مقتل وإصابة 20 شخصا", {"casualties": 20}),
        ("قتل في الهجوم 9 جنود", {DEAD: 9}),
        ("12 شخصا لقوا مصرعهم غرقا", {DEAD: 12}),
        ("خمسة قتلى بينهم 3 أطفال", {DEAD: 5}),
        ("أسفر القصف عن سقوط 8 قتلى و30 مصابا", {DEAD: 8, INJURED: 30}),
        ("نجاة 3 من الركاب", {"survivors": 3}),
        ("صاعقة تقتل 16 شخصا", {DEAD: 16}),
        ("إصابة ضابط وجندي", {}),
        ("تحرير 9 رهائن", {"hostages": 9}),
        ("لمقتل 15 عاملا", {DEAD: 15}),
    ],
)  # fmt: skip
def test_counts_say_what_is_counted(title: str, counts: dict[str, int]) -> None:
    assert {kind: count.value for kind, count in facts_in(title, "").counts.items()} == counts


@pytest.mark.parametrize(
    "title",
    [
        "مقتل قائد الفصيل في عام 2015",
        "الجيش يقصف 7 مواقع",
        "الطائرة تقلع بعد 5 ساعات من التأخير",
        "الفريق يفوز بنتيجة 3 أهداف",
        "ارتفاع النفط إلى 73.68 دولارا",
        "زلزال بقوة 6.9 درجات",
        "استشهاد فلسطينيين",
        "قتل في 2015 خلال المعارك",
        "أكثر من نصف مليون قتيل",
        "الحكم بإعدام 17 متهما",
        "تسجيل إصابة بفيروس كورونا",
    ],
)
def test_other_numbers_are_no_toll(title: str) -> None:
    assert facts_in(title, "").counts == {}


def test_a_count_keeps_its_words_and_how_sure_it_is() -> None:
    counts = facts_in("أكثر من 20 قتيلا وعشرات الجرحى", "").counts
    assert (counts[DEAD].text, counts[DEAD].about, counts[DEAD].shown) == ("20 قتيلا", "أكثر من", "أكثر من 20")
    assert (counts[INJURED].vague, counts[INJURED].shown) == (True, "عشرات")


def test_the_headline_goes_before_the_text() -> None:
    facts = facts_in("مقتل 9 عمال", "قتل سبعة عمال، ثم توفي عاملان. وكان حادث العام الماضي أدى إلى مقتل 86 شخصا.")
    assert (facts.counts[DEAD].value, facts.counts[DEAD].where) == (9, "title")
    assert {7, 9, 86} <= facts.all_counts[DEAD]


def test_places_stand_without_clitics_and_usual_words_need_a_preposition() -> None:
    facts = facts_in("", "وصلت القافلة للعراق وببيروت ثم إلى رام الله. وحضر جدة الحفل مع جدها المالي.")
    assert list(facts.places.values()) == ["العراق", "بيروت", "رام الله"]
    assert facts_in("", "هبط في جدة").places == {"جده": "جدة"}


def test_names_stand_behind_an_office() -> None:
    text = (
        "قال وزير الخارجية الأردني سامي الحوراني، إن الملك سالم بن عبدالرحمن سيزور المدينة. وأكد الرئيس أن القمة تأجلت."
    )
    assert list(facts_in("", text).names.values()) == ["سامي الحوراني", "سالم بن عبدالرحمن"]


def told(before: tuple[str, str], after: tuple[str, str]) -> list[str]:
    return [change.text for change in changes(facts_in(*before), facts_in(*after))]


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("مقتل 3 أشخاص في حريق", "ارتفاع عدد القتلى إلى 7", "3 → 7 قتلى"),
        ("قتيلان في حريق", "ثلاثة قتلى في حريق", "2 → 3 قتلى"),
        ("أكثر من 20 قتيلا", "مقتل 43 شخصا", "أكثر من 20 → 43 قتلى"),
        ("اعتقال 5 مشتبهين", "اعتقال 11 مشتبها", "5 → 11 موقوفين"),
        ("عشرات القتلى", "مقتل 340 شخصا", "عشرات → 340 قتلى"),
        ("7 قتلى", "تراجع الحصيلة: 5 قتلى", "7 → 5 قتلى"),
        ("أكثر من 100 قتيل", "107 قتلى", "أكثر من 100 → 107 قتلى"),
        ("تحطم طائرة ركاب", "أكثر من 100 قتيل في تحطم طائرة", "عدد جديد: أكثر من 100 قتلى"),
        ("مقتل 7 أشخاص", "إصابة 9 أشخاص", "عدد جديد: 9 جرحى"),
        ("طائرة على متنها 104 ركاب", "كان على متنها 113 شخصا", "104 → 113 على متنها"),
    ],
)
def test_a_toll_that_moved_is_told(before: str, after: str, text: str) -> None:
    assert told((before, ""), (after, "")) == [text]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("مقتل 7 أشخاص", "سبعة قتلى"),
        ("نحو 50 قتيلا", "مقتل 53 شخصا"),
        ("مقتل 3021 مدنيا", "3 آلاف قتيل"),
        ("مقتل 27 في غارة", "مقتل 8 في غارة"),
        ("مقتل 5 في تحطم طائرة", "لا قتلى في تحطم طائرة ثانية"),
        ("عشرات القتلى", "مقتل 43 شخصا"),
        ("مقتل 43 شخصا", "عشرات القتلى"),
        ("مقتل 7 أشخاص", "القتلى السبعة يوارون الثرى"),
        ("وفاة عامل في موقع بناء", "القصة الكاملة وراء وفاة عامل"),
        ("مقتل 7 أشخاص", "مفاوضات بعد الهجوم"),
    ],
)
def test_the_same_toll_in_other_words_is_no_news(before: str, after: str) -> None:
    assert told((before, ""), (after, "")) == []


def test_a_number_that_the_earlier_text_held_is_no_news() -> None:
    before = ("مقتل 12 في هجومين", "قتل 12 شخصا في هجومين. وقتل 5 في الهجوم الأول.")
    assert told(before, ("مقتل 5 أشخاص", "")) == []


def test_a_number_deep_in_the_text_is_no_news() -> None:
    filler = "وتحدث المسؤول عن أعمال الإغاثة والطرق المقطوعة في الأيام الأخيرة. " * 8
    assert told(("مقتل 3 أشخاص", ""), ("رفع الأنقاض", f"{filler} وقتل 90 شخصا قبل سنوات.")) == []


def test_a_headline_of_another_article_amid_the_text_is_no_lead() -> None:
    body = "قتل ضابط وجندي في عملية دهس قرب الحاجز.\nمقتل 4 جنود في حادث سابق\nوتواصل الشرطة البحث."
    assert facts_in("عملية دهس", body).counts[DEAD].where == "body"


def test_an_earlier_year_is_background() -> None:
    body = "استذكرت الوزارة الهجوم الذي وقع قبل 35 عاما وتسبب بمقتل 63 شخصا. وقتل 9 آخرون في عام 1983."
    assert {count.where for count in facts_in("ذكرى الهجوم", body).counts.values()} == {"body"}


def test_a_dateline_is_no_place_of_the_news() -> None:
    assert facts_in("", "دبي، الإمارات العربية المتحدة (CNN)-- زار الوفد حلب اليوم.").news_places == ("حلب",)


def test_a_new_place_or_name_is_news_in_headline_or_first_sentence_alone() -> None:
    before = ("هزة في كركوك", "شعر سكان كركوك بهزة أرضية.")
    assert told(before, ("الهزة تصل إلى الموصل", "")) == ["مكان جديد: الموصل"]
    assert told(before, ("الهزة تتكرر", "شعر السكان بالهزة. وقال آخرون إنها بلغت الموصل.")) == []
    assert told(before, ("الهزة تتكرر", "قال وزير الداخلية سامر النعماني إن الهزة تكررت.")) == [
        "اسم جديد: سامر النعماني"
    ]
    assert told(before, ("بغداد تعلن الطوارئ بعد هزة كركوك", "")) == []
