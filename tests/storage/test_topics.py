"""Topics and what they matched, on both systems."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session
from stored import NOON, draft, store

from domain.article import Text
from domain.errors import AlreadyExists, NotFound
from storage import alerts, articles, channels, stories, topics, versions
from storage.engine import Database
from storage.topics import STALE_LEAST

HOUR = timedelta(hours=1)
PROFILE = {"terms": {"قمح": 2.5}}


def add(session: Session, name: str = "أسعار القمح") -> int:
    topic = topics.add(
        session, name, PROFILE, [(Text("القمح يرتفع", "ارتفعت الأسعار."), "https://press.example/1")], NOON
    )
    assert topic.id is not None
    return topic.id


def row(topic: int, article: int, **values: Any) -> dict[str, Any]:
    return {
        "topic_id": topic, "article_id": article, "state": "match", "score": 0.6, "basis": "summary",
        "provisional": True, "version": 1, "reason": {"terms": ["القمح"]}, "event_at": NOON, "decided": NOON,
    } | values  # fmt: skip


def test_a_topic_is_found_by_name_and_by_id(db: Database) -> None:
    with db.write() as session:
        id, other = add(session), add(session, "7")
        assert topics.get(session, "أسعار القمح").id == topics.get(session, str(id)).id == id
        assert topics.get(session, "7").id == other
        assert [topic.id for topic in topics.listing(session)] == [id, other]
        assert [(r.title, r.text, r.url) for r in topics.references(session, id)] == [
            ("القمح يرتفع", "ارتفعت الأسعار.", "https://press.example/1")
        ]
        with pytest.raises(AlreadyExists):
            add(session)
        with pytest.raises(NotFound):
            topics.get(session, "الخبز")


def test_a_changed_profile_has_a_new_version(db: Database) -> None:
    with db.write() as session:
        id, other = add(session), add(session, "الخبز")
        assert topics.versions(session) == {id: 1, other: 1}
        assert versions.advance(session, id, "calibrated", NOON, profile={"terms": {}}, calibrated=40) == 2
        assert topics.versions(session) == {id: 2, other: 1}
        assert topics.profiles(session, [id, 99]) == {id: ("أسعار القمح", {"terms": {}})}


def test_a_topic_is_stale_when_the_archive_has_doubled(db: Database) -> None:
    with db.write() as session:
        new, set_by_many = add(session), add(session, "الخبز")
        versions.advance(session, set_by_many, "calibrated", NOON, calibrated=1_000)
        assert topics.stale(session, STALE_LEAST) == []
        assert topics.stale(session, STALE_LEAST + 1) == [new]
        assert topics.stale(session, 2_000 + STALE_LEAST + 1) == [new, set_by_many]


def test_a_removed_topic_leaves_articles_and_its_id_is_not_given_again(db: Database) -> None:
    with db.write() as session:
        add(session, "الخبز")
        id = add(session)
        (article,) = store(session, draft("أ"))
        topics.decide(session, [row(id, article)])
        channel, _ = channels.add(session, "https://hook.example/", "whsec_x", NOON)
        alerts.subscribe(session, id, channel.id or 0, NOON)
    with db.write() as session:
        topics.remove(session, topics.by_id(session, id))
    with db.write() as session:
        assert (topics.counts(session), topics.references(session, id), alerts.subscriptions(session)) == ({}, [], [])
        assert articles.get(session, article).id == article
        assert add(session) > id


def test_a_later_decision_replaces_the_earlier(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        (article,) = store(session, draft("أ"))
        topics.decide(session, [row(id, article)])
        later = {"score": 0.9, "basis": "full", "provisional": False, "version": 2, "reason": {"terms": ["الخبز"]}}
        topics.decide(session, [row(id, article, state="near", decided=NOON + HOUR, **later)])
        topics.decide(session, [])
    with db.read() as session:
        (kept,) = topics.decided(session, article).values()
        assert (kept.state, kept.decided, {name: getattr(kept, name) for name in later}) == ("near", NOON + HOUR, later)
        assert session.execute(text("SELECT COUNT(*) FROM match")).scalar_one() == 1


def test_what_the_full_text_did_not_bear_out_is_withdrawn(db: Database) -> None:
    with db.write() as session:
        wheat, bread, milk = add(session), add(session, "الخبز"), add(session, "الحليب")
        one, two = store(session, draft("أ"), draft("ب"))
        topics.decide(session, [row(wheat, one), row(bread, one), row(milk, one, state="near"), row(wheat, two)])
        topics.withdraw(session, one, [bread], NOON + HOUR)
    with db.read() as session:
        found = topics.decided(session, one)
        assert {id: match.state for id, match in found.items()} == {
            wheat: "withdrawn", bread: "match", milk: "withdrawn"
        }  # fmt: skip
        assert (found[wheat].provisional, found[wheat].decided, found[bread].decided) == (False, NOON + HOUR, NOON)
        assert topics.counts(session) == {wheat: 1, bread: 1}


def test_nothing_borne_out_withdraws_all(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        (article,) = store(session, draft("أ"))
        topics.decide(session, [row(id, article)])
        topics.withdraw(session, article, [], NOON)
        assert topics.counts(session) == {}


def test_only_what_is_no_match_any_more_is_forgotten(db: Database) -> None:
    with db.write() as session:
        id, other = add(session), add(session, "الخبز")
        a, b, c = store(session, draft("أ"), draft("ب"), draft("ج"))
        topics.decide(session, [row(id, a), row(id, b), row(id, c), row(other, b)])
        topics.forget_matches(session, id, [a], last=b)
    with db.read() as session:
        assert [row.id for row in topics.all_matches(session, id)] == [a, c]
        assert topics.counts(session) == {id: 2, other: 1}


def test_a_story_is_told_when_another_of_its_articles_matched(db: Database) -> None:
    with db.write() as session:
        id, other = add(session), add(session, "الخبز")
        (lead, single) = store(session, draft("أ"), draft("ب"))
        (copy,) = store(session, draft("ج"), group=lead)
        topics.decide(session, [row(id, lead), row(id, copy), row(id, single, state="near")])
        story = stories.story_of(session, [lead, single])
        pairs = [(id, story[lead]), (id, story[single]), (other, story[lead])]
        assert topics.told(session, pairs, [copy]) == {(id, story[lead])}
        assert topics.told(session, pairs, [lead, copy]) == set()


def test_matches_are_told_once_for_each_group(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        lead, other, far = store(
            session, draft("أ", "القمح", at=NOON), draft("ب", at=NOON + HOUR * 2), draft("د", at=NOON + HOUR * 3)
        )
        early, late = store(session, draft("ج", at=NOON - HOUR), draft("ه", at=NOON + HOUR * 9), group=lead)
        topics.decide(session, [row(id, n, event_at=NOON) for n in (lead, early, other)])
        topics.decide(session, [row(id, late, state="withdrawn"), row(id, far, state="near", score=0.4)])
        found = topics.matches(session, id)
        assert [(r.id, r.group_id, r.copies, r.score) for r in found] == [(other, other, 0, 0.6), (early, lead, 2, 0.6)]
        assert found[1].reason == {"terms": ["القمح"]}
        assert [(r.id, r.state, r.score) for r in topics.matches(session, id, state="near")] == [(far, "near", 0.4)]
        assert [r.id for r in topics.all_matches(session, id)] == [lead, early, other]


def test_matches_made_since(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        assert topics.last_match_id(session) == 0
        a, b, c = store(session, draft("أ"), draft("ب"), draft("ج"))
        topics.decide(session, [row(id, a)])
        mark = topics.last_match_id(session)
        topics.decide(session, [row(id, b), row(id, c, state="near")])
        assert topics.matches_since(session, mark) == 1
