"""How often a feed of the real press would be called quiet, and for how long, at several thresholds.

    python -m bench.silence

The publication times of ant2018 are replayed hour by hour from 19 March to 16 July 2018 as in `bench.schedule`, two
weeks after the first visit. The corpus itself has holes of days, which are silences indeed; whoever is called quiet
for less than a day was not. The peer is the threshold that independent entries would need for one error in 3,000.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.schedule import END, feeds_of_corpus
from domain import health
from domain.health import Watched, is_silent
from domain.rhythm import Rhythm, observe

FIRST, COUNTED = datetime(2018, 3, 5, tzinfo=UTC), datetime(2018, 3, 19, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def hourly(times: list[datetime]) -> Iterator[tuple[datetime, bool]]:
    """Say for each hour of a feed's life whether it is called quiet."""
    last = max((at for at in times if at <= FIRST), default=None)
    rhythm, at = observe(Rhythm(), [], FIRST), FIRST
    while at < min(END, times[-1]):
        new = [t for t in times if at < t <= at + HOUR]
        at += HOUR
        rhythm, last = observe(rhythm, new, at), max(new, default=last)
        if at >= COUNTED:
            yield at, is_silent([Watched(rhythm, last, at)], at)


def episodes(times: list[datetime]) -> tuple[list[timedelta], timedelta]:
    """Give how long each quiet time was, and how long the feed was watched."""
    found, since, watched = [], None, timedelta()
    for at, quiet in hourly(times):
        watched += HOUR
        if quiet and since is None:
            since = at
        elif since and not quiet:
            found.append(at - since)
            since = None
    return found, watched


def main() -> None:
    """Print a line for each threshold and the figures."""
    feeds = [[datetime.fromtimestamp(t, UTC) for t in x] for x in feeds_of_corpus(FIRST - WEEK, END)]
    figures = {}
    kept = health.SILENT_ENTRIES
    for threshold in (8.0, kept, 20.0):
        health.SILENT_ENTRIES = threshold
        results = [episodes(times) for times in feeds]
        short = sum(length < DAY for found, _ in results for length in found)
        long = sum(length >= DAY for found, _ in results for length in found)
        weeks = sum((watched for _, watched in results), timedelta()) / WEEK
        print(
            f"{threshold:.0f} entries missing: {short} quiet times under a day, {long} longer, {weeks:.0f} feed-weeks"
        )
        figures[f"{threshold:.0f}"] = {"under_a_day": short, "longer": long, "feed_weeks": round(weeks)}
    health.SILENT_ENTRIES = kept
    print(json.dumps({"bench": "silence", "figures": figures}))


if __name__ == "__main__":
    main()
