"""Splits an article into its stories, and tells a roundup (a bulletin, a press review, a page of briefs) from a story.

In one story the words that come again come again throughout, and paragraphs far apart still share some; in a roundup
they come again within one item only. So what is measured is the reach of the words said again, as in lexical chains
(Morris and Hirst, "Lexical cohesion computed by thesaural relations as an indicator of the structure of text", 1991),
and the cosine of the stories, neighbouring paragraphs that are alike (after Hearst, "TextTiling", 1997).
`bench/roundups.py` measures it on real articles.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from domain.article import Text, first_line
from domain.background import Background, shipped_background

_LEAST_WORDS = 15  # of a paragraph; a shorter one is a heading, or belongs to the next
_SENTENCES_WORDS = 25  # of a paragraph made of sentences where a text has no lines
_FEWEST_LINES = 3
_FEWEST = 4  # paragraphs of a roundup
_MOST = 80  # paragraphs that are looked at one by one; of a longer text several make one
_TELLING = 2.5  # weight from which the places of a word count
_CHAINS = 8  # words said again whose reach is measured, the heaviest
_COSINE = 0.6  # what the cosine of two stories counts beside the reach
_SCATTERED = 0.2  # cohesion below which a text is a roundup whatever it looks like
_LISTED = 0.28  # and one of marked items
_TITLED = 0.75  # and one whose headline says so
_SECTIONS = 3  # items that are marked, from which they are what a text is made of
_ALIKE = 0.08  # cosine from which neighbours belong to one story
_MET = 0.5  # of what a name says and the text has: a story that it is about; another near it has half as much

_LINE = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"\S.*?(?:[.!?؟](?=\s)|\s{3,}|$)", re.DOTALL)
_TITLES = re.compile(
    r"^(?:نشرة |موجز(?:$|\s)|شريط ال|عناوين |حصاد |مختارات من |ملخص الصحف|الصحف ال\w+:|متفرقات)"
    r"|جولة (?:في )?الصحاف|(?:أبرز|أهم|عناوين|اهتمامات|أقوال|عرض|أضواء على) (?:ال)?(?:عناوين|صحف|الصحف|الأنباء|الأخبار)"
    r"|موجز (?:الأنباء|الأخبار)|نشرة (?:الأنباء|الأخبار)"
)
MARK = re.compile(r"\s*(?:[*•■▪●◄►]|[-–—]\s|\d{1,2}\s*[-.)]\s)")
_DATELINE = re.compile(r"[^\n:.]{2,40}[-–—(]\s*[^\n:.]{2,30}\)?\s*:")


@dataclass(frozen=True, slots=True)
class Part:
    """A story of an article: its place in the body, characters from `start` to `end`, and a line to know it by."""

    start: int
    end: int
    line: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph: its place, its stems, and whether it begins as an item of a list does."""

    start: int
    end: int
    stems: tuple[str, ...]
    marked: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """An article's stories in order, and whether it is a roundup of them."""

    parts: tuple[Part, ...]
    roundup: bool
    cohesion: float


def names_a_roundup(title: str) -> bool:
    """Say whether a headline is that of a bulletin, a press review or a page of briefs."""
    return _TITLES.search(title) is not None


def split(text: Text, background: Background | None = None) -> Parts:
    """Split an article into its stories. A text that is no roundup may have several parts too."""
    background = background or shipped_background()
    units = _units(text.body, background)
    stories = _stories(units, background)
    held = _reach(units, background) + _COSINE * _alike(stories, background)
    parts = tuple(_part(text.body, group) for group in stories)
    titled = names_a_roundup(text.title)
    limit = _TITLED if titled else _LISTED if _listed(units) else _SCATTERED
    enough = len(parts) > 1 if titled else len(units) >= _FEWEST and len(parts) > 2
    return Parts(parts, enough and held < limit, held)


def about(name: str, text: Text, parts: Sequence[Part], background: Background | None = None) -> tuple[int, ...]:
    """Give the places of the parts that a name is about: the one that has most of what it says, and those near it.

    What counts is what of the name the text has; a part needs half of that.
    """
    background = background or shipped_background()
    wanted = {stem: background.weight(stem) for stem in background.stems(name)}
    held = [_name_held(wanted, set(background.stems(text.body[p.start : p.end])), background) for p in parts]
    whole = sum(wanted[stem] for stem in set().union(*held)) if held else 0.0
    shares = [sum(wanted[stem] for stem in stems) / (whole or 1.0) for stems in held]
    best = max(shares, default=0.0)
    return tuple(place for place, share in enumerate(shares) if best >= _MET and share >= best * _MET)


def _name_held(wanted: Mapping[str, float], stems: set[str], background: Background) -> set[str]:
    return {s for s, w in wanted.items() if w and (s in stems or not stems.isdisjoint(background.spellings(s)))}


def _listed(units: Sequence[_Unit]) -> bool:
    return sum(unit.marked for unit in units) >= _SECTIONS


def _units(body: str, background: Background) -> list[_Unit]:
    """Find the paragraphs, those said before left out, short ones taken with what follows."""
    found = [m.span() for m in _LINE.finditer(body) if m[0].strip()]
    least = _LEAST_WORDS
    if len(found) < _FEWEST_LINES:
        found, least = [m.span() for m in _SENTENCE.finditer(body)], _SENTENCES_WORDS
    least = max(least, len(body.split()) // _MOST)
    units: list[_Unit] = []
    seen: set[str] = set()
    first = None
    for start, end in found:
        if body[start:end] in seen:
            continue
        seen.add(body[start:end])
        first = start if first is None else first
        if len(body[first:end].split()) >= least:
            units.append(_unit(body, first, end, background))
            first = None
    if first is not None and units:
        units[-1] = _unit(body, units[-1].start, found[-1][1], background)
    return units


def _unit(body: str, start: int, end: int, background: Background) -> _Unit:
    text = body[start:end]
    marked = MARK.match(text) is not None or any(_DATELINE.match(line.strip()) for line in text.split("\n"))
    return _Unit(start, end, tuple(s for s in background.stems(text) if background.weight(s)), marked)


def _vector(stems: Sequence[str], background: Background) -> Mapping[str, float]:
    """Give the unit vector of a paragraph."""
    weights = {stem: (1 + math.log(n)) * background.weight(stem) for stem, n in Counter(stems).items()}
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {stem: weight / norm for stem, weight in weights.items()}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Give the cosine of two unit vectors."""
    return sum(weight * other.get(stem, 0.0) for stem, weight in one.items())


def _alike(stories: Sequence[Sequence[_Unit]], background: Background) -> float:
    """Give the mean cosine of two different stories, long ones counting more; 1 for a single story."""
    stems = [[stem for unit in story for stem in unit.stems] for story in stories]
    vectors = [_vector(story, background) for story in stems]
    total = weights = 0.0
    for (one, first), (other, second) in combinations(zip(vectors, stems, strict=True), 2):
        weight = len(first) * len(second)
        total, weights = total + weight * cosine(one, other), weights + weight
    return total / weights if weights else 1.0


def _reach(units: Sequence[_Unit], background: Background) -> float:
    """Give the mean share of the text between the first and the last place of the heaviest words said again."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, stem in enumerate(stem for unit in units for stem in unit.stems):
        places[stem].append(place)
    length = sum(len(unit.stems) for unit in units) or 1
    weights = {
        stem: (1 + math.log(len(where))) * background.weight(stem)
        for stem, where in places.items()
        if len(where) > 1 and background.weight(stem) >= _TELLING
    }
    chains = sorted(weights, key=lambda stem: (-weights[stem], stem))[:_CHAINS]
    return sum(places[stem][-1] - places[stem][0] for stem in chains) / length / (len(chains) or 1)


def _stories(units: Sequence[_Unit], background: Background) -> list[list[_Unit]]:
    """Group neighbouring paragraphs into stories: at the marks of a list, or by joining the most alike first."""
    if _listed(units):
        groups: list[list[_Unit]] = []
        for unit in units:
            if unit.marked or not groups:
                groups.append([])
            groups[-1].append(unit)
        return groups
    groups = [[unit] for unit in units]
    while len(groups) > 1:
        vectors = [_vector([s for unit in group for s in unit.stems], background) for group in groups]
        alike = [cosine(one, other) for one, other in pairwise(vectors)]
        best = max(range(len(alike)), key=lambda place: (alike[place], -place))
        if alike[best] < _ALIKE:
            break
        groups[best : best + 2] = [groups[best] + groups[best + 1]]
    return groups


def _part(body: str, units: Sequence[_Unit]) -> Part:
    start, end = units[0].start, units[-1].end
    return Part(start, end, first_line(MARK.sub("", body[start:end], count=1).strip()))
