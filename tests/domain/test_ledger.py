"""The ledger of one text: order, delays, what was changed, and where it is from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.ledger import Origin, Sighting, independent_sources, ledger_of, origin_of, shares, whole

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def seen(
    id: int, outlet: str, minutes: int = 0, credit: str = "", title: str = "افتتاح الجسر", **more: float
) -> Sighting:
    at = NOON + timedelta(minutes=minutes)
    return Sighting(id, outlet, at, at, credit, title, 100, **more)  # type: ignore[arg-type]


def test_one_credit_is_the_origin_and_the_reason_counts_outlets() -> None:
    origin = origin_of(
        [seen(1, "الصباح"), seen(2, "المساء", 5, "afp"), seen(3, "البلد", 9, "afp"), seen(4, "المساء", 20, "afp")]
    )
    assert (origin.kind, origin.agency, origin.outlet, origin.name) == ("credited", "afp", "الصباح", "فرانس برس")
    assert origin.reason == "تنسبه 2 من 3 وسائل إلى فرانس برس"


def test_named_agencies_go_before_unnamed_ones_and_the_outlets_themselves() -> None:
    origin = origin_of([seen(1, "الصباح", 0, "own"), seen(2, "المساء", 5, "agencies"), seen(3, "البلد", 9, "reuters")])
    assert (origin.kind, origin.agency) == ("credited", "reuters")


def test_most_outlets_make_it_likely_and_a_tie_unknown() -> None:
    two = [seen(1, "الصباح", 0, "afp"), seen(2, "المساء", 1, "afp"), seen(3, "البلد", 2, "reuters")]
    assert (origin_of(two).kind, origin_of(two).agency) == ("likely", "afp")
    assert origin_of(two).reason == "تنسبه 2 من 3 وسائل إلى فرانس برس، و1 إلى رويترز"
    tie = origin_of(two[1:])
    assert (tie.kind, tie.agency, tie.outlet, tie.name) == ("unknown", "", "المساء", "")
    assert tie.reason == "تتعارض النسبة بين فرانس برس ورويترز"


def test_the_service_of_an_agency_is_the_origin() -> None:
    origin = origin_of([seen(1, "الصباح"), seen(2, "واس", 30), seen(3, "البلد", 40, "afp")])
    assert (origin.kind, origin.agency, origin.reason) == ("credited", "spa", "نُشر في خدمة الوكالة نفسها")
    borrowed = origin_of([seen(1, "الصباح"), seen(2, "واس", 30, "reuters")])
    assert borrowed.agency == "reuters"


def test_without_a_credit_being_seen_first_proves_nothing() -> None:
    origin = origin_of([seen(1, "الصباح"), seen(2, "المساء", 90)])
    assert (origin.kind, origin.agency, origin.outlet) == ("unknown", "", "الصباح")
    assert "أول رصد لا يثبت الأصل" in origin.reason


def test_one_wire_that_the_sentences_cite_is_likely_and_a_credit_goes_before() -> None:
    one, other = replace(seen(1, "الصباح"), cites="afp"), seen(2, "المساء", 1)
    assert (origin_of([one, other]).kind, origin_of([one, other]).agency) == ("likely", "afp")
    assert "ينقل النص عن" in origin_of([one, other]).reason
    assert origin_of([one, seen(2, "المساء", 1, "reuters")]).agency == "reuters"
    assert origin_of([one, replace(other, cites="dpa")]).kind == "unknown"


def test_unnamed_agencies_leave_it_unknown() -> None:
    origin = origin_of([seen(1, "الصباح"), seen(2, "المساء", 5, "agencies")])
    assert (origin.kind, origin.reason) == ("unknown", "تنسبه 1 من 2 وسائل إلى «وكالات» من غير تسمية")


def test_an_outlet_alone_in_running_it_is_likely_and_naming_itself_proves_nothing() -> None:
    named = origin_of([seen(1, "الصباح"), seen(2, "المساء", 5, "own")])
    assert (named.kind, named.outlet, named.name) == ("unknown", "الصباح", "")
    assert "لا يثبت الأصل" in named.reason
    alone = origin_of([seen(1, "الصباح"), seen(2, "الصباح", 600)])
    assert (alone.kind, alone.outlet) == ("likely", "الصباح")
    both = origin_of([seen(1, "الصباح", 0, "own"), seen(2, "المساء", 5, "own")])
    assert both.kind == "unknown"


def test_no_sightings_are_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        origin_of([])


def test_sources_count_agencies_once_and_copies_never() -> None:
    afp = Origin("credited", "afp", "الصباح", "")
    groups = [
        afp,
        Origin("likely", "afp", "المساء", ""),
        Origin("unknown", "", "البلد", ""),
        Origin("unknown", "", "البلد", ""),
    ]
    assert independent_sources(groups) == 2
    assert independent_sources([]) == 0
    assert independent_sources([Origin("credited", "spa", "الصباح", ""), Origin("unknown", "", "spa.gov.sa", "")]) == 1


def test_a_text_that_stands_in_another_of_the_story_is_no_source_of_its_own() -> None:
    groups = {1: [1, 2], 3: [3], 5: [5, 6]}
    assert whole(groups, {}) == [1, 3, 5]
    assert whole(groups, {3: [2]}) == [1, 5], "it stands in a copy of the first"
    assert whole(groups, {3: [9], 5: [6]}) == [1, 3, 5], "neither a text of another story nor its own copy holds it"
    assert whole(groups, {1: [3], 3: [1]}) == [3, 5], "of two that hold each other one stays"


def test_the_ledger_is_in_order_of_time_whatever_the_order_of_arrival() -> None:
    rows = [seen(3, "البلد", 45), seen(1, "الصباح"), seen(2, "المساء", 45)]
    ledger = ledger_of(rows)
    assert [entry.sighting.article_id for entry in ledger.entries] == [1, 2, 3]
    assert [entry.delay for entry in ledger.entries] == [timedelta(0), timedelta(minutes=45), timedelta(minutes=45)]
    assert (ledger.outlets, ledger.first.article_id) == (3, 1)
    assert ledger_of(rows[::-1]) == ledger


def test_first_seen_is_what_we_saw_first_not_what_says_so() -> None:
    late = Sighting(2, "المساء", NOON - timedelta(hours=3), NOON + timedelta(hours=1), "", "افتتاح الجسر", 100)
    assert ledger_of([seen(1, "الصباح"), late]).first.outlet == "الصباح"


def test_changes_are_said_against_the_lead() -> None:
    rows = [
        seen(1, "الصباح"),
        seen(2, "المساء", 5, title="الجسر يفتتح", kept=0.6, own=0.0),
        seen(3, "البلد", 6, kept=1.0, own=0.25),
        seen(4, "الغد", 7, kept=1.0, own=0.0),
        seen(5, "الأمس", 8),
    ]
    said = [entry.changes for entry in ledger_of(rows, 1).entries]
    assert said == [(), ("عنوان آخر", "حذف 40٪ من النص"), ("أضاف أو غيّر 25٪ من النص",), ("كما هو",), ()]


def test_shares_measure_what_was_kept_and_what_is_its_own() -> None:
    lead = "افتتح رئيس البلدية الجسر الجديد صباح اليوم بحضور السكان"
    assert shares(lead, lead) == (1.0, 0.0)
    kept, own = shares(lead, "افتتح رئيس البلدية الجسر الجديد صباح اليوم")
    assert (round(kept, 2), own) == (0.71, 0.0)
    assert shares(lead, "مباراة اليوم انتهت بالتعادل بين الفريقين")[0] == 0.0
    assert shares("", "نص") == (1.0, 1.0)
    assert shares(lead, "")[0] == 0.0
