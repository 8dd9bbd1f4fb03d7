"""Runs topic detection on judged topics and writes the scorer's format, with the functions that the worker calls.

python -m bench.topics [--topics FILE] [--corpus DIR] [--stream FILE] [--out RUN.jsonl] [--no-name] [--basis full]
    [--mode retro|live] [--verdicts N --qrels FILE] [--background shipped|leave-out CORPUS]

Retro: every article of the stream is measured, each topic calibrated on all of them, grown by the best and calibrated
again, then every article judged, as a new topic's backfill over stored articles does. Live: in order of publication,
each topic calibrated and grown on what came before its reference, and again whenever the store or the topic's matches
have doubled; undated articles are left out. Verdicts: the product's own question (`ask_next`) is answered by the
judgements and learned from, one after the other; between two questions the best articles of each topic are measured
again, after the last one all are.
"""

import argparse
import gc
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    choose,
    drift,
    judge,
    learn,
    measure,
    refine,
)
from domain.topics.passage import passage
from storage.growth import LEAST

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

    @property
    def at(self) -> int | None:
        """Give the time as decisions take it."""
        return int(self.published.timestamp()) if self.published else None


@dataclass(slots=True)
class Run:
    """One topic: what was learned, what was measured of each stored article, and what was decided of each."""

    topic: str
    published: datetime
    reference: str
    profile: Profile
    base: Profile
    plain: list[Measure] = field(default_factory=list)
    measured: list[Measure] = field(default_factory=list)
    decided: list[Decision | None] = field(default_factory=list)
    judged: dict[int, bool] = field(default_factory=dict)
    grown: list[int] = field(default_factory=list)


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


def learned(path: Path, named: bool, background: Background, corpus: Path) -> list[Run]:
    """Learn every topic of a file; a reference whose text is not there is read from the folder of articles."""
    topics = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = {topic["reference_id"] for topic in topics if "text" not in topic}
    found = {item.id: Text(item.title, item.text) for item in items(corpus) if item.id in wanted} if wanted else {}
    runs = []
    for topic in topics:
        published = datetime.fromisoformat(topic["published"])
        text = Text(topic["title"], topic["text"]) if "text" in topic else found[topic["reference_id"]]
        times = [int(published.timestamp())]
        profile = learn(topic["name"], [text], by_name=named, background=background, times=times)
        runs.append(Run(topic["topic"], published, topic.get("reference_id") or "", profile, profile))
    return runs


def measure_all(profile: Profile, stored: Sequence[Stored]) -> list[Measure]:
    """Measure every article."""
    found = (measure(profile, article.analysis) for article in stored)
    return [measured if measured.similarity else _NOTHING for measured in found]


def retro(run: Run, stored: Sequence[Stored], basis: Basis, background: Background) -> None:
    """Decide on all articles, the topic's level being known from all of them, and the articles that it grows by."""
    everything = range(len(stored))
    _settle(run, stored, everything, basis, background)
    run.decided = [
        judge(run.profile, measured, basis, article.at) for measured, article in zip(run.measured, stored, strict=True)
    ]


def _settle(run: Run, stored: Sequence[Stored], seen: Sequence[int], basis: Basis, background: Background) -> None:
    """Choose what a topic grows by among what was seen, as it is without growth; let it grow, and calibrate it."""
    judged = [Judged(stored[place].text, relevant, stored[place].at) for place, relevant in run.judged.items()]
    plain = refine(run.base, judged, background)
    if not run.plain or judged:
        run.plain = measure_all(plain, stored)
    plain = calibrate(plain, [run.plain[place].similarity for place in seen], basis)
    found = [(place, judge(plain, run.plain[place], basis, stored[place].at)) for place in seen]
    chosen = choose([(place, made) for place, made in found if stored[place].id != run.reference], run.judged)
    if chosen != run.grown or not run.measured:
        run.grown = chosen
        grown = [(stored[place].text, stored[place].at) for place in chosen]
        run.profile = replace(refine(run.base, judged, background, grown), levels=plain.levels)
        run.measured = measure_all(run.profile, stored) if chosen else run.plain
    run.profile = calibrate(run.profile, [run.measured[place].similarity for place in seen], basis)


def live(run: Run, stored: Sequence[Stored], basis: Basis, background: Background) -> None:
    """Decide on what came after the reference, in order of publication, nothing of the future being known."""
    dated = sorted((article.published, place) for place, article in enumerate(stored) if article.published)
    run.decided = [None] * len(stored)
    run.base = replace(run.base, since=int(run.published.timestamp()))
    seen: list[int] = []
    due, matches, grown_by = 0, 0, 0
    for published, place in dated:
        if published > run.published:
            if len(seen) >= due or matches > 2 * grown_by + LEAST:
                due, grown_by = 2 * max(len(seen), 1) if len(seen) >= due else due, matches
                _settle(run, stored, seen, basis, background)
            made = run.decided[place] = judge(run.profile, run.measured[place], basis, stored[place].at)
            matches += made.match
        seen.append(place)


def ask(
    run: Run, stored: Sequence[Stored], basis: Basis, relevant: set[str], most: int, background: Background
) -> None:
    """Ask for verdicts, one after the other, and learn from each; `relevant` are the ids of the articles on topic."""
    retro(run, stored, basis, background)
    verdicts = list[Judged]()
    best = sorted(range(len(stored)), key=lambda place: -run.measured[place].similarity)[:_AGAIN]
    while len(verdicts) < most:
        open_ones = [place for place in best if place not in run.judged and stored[place].id != run.reference]
        decided = [(place, judge(run.profile, run.measured[place], basis, stored[place].at)) for place in open_ones]
        asked = ask_next([(place, made) for place, made in decided if made.match or made.near], 1)
        if not asked:
            break
        run.judged[asked[0]] = stored[asked[0]].id in relevant
        verdicts.append(Judged(stored[asked[0]].text, run.judged[asked[0]], stored[asked[0]].at))
        kept = [(stored[place].text, stored[place].at) for place in run.grown if place not in run.judged]
        run.profile = replace(refine(run.base, verdicts, background, kept), levels=run.profile.levels)
        for place in best:
            run.measured[place] = measure(run.profile, stored[place].analysis)
        run.profile = calibrate(run.profile, [measured.similarity for measured in run.measured], basis)
    run.measured = []
    retro(run, stored, basis, background)


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
    runs = learned(options.topics, not options.no_name, background, options.corpus)
    answers = on_topic(options.qrels) if options.verdicts else {}
    stored = read(stream_times(options.stream), options.corpus, basis, background)
    for run in runs:
        if options.verdicts:
            ask(run, stored, basis, answers.get(run.topic, set()), options.verdicts, background)
        else:
            (live if options.mode == "live" else retro)(run, stored, basis, background)
        moved = drift(run.base, run.profile)
        level, line = run.profile.level(basis), run.profile.line
        print(f"{run.topic}  level {level:.3f}  line {line:.2f}  drift {moved:.2f}  {run.profile.name}")
    matches = write(runs, stored, options.out)
    each = (time.process_time() - started) / max(len(stored), 1) * 1000
    figures = {"articles": len(stored), "matches": matches, "ms_each": round(each, 3)}
    print(json.dumps({"bench": "topics", "figures": figures}))


if __name__ == "__main__":
    main()
