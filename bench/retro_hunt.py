"""Asks topics about 100,000 stored articles, beside reading all of them in the same run.

    python -m bench.retro_hunt [--articles N] [--topics N] [--folder DIR] [--postgres URL]

The store is built once, in DIR and in the (empty) PostgreSQL database at URL where one is named: the articles of the
corpus, and when those are used up the first half of one and the second half of another of the same outlet. Only what
a hunt reads is stored, not the index of the search. `seconds` is the CPU time of `worker.retro.hunt`, which sets the
topic's levels and decides, that of PostgreSQL's process included where it can be seen; the mean and the worst topic.
`read_all_seconds` is the CPU time of reading every text, measuring the first topic on it and deciding the same, and
`same` says that it came to the same levels and decisions for all topics.
"""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import psutil

from bench.corpus import Item, items, shared
from domain.article import Basis, Draft, Text
from domain.topics import Measure, Profile, analyse, calibrate, judge, learn, measure
from domain.topics.ceiling import hash_text
from settings import Settings
from storage import articles, stems
from storage.engine import Database, migrate, open_database
from worker.context import Context
from worker.detect import Detector
from worker.retro import hunt

_CHUNK = 1_000
_NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)


def recombined(corpus: Path) -> Iterator[Item]:
    """Give the articles of a corpus, then without end halves of two of them, each with the one some places on."""
    real = list(items(corpus))
    yield from real
    step = 1
    while step < len(real):
        for one, other in zip(real, real[step:], strict=False):
            if one.corpus == other.corpus:
                yield Item(f"{one.id}+{other.id}", one.corpus, one.title, _halves(one.text, other.text))
        step += 1


def _halves(one: str, other: str) -> str:
    first, second = one.split(" "), other.split(" ")
    return " ".join((*first[: len(first) // 2], *second[len(second) // 2 :]))


def build(databases: list[Database], corpus: Path, number: int) -> None:
    """Store articles in databases that hold none yet."""
    drafts = (
        Draft(
            key=f"{n} {item.id}",
            text_key=str(n),
            title=item.title,
            body=item.text,
            basis=Basis.FULL,
            outlet=item.corpus,
            language="ar",
            event_at=_NOON,
            first_seen=_NOON,
        )
        for n, item in enumerate(islice(recombined(corpus), number))
    )
    while part := list(islice(drafts, _CHUNK)):
        held = [hash_text(draft.text) for draft in part]
        for database in databases:
            with database.write() as session:
                ids = articles.store(session, [(draft, 0) for draft in part], None, "")
                rows = ((ids[draft.key], draft.basis, h) for draft, h in zip(part, held, strict=True))
                stems.keep(session, rows)


def opened(url: str, number: int) -> tuple[Database, bool]:
    """Open a database, and say whether it is to be filled."""
    database = open_database(url)
    migrate(database)
    with database.read() as session:
        stored = articles.total(session)
    if stored not in (0, number):
        raise SystemExit(f"{url} holds {stored} articles: name an empty database, or remove it")
    return database, not stored


def profiles(most: int) -> list[Profile]:
    """Learn the judged topics, names and references."""
    lines = (shared() / "topics" / "topics-dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines][:: max(1, len(lines) // most)][:most]
    return [learn(row["name"], [Text(row["title"], row["text"])]) for row in rows]


Said = tuple[dict[str, float], dict[int, float]]


def hunted(database: Database, topics: list[Profile], last: int) -> tuple[list[float], list[float], list[Said]]:
    """Give CPU and wall seconds of each hunt, and what it came to."""
    context = Context(Settings(), database, lambda: _NOON, Detector())
    cpu, wall, said = [], [], []
    served = _server(database)
    for profile in topics:
        began, spent = time.monotonic(), time.process_time() + _spent(served)
        found = hunt(context, profile, last, level=True)
        cpu.append(time.process_time() + _spent(served) - spent)
        wall.append(time.monotonic() - began)
        said.append((dict(found.profile.levels), {id: decision.score for id, decision in found.found.items()}))
    return cpu, wall, said


def _server(database: Database) -> psutil.Process | None:
    """Give the process of PostgreSQL that serves the one connection, where it is on this machine."""
    if database.dialect != "postgresql":
        return None
    with database.read() as session:
        pid = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return psutil.Process(pid) if psutil.pid_exists(pid) and "postgres" in psutil.Process(pid).name() else None


def _spent(process: psutil.Process | None) -> float:
    return process.cpu_times().user + process.cpu_times().system if process else 0.0


def read_all(database: Database, topics: list[Profile], last: int) -> tuple[float, list[Said]]:
    """Read every text. Gives the CPU seconds for the first topic alone, and what all topics come to."""
    measured: list[dict[int, Measure]] = [{} for _ in topics]
    spent, began = 0.0, time.process_time()
    for start in range(1, last + 1, _CHUNK):
        with database.read() as session:
            texts = articles.texts(session, range(start, min(start + _CHUNK, last + 1)))
        analyses = {id: analyse(text) for id, text in texts.items()}
        measured[0].update((id, measure(topics[0], analysis)) for id, analysis in analyses.items())
        spent += time.process_time() - began
        for n, profile in enumerate(topics[1:], 1):
            measured[n].update((id, measure(profile, analysis)) for id, analysis in analyses.items())
        began = time.process_time()
    return spent, [_decided(profile, found) for profile, found in zip(topics, measured, strict=True)]


def _decided(profile: Profile, measured: dict[int, Measure]) -> Said:
    profile = calibrate(profile, [found.similarity for found in measured.values()])
    decisions = {id: judge(profile, found, Basis.FULL) for id, found in measured.items()}
    return dict(profile.levels), {id: made.score for id, made in decisions.items() if made.match or made.near}


def main() -> None:
    """Build what is not there, hunt and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--topics", type=int, default=6)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/marsad-retro"))
    parser.add_argument("--postgres", default="", help="an empty database, postgresql+psycopg://…")
    o = parser.parse_args()
    urls = {"sqlite": f"sqlite:///{o.folder / f'{o.articles}.sqlite3'}"} | (
        {"postgresql": o.postgres} if o.postgres else {}
    )
    found = {name: opened(url, o.articles) for name, url in urls.items()}
    empty = [database for database, fill in found.values() if fill]
    if empty:
        print(f"building {len(empty)} stores of {o.articles} articles")
        build(empty, o.corpus, o.articles)
    topics, figures = profiles(o.topics), dict[str, float | bool]()
    read_seconds, expected = read_all(found["sqlite"][0], topics, o.articles)
    figures |= {"articles": o.articles, "topics": len(topics), "read_all_seconds": round(read_seconds, 1)}
    same = True
    for name, (database, _) in found.items():
        cpu, wall, said = hunted(database, topics, o.articles)
        same = same and said == expected
        mean = sum(cpu) / len(cpu)
        print(f"{name:10} {mean:.2f} s of CPU a topic, {max(cpu):.2f} at most, {max(wall):.2f} s of time at most")
        figures |= {f"{name}_seconds": round(mean, 2), f"{name}_most_seconds": round(max(cpu), 2)}
    print(f"reading all {read_seconds:.1f} s; {'the same' if same else 'OTHER'} levels and decisions")
    print(json.dumps({"bench": "retro_hunt", "figures": figures | {"same": same}}))


if __name__ == "__main__":
    main()
