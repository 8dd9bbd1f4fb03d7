"""Copy decisions on labelled pairs, beside two rules on titles, in one run.

    python -m bench.copies --pairs FILE --docs FILE [--history CORPUS.jsonl.gz ...] --out RUN.jsonl
    python -m bench.copies --corpus saudi2015 --out GROUPS.txt

The decision is the product's own (`domain.copies.judge`). With `--history` the masks of the outlets are learned from
those articles first; without it the run is cold. A look-up is counted as found when the two sketches meet. The title
rules are those of newswatcher (character bigrams, Jaccard 0.5) and of NewsBlur (title words, overlap 0.6 and 3 shared).
"""

import argparse
import gzip
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from bench.copies_corpus import group_corpus, show
from domain.arabic import folded
from domain.copies import CopyText, Fingerprint, Mask, Relation, fingerprint, judge, rank
from domain.furniture import Told, learn_mask, own_text
from domain.updates import may_update, named

Row = dict[str, Any]
YES = {"copy", "update", "contains"}
UNDATED = timedelta(days=1)  # apart, when either date is unknown: near for other outlets, another day for the same


def rows(path: Path) -> Iterator[Row]:
    """Read JSON Lines, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def when(raw: str | None) -> datetime | None:
    """Read an ISO 8601 or RFC 822 date; one without a zone counts as UTC."""
    if not raw:
        return None
    try:
        found = datetime.fromisoformat(raw)
    except ValueError:
        found = parsedate_to_datetime(raw)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def learned(history: Iterable[Path], outlets: set[str]) -> dict[str, Mask]:
    """Learn the masks of those outlets from the articles in the files."""
    texts: dict[str, list[Told]] = defaultdict(list)
    for path in history:
        for row in rows(path):
            if row["outlet"] in outlets:
                date = when(row["published"])
                texts[row["outlet"]].append(Told(row["title"] or "", row["text"], date.date() if date else None))
    return {outlet: learn_mask(told, 1) for outlet, told in texts.items()}


def printed(doc: Row, masks: dict[str, Mask]) -> Fingerprint:
    """Fingerprint the part of a text that is its own, as the service does."""
    mask = masks.get(doc["source"])
    return fingerprint(own_text(doc["title"] or "", doc["text"], mask), mask)


def sides(a: Row, b: Row, prints: dict[str, Fingerprint]) -> tuple[CopyText, CopyText]:
    """Make the two values that the decision reads."""
    time_a, time_b = when(a["date"]), when(b["date"])
    if time_a is None or time_b is None:
        time_a = datetime(2000, 1, 1, tzinfo=UTC)
        time_b = time_a + UNDATED
    return CopyText(prints[a["id"]], a["source"], time_a), CopyText(prints[b["id"]], b["source"], time_b)


def meet(a: Fingerprint, b: Fingerprint) -> bool:
    """Say whether the look-up of one text would bring the other to the exact comparison."""
    return a.exact == b.exact or bool(rank(a.sketch, {0: len(set(a.sketch) & set(b.sketch))}))


def bigram_rule(a: str, b: str) -> bool:
    """Compare titles as newswatcher does: Jaccard of character bigrams, 0.5 or more."""
    left, right = (
        {text[i : i + 2] for i in range(len(text) - 1)} for text in (" ".join(a.split()), " ".join(b.split()))
    )
    return bool(left | right) and len(left & right) / len(left | right) >= 0.5


def overlap_rule(a: str, b: str) -> bool:
    """Compare titles as NewsBlur does: 3 words or more shared, and 0.6 of the shorter title."""
    left, right = (set(re.findall(r"\w+", text.lower())) for text in (a, b))
    shared = len(left & right)
    return shared >= 3 and shared / min(len(left), len(right)) >= 0.6


def score(pairs: list[Row], verdicts: list[str]) -> dict[str, float]:
    """Score verdicts against the labels: copy and update against the rest, and templates merged."""
    gold = [pair["label"] in ("copy", "update") for pair in pairs]
    said = [verdict in YES for verdict in verdicts]
    hit = sum(g and s for g, s in zip(gold, said, strict=True))
    updates = [verdict for pair, verdict in zip(pairs, verdicts, strict=True) if pair["label"] == "update"]
    merged = sum(s and pair["label"] == "template" for pair, s in zip(pairs, said, strict=True))
    return {
        "precision": round(hit / max(1, sum(said)), 3),
        "recall": round(hit / max(1, sum(gold)), 3),
        "f1": round(2 * hit / max(1, sum(said) + sum(gold)), 3),
        "templates_merged": merged,
        "updates_called_update": sum(verdict == "update" for verdict in updates),
        "updates": len(updates),
    }


def sure(pairs: list[Row], verdicts: list[str]) -> dict[str, float]:
    """Score without the pairs that the reader hesitated over."""
    kept = [(pair, verdict) for pair, verdict in zip(pairs, verdicts, strict=True) if not pair["unsure"]]
    return score([pair for pair, _ in kept], [verdict for _, verdict in kept])


def title_verdicts(pairs: list[Row], docs: dict[str, Row], rule: Callable[[str, str], bool]) -> list[str]:
    """Apply a title rule to every pair."""
    titles = [(docs[pair["a"]]["title"] or "", docs[pair["b"]]["title"] or "") for pair in pairs]
    return [Relation.COPY if rule(a, b) else Relation.NONE for a, b in titles]


def timed(docs: dict[str, Row], masks: dict[str, Mask]) -> tuple[dict[str, Fingerprint], float]:
    """Fingerprint every text, and give the milliseconds of CPU for one with its words already met once."""
    for doc in docs.values():
        folded(doc["text"])
        fingerprint(doc["text"])
    start = time.process_time()
    prints = {key: printed(doc, masks) for key, doc in docs.items()}
    return prints, 1000 * (time.process_time() - start) / max(1, len(docs))


def measure(pairs: list[Row], docs: dict[str, Row], masks: dict[str, Mask]) -> tuple[list[str], Row]:
    """Judge every pair; give the verdicts and the figures."""
    prints, milliseconds = timed(docs, masks)
    verdicts: list[str] = []
    start = time.process_time()
    for pair in pairs:
        a, b = sides(docs[pair["a"]], docs[pair["b"]], prints)
        verdict = judge(a, b)
        if may_update(verdict, a, b):
            first, second = (pair["a"], pair["b"]) if a.time < b.time else (pair["b"], pair["a"])
            verdict = named(verdict, docs[first]["text"], docs[second]["text"], a.outlet == b.outlet)
        verdicts.append(verdict.relation)
    judged = 1000 * (time.process_time() - start) / max(1, len(pairs))
    copies = [pair for pair in pairs if pair["label"] in ("copy", "update")]
    found = sum(meet(prints[pair["a"]], prints[pair["b"]]) for pair in copies)
    figures = {
        **score(pairs, verdicts),
        "f1_sure": sure(pairs, verdicts)["f1"],
        "templates": sum(pair["label"] == "template" for pair in pairs),
        "f1_newswatcher_titles": score(pairs, title_verdicts(pairs, docs, bigram_rule))["f1"],
        "f1_newsblur_titles": score(pairs, title_verdicts(pairs, docs, overlap_rule))["f1"],
        "lookup_recall": round(found / max(1, len(copies)), 3),
        "sketch_rows": round(sum(len(p.sketch) for p in prints.values()) / max(1, len(prints)), 1),
        "fingerprint_ms": round(milliseconds, 3),
        "judge_ms": round(judged, 3),
        "outlets_with_mask": len(masks),
    }
    return verdicts, figures


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--corpus", help="group a whole corpus of MARSAD_SHARED instead")
    parser.add_argument("--limit", type=int, default=0, help="only so many of its articles, the earliest")
    parser.add_argument("--seed", type=int, default=5, help="of the 40 groups by chance")
    parser.add_argument("--history", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if options.corpus:
        show(group_corpus(options.corpus, options.out, options.limit, options.seed), options.corpus)
        return
    if not (options.pairs and options.docs):
        parser.error("give --pairs and --docs, or --corpus")
    pairs, docs = list(rows(options.pairs)), {row["id"]: row for row in rows(options.docs)}
    masks = learned(options.history, {doc["source"] for doc in docs.values()})
    verdicts, figures = measure(pairs, docs, masks)
    with options.out.open("w", encoding="utf-8") as out:
        for pair, verdict in zip(pairs, verdicts, strict=True):
            out.write(json.dumps({"a": pair["a"], "b": pair["b"], "verdict": str(verdict)}, ensure_ascii=False) + "\n")
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps({"bench": "copies", "figures": figures}))


if __name__ == "__main__":
    main()
