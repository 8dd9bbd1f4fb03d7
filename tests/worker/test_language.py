"""Which language a text is in: its letters first, then the feed's word, then a classifier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.language import language_of

ARABIC = "أعلنت وزارة الزراعة في المدينة خطة جديدة لحماية البساتين من الجفاف خلال الصيف المقبل."
PERSIAN = "وزیر کشاورزی گفت که برنامه تازه‌ای برای نگهداری از باغ‌های پسته در برابر خشکسالی چیده‌اند."
URDU = "وزیر زراعت نے کہا ہے کہ باغات کو خشک سالی سے بچانے کے لیے نیا منصوبہ بنایا گیا ہے۔"
ENGLISH = "The ministry of agriculture announced a new plan to protect orchards from this summer's drought."
FRENCH = "Le ministère de l'agriculture a annoncé un nouveau plan pour protéger les vergers contre la sécheresse."


@pytest.mark.parametrize("said", ["", "ar", "en-US", "fr"])
def test_arabic_letters_are_believed_before_the_feed(said: str) -> None:
    assert language_of(ARABIC, said) == "ar"


@pytest.mark.parametrize(("text", "found"), [(PERSIAN, "fa"), (URDU, "ur"), (ENGLISH, "en"), (FRENCH, "fr")])
def test_other_languages_are_told_apart_whatever_the_feed_says(text: str, found: str) -> None:
    assert language_of(text, "ar") == found


def test_a_foreign_name_among_arabic_words_changes_nothing() -> None:
    assert language_of(f"{ARABIC} وقال Jean-Pierre Martin من شركة Grünfeld إن الخطة ممكنة.") == "ar"
    assert language_of(ARABIC.replace("بساتين", "پساتين")) == "ar"


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        ("", "", ""),
        ("", "ar-EG", "ar"),
        ("2-1", "AR", "ar"),
        ("غرق سفينة", "ar_LB", "ar"),
        ("غرق سفينة", "fa", "fa"),
        ("غرق سفينة", "ckb-IQ", "ckb"),
        ("غرق سفينة", "", ""),
        ("غرق سفينة", "en-US", ""),
        ("Live", "en-US", "en"),
    ],
)
def test_for_a_short_text_the_feeds_word_counts_unless_the_letters_gainsay_it(text: str, said: str, found: str) -> None:
    assert language_of(text, said) == found


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ("fa", "رئيس بلديه در ديدار با مردم گفت كه براي حل مشكل آب تلاش مي كند"),  # by an Arabic keyboard
        ("fa", "بارش برف در کوهستان از فردا آغاز می‌شود"),
        ("fa", "قیمت نان در بازارهای شهر افزایش یافت"),
        ("ur", "بارش سے شہر کے بازار بند رہے"),
        ("ps", "د ښار په بازار کې د مېوو بيې لوړې شوې دي"),
        ("ckb", "باران لە شاری ئێمە دەستی پێکرد و ڕێگاکان داخران"),
        ("ug", "شەھەردە يېڭى مەكتەپ ئېچىلدى ۋە ئوقۇغۇچىلار كەلدى"),
        ("sd", "ڳوٺ جي ماڻهن چيو آهي ته رستو ٻوڏ ۾ ڊهي ويو"),
    ],
)
@pytest.mark.parametrize("said", ["", "ar", "en-US"])
def test_languages_in_arabic_letters_are_not_arabic(found: str, text: str, said: str) -> None:
    assert language_of(text, said) == found


@pytest.mark.parametrize(
    "text",
    [
        "النهاردة البلدية قالت إن السوق مش هيفتح تاني بس الناس مش مصدقة الكلام ده",
        "شو صار اليوم بالحارة؟ الناس عم تحكي عن الخبز وما حدا عم يسمع",
        "شلونكم گالوا راح تمطر باچر بس ماكو غيم بالسما وچان الجو حار",
        "دابا البلدية گالت بلي غادي تفتح السوق ديال الحوت وحنا فرحانين بزاف",
        "برشا ناس قالوا الي السوق مسكر توة وما فمة حتى حل في ڨفصة",
        "وش السالفة؟ الحين يقولون السوق بيرجع زي أول من الأسبوع الجاي",
        "وزیر الزراعة یصل إلی الواحة في زیارة لبحث موسم التمور",  # Persian letters of an outlet's keyboard
        'رحبوا بلعبة "جديدة" عبر الهاتف و"الحاسوب" في بلدة صغيرة',
        "شاهد... ماذا فعل الحارس بقفاز لاعب مرافق له؟",
    ],
)
@pytest.mark.parametrize("said", ["", "ar-EG", "en-US", "arz"])
def test_dialects_are_arabic(text: str, said: str) -> None:
    assert language_of(text, said) == "ar"


@given(st.text(max_size=60), st.sampled_from(["", "ar", "en"]))
def test_any_text_gets_a_code_or_nothing(text: str, said: str) -> None:
    code = language_of(text, said)
    assert code == "" or (2 <= len(code) <= 3 and code.isalpha() and code.islower())
