"""An outlet whose feed is closed is read by its next way until the feed is open again, and nothing comes twice."""

from pathlib import Path
from typing import Any

import pytest
from press import STORY, Press, Reply, news
from service import Service, open_service
from stored import NOON

from domain.sections import Selectors
from storage import chain, feeds
from storage.engine import Database
from storage.models import Article, Event, Feed, Poll
from worker import pipeline
from worker.watch import watch

OUTLET = "صحيفة النورس"
SELECTORS = Selectors("li.story", title="h2", summary="p")


@pytest.fixture
def service(db: Database, tmp_path: Path, press: Press) -> Any:
    """Give the worker on each of the two databases."""
    with open_service(db, tmp_path, press, NOON) as made:
        yield made


def add(service: Service, path: str, **facts: Any) -> int:
    with service.db.write() as session:
        url = service.press.base + path
        host = service.press.base.removeprefix("http://")
        return feeds.add(session, url, service.clock(), outlet=OUTLET, host=host, **facts).id or 0


def write_section(press: Press, path: str, *items: tuple[str, str, str]) -> None:
    """Write a section page that lists articles by headline."""
    rows = "".join(
        f'<li class="story"><h2><a href="/page/{id}.html?utm_source=home">{title}</a></h2><p>{text[:90]}</p></li>'
        for id, title, text in items
    )
    body = f'<html lang="ar"><head><title>آخر الأخبار</title></head><body><ul>{rows}</ul></body></html>'
    press.feeds[path] = body.encode()
    press.special.setdefault(path, Reply()).headers["Content-Type"] = "text/html; charset=utf-8"


def tick(service: Service) -> list[str]:
    """Visit what is due now, and no more; gives the paths that were asked for."""
    before = service.press.asked.copy()
    if due := service.due("feeds"):
        pipeline.poll_feeds(service.context, due)
    return sorted(service.press.asked - before)


def state(service: Service) -> dict[int, tuple[bool, str]]:
    return {feed.id or 0: (feed.in_use, feed.health) for feed in service.all(Feed)}


@pytest.fixture
def chained(service: Service, press: Press) -> tuple[int, int]:
    """Give an outlet with a feed that is in use and a section page that stands by, both visited."""
    press.write_feed("/a.xml", [news(1), news(2)], brief=True)
    write_section(press, "/home", news(2), news(1))
    feed = add(service, "/a.xml")
    section = add(service, "/home", kind="section", rank=3, selectors=SELECTORS.to_json())
    tick(service)
    return feed, section


def test_the_feed_is_in_use_and_the_section_stands_by_and_costs_nothing(
    service: Service, chained: tuple[int, int]
) -> None:
    feed, section = chained
    assert state(service) == {feed: (True, "healthy"), section: (False, "healthy")}
    rows = {row.id: row for row in service.all(Feed)}
    assert (rows[section].due, rows[section].primed) == (None, True)
    assert len(service.all(Article)) == 2, "the section told of the same articles"
    for _ in range(30):
        service.clock.pass_by(hours=3)
        assert "/home" not in tick(service)
    assert service.all(Event) == []


def test_a_closed_feed_gives_way_to_the_section_and_takes_over_when_it_is_open_again(
    service: Service, press: Press, chained: tuple[int, int]
) -> None:
    feed, section = chained
    topic = service.topic()
    service.tell(topic)
    press.special["/a.xml"] = Reply(403)
    service.clock.pass_by(hours=2)
    assert tick(service) == ["/a.xml"]
    assert tick(service) == ["/home"], "tried as soon as the feed is closed"
    assert state(service) == {feed: (False, "blocked"), section: (True, "healthy")}
    row = next(row for row in service.all(Feed) if row.id == section)
    assert (row.used_since, row.used_why) == (service.clock(), f"feed {feed} is blocked: blocked HTTP 403 Forbidden")
    (event,) = service.all(Event)
    assert (event.kind, event.subject, event.ended) == ("fallback", OUTLET, None)
    assert f"section {section}" in event.detail

    write_section(press, "/home", news(3), news(2), news(1))
    asked: list[str] = []
    for _ in range(12):
        service.clock.pass_by(minutes=50)
        asked += tick(service)
    assert len(service.all(Article)) == 3
    assert 1 <= asked.count("/a.xml") <= 3, "the closed feed is tried now and then"
    assert asked.count("/home") >= 4

    del press.special["/a.xml"]
    press.write_feed("/a.xml", [news(4), news(3), news(2)], brief=True)
    for _ in range(30):
        service.clock.pass_by(hours=1)
        tick(service)
    assert state(service) == {feed: (True, "healthy"), section: (False, "healthy")}
    assert sorted(article.title for article in service.all(Article)) == [news(n)[1] for n in (1, 2, 3, 4)]
    assert {article.group_id for article in service.all(Article)} == {article.id for article in service.all(Article)}
    assert [bool(event.ended) for event in service.all(Event)] == [True]
    assert {poll.status for poll in service.all(Poll)} == {"ok", "unchanged", "blocked"}


def test_what_the_section_brings_after_the_switch_alerts(
    service: Service, press: Press, chained: tuple[int, int]
) -> None:
    service.tell(service.topic())
    press.special["/a.xml"] = Reply(403)
    write_section(press, "/home", ("s1", "غرق سفينة يغلق مرفأ الصيادين في النورس", STORY), news(1))
    service.clock.pass_by(hours=2)
    tick(service)
    tick(service)
    assert len(service.alerts()) == 1


def test_a_section_that_changed_says_which_selector_and_which_command(
    service: Service, press: Press, chained: tuple[int, int]
) -> None:
    _, section = chained
    press.special["/a.xml"] = Reply(403)
    press.feeds["/home"] = b"<html><body><div class='new'>x</div></body></html>"
    service.clock.pass_by(hours=2)
    tick(service)
    tick(service)
    row = next(row for row in service.all(Feed) if row.id == section)
    assert row.status == "selectors_broken"
    assert row.detail.startswith("the selector of item finds nothing: li.story;")
    assert f"`marsad feeds repair {section}`" in row.detail
    assert row.health == "broken"
    del press.special["/a.xml"]
    service.clock.pass_by(hours=1)
    tick(service)
    assert [used for used, _ in state(service).values()] == [True, False]


def test_removing_the_way_in_use_puts_the_next_to_work(service: Service, chained: tuple[int, int]) -> None:
    feed, section = chained
    with service.db.write() as session:
        feeds.remove(session, feeds.get(session, str(feed)), service.clock())
    assert state(service) == {section: (True, "healthy")}
    assert service.only(Feed).due == service.clock()


def test_the_watchdog_puts_a_way_to_work_that_nobody_visits(service: Service, chained: tuple[int, int]) -> None:
    _, section = chained
    with service.db.write() as session:
        feeds.edit(session, feeds.get(session, str(section)), outlet="اسم آخر")
    watch(service.context)
    assert next(row for row in service.all(Feed) if row.id == section).in_use
    with service.db.write() as session:
        for row in chain.ways(session, OUTLET):
            row.crashes, row.due = 5, None
    add(service, "/home2", kind="section", rank=3, selectors=SELECTORS.to_json())
    write_section(service.press, "/home2", news(9))
    tick(service)
    assert state(service)[section + 1] == (True, "healthy")


def test_an_order_of_the_operators_is_kept(service: Service, press: Press, chained: tuple[int, int]) -> None:
    feed, section = chained
    with service.db.write() as session:
        chain.reorder(session, OUTLET, {feed: 2, section: 1}, service.clock())
    assert {id: used for id, (used, _) in state(service).items()} == {feed: False, section: True}
    with service.db.write() as session:
        chain.reorder(session, OUTLET, {feed: 1, section: 0}, service.clock())
    assert {id: used for id, (used, _) in state(service).items()} == {feed: True, section: True}
