import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.article import Basis, Text
from domain.topics import (
    Decision,
    Judged,
    Profile,
    TopicIndex,
    analyse,
    ask_next,
    calibrate,
    decide,
    learn,
    refine,
)
from domain.topics.line import best_line

STRIKE = Text(
    "إضراب عمال مصنع النسيج في المحلة",
    "دخل عمال مصنع النسيج في المحلة إضرابا مفتوحا للمطالبة بصرف الحوافز المتأخرة وتحسين الأجور.\n"
    "وقال ممثل النقابة إن الإدارة رفضت التفاوض، وإن الإضراب مستمر حتى صرف المستحقات.",
)
SIT_IN = Text(
    "عاملات الغزل في المحلة يعتصمن أمام الشركة",
    "اعتصمت مئات العاملات في شركة الغزل أمام البوابة احتجاجا على تأخر الحوافز، وانضم إليهن عمال النسيج المضربون.\n"
    "وقالت النقابة إن الاعتصام يتواصل بعد فشل التفاوض مع الإدارة.",
)
SIT_IN_LATER = Text(
    "اعتصام الغزل يدخل يومه العاشر بعد فشل التفاوض",
    "واصلت العاملات الاعتصام أمام بوابة شركة الغزل، وقالت النقابة إن الإدارة لم تصرف الحوافز.",
)
TEACHERS = Text(
    "إضراب المعلمين في تونس",
    "نفذ المعلمون إضرابا عاما في تونس للمطالبة بتحسين الأجور وصرف المستحقات، وقالت النقابة إن التفاوض متوقف.",
)
MATCH = Text("فريق المحلة يفوز على ضيفه", "فاز فريق المحلة بهدفين في الدوري، وسجل المهاجم الهدفين في الشوط الثاني.")
TEXTS = [STRIKE, SIT_IN, SIT_IN_LATER, TEACHERS, MATCH]


@pytest.fixture(scope="module")
def strike():
    return learn("إضراب عمال النسيج", [STRIKE])


def test_a_relevant_verdict_brings_in_that_article_and_those_like_it(strike):
    assert not decide(strike, analyse(SIT_IN)).match
    refined = refine(strike, [Judged(SIT_IN, True)])
    assert decide(refined, analyse(SIT_IN)).match
    assert decide(refined, analyse(STRIKE)).match
    assert decide(refined, analyse(SIT_IN_LATER)).score > decide(strike, analyse(SIT_IN_LATER)).score
    assert "الاعتصام" in {term.surface for term in refined.terms} or "اعتصمت" in {t.surface for t in refined.terms}


def test_an_irrelevant_verdict_takes_that_article_out(strike):
    low = replace(strike, levels={"full": 0.05})
    assert decide(low, analyse(TEACHERS)).match
    refined = refine(low, [Judged(TEACHERS, False)])
    assert not decide(refined, analyse(TEACHERS)).match
    assert decide(refined, analyse(STRIKE)).match


def test_verdicts_fall_on_their_sides_after_calibration_too(strike):
    judged = [Judged(SIT_IN, True), Judged(TEACHERS, False), Judged(MATCH, False)]
    for levels in ([0.6] * 100, [0.01] * 100, []):
        refined = calibrate(refine(strike, judged), levels)
        assert [decide(refined, analyse(j.text)).match for j in judged] == [True, False, False]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(TEXTS), st.booleans()), max_size=8), st.randoms())
def test_the_order_of_verdicts_does_not_matter(strike, choices, dice: random.Random):
    judged = [Judged(text, relevant) for text, relevant in choices]
    shuffled = dice.sample(judged, len(judged))
    assert refine(strike, judged) == refine(strike, shuffled)


def test_verdicts_that_contradict_each_other_cancel(strike):
    both = [Judged(SIT_IN, True), Judged(SIT_IN, False)]
    assert refine(strike, both) == strike
    assert refine(strike, [*both, Judged(TEACHERS, False)]) == refine(strike, [Judged(TEACHERS, False)])


def test_the_same_articles_judged_both_ways_leave_the_reference_matched(strike):
    copies = [replace(STRIKE, body=STRIKE.body + f"\nمراسلنا رقم {n}.") for n in range(6)]
    refined = refine(strike, [Judged(text, n % 2 == 0) for n, text in enumerate(copies)])
    assert decide(refined, analyse(STRIKE)).match
    assert not decide(refined, analyse(MATCH)).match


def test_a_verdict_is_withdrawn_by_leaving_it_out(strike):
    assert refine(strike, []) == strike
    assert refine(strike, [Judged(SIT_IN, True)]) != strike


def test_levels_are_kept_and_weights_stay_normal(strike):
    calibrated = calibrate(strike, [0.3] * 50, Basis.SUMMARY)
    refined = refine(calibrated, [Judged(SIT_IN, True), Judged(TEACHERS, False)])
    assert refined.levels == calibrated.levels
    assert sum(term.weight**2 for term in refined.terms) == pytest.approx(1, abs=1e-4)
    assert sum(facet.weight for facet in refined.facets) == pytest.approx(1, abs=1e-4)


def test_refined_profiles_survive_json_and_older_ones_are_read(strike):
    refined = refine(strike, [Judged(SIT_IN, True), Judged(TEACHERS, False)])
    assert Profile.from_json(json.loads(json.dumps(refined.to_json()))) == refined
    old = strike.to_json()
    del old["line"], old["verdicts"]
    assert Profile.from_json(old) == strike
    with pytest.raises(ValueError, match="not a"):
        Profile.from_json({**old, "verdicts": [["x"]]})


def test_the_line_moves_only_as_far_as_the_verdicts_ask():
    assert best_line([]) == 1
    assert best_line([(2.0, True), (0.5, False)]) == 1
    assert 0.5 < best_line([(0.8, True), (0.5, False)]) < 0.8
    assert 1.5 < best_line([(1.5, False), (2.0, True)]) < 2
    assert best_line([(0.01, True)]) == 1  # far away: a slip, or a topic of its own
    assert best_line([(0.0, True), (0.0, False)]) == 1


def decision(margin):
    return Decision(margin >= 0, margin < 0, 0.5 + margin, margin, 0.5, 0.5, Basis.FULL)


def test_the_nearest_on_both_sides_are_asked_first():
    candidates = [(1, decision(0.3)), (2, decision(-0.01)), (3, decision(0.02)), (4, decision(-0.4))]
    assert ask_next(candidates, 2) == [2, 3]
    assert ask_next(reversed(candidates), 4) == [2, 3, 4, 1]
    assert ask_next(candidates, 1) == [2]
    assert ask_next([], 5) == []


def test_what_is_asked_is_spread():
    candidates = [(n, decision(0.001 * n)) for n in range(100)]
    assert ask_next(candidates, 5) == [0, 1, 3, 7, 15]
    assert sorted(ask_next(candidates, 200)) == list(range(100))


def test_the_index_decides_as_each_refined_topic_does(strike):
    profiles = {
        1: refine(strike, [Judged(SIT_IN, True), Judged(TEACHERS, False)]),
        2: refine(strike, [Judged(TEACHERS, True), Judged(SIT_IN, False)]),
        3: replace(refine(strike, [Judged(MATCH, True)]), levels={"full": 0.02, "headline": 0.02}),
    }
    for basis in Basis:
        for text in TEXTS:
            analysis = analyse(replace(text, basis=basis))
            each = [(key, decide(profile, analysis)) for key, profile in profiles.items()]
            asked = TopicIndex(profiles).decide(analysis)
            assert asked == [(key, made) for key, made in each if made.match or made.near]
            assert text is not MATCH or basis is not Basis.FULL or 3 in dict(asked)
