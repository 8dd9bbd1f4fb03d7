"""The watchdog: what has gone silent is written down once, and its end too."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from press import Press
from service import Service
from stored import NOON

from domain.health import AT_ONCE, OUR_NETWORK
from domain.rhythm import Rhythm
from storage import events, feeds, jobs
from storage.models import Event, Feed, Job, Poll
from worker.jobs import do_jobs
from worker.watch import watch

HOUR = timedelta(hours=1)
LIVELY = replace(Rhythm(), until=NOON, seen=(40.0,) * 24, watched=(20.0,) * 24).to_json()


def add(service: Service, outlet: str, silent: float, **values: Any) -> int:
    with service.db.write() as session:
        feed = feeds.add(session, f"https://{outlet}.example/rss", NOON, outlet=outlet, country="LB", language="ar")
        feed.status, feed.health, feed.rhythm = "ok", "healthy", LIVELY
        feed.last_new, feed.last_polled = NOON - silent * HOUR, NOON
        for name, value in values.items():
            setattr(feed, name, value)
        return feed.id or 0


def open_kinds(service: Service) -> list[tuple[str, str]]:
    with service.db.read() as session:
        return sorted((event.kind, event.subject) for event in events.open_events(session))


def silent(service: Service) -> list[Event]:
    return [event for event in service.all(Event) if not event.kind.startswith("feed_")]


def test_a_silent_outlet_is_found_and_its_end_too(service: Service) -> None:
    id = add(service, "silent", 10)
    add(service, "lively", 1)
    assert watch(service.context) == {
        "feeds": 2, "changed": 1, "silent_outlet": 1, "silent_country": 0, "silent_language": 0,
    }  # fmt: skip
    watch(service.context)
    assert open_kinds(service) == [("silent_outlet", "silent")]
    assert len(silent(service)) == 1
    assert {feed.outlet: feed.health for feed in service.all(Feed)} == {"silent": "quiet", "lively": "healthy"}
    with service.db.write() as session:
        feeds.get(session, str(id)).last_new = NOON
    watch(service.context)
    assert open_kinds(service) == []
    assert [event.ended for event in silent(service)] == [NOON]
    assert service.all(Feed)[0].health == "healthy"


def test_what_fails_is_silent_too_and_says_so_by_country(service: Service) -> None:
    add(service, "a", 10, status="timeout", failures=9)
    add(service, "b", 10, status="blocked")
    watch(service.context)
    assert ("silent_country", "LB") in open_kinds(service)
    assert [feed.health for feed in service.all(Feed)] == ["broken", "blocked"]


def test_nothing_is_silent_while_our_network_fails(service: Service) -> None:
    ids = [add(service, f"h{n}", 10, host=f"h{n}.example", status="timeout", failures=1) for n in range(10)]
    with service.db.write() as session:
        for id in ids:
            feeds.record(session, Poll(feed_id=id, at=NOON, status="timeout"))
        events.blame_our_network(session, NOON)
    watch(service.context)
    assert open_kinds(service) == [(OUR_NETWORK, "")]
    service.clock.pass_by(seconds=AT_ONCE.total_seconds() + 1)
    watch(service.context)
    assert (OUR_NETWORK, "") not in open_kinds(service)


def test_it_is_asked_for_every_ten_minutes(service: Service, press: Press) -> None:
    add(service, "silent", 10)
    with service.db.write() as session:
        for minute in range(25):
            jobs.ask_watch(session, NOON + timedelta(minutes=minute))
    job = service.only(Job)
    do_jobs(service.context, [job.id or 0])
    service.clock.pass_by(hours=1)
    do_jobs(service.context, [job.id or 0])
    assert service.only(Job).result["feeds"] == 1
    with service.db.write() as session:
        jobs.ask_watch(session, NOON + 2 * HOUR)
    assert [job.state for job in service.all(Job)] == ["waiting"]
