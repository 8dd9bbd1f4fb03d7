"""The demo as a command: sets the stage in a temporary home, lets the waves come, and tells what the service does."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session

from cli.demo.wire import Receiver, Wire, load, serve
from cli.home import now
from cli.output import show
from cli.processes import Processes, own
from cli.run_once import start_workers
from domain import topics as decide
from domain.article import visible
from domain.errors import MarsadError
from settings import Settings
from storage import alerts, articles, channels, feeds, topics
from storage.articles import Listed
from storage.engine import migrate
from worker.context import Context, make_context
from worker.deliver.webhook import new_secret

WAVES = 3
POLL_SECONDS = 1
QUIET_SECONDS = 2.5  # nothing new for so long: the wave is over
MOST_SECONDS = 20.0  # for one wave on a slow machine
# The demo's own home and pace; everything else is as in earnest.
PACE = {
    "MARSAD_ALLOW_NETWORKS": "127.0.0.0/8", "MARSAD_MAX_INTERVAL": str(POLL_SECONDS), "MARSAD_MIN_INTERVAL": "0.5",
    "MARSAD_TICK": "0.3", "MARSAD_HOST_DELAY": "0", "MARSAD_HOST_PAUSE": "0", "MARSAD_WORKERS": "1",
    "MARSAD_DATABASE_URL": "", "MARSAD_BROKER_URL": "", "MARSAD_LOG_LEVEL": "warning",
}  # fmt: skip


def demo() -> None:
    """Show the whole story in under a minute, without any network: feeds, matches, copies, an alert."""
    receiver, wire = Receiver(), load()
    with tempfile.TemporaryDirectory(prefix="marsad-demo-") as home, _surroundings(Path(home)):
        context = make_context(Settings(home=Path(home)))
        migrate(context.db)
        server, base = serve(wire, receiver)
        topic_id = set_the_stage(context, wire, base)
        owner = own(context.settings)
        with Processes(context.settings) as processes:
            start_workers(processes)
            processes.start_ours("scheduler", "scheduler", "--tied")
            story = _Story(context, receiver, topic_id)
            play(context, wire, story)
        story.end()
        server.shutdown()
        owner.give_up()
        context.db.close()


@contextmanager
def _surroundings(home: Path) -> Iterator[None]:
    """Set the demo's settings for this process and those that it starts, and put the old ones back."""
    before = {name: value for name, value in os.environ.items() if name.startswith("MARSAD_")}
    for name in before:
        del os.environ[name]
    os.environ.update(PACE | {"MARSAD_HOME": str(home)})
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("MARSAD_")]:
            del os.environ[name]
        os.environ.update(before)


def set_the_stage(context: Context, wire: Wire, base: str) -> int:
    """Make the topic from its reference, add the feeds, and subscribe the receiver. Gives the topic's id."""
    profile = decide.learn(wire.topic_name, [wire.reference])

    def use_case(session: Session) -> int:
        topic = topics.add(session, wire.topic_name, profile.to_json(), [(wire.reference, "")], now())
        for outlet in wire.outlets:
            host = base.removeprefix("http://")
            feeds.add(session, f"{base}/{outlet['key']}/rss.xml", now(), country=outlet["country"], host=host)
        channel, _ = channels.add(session, f"{base}/hook", new_secret(), now())
        alerts.subscribe(session, topic.id or 0, channel.id or 0, now())
        return topic.id or 0

    show(f"topic     «{wire.topic_name}», from one reference article: {visible(wire.reference.title)}")
    kinds = "one mislabelled, one UTF-16, one with summaries only"
    show(f"feeds     {len(wire.outlets)} invented outlets on {base}, {kinds}")
    return context.db.transact(use_case)


def play(context: Context, wire: Wire, story: "_Story") -> None:
    """Let the waves come: the first poll alerts nobody, then news appears while the service runs."""
    for wave in range(WAVES + 1):
        wire.wave = wave
        expected = sum(a["wave"] <= wave for a in wire.content["articles"])
        show(f"\nwave {wave}    {'what the outlets had before we looked' if not wave else 'news appears on the wire'}")
        _settle(context, story, expected)


def _settle(context: Context, story: "_Story", expected: int) -> None:
    """Tell what happens until everything that is on the wire is stored and nothing new comes."""
    began = last = time.monotonic()
    while time.monotonic() - began < MOST_SECONDS:
        if story.tell():
            last = time.monotonic()
        with context.db.read() as session:
            stored = articles.total(session)
        if stored >= expected and time.monotonic() - last > QUIET_SECONDS:
            return
        time.sleep(0.2)
    raise MarsadError(f"the demo stood still: {stored} of {expected} articles stored; is the machine busy?")


@dataclass(slots=True)
class _Story:
    """What has been told so far: matches, copies and alerts as they happen."""

    context: Context
    receiver: Receiver
    topic_id: int
    matched: set[int] = field(default_factory=set)
    copies: set[int] = field(default_factory=set)
    alerts: int = 0

    def tell(self) -> bool:
        """Tell what is new. Gives whether there was anything."""
        with self.context.db.read() as session:
            rows = topics.all_matches(session, self.topic_id)
            grouped = articles.grouped(session)
        fresh = [row for row in rows if row.id not in self.matched]
        copied = [row for row in grouped if row.id not in self.copies]
        for row in fresh:
            self._match(row)
        for row in copied:
            self.copies.add(row.id)
            show(f"  copy    {visible(row.outlet)}: {visible(row.title)}  (إعادة نشر of article {row.group_id})")
        for _, document in self.receiver.messages[self.alerts :]:
            self._alert(document)
        return bool(fresh or copied)

    def _match(self, row: Listed) -> None:
        self.matched.add(row.id)
        show(f"  match   {row.score or 0:.2f}  {visible(row.outlet)}: {visible(row.title)}")
        if sentence := row.reason.get("sentence"):
            show(f"          why: {visible(sentence['text'])[:160]}")

    def _alert(self, document: dict[str, Any]) -> None:
        self.alerts += 1
        article = document["data"]["article"]
        show(f"  ALERT   تنبيه delivered: {visible(article['outlet'])}: {visible(article['title'])}")

    def end(self) -> None:
        """Tell the sum."""
        self.tell()
        show(f"\n{len(self.matched)} matches, {len(self.copies)} copies, {self.alerts} alerts delivered")
