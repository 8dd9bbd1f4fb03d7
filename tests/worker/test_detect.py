"""The topics as a worker knows them: taken up when they change, also between reading an article and keeping it."""

import pytest
from press import NAME, STORY
from service import HEADLINE, REFERENCE, Service
from stored import NOON, draft

from domain.article import Text
from domain.topics import learn, make_profile, make_rules
from storage import learning, topics, versions
from storage.models import Match
from worker.detect import Found
from worker.keep import Reading, keep, read_article

SHIP = Text(HEADLINE, STORY)
CALLIGRAPHY = Text(
    "افتتاح معرض الخط العربي", "افتتح وزير الثقافة معرض الخط العربي في قاعة المدينة، وضم لوحات لخطاطين قدامى."
)


def ask(service: Service, text: Text = SHIP) -> list[Found]:
    with service.db.read() as session:
        service.context.detector.refresh(session)
    return list(service.context.detector.decide(text, NOON.timestamp()))


def kept(service: Service, reading: Reading) -> int:
    return service.db.transact(lambda s: keep(service.context, s, [reading], feed_id=None, document="")).matches


def test_without_topics_nothing_matches(service: Service) -> None:
    assert ask(service) == []


def test_a_match_says_which_topic_how_strongly_and_why(service: Service) -> None:
    id = service.topic()
    (found,) = ask(service)
    assert (found.topic_id, found.topic, found.version, found.state) == (id, NAME, 1, "match")
    assert 0.5 <= found.score <= 1
    assert {term["surface"] for term in found.reason["terms"]} & {"المرفأ", "مرفأ", "سفينة", "الصيادين"}
    assert ask(service, CALLIGRAPHY) == []


def test_a_change_is_seen_once(service: Service) -> None:
    detector = service.context.detector
    id = service.topic()
    with service.db.read() as session:
        detector.refresh(session)
        seen = detector.generation
        detector.refresh(session)
        assert detector.generation == seen > 0
    profile = learn("معرض الخط العربي", [CALLIGRAPHY]).to_json()
    service.db.transact(lambda s: versions.advance(s, id, "added", NOON, base=profile, profile=profile))
    assert ask(service) == []
    assert [found.version for found in ask(service, CALLIGRAPHY)] == [2]
    service.db.transact(lambda s: topics.remove(s, topics.by_id(s, id)))
    assert ask(service, CALLIGRAPHY) == []


def test_a_name_given_again_is_another_topic(service: Service) -> None:
    first = service.topic()
    ask(service)
    service.db.transact(lambda s: topics.remove(s, topics.by_id(s, first)))
    second = service.topic()
    assert [found.topic_id for found in ask(service)] == [second]
    assert second != first


def test_a_topic_added_between_reading_and_keeping_is_asked(service: Service) -> None:
    reading = read_article(service.context, draft("k", HEADLINE, STORY))
    assert reading.found == ()
    service.topic()
    assert kept(service, reading) == 1


def test_a_topic_removed_between_reading_and_keeping_is_not(service: Service) -> None:
    id = service.topic()
    ask(service)
    reading = read_article(service.context, draft("k", HEADLINE, STORY))
    assert len(reading.found) == 1
    service.db.transact(lambda s: topics.remove(s, topics.by_id(s, id)))
    assert kept(service, reading) == 0
    assert service.all(Match) == []


@pytest.mark.parametrize(("language", "asked"), [("ar", True), ("", True), ("fa", False), ("en", False)])
def test_only_arabic_and_what_may_be_is_asked_about(service: Service, language: str, asked: bool) -> None:
    service.topic("غرق سفينة", REFERENCE)
    ask(service)
    assert bool(read_article(service.context, draft("k", HEADLINE, STORY, language=language)).found) is asked


def test_query_and_names_match_and_alert_like_an_example(service: Service) -> None:
    profile = make_profile("مرافئ", [], make_rules("(سفينة أو ناقلة) -تدريب", ["النورس"]))
    with service.db.write() as session:
        id = topics.add(session, "مرافئ", profile.to_json(), [], NOON).id or 0
    service.tell(id)
    service.press.write_feed("/rss", [("x", "افتتاح معرض الخط العربي", CALLIGRAPHY.body)])
    service.feed("/rss", primed=True)
    assert service.poll() == []
    service.press.write_feed("/rss", [("s", HEADLINE, STORY)])
    assert len(service.poll()) == 1
    match = service.only(Match)
    assert (match.topic_id, match.state) == (id, "match")
    assert {"السفينة", "سفينة", "النورس"} <= {term["surface"] for term in match.reason["terms"]}
    (alert,) = service.alerts()
    assert '"kind": "query+names"' in alert.payload or '"kind":"query+names"' in alert.payload


def test_an_edited_query_is_taken_up(service: Service) -> None:
    profile = make_profile("مرافئ", [], make_rules("سفينة"))
    with service.db.write() as session:
        id = topics.add(session, "مرافئ", profile.to_json(), [], NOON).id or 0
    assert [found.topic_id for found in ask(service)] == [id]
    service.db.transact(lambda s: learning.edit(s, id, "مرافئ", make_rules("طائرة"), NOON))
    assert ask(service) == []
