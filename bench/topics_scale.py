"""Asks 10, 1,000 and 10,000 topics about one article, beside a plain sparse product of the same vectors.

    python -m bench.topics_scale [--corpus DIR] [--articles N] [--no-name]

Topics are learned from articles of the corpus, each with its title for a name (or none). `ms` is the CPU time of
`TopicIndex.decide` for one analysed article, `changed_ms` the same after one topic was put anew, and `product_ms` that
of one scipy product of the article's vector with the matrix of all topics' terms, which gives similarities alone: no
facets, no lines, no decisions. They take turns, a hundred articles each. `analyse_ms` is the CPU time of analysing
one article, which all topics share.

In a process of its own: `mb` is what 10,000 topics add to the memory of a worker, read one after the other;
`load_seconds` the CPU time in which a worker takes up all of them from SQLite, `refresh_ms` that in which it takes up
one that was changed. The database's own cache is not counted.
"""

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import psutil
from scipy import sparse

from bench.corpus import items, shared
from domain.article import Text
from domain.errors import BadReference
from domain.topics import Analysis, Profile, TopicIndex, analyse, learn
from storage import topics as store
from storage import versions
from storage.engine import migrate, open_database
from worker.detect import Detector

_SIZES = (10, 1_000, 10_000)
_EVERY = 7  # of the corpus, so that topics come from all of it
_TURN = 100


def profiles(texts: Iterator[Text], most: int, named: bool) -> dict[int, Profile]:
    """Learn so many topics, passing over what no topic can be learned from."""
    learned: dict[int, Profile] = {}
    for text in texts:
        try:
            learned[len(learned) + 1] = learn(text.title, [text], by_name=named)
        except BadReference:
            continue
        if len(learned) == most:
            break
    return learned


def product(topics: Mapping[int, Profile]) -> Callable[[Analysis], object]:
    """Make the sparse product."""
    columns: dict[str, int] = {}
    entries = [
        (row, columns.setdefault(stem, len(columns)), term.weight)
        for row, profile in enumerate(topics.values())
        for term in profile.terms
        for stem in (term.stem, *term.spellings)
    ]
    rows, places, weights = zip(*entries, strict=True)
    matrix = sparse.csc_matrix((weights, (rows, places)), (len(topics), len(columns)))

    def ask(analysis: Analysis) -> object:
        known = [(columns[stem], weight) for stem, weight in analysis.vector.items() if stem in columns]
        vector = sparse.csc_matrix(
            ([weight for _, weight in known], ([place for place, _ in known], [0] * len(known))), (len(columns), 1)
        )
        return np.asarray((matrix @ vector).todense())

    return ask


def in_turns(asked: Sequence[Callable[[Analysis], object]], analyses: Sequence[Analysis]) -> list[float]:
    """Give milliseconds of CPU an article for each way to ask."""
    spent = [0.0] * len(asked)
    for start in range(0, len(analyses), _TURN):
        for n, ask in enumerate(asked):
            began = time.process_time()
            for analysis in analyses[start : start + _TURN]:
                ask(analysis)
            spent[n] += time.process_time() - began
    return [seconds / len(analyses) * 1000 for seconds in spent]


def inside(folder: Path) -> dict[str, float]:
    """Measure memory and refresh in this process, which has done nothing yet."""
    analyse(Text("فاض النهر", "فاض النهر"))  # the counts are there in any worker
    file, process = folder / "topics.jsonl", psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    with file.open(encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        index = TopicIndex((row["key"], Profile.from_json(row["profile"])) for row in rows)
    gc.collect()
    figures = {"mb": (process.memory_info().rss - before) / 1e6, "topics": len(index)}
    del index
    return figures | refreshed(folder)


def refreshed(folder: Path) -> dict[str, float]:
    """Take up stored topics, and then one that was changed."""
    database, detector, now = open_database(f"sqlite:///{folder / 'topics.sqlite3'}"), Detector(), datetime.now(UTC)
    began = time.process_time()
    with database.read() as session:
        detector.refresh(session)
    loaded = time.process_time() - began
    spent = []
    for id in range(1, 11):
        with database.write() as session:
            versions.advance(session, id, "calibrated", now)
        began = time.process_time()
        with database.read() as session:
            detector.refresh(session)
        spent.append(time.process_time() - began)
    return {"load_seconds": loaded, "refresh_ms": sum(spent) / len(spent) * 1000}


def keep(folder: Path, topics: Mapping[int, Profile]) -> None:
    """Write the topics down for the process that measures itself."""
    database, now = open_database(f"sqlite:///{folder / 'topics.sqlite3'}"), datetime.now(UTC)
    migrate(database)
    with (folder / "topics.jsonl").open("w", encoding="utf-8") as file, database.write() as session:
        for key, profile in topics.items():
            data = profile.to_json()
            file.write(json.dumps({"key": key, "profile": data}, ensure_ascii=False) + "\n")
            store.add(session, f"{key} {profile.name}", data, [], now)


def measured(topics: dict[int, Profile], analyses: Sequence[Analysis]) -> dict[str, float]:
    """Ask each number of topics."""
    figures: dict[str, float] = {}
    for size in _SIZES:
        some = dict(islice(topics.items(), size))
        index, changed = TopicIndex(some), TopicIndex(some)
        changed.put([(1, some[1])])
        found = sum(len(index.decide(analysis)) for analysis in analyses) / len(analyses)
        ms, changed_ms, beside = in_turns((index.decide, changed.decide, product(some)), analyses)
        print(
            f"{size:>6} topics  {ms:.3f} ms  after a change {changed_ms:.3f} ms  product alone {beside:.3f} ms  "
            f"{found:.1f} topics matched or near"
        )
        figures |= {f"ms_{size}": ms, f"changed_ms_{size}": changed_ms, f"product_ms_{size}": beside}
    figures["growth"] = figures[f"ms_{_SIZES[2]}"] / figures[f"ms_{_SIZES[1]}"]
    return figures


def main() -> None:
    """Measure each number of topics, then memory and refresh."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--no-name", action="store_true", help="topics of a reference alone")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(inside(options.inside)))
        return
    texts = (Text(item.title, item.text) for item in islice(items(options.corpus), 0, None, _EVERY))
    read = list(islice(texts, options.articles))
    analyses = [analyse(text) for text in read]
    began = time.process_time()
    analyses = [analyse(text) for text in read]
    figures = {"analyse_ms": (time.process_time() - began) / len(read) * 1000}
    topics = profiles(texts, max(_SIZES), not options.no_name)
    figures |= measured(topics, analyses)
    with tempfile.TemporaryDirectory() as folder:
        keep(Path(folder), topics)
        command = [sys.executable, "-m", "bench.topics_scale", "--inside", folder]
        figures |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    print(f"an article's analysis {figures['analyse_ms']:.3f} ms; ten times the topics {figures['growth']:.1f} times")
    print(f"{figures['mb']:.0f} MB, taken up in {figures['load_seconds']:.1f} s, one {figures['refresh_ms']:.0f} ms")
    print(json.dumps({"bench": "topics_scale", "figures": {name: round(n, 3) for name, n in figures.items()}}))


if __name__ == "__main__":
    main()
