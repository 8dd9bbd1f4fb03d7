"""A backfill at work: what each of its steps needs to know, and its way to the network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.access import Access
from domain.dates import Habits, zone_of
from domain.fetching import is_allowed
from storage import access, backfills, feeds, outlets
from storage.models import Backfill, Feed
from worker.answer import Fetched
from worker.batch import Ask, fetch_each
from worker.context import Context, Held
from worker.dating import habits_of
from worker.robots import close_rulebook, open_rulebook

LONGEST_TURN = 3.0  # seconds that a worker waits for the turn of a backfill; longer waits are spent in the queue


@dataclass(frozen=True, slots=True)
class Walk:
    """A backfill at work: its row and lease, its feed where it has one, how its outlet writes dates and is reached."""

    context: Context
    held: Held
    row: Backfill
    feed: Feed | None
    habits: Habits
    polled: datetime | None
    access: Access | None = None

    @property
    def id(self) -> int:
        """Give the number of the backfill."""
        return self.row.id or 0

    def fetch(self, asks: Sequence[Ask[Any]]) -> Iterator[tuple[Any, Fetched]]:
        """Ask for addresses one at a time, where robots.txt leaves them to us."""
        settings = self.context.settings.model_copy(update={"host_connections": 1})
        rulebook = None if settings.robots == "off" else open_rulebook(self.context, [ask.url for ask in asks])
        yield from fetch_each(settings, [replace(ask, access=self.access) for ask in asks], rulebook)
        if rulebook:
            close_rulebook(self.context, rulebook)

    @property
    def delay(self) -> float:
        """Give the seconds between two requests to the host; networks that are ours need none."""
        settings = self.context.settings
        return 0.0 if is_allowed(self.row.host, settings.allow_networks) else settings.host_delay


def open_walk(context: Context, held: Held, row: Backfill) -> Walk:
    """Put together what a step needs to know."""
    now = context.clock()
    with context.db.read() as session:
        feed = next(iter(feeds.several(session, [row.feed_id] if row.feed_id else [])), None)
        card = outlets.of(session, row.outlet)
        polled = backfills.last_polled(session, row.outlet, row.feed_id)
        reached = access.load(session, [row.outlet]).get(row.outlet)
    zone = zone_of(card.zone if card else "", card.country if card else "", row.host)
    return Walk(context, held, row, feed, habits_of(feed, now) if feed else Habits(zone, now), polled, reached)
