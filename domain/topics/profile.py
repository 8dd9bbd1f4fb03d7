"""What a topic learned, as a frozen value and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from sys import intern

from domain.article import Basis
from domain.topics.rules import NO_RULES, Rules, rules_of

METHOD = 2  # raised whenever the same profile and article could get another score
PRIOR = {Basis.FULL: 0.26, Basis.SUMMARY: 0.27, Basis.HEADLINE: 0.25}  # mean level of topics, for one not measured


@dataclass(frozen=True, slots=True)
class Kind:
    """How facets work: their share `e` of the strength, the coverage of one that is missing, the line to reach."""

    shares: Mapping[Basis, float]
    missing: float
    lines: Mapping[Basis, float]


_NAMED = Kind(dict.fromkeys(Basis, 0.5), 0.1, {Basis.FULL: 0.82, Basis.SUMMARY: 0.7, Basis.HEADLINE: 0.6})
_UNNAMED = Kind(
    {Basis.FULL: 0.25, Basis.SUMMARY: 0.25, Basis.HEADLINE: 0.4},  # a headline is too short for a similarity alone
    0.3,
    {Basis.FULL: 0.95, Basis.SUMMARY: 0.95, Basis.HEADLINE: 0.8},
)


@dataclass(frozen=True, slots=True)
class Term:
    """A stem that the topic looks for: its form in the reference, its weight (0 to 1), other spellings of it."""

    stem: str
    surface: str
    weight: float
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of an article, as the topic measured it: similarity and coverage, 0 to 1."""

    similarity: float
    coverage: float
    basis: Basis
    relevant: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What a topic learned. `levels` are the measured levels by basis, empty until `calibrate`.

    `line` is the topic's own line as a multiple of its kind's, moved by `verdicts`; 1 without any. A topic without
    `terms` has no example, only `rules`.
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
            "verdicts": [[v.similarity, v.coverage, v.basis.value, v.relevant] for v in self.verdicts],
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
                    rules_of(data),
                )
        raise ValueError("not the profile of a topic")


def _row(term: Term) -> list[object]:
    """Give a term as a JSON list."""
    return [term.stem, term.surface, term.weight, list(term.spellings)]


def _term(row: object) -> Term:
    """Read a term that `_row` gave; ten thousand topics share most of their words, so each is held once."""
    match row:
        case [str(stem), str(surface), float(weight) | int(weight), list(spellings)]:
            return Term(intern(stem), intern(surface), float(weight), tuple(intern(str(other)) for other in spellings))
    raise ValueError("not a term of a topic")


def _line(data: Mapping[str, object]) -> tuple[float, tuple[Verdict, ...]]:
    """Read line and verdicts, which profiles written before there were verdicts do not have."""
    match data.get("line", 1.0), data.get("verdicts", []):
        case float(line) | int(line), list(verdicts):
            return float(line), tuple(map(_verdict, verdicts))
    raise ValueError("not the profile of a topic")


def _verdict(row: object) -> Verdict:
    """Read a verdict that `to_json` wrote."""
    match row:
        case [float(similarity) | int(similarity), float(coverage) | int(coverage), str(basis), bool(relevant)]:
            return Verdict(float(similarity), float(coverage), Basis(basis), relevant)
    raise ValueError("not a verdict on a topic")
