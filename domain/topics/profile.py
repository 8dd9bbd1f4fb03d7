"""What a topic learned, as a frozen value and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.article import Basis
from domain.topics.rules import NO_RULES, Rules, rules_of

METHOD = 3  # raised whenever the same profile and article could get another score
PRIOR = {Basis.FULL: 0.26, Basis.SUMMARY: 0.27, Basis.HEADLINE: 0.25}  # mean level of topics, for one not measured


@dataclass(frozen=True, slots=True)
class Kind:
    """How facets work: their share `e` of the strength, the coverage of one that is missing, the line to reach."""

    shares: Mapping[Basis, float]
    missing: float
    lines: Mapping[Basis, float]


_NAMED = Kind(dict.fromkeys(Basis, 0.5), 0.1, {Basis.FULL: 0.765, Basis.SUMMARY: 0.7, Basis.HEADLINE: 0.67})
_UNNAMED = Kind(
    {Basis.FULL: 0.25, Basis.SUMMARY: 0.4, Basis.HEADLINE: 0.4},  # a short text says too little for similarity alone
    0.3,
    {Basis.FULL: 1.0, Basis.SUMMARY: 0.9, Basis.HEADLINE: 0.87},
)


@dataclass(frozen=True, slots=True)
class Term:
    """A stem that the topic looks for: its form in the reference, its weight (0 to 1), other spellings of it.

    As a facet it may be an expression, its words divided by spaces, and has `kin`: words that tell of the same thing.
    """

    stem: str
    surface: str
    weight: float
    spellings: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Give the words of an expression, or the one word."""
        return tuple(self.stem.split())

    @property
    def stems(self) -> tuple[str, ...]:
        """Give every stem that tells of it."""
        return (*self.words, *self.spellings, *self.kin)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of an article, as the topic measured it: similarity and coverage, 0 to 1, and timeliness."""

    similarity: float
    coverage: float
    basis: Basis
    relevant: bool
    timely: float = 1.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a topic learned. `levels` are the measured levels by basis, empty until `calibrate`.

    `line` is the topic's own line as a multiple of its kind's, moved by `verdicts`; 1 without any. `times` are those
    of its references and of what it grew by, as far as they are known, and `since` is when it was made, both in seconds
    since 1970. A topic without `terms` has no example, only `rules`.
    """

    name: str
    terms: tuple[Term, ...]
    facets: tuple[Term, ...]
    named: bool
    version: int = METHOD
    counts: str = ""
    levels: Mapping[str, float] = field(default_factory=dict)
    line: float = 1.0
    verdicts: tuple[Verdict, ...] = ()
    times: tuple[int, ...] = ()
    since: int | None = None
    rules: Rules = NO_RULES

    @property
    def kind(self) -> Kind:
        """Give the parameters that hold for this topic: with a name its words must be met, without they only help."""
        return _NAMED if self.named else _UNNAMED

    def level(self, basis: Basis) -> float:
        """Give the similarity of merely related articles.

        For a basis that was not measured it follows the level of full texts, and without that it is the prior.
        """
        measured = self.levels.get(basis)
        if measured is not None:
            return measured
        return PRIOR[basis] * self.levels.get(Basis.FULL, PRIOR[Basis.FULL]) / PRIOR[Basis.FULL]

    def to_json(self) -> dict[str, object]:
        """Give the profile as JSON values; `from_json` reads it back, equal."""
        rules = {"rules": self.rules.to_json()} if self.rules else {}
        return rules | {
            "name": self.name,
            "terms": [_row(term) for term in self.terms],
            "facets": [_row(term) for term in self.facets],
            "named": self.named,
            "version": self.version,
            "counts": self.counts,
            "levels": {str(basis): level for basis, level in self.levels.items()},
            "line": self.line,
            "verdicts": [[v.similarity, v.coverage, v.basis.value, v.relevant, v.timely] for v in self.verdicts],
            "times": list(self.times),
            "since": self.since,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Profile":
        """Read a profile that `to_json` wrote, verdicts or not. Raises ValueError when it is none."""
        match data:
            case {
                "name": str(name),
                "terms": list(terms),
                "facets": list(facets),
                "named": bool(named),
                "version": int(version),
                "counts": str(counts),
                "levels": dict(levels),
            }:
                line, verdicts = _line(data)
                times, since = _times(data)
                return cls(
                    name,
                    tuple(map(_term, terms)),
                    tuple(map(_term, facets)),
                    named,
                    version,
                    counts,
                    levels,
                    line,
                    verdicts,
                    times,
                    since,
                    rules_of(data),
                )
        raise ValueError("not the profile of a topic")


def _row(term: Term) -> list[object]:
    """Give a term as a JSON list."""
    row: list[object] = [term.stem, term.surface, term.weight, list(term.spellings)]
    return [*row, list(term.kin)] if term.kin else row


def _term(row: object) -> Term:
    """Read a term that `_row` gave."""
    if isinstance(row, list) and len(row) in (4, 5):
        stem, surface, weight, spellings, kin = (*row, []) if len(row) == 4 else row
        texts = isinstance(stem, str) and isinstance(surface, str)
        if texts and isinstance(weight, float | int) and isinstance(spellings, list) and isinstance(kin, list):
            return Term(stem, surface, float(weight), tuple(map(str, spellings)), tuple(map(str, kin)))
    raise ValueError("not a term of a topic")


def _line(data: Mapping[str, object]) -> tuple[float, tuple[Verdict, ...]]:
    """Read line and verdicts, which profiles written before there were verdicts do not have."""
    match data.get("line", 1.0), data.get("verdicts", []):
        case float(line) | int(line), list(verdicts):
            return float(line), tuple(map(_verdict, verdicts))
    raise ValueError("not the profile of a topic")


def _times(data: Mapping[str, object]) -> tuple[tuple[int, ...], int | None]:
    """Read the times, which profiles written before there were any do not have."""
    match data.get("times", []), data.get("since"):
        case list(times), (int() | None) as since:
            return tuple(int(at) for at in times), since
    raise ValueError("not the profile of a topic")


def _verdict(row: object) -> Verdict:
    """Read a verdict that `to_json` wrote."""
    match row:
        case [float(similarity) | int(similarity), float(coverage) | int(coverage), str(basis), bool(relevant), *rest]:
            timely = float(rest[0]) if rest and isinstance(rest[0], float | int) else 1.0
            return Verdict(float(similarity), float(coverage), Basis(basis), relevant, timely)
    raise ValueError("not a verdict on a topic")
