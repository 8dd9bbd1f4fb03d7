"""Why a story is told, and told again. Pure: given what was told of it so far, and the article that came now.

One story, one alert: its first article on topic is told at once, and copies are counted silently. It is told again only
for something new, and the alert names it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.bursts import Burst
from domain.difference import as_read
from domain.errors import BadInput
from domain.facts import NAME, NUMBER, PLACE, Change, Facts, changes


class Reason(StrEnum):
    """Why an alert is made, the strongest first. Documented and stored; never renamed.

    first_match  the first article of the story
    new_number   a number that moved: a toll
    new_fact     a new place or name in headline or lead
    development  an article like none that was told of the story
    nth_outlet   so many outlets have it
    new_source   so many independent sources have it, copies not counted
    burst        the topic itself: far more articles within an hour than is usual
    """

    FIRST_MATCH = "first_match"
    NEW_NUMBER = "new_number"
    NEW_FACT = "new_fact"
    DEVELOPMENT = "development"
    NTH_OUTLET = "nth_outlet"
    NEW_SOURCE = "new_source"
    BURST = "burst"


STRENGTH = tuple(Reason)
KNOWN = 8  # articles of a story, the newest, whose facts are compared
_COUNTED = {Reason.NTH_OUTLET: (5, 10, 20, 50), Reason.NEW_SOURCE: (3,)}
ARABIC: Mapping[str, str] = {
    Reason.FIRST_MATCH: "أول تنبيه بهذا الحدث",
    Reason.NEW_NUMBER: "رقم تغيّر",
    Reason.NEW_FACT: "مكان أو اسم جديد",
    Reason.DEVELOPMENT: "تطور في الحدث",
    Reason.NTH_OUTLET: "عدد الوسائل الإعلامية التي تناولت الحدث",
    Reason.NEW_SOURCE: "عدد المصادر المستقلة للحدث",
    Reason.BURST: "طفرة نشر في موضوع الرصد",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Which reasons a subscription wants, and from which numbers of outlets and of sources on."""

    on: frozenset[Reason]
    counts: Mapping[Reason, tuple[int, ...]] = field(default_factory=lambda: dict(_COUNTED))

    @classmethod
    def read(cls, text: str) -> "Rules":
        """Read what `--on` takes: `first_match,new_number,nth_outlet:5/10/20`. Raises BadInput."""
        on, counts = set[Reason](), dict(_COUNTED)
        for part in (part.strip() for part in text.split(",") if part.strip()):
            name, colon, numbers = part.partition(":")
            if name not in list(Reason) or (colon and Reason(name) not in _COUNTED):
                raise BadInput(f"«{part}» is no reason to alert: write some of {', '.join(Reason)}")
            on.add(Reason(name))
            if colon:
                counts[Reason(name)] = _numbers(part, numbers)
        if not on:
            raise BadInput(f"no reason to alert is left: write some of {', '.join(Reason)}")
        return cls(frozenset(on), counts)

    def __str__(self) -> str:
        """Write them as `read` takes them."""
        return ",".join(self._written(reason) for reason in STRENGTH if reason in self.on)

    @property
    def text(self) -> str:
        """Say them in Arabic, the strongest first."""
        return "، ".join(ARABIC[reason] for reason in STRENGTH if reason in self.on)

    def _written(self, reason: Reason) -> str:
        numbers = self.counts.get(reason)
        return f"{reason}:{'/'.join(map(str, numbers))}" if numbers and numbers != _COUNTED[reason] else reason.value


def _numbers(part: str, numbers: str) -> tuple[int, ...]:
    found = [number.strip() for number in numbers.split("/")]
    if not all(number.isascii() and number.isdigit() and 2 <= int(number[:9]) <= 10_000 for number in found):
        raise BadInput(f"«{part}»: write numbers from 2 on, as nth_outlet:5/10/20")
    return tuple(sorted({int(number) for number in found}))


DEFAULT_RULES = Rules(frozenset({Reason.FIRST_MATCH, Reason.NEW_NUMBER, Reason.DEVELOPMENT}))


@dataclass(frozen=True, slots=True)
class Given:
    """One reason that holds. `key` tells it from others of its kind about one story, and is told once."""

    reason: Reason
    key: str
    number: int = 0
    changes: tuple[Change, ...] = ()
    burst: Burst | None = None

    @property
    def text(self) -> str:
        """Say it in Arabic."""
        said = ARABIC[self.reason]
        if self.changes:
            return f"{said}: {'، '.join(as_read(change.text) for change in self.changes)}"
        if self.burst:
            return f"{said}: {self.burst.text}"
        return f"{said}: {self.number}" if self.number else said


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was told of a story on a channel so far.

    `keys` are those of the reasons told or held; `known` the facts of the articles that were told (where none was, of
    those that matched before), in order of time; `late` says that the article now is older than one of those.
    """

    told: bool = False
    keys: Collection[str] = ()
    known: Sequence[Facts] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Now:
    """The article that came, and the story with it: outlets and independent sources, and the topic's burst.

    `develops` is the copy group of an article that tells a development of the story, 0 where it tells none.
    """

    facts: Facts
    outlets: int = 1
    sources: int = 1
    burst: Burst | None = None
    develops: int = 0


def reasons(rules: Rules, so_far: SoFar, now: Now) -> tuple[Given, ...]:
    """Give the reasons to tell an article, the strongest first; none where there is nothing new.

    The first article of a story has that one reason.
    """
    if not so_far.told and Reason.FIRST_MATCH in rules.on:
        return (Given(Reason.FIRST_MATCH, Reason.FIRST_MATCH),)
    found = [given for given in _all(rules, so_far, now) if given.reason in rules.on and given.key not in so_far.keys]
    return tuple(sorted(found, key=lambda given: STRENGTH.index(given.reason)))


def _all(rules: Rules, so_far: SoFar, now: Now) -> Iterable[Given]:
    fresh = () if so_far.late else new_facts(so_far.known, now.facts)
    for reason, kinds in ((Reason.NEW_NUMBER, (NUMBER,)), (Reason.NEW_FACT, (PLACE, NAME))):
        if found := tuple(change for change in fresh if change.kind in kinds):
            yield Given(reason, f"{reason}:{found[0].what}={found[0].after}", changes=found)
    if now.develops and not so_far.late:
        yield Given(Reason.DEVELOPMENT, f"{Reason.DEVELOPMENT}:{now.develops}")
    for reason, number in ((Reason.NTH_OUTLET, now.outlets), (Reason.NEW_SOURCE, now.sources)):
        reached = max((count for count in rules.counts[reason] if count <= number), default=0)
        if reached:
            yield Given(reason, f"{reason}:{reached}", number=number)
    if now.burst:
        yield Given(Reason.BURST, f"{Reason.BURST}:{now.burst.key}", burst=now.burst)


def new_facts(known: Sequence[Facts], facts: Facts) -> tuple[Change, ...]:
    """Give what an article changes against everything that is known, given in order of time.

    A number is compared with the newest that counts the same, a text that only says again what an older one said left
    out, and is not new where any text holds it; a place or name is new where no text has it.
    """
    found: dict[tuple[str, str], Change] = {}
    seen = Counter[tuple[str, str]]()
    for number, before in enumerate(known):
        there = {(change.kind, change.what): change for change in changes(before, facts)}
        found |= {key: change for key, change in there.items() if not _says_again(known[:number], before, change)}
        seen.update(there.keys())
    return tuple(
        change
        for key, change in found.items()
        if (not _is_held(known, facts, change) if change.kind == NUMBER else seen[key] == len(known))
    )


def _says_again(older: Sequence[Facts], before: Facts, change: Change) -> bool:
    """Say whether what a change is told against was said by an older text already, as in a copy that comes late."""
    count = before.counts.get(change.what) if change.kind == NUMBER else None
    return count is not None and any(count.value in text.all_counts.get(change.what, ()) for text in older)


def _is_held(known: Sequence[Facts], facts: Facts, change: Change) -> bool:
    value = facts.counts[change.what].value
    return any(value in before.all_counts.get(change.what, ()) for before in known)
