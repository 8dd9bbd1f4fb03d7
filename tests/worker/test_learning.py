"""After a verdict the stored articles are scored again, without alerts; going back gives what there was."""

import pytest
from press import NAME, STORY
from service import HEADLINE, REFERENCE, Service
from stored import NOON, draft, store

from domain.article import Text
from domain.topics import Profile
from storage import learning, topics, versions
from storage.models import Match, Topic
from worker import backfill as module
from worker import growth as growing
from worker.backfill import Filled, backfill
from worker.explain import explain
from worker.jobs import do_jobs

MARKET = "افتتحت بلدية النورس سوق السمك الجديد قرب مرفأ الصيادين، وقال التجار إن الأسعار انخفضت منذ الصباح. "
STRIKE = "أضرب صيادو النورس عن العمل احتجاجا على إغلاق مرفأ الصيادين، وطالبوا الهيئة بفتح المرفأ وتعويضهم. "


def furnish(service: Service) -> tuple[int, list[int]]:
    rows = [
        draft("s", HEADLINE, STORY, at=NOON), draft("m", "سوق السمك في النورس", MARKET * 3),
        draft("k", "إضراب صيادي النورس بعد إغلاق المرفأ", STRIKE * 2), draft("o", "أسعار القمح", "ارتفع القمح. " * 9),
    ]  # fmt: skip
    with service.db.write() as session:
        ids = store(session, *rows)
    id = service.topic()
    service.tell(id)
    backfill(service.context, id)
    return id, ids


def states(service: Service) -> dict[int, tuple[str, float]]:
    return {m.article_id: (m.state, m.score) for m in service.all(Match) if m.state != "withdrawn"}


def judge(service: Service, id: int, article: int, relevant: bool) -> None:
    job = service.db.transact(lambda s: learning.judge(s, id, article, relevant, NOON))
    do_jobs(service.context, [job])


def test_a_verdict_moves_the_stored_matches_and_alerts_nobody(service: Service) -> None:
    id, (ship, market, strike, _) = furnish(service)
    before = states(service)
    judge(service, id, market, False)
    judge(service, id, strike, True)
    after = states(service)
    assert after != before
    assert after[strike][0] == "match"
    assert after.get(market, ("",))[0] != "match"
    assert after[ship][0] == "match"
    topic = service.only(Topic)
    assert topic.scored == topic.version
    assert {m.version for m in service.all(Match) if m.state != "withdrawn"} == {topic.version}
    assert service.alerts() == []


def test_undo_gives_the_scores_that_there_were(service: Service) -> None:
    id, (_, market, strike, _) = furnish(service)
    before, profile = states(service), service.only(Topic).profile
    judge(service, id, market, False)
    judge(service, id, strike, True)
    _, job = service.db.transact(lambda s: learning.undo(s, id, 2, NOON))
    do_jobs(service.context, [job])
    assert (states(service), service.only(Topic).profile) == (before, profile)
    assert service.alerts() == []


def test_a_job_that_another_one_did_already_does_nothing(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    id, (_, market, *_) = furnish(service)
    judge(service, id, market, False)
    monkeypatch.setattr(module, "hunt", None)
    number = sum(state == "match" for state, _ in states(service).values())
    assert backfill(service.context, id, level=False) == Filled(number, 0, 0, 0)


def test_a_verdict_while_the_articles_are_read_is_not_lost(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    id, (_, market, *_) = furnish(service)
    real, asked = growing.hunt, []

    def hunt(*arguments: object, **options: object) -> object:
        if not asked:
            asked.append(service.db.transact(lambda s: learning.judge(s, id, market, False, NOON)))
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(growing, "hunt", hunt)
    backfill(service.context, id)
    with service.db.read() as session:
        state = versions.in_force(session, id)
        assert state.verdicts == [[market, 0]]
        assert len(Profile.from_json(state.profile).verdicts) == 1
        assert topics.by_id(session, id).scored == state.version


def test_an_explanation_names_what_carried_what_missed_and_what_came_before(service: Service) -> None:
    id, (ship, market, strike, wheat) = furnish(service)
    with service.db.write() as session:
        (later,) = store(session, draft("l", HEADLINE, STORY + STRIKE, at=service.clock.pass_by(hours=3)))
    judge(service, id, market, False)
    with service.db.read() as session:
        found = explain(session, id, later)
        assert found.decision.match
        assert found.nearest is not None
        assert found.nearest[0].id == ship
        assert found.nearest[1] > 0.5
        assert (found.verdict, found.reason["counts"] != "") == (None, True)
        assert found.version == topics.by_id(session, id).version
        for term in found.reason["terms"]:
            text = found.article.title if term["field"] == "title" else found.article.text
            assert text[term["start"] : term["end"]] == term["surface"]
        missed = explain(session, id, wheat)
        assert not missed.decision.match
        assert missed.reason["missing"]
        assert missed.against["absent"]
        assert explain(session, id, market).verdict is False
        assert explain(session, id, ship).nearest is None, "nothing on the topic came before it"
    assert strike


def test_references_of_a_service_are_learned_with_the_name(service: Service) -> None:
    id, _ = furnish(service)
    job = service.db.transact(lambda s: learning.add_references(s, id, [(Text("الإضراب", STRIKE * 2), "")], True, NOON))
    do_jobs(service.context, [job])
    profile = Profile.from_json(service.only(Topic).profile)
    assert profile.name == NAME
    assert profile.levels, "its level was set by the stored articles"
    assert len(profile.terms) > len(Profile.from_json(service.only(Topic).profile).facets)
    assert REFERENCE.title
