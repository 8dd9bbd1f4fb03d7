"""Says why an article is on a topic, or nearly, in the article's own words and with their places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.arabic import spans
from domain.article import Text
from domain.background import Background, shipped_background
from domain.topics.criteria import kind_of
from domain.topics.decide import Analysis, Decision, facet_met
from domain.topics.profile import Profile
from domain.topics.rule_reason import RulePlace, explain_rules

_SENTENCE = re.compile(r"[^\n.!?؟…]+(?:\.\d+[^\n.!?؟…]*)*")
_PLACES_SHOWN = 40
_MET = 0.33  # a word in passing is not a facet met


@dataclass(frozen=True, slots=True)
class _Place:
    """One word of the article that the topic looks for: its share of the similarity and whether it names a facet."""

    stem: str
    surface: str
    field: str
    start: int
    end: int
    weight: float
    name: bool

    def to_json(self) -> dict[str, object]:
        """Give the place as JSON values; `start` and `end` count characters of the title or the body."""
        return {
            "surface": self.surface,
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "weight": round(self.weight, 4),
            "name": self.name,
        }


def reason(
    profile: Profile, text: Text, analysis: Analysis, decision: Decision, background: Background | None = None
) -> dict[str, object]:
    """Give the reason of a decision as JSON values.

    `terms` are the words that carried it, heaviest first; `facets` how far each facet is met, 0 to 1; `missing` the
    facets that are not; `sentence` the sentence of the body that carries most. Of a topic with rules `terms` hold what
    query and names found too, `missing` what they did not, `excluded` what the query refuses, and `criteria` tells
    what each criterion said.
    """
    background = background or shipped_background()
    by_rules = explain_rules(profile, text, analysis) if profile.rules else None
    places = _places(profile, text, analysis, background) if profile.terms else []
    if by_rules:
        places = [*_of_rules(by_rules.places), *places]
    met = {facet.surface: facet_met(facet, analysis) for facet in profile.facets}
    heaviest = sorted(places, key=lambda place: (-place.name, -place.weight, place.field != "title", place.start))
    document: dict[str, object] = {
        "terms": [place.to_json() for place in heaviest[:_PLACES_SHOWN]],
        "facets": [{"surface": surface, "met": round(share, 3)} for surface, share in met.items()],
        "missing": [surface for surface, share in met.items() if share < _MET],
        "score": round(decision.score, 4),
        "threshold": 0.5,
        "margin": round(decision.margin, 4),
        "similarity": round(decision.similarity, 4),
        "level": round(profile.level(decision.basis), 4),
        "basis": decision.basis.value,
        "version": profile.version,
        "counts": profile.counts,
        "sentence": _sentence(text.body, places),
    }
    if by_rules:
        document["missing"] = [*(word for word, share in met.items() if share < _MET), *by_rules.missing]
        document |= {"kind": kind_of(profile), "criteria": by_rules.criteria, "excluded": by_rules.excluded}
    return document


def _of_rules(found: Sequence[RulePlace]) -> list[_Place]:
    """Give what query and names found, each place with the same share."""
    return [_Place(f.surface, f.surface, f.field, f.start, f.end, 1 / len(found), True) for f in found]


def _places(profile: Profile, text: Text, analysis: Analysis, background: Background) -> list[_Place]:
    """Find the words of the article that the topic looks for."""
    names = {stem for facet in profile.facets for stem in facet.stems}
    weights = dict.fromkeys(names, 0.0)
    for term in profile.terms:
        for stem in (term.stem, *term.spellings):
            weights[stem] = term.weight * analysis.vector.get(stem, 0.0)
    whole = sum(weights.values()) or 1.0
    found = []
    for name, part in (("title", text.title), ("body", text.body)):
        for (start, end), stem in zip(spans(part), background.stems(part), strict=True):
            if stem in weights:
                place = _Place(stem, part[start:end], name, start, end, weights[stem] / whole, stem in names)
                found.append(place)
    return found


def _sentence(body: str, places: list[_Place]) -> dict[str, object] | None:
    """Give the sentence of the body whose different words weigh most, None where no word does."""
    best, heaviest = None, 0.0
    inside = [place for place in places if place.field == "body"]
    for found in _SENTENCE.finditer(body):
        held = {p.stem: p.weight + (0.1 if p.name else 0) for p in inside if found.start() <= p.start < found.end()}
        if sum(held.values()) > heaviest:
            best, heaviest = found, sum(held.values())
    if best is None:
        return None
    words = best[0]
    start = best.start() + len(words) - len(words.lstrip())
    end = best.end() - len(words) + len(words.rstrip())
    return {"text": body[start:end], "start": start, "end": end}
