"""Which articles tell one event: pairs and stories in Arabic that were written for this."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.stories import JOINED, STAYS, WINDOW, Gist, alike, belonging, choose, develops, gist, gist_of, unpack

HOUR = 3600.0
QUAKE = (
    "زلزال بقوة 6.2 درجات يضرب جزيرة لومبوك الإندونيسية",
    "ضرب زلزال عنيف جزيرة لومبوك السياحية في إندونيسيا فجر الأحد، وقال مسؤولون إن سبعة أشخاص قتلوا تحت أنقاض منازلهم. "
    "وشعر سكان جزيرة بالي المجاورة بالهزة، وأصدرت هيئة الأرصاد تحذيرا من موجات مد عاتية ثم رفعته بعد ساعتين.",
)
QUAKE_TOO = (
    "قتلى في هزة أرضية عنيفة بلومبوك في إندونيسيا",
    "أعلنت السلطات الإندونيسية مقتل سبعة أشخاص في زلزال شديد هز جزيرة لومبوك صباح اليوم، وخرج السياح من الفنادق. "
    "وقالت هيئة الأرصاد إن الزلزال كان على عمق عشرة كيلومترات ولم تقع موجات مد.",
)
VOTE = (
    "البرلمان التونسي يمنح الثقة للحكومة الجديدة",
    "صوت نواب البرلمان التونسي مساء الأحد على منح الثقة لحكومة جديدة من خمسة عشر وزيرا بعد جلسة استمرت عشر ساعات، "
    "وتعهد رئيس الحكومة بإصلاحات اقتصادية وبخفض عجز الموازنة.",
)


def told(article: tuple[str, str], at: float = 0.0) -> Gist:
    return gist_of(*article, at)


def test_two_reports_of_one_event_are_alike_and_two_events_are_not() -> None:
    quake, too, vote = told(QUAKE), told(QUAKE_TOO, HOUR), told(VOTE, HOUR)
    assert alike(quake, too) > JOINED > 0.2 > alike(quake, vote)
    assert alike(quake, too) == pytest.approx(alike(too, quake))


def test_time_takes_reports_apart() -> None:
    quake = told(QUAKE)
    hours = [alike(quake, told(QUAKE_TOO, at)) for at in (0, 12 * HOUR, WINDOW, WINDOW + 1)]
    assert hours == sorted(hours, reverse=True)
    assert hours[-1] == 0.0


def test_a_story_is_more_than_its_best_member() -> None:
    quake, too, vote = told(QUAKE), told(QUAKE_TOO), told(VOTE)
    assert belonging(quake, [too]) == pytest.approx(alike(quake, too))
    assert belonging(quake, [too, vote, vote]) < belonging(quake, [too])
    assert belonging(quake, []) == 0.0


def test_the_better_story_is_chosen_and_of_equals_the_older() -> None:
    quake, too, vote = told(QUAKE), told(QUAKE_TOO), told(VOTE)
    assert choose(quake, {4: [vote], 9: [too]}) == 9
    assert choose(quake, {9: [too], 4: [too]}) == 4
    assert choose(quake, {4: [vote]}) == 0
    assert choose(quake, {}) == 0


def test_an_article_leaves_its_story_less_easily_than_it_comes_to_one() -> None:
    middle = (JOINED + STAYS) / 2

    def fits(article: Gist, members: object) -> float:
        return middle

    quake = told(QUAKE)
    assert choose(quake, {4: [quake]}, fits=fits) == 0
    assert choose(quake, {4: [quake]}, now_in=4, fits=fits) == 4


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.floats(0, 1, width=32), max_size=48), st.floats(-1e9, 4e9))
def test_a_gist_is_the_same_out_of_its_bytes(terms: dict[int, float], at: float) -> None:
    made = Gist(at, terms, terms, frozenset(list(terms)[:5]))
    assert unpack(made.packed()) == made
    assert all(0 <= key < 2**63 for key in made.keys)


def test_an_article_without_words_has_no_keys() -> None:
    empty = gist("", [], [], 0.0)
    assert (empty.keys, alike(empty, empty)) == ((), 0.0)
    assert unpack(empty.packed()) == empty


@pytest.mark.parametrize(
    "title",
    [
        "أسعار الذهب اليوم في مصر",
        "سعر الدولار اليوم السبت في البنوك",
        "طقس الثلاثاء: أمطار متفرقة",
        "حالة الطقس المتوقعة غدا",
        "مباريات اليوم والقنوات الناقلة",
        "مواعيد مباريات الجمعة",
        "موجز أخبار المساء",
        "جولة الصحافة: العراق بعد الانتخابات",
    ],
)
def test_what_comes_anew_every_day_is_no_event(title: str) -> None:
    article = told((title, QUAKE[1]))
    assert (article.keys, alike(article, article)) == ((), 0.0)


@pytest.mark.parametrize("title", ["أسعار النفط تقفز بعد قرار أوبك", "عاصفة ثلجية تغلق مدارس بيروت", "مباراة تاريخية"])
def test_an_event_among_prices_weather_and_matches_is_one(title: str) -> None:
    assert told((title, QUAKE[1])).keys


def test_one_sentence_about_two_countries_is_two_events() -> None:
    body = "بعث رئيس الوزراء برقية تهنئة بمناسبة ذكرى اليوم الوطني لبلاده، متمنيا لشعبها دوام التقدم والازدهار."
    lines = ["رئيس الوزراء يهنئ رئيس جيبوتي بذكرى اليوم الوطني", "رئيس الوزراء يهنئ رئيس بيرو بذكرى اليوم الوطني"]
    one, other = (told((line, body)) for line in lines)
    assert alike(one, other) == 0.0
    assert alike(one, told((lines[0], body), HOUR)) > JOINED


def test_a_story_grows_old() -> None:
    quake, late = told(QUAKE), told(QUAKE_TOO, WINDOW)
    near = told(QUAKE_TOO, WINDOW - HOUR)
    assert belonging(late, [near, quake]) < (alike(late, near) + (alike(late, near) + alike(late, quake)) / 2) / 2


AID = (
    "طائرات مساعدات تصل إلى لومبوك بعد الزلزال",
    "حطت أربع طائرات تحمل خياما وأدوية في مطار لومبوك، وقال الهلال الأحمر إن آلاف النازحين ينتظرون الماء في الملاعب "
    "منذ يومين، وإن الطرق إلى القرى الشمالية ما زالت مقطوعة.",
)


def test_a_development_is_like_nothing_that_was_told() -> None:
    quake, too, aid = told(QUAKE), told(QUAKE_TOO, HOUR), told(AID, 2 * HOUR)
    assert not develops(too, [quake])
    assert develops(aid, [quake, too])
    assert not develops(told(AID, 3 * HOUR), [quake, aid]), "that was told"
    assert not develops(aid, []), "with nothing to compare there is none"
    assert not develops(gist("", [], [], HOUR), [quake])


def test_the_longer_nothing_was_told_the_less_must_differ() -> None:
    first, close = Gist(0.0, {1: 1.0}, {}), {1: 0.65, 2: 0.76}
    assert not develops(Gist(HOUR, close, {}), [first])
    assert develops(Gist(24 * HOUR, close, {}), [first])
    assert not develops(Gist(24 * HOUR, close, {}), [first, Gist(23 * HOUR, close, {})])
