"""Copies: which texts are one text. All Arabic here is invented."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.arabic import folded
from domain.copies import CopyText, Mask, Relation, common_runs, fingerprint, judge
from domain.furniture import Told, learn_mask

DAY = date(2024, 5, 1)
NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)
WIRE = (
    "أعلنت هيئة الموانئ في مدينة الساحل افتتاح رصيف جديد لسفن الصيد "
    "بعد أعمال استمرت عامين كاملين وشارك فيها مئات العمال. "
    "وقال مدير الهيئة إن الرصيف يستوعب أربعين سفينة في وقت واحد ويوفر مخازن مبردة "
    "للأسماك تعمل بالطاقة الشمسية طوال العام. "
    "وأوضح أن الصيادين سيعفون من الرسوم خلال الأشهر الستة الأولى تشجيعا لهم على نقل نشاطهم من المرسى القديم. "
    "ورحبت جمعية الصيادين بالخطوة لكنها طالبت بتعميق مدخل الميناء قبل موسم الشتاء حتى لا تتكرر حوادث الجنوح. "
    "ومن المقرر أن تبدأ المرحلة الثانية من المشروع مطلع الصيف المقبل بتمويل من صندوق التنمية المحلية."
)
OTHER = (
    "انطلقت في العاصمة فعاليات معرض الكتاب السنوي بمشاركة دور نشر من عشرين بلدا وبحضور عدد كبير من القراء والطلاب. "
    "ويضم البرنامج ندوات عن الترجمة وأمسيات شعرية وورشا للأطفال في الخط والرسم وصناعة الدمى الورقية. "
    "وذكر المنظمون أن الدخول مجاني في الأيام الثلاثة الأولى "
    "وأن حافلات خاصة تنقل الزوار من المحطة الرئيسية إلى موقع المعرض. "
    "وتخصص الدورة الحالية جناحا للمخطوطات القديمة التي رممت في مختبر الجامعة خلال السنوات الماضية."
)
FURNITURE = (
    "تابعوا آخر الأخبار على تطبيقنا المجاني واشتركوا في نشرتنا البريدية اليومية ليصلكم كل جديد فور حدوثه في كل مكان"
)


def side(text: str, outlet: str = "الساحل", hours: float = 0, mask: Mask | None = None) -> CopyText:
    return CopyText(fingerprint(text, mask), outlet, NOON + timedelta(hours=hours))


def relation(a: CopyText, b: CopyText) -> Relation:
    return judge(a, b).relation


def forecast(day: str, city: str, low: int) -> str:
    return (
        f"تتوقع مصلحة الأرصاد أن يكون الطقس يوم {day} معتدلا على معظم المناطق الساحلية مع رياح خفيفة إلى متوسطة السرعة "
        f"ونشاط محدود في الأتربة على الطرق السريعة وتكون السماء غائمة جزئيا وتبلغ الحرارة الصغرى في {city} {low} درجة"
    )


def test_same_text_elsewhere_is_a_copy() -> None:
    verdict = judge(side(WIRE), side(WIRE, "الميناء", 3))
    assert (verdict.relation, verdict.share) == (Relation.COPY, 1.0)


def test_lightly_edited_text_with_a_new_lead_is_a_copy() -> None:
    edited = "في خطوة طال انتظارها " + WIRE.replace("مئات العمال", "عدد من العمال").replace("كاملين", "")
    assert relation(side(WIRE), side(edited, "الميناء", 30)) is Relation.COPY


def test_cut_text_is_a_copy_and_its_share_is_measured_on_the_short_one() -> None:
    words = WIRE.split()
    verdict = judge(side(WIRE), side(" ".join(words[: len(words) * 2 // 5]), "الميناء", 1))
    assert (verdict.relation, verdict.share) == (Relation.COPY, 1.0)


def test_part_from_the_middle_is_a_link_and_not_a_copy() -> None:
    words = WIRE.split()
    middle = " ".join(words[len(words) // 2 : len(words) * 9 // 10])
    assert relation(side(WIRE), side(middle, "الميناء", 1)) is Relation.CONTAINS


def test_brief_in_a_roundup_is_contained() -> None:
    brief = " ".join(WIRE.split()[:24])
    roundup = f"{OTHER} {brief} {forecast('الجمعة', 'الساحل', 14)} {forecast('السبت', 'الوادي', 11)}"
    assert relation(side(brief), side(roundup, "الميناء", 2)) is Relation.CONTAINS


def test_spelling_hides_no_copy() -> None:
    spelled = (
        WIRE.replace("أ", "ا").replace("إ", "ا").replace("ة ", "ه ").replace("ميناء", "مينــــاء").replace("من ", "مِنْ ")
    )
    assert spelled != WIRE
    assert fingerprint(spelled) == fingerprint(WIRE)


def test_two_stories_are_none() -> None:
    assert judge(side(WIRE), side(OTHER, "الميناء")).relation is Relation.NONE


def test_form_of_another_day_is_none_also_when_only_the_weekday_differs() -> None:
    monday, tuesday = forecast("الاثنين", "الساحل", 14), forecast("الثلاثاء", "الساحل", 14)
    assert judge(side(monday), side(tuesday, hours=24)).share >= 0.8
    assert relation(side(monday), side(tuesday, hours=24)) is Relation.NONE


def test_short_frame_that_comes_again_next_week_is_none_but_a_long_text_is_a_copy_for_ever() -> None:
    bulletin = "نشرة الأخبار المسائية من قناة الساحل تأتيكم كل يوم في الثامنة مساء"
    assert relation(side(bulletin), side(bulletin, hours=1)) is Relation.COPY
    assert relation(side(bulletin), side(bulletin, hours=24 * 7)) is Relation.NONE
    assert relation(side(WIRE), side(WIRE, "الميناء", 24 * 400)) is Relation.COPY


def test_a_text_of_a_few_lines_is_a_copy_for_ever_too() -> None:
    short = " ".join(WIRE.split()[:45])
    assert relation(side(short), side(short, hours=24 * 20)) is Relation.COPY
    assert relation(side(short), side(short, "الميناء", 24 * 20)) is Relation.COPY


def test_a_correction_days_later_is_a_copy_but_no_form_with_other_figures() -> None:
    mended = WIRE.replace("قال", "ذكر", 1) + " وصحح الموقع خطأ في اسم البلدة."
    assert judge(side(WIRE), side(mended)).share >= 0.9
    assert relation(side(WIRE), side(mended, hours=24 * 6)) is Relation.COPY
    first, later = f"{WIRE} وبلغ الإنتاج 412 طنا.", f"{WIRE} وبلغ الإنتاج 398 طنا."
    assert relation(side(first), side(later, hours=24 * 6)) is Relation.NONE


def test_other_outlets_copy_loosely_within_days_and_strictly_later() -> None:
    words = WIRE.split()
    half = " ".join(words[: len(words) * 3 // 5]) + " " + " ".join(OTHER.split()[: len(words) // 4])
    assert 0.5 <= judge(side(WIRE), side(half, "الميناء")).share < 0.8
    assert relation(side(WIRE), side(half, "الميناء", 90)) is Relation.COPY
    assert relation(side(WIRE), side(half, "الميناء", 100)) is Relation.NONE


def test_furniture_of_the_outlet_does_not_make_a_copy() -> None:
    starts = (WIRE, OTHER, forecast("الأحد", "الوادي", 9), "مرحبا")
    mask = learn_mask([Told("", f"{start} {FURNITURE}", DAY + timedelta(n)) for n, start in enumerate(starts)], 1)
    a, b = f"سعر الخبز ثابت اليوم في كل الأسواق القديمة {FURNITURE}", f"فاز فريق الوادي على ضيفه أمس بهدف {FURNITURE}"
    assert judge(side(a), side(b)).share > 0.5
    assert judge(side(a, mask=mask), side(b, mask=mask)).share == 0.0
    assert relation(side(a, mask=mask), side(b, mask=mask)) is Relation.NONE


def test_masked_on_one_side_counts_on_neither() -> None:
    starts = (OTHER, "مرحبا", "أهلا", "سلام")
    mask = learn_mask([Told("", f"{start} {FURNITURE}", DAY + timedelta(n)) for n, start in enumerate(starts)], 1)
    tail = " ".join(WIRE.split()[-12:])
    verdict = judge(side(f"{OTHER} {WIRE} {FURNITURE}", mask=mask), side(f"{tail} {FURNITURE}", "الميناء"))
    assert (verdict.relation, verdict.share) == (Relation.CONTAINS, 1.0)


def test_same_outlet_needs_less_within_half_a_day_once_its_furniture_is_known() -> None:
    words, mask = WIRE.split(), Mask(1, b"")
    revised = " ".join(words[: len(words) * 3 // 5]) + " " + " ".join(OTHER.split()[: len(words) // 4])
    assert 0.5 <= judge(side(WIRE), side(revised)).share < 0.8
    assert relation(side(WIRE), side(revised, hours=6)) is Relation.NONE
    assert relation(side(WIRE, mask=mask), side(revised, hours=6, mask=mask)) is Relation.COPY
    assert relation(side(WIRE, mask=mask), side(revised, hours=18, mask=mask)) is Relation.NONE


def test_opening_lines_alone_are_a_link() -> None:
    opening = " ".join(WIRE.split()[:14])
    assert relation(side(opening), side(WIRE, "الميناء", 1)) is Relation.CONTAINS


@pytest.mark.parametrize("text", ["", "   ", "...", "عاجل", "عاجل الآن", "الطقس غدا حار"])
def test_almost_no_text_is_never_a_copy(text: str) -> None:
    for other in (text, WIRE):
        assert relation(side(text), side(other, "الميناء")) is Relation.NONE


def test_common_runs_name_the_words_in_both() -> None:
    runs = common_runs("مقدمة جديدة " + WIRE, WIRE)
    assert [(run.a, run.b) for run in runs] == [(2, 0)]
    assert runs[0].words == len(folded(WIRE))
    assert common_runs(WIRE, OTHER) == ()
    parts = common_runs(f"{OTHER} {WIRE}", f"{WIRE} فاصل {OTHER}")
    assert [run.words for run in parts] == sorted((len(folded(WIRE)), len(folded(OTHER))), reverse=True)


def prices(day: str, gold: str, silver: str) -> str:
    return (
        f"سجلت أسعار الذهب في سوق الساحل يوم {day} سعرا قدره {gold} دينارا للغرام من عيار واحد وعشرين وبلغ غرام الفضة "
        f"{silver} دينارا فيما استقرت أسعار السبائك الصغيرة على حالها بحسب نقابة الصاغة التي قالت إن الإقبال "
        "على الشراء ضعيف قبل موسم الأعراس وإن حركة البيع تتركز في الخواتم الخفيفة دون غيرها من المصوغات"
    )


def sentence(name: str, of: str) -> str:
    return (
        f"أصدرت وزارة الداخلية بيانا حول تنفيذ حكم القتل قصاصا في أحد الجناة قالت فيه أقدم {name} على قتل {of} "
        "بإطلاق النار عليه إثر خلاف بينهما وأسفر التحقيق معه عن توجيه الاتهام إليه بارتكاب جريمته وبإحالته إلى المحكمة "
        "صدر بحقه صك شرعي يقضي بثبوت ما نسب إليه وصدق الحكم من محكمة الاستئناف ومن المحكمة العليا"
    )


def test_price_lists_of_two_days_are_none_and_of_one_day_copies() -> None:
    first, second = prices("الأحد", "41.2", "0.7"), prices("الاثنين", "42.9", "0.8")
    assert relation(side(first), side(second, "الميناء", 24)) is Relation.NONE
    assert relation(side(first), side(first.replace("الخفيفة", "الناعمة"), "الميناء", 20)) is Relation.COPY


def test_notices_of_two_sentences_are_none() -> None:
    one = sentence("سالم بن ناصر بن علي الساحلي", "جابر بن حمد بن راشد الجبلي")
    other = sentence("خالد بن مبارك بن صالح الواحي", "فهد بن سيف بن عامر السهلي")
    assert judge(side(one), side(other, "الميناء", 30)).share > 0.5
    assert relation(side(one), side(other, "الميناء", 30)) is Relation.NONE
    assert relation(side(one), side(one, "الميناء", 30)) is Relation.COPY


def test_a_forecast_is_a_copy_elsewhere_on_its_day_alone() -> None:
    friday, saturday = forecast("الجمعة", "الساحل", 14), forecast("السبت", "الساحل", 15)
    assert relation(side(friday), side(f"{friday} وتنشط الرياح ليلا", "الميناء", 3)) is Relation.COPY
    assert relation(side(friday), side(saturday, "الميناء", 24)) is Relation.NONE


def test_a_page_that_embeds_another_story_is_a_link() -> None:
    page = f"{OTHER} {forecast('الجمعة', 'الساحل', 14)} {OTHER.replace('معرض', 'مهرجان')} اقرأ أيضا {WIRE}"
    embedded = " ".join(WIRE.split()[30:])
    assert relation(side(page), side(embedded, "الميناء", 2)) is Relation.CONTAINS


SENTENCES = [
    part.strip() for text in (WIRE, OTHER, forecast("الخميس", "الوادي", 8)) for part in text.split(".") if part.strip()
]
TEXTS = st.lists(st.sampled_from([*SENTENCES, FURNITURE, "7 قتلى", "الأربعاء"]), max_size=8).map(" . ".join)
SIDES = st.builds(side, TEXTS, st.sampled_from(["الساحل", "الميناء"]), st.floats(0, 400))


@settings(max_examples=150, deadline=None)
@given(SIDES, SIDES)
def test_order_of_the_two_does_not_matter(a: CopyText, b: CopyText) -> None:
    assert judge(a, b) == judge(b, a)
    assert 0.0 <= judge(a, b).share <= 1.0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WIRE)), st.sampled_from("ـًَُِّْٰ\u200b\u200c\u200d\u200f\ufeff")), max_size=30))
def test_marks_and_invisible_characters_change_nothing(marks: list[tuple[int, str]]) -> None:
    text = WIRE
    for place, mark in sorted(marks, reverse=True):
        text = text[:place] + mark + text[place:]
    assert fingerprint(text) == fingerprint(WIRE)
