"""kill -9 at every step: nothing lost, nothing doubled, one alert with one id, no process left behind."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import past
import pytest
from command import Marsad, wait_for
from press import NAME, STORY, Press, news, open_press
from sqlalchemy import select

from domain.article import Text
from domain.topics import learn
from settings import Settings
from storage import alerts, articles, backfills, channels, feeds, jobs, topics
from storage.backfills import Wanted
from storage.engine import migrate
from storage.models import Article, Feed
from worker.context import Context, make_context
from worker.deliver.webhook import new_secret


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press() as made:
        yield made


@pytest.fixture
def marsad(tmp_path: Path) -> Marsad:
    return Marsad(tmp_path / "home", {"MARSAD_WORKERS": "1"})


@pytest.fixture
def context(marsad: Marsad) -> Iterator[Context]:
    """Look into the home from outside the processes that are killed."""
    made = make_context(Settings(home=marsad.home))
    migrate(made.db)
    yield made
    made.db.close()


def add_feeds(context: Context, press: Press, *paths: str) -> None:
    for path in paths:
        context.db.transact(lambda s, path=path: feeds.add(s, press.base + path, context.clock(), host="press"))


def prepare(context: Context, press: Press) -> None:
    """Add two feeds that were polled before, a topic and a webhook; then let a story and other news appear."""
    reference = Text("إغلاق مرفأ الصيادين بعد غرق سفينة", STORY)
    profile = learn(NAME, [reference])
    press.write_feed("/a.xml", [news(1), news(3), ("s1", "غرق سفينة يغلق مرفأ الصيادين في النورس", STORY)])
    press.write_feed("/b.xml", [news(2), news(4), news(5)], brief=True)
    add_feeds(context, press, "/a.xml", "/b.xml")
    with context.db.write() as session:
        topic = topics.add(session, NAME, profile.to_json(), [(reference, "")], context.clock())
        channel, _ = channels.add(session, f"{press.base}/hook", new_secret(), context.clock())
        alerts.subscribe(session, topic.id or 0, channel.id or 0, context.clock())
        for feed in session.execute(select(Feed)).scalars():
            feed.primed = True


@pytest.mark.parametrize("point", ["after_fetch", "before_commit", "after_commit", "after_page_commit", "after_post"])
def test_a_killed_worker_loses_and_doubles_nothing(
    marsad: Marsad, context: Context, press: Press, tmp_path: Path, point: str
) -> None:
    prepare(context, press)
    marker = tmp_path / "killed"
    marsad.run("run", "--once", "--all", MARSAD_FAILPOINT=f"{point}:{marker}")
    assert marker.exists(), "the worker was not killed: the test shows nothing"
    with context.db.read() as session:
        stored = list(session.execute(select(Article).order_by(Article.id)).scalars())
        log = alerts.log(session)
        assert jobs.quarantined(session) == []
    titles = [news(n)[1] for n in range(1, 6) if n != 2] + [news(2)[1], "غرق سفينة يغلق مرفأ الصيادين في النورس"]
    assert sorted(article.title for article in stored) == sorted(titles)
    assert {article.basis for article in stored} == {"full"}
    assert [(alert.state, alert.attempts) for alert, _, _, _ in log] == [("sent", 1)]
    assert {id for id, _ in press.received} == {log[0][0].id}
    assert len(press.received) == (2 if point == "after_post" else 1)
    assert marsad.processes() == []


@pytest.mark.parametrize(
    "point",
    [
        "backfill_before_commit", "backfill_page_before_commit", "backfill_page_after_commit",
    ],
)  # fmt: skip
def test_a_backfill_goes_on_where_its_worker_was_killed(
    marsad: Marsad, context: Context, press: Press, tmp_path: Path, point: str
) -> None:
    """First the pages of a feed, then a sitemap: each article once, each page asked for once more at the most."""
    for page in (1, 2, 3):
        past.write_page(press, "/feed" if page == 1 else f"/feed?paged={page}", range(3 * page - 3, 3 * page))
    past.write_map(press, "/sitemap.xml", range(20, 28))
    add_feeds(context, press, "/feed")
    wanted = Wanted("صحيفة النورس", "press", 1, f"{press.base}/feed", press.base)
    context.db.transact(lambda s: backfills.ask(s, wanted, past.day(40), 500, context.clock()))
    marker = tmp_path / "killed"
    marsad.run("run", "--once", MARSAD_FAILPOINT=f"{point}:{marker}")
    assert marker.exists(), "the worker was not killed: the test shows nothing"
    with context.db.read() as session:
        titles = sorted(article.title for article in session.execute(select(Article)).scalars())
        (row,) = backfills.listing(session)
        assert jobs.quarantined(session) == []
        assert alerts.log(session) == []
    assert titles == sorted(past.title(n) for n in (*range(9), *range(20, 28)))
    assert (row.state, row.ended, row.new, row.done, row.total) == ("done", "end", 14, 14, 8)
    asked = [number for path, number in press.asked.items() if path.startswith("/news/")]
    assert len(asked) == 8
    assert sum(asked) <= 8 + (5 if point == "backfill_page_before_commit" else 4)
    assert marsad.processes() == []


def test_a_killed_run_leaves_nothing_behind_and_the_next_one_ends_the_work(
    marsad: Marsad, context: Context, press: Press
) -> None:
    for number in range(30):
        press.write_feed(f"/{number}.xml", [news(100 * number + n) for n in range(20)])
    add_feeds(context, press, *(f"/{n}.xml" for n in range(30)))
    run = marsad.start("run", "--once")
    wait_for(lambda: press.asked, 90, "the first request")
    time.sleep(0.3)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    wait_for(lambda: not marsad.processes(), 15, "all processes end with their owner")
    marsad.run("run", "--once")
    with context.db.read() as session:
        assert articles.total(session) == 600
        assert jobs.quarantined(session) == []


def test_up_stops_all_of_it_and_starts_again_after_a_kill(marsad: Marsad, context: Context, press: Press) -> None:
    def stored() -> int:
        with context.db.read() as session:
            return articles.total(session)

    press.write_feed("/a.xml", [news(1), news(2)])
    add_feeds(context, press, "/a.xml")
    up = marsad.start("up", "--no-example")
    wait_for(lambda: stored() == 2, 120, "the feed is read")
    assert marsad.json("status")["running"]
    os.kill(up.pid, signal.SIGKILL)
    up.wait()
    wait_for(lambda: not marsad.processes(), 15, "all processes end with their owner")
    again = marsad.start("up", "--no-example")
    press.write_feed("/b.xml", [news(3)])
    add_feeds(context, press, "/b.xml")
    wait_for(lambda: stored() == 3, 120, "the service works again")
    again.send_signal(signal.SIGTERM)
    assert again.wait(30) == 0
    assert marsad.processes() == []
