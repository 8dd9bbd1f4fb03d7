"""Tries a subscription out on matches of the past, by the decisions that are made live (`reasons`, `budget`). Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.budget import BY_BUDGET, HOUR, Spent, catch_up, day_began, why_held
from domain.bursts import PAUSE, Burst, burst
from domain.facts import Facts, facts_in
from domain.ledger import Sighting, independent_sources, origin_of
from domain.preferences import Preferences
from domain.reasons import KNOWN, Given, Now, Reason, SoFar, reasons
from domain.stories import COMPARED, Gist, develops, gist_of


@dataclass(frozen=True, slots=True)
class Matched:
    """A match of the past: its article, the story and the copy group of that."""

    id: int
    story: int
    group: int
    outlet: str
    title: str
    text: str
    event_at: datetime
    first_seen: datetime
    credit: str

    @property
    def sighting(self) -> Sighting:
        """Give what the wire ledger counts of it."""
        return Sighting(self.id, self.outlet, self.event_at, self.first_seen, self.credit, "", 0)


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that would have been made: when, of which article, why, and why it would have been held, if so."""

    at: datetime
    article: int
    title: str
    outlet: str
    story: int
    given: tuple[Given, ...]
    held: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a subscription would have been told: alerts in order of time, and when digests would have gone out.

    `matches` counts what was looked at, `cut_in` is when the budget first held something.
    """

    matches: int
    stories: int
    alerts: tuple[Alert, ...]
    digests: tuple[datetime, ...]
    cut_in: datetime | None

    @property
    def sent(self) -> int:
        """Count the alerts that would have gone out at once."""
        return sum(not alert.held for alert in self.alerts)

    @property
    def held(self) -> Counter[str]:
        """Count what would have been held, by why."""
        return Counter(alert.held for alert in self.alerts if alert.held)

    @property
    def reasons(self) -> Counter[str]:
        """Count the alerts by their strongest reason."""
        return Counter(alert.given[0].reason.value for alert in self.alerts)


@dataclass(slots=True)
class _Story:
    """A story as it was at a time in the past."""

    groups: dict[int, list[Sighting]] = field(default_factory=lambda: defaultdict(list))
    outlets: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    known: list[tuple[datetime, Facts]] = field(default_factory=list)
    gists: list[Gist] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    """A subscription as it would have been told, up to a time in the past."""

    wanted: Preferences
    stories: dict[int, _Story] = field(default_factory=lambda: defaultdict(_Story))
    leads: list[datetime] = field(default_factory=list)
    last_burst: datetime | None = None
    alerts: list[Alert] = field(default_factory=list)
    digests: list[datetime] = field(default_factory=list)

    def see(self, seen: Matched) -> None:
        """Let a match come."""
        story, now = self.stories[seen.story], seen.event_at
        if is_first := seen.group not in story.groups:
            self.leads.append(now)
        story.groups[seen.group].append(seen.sighting)
        story.outlets.add(seen.outlet)
        facts = facts_in(seen.title, seen.text)
        gist = gist_of(seen.title, seen.text, now.timestamp()) if Reason.DEVELOPMENT in self.wanted.rules.on else None
        development = seen.group if gist and is_first and develops(gist, story.gists[-COMPARED:]) else 0
        if given := self._reasons(story, facts, now, development):
            self._tell(seen, given)
            story.keys.update(one.key for one in given)
            story.known.append((now, facts))
            story.gists += [gist] if gist else []

    def _reasons(self, story: _Story, facts: Facts, now: datetime, develops: int) -> tuple[Given, ...]:
        known = sorted(story.known, key=lambda one: one[0])[-KNOWN:]
        late = any(at > now for at, _ in known)
        so_far = SoFar(bool(story.keys), story.keys, [one for _, one in known], late)
        counted = Reason.NEW_SOURCE in self.wanted.rules.on
        sources = independent_sources(map(origin_of, story.groups.values())) if counted else 1
        return reasons(self.wanted.rules, so_far, Now(facts, len(story.outlets), sources, self._burst(now), develops))

    def _burst(self, now: datetime) -> Burst | None:
        if Reason.BURST not in self.wanted.rules.on or (self.last_burst and now - self.last_burst < PAUSE):
            return None
        return burst(self.leads, self.leads[0], now)

    def _tell(self, seen: Matched, given: tuple[Given, ...]) -> None:
        now = seen.event_at
        if any(one.reason is Reason.BURST for one in given):
            self.last_burst = now
        why = why_held(self.wanted, self._spent(now), now)
        if why and not (self.digests and self.digests[-1] > now):
            self.digests.append(catch_up(self.wanted, why, now))
        self.alerts.append(Alert(now, seen.id, seen.title, seen.outlet, seen.story, given, why.value if why else ""))

    def _spent(self, now: datetime) -> Spent:
        """Count what was sent since the day began and within the hour; of a long list only the end is looked at."""
        began, spent = day_began(self.wanted, now), Spent()
        for alert in reversed(self.alerts):
            if alert.at < min(began, now - HOUR):
                break
            spent.today += not alert.held and alert.at >= began
            spent.this_hour += not alert.held and alert.at >= now - HOUR
        return spent


def rehearse(wanted: Preferences, matches: Sequence[Matched]) -> Rehearsal:
    """Try a subscription out on matches in order of time, as if each had come when it was published."""
    run = _Run(wanted)
    for seen in matches:
        run.see(seen)
    cut_in = next((alert.at for alert in run.alerts if alert.held in BY_BUDGET), None)
    return Rehearsal(len(matches), len(run.stories), tuple(run.alerts), tuple(run.digests), cut_in)
