"""Learns a topic from its name and its reference articles."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from domain.arabic import display, spans
from domain.article import Text
from domain.background import Background, shipped_background
from domain.topics.decide import LEAD_WORDS, Analysis, analyse
from domain.topics.profile import Profile, Term
from domain.topics.reference import check, check_number, cut

_TERMS = 80
_UNNAMED_FACETS = 5
_RARITY = 0.3  # the power to which a reference's terms are weighed by how rare they are; the article's count in full
_LEAD = 1.5  # a term of a reference's lead counts so often
_ABSENT = 0.5  # weight of a name's word that no reference has: another word may stand for it there
_TOGETHER = 2  # two words of the name are one expression when the references have them side by side so often
_SHARE_TOGETHER = 0.6  # and in this share of the rarer one's places
_GENERIC = "موقف قضية ملف مسألة أزمة دور وضع أوضاع ظروف تداعيات موضوع مستقبل قصة شأن حول"  # they fit any topic
_GENERIC_WEIGHT = 0.35


def learn(
    name: str,
    references: Sequence[Text],
    *,
    by_name: bool = True,
    background: Background | None = None,
    times: Sequence[int] = (),
    since: int | None = None,
) -> Profile:
    """Learn a topic from its name and its reference articles.

    `times` are those of the references, where they are known, and `since` is when the topic is made, in seconds since
    1970.
    Without `by_name` the name is only a label, and the facets are words that titles and texts of the references share.
    Raises BadReference when there is nothing to learn from.
    """
    background = background or shipped_background()
    check_number(len(references))
    texts = [cut(text) for text in references]
    check(Text("\n".join(text.title for text in texts), "\n".join(text.body for text in texts)), background)
    analyses = [analyse(text, background) for text in texts]
    surfaces = surface_forms([*([Text(name, "")] if by_name else []), *texts], background)
    facets = _name_facets(name, texts, analyses, surfaces, background) if by_name else ()
    named = bool(facets)
    facets = facets or _text_facets(texts, analyses, surfaces, background)
    terms = _terms(texts, analyses, surfaces, background)
    return Profile(name, terms, facets, named, counts=background.version, times=tuple(sorted(times)), since=since)


def surface_forms(texts: Sequence[Text], background: Background) -> dict[str, str]:
    """Give for each stem the form in which the texts write it most, the first of equals."""
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        for part in (text.title, text.body):
            for (start, end), stem in zip(spans(part), background.stems(part), strict=True):
                forms.setdefault(stem, Counter())[display(part[start:end])] += 1
    return {stem: counted.most_common(1)[0][0] for stem, counted in forms.items()}


def _terms(
    texts: Sequence[Text], analyses: Sequence[Analysis], surfaces: dict[str, str], background: Background
) -> tuple[Term, ...]:
    """Give the heaviest terms of the references' mean, as a unit vector (Rocchio with the references alone).

    What one article happens to mention is rare and misleads, so rarity counts less here than in the articles compared.
    """
    total: Counter[str] = Counter()
    for text, analysis in zip(texts, analyses, strict=True):
        lead = set(background.stems(text.body)[:LEAD_WORDS])
        for stem, weight in analysis.vector.items():
            total[stem] += weight * background.weight(stem) ** (_RARITY - 1) * (_LEAD if stem in lead else 1)
    heaviest = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:_TERMS]
    norm = math.sqrt(sum(weight * weight for _, weight in heaviest)) or 1.0
    chosen = {stem for stem, _ in heaviest}
    return tuple(
        Term(stem, surfaces[stem], round(weight / norm, 6), spelt(stem, chosen, background))
        for stem, weight in heaviest
    )


def spelt(stem: str, chosen: set[str], background: Background) -> tuple[str, ...]:
    """Give the other spellings of a stem that are not terms themselves."""
    return tuple(other for other in background.spellings(stem) if other not in chosen)


def _name_facets(
    name: str, texts: Sequence[Text], analyses: Sequence[Analysis], surfaces: dict[str, str], background: Background
) -> tuple[Term, ...]:
    """Give the words of the name as facets, weighed by what they tell, less where no reference has them.

    Words that the references write side by side (كوريا الشمالية) are one facet and weigh as the heaviest of them:
    half of a conjunction must not outweigh the other half by being called by two words.
    """
    facets: dict[str, Term] = {}
    generic = set(background.stems(_GENERIC))
    for phrase in _phrases(list(dict.fromkeys(background.stems(name))), texts, background):
        weight = max(background.weight(stem) * _presence(stem, analyses) for stem in phrase)
        weight *= _GENERIC_WEIGHT if generic.issuperset(phrase) else 1
        surface = " ".join(surfaces.get(stem, stem) for stem in phrase)
        facets[" ".join(phrase)] = Term(" ".join(phrase), surface, weight)
    return _facets(facets.values(), background)


def _presence(stem: str, analyses: Sequence[Analysis]) -> float:
    """Give 1 for a word of a reference, less for one that none has."""
    return 1.0 if any(stem in analysis.vector for analysis in analyses) else _ABSENT


def _phrases(name: Sequence[str], texts: Sequence[Text], background: Background) -> list[list[str]]:
    """Group neighbours in the name that are mostly neighbours in the references too."""
    alone: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for part in (text.title, text.body):
            stems = background.stems(part)
            alone.update(stems)
            together.update(pairwise(stems))
    phrases: list[list[str]] = []
    before = ""
    for stem in name:
        times = together[before, stem]
        if not background.weight(stem):
            before = ""
        elif before and times >= _TOGETHER and times >= _SHARE_TOGETHER * min(alone[before], alone[stem]):
            phrases[-1].append(stem)
            before = stem
        else:
            phrases.append([stem])
            before = stem
    return phrases


def _text_facets(
    texts: Sequence[Text], analyses: Sequence[Analysis], surfaces: dict[str, str], background: Background
) -> tuple[Term, ...]:
    """Give the most telling words that stand in a title and in its text; without titles, of those said twice."""
    salience: defaultdict[str, float] = defaultdict(float)
    for text, analysis in zip(texts, analyses, strict=True):
        said = Counter(background.stems(text.body))
        titled = set(background.stems(text.title)) & set(said)
        twice = {stem for stem, times in said.items() if times > 1}
        for stem in titled & set(analysis.vector) or twice & set(analysis.vector) or analysis.vector:
            salience[stem] += background.weight(stem) * (1 + math.log(max(1.0, analysis.places[stem])))
    best = sorted(salience.items(), key=lambda item: (-item[1], item[0]))[:_UNNAMED_FACETS]
    return _facets([Term(stem, surfaces.get(stem, stem), 1.0) for stem, _ in best], background)


def _facets(terms: Iterable[Term], background: Background) -> tuple[Term, ...]:
    """Make facets whose weights sum to 1, with other spellings of each and the words that tell of the same thing."""
    facets = [term for term in terms if term.weight]
    total = sum(facet.weight for facet in facets)
    chosen = {word for facet in facets for word in facet.words}
    return tuple(_facet(facet, facet.weight / total, chosen, background) for facet in facets)


def _facet(term: Term, weight: float, chosen: set[str], background: Background) -> Term:
    """Make a facet. What tells the same as a word of an expression is taken from the thesaurus only."""
    single = " " not in term.stem
    spellings = spelt(term.stem, chosen, background) if single else ()
    kin = background.kin(term.stem) if single else [other for word in term.words for other in background.same(word)]
    others = tuple(stem for stem in dict.fromkeys(kin) if stem not in term.words and stem not in spellings)
    return Term(term.stem, term.surface, round(weight, 6), spellings, others)
