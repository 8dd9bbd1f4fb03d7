"""Servers that say "later", "moved", "gone" or "unchanged", truly or not (H16 to H29)."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hostile import Harness
from press import Press, Reply, news
from rawserver import RawServer, reply
from stored import NOON

from domain.schedule import after_poll
from storage.models import Feed, Host, Poll
from worker import pipeline, ways

FEED, ORIGIN = "/hostile.xml", "http://outlet.example/hostile.xml"
DAY = timedelta(days=1)


def visit(harness: Harness, special: Reply | None = None, host: str = "outlet.example"):
    """Visit the feed when it answers so. Gives the record, and the feed after it."""
    if special is not None:
        harness.press.special[FEED] = special
    if FEED not in harness.press.feeds:
        harness.press.write_feed(FEED, [news(1)])
    known = [f.id for f in harness.service.all(Feed) if f.origin == ORIGIN]
    if known:
        harness.service.poll(*known)
    else:
        harness.ask(harness.press.base + FEED, host=host, origin=ORIGIN)
    (feed,) = [f for f in harness.service.all(Feed) if f.origin == ORIGIN]
    return [poll for poll in harness.service.all(Poll) if poll.feed_id == feed.id][-1], feed


def wait(harness: Harness, feed: Feed) -> float:
    assert feed.due
    return (feed.due - harness.service.clock()).total_seconds()


VALUES = [
    ("120", 120),
    ("1000000000", 86_400),
    ("soon", 0),
    ("-5", 0),
    ("", 0),
    ("1e9", 0),
    ("9" * 5_000, 86_400),
]


@pytest.mark.parametrize(("value", "seconds"), VALUES)
@pytest.mark.parametrize("status", [429, 503])
def test_h16_h17_a_server_that_says_later_is_left_alone_with_all_its_feeds(harness: Harness, value, seconds, status):
    harness.service = harness.service.with_settings(host_pause=60.0)
    poll, feed = visit(harness, Reply(status, headers={"Retry-After": value}))
    assert (poll.status, poll.http_status) == ("http_error", status)
    assert seconds <= wait(harness, feed) <= 90_000
    assert feed.state == "active"
    if seconds:
        (paused,) = [h for h in harness.service.all(Host) if h.name == "outlet.example"]
        assert paused.paused_until >= harness.service.clock() + timedelta(seconds=seconds - 1)


@pytest.mark.parametrize("ahead", [timedelta(minutes=30), -DAY, timedelta(days=3_000)])
def test_h16_later_as_a_date(harness: Harness, ahead):
    when = datetime.now(UTC) + ahead
    _, feed = visit(harness, Reply(429, headers={"Retry-After": format_datetime(when, usegmt=True)}))
    assert wait(harness, feed) <= 90_000
    assert ahead != timedelta(minutes=30) or wait(harness, feed) > 1_700


def test_h17_a_busy_server_is_not_dead(harness: Harness):
    for _ in range(12):
        _, feed = visit(harness, Reply(503))
        harness.service.clock.pass_by(days=1)
    assert (feed.state, feed.health) == ("active", "broken")
    assert visit(harness, Reply())[1].health == "healthy"


@pytest.mark.parametrize("status", [500, 502, 504, 520, 599])
def test_h18_failures_wait_longer_and_longer_and_never_for_ever(harness: Harness, status):
    waits = []
    for _ in range(14):
        poll, feed = visit(harness, Reply(status))
        waits.append(wait(harness, feed))
        harness.service.clock.pass_by(seconds=waits[-1])
    assert poll.status == "http_error"
    assert waits[0] < waits[3] < waits[6]
    assert max(waits) <= 86_400 * 1.2
    assert feed.state == "active"


def test_h18_times_of_many_feeds_are_spread():
    plan = {
        after_poll(ok=False, failures=3, interval=900.0, now=NOON, retry_after=None, jitter=n / 10).due
        for n in range(10)
    }
    assert len(plan) == 10


def test_h19_a_feed_that_is_not_there_is_asked_daily_and_flagged(harness: Harness):
    for _ in range(16):
        _, feed = visit(harness, Reply(404))
        harness.service.clock.pass_by(seconds=wait(harness, feed))
    assert 40_000 <= wait(harness, feed) + 86_400 <= 190_000
    assert (feed.health, feed.state, feed.detail) == ("broken", "active", "HTTP 404 Not Found")


def test_h20_a_feed_that_is_gone_is_not_asked_again_and_its_articles_stay(harness: Harness):
    visit(harness)
    poll, feed = visit(harness, Reply(410))
    assert (poll.status, feed.state, feed.health, feed.due) == ("gone", "gone", "gone", None)
    asked = harness.press.asked[FEED]
    harness.service.poll(feed.id)
    assert harness.press.asked[FEED] == asked
    assert news(1)[1] in harness.service.titles()


def moved(harness: Harness, status: int, days: int):
    harness.press.write_feed("/new.xml", [news(1)])
    for _ in range(days):
        _, feed = visit(harness, Reply(status, headers={"Location": f"{harness.press.base}/new.xml"}))
        harness.service.clock.pass_by(hours=25)
    return feed


@pytest.mark.parametrize("status", [301, 308])
def test_h21_a_permanent_redirect_is_adopted_after_a_day_only(harness: Harness, press: Press, status):
    assert moved(harness, status, 1).url == press.base + FEED
    assert moved(harness, status, 1).url == f"{press.base}/new.xml"


def test_h21_a_redirect_to_what_is_no_feed_is_not_adopted(harness: Harness, press: Press):
    press.pages["/new.html"] = b"<html><body>login</body></html>"
    for _ in range(4):
        poll, feed = visit(harness, Reply(301, headers={"Location": f"{press.base}/new.html"}))
        harness.service.clock.pass_by(hours=25)
    assert (poll.status, feed.url) == ("not_a_feed", press.base + FEED)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_h22_a_temporary_redirect_is_never_adopted(harness: Harness, press: Press, status):
    feed = moved(harness, status, 4)
    assert (feed.url, feed.moved_url) == (press.base + FEED, "")


def test_h25_an_etag_that_lies_is_found_out_within_a_day(harness: Harness, press: Press):
    visit(harness, Reply(etag='"liar"'))
    press.write_feed(FEED, [news(1), news(2)])
    harness.service.clock.pass_by(hours=1)
    assert visit(harness)[0].status == "unchanged"
    harness.service.clock.pass_by(hours=25)
    poll, _ = visit(harness)
    assert (poll.status, poll.new) == ("ok", 1)


def test_h26_an_etag_that_changes_without_need_costs_no_parsing(harness: Harness, monkeypatch):
    visit(harness, Reply(etag='"1"'))
    monkeypatch.setattr(ways, "read_way", lambda *_, **__: 1 / 0)
    (id,) = [f.id for f in harness.service.all(Feed) if f.url.endswith(FEED)]
    for n in range(3):
        harness.press.special[FEED] = Reply(etag=f'"{n}x"')
        harness.service.poll(id)
    (feed,) = [f for f in harness.service.all(Feed) if f.id == id]
    assert (feed.status, feed.etag, feed.crashes) == ("unchanged", '"2x"', 0)


def test_h28_an_etag_is_kept_with_its_articles_or_not_at_all(harness: Harness, press: Press, monkeypatch):
    press.write_feed(FEED, [news(1)])
    press.special[FEED] = Reply(etag='"1"')
    id = harness.add(press.base + FEED)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "keep_several", lambda *_, **__: 1 / 0)
        patch.setattr(pipeline.log, "exception", lambda *_, **__: None)
        harness.service.poll(id)
    (feed,) = [f for f in harness.service.all(Feed) if f.id == id]
    assert (feed.etag, feed.crashes, harness.service.titles()) == ("", 1, [])
    harness.service.clock.pass_by(hours=1)
    harness.service.poll(id)
    assert harness.service.titles() == [news(1)[1]]


WALLS = {
    "a status": reply(b"<html>no</html>", status="403 Forbidden"),
    "a header": reply(b"<html>x</html>", "cf-mitigated: challenge", status="503 Busy"),
    "a page with 200": reply(
        b"<html><head><title>Just a moment...</title></head><body></body></html>", "Content-Type: text/html"
    ),
    "an Arabic page": reply("<!DOCTYPE html><html><h1>يرجى التحقق من أنك إنسان</h1></html>".encode()),
    "451": reply(b"", status="451 Legal"),
    "401": reply(b"", 'WWW-Authenticate: Basic realm="x"', status="401 No"),
}


@pytest.mark.parametrize("name", WALLS)
def test_h29_a_wall_is_blocked_and_has_its_own_wait(harness: Harness, raw: RawServer, name):
    raw.routes["/"] = WALLS[name]
    poll, came = harness.ask(raw.url())
    (feed,) = [f for f in harness.service.all(Feed) if f.id == poll.feed_id]
    assert (poll.status, feed.health, feed.state, came) == ("blocked", "blocked", "active", [])


def test_h29_an_article_about_robots_is_no_wall(harness: Harness, raw: RawServer):
    story = "<p>" + "كلمة طويلة عن الروبوتات " * 300 + "</p><script>_cf_chl_opt</script>"
    entry = f"<item><title>أنت إنسان</title><description><![CDATA[{story}]]></description></item>"
    raw.routes["/"] = reply(f"<rss version='2.0'><channel>{entry}</channel></rss>".encode())
    assert harness.ask(raw.url())[0].status == "ok"
