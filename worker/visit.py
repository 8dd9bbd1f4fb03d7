"""What follows from a visit to a feed: what is learned of it, how it is, and when it is visited again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import random
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from domain.article import Outcome
from domain.fetching import FetchStatus
from domain.health import NO_ANSWER, Health, health_of, is_our_network
from domain.polite import Asks, Moved, asked_wait, moved, past_skips, read_asks, wants_all
from domain.rhythm import Rhythm, observe
from domain.schedule import FeedPlan, after_poll, next_wait
from settings import Settings
from storage import chain, events, feeds
from storage.models import Feed
from storage.queue import End
from worker.answer import Fetched
from worker.context import Context, Held, log
from worker.dating import learn_utc
from worker.hosts import note_pause
from worker.keep import Kept, Reading
from worker.look import Noted
from worker.parse import ParsedFeed
from worker.revise import Sifted
from worker.site import site_of
from worker.ways import alive

# With these the feed itself is well: it answered as a feed does.
WELL = (FetchStatus.OK, FetchStatus.UNCHANGED, FetchStatus.EMPTY)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit to a feed brought, before it is stored."""

    feed: Feed
    fetched: Fetched
    parsed: ParsedFeed | None
    status: FetchStatus
    readings: list[Reading]
    outcomes: Counter[Outcome]
    rejections: Counter[str]
    sifted: Sifted = field(default_factory=Sifted)
    noted: Noted | None = None

    @property
    def whole(self) -> bool:
        """Say whether all of a body came and was read."""
        return self.parsed is not None and self.fetched.status is FetchStatus.OK

    @property
    def well(self) -> bool:
        """Say whether the feed answered as a feed does."""
        return self.status in WELL or (self.whole and self.status is FetchStatus.TRUNCATED)

    @property
    def goes_with_others(self) -> bool:
        """Say whether it is stored with others: the feed is well, and nothing that is stored changed.

        One that failed is stored at once and alone, for what follows asks how the visits just before it went.
        """
        return self.well and not self.sifted.bring

    @property
    def detail(self) -> str:
        """Say in words what is wrong."""
        return self.fetched.detail or (self.parsed.detail if self.parsed else "")


def finish_visits(
    context: Context, session: Session, held: Held, visits: Sequence[Visit], now: datetime
) -> Sequence[Visit]:
    """Write down how feeds are and when they are due. Gives the visits of those that no other worker has by now."""
    ends = {visit.feed.id or 0: end_of(context, session, visit, now) for visit in visits}
    held_still = feeds.finish_several(session, ends, held.token)
    ours = [visit for visit in visits if visit.feed.id in held_still]
    settle_outlets(session, [(visit, ends[visit.feed.id or 0]) for visit in ours], now)
    return ours


def end_of(context: Context, session: Session, visit: Visit, now: datetime) -> End:
    """Give what is written of a feed after a visit. Its ETag is kept only for a body that was read whole."""
    feed, fetched = visit.feed, visit.fetched
    rhythm, asks = _learn(visit, now)
    ours = not visit.well and _is_ours(session, visit, now)
    plan, interval = _plan(context.settings, visit, rhythm, asks, ours, now)
    last_new = _last_new(visit, now)
    values: dict[str, Any] = {
        "status": visit.status, "detail": visit.detail, "failures": plan.failures, "last_polled": now,
        "interval": interval, "last_new": last_new,
        "health": health_of(visit.status, plan.failures, rhythm, last_new, now).value,
    }  # fmt: skip
    values |= learn_utc(feed, (reading.draft for reading in visit.readings), now)
    if visit.well:
        values |= {"last_success": now, "rhythm": rhythm.to_json(), "asks": asks.to_json()}
        values |= _validators(visit, now) | _facts(visit) | _address(session, visit, now)
    if visit.well and visit.whole:
        values["primed"] = True
    note_pause(context, session, feed.host, fetched)
    gone = visit.status is FetchStatus.GONE
    return End(None if gone else plan.due, values | ({"state": "gone"} if gone else {}))


def settle_outlets(session: Session, ended: Iterable[tuple[Visit, End]], now: datetime) -> None:
    """Choose again which ways to outlets are in use, once the ends of visits are written, where those may change it."""
    unsure = (pair for pair in ended if not _is_sure(*pair))
    outlets = {visit.feed.outlet or str(end.values.get("outlet", "")) for visit, end in unsure}
    for outlet in chain.settle_several(session, outlets, now):
        log.info("an outlet is read by another way", outlet=outlet)


def _is_sure(visit: Visit, end: End) -> bool:
    """Say whether a visit leaves the choice as it is: what is in use was well and still is."""
    return {visit.feed.health, end.values["health"]} == {Health.HEALTHY.value} and visit.feed.in_use


def poll_of(visit: Visit, kept: Kept, now: datetime) -> dict[str, Any]:
    """Give the columns of the record of a visit (`storage.models.Poll`): each of its entries in exactly one count."""
    entries = len(visit.readings) + len(visit.sifted.changed) + visit.outcomes[Outcome.SEEN]
    seen = entries - kept.new - kept.copies - kept.revised
    return {
        "feed_id": visit.feed.id, "at": now, "status": visit.status.value, "http_status": visit.fetched.http_status,
        "detail": visit.detail, "new": kept.new, "copies": kept.copies, "revised": kept.revised, "seen": seen,
        "rejected": visit.outcomes[Outcome.REJECTED], "waiting": kept.waiting, "matches": kept.matches,
        "alerts": len(kept.alerts), "rejections": dict(visit.rejections),
    }  # fmt: skip


def _learn(visit: Visit, now: datetime) -> tuple[Rhythm, Asks]:
    """Give the feed's rhythm and what it asks for, as known after the visit; a failed one teaches nothing."""
    feed, parsed = visit.feed, visit.parsed
    rhythm, asks = Rhythm.from_json(feed.rhythm), Asks.from_json(feed.asks)
    if not visit.well:
        return rhythm, asks
    if parsed is not None:
        asks = read_asks(visit.fetched.body, parsed.ttl)
    return observe(rhythm, _published(visit, now), now), asks


def _published(visit: Visit, now: datetime) -> Sequence[datetime]:
    """Give when the entries were published that are new; while nothing is known of the feed, those of all."""
    if not visit.feed.rhythm:
        return _dates(visit)
    return [reading.draft.published or now for reading in visit.readings]


def _dates(visit: Visit) -> list[datetime]:
    """Give the dates of all entries in the feed that have one."""
    return [entry.published for entry in visit.parsed.entries if entry.published] if visit.parsed else []


def _last_new(visit: Visit, now: datetime) -> datetime | None:
    """Give when the feed last brought an entry: at first the newest date in it, where it has one."""
    if not visit.feed.in_use:
        return alive(visit.feed, visit.parsed, visit.status, now)
    if visit.readings and visit.feed.primed:
        return now
    if visit.feed.last_new:
        return visit.feed.last_new
    some = visit.parsed is not None and visit.parsed.entries
    return max((at for at in _dates(visit) if at <= now), default=now if some else None)


def _is_ours(session: Session, visit: Visit, now: datetime) -> bool:
    """Say whether a failed visit is the fault of our own network, and write that down."""
    if visit.status not in NO_ANSWER:
        return False
    ours = is_our_network([*events.recent_visits(session, now), (visit.feed.host, visit.status)])
    if ours:
        log.warning("our own network fails", feed=visit.feed.url)
        events.blame_our_network(session, now)
    return ours


def _plan(
    settings: Settings, visit: Visit, rhythm: Rhythm, asks: Asks, ours: bool, now: datetime
) -> tuple[FeedPlan, float]:
    """Say when the feed is due, and what its interval is, in seconds, without failures and wishes."""
    most = max(settings.max_interval, settings.min_interval)
    interval = next_wait(rhythm, now, least=settings.min_interval, most=most, eagerness=settings.eagerness)
    if rhythm.until is None:  # nothing is known yet
        interval = settings.min_interval
    wanted = asked_wait(asks, visit.fetched.fresh, settings.honour_ttl)
    plan = after_poll(
        ok=visit.well or ours, failures=visit.feed.failures, interval=max(interval, wanted), now=now,
        retry_after=visit.fetched.retry_after, jitter=random(),  # noqa: S311  nothing is guarded by it
    )  # fmt: skip
    if ours:
        plan = FeedPlan(plan.due, visit.feed.failures)
    return (FeedPlan(past_skips(plan.due, asks), plan.failures) if settings.honour_ttl else plan), interval


def _validators(visit: Visit, now: datetime) -> dict[str, object]:
    """Give what the server is told the next time, and that all was asked for now where it was."""
    values: dict[str, object] = {}
    if visit.fetched.status is FetchStatus.OK and visit.status in (FetchStatus.OK, FetchStatus.UNCHANGED):
        values = {"etag": visit.fetched.etag, "last_modified": visit.fetched.last_modified}
    if wants_all(visit.feed.last_full, now):
        values["last_full"] = now
    return values


def _facts(visit: Visit) -> dict[str, object]:
    """Give what the feed says of itself, where it is not known already."""
    feed, parsed = visit.feed, visit.parsed
    if visit.status is not FetchStatus.OK or parsed is None:
        return {}
    return {
        "body_sha256": visit.fetched.sha256,
        "title": feed.title or parsed.title, "outlet": feed.outlet or parsed.title,
        "site_url": feed.site_url or parsed.site_url, "language": feed.language or parsed.language,
    }  # fmt: skip


def _address(session: Session, visit: Visit, now: datetime) -> dict[str, object]:
    """Give what becomes of the feed's address: that of a permanent redirect once it stood for a day.

    One that leads to another registrable domain waits for the operator: a lost domain or a broken server may send
    readers anywhere.
    """
    feed = visit.feed
    found = moved(Moved(feed.moved_url, feed.moved_since), visit.fetched.permanent_url, now)
    if not found.adopt or not _same_site(feed.url, found.url) or feeds.find(session, found.url) is not None:
        return {"moved_url": found.url, "moved_since": found.since}
    log.info("a feed has moved", feed=feed.url, to=found.url)
    return {"url": found.url, "host": urlsplit(found.url).netloc, "moved_url": "", "moved_since": None}


def _same_site(one: str, other: str) -> bool:
    """Say whether two addresses are of one registrable domain, or of one host that has none."""
    return site_of(one) == site_of(other)
