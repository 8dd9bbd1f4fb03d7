"""Verdicts and references make versions, at once and always the same; going back is exact. On both systems."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session
from stored import NOON, draft, store

from domain.article import Text
from domain.errors import AlreadyExists, BadInput, BadReference, NotFound
from domain.topics import Judged, Profile, Rules, calibrate, learn, make_profile, make_rules, refine
from storage import jobs, learning, topics, versions
from storage.engine import Database

AT = int(NOON.timestamp())
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
        assert in_force(session, id) == refine(base, [Judged(Text(*ON), True, AT)])
        assert in_force(session, id).levels == base.levels, "the levels stay"
        learning.judge(session, id, off, False, NOON)
        assert in_force(session, id) == refine(base, [Judged(Text(*ON), True, AT), Judged(Text(*OFF), False, AT)])
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
        expected = refine(Profile.from_json(first), [Judged(Text(*OFF), False, AT)])
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
        base = learn(NAME, [REFERENCE], since=AT)
        learning.add_references(session, id, [(Text(*OFF), "")], False, NOON)
        assert in_force(session, id) == refine(base, [Judged(Text(*OFF), False)])
        learning.add_references(session, id, [(Text(*ON), "https://press.example/1")], True, NOON)
        assert in_force(session, id) == refine(
            learn(NAME, [REFERENCE, Text(*ON)], since=AT), [Judged(Text(*OFF), False)]
        )
        _, against, more = topics.references(session, id)
        learning.remove_reference(session, id, against.id or 0, NOON)
        assert in_force(session, id) == learn(NAME, [REFERENCE, Text(*ON)], since=AT)
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


RULES = make_rules("حرائق -أسعار", ["الشمال"])


def with_rules(session: Session, *references: Text, rules: Rules = RULES) -> int:
    profile = make_profile(NAME, references, rules).to_json()
    return topics.add(session, NAME, profile, [(reference, "") for reference in references], NOON).id or 0


def test_verdicts_on_a_topic_without_references_are_kept_and_move_nothing(db: Database) -> None:
    with db.write() as session:
        id = with_rules(session)
        on, off = store(session, draft("أ", *ON), draft("ب", *OFF))
        before = in_force(session, id)
        learning.judge(session, id, on, False, NOON)
        learning.judge(session, id, off, True, NOON)
        assert in_force(session, id) == before
        assert versions.verdicts(session, id) == {on: False, off: True}
        assert learning.to_ask(session, id, 5) == []


def test_verdicts_teach_the_example_of_a_mix(db: Database) -> None:
    with db.write() as session:
        id = with_rules(session, REFERENCE)
        (on,) = store(session, draft("أ", *ON))
        before = in_force(session, id)
        learning.judge(session, id, on, True, NOON)
        assert in_force(session, id) == refine(before, [Judged(Text(*ON), True, AT)])
        assert in_force(session, id).rules == RULES


def test_an_edit_is_a_version_that_can_be_undone(db: Database) -> None:
    with db.write() as session:
        id = with_rules(session, REFERENCE)
        before = in_force(session, id)
        narrower = make_rules("حرائق")
        job = jobs.get(session, learning.edit(session, id, NAME, narrower, NOON))
        assert (job.kind, job.payload) == ("rescore_topic", {"topic_id": id})
        assert in_force(session, id) == replace(before, rules=narrower)
        assert versions.in_force(session, id).cause == "edited"
        learning.undo(session, id, None, NOON)
        assert in_force(session, id) == before


def test_a_name_is_learned_anew_and_comes_back_with_an_undo(db: Database) -> None:
    with db.write() as session:
        id = with_rules(session, REFERENCE)
        job = jobs.get(session, learning.edit(session, id, "إخماد الحرائق", RULES, NOON))
        assert job.kind == "backfill_topic"
        assert topics.by_id(session, id).name == "إخماد الحرائق"
        assert in_force(session, id) == make_profile("إخماد الحرائق", [REFERENCE], RULES, since=AT)
        topics.add(session, NAME, make_profile(NAME, [], RULES).to_json(), [], NOON)
        with pytest.raises(AlreadyExists):
            learning.undo(session, id, 1, NOON)
        topics.remove(session, topics.get(session, NAME))
        learning.undo(session, id, 1, NOON)
        assert topics.by_id(session, id).name == NAME


def test_a_reference_comes_to_rules_and_goes_again(db: Database) -> None:
    with db.write() as session:
        id = with_rules(session)
        learning.add_references(session, id, [(REFERENCE, "")], True, NOON)
        assert in_force(session, id) == make_profile(NAME, [REFERENCE], RULES, since=AT)
        (reference,) = topics.references(session, id)
        learning.remove_reference(session, id, reference.id or 0, NOON)
        assert in_force(session, id) == make_profile(NAME, [], RULES, since=AT)
        with pytest.raises(BadInput, match="nothing would be left"):
            learning.edit(session, id, NAME, Rules(), NOON)


def test_an_edit_that_changes_nothing_or_takes_a_name_is_refused(db: Database) -> None:
    with db.write() as session:
        id = with_rules(session)
        topics.add(session, "آخر", make_profile("آخر", [], RULES).to_json(), [], NOON)
        with pytest.raises(BadInput, match="nothing would change"):
            learning.edit(session, id, NAME, RULES, NOON)
        with pytest.raises(AlreadyExists):
            learning.edit(session, id, "آخر", RULES, NOON)
