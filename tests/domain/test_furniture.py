"""What an outlet repeats is learned and cut; what it brings often because it is news is not. All Arabic is invented."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fingerprints import Mask, fingerprint, text_runs
from domain.furniture import Told, due, learn_mask, own_part, own_text, same, units

DAY = date(2026, 4, 6)
FOLLOW = "تابعونا على صفحات التواصل"
APP = "حمّلوا تطبيق الصحيفة المجاني من متجر الهاتف ليصلكم كل جديد فور حدوثه."
RIGHTS = "جميع الحقوق محفوظة لصحيفة الضفة 2026"
WIRE = " ".join("كلمة" + "ابتثجحخدذر"[n % 10] + "سشصضطظعغفق"[n // 10] for n in range(90)) + "."


def word(n: int, k: int) -> str:
    return "ل" + "".join("ابتثجحخدذر"[int(figure)] for figure in f"{n}{k:03}")


def story(n: int, size: int = 60) -> str:
    half = size // 2
    first, second = (" ".join(word(n, k) for k in part) for part in (range(half), range(half, size)))
    return f"{first}.\n{second}."


def told(n: int, head: str = "", foot: str = f"\n{FOLLOW}\n{RIGHTS}", size: int = 60) -> Told:
    return Told(f"عنوان الخبر رقم {n}", f"{head}{story(n, size)}{foot}", DAY + timedelta(n))


def learned(texts: list[Told]) -> Mask:
    return learn_mask(texts, 1)


def test_what_four_articles_repeat_at_the_foot_is_cut_from_the_next() -> None:
    mask = learned([told(n) for n in range(4)])
    assert own_text("جديد", f"{story(9)}\n{FOLLOW}\n{RIGHTS}", mask) == story(9)
    three = learned([told(n) for n in range(3)])
    assert own_text("جديد", f"{story(9)}\n{FOLLOW}\n{RIGHTS}", three) == f"{story(9)}\n{FOLLOW}\n{RIGHTS}"


def test_a_head_is_cut_and_every_character_left_keeps_its_place() -> None:
    mask = learned([told(n, head="وكالة الضفة\n") for n in range(5)])
    body = f"وكالة الضفة\n{story(9)}\n{FOLLOW}"
    own = own_text("جديد", body, mask)
    assert own.strip("\n") == story(9)
    assert body[len(own) - len(own.lstrip("\n")) :].startswith(story(9))


def test_headline_and_numbers_within_a_unit_do_not_hide_it() -> None:
    tail = "\nThe post {} appeared first on الضفة بتاريخ {}."
    texts = [
        Told(f"خبر المدينة {n}", story(n) + tail.format(f"خبر المدينة {n}", n), DAY + timedelta(n)) for n in range(4)
    ]
    body = story(9) + tail.format("حدث آخر بعيد", 77)
    assert own_text("حدث آخر بعيد", body, learned(texts)) == story(9)


def test_a_sentence_at_the_end_of_the_last_line_is_cut_as_well() -> None:
    mask = learned([told(n, foot=f" {APP}") for n in range(4)])
    assert own_text("جديد", f"{story(9)} {APP}", mask) == story(9)


def test_teasers_that_change_are_cut_with_the_heading_over_them() -> None:
    mask = learned([told(n, foot=f"\nاقرأ أيضا في الضفة\nخبر آخر {n * 'ط'} عن شيء\n{RIGHTS}") for n in range(5)])
    body = f"{story(9)}\nاقرأ أيضا في الضفة\nافتتاح حديقة جديدة في الحي\nسباق للدراجات يوم الجمعة\n{RIGHTS}"
    assert own_text("جديد", body, mask) == story(9)


def test_a_last_paragraph_after_a_known_line_is_kept() -> None:
    mask = learned([told(n) for n in range(4)])
    body = f"{story(9)}\n{FOLLOW}\nوأعلنت البلدية في ختام اليوم أن المعرض يعود في الربيع المقبل."
    assert own_text("جديد", body, mask) == body


def test_a_wire_brought_five_times_in_an_evening_is_news() -> None:
    cuts = [Told(f"عنوان {n}", " ".join(WIRE.split()[: 80 + n]) + f" ختام{n}", DAY) for n in range(6)]
    mask = learned([*cuts, *(told(n, foot="") for n in range(9))])
    assert not set(mask.runs.tolist()) & set(text_runs(WIRE).tolist())
    assert own_text("جديد", WIRE, mask) == WIRE


def test_a_foot_longer_than_the_articles_over_it_is_learned_over_days() -> None:
    foot = "\n" + "\n".join(f"باب{n} من أبواب الصحيفة" for n in range(12))
    same_day = [Told(f"ع{n}", f"{story(n, 8)}{foot}", DAY) for n in range(6)]
    assert own_text("جديد", f"{story(50, 8)}{foot}", learned(same_day)) == f"{story(50, 8)}{foot}"
    mask = learned([Told(f"ع{n}", f"{story(n, 8)}{foot}", DAY + timedelta(n)) for n in range(6)])
    assert own_text("جديد", f"{story(50, 8)}{foot}", mask) == story(50, 8)


def test_equal_texts_count_once_whatever_their_headline() -> None:
    assert not learned([Told(f"عنوان {n}", told(0).body, DAY + timedelta(n)) for n in range(9)]).lines


def test_background_inside_is_masked_and_not_cut() -> None:
    background = "يذكر أن مشروع الميناء بدأ قبل ثلاثة أعوام بتمويل من صندوق التنمية وبمشاركة شركات محلية كثيرة جدا."
    texts = [
        Told("", "\n".join([story(n), *[story(100 + n)] * 5, background, *[story(200 + n)] * 9])) for n in range(5)
    ]
    mask = learned(texts)
    assert set(text_runs(background).tolist()) <= set(mask.runs.tolist())
    body = "\n".join([story(9), *[story(109)] * 5, background, *[story(209)] * 9])
    assert background in own_text("", body, mask)
    assert fingerprint(body, mask).masked.any()


def test_what_is_rare_stays_known_while_a_text_has_it() -> None:
    before = learned([told(n) for n in range(4)])
    after = learn_mask([told(7), *(told(n, foot="") for n in range(10, 20))], 2, before)
    assert set(before.units.tolist()) == set(after.units.tolist())
    gone = learn_mask([told(n, foot="") for n in range(10, 20)], 3, after)
    assert not gone.lines


def test_a_body_that_is_furniture_throughout_stays_whole() -> None:
    mask = learned([told(n) for n in range(4)])
    assert own_text("جديد", f"{FOLLOW}\n{RIGHTS}", mask) == f"{FOLLOW}\n{RIGHTS}"
    assert own_part("جديد", "", mask) == (0, 0)
    assert own_part("جديد", "نص", None) == (0, 2)


def test_a_unit_that_few_of_many_articles_have_is_not_furniture() -> None:
    many = [told(n, foot=f"\nوأضاف {n} أن الأمر انتهى") for n in range(296)]
    few = [told(n, foot="\nقال الراوي") for n in range(300, 304)]
    assert own_text("جديد", f"{story(999)}\nقال الراوي", learned([*many, *few])).endswith("قال الراوي")


@pytest.mark.parametrize(
    ("fresh", "before", "is_due"),
    [(19, 0, False), (20, 0, True), (20, 500, False), (100, 500, True), (125, 5_000, True), (0, 0, False)],
)
def test_an_outlet_is_learned_again_when_it_has_grown(fresh: int, before: int, is_due: bool) -> None:
    assert due(fresh, before) is is_due


def test_masks_are_compared_without_their_versions() -> None:
    assert same(Mask(1, b"", b""), Mask(2, b"", b""))
    assert not same(Mask(1, b"12345678", b""), Mask(1, b"", b""))
    assert same(None, None)
    assert not same(None, Mask(1, b""))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="اب. \n؟!12…\u00a0", max_size=80), st.text(max_size=10))
def test_units_lie_in_order_within_any_text(body: str, title: str) -> None:
    found = units(title, body)
    assert all(0 <= unit.start < unit.end <= len(body) for unit in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    start, end = own_part(title, body, Mask(1, b"", b"12345678"))
    assert 0 <= start <= end <= len(body)
