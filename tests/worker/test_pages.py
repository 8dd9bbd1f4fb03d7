"""Pages: the full text of what a feed only told of, decided again, and a name for every page that gave none."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from press import STORY, Press, Reply, news
from service import HEADLINE, Service
from sqlalchemy import update
from stored import NOON

from storage import documents, queue
from storage.models import Article, Document, Feed, Match, PageJob, Quarantine
from worker import pages

OTHER = " ".join(f"حديث{n}عن{n}أمر" for n in range(80))
PLAIN = ("p1", "افتتاح معرض الخط العربي", "افتتح في المدينة معرض للخط العربي يضم مئات اللوحات القديمة. " + OTHER)


def told(service: Service, press: Press, *items: tuple[str, str, str], primed: bool = True) -> list[str]:
    """Let a feed tell of articles in brief. Gives the ids of new alerts."""
    press.write_feed("/a.xml", list(items), brief=True)
    if not service.all(Feed):
        service.feed("/a.xml", primed=primed)
    return service.poll()


def page(press: Press, id: str, title: str, text: str) -> None:
    press.pages[f"/page/{id}.html"] = (
        f'<html lang="ar"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<article><h1>{title}</h1><p>{text}</p></article></body></html>"
    ).encode()


def test_a_summary_gets_its_full_text(service: Service, press: Press) -> None:
    told(service, press, PLAIN)
    brief = service.only(Article)
    assert (brief.basis, brief.text_status, brief.text) == ("summary", "page_waiting", PLAIN[2][:80].strip())
    assert (service.page().state, service.page().due) == ("waiting", NOON)
    service.fetch_pages()
    full = service.only(Article)
    assert (full.basis, full.text_status, full.text, full.title) == ("full", "", PLAIN[2], PLAIN[1])
    assert (service.page().state, service.page().status, service.page().due) == ("done", "ok", None)
    body = press.pages["/page/p1.html"]
    assert full.page_document == hashlib.sha256(body).hexdigest()
    assert sorted(d.kind for d in service.all(Document)) == ["feed", "page"]
    with service.db.read() as session:
        assert documents.document(session, full.page_document) == body


def test_a_provisional_match_is_borne_out_without_a_second_alert(service: Service, press: Press) -> None:
    service.tell(service.topic())
    (id,) = told(service, press, ("s1", HEADLINE, STORY))
    first = service.only(Match)
    assert (first.state, first.provisional, first.basis) == ("match", True, "summary")
    assert service.fetch_pages() == []
    second = service.only(Match)
    assert (second.state, second.provisional, second.basis) == ("match", False, "full")
    assert [alert.id for alert in service.alerts()] == [id]


def test_a_match_on_the_full_text_alone_is_told(service: Service, press: Press) -> None:
    service.tell(service.topic())
    assert (
        told(service, press, ("s1", "بيان من هيئة الموانئ", f"{'أصدرت الهيئة بيانا صباح اليوم. ' * 4}{STORY} {STORY}"))
        == []
    )
    assert [m for m in service.all(Match) if m.state == "match"] == []
    page(press, "s1", "بيان من هيئة الموانئ", f"أصدرت الهيئة بيانا صباح اليوم. {STORY}</p><p>{STORY}")
    (id,) = service.fetch_pages()
    (match,) = service.all(Match)
    assert (match.state, match.provisional, match.basis) == ("match", False, "full")
    assert service.only(Article).group_id == service.alerts()[0].story_id
    assert service.alerts()[0].id == id


def test_a_first_poll_alerts_nobody_also_when_its_pages_come(service: Service, press: Press) -> None:
    service.tell(service.topic())
    told(
        service, press, ("s1", "بيان من هيئة الموانئ", f"{'أصدرت الهيئة بيانا صباح اليوم. ' * 4}{STORY}"), primed=False
    )
    page(press, "s1", "بيان من هيئة الموانئ", f"أصدرت الهيئة بيانا صباح اليوم. {STORY}</p><p>{STORY}")
    assert service.fetch_pages() == []
    assert [m.state for m in service.all(Match)] == ["match"]


def test_a_match_that_the_full_text_does_not_bear_out_is_withdrawn(service: Service, press: Press) -> None:
    service.tell(service.topic())
    opening = STORY[:80]
    assert len(told(service, press, ("s1", HEADLINE, STORY))) == 1
    page(press, "s1", "ملخص الأسبوع", f"{OTHER} {OTHER.replace('أمر', 'رأي')} {opening} {OTHER.replace('عن', 'شأن')}")
    assert service.fetch_pages() == []
    match = service.only(Match)
    assert (match.state, match.provisional) == ("withdrawn", False)
    assert len(service.alerts()) == 1


def test_another_page_under_the_address_is_not_the_article(service: Service, press: Press) -> None:
    told(service, press, PLAIN)
    page(press, "p1", "الصفحة الرئيسية", OTHER.replace("حديث", "قول").replace("أمر", "شأن"))
    service.fetch_pages()
    article = service.only(Article)
    assert (article.basis, article.text) == ("summary", PLAIN[2][:80].strip())
    assert (service.page().status, service.page().state) == ("other_text", "waiting")


def test_five_failures_then_daily_for_three_days_then_given_up(service: Service, press: Press) -> None:
    told(service, press, PLAIN)
    press.special["/page/p1.html"] = Reply(500)
    seen = []
    while (due := service.page().due) is not None:
        service.clock.now = due
        service.fetch_pages()
        row, article = service.page(), service.only(Article)
        seen.append((row.attempts, row.state, row.due and row.due - due, article.text_status))
    minute, day = timedelta(minutes=1), timedelta(days=1)
    waiting = [(n, "waiting", 2 ** (n - 1) * minute, "page_waiting") for n in (1, 2, 3, 4)]
    failed = [(n, "failed", day, "http_error") for n in (5, 6, 7)]
    assert seen == [*waiting, *failed, (8, "given_up", None, "http_error")]
    assert press.asked["/page/p1.html"] == 8
    assert service.only(Article).text == PLAIN[2][:80].strip(), "the article stands on its feed's text"


def test_a_page_that_comes_back_on_the_second_day_is_taken(service: Service, press: Press) -> None:
    told(service, press, PLAIN)
    press.special["/page/p1.html"] = Reply(500)
    for _ in range(6):
        service.clock.now = service.page().due or service.clock.now
        service.fetch_pages()
    press.special.clear()
    service.clock.pass_by(days=1)
    service.fetch_pages()
    assert (service.page().state, service.only(Article).text_status) == ("done", "")


GONE = (
    "<article><h1>الصفحة غير موجودة</h1><p>الصفحة غير موجودة، وربما تم حذف الخبر من موقعنا قبل مدة طويلة من الزمن، "
    "فابحثوا عن غيره في أرشيفنا الكبير الذي يضم كل شيء.</p></article>"
)
WALL = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'


@pytest.mark.parametrize(
    ("status", "body", "name", "state"),
    [
        (404, "لا شيء هنا", "removed", "waiting"),
        (402, "ادفع", "paywall", "waiting"),
        (410, "ذهبت", "removed", "given_up"),
        (403, "ممنوع", "blocked", "waiting"),
        (200, "<html><body>قصير</body></html>", "empty", "waiting"),
        (200, f"<html><body>{GONE}</body></html>", "removed", "given_up"),
        (200, f"<html>{WALL}<body><article><p>{PLAIN[2][:300]}</p></article></body></html>", "paywall", "waiting"),
        (200, "%PDF-1.7\n%âãÏÓ\n1 0 obj", "not_html", "given_up"),
        (200, "<rss version='2.0'><channel/></rss>", "not_html", "given_up"),
        (200, "<html><body>" + "<div>" * 2_000 + OTHER + "</body></html>", "too_deep", "given_up"),
    ],
)  # fmt: skip
def test_every_reason_has_a_name(service: Service, press: Press, status: int, body: str, name: str, state: str) -> None:
    told(service, press, PLAIN)
    press.pages["/page/p1.html"] = body.encode()
    press.special["/page/p1.html"] = Reply(status)
    service.fetch_pages()
    row = service.page()
    assert (row.status, row.state, row.attempts) == (name, state, 1)
    assert row.detail
    assert service.only(Article).text_status == (name if state == "given_up" else "page_waiting")


def test_an_entry_without_link_wants_no_page(service: Service, press: Press) -> None:
    press.write_feed("/a.xml", [PLAIN], brief=True)
    press.feeds["/a.xml"] = press.feeds["/a.xml"].replace(
        b"<link>" + press.base.encode() + b"/page/p1.html</link>", b""
    )
    service.feed("/a.xml")
    service.poll()
    assert (service.only(Article).text_status, service.all(PageJob)) == ("no_link", [])


def test_a_page_in_full_joins_the_group_of_its_copy(service: Service, press: Press) -> None:
    press.write_feed("/b.xml", [("b1", "معرض الخط يفتح أبوابه", PLAIN[2])])
    first = service.feed("/b.xml")
    service.poll(first)
    told_id = service.feed("/a.xml", primed=True)
    press.write_feed("/a.xml", [PLAIN], brief=True)
    service.poll(told_id)
    assert [article.group_id for article in service.all(Article)] == [1, 2]
    service.fetch_pages()
    assert len({article.group_id for article in service.all(Article)}) == 1


def test_a_busy_host_keeps_its_pages_waiting_without_an_attempt(service: Service, press: Press) -> None:
    service = service.with_settings(host_pause=60.0)
    told(service, press, PLAIN, news(2))
    with service.db.write() as session:
        session.execute(update(PageJob).values(host="n.example"))  # loopback is ours, and ours are never paused
    press.special["/page/p1.html"] = Reply(429, {"Retry-After": "600"})
    first, second = (job.article_id for job in service.all(PageJob))
    pages.fetch_pages(service.context, [first])
    pages.fetch_pages(service.context, [second])
    assert press.asked["/page/n2.html"] == 0
    rows = service.all(PageJob)
    assert [(row.attempts, row.crashes, row.due) for row in rows] == [
        (1, 0, NOON + timedelta(minutes=10)), (0, 0, NOON + timedelta(minutes=10)),
    ]  # fmt: skip


def test_a_poison_page_harms_no_neighbour_and_ends_in_quarantine(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(service, press, PLAIN, news(2))
    real = pages.extract_page

    def extract(body: bytes, content_type: str, url: str, **more: Any) -> pages.Page:
        if url.endswith("/p1.html"):
            raise RuntimeError("وسم لم نتوقعه")
        return real(body, content_type, url, **more)

    monkeypatch.setattr(pages, "extract_page", extract)
    for _ in range(5):
        service.fetch_pages()
        service.clock.pass_by(minutes=2)
    bad, good = service.all(PageJob)
    assert (good.state, bad.state, bad.crashes, bad.status) == ("done", "waiting", 5, "internal_error")
    with service.db.write() as session:
        queue.quarantine(session, service.clock())
    assert "RuntimeError: وسم لم نتوقعه" in service.only(Quarantine).why
    monkeypatch.undo()
    with service.db.write() as session:
        queue.replay(session, service.only(Quarantine), service.clock())
    service.fetch_pages()
    assert [row.state for row in service.all(PageJob)] == ["done", "done"]


def test_a_lost_lease_changes_nothing(service: Service, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    told(service, press, PLAIN)
    real = pages.extract_page

    def extract(*given: Any, **more: Any) -> pages.Page:
        service.db.transact(queue.forget_leases)
        return real(*given, **more)

    monkeypatch.setattr(pages, "extract_page", extract)
    service.fetch_pages()
    assert (service.only(Article).basis, service.page().state, service.page().attempts) == ("summary", "waiting", 0)


@pytest.mark.parametrize(
    ("told_text", "page_text", "same"),
    [
        ("", "أي نص", True),
        ("غرق سفينة قرب المرفأ", "غَرَقُ سَفِينَةٍ قُربَ المرفإ الشمالي", True),
        ("غرق سفينة قرب المرفأ", "افتتاح معرض للخط", False),
        ("غرق سفينة قرب المرفأ الشمالي", "غرق سفينة", True),
        ("غرق سفينة قرب المرفأ الشمالي القديم", "غرق سفينة", False),
    ],
)
def test_a_page_must_hold_what_the_feed_told(told_text: str, page_text: str, same: bool) -> None:
    assert pages.is_same_article(told_text, page_text) is same
