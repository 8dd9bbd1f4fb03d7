"""A new topic asks everything stored: it finds, sets its level, replaces what it had decided, and alerts nobody."""

from typing import Any

import pytest
from press import STORY
from service import HEADLINE, Service
from stored import NOON, draft, store

from domain.article import Basis, Text
from domain.errors import NotFound
from domain.topics import Profile, learn
from storage import topics, versions
from storage.models import Article, Match, Topic
from worker import growth as growing
from worker import retro as module
from worker.backfill import Filled, backfill

OTHER = "افتتح وزير الثقافة معرض الخط العربي في قاعة المدينة، وضم لوحات لخطاطين قدامى من بلدان كثيرة. "


def archive(service: Service) -> list[int]:
    """Store three articles on the topic, one of them a headline, and a few that are not."""
    other = [draft(f"o{n}", f"معرض الخط رقم {n}", OTHER * 3) for n in range(6)]
    ours = [
        draft("s1", HEADLINE, STORY),
        draft("s2", "المرفأ مغلق", f"{STORY} ولم تعلق الشركة المالكة للسفينة."),
        draft("s3", HEADLINE),
    ]
    foreign = draft("f", HEADLINE, STORY, language="fa")
    with service.db.write() as session:
        store(session, *other, foreign)
        return store(session, *ours)


def matched(service: Service, state: str = "match") -> list[int]:
    return sorted(m.article_id for m in service.all(Match) if m.state == state)


def test_the_matches_among_what_is_stored_are_found_with_their_reason(service: Service) -> None:
    ids, id = archive(service), service.topic()
    filled = backfill(service.context, id)
    assert (filled.matched, filled.read) == (len(matched(service)), 9), "what is not Arabic is not read"
    assert ids[0] in matched(service)
    rows = {m.article_id: m for m in service.all(Match)}
    assert set(rows) <= set(ids)
    row = rows[ids[0]]
    assert (row.basis, row.provisional, row.version, row.event_at, row.decided) == ("full", False, 2, NOON, NOON)
    assert row.reason["terms"]
    assert rows[ids[2]].provisional, "a headline alone says so"


def test_it_sets_the_topics_level_and_takes_its_next_version(service: Service) -> None:
    archive(service)
    id = service.topic()
    before = Profile.from_json(service.only(Topic).profile)
    backfill(service.context, id)
    topic = service.only(Topic)
    after = Profile.from_json(topic.profile)
    assert (topic.version, topic.calibrated) == (2, 10)
    assert after.levels != before.levels
    assert {term.stem for term in after.terms} > {term.stem for term in before.terms}, "it grew by what matches"
    assert after.level(Basis.FULL) > 0
    backfill(service.context, id)
    assert service.only(Topic).version == 2
    assert Profile.from_json(service.only(Topic).profile).levels == after.levels, "the same again for the same"


def test_what_a_page_brought_meanwhile_stands(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    archive(service)
    id = service.topic()
    other = service.all(Article)[0].id or 0
    real = growing.hunt

    def hunt(*given: Any, **more: Any) -> Any:
        found = real(*given, **more)
        now = service.clock.pass_by(seconds=5)
        row = {
            "topic_id": id, "article_id": other, "state": "match", "score": 0.7, "basis": "full", "provisional": False,
            "version": 1, "reason": {}, "event_at": now, "decided": now,
        }  # fmt: skip
        service.db.transact(lambda s: topics.decide(s, [row]))
        return found

    monkeypatch.setattr(growing, "hunt", hunt)
    backfill(service.context, id)
    assert other in matched(service)


def test_it_alerts_nobody(service: Service) -> None:
    archive(service)
    id = service.topic()
    service.tell(id)
    backfill(service.context, id)
    assert matched(service)
    assert service.alerts() == []


def test_a_changed_topic_withdraws_what_it_no_longer_matches(service: Service) -> None:
    archive(service)
    id = service.topic()
    backfill(service.context, id)
    before = matched(service)
    profile = learn("معرض الخط العربي", [Text("افتتاح معرض الخط العربي", OTHER * 2)]).to_json()
    service.db.transact(lambda s: versions.advance(s, id, "added", NOON, base=profile, profile=profile))
    backfill(service.context, id)
    assert set(before) <= set(matched(service, "withdrawn"))
    assert matched(service) == [1, 2, 3, 4, 5, 6]


def test_it_reads_in_chunks_and_says_how_far_it_has_come(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 4)
    archive(service)
    said: list[tuple[int, int]] = []
    filled = backfill(service.context, service.topic(), lambda done, total: said.append((done, total)))
    assert said == [(done, 20) for done in (4, 8, 9, 14, 18, 19)], "asked, grown, and asked again"
    assert (filled.matched, filled.read) == (len(matched(service)), 9)


def test_an_empty_store_and_no_such_topic(service: Service) -> None:
    assert backfill(service.context, service.topic()) == Filled(0, 0, 0, 0)
    with pytest.raises(NotFound):
        backfill(service.context, 99)
