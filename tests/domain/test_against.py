"""What counts against an article, and against a topic."""

import pytest

from domain.article import Text
from domain.topics import analyse, decide, learn
from domain.topics.against import against, is_broad, likeness, most_alike

REFERENCE = Text(
    "انقطاع المياه عن حي الزيتون",
    "انقطعت المياه عن حي الزيتون ثلاثة أيام بعد كسر في الأنبوب الرئيسي، ووزعت البلدية صهاريج على السكان.",
)
OTHER = Text("انقطاع الكهرباء عن حي النخيل", "انقطعت الكهرباء عن حي النخيل ساعات بعد عطل في المحطة الرئيسية.")


def test_what_is_absent_and_weak_is_named_in_the_topics_words() -> None:
    profile = learn("انقطاع المياه حي الزيتون", [REFERENCE])
    analysis = analyse(OTHER)
    found = against(profile, analysis, decide(profile, analysis))
    assert {"حي الزيتون", "المياه"} <= set(found["weak"])  # type: ignore[call-overload]
    assert "الزيتون" in found["absent"]  # type: ignore[operator]
    itself = analyse(REFERENCE)
    assert against(profile, itself, decide(profile, itself)) == {"absent": [], "weak": [], "unlike": False}


def test_the_most_alike_is_the_nearest_and_of_equals_the_first() -> None:
    reference, other = analyse(REFERENCE), analyse(OTHER)
    assert likeness(reference, reference) == pytest.approx(1)
    assert likeness(reference, other) == likeness(other, reference) < 0.9
    found = most_alike(reference, {4: other, 9: reference, 7: reference})
    assert found is not None
    assert found[0] == 7
    assert most_alike(reference, {}) is None


@pytest.mark.parametrize(
    ("matched", "read", "expected"), [(50, 2_000, True), (49, 100, False), (50, 2_500, False), (0, 0, False)]
)
def test_a_topic_that_matches_too_much_is_broad(matched: int, read: int, expected: bool) -> None:
    assert is_broad(matched, read) is expected
