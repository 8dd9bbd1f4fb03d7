"""Runs topic detection on judged topics and writes the scorer's format, with the functions that the worker calls.

python -m bench.topics [--topics FILE] [--corpus DIR] [--stream FILE] [--out RUN.jsonl] [--no-name] [--basis full]

Retro mode: every article of the stream is measured, each topic calibrated on all of them, then every article judged,
as a new topic's backfill over stored articles does.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.corpus import Item, items, shared
from domain import lexicon
from domain.article import Basis, Text
from domain.background import Background, shipped_background
from domain.topics import Measure, Profile, analyse, calibrate, judge, learn, measure

_LEAD_WORDS = 30
_BASES = {"full": Basis.FULL, "lead": Basis.SUMMARY, "headline": Basis.HEADLINE}
_KEPT = 0.01  # strengths below this share of the line are not written: they rank last anyway


@dataclass(slots=True)
class Run:
    """One topic's profile and what was measured of every article."""

    topic: str
    profile: Profile
    measured: list[tuple[str, Measure]] = field(default_factory=list)


def cut(item: Item, basis: Basis) -> Text:
    """Give what may be read of an article: everything, title and first words, or the title."""
    body = {
        Basis.FULL: item.text,
        Basis.SUMMARY: " ".join(item.text.split()[:_LEAD_WORDS]),
        Basis.HEADLINE: "",
    }[basis]
    return Text(item.title, body, basis)


def learned(path: Path, named: bool, background: Background) -> list[Run]:
    """Learn every topic of a file."""
    runs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        topic = json.loads(line)
        reference = Text(topic["title"], topic["text"])
        runs.append(Run(topic["topic"], learn(topic["name"], [reference], by_name=named, background=background)))
    return runs


def retro(runs: list[Run], articles: Iterator[Item], basis: Basis, background: Background) -> int:
    """Measure all articles, then calibrate each topic on them; give the number of articles."""
    count = 0
    for item in articles:
        count += 1
        analysis = analyse(cut(item, basis), background)
        for run in runs:
            measured = measure(run.profile, analysis)
            if measured.similarity:
                run.measured.append((item.id, measured))
    for run in runs:
        similarities = [measured.similarity for _, measured in run.measured]
        similarities += [0.0] * (count - len(similarities))
        run.profile = calibrate(run.profile, similarities, basis)
    return count


def write(runs: list[Run], basis: Basis, out: Path) -> int:
    """Judge every article and write the scorer's lines; give the number of matches."""
    matches = 0
    with out.open("w", encoding="utf-8") as file:
        for run in runs:
            for article, measured in run.measured:
                decision = judge(run.profile, measured, basis)
                if decision.score < _KEPT:
                    continue
                matches += decision.match
                line = {"topic": run.topic, "id": article, "score": round(decision.score, 6), "match": decision.match}
                file.write(json.dumps(line) + "\n")
    return matches


def main() -> None:
    """Run and print the time for each article."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", type=Path, default=shared() / "topics" / "topics-dev.jsonl")
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--stream", type=Path, default=shared() / "topics" / "stream.txt")
    parser.add_argument("--out", type=Path, default=Path("run.jsonl"))
    parser.add_argument("--no-name", action="store_true", help="learn from the reference alone")
    parser.add_argument("--basis", choices=sorted(_BASES), default="full", help="what of each article may be read")
    parser.add_argument("--mode", choices=["retro"], default="retro")
    parser.add_argument("--counts", type=Path, default=None, help="counts that bench.frequencies --leave-out wrote")
    options = parser.parse_args()
    background = Background(lexicon.read(options.counts)) if options.counts else shipped_background()
    basis = _BASES[options.basis]
    stream = {line.split("\t")[0] for line in options.stream.read_text(encoding="utf-8").splitlines()}
    runs = learned(options.topics, not options.no_name, background)
    started = time.process_time()
    count = retro(runs, (item for item in items(options.corpus) if item.id in stream), basis, background)
    matches = write(runs, basis, options.out)
    for run in runs:
        print(f"{run.topic}  level {run.profile.level(basis):.3f}  {run.profile.name}")
    each = (time.process_time() - started) / max(count, 1) * 1000
    print(
        json.dumps({"bench": "topics", "figures": {"articles": count, "matches": matches, "ms_each": round(each, 3)}})
    )


if __name__ == "__main__":
    main()
