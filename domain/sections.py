"""Section pages: the selectors by which one is read, and which of the lists on a page is that of its news. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import BadInput

MOST_SELECTOR = 300  # characters
LEAST_ITEMS = 4  # that a list of news has
SAMPLES = 3
NAMES = ("item", "link", "title", "time", "summary")


@dataclass(frozen=True, slots=True)
class Selectors:
    """CSS selectors of a section page: `item` finds what stands for one article, the others look within it.

    Empty: the item itself or its first link for `link`, the link's text for `title`, nothing for `time` and `summary`.
    """

    item: str
    link: str = ""
    title: str = ""
    time: str = ""
    summary: str = ""

    def to_json(self) -> dict[str, str]:
        """Give those that are set."""
        return {name: value for name in NAMES if (value := getattr(self, name))}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Selectors":
        """Give back what was stored."""
        return cls(**{name: str(values.get(name, "")) for name in NAMES})


def make_selectors(**given: str) -> Selectors:
    """Make selectors of what an operator gave. Raises BadInput for none of the item and for overlong ones."""
    found = {name: " ".join(value.split()) for name, value in given.items()}
    if not found.get("item"):
        raise BadInput("a section page needs the selector of its items: give --item")
    for name, value in found.items():
        if len(value) > MOST_SELECTOR:
            raise BadInput(f"the selector of {name} is longer than {MOST_SELECTOR} characters")
    return Selectors(**found)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something on a page that repeats and links: its selectors, and for each item (title, address, has a date).

    `inside` says that it stands in what pages use for menus, footers and side columns.
    """

    selectors: Selectors
    items: tuple[tuple[str, str, bool], ...]
    inside: bool = False


_LETTER = re.compile(r"[^\W\d_]")
_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
_NO_ARTICLE = re.compile(r"(?i)/(?:tags?|category|categories|authors?|writers?|search|page|login|about|contact)/")


def is_headline(text: str) -> bool:
    """Say whether a link's text is long enough for a headline, and in Arabic letters."""
    words = text.split()
    letters = len(_LETTER.findall(text))
    return 4 <= len(words) <= 40 and 18 <= len(text) <= 300 and len(_ARABIC.findall(text)) * 2 > letters


def score(candidate: Candidate) -> float:
    """Say how much a candidate looks like a list of news, 0 for not at all.

    Counted are different articles with a headline; menus have short words, side columns fewer items, and tags and
    authors tell by their addresses.
    """
    good = {
        address: dated
        for title, address, dated in candidate.items
        if is_headline(title) and not _NO_ARTICLE.search(address)
    }
    if len(good) < LEAST_ITEMS or not candidate.items:
        return 0.0
    share = len(good) / len(candidate.items)
    dated = 0.25 * sum(good.values()) / len(good)
    return float(min(len(good), 60) ** 0.5 * share**2 * (1 + dated) * (0.3 if candidate.inside else 1.0))


def best(candidates: Iterable[Candidate], most: int = 3) -> list[Candidate]:
    """Give the candidates that look like lists of news, best first; of those with the same articles only the first."""
    found = [(value, candidate) for candidate in candidates if (value := score(candidate))]
    kept: list[Candidate] = []
    for _, candidate in sorted(found, key=lambda pair: -pair[0]):
        if all(_shared(candidate, other) < 0.5 for other in kept):
            kept.append(candidate)
    return kept[:most]


def _shared(one: Candidate, other: Candidate) -> float:
    """Give which share of a candidate's articles stands in another."""
    mine, theirs = ({address for _, address, _ in c.items} for c in (one, other))
    return len(mine & theirs) / len(mine)


def samples(candidate: Candidate) -> Sequence[str]:
    """Give the first headlines of a candidate."""
    return [title for title, _, _ in candidate.items if is_headline(title)][:SAMPLES]
