"""Visits that are stored together, each as if it were alone."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from press import Press, Reply, news
from rawserver import open_raw, reply
from service import HEADLINE, STORY, Service
from sqlalchemy import event

from domain.health import Health
from settings import Settings
from storage import feeds, queue
from storage.models import Alert, Feed, Poll
from worker import batch, pipeline
from worker import visit as visits
from worker.batch import Ask, fetch_some

SHIP = ("s1", HEADLINE, STORY)


@contextmanager
def commits(service: Service) -> Iterator[list[int]]:
    """Count the transactions that write."""
    found: list[int] = []

    def note(connection: Any) -> None:
        if connection.get_execution_options().get("marsad_write"):
            found.append(1)

    event.listen(service.db.engine, "commit", note)
    yield found
    event.remove(service.db.engine, "commit", note)


@contextmanager
def statements(service: Service) -> Iterator[list[str]]:
    """Collect the statements that are asked of the database."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(service.db.engine, "before_cursor_execute", note)
    yield found
    event.remove(service.db.engine, "before_cursor_execute", note)


def prepare(service: Service, press: Press, number: int) -> list[int]:
    """Give feeds that were visited, some of which answer with 304."""
    for n in range(number):
        press.write_feed(f"/{n}.xml", [news(n)])
        press.special[f"/{n}.xml"] = Reply(etag=f'"{n}"' if n % 2 else "")
    ids = [service.feed(f"/{n}.xml") for n in range(number)]
    service.poll()
    service.clock.pass_by(hours=1)
    return ids


def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gather for as long as the slowest machine takes."""
    real = batch.fetch_some
    monkeypatch.setattr("worker.pipeline.fetch_some", lambda *values: real(*values, gather=20.0))


def test_more_visits_of_feeds_that_are_not_well_cost_no_more_statements(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = prepare(service, press, 12)
    together(monkeypatch)
    made: dict[int, int] = {}
    for number in (3, 12):
        with service.db.write() as session:
            for id in ids:
                feed = session.get_one(Feed, id)
                feed.health, feed.due = Health.EMPTY, service.clock() if id in ids[:number] else None
        with statements(service) as found:
            service.poll()
        made[number] = len(found)
    assert made[12] == made[3]


def test_visits_without_news_are_one_transaction(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(service, press, 12)
    together(monkeypatch)
    with commits(service) as made:
        service.poll()
    assert len(made) == 4, "the feeds made due, the lease, the paused hosts, and one for twelve visits"
    found = service.all(Feed)
    assert [(f.status, f.lease, f.crashes, f.failures, f.health) for f in found] == [
        ("unchanged", "", 0, 0, "healthy")
    ] * 12
    assert {(f.last_polled, f.last_success) for f in found} == {(service.clock.now, service.clock.now)}
    assert {f.rhythm["until"] for f in found} == {service.clock.now.timestamp()}
    assert all(f.due and f.due > service.clock.now for f in found)
    polls = service.all(Poll)[12:]
    assert sorted((p.feed_id or 0, p.status, p.http_status) for p in polls) == [
        (f.id, "unchanged", 200 if n % 2 == 0 else 304) for n, f in enumerate(found)
    ]


def test_news_go_with_them_and_each_visit_counts_its_own(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = service.topic()
    service.tell(topic)
    prepare(service, press, 4)
    press.write_feed("/0.xml", [SHIP, news(100), news(0)])
    press.write_feed("/2.xml", [news(102), news(2)])
    together(monkeypatch)
    with commits(service) as made:
        (alert,) = service.poll()
    assert len(made) == 4
    polls = sorted(service.all(Poll)[4:], key=lambda p: p.feed_id or 0)
    assert [(p.status, p.new, p.seen, p.matches, p.alerts) for p in polls] == [
        ("ok", 2, 1, 1, 1), ("unchanged", 0, 0, 0, 0), ("ok", 1, 1, 0, 0), ("unchanged", 0, 0, 0, 0),
    ]  # fmt: skip
    assert service.only(Alert).id == alert


def test_an_article_in_two_feeds_of_one_outlet_is_stored_once_though_they_are_stored_together(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(service, press, 2)
    press.special.clear()
    for path in ("/0.xml", "/1.xml"):
        press.write_feed(path, [SHIP])
    together(monkeypatch)
    service.poll()
    assert sorted((p.new + p.copies, p.seen) for p in service.all(Poll)[2:]) == [(0, 1), (1, 0)]
    assert service.titles().count(SHIP[1]) == 1


def test_news_that_are_too_many_are_stored_in_parts(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(service, press, 3)
    press.special.clear()
    for n in range(3):
        press.write_feed(f"/{n}.xml", [news(100 + 2 * n), news(101 + 2 * n), news(n)])
    monkeypatch.setattr(pipeline, "MOST_TOGETHER", 4)
    together(monkeypatch)
    with commits(service) as made:
        service.poll()
    assert len(made) == 5
    assert [p.new for p in service.all(Poll)[3:]] == [2, 2, 2]


def test_what_another_worker_has_by_now_is_left_to_it(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = prepare(service, press, 3)
    together(monkeypatch)
    real = visits.end_of

    def steal(context: Any, session: Any, visit: Any, now: Any) -> Any:
        if visit.feed.id == ids[1]:
            values = {"lease": "theirs", "locked_until": now + timedelta(minutes=1)}
            feeds.edit(session, visit.feed, **values)
        return real(context, session, visit, now)

    monkeypatch.setattr(visits, "end_of", steal)
    service.poll()
    found = {f.id: f for f in service.all(Feed)}
    assert [found[id].lease for id in ids] == ["", "theirs", ""]
    assert found[ids[1]].last_polled == service.clock.now - timedelta(hours=1)
    assert sorted(p.feed_id or 0 for p in service.all(Poll)[3:]) == [ids[0], ids[2]]


def test_an_error_of_ours_in_one_of_them_is_no_neighbours(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = prepare(service, press, 3)
    together(monkeypatch)
    real = visits.end_of

    def fail(context: Any, session: Any, visit: Any, now: Any) -> Any:
        if visit.feed.id == ids[1]:
            raise RuntimeError("حرف لم نتوقعه")
        return real(context, session, visit, now)

    monkeypatch.setattr(visits, "end_of", fail)
    service.poll()
    assert [(f.status, f.crashes) for f in service.all(Feed)] == [
        ("unchanged", 0), (queue.INTERNAL_ERROR, 1), ("unchanged", 0),
    ]  # fmt: skip
    assert len(service.all(Poll)) == 6


def test_bodies_that_wait_hold_further_requests_back(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_WAITING", 250_000)
    with open_raw() as server:
        server.routes = {f"/{n}": reply(b"x" * 100_000) for n in range(40)}
        settings: Settings = service.settings.model_copy(update={"fetch_connections": 2})
        groups = fetch_some(settings, [Ask(n, server.url(f"/{n}")) for n in range(40)], gather=0)
        first = next(groups)
        time.sleep(0.5)
        asked = len(server.heads)
        assert asked <= 6, "three bodies are too many, and two more were on their way"
        rest = [row for group in groups for row, _ in group]
    assert sorted([row for row, _ in first] + rest) == list(range(40))


def test_who_stops_to_listen_leaves_no_thread_behind(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_WAITING", 1)
    before = threading.active_count()
    with open_raw() as server:
        server.routes = {f"/{n}": reply(b"x" * 1_000) for n in range(10)}
        groups = fetch_some(service.settings, [Ask(n, server.url(f"/{n}")) for n in range(10)], gather=0)
        next(groups)
        groups.close()  # type: ignore[attr-defined]
        until = time.monotonic() + 10
        while threading.active_count() > before + 1 and time.monotonic() < until:
            time.sleep(0.05)
    assert threading.active_count() <= before + 1, "the server's own"
