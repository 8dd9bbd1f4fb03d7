"""Verdicts and references make versions, at once and always the same; going back is exact. On both systems."""

from datetime import timedelta

import pytest
from sqlmodel import Session
from stored import NOON, draft, store

from domain.article import Text
from domain.errors import BadInput, BadReference, NotFound
from domain.topics import Judged, Profile, calibrate, learn, refine
from storage import jobs, learning, topics, versions
from storage.engine import Database

NAME = "حرائق غابات الشمال"
REFERENCE = Text(
    "حرائق تلتهم غابات الشمال",
    "التهمت حرائق واسعة غابات الشمال لليوم الثالث، وأخلت فرق الإطفاء قرى جبلية من سكانها، فيما ساعدت طائرات "
    "مجاورة في إخماد النيران قبل أن تشتد الرياح.",
)
ON = (
    "الإطفاء تسيطر على حريق الغابات في الشمال",
    "سيطرت فرق الإطفاء على حرائق الغابات بعد أن سكنت الرياح وعاد سكان القرى.",
)
OFF = ("حرائق الأسعار في أسواق الشمال", "وصف تجار الشمال موجة الأسعار بالحرائق، وقالوا إن الغابات لم تعد مصدر رزقهم.")


def furnish(session: Session) -> tuple[int, int, int]:
    base = calibrate(learn(NAME, [REFERENCE]), [0.3] * 10)
    id = topics.add(session, NAME, base.to_json(), [(REFERENCE, "")], NOON).id or 0
    on, off = store(session, draft("أ", *ON), draft("ب", *OFF))
    return id, on, off


def in_force(session: Session, id: int) -> Profile:
    return Profile.from_json(topics.by_id(session, id).profile)


def test_a_verdict_teaches_at_once_and_asks_for_new_scores(db: Database) -> None:
    with db.write() as session:
        id, on, off = furnish(session)
        base = in_force(session, id)
        job = jobs.get(session, learning.judge(session, id, on, True, NOON))
        assert (job.kind, job.payload, job.due) == ("rescore_topic", {"topic_id": id}, NOON)
        assert in_force(session, id) == refine(base, [Judged(Text(*ON), True)])
        assert in_force(session, id).levels == base.levels, "the levels stay"
        learning.judge(session, id, off, False, NOON)
        assert in_force(session, id) == refine(base, [Judged(Text(*ON), True), Judged(Text(*OFF), False)])
        state = versions.in_force(session, id)
        assert (state.version, state.cause, state.about) == (3, "irrelevant", off)
        assert Profile.from_json(state.base) == base


def test_the_order_of_verdicts_and_a_changed_mind_make_no_difference(db: Database) -> None:
    with db.write() as session:
        id, on, off = furnish(session)
        for article, relevant in ((on, True), (off, False)):
            learning.judge(session, id, article, relevant, NOON)
        first = in_force(session, id)
        for article, relevant in ((off, True), (on, True), (off, False)):
            learning.judge(session, id, article, relevant, NOON)
        assert in_force(session, id) == first
        assert versions.verdicts(session, id) == {on: True, off: False}


def test_undo_goes_back_exactly_and_forgets_nothing(db: Database) -> None:
    with db.write() as session:
        id, on, off = furnish(session)
        first = versions.get(session, id, 1).profile
        learning.judge(session, id, on, True, NOON)
        second = topics.by_id(session, id).profile
        learning.judge(session, id, off, False, NOON)
        assert learning.undo(session, id, None, NOON + timedelta(hours=1))[0] == 2
        assert topics.by_id(session, id).profile == second
        assert versions.verdicts(session, id) == {on: True}
        assert len(versions.all_verdicts(session, id)) == 2
        assert learning.undo(session, id, 1, NOON)[0] == 1
        assert topics.by_id(session, id).profile == first
        state = versions.in_force(session, id)
        assert (state.version, state.cause, state.about, state.verdicts) == (5, "undone", 1, [])
        learning.judge(session, id, off, False, NOON)
        expected = refine(Profile.from_json(first), [Judged(Text(*OFF), False)])
        assert in_force(session, id) == expected, "what was undone teaches no more"
        with pytest.raises(NotFound):
            learning.undo(session, id, 99, NOON)


def test_there_is_nothing_to_undo_before_anybody_changed_anything(db: Database) -> None:
    with db.write() as session:
        id, *_ = furnish(session)
        versions.advance(session, id, "calibrated", NOON)
        with pytest.raises(BadInput, match="nothing to undo"):
            learning.undo(session, id, None, NOON)


def test_references_for_and_against(db: Database) -> None:
    with db.write() as session:
        id, *_ = furnish(session)
        (first,) = topics.references(session, id)
        base = learn(NAME, [REFERENCE])
        learning.add_references(session, id, [(Text(*OFF), "")], False, NOON)
        assert in_force(session, id) == refine(base, [Judged(Text(*OFF), False)])
        learning.add_references(session, id, [(Text(*ON), "https://press.example/1")], True, NOON)
        assert in_force(session, id) == refine(learn(NAME, [REFERENCE, Text(*ON)]), [Judged(Text(*OFF), False)])
        _, against, more = topics.references(session, id)
        learning.remove_reference(session, id, against.id or 0, NOON)
        assert in_force(session, id) == learn(NAME, [REFERENCE, Text(*ON)])
        learning.remove_reference(session, id, more.id or 0, NOON)
        with pytest.raises(BadInput, match="last reference"):
            learning.remove_reference(session, id, first.id or 0, NOON)
        with pytest.raises(NotFound, match="no reference"):
            learning.remove_reference(session, id, against.id or 0, NOON)
        learning.undo(session, id, 2, NOON)
        assert [row.id for row in topics.references(session, id)] == [first.id, against.id]


def test_a_poor_reference_and_no_such_article_change_nothing(db: Database) -> None:
    with db.write() as session:
        id, *_ = furnish(session)
    for call in (
        lambda s: learning.add_references(s, id, [(Text("", "قصير"), "")], True, NOON),
        lambda s: learning.judge(s, id, 99, True, NOON),
        lambda s: learning.judge(s, 99, 1, True, NOON),
    ):
        with pytest.raises((BadReference, NotFound)):
            db.transact(call)
    with db.read() as session:
        assert (topics.by_id(session, id).version, len(topics.references(session, id))) == (1, 1)
        assert versions.all_verdicts(session, id) == []


def test_the_undecided_nearest_to_the_line_are_asked_about(db: Database) -> None:
    with db.write() as session:
        id, on, off = furnish(session)
        far, copy = store(session, draft("ج"), draft("د"))
        (other,) = store(session, draft("ه"), group=off)
        row = {"topic_id": id, "basis": "full", "version": 1, "reason": {}, "event_at": NOON, "decided": NOON}
        scores = ((on, "match", 0.51), (off, "near", 0.48), (far, "match", 0.9), (copy, "withdrawn", 0.5))
        topics.decide(
            session,
            [
                row | {"article_id": a, "state": state, "score": score, "provisional": False}
                for a, state, score in (*scores, (other, "near", 0.479))
            ],
        )
        assert [found.id for found in learning.to_ask(session, id, 3)] == [on, off, far]
        learning.judge(session, id, off, False, NOON)
        assert [found.id for found in learning.to_ask(session, id, 3)] == [on, far], "nor copies of what was judged"
