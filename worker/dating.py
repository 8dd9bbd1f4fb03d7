"""How a feed's dates are to be read: in which zone, and whether its UTC is one. That is learned from its visits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from domain.article import Draft
from domain.dates import ENOUGH_SIGNS, Habits, count_signs, zone_of
from storage.models import Feed

LEARNED = "learned"
FALSE_Z = ("yes", LEARNED)


def habits_of(feed: Feed, now: datetime) -> Habits:
    """Give what is known of how a feed's outlet writes dates; `now` is what relative ones are told from."""
    host = feed.host or urlsplit(feed.url).netloc
    return Habits(zone_of(feed.zone, feed.country, host), now, feed.false_z in FALSE_Z)


def learn_utc(feed: Feed, fresh: Iterable[Draft], now: datetime) -> dict[str, Any]:
    """Learn from the entries that a visit brought whether the feed's UTC is its outlet's own clock, or is one again.

    Gives the columns of the feed to be changed. A first visit tells nothing, since all that it brings is old; what the
    operator said stands.
    """
    times = (draft.dated.when for draft in fresh if draft.dated and draft.dated.in_utc and not draft.dated.day_only)
    newest = max(times, default=None)
    offset = habits_of(feed, now).zone.utcoffset(now.replace(tzinfo=None))
    if newest is None or offset is None or not feed.primed or feed.false_z not in ("", LEARNED):
        return {}
    lead = now - newest if feed.false_z else newest - now  # what was learned is unlearned by the same signs
    signs = count_signs(feed.utc_signs, lead, offset)
    if signs >= ENOUGH_SIGNS:
        return {"utc_signs": 0, "false_z": "" if feed.false_z else LEARNED}
    return {"utc_signs": signs} if signs != feed.utc_signs else {}
