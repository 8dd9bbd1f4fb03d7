"""The way of an article from a feed into the store: every entry in one outcome, nothing lost, one alert a story."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from press import STORY, Press, Reply, news
from service import HEADLINE, Service
from sqlmodel import Session
from stored import NOON

from storage import documents, feeds, queue
from storage.models import Article, Document, Feed, Host, Match, Poll, Quarantine
from worker import pipeline, ways
from worker.alert import announce
from worker.pipeline import Visit

SHIP = ("s1", HEADLINE, STORY)


def counts(poll: Poll) -> tuple[int, int, int, int]:
    return poll.new, poll.copies, poll.seen, poll.rejected


def after_reading(monkeypatch: pytest.MonkeyPatch, act: Callable[[Any], None]) -> None:
    """Let something happen between the reading of a feed and its storing."""
    real = pipeline.read_feed

    def read(context: Any, feed: Feed, fetched: Any) -> Visit:
        visit = real(context, feed, fetched)
        act(feed)
        return visit

    monkeypatch.setattr(pipeline, "read_feed", read)


def poison(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Let an error of ours meet the feed at a path."""
    real = ways.read_way

    def parse(body: bytes, content_type: str, url: str, *more: Any) -> Any:
        if url.endswith(path):
            raise RuntimeError("حرف لم نتوقعه")
        return real(body, content_type, url, *more)

    monkeypatch.setattr(ways, "read_way", parse)


def test_a_first_poll_alerts_nobody_and_a_later_one_once(service: Service, press: Press) -> None:
    service.tell(service.topic())
    press.write_feed("/a.xml", [news(1), SHIP])
    service.feed("/a.xml")
    assert service.poll() == []
    assert [m.state for m in service.all(Match)] == ["match"]
    press.write_feed("/a.xml", [news(2), ("s2", "إغلاق المرفأ", STORY), SHIP, news(1)])
    assert service.poll() == [], "a copy of what matched before is no news"
    other = (
        STORY.replace("سفينة", "ناقلة سفينة").replace("هيئة", "إدارة").replace("الصيادين", "صيادين الميناء")
        + news(7)[2]
    )
    service.clock.now += timedelta(days=10)
    press.write_feed("/a.xml", [("s3", "سفينة أخرى تغلق مرفأ الصيادين في النورس", other), news(2)])
    (id,) = service.poll()
    assert service.poll() == []
    assert [alert.id for alert in service.alerts()] == [id]


def test_two_copies_in_one_visit_are_told_once(service: Service, press: Press) -> None:
    service.tell(service.topic())
    press.write_feed("/a.xml", [SHIP, ("s2", "إغلاق مرفأ الصيادين في النورس", STORY)])
    service.feed("/a.xml", primed=True)
    assert len(service.poll()) == 1
    (alert,) = service.alerts()
    assert {article.story_id for article in service.all(Article)} == {alert.story_id}
    assert counts(service.only(Poll)) == (1, 1, 0, 0)


def test_every_entry_is_in_exactly_one_outcome(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1), news(2)])
    service.feed("/a.xml")
    service.poll()
    copy = ("c", "العنوان غير العنوان", news(1)[2])
    press.write_feed("/a.xml", [news(1), news(2), news(3), copy, ("void", "", "")])
    service.poll()
    first, second = service.all(Poll)
    assert (first.status, counts(first), first.rejections) == ("ok", (2, 0, 0, 0), {})
    assert (second.status, counts(second), second.rejections) == ("ok", (1, 1, 2, 1), {"no_text": 1})
    assert len(service.all(Article)) == 4


def test_the_record_of_a_feed_says_what_it_is(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    service.feed("/a.xml")
    service.poll()
    feed = service.only(Feed)
    assert (feed.title, feed.outlet, feed.language, feed.status) == ("صحيفة النورس", "صحيفة النورس", "ar", "ok")
    assert (feed.primed, feed.failures, feed.last_success, feed.crashes, feed.lease) == (True, 0, NOON, 0, "")
    assert feed.due
    assert timedelta(minutes=15) <= feed.due - NOON <= timedelta(minutes=16.5)


def test_the_bytes_are_kept_as_they_came(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    service.feed("/a.xml")
    service.poll()
    body, article, document = press.feeds["/a.xml"], service.only(Article), service.only(Document)
    assert article.document == document.sha256 == hashlib.sha256(body).hexdigest()
    assert (document.kind, document.size, document.first_seen) == ("feed", len(body), NOON)
    with service.db.read() as session:
        assert documents.document(session, article.document) == body


def test_what_has_not_changed_is_asked_for_with_its_etag(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    press.special["/a.xml"] = Reply(etag='"v1"')
    service.feed("/a.xml")
    service.poll()
    assert service.only(Feed).etag == '"v1"'
    service.poll()
    assert [p.status for p in service.all(Poll)] == ["ok", "unchanged"]
    assert [headers.get("If-None-Match") for _, headers in press.asked_with] == [None, '"v1"']
    assert service.only(Feed).etag == '"v1"', "304 does not forget it"


def test_the_same_bytes_again_are_not_read_and_their_new_etag_is_kept(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    service.feed("/a.xml")
    for tag in ('"v1"', '"v2"', '"v2"'):
        press.special["/a.xml"] = Reply(etag=tag)
        service.poll()
    assert [(p.status, p.http_status) for p in service.all(Poll)] == [
        ("ok", 200),
        ("unchanged", 200),
        ("unchanged", 304),
    ]


def test_a_body_cut_off_gives_its_whole_entries_and_is_asked_for_again(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1), news(2), news(3)])
    service.feed("/a.xml")
    press.special["/a.xml"] = Reply(etag='"v1"', cut=600)
    service.poll()
    assert service.titles() == [news(1)[1], news(2)[1]]
    feed = service.only(Feed)
    assert (feed.status, feed.etag, feed.body_sha256, feed.failures) == ("truncated", "", "", 1)
    press.special["/a.xml"] = Reply(etag='"v1"')
    service.poll()
    assert service.titles() == [news(n)[1] for n in (1, 2, 3)]
    assert service.only(Feed).etag == '"v1"'
    assert counts(service.all(Poll)[1]) == (1, 0, 2, 0)


def test_a_visit_that_stores_nothing_keeps_no_etag(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.write_feed("/a.xml", [news(1)])
    press.special["/a.xml"] = Reply(etag='"v1"')
    service.feed("/a.xml")
    poison(monkeypatch, "/a.xml")
    service.poll()
    assert service.only(Feed).etag == ""


def test_two_feeds_may_use_the_same_ids(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [("1", "خبر من الأولى", news(1)[2])])
    press.write_feed("/b.xml", [("1", "خبر من الثانية", news(2)[2])])
    service.feed("/a.xml")
    service.feed("/b.xml")
    service.poll()
    assert service.titles() == ["خبر من الأولى", "خبر من الثانية"]


def test_a_new_id_at_the_same_address_and_headline_is_the_same_entry(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    service.feed("/a.xml")
    service.poll()
    press.feeds["/a.xml"] = press.feeds["/a.xml"].replace(b"<guid>n1", b"<guid>other")
    service.poll()
    assert [counts(p) for p in service.all(Poll)] == [(1, 0, 0, 0), (0, 0, 1, 0)]
    press.feeds["/a.xml"] = (
        press.feeds["/a.xml"]
        .replace(b"<guid>other", b"<guid>third")
        .replace("عنوان الخبر".encode(), "عنوان جديد للخبر".encode())
    )
    service.poll()
    last = service.all(Poll)[2]
    assert (*counts(last), last.revised) == (0, 0, 0, 0, 1), "another headline at the same address is a revision"


def test_entries_without_ids_at_one_address_are_all_kept(service: Service, press: Press) -> None:
    items = "".join(
        f"<item><title>{title}</title><link>{press.base}/</link><description>{text}</description></item>"
        for _, title, text in (news(1), news(2), news(3))
    )
    press.feeds["/a.xml"] = f'<rss version="2.0"><channel><title>ص</title>{items}</channel></rss>'.encode()
    service.feed("/a.xml")
    service.poll()
    assert len(service.all(Article)) == 3


def test_a_bulletin_under_one_headline_and_address_is_kept_every_day(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [("d1", "النشرة اليومية", news(1)[2])])
    service.feed("/a.xml")
    service.poll()
    press.feeds["/a.xml"] = (
        press.feeds["/a.xml"].replace(b"<guid>d1", b"<guid>d2").replace(news(1)[2].encode(), news(2)[2].encode())
    )
    service.poll()
    assert service.titles() == ["النشرة اليومية", "النشرة اليومية"]


def test_a_feed_that_was_empty_at_first_tells_its_first_news(service: Service, press: Press) -> None:
    service.tell(service.topic())
    press.write_feed("/a.xml", [])
    service.feed("/a.xml")
    service.poll()
    press.write_feed("/a.xml", [SHIP])
    assert len(service.poll()) == 1


def test_a_feed_removed_and_added_again_brings_nothing_twice(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [news(1)])
    first = service.feed("/a.xml")
    service.poll()
    service.db.transact(lambda s: feeds.remove(s, feeds.get(s, str(first)), NOON))
    service.feed("/a.xml")
    service.poll()
    assert len(service.all(Article)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_when_it_said(service: Service, press: Press, status: int) -> None:
    press.special["/a.xml"] = Reply(status, {"Retry-After": "7200"})
    service.feed("/a.xml")
    service.poll()
    feed = service.only(Feed)
    assert (feed.status, feed.detail[:8], feed.due) == ("http_error", f"HTTP {status}", NOON + timedelta(hours=2))


def test_a_busy_host_is_left_alone_with_all_its_feeds(service: Service, press: Press) -> None:
    service = service.with_settings(host_pause=60.0)
    press.write_feed("/b.xml", [news(1)])
    press.special["/a.xml"] = Reply(429, {"Retry-After": "600"})
    first, second = (service.feed(path, host="n.example") for path in ("/a.xml", "/b.xml"))
    service.poll(first)
    assert service.only(Host).paused_until == NOON + timedelta(minutes=10)
    service.poll(second)
    assert press.asked["/b.xml"] == 0
    feed = service.all(Feed)[1]
    assert (feed.due, feed.crashes, feed.status) == (NOON + timedelta(minutes=10), 0, "")
    service.clock.pass_by(minutes=11)
    service.poll(second)
    assert service.titles() == [news(1)[1]]


def test_a_busy_host_of_ours_is_not_paused(service: Service, press: Press) -> None:
    service = service.with_settings(host_pause=60.0)
    press.write_feed("/b.xml", [news(1)])
    press.special["/a.xml"] = Reply(429, {"Retry-After": "600"})
    for path in ("/a.xml", "/b.xml"):
        service.poll(service.feed(path))
    assert service.all(Host) == []
    assert service.titles() == [news(1)[1]]


def test_a_feed_that_has_gone_is_not_asked_again(service: Service, press: Press) -> None:
    press.special["/a.xml"] = Reply(410)
    service.feed("/a.xml")
    service.poll()
    feed = service.only(Feed)
    assert (feed.state, feed.status, feed.due) == ("gone", "gone", None)
    with service.db.write() as session:
        feeds.make_due(session, NOON)
    assert service.only(Feed).due is None


@pytest.mark.parametrize("status", [404, 500])
def test_failures_are_named_and_wait_longer_each_time(service: Service, press: Press, status: int) -> None:
    press.special["/a.xml"] = Reply(status)
    service.feed("/a.xml")
    for hours in (0.5, 1, 2):
        service.poll()
        feed = service.only(Feed)
        assert feed.due
        assert timedelta(hours=hours) <= feed.due - NOON <= timedelta(hours=hours * 1.1)
    assert (feed.failures, feed.status, feed.last_success) == (3, "http_error", None)
    press.special.clear()
    press.write_feed("/a.xml", [news(1)])
    service.poll()
    assert (service.only(Feed).failures, service.only(Feed).status) == (0, "ok")


def test_a_page_instead_of_a_feed_and_an_empty_feed_are_named(service: Service, press: Press) -> None:
    press.pages["/a.xml"] = "<html><body>صفحة</body></html>".encode()
    press.write_feed("/b.xml", [])
    service.feed("/a.xml")
    service.feed("/b.xml")
    service.poll()
    assert [(f.status, f.failures) for f in service.all(Feed)] == [("not_a_feed", 1), ("empty", 0)]


def test_a_poison_feed_harms_no_neighbour_and_ends_in_quarantine(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        press.write_feed(f"/{n}.xml", [news(n)])
        service.feed(f"/{n}.xml")
    poison(monkeypatch, "/1.xml")
    service.poll()
    assert service.titles() == [news(n)[1] for n in (0, 2, 3)]
    bad = service.all(Feed)[1]
    assert (bad.crashes, bad.lease, bad.locked_until, bad.primed) == (1, "", None, False)
    for _ in range(4):
        with service.db.write() as session:
            assert queue.quarantine(session, service.clock()) == 0
        service.poll(bad.id or 0)
    with service.db.write() as session:
        assert queue.quarantine(session, service.clock()) == 1
    record, feed = service.only(Quarantine), service.all(Feed)[1]
    assert (record.kind, record.ref, record.at, feed.due) == ("feeds", str(bad.id), NOON, None)
    assert "RuntimeError: حرف لم نتوقعه" in record.why, "who looks must see what went wrong"
    assert [p.detail for p in service.all(Poll) if p.status == "internal_error"] == ["RuntimeError: حرف لم نتوقعه"] * 5
    monkeypatch.undo()
    with service.db.write() as session:
        queue.replay(session, record, service.clock())
    pipeline.poll_feeds(service.context, [bad.id or 0])
    assert news(1)[1] in service.titles()
    assert service.all(Feed)[1].crashes == 0


def test_a_lost_lease_rolls_everything_back(service: Service, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    service.tell(service.topic())
    press.write_feed("/a.xml", [SHIP])
    press.special["/a.xml"] = Reply(etag='"v1"')
    service.feed("/a.xml", primed=True)
    after_reading(monkeypatch, lambda feed: service.db.transact(queue.forget_leases) and None)
    assert service.poll() == []
    assert (service.all(Article), service.all(Poll), service.alerts(), service.all(Document)) == ([], [], [], [])
    assert service.only(Feed).etag == ""
    monkeypatch.undo()
    assert len(service.poll()) == 1


@pytest.mark.parametrize("poisoned", [False, True])
def test_a_feed_removed_during_its_visit_harms_no_neighbour(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch, poisoned: bool
) -> None:
    for n in range(3):
        press.write_feed(f"/{n}.xml", [news(n)])
        service.feed(f"/{n}.xml")
    gone = service.press.base + "/1.xml"

    def remove(feed: Feed) -> None:
        if feed.url == gone:
            service.db.transact(lambda s: feeds.remove(s, feeds.get(s, gone), NOON))
            if poisoned:
                raise RuntimeError("خطأ منا")

    after_reading(monkeypatch, remove)
    service.poll()
    assert service.titles() == [news(0)[1], news(2)[1]]
    assert [(f.status, f.crashes) for f in service.all(Feed)] == [("ok", 0), ("ok", 0)]


def test_an_error_at_storing_leaves_nothing_of_the_visit(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.tell(service.topic())
    press.write_feed("/a.xml", [news(1), SHIP])
    service.feed("/a.xml", primed=True)

    def fails(session: Session, *rest: Any) -> list[str]:
        announce(session, *rest)
        raise RuntimeError("انقطع الخيط")

    monkeypatch.setattr("worker.keep.announce", fails)
    assert service.poll() == []
    assert (service.all(Article), service.alerts(), service.all(Match)) == ([], [], [])
    assert service.only(Feed).crashes == 1
    monkeypatch.undo()
    assert len(service.poll()) == 1
    assert len(service.all(Article)) == 2
