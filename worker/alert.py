"""Alert: decides what of the matches is told, and puts it into the outbox or holds it for a digest.

    matches | who wants them | anything new? | now, or in the digest? | one message a channel | outbox

In the transaction of the articles; `worker/deliver` sends what waits. `domain.reasons` and `domain.budget` decide.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from domain.alerts import AlertState
from domain.budget import Held, why_held
from domain.messages import MATCH, Told, match_data, write
from domain.reasons import STRENGTH, Given
from storage import alerts as store
from storage import digests, telling
from storage.models import Subscription
from worker.context import Context
from worker.telling import Ledger


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match that may be told: topic (id and name), the story of the article, and what is said of it.

    `was` is headline and text of an article that matched before and was changed by its outlet.
    """

    topic: tuple[int, str]
    story: int
    told: Told
    was: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    """A subscription that has reasons to be told of an article."""

    found: Candidate
    subscription: Subscription
    given: tuple[Given, ...]

    @property
    def keys(self) -> list[str]:
        """Give the keys of all reasons, the strongest first."""
        return [one.key for one in self.given]


def announce(context: Context, session: Session, found: Sequence[Candidate], now: datetime) -> list[str]:
    """Put what is new of stories into the outbox, or hold it for a digest. Gives the ids of alerts to be sent now."""
    wanting = telling.wanting(session, {one.topic[0] for one in found}) if found else {}
    wanted = [one for one in found if one.topic[0] in wanting]
    if not wanted:
        return []
    ledger = Ledger.open(session, [(one.topic[0], one.story, one.told) for one in wanted], now)
    by_article: dict[int, list[Candidate]] = defaultdict(list)
    for one in sorted(wanted, key=lambda one: (one.told.published, one.told.id)):
        by_article[one.told.id].append(one)
    rows: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    for matches in by_article.values():
        channels: dict[int, list[_Wish]] = defaultdict(list)
        for one in matches:
            for subscription in wanting[one.topic[0]]:
                if given := ledger.reasons(subscription, one.topic[0], one.story, one.told, one.was):
                    channels[subscription.channel_id].append(_Wish(one, subscription, given))
        for channel, wishes in channels.items():
            rows += _tell(context, ledger, channel, wishes, held, now)
    telling.hold(session, held)
    return store.enqueue(session, rows, now)


def _tell(
    context: Context, ledger: Ledger, channel: int, wishes: Sequence[_Wish], rows: list[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """Give the rows of the outbox that tell an article on a channel: one that is sent, the others joined to it.

    What has to wait for a digest is added to `rows`.

    Where any subscription may be told now, one message names the topics of all that want alerts at once.
    """
    told, story = wishes[0].found.told, wishes[0].found.story
    if now - told.published > timedelta(hours=context.settings.alert_max_age):
        document = _document(context, ledger, wishes, now)
        return [_row(wish, channel, document, STALE, f"@{told.id}") for wish in wishes]
    for wish in wishes:
        ledger.note(channel, wish.found.topic[0], story, told, wish.keys)
    held = [why_held(ledger.preferences(wish.subscription), ledger.spent(wish.subscription), now) for wish in wishes]
    going = [] if all(held) else [wish for wish in wishes if wish.subscription.live]
    for wish, why in zip(wishes, held, strict=True):
        if wish in going:
            ledger.spent(wish.subscription).add()
        elif why:
            rows.append(_held(context, ledger, wish, why, now))
    document = _document(context, ledger, going, now) if going else ""
    return [_row(wish, channel, document, {} if wish is going[0] else JOINED) for wish in going]


def _held(context: Context, ledger: Ledger, wish: _Wish, why: Held, now: datetime) -> dict[str, Any]:
    """Make the row of what a subscription is not told now but in its next digest."""
    data = _data(context, ledger, [wish])
    del data["article"]["reason"]  # its passages say it; a digest holds many
    digests.expect(wish.subscription, ledger.preferences(wish.subscription), why, now)
    return {
        "subscription_id": wish.subscription.id, "story_id": wish.found.story, "reason": wish.keys[0],
        "keys": wish.keys, "article_id": wish.found.told.id, "data": json.dumps(data, ensure_ascii=False),
        "why": why.value, "made": now,
    }  # fmt: skip


STALE: dict[str, Any] = {"state": AlertState.STALE.value, "due": None, "detail": "old news when it came"}
JOINED: dict[str, Any] = {"state": AlertState.JOINED.value, "due": None, "detail": "told with another topic"}


def _row(wish: _Wish, channel: int, document: str, more: dict[str, Any], apart: str = "") -> dict[str, Any]:
    """Make a row of the outbox; `apart` keeps one that is not sent from standing in the way of one that is."""
    return {
        "topic_id": wish.found.topic[0], "story_id": wish.found.story, "reason": wish.keys[0] + apart,
        "keys": wish.keys,
        "channel_id": channel, "article_id": wish.found.told.id, "payload": document, **more,
    }  # fmt: skip


def _document(context: Context, ledger: Ledger, wishes: Sequence[_Wish], now: datetime) -> str:
    return write(MATCH, now, _data(context, ledger, wishes))


def _data(context: Context, ledger: Ledger, wishes: Sequence[_Wish]) -> dict[str, Any]:
    """Give what a message says for all who want it: their topics, and every reason once, the strongest first."""
    first = wishes[0].found
    given: dict[str, Given] = {one.key: one for wish in wishes for one in wish.given}
    strongest = sorted(given.values(), key=lambda one: STRENGTH.index(one.reason))
    address = context.settings.page_url
    page = f"{address}/articles/{first.told.id}" if address else ""
    topics = list(dict.fromkeys(wish.found.topic for wish in wishes))
    return match_data(topics, first.story, strongest, first.told, ledger.counts(first.story), page)
