"""The retro-hunt: one topic against everything stored, exactly, without reading most of it.

The kept stems of an article say what it measures on the topic, or very little more (`domain.topics.ceiling`). Articles
are read from the highest such ceiling down until none that is left can change the topic's level (the threshold
algorithm of Fagin, Lotem and Naor, "Optimal aggregation algorithms for middleware", 2001), then those that can come
near the line. Every decision is the one that reading everything would give.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.article import Basis
from domain.topics import Decision, Measure, Profile, analyse, calibrate, judge, measure
from domain.topics.ceiling import Ceiling
from domain.topics.decide import may_be_near
from storage import articles, stems
from worker.context import Context
from worker.retro_rules import hunt_by_rules

CHUNK = 1_000  # articles looked at together
_SURE = 0.9  # more alike may be the reference itself, which `calibrate` leaves out
ALL = Measure(1.0, 1.0)
READ = 100  # articles read at once before the level is looked at again
Progress = Callable[[int, int], None]


def unseen(done: int, total: int) -> None:
    """Show progress to nobody."""


@dataclass(frozen=True, slots=True)
class Hunted:
    """What a topic says of everything stored: matches and near misses by id, and how many articles there were.

    `profile` is the one that decided, its level set by the articles if `level`.
    """

    profile: Profile
    found: dict[int, Decision]
    read: int
    level: bool

    @property
    def matches(self) -> list[int]:
        """Give the articles that match, oldest first."""
        return sorted(id for id, decision in self.found.items() if decision.match)


@dataclass(slots=True)
class _Pile:
    """The articles with one basis of text: those that may measure anything, highest ceiling first, and how many all."""

    basis: Basis
    ceilings: list[tuple[Measure, int]] = field(default_factory=list)
    number: int = 0
    measured: dict[int, Measure] = field(default_factory=dict)


def hunt(context: Context, profile: Profile, last: int, *, level: bool, progress: Progress = unseen) -> Hunted:
    """Ask a topic about every stored article up to the id `last`; with `level` set its level by them first."""
    if not profile.terms:
        with context.db.read() as session:
            hunted = Hunted(profile, {}, articles.asked_about(session, last), level)
    else:
        hunted = _hunt_by_example(context, profile, last, level=level, progress=progress)
    if not profile.rules:
        return hunted
    return replace(hunted, found=hunt_by_rules(context, hunted.profile, hunted.found, last, progress))


def _hunt_by_example(context: Context, profile: Profile, last: int, *, level: bool, progress: Progress) -> Hunted:
    piles = _piles(context, profile, last, progress)
    if level:
        for pile in piles:
            profile = _set_level(context, profile, pile)
    found: dict[int, Decision] = {}
    for pile in piles:
        candidates = [id for most, id in pile.ceilings if may_be_near(profile, most, pile.basis)]
        _read(context, profile, pile, candidates)
        with context.db.read() as session:
            times = articles.times(session, candidates)
        decisions = ((id, judge(profile, pile.measured[id], pile.basis, times.get(id))) for id in candidates)
        found.update((id, decision) for id, decision in decisions if decision.match or decision.near)
    return Hunted(profile, found, sum(pile.number for pile in piles), level)


def _piles(context: Context, profile: Profile, last: int, progress: Progress) -> list[_Pile]:
    """Look at the kept stems of all articles; what has none kept can be anything, and is read."""
    ceiling = Ceiling(profile)
    piles = {basis.value: _Pile(basis) for basis in Basis}
    with context.db.read() as session:
        lacking = stems.missing(session, last)
        for id, basis in lacking:
            piles[basis].number += 1
            piles[basis].ceilings.append((ALL, id))
        done = len(lacking)
        for rows in stems.up_to(session, last, CHUNK):
            for _, basis, _ in rows:
                piles[basis].number += 1
            similarities, coverages = ceiling.of([held for *_, held in rows])
            for at in similarities.nonzero()[0]:
                id, basis, _ = rows[at]
                piles[basis].ceilings.append((Measure(float(similarities[at]), float(coverages[at])), id))
            done += len(rows)
            progress(done, last)
    for pile in piles.values():
        pile.ceilings.sort(key=lambda row: (-row[0].similarity, row[1]))
    return [piles[basis] for basis in sorted(piles) if piles[basis].number]


def _set_level(context: Context, profile: Profile, pile: _Pile) -> Profile:
    """Read articles from the highest ceiling down until the level is the same whatever the others measure."""
    for ids, most_left in _batches(pile.ceilings):
        _read(context, profile, pile, ids)
        known = [measured.similarity for measured in pile.measured.values()]
        left = pile.number - len(known)
        least = calibrate(profile, known + [0.0] * left, pile.basis)
        if most_left < _SURE and least == calibrate(profile, known + [most_left] * left, pile.basis):
            return least
    return calibrate(profile, [0.0] * pile.number, pile.basis)


def _batches(ceilings: Sequence[tuple[Measure, int]]) -> Iterator[tuple[list[int], float]]:
    """Give ids in batches, each with the highest ceiling that is left after it; first all that can be anything."""
    start, end = 0, sum(most is ALL for most, _ in ceilings)
    while start < len(ceilings):
        end = max(end, start + READ)
        after = ceilings[end : end + 1]
        yield [id for _, id in ceilings[start:end]], after[0][0].similarity if after else 0.0
        start = end


def _read(context: Context, profile: Profile, pile: _Pile, ids: Sequence[int]) -> None:
    """Measure articles that were not measured yet, by their texts."""
    wanted = [id for id in ids if id not in pile.measured]
    for start in range(0, len(wanted), CHUNK):
        with context.db.read() as session:
            texts = articles.texts(session, wanted[start : start + CHUNK])
        for id, text in texts.items():
            pile.measured[id] = measure(profile, analyse(text))
