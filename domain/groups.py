"""Copy groups: which article leads, and which follow it. The groups are a function of the articles, not of arrival.

The articles are taken by event time (their key breaks ties). Each is compared with heads before it alone and follows
the one that it shares most with, or leads a group of its own: so nothing chains, every follower was judged against its
lead, and an article that comes late finds its place as if it had been there. `grouped` is that definition, as plain as
it can be; `worker.settle` comes to the same groups one arrival at a time.

What analysts said stands above the rule. Articles that are "the same" form one bundle in the group of its earliest,
and stay heads: what copies one of them comes with it. Articles that are "not the same" never share a group.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from domain.copies import CopyText, Relation, Verdict, judge
from domain.errors import BadInput
from domain.fingerprints import CANDIDATES, MEET_LEAST

Id = TypeVar("Id", bound=Hashable)
Place = tuple[datetime, str]  # event time and key: the order in which articles are taken

# Only these put an article into another's group: a brief inside a roundup is a link, never a merge.
MERGED = (Relation.COPY, Relation.UPDATE)
ALIKE = 8  # of the articles with the very same text, so many of the nearest are asked for their heads


class Bundles(Generic[Id]):
    """What analysts said of pairs of articles: `same` pairs and `apart` pairs."""

    def __init__(self, same: Iterable[tuple[Id, Id]] = (), apart: Iterable[tuple[Id, Id]] = ()) -> None:
        self._bundle: dict[Id, frozenset[Id]] = {}
        for a, b in same:
            joined = self.of(a) | self.of(b)
            self._bundle |= dict.fromkeys(joined, joined)
        self._apart = list(apart)
        self._foes: dict[Id, set[Id]] = defaultdict(set)
        for a, b in self._apart:
            for one, other in ((a, b), (b, a)):
                for member in self.of(one):
                    self._foes[member] |= self.of(other)

    def __bool__(self) -> bool:
        """Say whether anything was said at all."""
        return bool(self._bundle or self._foes)

    def of(self, id: Id) -> frozenset[Id]:
        """Give the articles that are the same as one, itself among them."""
        return self._bundle.get(id, frozenset((id,)))

    def foes(self, id: Id) -> Collection[Id]:
        """Give the articles that are not the same as one, or as one of its bundle."""
        return self._foes.get(id, ())

    def check(self, a: Id, b: Id, *, same: bool) -> None:
        """Raise BadInput where a word about two articles contradicts what was said of others."""
        if a == b:
            raise BadInput("an article is always the same as itself: name two articles")
        one, other = self.of(a), self.of(b)
        if not same and b in one:
            others = ", ".join(str(id) for id in sorted(one - {a, b}, key=str))
            by_way = f" by way of {others}" if others else ""
            raise BadInput(f"{a} and {b} were said to be the same{by_way}: undo that first")
        clash = next((pair for pair in self._apart if set(pair) & one and set(pair) & other), None)
        if same and clash:
            raise BadInput(f"{clash[0]} and {clash[1]} were said to be not the same: undo that first")


def nearest(hits: Mapping[Id, int], places: Mapping[Id, Place], own: Place, least: int = MEET_LEAST) -> list[Id]:
    """Choose the heads to compare exactly, at most eight: most shingles of the sketch first, then nearest in time.

    `hits` says how many hashes of the sketch each head has.
    """
    meeting = [id for id, count in hits.items() if count >= max(1, least)]
    return sorted(meeting, key=lambda id: (-hits[id], abs(own[0] - places[id][0]), places[id]))[:CANDIDATES]


def alike(places: Mapping[Id, Place], own: Place, window: timedelta) -> list[Id]:
    """Choose among articles with the very same text: the earliest ever, and the nearest before within the window."""
    before = sorted((place, id) for id, place in places.items() if place < own)
    near = [id for (at, _), id in before if own[0] - at <= window]
    return list(dict.fromkeys([*(id for _, id in before[:1]), *near[-ALIKE:]]))


def choose(
    verdicts: Mapping[Id, Verdict], groups: Mapping[Id, Id], places: Mapping[Id, Place], barred: Collection[Id]
) -> Id | None:
    """Choose the head that an article follows, None where it leads: the largest share, then the earliest head.

    `verdicts` on each head, `groups` of the heads; groups in `barred` hold an article that is not the same.
    """
    merged = [id for id, v in verdicts.items() if v.relation in MERGED and groups[id] not in barred]
    return min(merged, key=lambda id: (-verdicts[id].share, places[id]), default=None)


@dataclass(frozen=True, slots=True)
class Item:
    """An article as the groups see it."""

    key: str
    side: CopyText

    @property
    def place(self) -> Place:
        """Give its place in the order."""
        return self.side.time, self.key


def grouped(
    items: Sequence[Item], window: timedelta, said: Bundles[str] | None = None, common: Collection[int] = ()
) -> dict[str, str]:
    """Give the key of each article's lead. `common` shingles tell nothing. This is the definition, and slow."""
    said = said or Bundles()
    groups: dict[str, str] = {}
    done: dict[str, Item] = {}
    for item in sorted(items, key=lambda item: item.place):
        first = min((done[k] for k in said.of(item.key) if k in done), key=lambda other: other.place, default=None)
        if first:
            groups[item.key] = groups[first.key]
        else:
            barred = {groups[foe] for foe in said.foes(item.key) if foe in groups}
            groups[item.key] = _group(item, done, groups, said, barred, window, set(common))
        done[item.key] = item
    return groups


def _group(
    item: Item, done: Mapping[str, Item], groups: Mapping[str, str], said: Bundles[str], barred: Collection[str],
    window: timedelta, common: set[int],
) -> str:  # fmt: skip
    """Decide one article of the definition."""
    print_ = item.side.fingerprint
    heads = {key: other for key, other in done.items() if groups[key] == key or len(said.of(key)) > 1}
    sketch = set(print_.sketch) - common
    hits = {
        key: len(sketch & set(head.side.fingerprint.sketch))
        for key, head in heads.items()
        if item.side.time - head.side.time <= window
    }
    places = {key: other.place for key, other in done.items()}
    same = {key: places[key] for key, other in done.items() if other.side.fingerprint.exact == print_.exact}
    leads = [groups[key] for key in alike(same, item.place, window)]
    chosen = dict.fromkeys([*leads, *nearest(hits, places, item.place, min(MEET_LEAST, len(print_.sketch)))])
    verdicts = {key: judge(item.side, done[key].side) for key in chosen}
    head = choose(verdicts, groups, places, barred)
    return item.key if head is None else groups[head]
