"""What a topic asks for beside its example: a query, and names. A value, its JSON, and its meaning."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.background import shipped_background
from domain.errors import BadInput
from domain.names import Name, anchors, make_name, read_names
from domain.query import AllOf, AnyOf, Phrase, Query, Without, parse

_KEPT = 16_384  # topics whose rules a process has read at once


@dataclass(frozen=True, slots=True)
class Rules:
    """A query as typed (empty: none), and names, each with its spellings; `least` different ones must be there.

    `any`: one criterion of the topic is enough, its example being one; else an article must meet them all.
    """

    query: str = ""
    names: tuple[tuple[str, ...], ...] = ()
    least: int = 1
    any: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is a query or a name."""
        return bool(self.query or self.names)

    def to_json(self) -> dict[str, object]:
        """Give the rules as JSON values; `from_json` reads them back, equal."""
        names = [list(name) for name in self.names]
        return {"query": self.query, "names": names, "least": self.least, "any": self.any}

    @classmethod
    def from_json(cls, data: object) -> "Rules":
        """Read rules that `to_json` wrote. Raises ValueError when they are none."""
        match data:
            case {"query": str(query), "names": list(names), "least": int(least), "any": bool(any)}:
                return cls(query, tuple(tuple(map(str, name)) for name in names), least, any)
        raise ValueError("not the rules of a topic")


NO_RULES = Rules()


def make_rules(query: str = "", names: Sequence[str] = (), *, least: int = 1, any: bool = False) -> Rules:
    """Read what was typed: a query, and names with their spellings, one a line.

    Raises BadQuery and BadInput for what cannot be used.
    """
    query = " ".join(query.split())
    parse(query)
    read = read_names(names)
    if not 1 <= least <= max(1, len(read)):
        raise BadInput(f"at least {least} of {len(read)} names cannot be met: ask for 1 to {max(1, len(read))}")
    return Rules(query, read, least, any)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The rules as they are asked: the query's tree, and every way to write each name."""

    query: Query | None
    names: tuple[Name, ...]
    least: int


@lru_cache(_KEPT)
def meaning(rules: Rules) -> Meaning:
    """Analyse rules."""
    return Meaning(parse(rules.query), tuple(map(make_name, rules.names)), rules.least)


@dataclass(frozen=True, slots=True)
class Needed:
    """Words without which no article meets a criterion: one of `stems` as it is, or one of `spelt` in any spelling."""

    stems: frozenset[str] = frozenset()
    spelt: frozenset[str] = frozenset()

    @property
    def cost(self) -> float:
        """Give how many articles hold one of them, about."""
        weight = shipped_background().weight
        return sum(2 ** -weight(stem) for stem in (*self.stems, *self.spelt))

    def __or__(self, other: "Needed") -> "Needed":
        """Give the words of both."""
        return Needed(self.stems | other.stems, self.spelt | other.spelt)


@lru_cache(_KEPT)
def needed(rules: Rules) -> Needed:
    """Give the words of which an article that meets the query and names must hold one, as rare as there are.

    With `any` it is what one that meets either must hold.
    """
    asked = meaning(rules)
    found = [_of_query(asked.query)] if asked.query else []
    if asked.names:
        found.append(Needed(spelt=frozenset(anchor for name in asked.names for anchor in anchors(name))))
    if rules.any:
        return _union(found)
    return min(found, key=lambda one: one.cost)


def clauses(rules: Rules) -> tuple[frozenset[str], ...]:
    """Give groups of stems of each of which an article that meets the query holds one; none where names may do."""
    query = meaning(rules).query
    return tuple(_clauses(query)) if query and not (rules.any and rules.names) else ()


def _clauses(query: Query) -> Iterator[frozenset[str]]:
    match query:
        case Phrase(terms):
            yield from (frozenset((term,)) for term in terms)
        case AllOf(parts):
            for part in parts:
                yield from _clauses(part)
        case AnyOf():
            yield _of_query(query).stems


def _of_query(query: Query) -> Needed:
    """Give the needed words of a query that looks for something."""
    match query:
        case Phrase(terms):
            return Needed(frozenset((max(terms, key=lambda stem: (shipped_background().weight(stem), stem)),)))
        case AllOf(parts):
            wanted = [_of_query(part) for part in parts if not _excludes(part)]
            return min(wanted, key=lambda one: one.cost)
        case AnyOf(parts):
            return _union([_of_query(part) for part in parts])
        case Without():
            raise AssertionError("a query looks for something")


def _excludes(query: Query) -> bool:
    return isinstance(query, Without)


def _union(found: Sequence[Needed]) -> Needed:
    whole = Needed()
    for one in found:
        whole |= one
    return whole


def rules_of(data: Mapping[str, object]) -> Rules:
    """Read the rules of a profile; profiles written before there were rules have none."""
    return Rules.from_json(data["rules"]) if "rules" in data else NO_RULES
