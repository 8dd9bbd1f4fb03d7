"""What is learned at a visit, and when the next one is."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from press import Press, Reply, news
from service import Service
from stored import NOON

from domain.health import OUR_NETWORK
from domain.rhythm import Rhythm, rates
from storage import events, feeds
from storage.models import Feed, Poll
from worker import visit

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHANNEL = '<?xml version="1.0"?><rss version="2.0"><channel><title>صحيفة النورس</title>{}</channel></rss>'


@pytest.fixture
def quick(service: Service) -> Service:
    """Give the service with the bounds that it has by default."""
    return service.with_settings(min_interval=60)


def write(press: Press, *minutes_ago: int, head: str = "", clock: Service | None = None) -> None:
    """Write a feed with entries published so many minutes before the clock's time."""
    now = clock.clock() if clock else NOON
    items = "".join(
        f"<item><title>خبر {now - m * MINUTE}</title><guid>{now - m * MINUTE}</guid>"
        f"<description>{news(m)[2]}</description><pubDate>{format_datetime(now - m * MINUTE)}</pubDate></item>"
        for m in minutes_ago
    )
    press.feeds["/a.xml"] = CHANNEL.format(head + items).encode()


def the_wait(service: Service) -> float:
    feed = service.only(Feed)
    assert feed.due
    return (feed.due - service.clock()).total_seconds()


def test_the_dates_in_a_feed_teach_its_rhythm_at_the_first_visit(quick: Service, press: Press) -> None:
    write(press, *range(5, 40 * 60, 60))
    quick.feed("/a.xml")
    quick.poll()
    feed = quick.only(Feed)
    assert rates(Rhythm.from_json(feed.rhythm)).at(12) == pytest.approx(1, rel=0.3)
    assert 170 <= the_wait(quick) <= 330
    assert (feed.last_new, feed.health) == (NOON - 5 * MINUTE, "healthy")


def test_a_feed_known_from_before_learns_from_its_dates_too(quick: Service, press: Press) -> None:
    write(press, *range(5, 40 * 60, 60))
    quick.feed("/a.xml", primed=True)
    quick.poll()
    assert 170 <= the_wait(quick) <= 330


def test_a_new_feed_without_dates_is_asked_soon_and_then_by_what_it_brings(quick: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    quick.feed("/a.xml")
    quick.poll()
    assert 60 <= the_wait(quick) <= 66
    quick.clock.pass_by(hours=6)
    quick.poll()
    silent = the_wait(quick)
    assert silent > 600
    press.write_feed("/a.xml", [news(n) for n in range(1, 30)])
    quick.clock.pass_by(minutes=10)
    quick.poll()
    assert the_wait(quick) < silent / 3
    assert quick.only(Feed).last_new == quick.clock()


def test_a_ttl_and_a_fresh_copy_are_waited_for_up_to_a_limit(quick: Service, press: Press) -> None:
    lively = range(1, 120, 2)
    write(press, *lively, head="<ttl>10</ttl>")
    quick.feed("/a.xml")
    quick.poll()
    assert 600 <= the_wait(quick) <= 660
    press.special["/a.xml"] = Reply(etag='"1"', headers={"Cache-Control": "max-age=840", "Age": "40"})
    quick.poll()
    assert [poll.status for poll in quick.all(Poll)] == ["ok", "unchanged"]
    assert 800 <= the_wait(quick) <= 880
    write(press, *lively, head="<ttl>600</ttl>")
    press.special.clear()
    quick.poll()
    assert 900 <= the_wait(quick) <= 990
    free = quick.with_settings(honour_ttl=0)
    free.poll()
    assert the_wait(free) <= 132


def test_skipped_hours_are_skipped_also_after_a_304(quick: Service, press: Press) -> None:
    write(press, *range(1, 120, 2), head="<skipHours><hour>12</hour><hour>13</hour></skipHours>")
    press.special["/a.xml"] = Reply(etag='"1"')
    quick.feed("/a.xml")
    quick.poll()
    assert quick.only(Feed).due == NOON + 2 * HOUR
    quick.poll()
    assert quick.all(Poll)[-1].status == "unchanged"
    assert quick.only(Feed).due == NOON + 2 * HOUR


def test_once_a_day_all_of_a_feed_is_asked_for(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    press.special["/a.xml"] = Reply(etag='"liar"')
    service.feed("/a.xml")
    for _ in range(3):
        service.poll()
        service.clock.pass_by(hours=13)
    service.poll()
    assert [headers.get("If-None-Match") for _, headers in press.asked_with] == [None, '"liar"', None, '"liar"']


def test_a_permanent_redirect_is_adopted_on_the_second_day(service: Service, press: Press) -> None:
    press.write_feed("/new.xml", [news(1)])
    press.special["/old.xml"] = Reply(301, headers={"Location": f"{press.base}/new.xml"})
    press.special["/new.xml"] = Reply(etag='"1"')
    service.feed("/old.xml")
    service.poll()
    service.clock.pass_by(hours=12)
    service.poll()
    feed = service.only(Feed)
    assert (feed.url, feed.moved_url) == (f"{press.base}/old.xml", f"{press.base}/new.xml")
    service.clock.pass_by(hours=12)
    service.poll()
    feed = service.only(Feed)
    assert (feed.url, feed.origin, feed.moved_url) == (f"{press.base}/new.xml", f"{press.base}/old.xml", "")
    press.asked.clear()
    press.write_feed("/new.xml", [news(1), news(2)])
    press.special.clear()
    service.poll()
    assert list(press.asked) == ["/new.xml"]
    assert (service.all(Poll)[-1].new, service.all(Poll)[-1].seen) == (1, 1), "its entries keep their keys"


def test_a_feed_does_not_move_onto_another(service: Service, press: Press) -> None:
    press.write_feed("/new.xml", [news(1)])
    press.special["/old.xml"] = Reply(301, headers={"Location": f"{press.base}/new.xml"})
    service.feed("/new.xml")
    service.feed("/old.xml")
    for _ in range(3):
        service.poll()
        service.clock.pass_by(hours=24)
    assert [feed.url for feed in service.all(Feed)] == [f"{press.base}/new.xml", f"{press.base}/old.xml"]


def test_a_feed_says_how_it_is(service: Service, press: Press) -> None:
    for path, status in (("/ok.xml", 200), ("/blocked.xml", 403), ("/broken.xml", 500), ("/gone.xml", 410)):
        press.write_feed(path, [news(status)])
        press.special[path] = Reply(status)
        service.feed(path)
    press.write_feed("/empty.xml", [])
    service.feed("/empty.xml")
    service.poll()
    found = {feed.url.rpartition("/")[2]: feed.health for feed in service.all(Feed)}
    assert found == {name: name.removesuffix(".xml") for name in found} | {"ok.xml": "healthy"}


def test_an_outage_of_ours_blames_no_feed(service: Service, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "log", type("Silent", (), {"warning": staticmethod(lambda *_, **__: None)}))
    for n in range(12):
        service.feed(f"/{n}.xml", host=f"host{n}.example")
        press.write_feed(f"/{n}.xml", [news(n)])
    service.poll()
    base, press.base = press.base, "http://127.0.0.1:9"
    with service.db.write() as session:
        for n, feed in enumerate(feeds.listing(session)):
            feed.url = f"http://127.0.0.1:9/{n}.xml"
    service.clock.pass_by(hours=1)
    for _ in range(3):
        service.clock.pass_by(minutes=1)
        service.poll()
    found = service.all(Feed)
    assert {feed.status for feed in found} == {"connection_error"}
    assert max(feed.failures for feed in found) == 0
    assert {feed.health for feed in found} == {"healthy"}
    with service.db.read() as session:
        assert [event.kind for event in events.open_events(session)] == [OUR_NETWORK]
    press.base = base
