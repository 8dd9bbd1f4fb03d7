"""Runs topic detection on judged topics and writes the scorer's format, with the functions that the worker calls.

python -m bench.topics [--topics FILE] [--corpus DIR] [--stream FILE] [--out RUN.jsonl] [--no-name] [--basis full]
    [--mode retro|live] [--verdicts N --qrels FILE] [--background shipped|leave-out CORPUS]

Retro: every article of the stream is measured, each topic calibrated on all of them, then every article judged, as a
new topic's backfill over stored articles does. Live: in order of publication, each topic calibrated on what came before
its reference, and again whenever the store has doubled; undated articles are left out. Verdicts: the product's own
question (`ask_next`) is answered by the judgements and learned from, one after the other; between two questions the
best articles of each topic are measured again, after the last one all are.
"""

import argparse
import gc
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench import frequencies
from bench.corpus import Item, items, shared
from domain.article import Basis, Text
from domain.background import Background, shipped_background
from domain.topics import (
    Analysis,
    Decision,
    Judged,
    Measure,
    Profile,
    analyse,
    ask_next,
    calibrate,
    judge,
    learn,
    measure,
    refine,
)
from domain.topics.passage import passage

_LEAD_WORDS = 30
BASES = {"full": Basis.FULL, "lead": Basis.SUMMARY, "headline": Basis.HEADLINE}
_WRITTEN = 3_000  # best articles of a topic that are written; those after them rank last anyway
_AGAIN = 3_000  # best articles of a topic that are measured again after each verdict
_NOTHING = Measure(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Stored:
    """One article of the stream: its time (None without a date), its text, and the text weighed."""

    id: str
    published: datetime | None
    text: Text
    analysis: Analysis


@dataclass(slots=True)
class Run:
    """One topic: what was learned, what was measured of each stored article, and what was decided of each."""

    topic: str
    published: datetime
    reference: str
    profile: Profile
    measured: list[Measure] = field(default_factory=list)
    decided: list[Decision | None] = field(default_factory=list)
    judged: dict[int, bool] = field(default_factory=dict)


def cut(item: Item, basis: Basis) -> Text:
    """Give what may be read of an article: everything, title and first words, or the title."""
    body = {
        Basis.FULL: item.text,
        Basis.SUMMARY: " ".join(item.text.split()[:_LEAD_WORDS]),
        Basis.HEADLINE: "",
    }[basis]
    return Text(item.title, body, basis)


def stream_times(path: Path) -> dict[str, str]:
    """Read the ids of a stream with their times, empty where there is none."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows}


def read(times: Mapping[str, str], corpus: Path, basis: Basis, background: Background) -> list[Stored]:
    """Read and weigh the articles that have a time or an empty one there, in the order of files and lines."""
    gc.disable()  # millions of lasting objects: looking through them for rubbish takes longer than making them
    stored = []
    for item in items(corpus):
        if item.id in times:
            published = datetime.fromisoformat(times[item.id]) if times[item.id] else None
            text = cut(item, basis)
            stored.append(Stored(item.id, published, text, analyse(text, background)))
    gc.freeze()
    gc.enable()
    return stored


def learned(path: Path, named: bool, background: Background) -> list[Run]:
    """Learn every topic of a file."""
    runs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        topic = json.loads(line)
        profile = learn(topic["name"], [Text(topic["title"], topic["text"])], by_name=named, background=background)
        published = datetime.fromisoformat(topic["published"])
        runs.append(Run(topic["topic"], published, topic.get("reference_id") or "", profile))
    return runs


def measure_all(profile: Profile, stored: Sequence[Stored]) -> list[Measure]:
    """Measure every article."""
    found = (measure(profile, article.analysis) for article in stored)
    return [measured if measured.similarity else _NOTHING for measured in found]


def retro(run: Run, stored: Sequence[Stored], basis: Basis) -> None:
    """Decide on all articles, the topic's level being known from all of them."""
    run.measured = run.measured or measure_all(run.profile, stored)
    run.profile = calibrate(run.profile, [measured.similarity for measured in run.measured], basis)
    run.decided = [judge(run.profile, measured, basis) for measured in run.measured]


def live(run: Run, stored: Sequence[Stored], basis: Basis) -> None:
    """Decide on what came after the reference, in order of publication, nothing of the future being known."""
    run.measured = run.measured or measure_all(run.profile, stored)
    dated = sorted((article.published, place) for place, article in enumerate(stored) if article.published)
    run.decided = [None] * len(stored)
    seen: list[float] = []
    due = 0
    for published, place in dated:
        if published > run.published:
            if len(seen) >= due:
                run.profile, due = calibrate(run.profile, seen, basis), 2 * max(len(seen), 1)
            run.decided[place] = judge(run.profile, run.measured[place], basis)
        seen.append(run.measured[place].similarity)


def ask(
    run: Run, stored: Sequence[Stored], basis: Basis, relevant: set[str], most: int, background: Background
) -> None:
    """Ask for verdicts, one after the other, and learn from each; `relevant` are the ids of the articles on topic."""
    retro(run, stored, basis)
    anchor, verdicts = run.profile, list[Judged]()
    best = sorted(range(len(stored)), key=lambda place: -run.measured[place].similarity)[:_AGAIN]
    while len(verdicts) < most:
        open_ones = [place for place in best if place not in run.judged and stored[place].id != run.reference]
        decided = [(place, judge(run.profile, run.measured[place], basis)) for place in open_ones]
        asked = ask_next([(place, made) for place, made in decided if made.match or made.near], 1)
        if not asked:
            break
        run.judged[asked[0]] = stored[asked[0]].id in relevant
        verdicts.append(Judged(stored[asked[0]].text, run.judged[asked[0]]))
        run.profile = refine(anchor, verdicts, background)
        for place in best:
            run.measured[place] = measure(run.profile, stored[place].analysis)
        run.profile = calibrate(run.profile, [measured.similarity for measured in run.measured], basis)
    run.measured = []
    retro(run, stored, basis)


def on_topic(path: Path) -> dict[str, set[str]]:
    """Read the ids of the articles that are on each topic."""
    found = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["rel"] == 2:
            found[row["topic"]].add(row["id"])
    return found


def write(runs: Sequence[Run], stored: Sequence[Stored], out: Path) -> int:
    """Write the scorer's lines: all matches, all verdicts and the best of the rest. Give the number of matches."""
    matches = 0
    with out.open("w", encoding="utf-8") as file:
        for run in runs:
            decided = [(made, place) for place, made in enumerate(run.decided) if made is not None and made.score > 0]
            decided.sort(key=lambda pair: -pair[0].score)
            for rank, (made, place) in enumerate(decided):
                if rank >= _WRITTEN and not made.match and place not in run.judged:
                    continue
                match = made.match and passage(run.profile, stored[place].text, made) is None
                line = {"topic": run.topic, "id": stored[place].id, "score": round(made.score, 6), "match": match}
                file.write(json.dumps(line | ({"judged": True} if place in run.judged else {})) + "\n")
                matches += match
    return matches


def weighed_by(choice: Sequence[str], corpus: Path) -> Background | None:
    """Give the background that `--background` asks for, None where it is not one."""
    if list(choice) == ["shipped"]:
        return shipped_background()
    if len(choice) == 2 and choice[0] == "leave-out" and (corpus / f"{choice[1]}.jsonl.gz").exists():
        return Background(frequencies.count(corpus, choice[1]))
    return None


def _parser() -> argparse.ArgumentParser:
    """Make the parser of the options."""
    topics = shared() / "topics"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", type=Path, default=topics / "topics-dev.jsonl")
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--stream", type=Path, default=topics / "stream.txt")
    parser.add_argument("--out", type=Path, default=Path("run.jsonl"))
    parser.add_argument("--no-name", action="store_true", help="learn from the reference alone")
    parser.add_argument("--basis", choices=sorted(BASES), default="full", help="what of each article may be read")
    parser.add_argument("--mode", choices=["retro", "live"], default="retro")
    parser.add_argument("--verdicts", type=int, default=0, metavar="N", help="ask for so many verdicts; needs --qrels")
    parser.add_argument("--qrels", type=Path, default=None, help="the judgements that answer")
    parser.add_argument("--background", nargs="+", default=["shipped"], metavar="shipped | leave-out CORPUS")
    return parser


def main() -> None:
    """Run and print the time for each article."""
    parser = _parser()
    options = parser.parse_args()
    if options.verdicts and (options.qrels is None or options.mode == "live"):
        parser.error("--verdicts needs --qrels, and --mode retro")
    background = weighed_by(options.background, options.corpus)
    if background is None:
        parser.error("--background takes `shipped`, or `leave-out` and a file's name in --corpus less .jsonl.gz")
    basis, started = BASES[options.basis], time.process_time()
    runs = learned(options.topics, not options.no_name, background)
    answers = on_topic(options.qrels) if options.verdicts else {}
    stored = read(stream_times(options.stream), options.corpus, basis, background)
    for run in runs:
        if options.verdicts:
            ask(run, stored, basis, answers.get(run.topic, set()), options.verdicts, background)
        else:
            (live if options.mode == "live" else retro)(run, stored, basis)
        print(f"{run.topic}  level {run.profile.level(basis):.3f}  line {run.profile.line:.2f}  {run.profile.name}")
    matches = write(runs, stored, options.out)
    each = (time.process_time() - started) / max(len(stored), 1) * 1000
    figures = {"articles": len(stored), "matches": matches, "ms_each": round(each, 3)}
    print(json.dumps({"bench": "topics", "figures": figures}))


if __name__ == "__main__":
    main()
