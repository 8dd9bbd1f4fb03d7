"""A topic grows by what it matches, says so, takes it back, and grows again when its matches double."""

import pytest
from service import Service
from sqlmodel import select
from stored import NOON, draft, store

from domain.article import Text
from domain.errors import BadInput
from domain.topics import Profile, learn
from storage import growth, learning, topics, versions
from storage.models import Job, Topic
from worker.backfill import backfill
from worker.growth import hunt_new

REFERENCE = Text(
    "سيول تجتاح وادي النخيل",
    "اجتاحت السيول وادي النخيل ليل الأحد وجرفت عشرات المنازل الطينية، وأخلت فرق الإنقاذ مئات السكان إلى مدرسة القرية.",
)
LATER = (
    "افتتحت البلدية مركز إيواء لمتضرري السيول في وادي النخيل، ووزعت جمعية الهلال خياما وأغطية على ثمانين أسرة هناك. "
)
MARKET = "استقرت أسعار التمور في السوق المركزي، وقال تجار إن الموسم جيد وإن الطلب من المصانع يزداد كل أسبوع. "


def furnish(service: Service, number: int = 2) -> tuple[int, list[int]]:
    with service.db.write() as session:
        store(session, *(draft(f"m{n}", f"أسعار التمور {n}", MARKET * 2) for n in range(4)))
        ours = store(session, *(draft(f"s{n}", f"سيول وادي النخيل {n}", f"{LATER}{n}") for n in range(number)))
        profile = learn("سيول وادي النخيل", [REFERENCE]).to_json()
        return topics.add(session, "سيول وادي النخيل", profile, [(REFERENCE, "")], NOON).id or 0, ours


def in_force(service: Service, id: int) -> tuple[str, list[int], Profile]:
    with service.db.read() as session:
        state = versions.in_force(session, id)
        return state.cause, state.growth, Profile.from_json(state.profile)


def test_a_backfill_grows_the_topic_and_says_by_what(service: Service) -> None:
    id, ours = furnish(service)
    backfill(service.context, id)
    cause, grown, profile = in_force(service, id)
    assert (cause, grown) == ("grown", ours)
    assert "خياما" in {term.surface for term in profile.terms}
    assert service.only(Topic).grown == 2
    again = backfill(service.context, id)
    assert (again.gained, again.lost) == (0, 0)
    assert in_force(service, id)[1:] == (grown, profile), "the same articles make the same topic"


def test_a_preview_matches_what_the_saved_topic_will(service: Service) -> None:
    id, _ = furnish(service, 3)
    since = int(NOON.timestamp())
    hunted = hunt_new(service.context, learn("سيول وادي النخيل", [REFERENCE], since=since), 10)
    filled = backfill(service.context, id)
    assert len(hunted.matches) == filled.matched
    assert hunted.profile == in_force(service, id)[2]


def test_what_is_judged_irrelevant_is_not_grown_by(service: Service) -> None:
    id, (one, other) = furnish(service)
    backfill(service.context, id)
    with service.db.write() as session:
        learning.judge(session, id, one, False, NOON)
    assert in_force(service, id)[1] == [other]
    backfill(service.context, id)
    assert one not in in_force(service, id)[1]


def test_growth_is_turned_off_and_on_exactly(service: Service) -> None:
    id, ours = furnish(service)
    with service.db.read() as session:
        terms = Profile.from_json(versions.in_force(session, id).base).terms
    backfill(service.context, id)
    with service.db.write() as session:
        growth.turn(session, id, False, NOON)
    backfill(service.context, id)
    _, grown, profile = in_force(service, id)
    assert (grown, profile.terms) == ([], terms)
    with service.db.write() as session:
        with pytest.raises(BadInput, match="does not grow already"):
            growth.turn(session, id, False, NOON)
        growth.turn(session, id, True, NOON)
    backfill(service.context, id)
    assert in_force(service, id)[:2] == ("grown", ours)


def test_undoing_a_verdict_brings_back_what_it_grew_by(service: Service) -> None:
    id, (one, _) = furnish(service)
    backfill(service.context, id)
    before = in_force(service, id)[1:]
    with service.db.write() as session:
        learning.judge(session, id, one, False, NOON)
        learning.undo(session, id, None, NOON)
    assert in_force(service, id)[1:] == before


def test_it_is_due_again_when_its_matches_have_doubled(service: Service) -> None:
    id, _ = furnish(service)
    backfill(service.context, id)
    with service.db.write() as session:
        new = store(session, *(draft(f"n{n}", f"سيول وادي النخيل {n}", f"{LATER} {n}") for n in range(10, 15)))
        row = {"topic_id": id, "state": "match", "score": 0.7, "basis": "full", "provisional": False, "version": 2}
        row |= {"reason": {}, "event_at": NOON, "decided": NOON}
        for number, article in enumerate(new, start=3):
            growth.ask_for(session, {id}, NOON)
            assert session.exec(select(Job)).all() == [], f"{number - 1} matches are not twice two and two more"
            topics.decide(session, [row | {"article_id": article}])
        growth.ask_for(session, {id}, NOON)
        growth.ask_for(session, {id}, NOON)
    assert [(job.kind, job.payload) for job in service.all(Job)] == [("backfill_topic", {"topic_id": id})]


def test_a_topic_of_an_older_method_is_learned_anew(service: Service) -> None:
    id, _ = furnish(service)
    backfill(service.context, id)
    with service.db.write() as session:
        state = versions.in_force(session, id)
        old = {**state.base, "version": 2}
        versions.advance(session, id, "calibrated", NOON, base=old, profile=old, growth=[])
        assert topics.stale(session, 6) == [id]
    backfill(service.context, id)
    with service.db.read() as session:
        assert "relearned" in [state.cause for state in versions.history(session, id)]
        assert topics.stale(session, 6) == []


def test_what_was_learned_stands_where_its_reference_would_be_refused_today(service: Service) -> None:
    table = Text("أسعار", "١٢ ١٣ ١٤ ١٥")
    with service.db.write() as session:
        old = {**learn("سيول وادي النخيل", [REFERENCE]).to_json(), "version": 2}
        id = topics.add(session, "سيول وادي النخيل", old, [(table, "")], NOON).id or 0
        assert topics.stale(session, 0) == [id]
    backfill(service.context, id)
    with service.db.read() as session:
        assert topics.stale(session, 0) == []
        assert Profile.from_json(versions.in_force(session, id).base).terms == Profile.from_json(old).terms
