"""How often the ledger names the origin of a copied text, beside two plain rules, on groups labelled by reading.

    python -m bench.origins [--part dev|test] [--sample CORPUS SEED NUMBER]

`tests/quality/origins.jsonl` holds the groups: the ids of their articles and the label, which is the key of an agency,
an outlet's name in the corpus, or "unknown" where the texts do not say. The plain rules: the outlet of the first
sighting is the origin; and any agency's name anywhere in any of the texts is. Right and wrong count what is named;
silent is what is called unknown, rightly where the label says so too. A text of an agency's own outlet
counts as named after it. With `--sample` groups are drawn for reading from spans of days of a corpus, grouped by the
product's own decision on copies.
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.copies import printed, rows, when
from bench.corpus import shared
from domain.agencies import agencies, agency_of_outlet
from domain.cited import cited_wire
from domain.copies import CopyText, Mask, Relation, judge, rank
from domain.credits import credit_of
from domain.furniture import Told, learn_mask
from domain.ledger import UNKNOWN, Sighting, origin_of

Row = dict[str, Any]
LABELS = Path(__file__).parents[1] / "tests" / "quality" / "origins.jsonl"
OUTLETS = {
    "sabq": "سبق", "alweeam": "الوئام", "okaz": "عكاظ", "alwatan": "الوطن", "alyaum": "اليوم", "3alyoum": "عين اليوم",
    "aleqtisadiya": "الاقتصادية", "aawsat": "الشرق الأوسط", "aljazirah": "الجزيرة", "almadina": "المدينة",
    "alriyadh": "الرياض", "arreyadi": "الرياضي", "arriyadiyah": "الرياضية", "was": "واس", "alarabia": "العربية",
    "france24": "فرانس24", "BBC": "بي بي سي", "CNN": "CNN", "skynews": "سكاي نيوز عربية",
}  # fmt: skip
_LEAST_OUTLETS, _LEAST_ARTICLES = 2, 3
SPAN, SPANS = 1_000, 2  # articles of one span, and spans, of which groups are drawn


@dataclass(frozen=True, slots=True)
class Group:
    """A labelled group with its articles, in order of time."""

    articles: list[Row]
    label: str
    part: str


def labelled(path: Path = LABELS) -> list[Group]:
    """Read the labelled groups with their texts from MARSAD_SHARED."""
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = {id for row in told for id in row["ids"]}
    found = {
        row["id"]: row
        for corpus in sorted({row["corpus"] for row in told})
        for row in rows(shared() / "corpus" / f"{corpus}.jsonl.gz")
        if row["id"] in wanted
    }
    return [Group([found[id] for id in row["ids"]], row["label"], row["part"]) for row in told]


def moment(row: Row) -> datetime:
    """Give the time of an article, a fixed one where it has none."""
    return when(row["published"]) or datetime(2000, 1, 1, tzinfo=UTC)


def by_ledger(group: Group) -> str:
    """Name the origin as the product does."""
    sightings = []
    for number, row in enumerate(group.articles):
        outlet, title, text = _outlet(row), row["title"] or "", row["text"] or ""
        credit = credit_of(title, text, outlet)
        at = moment(row)
        agency = credit.agency if credit else ""
        sightings.append(Sighting(number, outlet, at, at, agency, title, len(text.split()), cites=cited_wire(text)))
    origin = origin_of(sightings)
    return UNKNOWN if origin.kind == UNKNOWN else _named(origin.agency or origin.outlet)


def by_first_sighting(group: Group) -> str:
    """Name the outlet of the earliest article."""
    first = min(group.articles, key=lambda row: (moment(row), row["id"]))
    return _named(_outlet(first))


def by_any_word(group: Group) -> str:
    """Name the agency whose name stands first anywhere in the texts."""
    found: Counter[str] = Counter()
    for row in group.articles:
        text = f" {row['title']} {row['text']} "
        found.update(
            a.key for a in agencies().values() if any(f" {s} " in text or f"({s})" in text for s in a.spellings)
        )
    return found.most_common(1)[0][0] if found else UNKNOWN


def _outlet(row: Row) -> str:
    return OUTLETS.get(str(row["outlet"]), str(row["outlet"]))


def _named(name: str) -> str:
    """Give the label of an origin: an agency's key, or an outlet as the corpus names it."""
    keys = {arabic: key for key, arabic in OUTLETS.items()}
    return agency_of_outlet(name) or keys.get(name, name)


RULES = {"ledger": by_ledger, "first_sighting": by_first_sighting, "any_agency_word": by_any_word}


def score(said: Iterable[str], labels: Iterable[str]) -> dict[str, int]:
    """Count verdicts by how they stand to the labels."""
    counts = dict.fromkeys(("right", "wrong", "rightly_silent", "wrongly_silent"), 0)
    for verdict, label in zip(said, labels, strict=True):
        if verdict == UNKNOWN:
            counts["rightly_silent" if label == UNKNOWN else "wrongly_silent"] += 1
        else:
            counts["right" if verdict == label else "wrong"] += 1
    return counts


def draw(corpus: str, seed: int, number: int) -> list[list[Row]]:
    """Group spans of a corpus by the product's decision, in order of time, and draw groups that several ran."""
    every = sorted(rows(shared() / "corpus" / f"{corpus}.jsonl.gz"), key=lambda row: (moment(row), row["id"]))
    begins = random.Random(seed).sample(range(0, len(every) - SPAN, SPAN), SPANS)
    articles = [row for begin in sorted(begins) for row in every[begin : begin + SPAN]]
    masks = _masks(articles)
    sides: dict[int, CopyText] = {}
    holders: dict[int, list[int]] = defaultdict(list)
    groups: dict[int, list[Row]] = defaultdict(list)
    for at, row in enumerate(articles):
        made = printed({**row, "source": row["outlet"]}, masks)
        side = CopyText(made, row["outlet"], moment(row))
        near = rank(made.sketch, Counter(lead for value in made.sketch for lead in holders[value]))
        judged = [(verdict.share, lead) for lead in near if (verdict := judge(side, sides[lead])).relation in _MERGED]
        lead = max(judged)[1] if judged else at
        groups[lead].append(row)
        if lead == at:
            sides[at] = side
            for value in made.sketch:
                holders[value].append(at)
    several = [g for g in groups.values() if _several(g)]
    return random.Random(seed).sample(several, min(number, len(several)))


def _masks(articles: Iterable[Row]) -> dict[str, Mask]:
    told: dict[str, list[Told]] = defaultdict(list)
    for row in articles:
        told[row["outlet"]].append(Told(row["title"] or "", row["text"], moment(row).date()))
    return {outlet: learn_mask(texts, 1) for outlet, texts in told.items()}


_MERGED = (Relation.COPY, Relation.UPDATE)


def _several(group: list[Row]) -> bool:
    return len({row["outlet"] for row in group}) >= _LEAST_OUTLETS or len(group) >= _LEAST_ARTICLES


def main() -> None:
    """Print the table, or the ids of drawn groups."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("dev", "test"))
    parser.add_argument("--sample", nargs=3, metavar=("CORPUS", "SEED", "NUMBER"))
    args = parser.parse_args()
    if args.sample:
        for group in draw(args.sample[0], int(args.sample[1]), int(args.sample[2])):
            print(json.dumps({"corpus": args.sample[0], "ids": [row["id"] for row in group]}))
        return
    groups = labelled()
    figures: dict[str, Any] = {}
    for part in (args.part,) if args.part else ("dev", "test"):
        chosen = [group for group in groups if group.part == part]
        figures[part] = {"groups": len(chosen)}
        for name, rule in RULES.items():
            figures[part][name] = score([rule(group) for group in chosen], [group.label for group in chosen])
            print(f"{part:<5}{name:<16}", "  ".join(f"{key} {n}" for key, n in figures[part][name].items()))
    print(json.dumps({"bench": "origins", "figures": figures}))


if __name__ == "__main__":
    main()
