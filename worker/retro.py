"""The retro-hunt: one topic against everything stored, exactly, without reading most of it.

The search's index says which stems an article holds, and so the most that it can measure on the topic
(`domain.topics.ceiling`). Articles are read from the highest ceiling down until none that is left can change the
topic's level (the threshold algorithm of Fagin, Lotem and Naor, "Optimal aggregation algorithms for middleware", 2001),
then those that can come near the line. Every decision is the one that reading everything would give.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.article import Basis
from domain.topics import Decision, Measure, Profile, analyse, calibrate, judge, measure
from domain.topics.ceiling import ALL, NOTHING, Ceiling
from domain.topics.decide import may_be_near, weigh
from storage import articles, search
from worker.context import Context
from worker.retro_rules import hunt_by_rules

CHUNK = 1_000
_SURE = 0.9  # more alike may be the reference itself, which `calibrate` leaves out
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
        decisions = ((id, judge(profile, pile.measured[id], pile.basis)) for id in candidates)
        found.update((id, decision) for id, decision in decisions if decision.match or decision.near)
    return Hunted(profile, found, sum(pile.number for pile in piles), level)


def _piles(context: Context, profile: Profile, last: int, progress: Progress) -> list[_Pile]:
    """Look through the index, newest article first."""
    ceiling = Ceiling(profile)
    piles: dict[str, _Pile] = {}
    below, done = last + 1, 0
    while True:
        with context.db.read() as session:
            rows, counted = search.stems_below(session, below, CHUNK), search.counts_terms(session)
        if not rows:
            break
        for id, basis, stems in rows:
            pile = piles.setdefault(basis, _Pile(Basis(basis)))
            pile.number += 1
            most = ALL if stems is None else ceiling.of(stems, counted=counted)
            if most is not NOTHING:
                pile.ceilings.append((most, id))
        below, done = rows[-1][0], done + len(rows)
        progress(done, last)
    for pile in piles.values():
        pile.ceilings.sort(key=lambda row: (-row[0].similarity, row[1]))
    return [piles[basis] for basis in sorted(piles)]


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
    """Give ids in batches, each with the highest ceiling that is left after it."""
    for start in range(0, len(ceilings), READ):
        after = ceilings[start + READ : start + READ + 1]
        yield [id for _, id in ceilings[start : start + READ]], after[0][0].similarity if after else 0.0


def _read(context: Context, profile: Profile, pile: _Pile, ids: Sequence[int]) -> None:
    """Measure articles that were not measured yet, by the terms that the index has of them or by their texts."""
    wanted = [id for id in ids if id not in pile.measured]
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        with context.db.read() as session:
            terms = search.terms(session, part)
            texts = articles.texts(session, [id for id in part if id not in terms])
        for id, (title, body) in terms.items():
            pile.measured[id] = measure(profile, weigh(title, body, pile.basis))
        for id, text in texts.items():
            pile.measured[id] = measure(profile, analyse(text))
