"""How long after publication an article is seen, at an equal number of requests: ours, fixed polling, entry_frequency.

    python -m bench.schedule [--window 30] [--exponents]

The publication times of ant2018 are replayed, a feed for each section of each outlet, which shows its last `--window`
entries. The constants of `domain.schedule` and `domain.rhythm` were chosen on the weeks before 16 April 2018; what is
printed is of the 13 weeks after. Each schedule starts two days before, knows nothing, and sees nothing of the future.

- fixed: every feed at the same interval; 15 minutes is 96 requests a feed and day.
- entry_frequency, as Miniflux describes it: a week divided by the entries of the last week and by a factor, between 5
  minutes and a day. The factor is what makes the number of requests equal; with the factor 1 it is its default.
- rates known: our rule, told beforehand how much each feed publishes in each hour of the day in those very weeks. So
  much could be gained by learning better, and no more.
"""

import argparse
import gzip
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import numpy as np

from bench.corpus import shared
from domain import schedule
from domain.rhythm import HOURS, Rhythm, observe

DAY, LEAST, MOST = 86_400.0, 60.0, 86_400.0
CHOSEN, JUDGED, END = (datetime(2018, m, d, tzinfo=UTC) for m, d in ((3, 5), (4, 16), (7, 16)))
LEARNING = timedelta(days=2)
# Gives the seconds to the next visit, for what a visit now showed: whether it is the first, and the times that it saw.
Rule = Callable[[bool, Sequence[float], float], float]


def feeds_of_corpus(first: datetime, last: datetime) -> list[list[float]]:
    """Give for each section of each outlet the times of publication between two times, as seconds, sorted."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    with gzip.open(shared() / "corpus" / "ant2018.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            at = datetime.fromisoformat(row["published"]).timestamp()
            if first.timestamp() <= at < last.timestamp():
                found[row["outlet"], row["section"]].append(at)
    return [sorted(times) for _, times in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a schedule did: requests a feed and day, seconds from publication to sight, entries never seen."""

    requests: float
    delays: Any
    missed: int

    def figures(self) -> dict[str, float]:
        """Give requests, median and 95th percentile in seconds, and misses."""
        median, late = np.percentile(self.delays, (50, 95))
        return {
            "requests": round(self.requests, 1), "median": round(float(median)), "p95": round(float(late)),
            "mean": round(float(np.mean(self.delays))), "missed": self.missed,
        }  # fmt: skip


def replay(feeds: Sequence[Sequence[float]], make: Callable[[int], Rule], first: datetime, last: datetime,
           window: int) -> Outcome:  # fmt: skip
    """Visit all feeds from two days before `first` and count from there on. `make` gives the rule for a feed."""
    begin, count_from, end = ((at).timestamp() for at in (first - LEARNING, first, last))
    jitter, delays, requests, missed = Random(2018), [], 0, 0
    for number, times in enumerate(feeds):
        rule, at, before, known = make(number), begin + jitter.uniform(0, 900), 0.0, -1
        while at < end:
            now = bisect_right(times, at)
            shown = times[max(0 if known < 0 else known, now - window) : now]
            if at >= count_from:
                requests += 1
                if known >= 0:
                    delays += [at - t for t in shown if t >= count_from]
                    missed += max(0, now - known - window)
            wait = rule(known < 0, shown, at)
            known, before = now, at
            plan = schedule.after_poll(
                ok=True, failures=0, interval=wait, now=datetime.fromtimestamp(before, UTC), retry_after=None,
                jitter=jitter.random(),
            )  # fmt: skip
            at = plan.due.timestamp()
    days = (end - count_from) / DAY
    return Outcome(requests / days / len(feeds), np.array(delays), missed)


def fixed(interval: float) -> Callable[[int], Rule]:
    """Poll at one interval, in seconds."""
    return lambda _: lambda first, shown, at: interval


def entry_frequency(factor: float) -> Callable[[int], Rule]:
    """Poll by the number of entries of the last week, as the documentation of Miniflux describes it."""

    def make(_: int) -> Rule:
        seen: list[float] = []

        def rule(first: bool, shown: Sequence[float], at: float) -> float:
            seen.extend(shown)
            weekly = len(seen) - bisect_right(seen, at - 7 * DAY)
            return min(max(7 * DAY / weekly / factor, 300.0), DAY) if weekly else DAY

        return rule

    return make


def ours(eagerness: float) -> Callable[[int], Rule]:
    """Poll as Marsad does."""

    def make(_: int) -> Rule:
        rhythm = Rhythm()

        def rule(first: bool, shown: Sequence[float], at: float) -> float:
            nonlocal rhythm
            now = datetime.fromtimestamp(at, UTC)
            rhythm = observe(rhythm, [datetime.fromtimestamp(t, UTC) for t in shown], now)
            return schedule.next_wait(rhythm, now, least=LEAST, most=MOST, eagerness=eagerness)

        return rule

    return make


def told(eagerness: float, rhythms: Sequence[Rhythm]) -> Callable[[int], Rule]:
    """Poll as Marsad does, with rates that are known beforehand."""

    def make(number: int) -> Rule:
        def rule(first: bool, shown: Sequence[float], at: float) -> float:
            now = datetime.fromtimestamp(at, UTC)
            return schedule.next_wait(rhythms[number], now, least=LEAST, most=MOST, eagerness=eagerness)

        return rule

    return make


def true_rhythm(times: Sequence[float], first: datetime, last: datetime) -> Rhythm:
    """Give the rhythm that a feed really has between two times, by hour of day."""
    watched = (last - first) / timedelta(days=1)
    hours = np.bincount([int(t % DAY // 3600) for t in times if first.timestamp() <= t], minlength=HOURS)
    return Rhythm(until=last, seen=tuple(map(float, hours)), watched=(watched,) * HOURS)


def spend(run: Callable[[float], Outcome], requests: float, more: float) -> Outcome:
    """Give the outcome of the schedule at that number of requests: `more` is the power with which they grow."""
    knob = 1.0
    for _ in range(12):
        outcome = run(knob)
        if abs(outcome.requests / requests - 1) < 0.005:
            break
        knob *= (requests / outcome.requests) ** more
    return outcome


def main() -> None:
    """Print the table and the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--window", type=int, default=30, help="entries that a feed shows")
    parser.add_argument("--exponents", action="store_true", help="compare exponents on the weeks for choosing")
    options = parser.parse_args()
    feeds = feeds_of_corpus(datetime(2018, 2, 20, tzinfo=UTC), END)
    if options.exponents:
        _exponents(feeds, options.window)
        return
    rhythms = [true_rhythm(times, JUDGED, END) for times in feeds]

    def run(make: Callable[[int], Rule]) -> Outcome:
        return replay(feeds, make, JUDGED, END, options.window)

    figures: dict[str, Any] = {"feeds": len(feeds), "entries": sum(t >= JUDGED.timestamp() for x in feeds for t in x)}
    print(f"{figures['entries']} entries of {len(feeds)} feeds in 13 weeks; delays in seconds")
    print(f"{'':34} {'requests':>9} {'median':>7} {'p95':>7} {'mean':>7} {'missed':>7}")
    ours_as_is = run(ours(1.0))
    _row(figures, "ours, as it is set", ours_as_is)
    by_default = run(entry_frequency(1.0))
    for label, requests in (("as many as every 15 min", 96.0), ("as entry_frequency by default", by_default.requests)):
        print(f"{label}:")
        rows = {
            "fixed": spend(lambda knob: run(fixed(900.0 / knob)), requests, 1.0),
            "entry_frequency": spend(lambda knob: run(entry_frequency(knob)), requests, 1.2),
            "ours": spend(lambda knob: run(ours(knob)), requests, 1.0),
            "rates known": spend(lambda knob: run(told(knob, rhythms)), requests, 1.0),
        }
        for name, outcome in rows.items():
            _row(figures, f"{name} at {requests:.0f}", outcome)
        for peer in ("fixed", "entry_frequency"):
            ratio = float(np.median(rows["ours"].delays) / np.median(rows[peer].delays))
            late = float(np.percentile(rows["ours"].delays, 95) / np.percentile(rows[peer].delays, 95))
            figures[f"median_ratio_to_{peer}_at_{requests:.0f}"] = round(ratio, 3)
            figures[f"p95_ratio_to_{peer}_at_{requests:.0f}"] = round(late, 3)
            print(f"  ours to {peer}: median {ratio:.2f}, p95 {late:.2f}")
    print(json.dumps({"bench": "schedule", "figures": figures}))


def _row(figures: dict[str, Any], name: str, outcome: Outcome) -> None:
    found = figures[name] = outcome.figures()
    cells = (found[key] for key in ("requests", "median", "p95", "mean", "missed"))
    print(f"  {name:32} " + " ".join(f"{cell:>{9 - 2 * (i > 0)}}" for i, cell in enumerate(cells)), flush=True)


def _exponents(feeds: Sequence[Sequence[float]], window: int) -> None:
    """Print what each exponent gives on the weeks for choosing, at 96 requests a feed and day."""
    kept = schedule.RISE
    for rise in (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0, 1.15):
        schedule.RISE = rise
        _row({}, f"exponent {rise}", spend(lambda k: replay(feeds, ours(k), CHOSEN, JUDGED, window), 96.0, 1.0))
    schedule.RISE = kept
    peer = spend(lambda k: replay(feeds, entry_frequency(k), CHOSEN, JUDGED, window), 96.0, 1.2)
    _row({}, "entry_frequency", peer)


if __name__ == "__main__":
    main()
