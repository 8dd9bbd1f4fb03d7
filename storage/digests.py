"""How subscriptions want to be told, as it is kept, and the digests of what was held for them."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session, col, func, select, update

from domain.budget import Held, catch_up
from domain.preferences import Preferences, read_preferences
from storage.engine import portions
from storage.models import Channel, HeldAlert, Subscription, Topic

WAITING, TOLD = "waiting", "told"


def preferences_of(subscription: Subscription) -> Preferences:
    """Give how a subscription wants to be told."""
    s = subscription
    return _read(s.rules, s.per_day, s.zone, s.quiet, s.ramadan, s.days_off, s.free, s.digest, s.live)


@lru_cache(maxsize=1_000)
def _read(
    rules: str, per_day: int, zone: str, quiet: str, ramadan: str, off: str, free: str, digest: str, live: bool
) -> Preferences:
    return read_preferences({
        "on": rules, "per_day": per_day, "zone": zone, "quiet": quiet, "ramadan": ramadan, "off": off, "free": free,
        "digest": digest, "live": live,
    })  # fmt: skip


def wants(subscription: Subscription, wanted: Preferences) -> None:
    """Write down how a subscription wants to be told."""
    written = wanted.written()
    names = {"on": "rules", "off": "days_off"}
    for name, value in written.items():
        setattr(subscription, names.get(name, name), value)


def expect(subscription: Subscription, wanted: Preferences, why: Held, now: datetime) -> None:
    """Set when the next digest is due, for something is held now. The caller holds the grouping lock."""
    if subscription.digest_due is None:
        subscription.digest_due = catch_up(wanted, why, now)


def is_due(session: Session, now: datetime) -> bool:
    """Say whether a digest is due."""
    rows = select(Subscription.id).join(Channel).where(col(Subscription.digest_due) <= now, Channel.state != "off")
    return session.exec(rows.limit(1)).first() is not None


def due(session: Session, now: datetime) -> list[tuple[Subscription, Topic, Channel]]:
    """Give the subscriptions whose digest is due, those of a channel together."""
    rows = select(Subscription, Topic, Channel).join(Topic).join(Channel).where(col(Subscription.digest_due) <= now)
    rows = rows.where(Channel.state != "off")
    return [(s, t, c) for s, t, c in session.exec(rows.order_by(col(Subscription.channel_id), col(Subscription.id)))]


def waiting(session: Session, subscription_ids: Sequence[int]) -> list[HeldAlert]:
    """Give what is held for subscriptions and was not told, oldest first."""
    rows = select(HeldAlert).where(col(HeldAlert.subscription_id).in_(subscription_ids), HeldAlert.state == WAITING)
    return list(session.exec(rows.order_by(col(HeldAlert.id))))


def tell(session: Session, ids: Sequence[int], alert_id: str) -> None:
    """Write down into which digest went what was held."""
    for part in portions(ids):
        session.exec(update(HeldAlert).where(col(HeldAlert.id).in_(part)).values(state=TOLD, alert_id=alert_id))


def held_counts(session: Session) -> dict[int, int]:
    """Count for each subscription what waits for its next digest."""
    rows = select(HeldAlert.subscription_id, func.count()).where(HeldAlert.state == WAITING)
    return dict(session.exec(rows.group_by(col(HeldAlert.subscription_id))).all())
