"""Credits: the marks of agencies in datelines, at feet and in bylines, and what only looks like one."""

import pytest

from domain.agencies import agencies, agency_name, agency_of_outlet
from domain.credits import credit_of

TEXT = "افتتحت الوزارة المركز الجديد صباح اليوم بحضور السكان."


def found(body: str, outlet: str = "النهار الجديد", author: str = "", title: str = "") -> tuple[str, str]:
    credit = credit_of(title, body, outlet, author)
    return (credit.agency, credit.place) if credit else ("", "")


@pytest.mark.parametrize(
    ("start", "agency"),
    [
        ("دبي - رويترز: ", "reuters"), ("رويترز- لندن: ", "reuters"), ("واشنطن ـ (رويترز): ", "reuters"),
        ("القدس (أ ف ب) - ", "afp"), ("باريس - أ.ف.ب: ", "afp"), ("باريس (فرانس برس) – ", "afp"),
        ("برلين – د ب أ – ", "dpa"), ("* بكين - (د.ب.أ): ", "dpa"), ("نيويورك - أ ب: ", "ap"),
        ("إسطنبول / سامر علي / الأناضول\n", "anadolu"), ("الرياض – واس\n", "spa"), ("واس - جدة: ", "spa"),
        ("أبها 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس\n", "spa"), ("أبوظبي في 5 مايو / وام / ", "wam"),
        ("الدوحة في 5 مايو /قنا/ ", "qna"), ("الدوحة - قنا: ", "qna"), ("الكويت - 5 - 8 (كونا) -- ", "kuna"),
        ("عمان 5 أيار (بترا)- ", "petra"), ("القاهرة في 5 مايو / أ ش أ / ", "mena"), ("دمشق-سانا\n", "sana"),
        ("رام الله 5-5-2018 وفا- ", "wafa"), ("بيت لحم- معا- ", "maan"), ("المنامة في 5 مايو / بنا / ", "bna"),
        ("مسقط في 5 مايو /العمانية/ ", "ona"), ("تونس (وات) - ", "tap"), ("الخرطوم (سونا)- ", "suna"),
        ("بغداد/ واع/ ", "ina"), ("بكين (شينخوا) -- ", "xinhua"), ("موسكو - سبوتنيك. ", "sputnik"),
        ("طهران (إرنا) - ", "irna"), ("الرباط (و م ع) - ", "map"), ("PARIS (AFP) — ", "afp"),
        ("LONDON (Reuters) - ", "reuters"),
        ("النهار الجديد – وكالات: ", "agencies"), ("بيروت - رويترز ووكالات: ", "reuters"),
        ("الرِّيَاض - واس: ", "spa"), ("\u202bدبي - رويـــترز: ", "reuters"),
        ("اتفاق جديد بين الشركتين\n\nباريس - أ.ف.ب: ", "afp"),
        ("القاهرة ـ رويترز: ", "reuters"), ("بيروت - «رويترز»: ", "reuters"), ("لندن: «رويترز» ", "reuters"),
        ("غزة – «وفا»: ", "wafa"), ("القاهرة 3 مارس 2026 (شينخوا) ", "xinhua"), ("وطنية - بيروت - ", "nna"),
        ("واشنطن، 3 مارس/آذار (رويترز) ", "reuters"), ("موسكو، 3 آذار (تاس) ", "tass"),
        ("وكالة الأناضول للأنباء - ", "anadolu"), ("باريس، (اف ب)، ", "afp"), ("الرباط /3 مارس 2026 (ومع)/ ", "map"),
    ],
)  # fmt: skip
def test_a_dateline_credits(start: str, agency: str) -> None:
    assert found(start + TEXT) == (agency, "head")


@pytest.mark.parametrize(
    ("end", "agency"),
    [
        (" (رويترز)", "reuters"), (" «رويترز»", "reuters"), (' "أ ب"', "ap"), (" «الفرنسية»", "afp"), (" (واس)", "spa"),
        ("\nالنهار الجديد/ أ ف ب", "afp"), ("\n\nالمصدر: رويترز", "reuters"), ("\nالمصدر: وكالات", "agencies"),
        ("\n(أ ف ب، رويترز)", "afp"), ("\nرويترز", "reuters"), ("\n// انتهى //\n18:07 ت م", "spa"),
        ("\n//قنا//", "qna"), ("\nنقلا عن رويترز", "reuters"), ("\nمصدر الخبر: رويترز", "reuters"),
        ("\nنقلاً عن: أ ف ب", "afp"), ("\n(إعداد سامر علي للنشرة العربية - تحرير خالد سالم)", "reuters"),
    ],
)  # fmt: skip
def test_a_foot_credits(end: str, agency: str) -> None:
    body = f"{TEXT}\n" * 4 + TEXT + end
    assert found(body) == (agency, "foot")


@pytest.mark.parametrize(
    ("author", "agency"),
    [
        ("رويترز", "reuters"), ("دبي - رويترز", "reuters"), ("أ ف ب / وكالات", "afp"), ("القاهرة (أ ش أ)", "mena"),
        ("الدوحة - قنا", "qna"), ("بترا - عمان", "petra"), ("القاهرة ـ أ ش أ", "mena"),
        ("Reuters", "reuters"), ("وفا", "wafa"), ("وكالات - أبوظبي", "agencies"), ("وكالة الأناضول", "anadolu"),
    ],
)  # fmt: skip
def test_a_byline_credits(author: str, agency: str) -> None:
    assert found(TEXT, author=author) == (agency, "byline")


@pytest.mark.parametrize(
    "body",
    [
        "قالت رويترز إن المفاوضات تأجلت إلى الأسبوع المقبل.",
        "رويترز تبيع مبناها القديم في لندن إلى شركة عقارية.",
        "نقلت وكالة الأنباء السعودية (واس) عن مصدر في الوزارة أن الطريق أغلق.",
        "تأجلت المفاوضات. وجاء ذلك وفق ما نقلت «رويترز».",
        'تأجلت المفاوضات، حسب ما ذكرت "رويترز".',
        "تأجلت المفاوضات، بحسب وكالة الأنباء الإماراتية (وام).",
        'قال المصدر لـ"رويترز".',
        "قنا - محمد سالم: افتتح محافظ قنا المدرسة الجديدة.",
        "وفا بوعده الرئيس - كما قال - وعاد إلى قريته.",
        "وفاء الأصدقاء - قصة قصيرة من الريف.",
        "واسط - خالد جاسم: افتتحت المدرسة.",
        "بنا - شركة للمقاولات - تعلن أرباحها.",
        "معا - نحو مدينة خضراء - شعار الحملة.",
        "سونا وسباحة - ناد جديد في المدينة.",
        "لانا - ممثلة شابة - تعود إلى المسرح.",
        "تمر الحافلة عبر مدن الوادي: أسيوط / سوهاج / قنا / الأقصر.",
        "في هضبة الأناضول مدن قديمة كثيرة.",
        "شركة «رويترز» تعلن عن نتائجها السنوية.",
        "وطنية - فرقة مسرحية - تعود إلى الخشبة.",
        f"صورة (رويترز)\n{TEXT}\n{TEXT}",
        f"تصوير: رويترز\n{TEXT}\n{TEXT}",
        f"{TEXT}\n{TEXT}\nنقلا عن رويترز قال الوزير إن المركز يفتح غدا.",
        "نشرت الصحيفة «الفرنسية» مقالا عن السوق.",
        f"{TEXT}\n(الصور من واس)",
        TEXT,
        "",
    ],
)
def test_what_only_names_an_agency_is_no_credit(body: str) -> None:
    assert found(body) == ("", "")


@pytest.mark.parametrize(
    "author", ["وفاء أحمد", "محمد بنا", "قنا - محمد سالم", "خالد رويترز الحسني الطويل جدا الذي كتب هذا النص اليوم", ""]
)
def test_people_are_no_agencies(author: str) -> None:
    assert found(TEXT, author=author) == ("", "")


def test_a_mark_at_the_end_of_the_headline_credits() -> None:
    assert found(TEXT, title="افتتاح مركز جديد (رويترز)") == ("reuters", "head")
    assert found(TEXT, title="رويترز: افتتاح مركز جديد") == ("", "")


def test_an_agency_is_its_own_origin_unless_it_credits_another() -> None:
    assert found(TEXT, outlet="واس") == found(TEXT, outlet="spa.gov.sa") == ("spa", "outlet")
    assert found(f"الرياض - واس: {TEXT}", outlet="www.spa.gov.sa") == ("spa", "outlet")
    assert found(f"باريس - رويترز: {TEXT}", outlet="واس") == ("reuters", "head")


def test_an_outlet_that_names_itself_says_so() -> None:
    assert found(f"النهار الجديد – جدة: {TEXT}") == ("own", "head")
    assert found(f"سالم عمر - النهار الجديد - جدة: {TEXT}") == ("own", "head")
    assert found(f"النهار الجديد – متابعات: {TEXT}") == ("", "")


def test_all_agencies_named_are_kept() -> None:
    credit = credit_of("", f"{TEXT}\n{TEXT}\nالنهار/ أ ف ب/ رويترز", "النهار")
    assert credit is not None
    assert (credit.agency, credit.others, credit.spelling) == ("afp", ("reuters",), "أ ف ب")


def test_the_mark_of_a_picture_above_the_text_is_no_credit() -> None:
    assert found(f"{TEXT}\n(أ ف ب)\n{TEXT}\n{TEXT}") == ("", "")


def test_the_list_is_sound() -> None:
    told = agencies()
    spellings = [(spelling, key) for key, agency in told.items() for spelling in agency.spellings]
    assert len({spelling for spelling, _ in spellings}) == len(spellings)
    assert len(told) > 40
    assert (agency_name("qna"), agency_name("none")) == ("قنا", "none")
    assert (agency_of_outlet("WWW.wam.ae"), agency_of_outlet("النهار")) == ("wam", "")
