"""The worker in process: its stages on a small press, a database and a clock that the test moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import structlog
from press import NAME, STORY, Press
from sqlalchemy import select, update

from domain.article import Text
from domain.topics import learn
from settings import Settings
from storage import alerts, channels, feeds, queue, topics
from storage.engine import Database
from storage.models import Alert, Article, Feed, PageJob
from worker import pages, pipeline
from worker.context import Context
from worker.deliver import outbox
from worker.deliver.webhook import new_secret
from worker.detect import Detector
from worker.logs import set_up_logs

Row = TypeVar("Row")
HEADLINE = "غرق سفينة يغلق مرفأ الصيادين في النورس"
REFERENCE = Text("إغلاق مرفأ الصيادين بعد غرق سفينة", STORY)
QUIET: dict[str, Any] = {
    "allow_networks": "127.0.0.0/8", "host_delay": 0, "host_pause": 0, "fetch_timeout": 5, "min_interval": 900,
}  # fmt: skip


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@contextmanager
def open_service(db: Database, home: Path, press: Press, at: datetime) -> Iterator["Service"]:
    """Give the worker in process, with a clock that stands."""
    clock, settings = Clock(at), Settings(home=home, **QUIET)
    set_up_logs(settings)
    yield Service(Context(settings, db, clock, Detector()), press, clock)
    structlog.reset_defaults()


@dataclass
class Service:
    """What the scheduler and Celery do otherwise: calls the stages with what is due."""

    context: Context
    press: Press
    clock: Clock

    @property
    def db(self) -> Database:
        return self.context.db

    @property
    def settings(self) -> Settings:
        return self.context.settings

    def with_settings(self, **values: Any) -> "Service":
        """Give the same service with other settings."""
        settings = self.settings.model_copy(update=values)
        context = Context(settings, self.db, self.clock, self.context.detector)
        return Service(context, self.press, self.clock)

    def feed(self, path: str, *, primed: bool = False, host: str = "") -> int:
        """Add a feed of the press; a `primed` one was read before."""
        name = host or self.press.base.removeprefix("http://")
        with self.db.write() as session:
            feed = feeds.add(session, self.press.base + path, self.clock(), host=name)
            feed.primed = primed
            return feed.id or 0

    def topic(self, name: str = NAME, reference: Text = REFERENCE) -> int:
        """Add a topic, that of the ship unless told otherwise."""
        profile = learn(name, [reference]).to_json()
        with self.db.write() as session:
            return topics.add(session, name, profile, [(reference, "")], self.clock()).id or 0

    def tell(self, topic: int, path: str = "/hook") -> int:
        """Tell a topic's stories to a receiver of the press, or to any address. Gives the channel's id."""
        url = path if "://" in path else self.press.base + path
        with self.db.write() as session:
            channel, _ = channels.add(session, url, new_secret(), self.clock())
            alerts.subscribe(session, topic, channel.id or 0, self.clock())
            return channel.id or 0

    def poll(self, *ids: int) -> list[str]:
        """Visit feeds now, all unless told which, whatever they wait for. Gives the ids of new alerts."""
        chosen = list(ids) or [feed.id or 0 for feed in self.all(Feed)]
        with self.db.write() as session:
            session.execute(update(Feed).where(Feed.id.in_(chosen), Feed.state == "active").values(due=self.clock()))
        return pipeline.poll_feeds(self.context, chosen)

    def fetch_pages(self) -> list[str]:
        """Visit the pages that are due. Gives the ids of new alerts."""
        return pages.fetch_pages(self.context, self.due("pages"))

    def deliver(self) -> None:
        """Send the alerts that are due."""
        outbox.deliver(self.context, self.due("alerts"))

    def due(self, kind: str) -> list[Any]:
        """Give the ids of the rows that are due now."""
        row = queue.KINDS[kind]
        with self.db.read() as session:
            return list(
                session.execute(select(row.key).where(row.table.due <= self.clock()).order_by(row.key)).scalars()
            )

    def all(self, table: type[Row]) -> list[Row]:
        """Give all rows of a table in the order of their keys."""
        with self.db.read() as session:
            keys = table.__table__.primary_key.columns.values()  # type: ignore[attr-defined]
            return list(session.execute(select(table).order_by(*keys)).scalars())

    def only(self, table: type[Row]) -> Row:
        """Give the one row of a table."""
        (row,) = self.all(table)
        return row

    def titles(self) -> list[str]:
        """Give the titles of the stored articles in alphabetical order."""
        return sorted(article.title for article in self.all(Article))

    def alerts(self) -> list[Alert]:
        """Give all alerts."""
        return self.all(Alert)

    def page(self) -> PageJob:
        """Give the one page job."""
        return self.only(PageJob)
