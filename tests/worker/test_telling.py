"""One story, one alert: what is told again, and what is held for digests, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from press import Press, open_press
from service import Service, open_service
from stored import NOON, draft, store
from telling import come, data, digests, held, report, told, want

from domain.article import Draft, Text
from domain.render.documents import message_of
from storage import articles, stories, story_edits, telling, topics
from storage.engine import Database
from storage.models import Feed, HeldAlert, Subscription
from worker.keep import read_article, revise

HOUR = timedelta(hours=1)
SCHOOL = "وقعت وزارة التعليم اتفاقا مع ثلاث جامعات لتدريب المعلمين على البرمجة، ويبدأ البرنامج في الخريف المقبل."


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press() as made:
        yield made


@pytest.fixture
def service(db: Database, tmp_path: Path, press: Press) -> Iterator[Service]:
    with open_service(db, tmp_path, press, NOON) as made:
        yield made.with_settings(public_url="https://m.example")


def later(service: Service, hours: float) -> datetime:
    return service.clock.pass_by(hours=hours)


def test_a_story_is_told_once_and_other_reports_of_it_are_counted(service: Service) -> None:
    want(service, service.topic())
    (first,) = come(service, report("a", NOON))
    come(service, report("b", later(service, 1), 0), report("c", service.clock(), 1), report("d", service.clock()))
    (alert,) = service.alerts()
    assert (alert.article_id, alert.reason, alert.state) == (first, "first_match", "waiting")
    said = data(alert)
    assert (said["reason"], said["reason_text"]) == ("first_match", "أول تنبيه بهذا الحدث")
    assert (said["article"]["page"], said["article"]["host"]) == (f"https://m.example/articles/{first}", "a.example")
    assert any(part["marked"] for part in said["article"]["passages"][0])


def test_the_counts_are_those_of_the_story_when_it_is_told(service: Service) -> None:
    want(service, service.topic())
    come(service, report("a", NOON), report("copy", NOON + HOUR), report("b", NOON + HOUR, 0))
    (alert,) = service.alerts()
    assert data(alert)["counts"] == {"copies": 1, "independent_sources": 2, "outlets": 3}


def court(key: str, at: datetime, **values: Any) -> Draft:
    """Give an article on what came of the sunken ship."""
    body = (
        "قدم محامون دعوى أمام المحكمة البحرية ضد مالك سفينة الأسمدة بعد إغلاق مرفأ الصيادين، وطالبوا بتعويضات عن أيام "
        "التوقف، وقال القاضي إنه يستمع إلى الطرفين في جلسة علنية الشهر المقبل، وإن شركات التأمين تشارك فيها."
    )
    return draft(key, "صيادو النورس يقاضون مالك سفينة الأسمدة", body, at=at, **{"may_alert": True, **values})


def test_a_development_of_a_story_is_told_once_and_named(service: Service) -> None:
    want(service, service.topic())
    come(service, report("a", NOON), report("b", NOON, 0))
    come(service, court("c", later(service, 5)))
    come(service, court("d", later(service, 1), outlet="منبر آخر"), report("e", service.clock(), 1))
    assert told(service) == [("waiting", "first_match"), ("waiting", "development")]
    assert len({alert.story_id for alert in service.alerts()}) == 1
    assert data(max(service.alerts(), key=lambda alert: alert.created))["reason_text"] == "تطور في الحدث"


def test_who_wants_no_developments_is_told_of_none(service: Service) -> None:
    want(service, service.topic(), on="first_match,new_number")
    come(service, report("a", NOON))
    come(service, court("c", later(service, 5)))
    assert told(service) == [("waiting", "first_match")]


def test_an_article_of_before_that_comes_late_is_no_development(service: Service) -> None:
    want(service, service.topic())
    come(service, report("a", NOON))
    come(service, court("c", later(service, 5) - 6 * HOUR))
    assert told(service) == [("waiting", "first_match")]


def test_a_copy_of_a_report_that_came_late_is_no_development_either(service: Service) -> None:
    want(service, service.topic())
    come(service, report("a", NOON))
    come(service, court("c", later(service, 5) - 6 * HOUR))
    come(service, court("d", later(service, 1), outlet="منبر آخر"))
    assert told(service) == [("waiting", "first_match")]


def test_a_toll_that_moves_is_told_once_with_both_numbers(service: Service) -> None:
    want(service, service.topic())
    come(service, report("a", NOON, toll="ثلاثة قتلى"))
    come(service, report("b", later(service, 1), 0, toll="سبعة قتلى"))
    come(service, report("c", later(service, 1), 1, toll="سبعة قتلى"))
    come(service, report("d", later(service, 1) - 3 * HOUR, 1, toll="ثلاثة قتلى"))
    assert told(service) == [("waiting", "first_match"), ("waiting", "new_number")]
    (change,) = data(max(service.alerts(), key=lambda alert: alert.created))["changes"]
    assert (change["kind"], change["text"]) == ("number", "3 → 7 قتلى")


def test_a_toll_that_the_outlet_changes_in_its_article_is_told(service: Service) -> None:
    want(service, service.topic())
    (id,) = come(service, report("a", NOON, toll="ثلاثة قتلى"))
    later(service, 1)
    changed = read_article(service.context, report("a", NOON, toll="سبعة قتلى"))
    for _ in range(2):
        service.db.transact(lambda s: revise(service.context, s, articles.get(s, id), changed, {}))
    assert told(service) == [("waiting", "first_match"), ("waiting", "new_number")]


def test_every_reason_of_an_alert_is_told_and_none_again_by_a_copy(service: Service) -> None:
    want(service, service.topic(), on="nth_outlet:3/4,new_source:2")
    come(service, report("a", NOON))
    come(service, report("b", later(service, 1), 0), report("copy", service.clock()))
    assert [alert.keys for alert in service.alerts()] == [["nth_outlet:3", "new_source:2"]]
    come(service, report("d", later(service, 1)))
    come(service, report("e", later(service, 1)))
    assert [alert.keys for alert in service.alerts()] == [["nth_outlet:3", "new_source:2"], ["nth_outlet:4"]]


def test_what_another_topic_told_or_holds_on_the_channel_silences_nobody(service: Service) -> None:
    case = court("reference", NOON)
    ship, trial = service.topic(), service.topic("دعوى الصيادين", Text(case.title, case.body))
    want(service, ship, zone="Asia/Riyadh", digest="weekly@sun@08:00", live=False)
    (first,) = come(service, report("a", NOON))
    assert [(row.article_id, row.reason) for row in held(service)] == [(first, "first_match")]
    want(service, trial)
    come(service, court("c", later(service, 5)))
    (alert,) = service.alerts()
    assert (alert.topic_id, alert.reason, alert.story_id) == (trial, "first_match", held(service)[0].story_id)


def test_hushing_ends_what_is_held_for_digests_too(service: Service) -> None:
    want(service, service.topic(), zone="Asia/Riyadh", digest="daily@08:00", live=False)
    come(service, report("a", NOON))
    assert len(held(service)) == 1
    assert service.db.transact(telling.hush)[1] == 1
    assert held(service) == []
    later(service, 48)
    assert digests(service) == []


def test_what_is_not_wanted_is_not_told(service: Service) -> None:
    want(service, service.topic(), on="nth_outlet:3,new_source:2")
    come(service, report("a", NOON, toll="ثلاثة قتلى"))
    come(service, report("b", later(service, 1), 0, toll="سبعة قتلى"))
    come(service, report("c", later(service, 1), 1))
    assert told(service) == [("waiting", "new_source"), ("waiting", "nth_outlet")]
    come(service, report("d", later(service, 1), 1))
    assert len(service.alerts()) == 2


def test_old_news_is_logged_as_stale_and_does_not_hide_the_new(service: Service) -> None:
    want(service, service.topic())
    come(service, report("a", NOON - 49 * HOUR))
    assert told(service) == [("stale", "first_match")]
    assert service.alerts()[0].due is None
    come(service, report("b", NOON, 0))
    assert sorted(told(service)) == [("stale", "first_match"), ("waiting", "first_match")]


def test_a_copy_of_what_was_there_before_is_no_news_but_another_report_is(service: Service) -> None:
    want(service, service.topic())
    come(service, report("a", NOON, may_alert=False))
    come(service, report("copy", later(service, 1)))
    assert service.alerts() == []
    come(service, report("b", later(service, 1), 0))
    assert told(service) == [("waiting", "first_match")]


def test_stories_that_are_joined_are_not_told_again(service: Service) -> None:
    want(service, service.topic())
    (other,) = come(service, draft("school", "اتفاق لتدريب المعلمين", SCHOOL, at=NOON, outlet="صحيفة التعليم"))
    (first,) = come(service, report("a", NOON))
    with service.db.write() as session:
        found = stories.story_of(session, [first, other])
        assert found[first] != found[other]
        story_edits.join(session, found[other], found[first], service.clock())
    come(service, report("b", later(service, 1), 0))
    with service.db.read() as session:
        assert found[first] != stories.story_of(session, [first])[first], "the story has another id now"
    assert told(service) == [("waiting", "first_match")]


def test_what_comes_in_quiet_hours_is_told_when_they_end(service: Service) -> None:
    quiet = want(service, service.topic(), quiet="11:00-15:00", zone="Europe/London")
    come(service, report("a", NOON))
    assert (service.alerts(), [row.why for row in held(service)]) == ([], ["quiet_hours"])
    due = service.only(Subscription).digest_due
    assert due == NOON + 2 * HOUR
    assert digests(service) == [], "not before it is due"
    service.clock.now = due
    (digest,) = digests(service)
    assert (digest["period"], digest["alerts"], digest["over_budget"], digest["more"]) == ("catch_up", 1, 0, 0)
    (story,) = digest["stories"]
    assert (story["article"]["outlet"], story["reasons"]) == ("صحيفة a", ["first_match"])
    message = message_of(service.alerts()[0].payload)
    assert "عدد الأحداث: 1" in message.title, "it is put into words"
    assert (service.only(Subscription).digest_due, held(service)) == (None, [])
    assert len(digests(service)) == 1, "told once"
    assert quiet == service.only(HeldAlert).subscription_id


def test_a_digest_that_is_late_into_quiet_hours_waits_for_their_end(service: Service) -> None:
    want(service, service.topic(), quiet="22:00-07:00", digest="daily@21:00", live=False, zone="Asia/Riyadh")
    come(service, report("a", NOON))
    service.clock.now = NOON + 8 * HOUR  # 23:00 there: the service was away at 21:00
    assert digests(service) == []
    assert service.only(Subscription).digest_due == NOON + 16 * HOUR
    service.clock.now = NOON + 16 * HOUR
    assert [digest["period"] for digest in digests(service)] == ["daily"]


def test_over_budget_goes_into_the_digest_and_the_next_day_is_new(service: Service) -> None:
    want(service, service.topic(), per_day=1, on="first_match,nth_outlet:2/3/4")
    come(service, report("a", NOON))
    for n, key in enumerate("bcd"):
        come(service, report(key, later(service, 1), n % 2))
    assert [row.why for row in held(service)] == ["over_budget"] * 3
    service.clock.now = NOON + 12 * HOUR
    (digest,) = digests(service)
    assert (digest["alerts"], digest["over_budget"], len(digest["stories"])) == (3, 3, 1)
    assert digest["stories"][0]["reasons"] == ["nth_outlet"]


def test_two_topics_with_the_same_digest_on_a_channel_come_in_one(service: Service) -> None:
    first, second = service.topic(), service.topic("مرفأ الصيادين في النورس")
    for topic in (first, second):
        want(service, topic, live=False, digest="hourly")
    come(service, report("a", NOON))
    service.clock.now = NOON + HOUR
    (digest,) = digests(service)
    assert [topic["id"] for topic in digest["topics"]] == [first, second]
    (story,) = digest["stories"]
    assert [topic["id"] for topic in story["topics"]] == [first, second]


def test_a_burst_is_told_once(service: Service) -> None:
    topic = service.topic()
    want(service, topic, on="burst")
    with service.db.write() as session:
        for n in range(12):
            key = f"m{n}"
            (id,) = store(session, draft(key, key, at=NOON - timedelta(minutes=n) if n else NOON - timedelta(days=9)))
            topics.decide(session, [{
                "topic_id": topic, "article_id": id, "state": "match", "score": 0.9, "basis": "full", "version": 1,
                "provisional": False, "reason": {}, "decided": NOON,
                "event_at": NOON - timedelta(minutes=n) if n else NOON - timedelta(days=9),
            }])  # fmt: skip
    come(service, report("a", NOON))
    come(service, report("b", NOON, 0))
    (alert,) = service.alerts()
    assert (alert.reason.partition(":")[0], data(alert)["reason"]) == ("burst", "burst")
    assert data(alert)["reason_text"] == "طفرة نشر في موضوع الرصد: 12 في ساعة، والمعتاد أقل من واحدة"


def test_an_alert_of_a_database_that_was_restored_is_stale(service: Service) -> None:
    want(service, service.topic())
    service.feed("/a.xml", primed=True)
    come(service, report("a", NOON))
    assert service.db.transact(lambda s: telling.expire(s, NOON)) == 0
    assert service.db.transact(lambda s: telling.expire(s, NOON + HOUR)) == 1
    assert told(service) == [("stale", "first_match")]
    assert service.db.transact(telling.hush) == (1, 0)
    assert not service.only(Feed).primed
