"""Updates: which copies are new versions, and what figures they change. All Arabic here is invented."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.copies import CopyText, Relation, fingerprint, judge
from domain.updates import changed, figures, may_update, moved, named

NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)
LEAD = "الساحل - قال مسؤولون إن ثلاثة أشخاص قتلوا في انفجار هز مصنعا للأصباغ في ضاحية المدينة يوم الثلاثاء 3 مايو"
REST = (
    "وقال محافظ المدينة إن فرق الإنقاذ تواصل البحث تحت الأنقاض وإن الخسائر بلغت 3 ملايين دينار. "
    "وأضاف أن الشرطة أغلقت الطرق المؤدية إلى المصنع وطلبت من السكان إغلاق النوافذ حتى إشعار آخر. "
    "ولم يعرف سبب الانفجار بعد، لكن شاهدا قال إنه رأى دخانا أسود يخرج من مخزن المواد قبل ذلك بدقائق."
)
REPORT = f"{LEAD}. {REST}"


def relation(early: str, late: str, outlet: str = "الميناء", hours: float = 2) -> Relation:
    one = CopyText(fingerprint(early), "الساحل", NOON)
    other = CopyText(fingerprint(late), outlet, NOON + timedelta(hours=hours))
    verdict = judge(one, other)
    if may_update(verdict, one, other):
        verdict = named(verdict, early, late, outlet == "الساحل")
    return verdict.relation


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("ثلاثة أشخاص", "سبعة أشخاص", "3 → 7 قتلى"),
        ("ثلاثة أشخاص", "7 أشخاص", "3 → 7 قتلى"),
        ("قال مسؤولون إن ثلاثة أشخاص قتلوا في انفجار", "ارتفع إلى سبعة عدد قتلى انفجار", "3 → 7 قتلى"),
        ("3 ملايين", "5 ملايين", "3 → 5 ملايين دينار"),
    ],
)
@pytest.mark.parametrize("outlet", ["الساحل", "الميناء"])
def test_an_update_says_what_moved(old: str, new: str, told: str, outlet: str) -> None:
    later = REPORT.replace(old, new)
    assert relation(REPORT, later, outlet) is Relation.UPDATE
    assert [line.rstrip(".") for line in changed(REPORT, later)] == [told]


@pytest.mark.parametrize(
    "later",
    [
        REPORT.replace("ثلاثة أشخاص", "3 أشخاص"),
        REPORT.replace("3 مايو", "4 مايو"),
        f"{LEAD}.",
        REPORT + " وكان 12 عاملا أصيبوا في المصنع نفسه العام الماضي.",
        REPORT.replace("3 ملايين دينار", "ثلاثة ملايين دينار"),
    ],
)
def test_what_is_spelt_otherwise_cut_or_added_is_a_copy(later: str) -> None:
    for outlet in ("الساحل", "الميناء"):
        assert relation(REPORT, later, outlet) in (Relation.COPY, Relation.CONTAINS)
    assert changed(REPORT, later) == ()


def test_the_longer_text_that_came_later_is_a_copy_too() -> None:
    assert relation(f"{LEAD}. {REST[:200]}", REPORT) is Relation.COPY


def test_an_outlet_may_write_its_figures_elsewhere() -> None:
    later = f"{LEAD.replace('ثلاثة أشخاص قتلوا', 'أشخاصا قتلوا')}. {REST} وبلغ عدد المفقودين 15."
    early, later = REPORT.replace("3 ملايين", "4 ملايين"), later.replace("3 ملايين", "ملايين")
    assert changed(early, later) == ()
    assert relation(early, later, "الساحل") is Relation.UPDATE
    assert relation(early, later, "الميناء") is Relation.COPY


def test_a_correction_survives_as_an_update() -> None:
    wrong, right = f"{REPORT} وبلغت كلفة المصنع 12 مليون دينار.", f"تصويب: {REPORT} وبلغت كلفة المصنع 21 مليون دينار."
    assert relation(wrong, right, "الساحل", 3) is Relation.UPDATE
    assert relation(wrong, right, "الساحل", 30) is Relation.UPDATE


def test_two_at_one_time_are_copies() -> None:
    assert relation(REPORT, REPORT.replace("ثلاثة", "سبعة"), hours=0) is Relation.COPY


def test_figures_are_read_in_digits_and_words_and_ordinals_are_none() -> None:
    assert figures("قتل سبعة عشر شخصا وأصيب 1,200 بقوة 5.6 درجات") == ("17", "1200", "5.6")
    assert figures("في الساعة الثانية عشرة") == ()
    assert [(u.before, u.after) for u in moved("سعره 3 دنانير", "سعره 4 دنانير")] == [("3", "4")]
