"""A subscription tried out on matches of the past."""

from datetime import UTC, datetime, timedelta

from domain.preferences import read_preferences
from domain.rehearse import Matched, rehearse

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = "غرقت سفينة تحمل أسمدة قبالة مرفأ الصيادين، وقال خفر السواحل إنه أنقذ طاقمها."


def match(id: int, credit: str = "", *, group: int = 0) -> Matched:
    """Give the match of an article of one story, an hour after the one before."""
    at = NOON + timedelta(hours=id)
    return Matched(id, 1, group or id, f"منبر {id}", "غرق سفينة الأسمدة", TEXT, at, at, credit)


def reasons(*matches: Matched) -> list[str]:
    tried = rehearse(read_preferences({"on": "first_match,new_source:2"}), matches)
    return [alert.given[0].key for alert in tried.alerts]


def test_two_texts_of_one_agency_are_one_source() -> None:
    assert reasons(match(1, "reuters"), match(2, "reuters")) == ["first_match"]
    assert reasons(match(1, "reuters"), match(2, "afp")) == ["first_match", "new_source:2"]


def test_copies_are_no_sources() -> None:
    assert reasons(match(1), match(2, group=1), match(3, group=1)) == ["first_match"]
