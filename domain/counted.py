"""What news counts: the words that say that a number is of the dead, the injured, the arrested and so on."""

from dataclasses import dataclass

from domain.arabic import fold

DEAD, INJURED, CASUALTIES, ARRESTED, MISSING = "dead", "injured", "casualties", "arrested", "missing"
DISPLACED, EVACUATED, RESCUED, HOSTAGES, INFECTED = "displaced", "evacuated", "rescued", "hostages", "infected"
SURVIVORS, ABOARD = "survivors", "aboard"
LABELS = {
    DEAD: "قتلى", INJURED: "جرحى", CASUALTIES: "بين قتيل وجريح", ARRESTED: "موقوفين", MISSING: "مفقودين",
    DISPLACED: "نازحين", EVACUATED: "أُجلوا", RESCUED: "أُنقذوا", HOSTAGES: "رهائن", INFECTED: "إصابات بالعدوى",
    SURVIVORS: "ناجين", ABOARD: "على متنها",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    """How one thing is counted.

    `nouns` stand after the number, `doubles` mean two without a number, `before` are verbs and nouns of action before
    the number, `after` verbs that follow it.
    """

    nouns: str
    doubles: str
    before: str
    after: str = ""


_KINDS = {
    DEAD: _Words(
        "قتيل قتيلا قتلى قتيلة شهيد شهيدا شهداء وفاة وفيات ضحايا ضحية جثة جثث",
        "قتيلان قتيلين شهيدان شهيدين جثتان جثتين",
        "قتل مقتل قتلت مصرع وفاة استشهاد استشهد استشهدت قتلوا بمقتل بحياة أودى أودت اغتيال تقتل يقتل توفي توفيت",
        "قتلوا استشهدوا مصرعهم حتفهم قضوا لقوا",
    ),
    INJURED: _Words(
        "جريح جريحا جرحى مصاب مصابا مصابين مصابون إصابة",
        "جريحان جريحين مصابان",
        "إصابة أصيب أصيبت جرح جرحت إصابات بإصابة",
        "أصيبوا جرحوا بجروح بجراح",
    ),
    ARRESTED: _Words(
        "معتقل معتقلا معتقلين موقوف موقوفا موقوفين",
        "معتقلان",
        "اعتقال اعتقل اعتقلت اعتقلوا تعتقل يعتقل توقيف أوقفت أوقف القبض احتجاز احتجزت توقيفات",
        "اعتقلوا",
    ),
    MISSING: _Words("مفقود مفقودا مفقودين مفقودون", "مفقودان", "فقدان اختفاء", "مفقودين فقدوا"),
    DISPLACED: _Words("نازح نازحا نازحين مشرد مشردا مشردين", "", "نزوح نزح تشريد تشرد شردت تهجير فرار", "نزحوا"),
    EVACUATED: _Words("", "", "إجلاء أجلي أجلت إخلاء"),
    SURVIVORS: _Words("ناج ناجيا ناجين", "ناجيان", "نجاة نجا نجت", "نجوا"),
    ABOARD: _Words("راكب راكبا ركاب راكبة", "", ""),
    RESCUED: _Words("", "", "إنقاذ أنقذ أنقذت انتشال"),
    HOSTAGES: _Words("رهينة رهائن مخطوف مخطوفا مخطوفين مختطف مختطفا", "رهينتين رهينتان", "خطف اختطاف"),
}
_ONE_PERSON = (
    "شخص جندي طفل طفلة مدني شرطي رجل امرأة سيدة فتى فتاة شاب شابة فلسطيني فلسطينية إسرائيلي مستوطن عنصر ضابط مواطن"
    " صحفي صحافي صحافية طيار عامل سائح سائق راكب مسلح متظاهر مسعف ناشط مدنية رضيع مهاجر لاجئ رضيعة"
)
_TWO_PERSONS = (
    "شخصان جنديان طفلان طفلتان مدنيان شرطيان رجلان امرأتان سيدتان شابان فتاتان فلسطينيان إسرائيليان مستوطنان عنصران"
    " ضابطان مواطنان صحفيان صحافيان طياران عاملان سائحان مسلحان متظاهران مسعفان ناشطان مهاجران"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


NOUNS = {fold(word): kind for kind, told in _KINDS.items() for word in told.nouns.split()}
PLURALS = {"ال" + word: kind for word, kind in NOUNS.items()} | {
    fold(word): kind
    for kind, words in {
        DEAD: "القتلى الضحايا الوفيات الشهداء", INJURED: "الجرحى المصابين الإصابات", MISSING: "المفقودين",
        ARRESTED: "المعتقلين الموقوفين", DISPLACED: "النازحين المشردين",
    }.items()
    for word in words.split()
}  # fmt: skip
PAIRS = {fold(word): kind for kind, told in _KINDS.items() for word in told.doubles.split()}
BEFORE = {fold(word): kind for kind, told in _KINDS.items() for word in told.before.split()}
AFTER = {fold(word): kind for kind, told in _KINDS.items() for word in told.after.split()}
ONE_PERSON = _set(_ONE_PERSON)
# The accusative of a dual is that of a plural too where the plural ends in ين: those are left out.
TWO_PERSONS = _set(_TWO_PERSONS) | _set("شخصين جنديين طفلين طفلتين رجلين امرأتين سيدتين شابين فتاتين عنصرين ضابطين")
# What follows a number that counts no people.
NO_PEOPLE = _set(
    "عام عاما سنة سنوات سنين شهر شهرا أشهر شهور أسبوع أسابيع يوم يوما أيام ساعة ساعات دقيقة دقائق ثانية مرة مرات"
    " كيلومتر كيلومترا كيلومترات كلم كم متر مترا أمتار ميل ميلا درجة درجات بالمئة بالمائة المئة المائة دولار"
    " دولارا دولارات"
    " يورو ريال ريالا جنيه جنيها ليرة درهم دينار دينارا مليون مليار طن طنا هجوم هجوما هجمات غارة غارات"
    " صاروخ صاروخا صواريخ"
    " قذيفة قذائف طائرة طائرات سيارة سيارات حافلة مركبة منزل منزلا منازل مبنى قرية قرى مدينة مدن دولة دول ولاية ولايات"
    " محافظة محافظات عملية عمليات انفجار انفجارات تفجيرات تفجير حادث حوادث هدف أهداف نقطة نقاط فبراير يناير مارس أبريل"
    " مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر آب أيلول تموز حزيران أيار نيسان آذار شباط كانون تشرين"
    " رقم طلقة رصاصة رصاصات قارب قوارب زلزال هزة مدرسة مدارس كنيسة كنائس قاعدة قضية قضايا سفينة سفن دراجة"
)
# Before a number: it says when, where or of what age, not how many people.
NOT_BEFORE = _set("في خلال منذ عام سنة بعد قبل عمر عمره عمرها يوم رقم العمر الساعة بين عن فئة طراز بقوة قوة بنسبة نسبة")
AMONG = _set("بينهم ومنهم منهم بينهن وبينهم ضمنهم")
TO, FROM = fold("إلى"), fold("من")
DENIED = _set("لم لا دون بدون عدم ينفي تنفي نفت نفى")
ON_BOARD = _set("متنها متنه متن متنهما")
YEARS = _set("عام سنة العام")
BEFORE_NOW, SEIZED, ON = fold("قبل"), fold("القبض"), fold("على")
BETWEEN_BOTH = ((fold("قتيل"), fold("وجريح")), (fold("قتلى"), fold("وجرحى")), (fold("قتيل"), fold("ومصاب")))
LIFTED = _set("حصيلة عدد ارتفاع ارتفع ارتفعت ليرتفع لترتفع يرتفع ترتفع أعداد")
INFECTION = _set("كورونا بكورونا بفيروس فيروس الفيروس كوليرا بالكوليرا الكوليرا إيبولا بإيبولا الحصبة")
