"""Why a story is told: once, and again only for something new that is named."""

from dataclasses import replace
from datetime import timedelta

import pytest
from stored import NOON

from domain.bursts import Burst, burst
from domain.facts import facts_in
from domain.reasons import DEFAULT_RULES, Now, Reason, Rules, SoFar, new_facts, reasons

EVERYTHING = Rules.read("first_match,new_number,new_fact,nth_outlet:5/10,new_source:3,burst")
THREE = facts_in("ثلاثة قتلى في انهيار منجم", "قالت الشرطة إن ثلاثة قتلى سقطوا في انهيار منجم قرب نيالا.")
SEVEN = facts_in("ارتفاع عدد ضحايا المنجم إلى سبعة قتلى", "قالت الشرطة إن عدد القتلى ارتفع إلى سبعة قتلى في نيالا.")
TEN = facts_in("عشرة قتلى في انهيار المنجم", "قالت الشرطة إن عشرة قتلى سقطوا في انهيار المنجم قرب نيالا.")
NONE = facts_in("انهيار منجم", "انهار منجم قرب نيالا، ولم تعرف الأسباب.")
ELSEWHERE = facts_in("رجال الإنقاذ يصلون من الفاشر إلى المنجم", "وصل رجال الإنقاذ من الفاشر إلى المنجم المنهار.")


def codes(rules: Rules, so_far: SoFar, now: Now) -> list[str]:
    return [one.reason.value for one in reasons(rules, so_far, now)]


def test_the_first_article_of_a_story_has_that_one_reason():
    assert codes(EVERYTHING, SoFar(), Now(SEVEN, outlets=7, sources=4)) == ["first_match"]


def test_a_copy_or_another_report_with_nothing_new_is_silent():
    told = SoFar(True, {"first_match"}, [THREE])
    assert codes(EVERYTHING, told, Now(THREE, outlets=2)) == []
    assert codes(EVERYTHING, told, Now(NONE, outlets=3, sources=2)) == []


def test_a_toll_that_moved_is_told_with_both_numbers():
    (one,) = reasons(DEFAULT_RULES, SoFar(True, {"first_match"}, [THREE]), Now(SEVEN))
    assert (one.reason, one.key) == (Reason.NEW_NUMBER, f"new_number:{one.changes[0].what}={one.changes[0].after}")
    assert "7" in one.text
    assert "3" in one.text
    assert codes(DEFAULT_RULES, SoFar(True, {"first_match", one.key}, [THREE]), Now(SEVEN)) == []


def test_a_number_is_compared_with_everything_that_was_told():
    assert new_facts([THREE, NONE], SEVEN), "the newest told no toll"
    assert new_facts([THREE, SEVEN], SEVEN) == ()
    assert new_facts([SEVEN, THREE], SEVEN) == (), "told before, whatever was told since"
    assert new_facts([], SEVEN) == ()


def test_a_copy_of_an_older_text_that_is_told_late_is_not_what_a_number_moved_from():
    (change,) = new_facts([THREE, SEVEN, THREE], TEN)
    assert (change.before, change.after) == ("7", "10")


def test_an_older_article_that_comes_late_moves_no_number():
    assert codes(EVERYTHING, SoFar(True, {"first_match"}, [SEVEN], late=True), Now(THREE)) == []


def test_a_new_place_is_told_where_that_is_wanted():
    told = SoFar(True, {"first_match"}, [THREE])
    assert codes(EVERYTHING, told, Now(ELSEWHERE)) == ["new_fact"]
    assert codes(DEFAULT_RULES, told, Now(ELSEWHERE)) == []
    assert codes(EVERYTHING, replace(told, known=[THREE, ELSEWHERE]), Now(ELSEWHERE)) == []


def test_a_development_is_told_once_for_all_its_copies():
    told = SoFar(True, {"first_match"}, [THREE])
    (one,) = reasons(DEFAULT_RULES, told, Now(NONE, develops=7))
    assert (one.reason, one.key, one.text) == (Reason.DEVELOPMENT, "development:7", "تطور في الحدث")
    assert codes(DEFAULT_RULES, replace(told, keys={"first_match", one.key}), Now(NONE, develops=7)) == []
    assert codes(DEFAULT_RULES, replace(told, late=True), Now(NONE, develops=7)) == []
    assert codes(Rules.read("first_match,new_number"), told, Now(NONE, develops=7)) == []


def test_outlets_and_sources_are_told_at_their_numbers_once():
    told = SoFar(True, {"first_match"}, [THREE])
    (four, five) = (reasons(EVERYTHING, told, Now(THREE, outlets=number)) for number in (4, 6))
    assert (four, [(one.key, one.number) for one in five]) == ((), [("nth_outlet:5", 6)])
    again = SoFar(True, {"first_match", "nth_outlet:5"}, [THREE])
    assert codes(EVERYTHING, again, Now(THREE, outlets=9)) == []
    assert codes(EVERYTHING, again, Now(THREE, outlets=12, sources=3)) == ["nth_outlet", "new_source"]


def test_the_strongest_reason_comes_first():
    found = Burst(40, 2.0, 9.0, NOON)
    now = Now(SEVEN, outlets=5, sources=3, burst=found)
    assert codes(EVERYTHING, SoFar(True, (), [THREE]), now) == ["new_number", "nth_outlet", "new_source", "burst"]


def test_who_does_not_want_the_first_is_told_of_the_rest():
    assert codes(Rules.read("nth_outlet"), SoFar(), Now(THREE, outlets=5)) == ["nth_outlet"]


def test_a_burst_is_measured_against_the_topics_own_history():
    start = NOON - timedelta(days=10)
    quiet = [start + timedelta(hours=6 * n) for n in range(40)]
    storm = [NOON - timedelta(minutes=n) for n in range(12)]
    found = burst([*quiet, *storm], start, NOON)
    assert found is not None
    assert (found.number, round(found.usual, 2)) == (12, 0.16)
    assert burst([*quiet, *storm[:9]], start, NOON) is None, "fewer than ten are none"
    busy = [start + timedelta(minutes=6 * n) for n in range(2400)]
    assert burst([*busy, *storm], start, NOON) is None, "ten an hour are usual here"
    assert burst(storm, NOON - timedelta(hours=20), NOON) is None, "no history to compare with"


@pytest.mark.parametrize("text", ["first_match,new_number", "nth_outlet:4/9", "new_source:2,burst"])
def test_rules_are_written_as_they_are_read(text: str):
    assert set(str(Rules.read(text)).split(",")) == set(text.split(","))
