"""Bursts: far more articles on a topic within an hour than its own history makes usual. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST = 10  # articles within the hour; fewer are no burst, however quiet the topic was
Z_LEAST = 4.0
TIMES = 3  # so many times the usual number at least: of a busy topic a high z is soon reached
SPAN = timedelta(hours=1)
HISTORY = timedelta(days=14)
_LEAST_HISTORY = timedelta(days=2)
PAUSE = timedelta(hours=24)  # a burst is told once; what comes within a day of the last word on it belongs to it


@dataclass(frozen=True, slots=True)
class Burst:
    """A burst: how many articles the last hour brought, how many are usual, and how unlikely that is."""

    number: int
    usual: float
    z: float
    began: datetime

    @property
    def key(self) -> str:
        """Tell it from other bursts of the topic."""
        return f"{self.began:%Y-%m-%dT%H}"

    @property
    def text(self) -> str:
        """Say it in Arabic."""
        usual = "أقل من واحدة" if self.usual < 1 else f"{self.usual:.0f}"
        return f"{self.number} في ساعة، والمعتاد {usual}"


def burst(times: Sequence[datetime], since: datetime, now: datetime) -> Burst | None:
    """Say whether the last hour is a burst. `times` are those of the topic's articles without copies, in any order.

    `since` is when the topic was first followed: hours before it tell nothing. The usual is the mean of the hours of
    the last 14 days, its spread at least that of a Poisson process; news comes in clumps, so a multiple of the mean is
    asked for too. None where there are less than two days to compare with.
    """
    start, began = max(since, now - HISTORY), now - SPAN
    number = sum(began < at <= now for at in times)
    if number < LEAST or began - start < _LEAST_HISTORY:
        return None
    hours = int((began - start) / SPAN)
    counts = [0] * hours
    for at in times:
        place = int((began - at) / SPAN)
        if at <= began and place < hours:
            counts[place] += 1
    usual = sum(counts) / hours
    spread = math.sqrt(max(sum((count - usual) ** 2 for count in counts) / hours, usual, 1 / hours))
    z = (number - usual) / spread
    return Burst(number, usual, z, began) if z >= Z_LEAST and number >= TIMES * usual else None
