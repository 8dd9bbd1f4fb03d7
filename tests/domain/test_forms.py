"""Forms: what comes again with other figures, places and names is another text, and what is filled alike is a copy."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.copies import CopyText, Relation, fingerprint, judge
from domain.forms import fills_otherwise, opens_as_form, slots_of

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TELEGRAM = (
    "بعث رئيس الجمهورية برقية تهنئة إلى رئيس {0} بمناسبة ذكرى اليوم الوطني لبلاده، أعرب فيها باسمه وباسم الشعب"
    " والحكومة عن أصدق التهاني وأطيب التمنيات بالصحة والسعادة له، ولشعب {0} باطراد التقدم والازدهار، وأشاد "
    "بالعلاقات المتميزة التي تربط البلدين والتي يسعى الجميع إلى تعزيزها في المجالات كافة. كما بعث رئيس الوزراء"
    " برقية مماثلة عبر فيها عن أطيب تمنياته بموفور الصحة."
)
NOTICE = (
    "نفذت الجهات المختصة اليوم حكم القتل قصاصا بالجاني {0} بن {1} في مدينة {2} لقتله رجلا بإطلاق النار عليه "
    "إثر خلاف بينهما، وجاء في البيان أن سلطات الأمن تمكنت من القبض على الجاني وأسفر التحقيق معه عن توجيه "
    "الاتهام إليه، وصدر بحقه صك شرعي بثبوت ما نسب إليه وأيدته محكمة الاستئناف والمحكمة العليا، وصدر أمر بإنفاذ"
    " ما تقرر شرعا."
)
FIXTURES = (
    "مباريات اليوم في الدوري الممتاز: يستضيف ملعب البلدية في {0} لقاء الافتتاح عند الساعة {1} مساء وسط حضور "
    "جماهيري متوقع، ثم يقام اللقاء الثاني في {2} عند الساعة {3} بإدارة طاقم تحكيم محلي، وتنقل القنوات الرياضية"
    " الأرضية اللقاءين على الهواء مباشرة مع استوديو تحليلي قبل صافرة البداية بنصف ساعة، على أن تستأنف الجولة "
    "يوم غد."
)
INDEX = (
    "أغلق مؤشر سوق الأوراق المالية في ختام تعاملات اليوم عند {0} نقطة بعد أن تغير {1} نقطة عن الجلسة السابقة، "
    "وبلغت قيمة الأسهم المتداولة {2} مليون توزعت على {3} صفقة، وارتفعت أسهم {4} شركة من قطاعات المصارف والعقار"
    " والاتصالات والتأمين، وكانت أسهم الشركات الصغيرة الأكثر نشاطا من حيث الكمية في جلسة هادئة عموما."
)
GOLD = (
    "استقرت أسعار الذهب في محال الصاغة صباح اليوم، وسجل سعر الغرام من عيار أربعة وعشرين {0} ومن عيار واحد "
    "وعشرين {1} ومن عيار ثمانية عشر {2}، وبلغ سعر الليرة الذهبية {3} من دون احتساب المصنعية التي تختلف من محل "
    "إلى آخر ومن مدينة إلى أخرى بحسب نوع المشغولات، وفق ما أعلنته نقابة الصاغة في نشرتها."
)
WEATHER = (
    "يتوقع أن يسود اليوم طقس حار نهارا معتدل ليلا على معظم المناطق، وتكون الرياح السطحية شمالية غربية خفيفة "
    "إلى معتدلة السرعة، وتبلغ درجات الحرارة العظمى {0} والصغرى {1} في المدن الداخلية و{2} و{3} على السواحل، "
    "ونصحت دائرة الأرصاد بتجنب الوقوف الطويل تحت أشعة الشمس وبالإكثار من شرب الماء."
)
PAIRS = {
    "telegrams": (TELEGRAM, ("تشاد",), ("كولومبيا",)),
    "notices": (NOTICE, ("راشد", "سالم", "الدمام"), ("ماجد", "عيد", "جدة")),
    "notices of one city": (NOTICE, ("راشد", "سالم", "الدمام"), ("ماجد", "عيد", "الدمام")),
    "fixtures": (FIXTURES, ("بيروت", "5", "صيدا", "8"), ("طرابلس", "6", "صور", "9")),
    "index": (INDEX, (8121, 14, 312, 9120, 44), (8097, 24, 287, 8433, 61)),
    "gold": (GOLD, (310, 271, 233, 2190), (315, 276, 236, 2225)),
    "weather": (WEATHER, (38, 24, 33, 27), (41, 26, 35, 28)),
}


def side(text: str, outlet: str, after: timedelta = timedelta(0)) -> CopyText:
    return CopyText(fingerprint(text), outlet, NOON + after)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("outlet", ["الضفة", "السهل"])
def test_two_texts_of_one_form_are_not_one_however_much_they_share(name: str, outlet: str) -> None:
    form, these, those = PAIRS[name]
    one, other = side(form.format(*these), "الضفة"), side(form.format(*those), outlet, timedelta(hours=1))
    verdict = judge(one, other)
    assert verdict.share > 0.5
    assert verdict.relation is Relation.NONE


@pytest.mark.parametrize("name", PAIRS)
def test_an_edited_copy_of_a_form_is_a_copy(name: str) -> None:
    form, these, _ = PAIRS[name]
    text = form.format(*these)
    edited = "علم موقعنا أن " + text.replace("اليوم", "أمس") + " وسنوافيكم بالمزيد."
    assert judge(side(text, "الضفة"), side(edited, "السهل", timedelta(hours=1))).relation is Relation.COPY
    cut = text[: text.rindex("،")]
    assert judge(side(text, "الضفة"), side(cut, "السهل", timedelta(hours=1))).relation is Relation.COPY


def test_news_that_change_a_figure_are_no_form() -> None:
    news = "قالت فرق الإنقاذ إن {} أشخاص قتلوا في انهيار مبنى سكني في حي النخيل شرقي المدينة وإن البحث مستمر عن آخرين."
    assert not opens_as_form(news.split())
    one, other = side(news.format(3), "الضفة"), side(news.format(7), "السهل", timedelta(hours=1))
    assert judge(one, other).relation is Relation.COPY


def test_slots_are_places_and_persons() -> None:
    assert slots_of(["راشد", "بن", "سالم", "في", "الدمام"]) == {"راشد سالم", "الدمام"}
    assert slots_of(["بن"]) == frozenset()


def test_a_few_figures_and_words_for_figures_say_nothing() -> None:
    none = (frozenset[str](), frozenset[str]())
    assert not fills_otherwise(none, (frozenset("12"), frozenset("34")))
    assert not fills_otherwise(none, (frozenset({"خمسة", "ستة", "سبعة"}), frozenset("567")))
    assert not fills_otherwise(none, (frozenset("1234567"), frozenset("1234568")))
    assert fills_otherwise(none, (frozenset("1234"), frozenset("1267")))
    assert not fills_otherwise((frozenset("أب"), frozenset("أ")), (frozenset(), frozenset()))
    assert fills_otherwise((frozenset("أب"), frozenset("أج")), (frozenset(), frozenset()))
