import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.article import Basis, Text
from domain.errors import BadReference
from domain.topics import Profile, TopicIndex, analyse, calibrate, decide, judge, learn, measure, reason
from domain.topics.decide import facet_met

BRIDGE = Text(
    "انهيار جسر في مدينة الحديدة بعد اصطدام سفينة شحن",
    "انهار جسر معلق في ميناء الحديدة اليمنية فجر الثلاثاء بعد أن اصطدمت به سفينة شحن محملة بالقمح.\n"
    "وقالت السلطات المحلية إن فرق الإنقاذ انتشلت أربعة عمال من المياه، وإن البحث عن المفقودين مستمر.\n"
    "وأغلقت إدارة الميناء الممر الملاحي وفتحت تحقيقا مع قبطان السفينة وطاقمها.",
)
BRIDGE_LATER = Text(
    "التحقيق في انهيار جسر الحديدة يستجوب قبطان السفينة",
    "استجوب المحققون قبطان سفينة الشحن التي اصطدمت بجسر الحديدة وتسببت في انهياره.\n"
    "وعادت الملاحة إلى الميناء جزئيا، فيما انتشلت فرق الإنقاذ جثتي عاملين من المفقودين.",
)
SHIP = Text(
    "سفينة شحن تغادر ميناء عدن محملة بالقمح",
    "غادرت سفينة شحن ميناء عدن متجهة إلى جيبوتي بعد تفريغ حمولتها من القمح.\nوقال مدير الميناء إن الحركة طبيعية.",
)
ELECTION = Text(
    "المعارضة تفوز بالانتخابات البلدية في السنغال",
    "أعلنت لجنة الانتخابات في السنغال فوز مرشحي المعارضة بأغلب البلديات، ودعا الرئيس إلى احترام النتائج.\n"
    "وجرى الاقتراع في هدوء وراقبته بعثات من الاتحاد الأفريقي.",
)
KOREA = Text(
    "كوريا الشمالية تعلن دعمها لفلسطين في الأمم المتحدة",
    "أعلن مندوب كوريا الشمالية في الأمم المتحدة دعم بلاده لقيام دولة فلسطين وإدانة القصف على غزة.\n"
    "وقال إن بيونغ يانغ تقف مع الشعب الفلسطيني منذ عقود وإنها قدمت له السلاح والتدريب.",
)
KOREA_ONLY = Text(
    "كوريا الشمالية تطلق صاروخا نحو بحر اليابان",
    "أطلقت كوريا الشمالية صاروخا باليستيا سقط في بحر اليابان، وقالت بيونغ يانغ إنه رد على مناورات سول وواشنطن.",
)
PALESTINE_ONLY = Text(
    "الأمم المتحدة تدعو إلى وقف القصف على غزة",
    "دعا الأمين العام للأمم المتحدة إلى وقف القصف على غزة وإدخال المساعدات، وقال إن الشعب الفلسطيني يعيش كارثة.",
)
RETURN = Text(
    "قافلة تغادر المخيم",
    "غادرت المخيم صباح السبت قافلة تقل عشرات اللاجئين في طريق عودة نظمتها البلدية إلى قراهم بعد سنوات من الغياب.",
)


@pytest.fixture(scope="module")
def bridge():
    return learn("انهيار جسر الحديدة", [BRIDGE])


@pytest.fixture(scope="module")
def korea():
    return learn("كوريا الشمالية وفلسطين", [KOREA])


def test_an_article_on_the_topic_matches_and_others_do_not(bridge):
    assert decide(bridge, analyse(BRIDGE_LATER)).match
    assert not decide(bridge, analyse(SHIP)).match
    assert decide(bridge, analyse(ELECTION)).score < decide(bridge, analyse(SHIP)).score < 0.4


def test_each_half_of_a_conjunction_alone_is_no_match(korea):
    assert decide(korea, analyse(KOREA)).match
    assert not decide(korea, analyse(KOREA_ONLY)).match
    assert not decide(korea, analyse(PALESTINE_ONLY)).match


def test_an_expression_of_two_words_weighs_as_one_facet(korea):
    weights = {facet.stem: facet.weight for facet in korea.facets}
    assert weights["كور شمال"] == pytest.approx(0.5, abs=0.15)
    assert len(weights) == 2


def test_an_expression_counts_little_where_its_words_stand_apart(korea):
    apart = replace(KOREA, title="كوريا وفلسطين في الأمم المتحدة", body=KOREA.body.replace("الشمالية", "الجنوبية"))
    north = replace(apart, body=apart.body + "\nوتهطل الأمطار على المناطق الشمالية.")
    (facet,) = [facet for facet in korea.facets if " " in facet.stem]
    whole, parts, none = (facet_met(facet, analyse(text)) for text in (KOREA, north, apart))
    assert whole > 2 * parts > parts > none


def test_words_that_tell_of_the_same_thing_count_for_a_facet_but_less():
    profile = learn("عودة اللاجئين", [RETURN])
    own, kin, other = (
        analyse(replace(RETURN, title="", body=RETURN.body.replace("اللاجئين", word)))
        for word in ("اللاجئين", "النازحين", "الصيادين")
    )
    (facet,) = [facet for facet in profile.facets if facet.surface == "اللاجئين"]
    assert facet_met(facet, own) > facet_met(facet, kin) > facet_met(facet, other) == 0


def test_a_word_that_fits_any_topic_weighs_less_in_a_name():
    text = Text(
        "موقف السنغال من الصيد", "قال وزير السنغال إن موقف بلاده من اتفاق الصيد مع الاتحاد الأوروبي لم يتغير بعد."
    )
    weights = {facet.surface: facet.weight for facet in learn("موقف السنغال من الصيد", [text]).facets}
    assert weights["موقف"] < 0.5 * min(weights["السنغال"], weights["الصيد"])


def test_in_a_long_article_a_facet_takes_more_words(bridge):
    long = replace(BRIDGE, body=BRIDGE.body + "\nوقال شهود إنهم رأوا ما حدث." * 80)
    assert decide(bridge, analyse(long)).coverage < decide(bridge, analyse(BRIDGE)).coverage


def test_the_line_is_at_one_half(bridge):
    for text in (BRIDGE, BRIDGE_LATER, SHIP, ELECTION, KOREA):
        decision = decide(bridge, analyse(text))
        assert decision.match == (decision.score >= 0.5) == (decision.margin >= 0)
        assert not (decision.match and decision.near)
        assert 0 <= decision.score < 1


def test_a_name_spelt_otherwise_is_the_same_facet():
    text = Text(
        "الاتحاد يقيل المدرب لوبيتيغي",
        "أقال الاتحاد مدرب المنتخب لوبيتيغي قبل المباراة الأولى في البطولة وعين هييرو خلفا له بعد اجتماع طارئ.",
    )
    profile = learn("إقالة لوبيتيغي", [text])
    same = replace(text, title=text.title.replace("غي", "جي"), body=text.body.replace("لوبيتيغي", "لوبتيجي"))
    other = replace(text, title=text.title.replace("لوبيتيغي", "فيليب"), body=text.body.replace("لوبيتيغي", "فيليب"))
    assert decide(profile, analyse(same)).coverage == pytest.approx(decide(profile, analyse(text)).coverage)
    assert decide(profile, analyse(other)).coverage < 0.7 * decide(profile, analyse(same)).coverage


def test_profiles_survive_json(bridge):
    calibrated = calibrate(bridge, [0.1, 0.2], Basis.SUMMARY)
    assert Profile.from_json(json.loads(json.dumps(calibrated.to_json()))) == calibrated


@pytest.mark.parametrize("data", [{}, {"name": 3}, {"name": "x", "terms": [["a"]], "facets": []}])
def test_what_is_no_profile_is_refused(data):
    with pytest.raises(ValueError, match="not the profile"):
        Profile.from_json(data)


def test_learning_is_deterministic_and_shows_forms_as_written(bridge):
    assert learn("انهيار جسر الحديدة", [BRIDGE]) == bridge
    assert [facet.surface for facet in bridge.facets] == ["انهيار", "جسر", "الحديدة"]
    assert "سفينة" in [term.surface for term in bridge.terms[:12]]
    assert sum(term.weight**2 for term in bridge.terms) == pytest.approx(1, abs=1e-4)
    assert sum(facet.weight for facet in bridge.facets) == pytest.approx(1, abs=1e-4)


def test_several_references_teach_more_than_one():
    both = learn("انهيار جسر الحديدة", [BRIDGE, BRIDGE_LATER])
    assert {"قبطان", "جثتي"} <= {term.surface for term in both.terms}


def test_without_the_name_title_and_text_give_the_facets():
    profile = learn("أي اسم", [BRIDGE], by_name=False)
    assert not profile.named
    assert {"جسر", "سفينة"} <= {facet.surface for facet in profile.facets}
    assert decide(profile, analyse(BRIDGE_LATER)).score > decide(profile, analyse(SHIP)).score


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (Text("", ""), "empty"),
        (Text("", " \n…"), "empty"),
        (Text("Bridge collapses", "A cargo ship hit a bridge and four workers were rescued from the water."), "Arabic"),
        (Text("انهيار جسر", ""), "words that tell"),
        (Text("", "من في على إلى عن مع هذا هذه ذلك التي الذي كان كانت"), "words that tell"),
        (Text("أسعار الذهب", "عيار 24 3120 3150\nعيار 21 2730 2755\nعيار 18 2340 2361\nأوقية 97000 97900"), "a table"),
    ],
)
def test_a_poor_reference_is_refused(text, why):
    with pytest.raises(BadReference, match=why):
        learn("اسم", [text])


@pytest.mark.parametrize("count", [0, 501])
def test_too_few_or_many_references_are_refused(count):
    with pytest.raises(BadReference, match="reference article"):
        learn("اسم", [BRIDGE] * count)


def test_five_hundred_references_make_a_topic_of_the_usual_size():
    profile = learn("انهيار جسر الحديدة", [BRIDGE, BRIDGE_LATER] * 250)
    assert len(profile.terms) <= 80
    assert decide(profile, analyse(BRIDGE_LATER)).match
    assert not decide(profile, analyse(SHIP)).match


def test_a_huge_reference_is_cut():
    profile = learn("انهيار جسر الحديدة", [replace(BRIDGE, body=BRIDGE.body + " كلام" * 400_000)])
    assert len(profile.terms) <= 80


def test_calibration_follows_the_stored_articles(bridge):
    few = calibrate(bridge, [0.9, 0.0, 0.0])
    many = calibrate(bridge, [0.6] * 100 + [0.01] * 99_900)
    assert few.level(Basis.FULL) < 0.4 < 0.5 < many.level(Basis.FULL)
    assert calibrate(bridge, [1.0, 0.96, 0.3]) == calibrate(bridge, [0.3])
    assert calibrate(bridge, []).level(Basis.FULL) == pytest.approx(0.26)


def test_a_basis_not_measured_follows_the_full_texts(bridge):
    raised = calibrate(bridge, [0.6] * 100 + [0.01] * 99_900)
    assert raised.level(Basis.HEADLINE) > bridge.level(Basis.HEADLINE)
    lowered = calibrate(raised, [0.05] * 100_000, Basis.HEADLINE)
    assert lowered.level(Basis.HEADLINE) < bridge.level(Basis.HEADLINE)
    assert lowered.level(Basis.FULL) == raised.level(Basis.FULL)


def test_a_higher_level_lowers_the_score(bridge):
    measured = measure(bridge, analyse(BRIDGE_LATER))
    raised = calibrate(bridge, [0.6] * 100 + [0.01] * 99_900)
    assert judge(raised, measured, Basis.FULL).score < judge(bridge, measured, Basis.FULL).score


def test_the_reason_points_at_the_words_of_the_article(bridge):
    analysis = analyse(BRIDGE_LATER)
    said = reason(bridge, BRIDGE_LATER, analysis, decide(bridge, analysis))
    parts = {"title": BRIDGE_LATER.title, "body": BRIDGE_LATER.body}
    assert said["terms"]
    assert all(parts[t["field"]][t["start"] : t["end"]] == t["surface"] for t in said["terms"])
    assert {"جسر", "الحديدة"} <= {t["surface"] for t in said["terms"] if t["name"]}
    assert said["sentence"]["text"].startswith("استجوب المحققون")
    assert BRIDGE_LATER.body[said["sentence"]["start"] : said["sentence"]["end"]] == said["sentence"]["text"]
    assert said["missing"] == []
    assert json.loads(json.dumps(said)) == said


def test_the_reason_names_what_is_missing(korea):
    analysis = analyse(KOREA_ONLY)
    said = reason(korea, KOREA_ONLY, analysis, decide(korea, analysis))
    assert said["missing"] == ["لفلسطين"] or said["missing"] == ["وفلسطين"]


TEXTS = [BRIDGE, BRIDGE_LATER, SHIP, ELECTION, KOREA, KOREA_ONLY, PALESTINE_ONLY]
NAMES = ["انهيار جسر", "سفينة شحن", "انتخابات السنغال", "كوريا الشمالية", "قصف غزة"]


topics = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(TEXTS),
    st.booleans(),
    st.floats(0.01, 0.6),
    st.sampled_from([0.3, 1.0, 3.0]),
)


def made(name, text, named, level, line):
    return replace(learn(name, [text], by_name=named), levels={"full": level}, line=line)


def each_asked(profiles, analysis):
    each = [(key, decide(profiles[key], analysis)) for key in sorted(profiles)]
    return [(key, decision) for key, decision in each if decision.match or decision.near]


@settings(deadline=None, max_examples=60)
@given(st.lists(topics, max_size=8), st.sampled_from(Basis))
def test_the_index_decides_as_each_topic_does(choices, basis):
    profiles = {10 + n: made(*choice) for n, choice in enumerate(choices)}
    index = TopicIndex(profiles)
    for text in TEXTS:
        analysis = analyse(replace(text, basis=basis))
        assert index.decide(analysis) == each_asked(profiles, analysis)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 9), st.none() | topics), max_size=30), st.sampled_from([0, 2, 500]), st.data())
def test_an_index_that_was_changed_decides_as_a_new_one(changes, fresh, data):
    profiles, index = {}, TopicIndex()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("domain.topics.index._FRESH", fresh)
        for key, choice in changes:
            if choice is None:
                profiles.pop(key, None)
                index.drop([key])
            else:
                profiles[key] = made(*choice)
                index.put([(key, profiles[key])])
            analysis = analyse(data.draw(st.sampled_from(TEXTS)))
            assert index.decide(analysis) == each_asked(profiles, analysis)
    assert len(index) == len(profiles)
    assert all(index.profile(key) == profile for key, profile in profiles.items())


def test_the_index_decides_as_each_of_many_topics_does():
    chance = random.Random(5)
    words = [f"كلمة{a}{b}" for a in "سشصضطظعغ" for b in "فقكلمنهوي"]
    texts = [Text(" ".join(chance.choices(words, k=5)), " ".join(chance.choices(words, k=120))) for _ in range(250)]
    bases = [(replace(text, basis=chance.choice(list(Basis)))) for text in texts]
    profiles = {n: made(text.title, text, n % 3 > 0, 0.05 + n / 800, 1.0) for n, text in enumerate(texts)}
    index = TopicIndex(profiles)
    found = 0
    for analysis in map(analyse, bases):
        expected = each_asked(profiles, analysis)
        assert index.decide(analysis) == expected
        found += len(expected)
    assert found > 300


def test_a_topic_comes_to_the_index_once():
    profile = learn(NAMES[0], [BRIDGE])
    with pytest.raises(ValueError, match="twice"):
        TopicIndex([(1, profile), (1, profile)])
