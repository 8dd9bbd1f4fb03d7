"""Growth: a topic refines itself by the stored articles that are most surely on it.

One article cannot name all that belongs to an issue; the articles that are most like it name more (pseudo-relevance
feedback; Buckley, Salton, Allan and Singhal, "Automatic query expansion using SMART: TREC 3", 1995). Only a handful is
taken, the references stay the anchor, and a person's verdict counts before any guess.
"""

from collections.abc import Iterable, Mapping

from domain.article import Basis
from domain.topics.decide import Decision
from domain.topics.profile import Profile

MOST = 5  # articles that a topic grows by
_COPY = 0.95  # more alike than this is the reference itself, or a copy of it


def choose(found: Iterable[tuple[int, Decision]], judged: Mapping[int, bool] | None = None) -> list[int]:
    """Choose the articles that a topic grows by: the strongest matches, at most five, by id.

    `found` are stored articles with their decisions. A near miss would be made a match by its own growth. Articles that
    a person judged are never guessed about, and each one judged relevant takes a place; copies of the references teach
    nothing. A full text goes before a shorter one.
    """
    said = judged or {}
    ranked = sorted(
        (made.basis is not Basis.FULL, -made.score, id)
        for id, made in found
        if made.match and made.similarity < _COPY and id not in said
    )
    places = max(0, MOST - sum(said.values()))
    return sorted(id for _, _, id in ranked[:places])


def drift(base: Profile, profile: Profile) -> float:
    """Give how far a topic moved from what its references taught: 0 for not at all, 1 for nothing left in common.

    It is one less the cosine of the two profiles' terms.
    """
    weights = {term.stem: term.weight for term in base.terms}
    return max(0.0, 1.0 - sum(term.weight * weights.get(term.stem, 0.0) for term in profile.terms))
