"""Learns from verdicts on articles, and says which verdicts would teach most.

Terms move as in Rocchio ("Relevance feedback in information retrieval", 1971): towards the mean of the relevant
articles and away from the mean of the others, the references, with what they grew to, being the anchor. Facets
that relevant articles meet and others do not weigh more. Then the topic's line is placed between the verdicts, each
article being measured by what the others taught, since an article is always like itself.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.article import Text
from domain.background import Background, shipped_background
from domain.topics.decide import Analysis, Decision, analyse, coverage, facet_met, place_line, timeliness
from domain.topics.learn import spelt, surface_forms
from domain.topics.profile import Profile, Term, Verdict

_RELEVANT, _IRRELEVANT = 0.75, 0.25  # what the mean of many articles weighs beside the references
_FEW = 2  # so many verdicts weigh half of what many do
_GROWN = 1.5  # what the mean of the articles that a topic grows by weighs beside the references
_TERMS = 120
_FACET_PRIOR = 2  # a facet is taken to be met by so many articles of either sort before any verdict

_Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict: an article, and whether it is on the topic; `at` is its time, in seconds since 1970, where known."""

    text: Text
    relevant: bool
    at: int | None = None


def refine(
    profile: Profile,
    judged: Sequence[Judged],
    background: Background | None = None,
    grown: Sequence[tuple[Text, int | None]] = (),
) -> Profile:
    """Learn from all verdicts on a topic at once, and from the articles that it grows by; their order does not matter.

    `grown` holds those articles, each with its time in seconds since 1970, or None where that is not known.
    `profile` is what `learn` gave for the topic's references, never what an earlier `refine` gave: a verdict is
    withdrawn by leaving it out. The levels are kept; `calibrate` measures them anew and places the line again.
    Verdicts for and against the same text cancel each other.
    """
    background = background or shipped_background()
    verdicts = _settled(judged)
    if not verdicts and not grown:
        return place_line(replace(profile, verdicts=()))
    analyses = [(analyse(verdict.text, background), verdict.relevant) for verdict in verdicts]
    examples = _Examples(profile, analyses, [analyse(text, background) for text, _ in grown])
    texts = sorted([*(verdict.text for verdict in verdicts), *(text for text, _ in grown)], key=_place)
    forms = surface_forms(texts, background)
    known = [*(v.at for v in verdicts if v.relevant), *(at for _, at in grown)]
    profile = replace(profile, times=tuple(sorted({*profile.times, *(at for at in known if at is not None)})))
    refined = replace(
        profile, terms=examples.terms(profile, forms, background), facets=_reweighed(profile.facets, analyses)
    )
    return place_line(replace(refined, verdicts=examples.measured(refined, [verdict.at for verdict in verdicts])))


def ask_next(candidates: Iterable[tuple[int, Decision]], most: int) -> list[int]:
    """Choose the articles whose verdicts would teach most, the most telling first, at most `most`.

    `candidates` are undecided articles by their ids. The nearest to the line teach most (uncertainty sampling; Lewis
    and Gale, "A sequential algorithm for training text classifiers", 1994). They are taken from both sides in turn, and
    ever further apart (the 1st, 2nd, 4th, 8th of each side), since neighbours would teach the same.
    """
    ranked = sorted((abs(decision.margin), id, decision.margin >= 0) for id, decision in candidates)
    sides = [_spread([id for _, id, above in ranked if above is side]) for side in (True, False)]
    if ranked and not ranked[0][2]:
        sides.reverse()
    turns = max(map(len, sides))
    asked = [side[turn] for turn in range(turns) for side in sides if turn < len(side)]
    return asked[:most]


def _spread(ids: list[int]) -> list[int]:
    """Give the 1st, 2nd, 4th, 8th and so on of a list, then the others."""
    chosen = [2**power - 1 for power in range(len(ids).bit_length())]
    rest = sorted(set(range(len(ids))) - set(chosen))
    return [ids[place] for place in (*chosen, *rest)]


def _settled(judged: Sequence[Judged]) -> list[Judged]:
    """Give the verdicts in one order, without those that contradict each other."""
    said: dict[Text, int] = Counter()
    for verdict in judged:
        said[verdict.text] += 1 if verdict.relevant else -1
    times = {verdict.text: verdict.at for verdict in judged}
    texts = sorted((text for text, balance in said.items() if balance), key=_place)
    return [Judged(text, said[text] > 0, times[text]) for text in texts]


def _place(text: Text) -> tuple[str, str, str]:
    """Give the place of a text in the one order."""
    return text.title, text.body, text.basis


class _Examples:
    """The judged articles of one topic, as vectors over its terms and their own."""

    def __init__(self, profile: Profile, analyses: Sequence[tuple[Analysis, bool]], grown: Sequence[Analysis]) -> None:
        names = {spelling: term.stem for term in profile.terms for spelling in term.spellings}
        self._anchor = {term.stem: term.weight for term in profile.terms}
        for stem, weight in _sum(_named(analysis.vector, names) for analysis in grown).items():
            self._anchor[stem] = self._anchor.get(stem, 0.0) + _GROWN * weight / len(grown)
        self._articles = [(_named(analysis.vector, names), analysis, relevant) for analysis, relevant in analyses]
        self._sums = {
            side: _sum(vector for vector, _, relevant in self._articles if relevant is side) for side in (True, False)
        }
        self._counts = {side: sum(relevant is side for _, _, relevant in self._articles) for side in (True, False)}

    def terms(self, profile: Profile, forms: Mapping[str, str], background: Background) -> tuple[Term, ...]:
        """Give the heaviest terms after the verdicts, as a unit vector."""
        weights = self._moved(set(self._anchor) | set(self._sums[True]))
        heaviest = sorted(((w, stem) for stem, w in weights.items() if w > 0), key=lambda pair: (-pair[0], pair[1]))
        chosen = {stem: weight for weight, stem in heaviest[:_TERMS]}
        norm = _norm(chosen)
        known = {term.stem: term for term in profile.terms}
        return tuple(
            replace(known[stem], weight=round(weight / norm, 6))
            if stem in known
            else Term(stem, forms[stem], round(weight / norm, 6), spelt(stem, set(chosen) | set(known), background))
            for stem, weight in chosen.items()
        )

    def measured(self, refined: Profile, times: Sequence[int | None]) -> tuple[Verdict, ...]:
        """Measure each article by what the references and the other articles taught."""
        chosen = {term.stem for term in refined.terms}
        verdicts = []
        for (vector, analysis, relevant), at in zip(self._articles, times, strict=True):
            timely = round(timeliness(refined, at), 6)
            weights = self._moved(chosen, vector, relevant)
            product = sum(weight * vector.get(stem, 0.0) for stem, weight in weights.items() if weight > 0)
            similarity = min(max(product / _norm(weights), 0.0), 1.0)
            verdicts.append(
                Verdict(round(similarity, 6), coverage(refined, analysis), analysis.basis, relevant, timely)
            )
        return tuple(sorted(verdicts, key=lambda v: (v.similarity, v.coverage, v.basis, v.relevant)))

    def _moved(self, stems: Iterable[str], without: _Vector | None = None, side: bool = True) -> dict[str, float]:
        """Give the weights of stems after the verdicts, or after all but one article of a side."""
        sums, weights = self._sums, {stem: self._anchor.get(stem, 0.0) for stem in stems}
        for relevant, most in ((True, _RELEVANT), (False, -_IRRELEVANT)):
            left_out = without if without is not None and side is relevant else {}
            count = self._counts[relevant] - bool(left_out)
            each = most / (count + _FEW)
            for stem in weights:
                weights[stem] += each * (sums[relevant].get(stem, 0.0) - left_out.get(stem, 0.0)) if count else 0.0
        return weights


def _named(vector: _Vector, names: Mapping[str, str]) -> _Vector:
    """Write the spellings of a topic's terms as the terms."""
    if names.keys().isdisjoint(vector):
        return vector
    named: dict[str, float] = {}
    for stem, weight in vector.items():
        stem = names.get(stem, stem)
        named[stem] = named.get(stem, 0.0) + weight
    return named


def _sum(vectors: Iterable[_Vector]) -> dict[str, float]:
    """Add vectors."""
    total: dict[str, float] = {}
    for vector in vectors:
        for stem, weight in vector.items():
            total[stem] = total.get(stem, 0.0) + weight
    return total


def _norm(weights: _Vector) -> float:
    """Give the length of a vector, 1 for an empty one."""
    return math.sqrt(sum(weight * weight for weight in weights.values() if weight > 0)) or 1.0


def _reweighed(facets: Sequence[Term], analyses: Sequence[tuple[Analysis, bool]]) -> tuple[Term, ...]:
    """Weigh facets by how far relevant articles meet them, against how far the others do."""
    weights = []
    for facet in facets:
        means = {}
        for side in (True, False):
            met = [facet_met(facet, analysis) for analysis, relevant in analyses if relevant is side]
            means[side] = (sum(met) + _FACET_PRIOR) / (len(met) + _FACET_PRIOR)
        weights.append(facet.weight * means[True] / means[False])
    total = sum(weights) or 1.0
    return tuple(replace(facet, weight=round(weight / total, 6)) for facet, weight in zip(facets, weights, strict=True))
