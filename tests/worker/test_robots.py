"""robots.txt is asked for once, through the gate, kept, and held to; ours are not asked."""

import asyncio
from datetime import timedelta

import pytest
from press import STORY, Press, news
from service import Service
from stored import NOON

from domain.fetching import FetchStatus
from domain.robots import Known
from settings import Settings
from storage.models import Article, Feed, PageJob, Robots
from worker import robots
from worker.answer import Fetched
from worker.robots import Rulebook, origin_of

SITE = "https://outlet.example"


class Gate:
    """A gate that gives one answer and keeps a ledger."""

    def __init__(self, body: str = "", status: FetchStatus = FetchStatus.OK, http: int = 200, **more) -> None:
        self.answer = Fetched(f"{SITE}/robots.txt", status, http, body=body.encode(), **more)
        self.asked: list[str] = []

    async def get(self, url: str, *, max_body: int | None = None) -> Fetched:
        self.asked.append(url)
        await asyncio.sleep(0)
        return self.answer


def check(gate: Gate, *paths: str, known: dict[str, Known] | None = None, **settings: str):
    """Give what a rulebook says of paths, asked all at once, and the rulebook."""
    book = Rulebook(Settings(home=".", **settings), known or {}, NOON)

    async def go():
        return await asyncio.gather(*(book.check(gate, SITE + path) for path in paths))

    return asyncio.run(go()), book


def test_what_is_forbidden_to_us_is_not_fetched():
    gate = Gate("User-agent: *\nDisallow: /\n\nUser-agent: Marsad\nDisallow: /private/\nCrawl-delay: 7\n")
    ((denied, _), (allowed, delay)), book = check(gate, "/private/a", "/a")
    assert (denied.status, denied.url) == (FetchStatus.ROBOTS, f"{SITE}/private/a")
    assert (allowed, delay) == (None, 7)
    assert gate.asked == [f"{SITE}/robots.txt"]
    assert book.learned[SITE].status is FetchStatus.OK


def test_the_name_in_our_user_agent_is_the_one_that_counts():
    gate = Gate("User-agent: *\nAllow: /\n\nUser-agent: Raqib\nDisallow: /\n")
    assert check(gate, "/a")[0][0][0] is None
    assert check(gate, "/a", user_agent="Raqib/2 (+https://r.example)")[0][0][0].status is FetchStatus.ROBOTS


def test_a_crawl_delay_of_an_hour_is_cut():
    assert check(Gate("User-agent: *\nCrawl-delay: 3600"), "/a")[0] == [(None, 30.0)]


def test_what_is_known_is_not_asked_for_again():
    known = {SITE: Known(NOON - timedelta(hours=1), "User-agent: *\nDisallow: /", NOON - timedelta(hours=1))}
    gate = Gate()
    assert check(gate, "/a", known=known)[0][0][0].status is FetchStatus.ROBOTS
    assert gate.asked == []


def test_a_host_that_does_not_answer_keeps_its_page_waiting_under_that_name():
    ((waiting, _),), book = check(Gate(status=FetchStatus.TIMEOUT, http=None, detail="not finished in time"), "/a")
    assert (waiting.status, waiting.deferred) == (FetchStatus.TIMEOUT, False)
    assert "robots.txt" in waiting.detail
    assert book.learned[SITE].failing_since == NOON


def test_a_host_that_wants_to_be_left_alone_is_no_answer():
    gate = Gate(status=FetchStatus.HTTP_ERROR, http=None, deferred=True, retry_after=30.0)
    ((waiting, _),), book = check(gate, "/a")
    assert (waiting.deferred, waiting.retry_after, book.learned) == (True, 30.0, {})


def test_our_own_networks_are_not_asked():
    gate = Gate("User-agent: *\nDisallow: /")
    book = Rulebook(Settings(home=".", allow_networks="127.0.0.0/8"), {}, NOON)
    assert asyncio.run(book.check(gate, "http://127.0.0.1:8080/a")) == (None, 0.0)
    assert gate.asked == []


@pytest.mark.parametrize("text", ["\0\ud7ff", "Disallow", "User-agent: *\nDisallow: /%", "<html>لا شيء هنا</html>"])
def test_any_text_can_be_read(text):
    assert check(Gate(text), "/a")[0][0][0] is None


def test_an_origin_is_scheme_host_and_port():
    assert origin_of("https://Outlet.example:8443/a/b?c") == "https://outlet.example:8443"


@pytest.fixture
def strict(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Give the service, to which loopback is a host like any other where robots.txt is concerned."""
    monkeypatch.setattr(robots, "is_allowed", lambda host, networks: False)
    return service


RULES = b"User-agent: *\nDisallow: /page/\nDisallow: /b.xml"


def test_a_page_that_is_forbidden_is_not_asked_for_and_its_article_says_why(strict: Service, press: Press) -> None:
    press.pages["/robots.txt"] = RULES
    press.write_feed("/a.xml", [("s1", "خبر", STORY)], brief=True)
    strict.feed("/a.xml")
    strict.poll()
    strict.fetch_pages()
    assert press.asked == {"/a.xml": 1, "/robots.txt": 1}, "feeds are not asked about"
    assert (strict.only(Article).text_status, strict.only(PageJob).state) == ("robots", "given_up")
    assert strict.only(Robots).text == RULES.decode()


def test_robots_txt_is_kept_for_the_next_batch(strict: Service, press: Press) -> None:
    press.pages["/robots.txt"] = b"User-agent: *\nDisallow: /other/"
    for n in (1, 2):
        press.write_feed("/a.xml", [news(n)], brief=True)
        if n == 1:
            strict.feed("/a.xml")
        strict.poll()
        strict.fetch_pages()
    assert press.asked["/robots.txt"] == 1
    assert {article.text_status for article in strict.all(Article)} == {""}
    strict.clock.pass_by(hours=25)
    press.write_feed("/a.xml", [news(3)], brief=True)
    strict.poll()
    strict.fetch_pages()
    assert press.asked["/robots.txt"] == 2


def test_a_feed_is_asked_about_where_the_setting_says_so(strict: Service, press: Press) -> None:
    press.pages["/robots.txt"] = RULES
    press.write_feed("/b.xml", [news(1)])
    strict.feed("/b.xml")
    strict.with_settings(robots="all").poll()
    feed = strict.only(Feed)
    assert (feed.status, feed.health, press.asked["/b.xml"]) == ("robots", "blocked", 0)
    assert feed.due
    strict.poll()
    assert strict.only(Feed).status == "ok"
    off = strict.with_settings(robots="off")
    press.write_feed("/b.xml", [news(2)], brief=True)
    off.poll()
    off.fetch_pages()
    assert press.asked["/robots.txt"] == 1
