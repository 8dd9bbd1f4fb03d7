"""The options that say how a subscription wants to be told: the same for adding, editing and trying one out."""

from typing import Annotated

import typer

from domain.preferences import Preferences, read_preferences
from storage.digests import preferences_of
from storage.models import Subscription, Topic

On = Annotated[
    str | None,
    typer.Option(
        help="Reasons to alert: first_match, new_number, new_fact, development, nth_outlet:5/10, new_source:3, burst.",
        metavar="REASONS",
    ),
]
PerDay = Annotated[int | None, typer.Option(help="At most so many alerts a day; 0: no limit.", metavar="N")]
Zone = Annotated[str | None, typer.Option(help="Time zone of hours and days: Asia/Riyadh.")]
Quiet = Annotated[str | None, typer.Option(help="Hours without alerts: 22:00-07:00.", metavar="HOURS")]
Ramadan = Annotated[
    str | None, typer.Option(help="Hours without alerts in Ramadan instead; none: no quiet hours.", metavar="HOURS")
]
Off = Annotated[str | None, typer.Option(help="Days of the week without alerts: fri,sat.", metavar="DAYS")]
Free = Annotated[
    str | None, typer.Option(help="Periods without alerts: 2026-03-20/2026-03-24,2026-05-01.", metavar="PERIODS")
]
Digest = Annotated[
    str | None, typer.Option(help="What is held comes: off, hourly, daily@08:00, weekly@sun@08:00.", metavar="WHEN")
]
DigestOnly = Annotated[
    bool | None, typer.Option("--digest-only/--live", help="Everything in digests, or alerts at once.")
]


def described(wanted: Preferences) -> str:
    """Say in one line how a subscription wants to be told."""
    written = wanted.written()
    parts = [str(written["on"]) if wanted.live else "digest only", f"{wanted.per_day or 'any number'} a day"]
    parts += [f"{name} {written[name]}" for name in ("quiet", "ramadan", "off", "free") if written[name]]
    if wanted.digest.period != "off":
        parts.append(f"digest {written['digest']}")
    return ", ".join(parts) + (f" ({wanted.zone.key})" if wanted.zone.key != "UTC" else "")


def read(
    on: str | None, per_day: int | None, zone: str | None, quiet: str | None, ramadan: str | None, off: str | None,
    free: str | None, digest: str | None, digest_only: bool | None, now: Preferences | None = None,
) -> Preferences:  # fmt: skip
    """Read the options; what is not given stays as it is `now`. Raises BadInput."""
    live = None if digest_only is None else not digest_only
    given = {
        "on": on, "per_day": per_day, "zone": zone, "quiet": quiet, "ramadan": ramadan, "off": off, "free": free,
        "digest": digest, "live": live,
    }  # fmt: skip
    return read_preferences(given, now)


def how(subscription: Subscription) -> str:
    """Say in one line how a subscription is told."""
    return described(preferences_of(subscription))


def named(topic: Topic | None) -> str:
    """Name what an alert concerns."""
    return topic.name if topic else "(service)"
