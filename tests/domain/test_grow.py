from dataclasses import replace

import pytest

from domain.article import Basis, Text
from domain.topics import Decision, Judged, analyse, calibrate, choose, decide, drift, learn, refine

FLOOD = Text(
    "سيول تجتاح وادي النخيل",
    "اجتاحت السيول وادي النخيل ليل الأحد وجرفت عشرات المنازل الطينية، وأخلت فرق الإنقاذ مئات السكان إلى مدرسة القرية.",
)
LATER = Text(
    "إيواء المتضررين من سيول وادي النخيل",
    "افتتحت البلدية مركز إيواء لمتضرري السيول في وادي النخيل، ووزعت جمعية الهلال خياما وأغطية على ثمانين أسرة.",
)
TENTS = Text(
    "جمعية الهلال توزع الخيام",
    "وزعت جمعية الهلال خياما وأغطية على الأسر التي فقدت منازلها، وأقامت مركز إيواء مؤقتا قرب الوادي.",
)


def decision(score, *, match=True, near=False, similarity=0.4, basis=Basis.FULL):
    return Decision(match, near, score, score - 0.5, similarity, 0.5, basis)


def test_it_grows_by_the_five_strongest():
    found = [(id, decision(0.5 + id / 100)) for id in range(8)]
    assert choose(found) == [3, 4, 5, 6, 7]
    assert choose(reversed(found)) == [3, 4, 5, 6, 7], "in whatever order they come"


def test_a_near_miss_is_not_grown_by_which_would_make_it_a_match():
    found = [(1, decision(0.6)), (2, decision(0.45, match=False, near=True)), (3, decision(0.3, match=False))]
    assert choose(found) == [1]


def test_a_copy_of_the_reference_teaches_nothing():
    assert choose([(1, decision(0.9, similarity=0.97)), (2, decision(0.6))]) == [2]


def test_a_full_text_goes_before_a_headline():
    found = [(id, decision(0.6)) for id in range(5)] + [(9, decision(0.9, basis=Basis.HEADLINE))]
    assert 9 not in choose(found)
    assert choose(found[3:]) == [3, 4, 9]


def test_verdicts_go_before_guesses():
    found = [(id, decision(0.5 + id / 100)) for id in range(8)]
    assert choose(found, {7: True, 0: False}) == [3, 4, 5, 6], "the one judged relevant takes a place"
    assert choose(found, dict.fromkeys(range(10, 20), True)) == []


def test_growth_brings_what_the_reference_does_not_say_and_is_measured_and_taken_back():
    base = calibrate(learn("سيول وادي النخيل", [FLOOD]), [0.1, 0.2])
    grown = refine(base, (), grown=[(LATER, None)])
    assert decide(grown, analyse(TENTS)).similarity > 2 * decide(base, analyse(TENTS)).similarity
    assert 0 < drift(base, grown) < 0.5
    assert drift(base, base) == pytest.approx(0, abs=1e-5)
    assert refine(base, ()) == base, "without growth it is what it was"


def test_the_order_of_growth_does_not_matter():
    base = learn("سيول وادي النخيل", [FLOOD])
    assert refine(base, (), grown=[(LATER, 5), (TENTS, None)]) == refine(base, (), grown=[(TENTS, None), (LATER, 5)])


def test_a_verdict_moves_what_has_grown():
    base = learn("سيول وادي النخيل", [FLOOD])
    grown = refine(base, [Judged(TENTS, False)], grown=[(LATER, None)])
    assert (
        decide(grown, analyse(TENTS)).similarity
        < decide(refine(base, (), grown=[(LATER, None)]), analyse(TENTS)).similarity
    )


def test_time_is_for_an_article_and_never_against_it():
    profile = replace(learn("سيول وادي النخيل", [FLOOD]), times=(1_000_000,), since=2_000_000)
    at = {at: decide(profile, analyse(LATER), at).score for at in (None, 1_000_000, 1_500_000, 1e9, 2_000_001)}
    assert at[1_000_000] > at[1_500_000] > at[None], "near the reference"
    assert at[2_000_001] > at[1_500_000], "newer than the topic"
    assert decide(replace(profile, since=None), analyse(LATER), 1e9).score == pytest.approx(at[None])


def test_what_a_topic_grew_by_tells_its_times():
    base = replace(learn("سيول وادي النخيل", [FLOOD]), times=(5,))
    assert refine(base, [Judged(TENTS, True, 9), Judged(FLOOD, False, 11)], grown=[(LATER, 7)]).times == (5, 7, 9)
