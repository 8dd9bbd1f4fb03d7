"""What somebody asked for: done once, with the answer in the request; our own errors are tried again."""

from datetime import timedelta
from typing import Any

import pytest
from press import NAME, STORY, Press
from service import HEADLINE, REFERENCE, Service
from stored import NOON, draft, store

from domain.topics import Profile, make_rules
from storage import jobs, queue
from storage.models import Feed, Job, Match, Quarantine, Reference, Topic
from worker import jobs as module

FOUND = {"matched": 0, "read": 0, "gained": 0, "lost": 0}


def ask(service: Service, kind: str, **payload: Any) -> int:
    return service.db.transact(lambda s: jobs.ask(s, kind, payload, service.clock()))


def do(service: Service, *ids: int) -> list[Job]:
    module.do_jobs(service.context, ids)
    return service.all(Job)


def test_a_backfill_answers_with_what_it_found(service: Service) -> None:
    with service.db.write() as session:
        store(session, draft("s1", HEADLINE, STORY), draft("o", "خبر آخر", "نص لا صلة له بشيء من ذلك"))
    (job,) = do(service, ask(service, "backfill_topic", topic_id=service.topic()))
    assert (job.state, job.result, job.done, job.total) == (
        "done",
        FOUND | {"matched": 1, "read": 2, "gained": 1},
        4,
        4,
    )
    assert (job.due, job.finished, job.lease, job.crashes) == (None, NOON, "", 0)


def test_a_topic_from_an_address_is_made_and_asks_for_its_backfill(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [("s1", REFERENCE.title, STORY)])
    url = f"{press.base}/page/s1.html"
    made, backfill = do(service, ask(service, "topic_from_url", name=NAME, url=url))
    topic, reference = service.only(Topic), service.only(Reference)
    assert (made.state, made.result) == ("done", {"topic": topic.id, "kind": ""})
    assert (topic.name, reference.url, reference.title, reference.text) == (NAME, url, REFERENCE.title, STORY)
    assert (backfill.kind, backfill.state, backfill.payload) == ("backfill_topic", "waiting", {"topic_id": topic.id})


@pytest.mark.parametrize(
    ("kind", "payload", "said"),
    [
        ("backfill_topic", {"topic_id": 99}, "no topic 99"),
        ("topic_from_url", {"name": NAME, "url": "ftp://n.example/"}, "only http and https"),
        ("topic_from_url", {"name": NAME, "url": "http://10.0.0.1/"}, "refused"),
        ("topic_from_url", {"name": NAME, "url": "BASE/nothing.html"}, "HTTP 404"),
        ("topic_from_url", {"name": "مأخوذ", "url": "BASE/page/s1.html"}, "there already"),
    ],
)
def test_what_is_wrong_with_a_request_is_its_answer(
    service: Service, press: Press, kind: str, payload: dict[str, Any], said: str
) -> None:
    press.write_feed("/a.xml", [("s1", REFERENCE.title, STORY)])
    service.topic("مأخوذ")
    real = {name: value.replace("BASE", press.base) if name == "url" else value for name, value in payload.items()}
    (job,) = do(service, ask(service, kind, **real))
    assert (job.state, job.due, job.crashes) == ("failed", None, 0)
    assert said in job.result["error"]
    assert len(service.all(Topic)) == 1


def test_an_error_of_ours_is_tried_again_and_ends_in_quarantine(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> module.Answer:
        raise RuntimeError("انكسر شيء")

    monkeypatch.setitem(module.KINDS, "backfill_topic", fails)
    id, topic = ask(service, "backfill_topic", topic_id=1), service.topic()
    for crashes in range(1, 6):
        (job,) = do(service, id)
        assert (job.state, job.crashes, job.result) == ("waiting", crashes, {"error": "RuntimeError: انكسر شيء"})
        (job,) = do(service, id)
        assert job.crashes == crashes, "not before its lease has run out"
        service.clock.pass_by(seconds=service.settings.lease + 1)
    with service.db.write() as session:
        assert queue.quarantine(session, service.clock()) == 1
    assert "RuntimeError: انكسر شيء" in service.only(Quarantine).why
    monkeypatch.undo()
    with service.db.write() as session:
        queue.replay(session, service.only(Quarantine), service.clock())
    (job,) = do(service, id)
    assert (job.state, job.result) == ("done", FOUND)
    assert topic == 1


def test_one_bad_job_does_not_stop_the_next_and_an_unknown_kind_is_our_error(service: Service) -> None:
    unknown, known = ask(service, "no_such_kind"), ask(service, "backfill_topic", topic_id=service.topic())
    first, second = do(service, unknown, known)
    assert (first.state, second.state) == ("waiting", "done")
    assert "KeyError" in first.result["error"]


def test_a_job_is_done_once_however_often_it_is_told(service: Service) -> None:
    with service.db.write() as session:
        store(session, draft("o", "خبر آخر", "نص لا صلة له بشيء من ذلك"))
    id = ask(service, "backfill_topic", topic_id=service.topic())
    do(service, id)
    service.clock.pass_by(hours=1)
    (job,) = do(service, id, id)
    assert job.finished == NOON
    assert service.only(Topic).version == 2
    assert service.all(Match) == []


def test_a_job_of_a_dead_worker_is_done_by_another_when_its_lease_is_over(service: Service) -> None:
    id = ask(service, "backfill_topic", topic_id=service.topic())
    lease = timedelta(seconds=45)
    service.db.transact(lambda s: queue.take(s, queue.KINDS["jobs"], [id], NOON, lease))
    assert do(service, id)[0].state == "waiting"
    service.clock.pass_by(seconds=46)
    assert do(service, id)[0].state == "done"


@pytest.mark.parametrize("source", ["text", "url"])
def test_a_preview_answers_with_what_would_match_and_keeps_nothing(service: Service, press: Press, source: str) -> None:
    with service.db.write() as session:
        (ship, _) = store(session, draft("s1", HEADLINE, STORY), draft("o", "خبر آخر", "نص لا صلة له بشيء من ذلك"))
    press.write_feed("/a.xml", [("s1", REFERENCE.title, STORY)])
    given = {"url": f"{press.base}/page/s1.html"} if source == "url" else {"title": REFERENCE.title, "text": STORY}
    (job,) = do(service, ask(service, "preview_topic", name=NAME, **given))
    result = job.result
    assert (job.state, result["matched"], result["read"], result["broad"]) == ("done", 1, 2, False)
    assert [(row["id"], row["title"]) for row in result["would_match"]] == [(ship, HEADLINE)]
    assert (result["title"], result["text"]) == (REFERENCE.title, STORY)
    assert result["terms"]
    assert (service.all(Topic), service.all(Match)) == ([], [])


def test_query_and_names_are_previewed_and_made_as_asked(service: Service, press: Press) -> None:
    with service.db.write() as session:
        ship, drill = store(
            session, draft("s1", HEADLINE, STORY), draft("t", "تدريب على غرق سفينة", "تدريب على غرق سفينة في الميناء")
        )
    asked = make_rules("سفينة -تدريب")
    (job,) = do(service, ask(service, "preview_topic", name="سفن", rules=asked.to_json()))
    assert [row["id"] for row in job.result["would_match"]] == [ship]
    assert (job.result["terms"], job.result["title"], job.result["text"]) == (["سفينة -تدريب"], "", "")
    job = do(service, ask(service, "preview_topic", name="سفن", rules=make_rules("تدريب").to_json()))[-1]
    assert [row["id"] for row in job.result["would_match"]] == [drill]
    press.write_feed("/a.xml", [("s1", REFERENCE.title, STORY)])
    do(service, ask(service, "topic_from_url", name=NAME, url=f"{press.base}/page/s1.html", rules=asked.to_json()))
    profile = Profile.from_json(service.only(Topic).profile)
    assert (profile.rules, bool(profile.terms)) == (asked, True)


def test_the_feeds_of_a_site_are_the_answer(service: Service, press: Press) -> None:
    press.write_feed("/rss.xml", [("s1", HEADLINE, STORY)])
    press.pages["/"] = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head></html>'
    (job,) = do(service, ask(service, "discover_feeds", url=press.base))
    (found,) = job.result["feeds"]
    assert (job.state, job.result["status"]) == ("done", "not_a_feed")
    assert (found["url"], found["kind"], found["entries"], found["newest"]) == (f"{press.base}/rss.xml", "rss", 1, None)
    assert service.all(Feed) == []
