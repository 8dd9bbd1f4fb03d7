"""Measures how well a roundup is told from an article of one story.

python -m bench.roundups

Roundups: press reviews, pages of briefs and news bulletins found by reading, by their ids
(`tests/quality/roundups.json`; most were found by their headline, so they are measured without it too), and pages made
here of four to ten articles that stand near each other in one corpus. Every 20th article of 150 words or more counts as
a story; some of those are roundups too, so the false alarms are an upper bound. `asked` is the
share for which somebody would be asked which story is meant, the headline being the topic's name, and `part` the share
of which one part would be learned.
"""

import json
import random
from collections.abc import Sequence
from pathlib import Path

from bench.corpus import Item, items, shared
from domain.article import Text
from domain.errors import BadReference, WhichStory
from domain.topics.parts import split
from domain.topics.reference import read_reference

LABELS = Path(__file__).parents[1] / "tests" / "quality" / "roundups.json"
_EVERY, _LEAST_WORDS = 20, 150
_MADE, _NEAR = 200, 20  # pages made of articles, and how many of every 20th article one is drawn from
_SEED = 7


def measured(folder: Path) -> dict[str, float]:
    """Give the share of roundups found, of stories taken for one, and of boundaries found."""
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    wanted = {id for ids in labels.values() for id in ids}
    read = [item for item in items(folder / "corpus") if len(item.text.split()) >= _LEAST_WORDS or item.id in wanted]
    stories = [item for item in read if item.id not in wanted][::_EVERY]
    figures = {}
    for kind, ids in labels.items():
        found = [item for item in read if item.id in ids]
        figures[kind] = _share([split(Text(item.title, item.text)).roundup for item in found])
        figures[f"{kind}, without headline"] = _share([split(Text("", item.text)).roundup for item in found])
    made = _pages(stories)
    figures["pages made of articles"] = _share([split(text).roundup for text, _ in made])
    figures |= _boundaries(made)
    figures["false alarms"] = _share([split(Text(item.title, item.text)).roundup for item in stories])
    asked = [_asked(item) for item in stories]
    figures["asked"], figures["part"] = _share([a == "asked" for a in asked]), _share([a == "part" for a in asked])
    figures["stories"] = len(stories)
    return figures


def _asked(item: Item) -> str:
    """Say what becomes of an article given as a reference, its headline as the name."""
    try:
        return "part" if read_reference(item.title, Text(item.title, item.text)).part else "whole"
    except WhichStory:
        return "asked"
    except BadReference:
        return "refused"


def _pages(stories: Sequence[Item]) -> list[tuple[Text, list[int]]]:
    """Make pages of the first paragraphs of articles near each other, with the places where each article begins."""
    chance = random.Random(_SEED)
    pages = []
    for _ in range(_MADE):
        start = chance.randrange(len(stories) - _NEAR)
        body, begins = "", []
        for item in chance.sample(stories[start : start + _NEAR], chance.choice((4, 6, 10))):
            paragraphs = item.text.split("\n")[: chance.choice((1, 2, 6))]
            begins.append(len(body))
            body += f"{item.title}\n" * chance.randrange(2) + "\n".join(paragraphs)[:2000] + "\n"
        pages.append((Text("", body), begins))
    return pages


def _boundaries(pages: Sequence[tuple[Text, list[int]]]) -> dict[str, float]:
    """Give precision and recall of the places where stories begin, the first left out."""
    right = found = wanted = 0
    for text, begins in pages:
        starts = {part.start for part in split(text).parts[1:]}
        right, found, wanted = right + len(starts & set(begins)), found + len(starts), wanted + len(begins) - 1
    return {"boundaries, precision": right / max(found, 1), "boundaries, recall": right / max(wanted, 1)}


def _share(values: Sequence[bool]) -> float:
    return sum(values) / max(len(values), 1)


def main() -> None:
    """Measure and print."""
    figures = {name: round(figure, 4) for name, figure in measured(shared()).items()}
    print(json.dumps({"bench": "roundups", "figures": figures}, ensure_ascii=False))


if __name__ == "__main__":
    main()
