"""Measures topic detection by leave-one-topic-out, for the floors that the tests hold, and pins them.

python -m bench.topics_floors [--lower-floors]

For each topic the line is the multiple of the shipped one that serves the other topics best, so no topic is decided by
a line chosen on it. The stream is reduced to the judged articles and every tenth of the others, which count tenfold
when a topic is calibrated: wrong matches among the articles left out are missed, so F1 is higher than in full
(`bench.topics`), and the floors are for this stream. Without --lower-floors no pinned figure is lowered.
"""

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.corpus import shared
from bench.topics import BASES, Run, Stored, learned, measure_all, read, stream_times
from domain.article import Basis, Text, split_headline
from domain.background import shipped_background
from domain.topics import Measure, Profile, calibrate, choose, judge, learn, refine

FLOORS = Path(__file__).parents[1] / "tests" / "quality" / "topics.json"
MISSION = FLOORS.with_name("mission.jsonl")
MISSION_NAME = "كوريا الشمالية والقضية الفلسطينية"
SLACK = 0.005  # pinned so far below what was measured: one article more or less in a large topic
_SETTINGS = (("name", True, "full"), ("alone", False, "full"), ("lead", False, "lead"), ("headline", False, "headline"))
_LINES = (0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15)
_EVERY = 10

_Judgements = dict[str, dict[str, int]]


def inputs(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of what the figures rest on: topics, judgements, stream."""
    files = [folder / "topics" / name for name in ("topics-dev.jsonl", "qrels-dev.jsonl", "stream.txt")]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in [*files, MISSION]}


def measured(folder: Path) -> dict[str, float]:
    """Measure every setting; give the figures by name, such as `name event F1`."""
    judged, unsure = _judgements(folder / "topics" / "qrels-dev.jsonl")
    mission, _ = _judgements(MISSION)
    kinds = _kinds(folder / "topics" / "topics-dev.jsonl")
    known = {id for rows in [*judged.values(), *mission.values()] for id in rows}
    times = stream_times(folder / "topics" / "stream.txt")
    kept = {id: at for place, (id, at) in enumerate(times.items()) if id in known or place % _EVERY == 0}
    figures: dict[str, float] = {}
    stored: list[Stored] = []
    for setting, named, basis in _SETTINGS:
        if not stored or stored[0].text.basis is not BASES[basis]:
            stored = read(kept, folder / "corpus", BASES[basis], shipped_background())
        runs = learned(folder / "topics" / "topics-dev.jsonl", named, shipped_background(), folder / "corpus")
        rows = {run.topic: _row(run, stored, known, judged[run.topic], unsure[run.topic]) for run in runs}
        for kind in sorted(set(kinds.values())):
            topics = [topic for topic in rows if kinds[topic] == kind]
            figures[f"{setting} {kind} AP"] = _mean(rows[topic][0] for topic in topics)
            figures[f"{setting} {kind} F1"] = _mean(rows[topic][1][_best_line(rows, topic)] for topic in topics)
        if setting == "name":
            profile = _mission(folder)
            run = Run("mission", runs[0].published, "", profile, profile)
            figures["mission AP"] = _row(run, stored, known, mission["mission"], set())[0]
    return {name: round(figure, 4) for name, figure in figures.items()}


def _mission(folder: Path) -> Profile:
    """Learn the topic that the service was first wanted for."""
    headline, body = split_headline((folder / "topics" / "reference.txt").read_text(encoding="utf-8"))
    return learn(MISSION_NAME, [Text(headline, body)])


def _judgements(path: Path) -> tuple[_Judgements, dict[str, set[str]]]:
    """Read judgements by topic and id, and which of them are unsure."""
    judged: _Judgements = defaultdict(dict)
    unsure: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        judged[row["topic"]][row["id"]] = row["rel"]
        if row.get("unsure"):
            unsure[row["topic"]].add(row["id"])
    return judged, unsure


def _kinds(path: Path) -> dict[str, str]:
    """Read whether each topic is an event or a theme, for the means alone."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {row["topic"]: row["kind"] for row in rows}


def _row(
    run: Run, stored: Sequence[Stored], known: set[str], judged: dict[str, int], unsure: set[str]
) -> tuple[float, dict[float, float]]:
    """Give a topic's average precision, and the F1 of its decisions for each line."""
    basis, times = stored[0].text.basis, [1 if article.id in known else _EVERY for article in stored]
    plain, found = _calibrated(run.profile, stored, times, basis)
    decided = [(place, judge(plain, m, basis, stored[place].at)) for place, m in enumerate(found)]
    chosen = choose([(place, made) for place, made in decided if stored[place].id != run.reference])
    grown = refine(run.base, (), grown=[(stored[place].text, stored[place].at) for place in chosen])
    profile, found = _calibrated(replace(grown, levels=plain.levels), stored, times, basis)
    good = {id for id, rel in judged.items() if rel == 2} - unsure - {run.reference}
    counted = [
        (article.id, m, article.at)
        for article, m in zip(stored, found, strict=True)
        if article.id not in unsure and article.id != run.reference
    ]
    scores = {id: judge(profile, m, basis, at).score for id, m, at in counted}
    ranked = [id for id in sorted(scores, key=lambda id: (-scores[id], id)) if scores[id] > 0]
    f1 = {}
    for line in _LINES:
        moved = replace(profile, line=line)
        f1[line] = _f1({id for id, m, at in counted if judge(moved, m, basis, at).match}, good)
    return _average_precision(ranked, good), f1


def _calibrated(
    profile: Profile, stored: Sequence[Stored], times: Sequence[int], basis: Basis
) -> tuple[Profile, list[Measure]]:
    """Measure every article, and set the topic's level by them, each counting so many times."""
    found = measure_all(profile, stored)
    similarities = [m.similarity for m, n in zip(found, times, strict=True) for _ in range(n)]
    return calibrate(profile, similarities, basis), found


def _average_precision(ranked: Sequence[str], good: set[str]) -> float:
    """Give the mean of the precision at each article on topic, 0 for one that is not ranked."""
    places = [place for place, id in enumerate(ranked, 1) if id in good]
    return sum(hits / place for hits, place in enumerate(places, 1)) / len(good)


def _f1(matched: set[str], good: set[str]) -> float:
    """Give the harmonic mean of precision and recall."""
    return 2 * len(matched & good) / (len(matched) + len(good))


def _best_line(rows: dict[str, tuple[float, dict[float, float]]], left_out: str) -> float:
    """Give the line that serves the other topics best; of equal ones the nearest to the shipped line."""
    others = [f1 for topic, (_, f1) in rows.items() if topic != left_out]
    return max(_LINES, key=lambda line: (round(_mean(f1[line] for f1 in others), 9), -abs(line - 1)))


def _mean(values: Iterable[float]) -> float:
    """Give the mean."""
    listed = list(values)
    return sum(listed) / len(listed)


def pin(figures: dict[str, float], digests: dict[str, str], path: Path, lower: bool) -> list[str]:
    """Write floors just below the figures; give the names of those that would be lowered, and then write nothing."""
    floors = {name: round(figure - SLACK, 4) for name, figure in figures.items()}
    pinned = json.loads(path.read_text(encoding="utf-8"))["floors"] if path.exists() else {}
    lowered = [name for name, floor in pinned.items() if floors.get(name, 0.0) < floor]
    if lowered and not lower:
        return lowered
    path.write_text(json.dumps({"inputs": digests, "floors": floors}, indent=2) + "\n", encoding="utf-8")
    return []


def main() -> int:
    """Measure and pin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lower-floors", action="store_true", help="pin lower figures than those pinned before")
    options = parser.parse_args()
    figures = measured(shared())
    refused = pin(figures, inputs(shared()), FLOORS, options.lower_floors)
    for name in refused:
        print(f"lower than its floor: {name}; --lower-floors pins it all the same")
    print(json.dumps({"bench": "topics_floors", "figures": figures}))
    return 1 if refused else 0


if __name__ == "__main__":
    raise SystemExit(main())
