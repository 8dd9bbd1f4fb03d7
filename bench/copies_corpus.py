"""Whole corpus: its articles grouped on the product's own streaming path, in order of arrival. See `bench.copies`.

Each batch of articles goes through `worker.imports` and `worker.keep` into a SQLite database of its own, with the clock
at the time of the batch; what outlets repeat is learned by the service's own job, here after every so many articles.
"""

import json
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bench.corpus import shared
from domain.errors import BadInput
from settings import Settings
from storage.engine import Database, migrate, open_database
from storage.models import Article, Job, Relation
from worker.context import Context
from worker.detect import Detector
from worker.imports import import_rows, read_lines
from worker.outlets import learn_outlet

BATCH = 100
LEARN_EVERY = 5_000
READ = 40  # random groups that are printed to be read
SHOWN = 6  # articles of a group that are printed


@dataclass(frozen=True, slots=True)
class Row:
    """A stored article."""

    id: int
    key: str
    group: int
    outlet: str
    title: str
    words: int


def group_corpus(name: str, out: Path, limit: int, seed: int) -> dict[str, Any]:
    """Group a corpus, write the largest and 40 random groups to `out` for reading, and give the figures."""
    path = shared() / "corpus" / f"{name}.jsonl.gz"
    if not path.is_file():
        raise BadInput(f"no corpus {name} under {path.parent}: set MARSAD_SHARED")
    rows = read_lines(str(path), path.read_bytes())
    rows.sort(key=lambda row: str(row.get("published") or ""))
    with tempfile.TemporaryDirectory() as home:
        db = open_database(f"sqlite:///{home}/marsad.sqlite3")
        migrate(db)
        seconds, learning = _bring(db, Path(home), rows[:limit] if limit else rows)
        stored, links = _read(db)
        db.close()
    groups = _groups(stored)
    shares = {(link.a, link.b): (link.kind, link.share) for link in links}
    _write(out, groups, shares, seed)
    return _figures(stored, groups, links) | {
        "cpu_ms_an_article": round(1000 * seconds / max(1, len(stored)), 2),
        "cpu_s_learning": round(learning, 1),
    }


def _bring(db: Database, home: Path, rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Store articles in batches, and learn what outlets repeat in between. Gives the CPU seconds of both."""
    now = [datetime(2000, 1, 1, tzinfo=UTC)]
    context = Context(Settings(home=home), db, lambda: now[0], Detector())
    spent = learning = 0.0
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        now[0] = max([now[0], *(datetime.fromisoformat(row["published"]) for row in batch if row.get("published"))])
        began = time.process_time()
        for _ in import_rows(context, batch):
            pass
        spent += time.process_time() - began
        if (start + BATCH) % LEARN_EVERY == 0:
            learning += _learn(context)
    return spent, learning


def _learn(context: Context) -> float:
    """Do the jobs that wait to learn outlets anew. Gives the CPU seconds."""
    began = time.process_time()
    with context.db.read() as session:
        waiting = session.exec(select(Job).where(Job.kind == "learn_outlet", Job.state == "waiting")).all()
    for outlet in sorted({str(job.payload["outlet"]) for job in waiting}):
        with redirect_stdout(StringIO()):
            learn_outlet(context, outlet)
    return time.process_time() - began


def _read(db: Database) -> tuple[list[Row], list[Relation]]:
    with db.read() as session:
        found = session.exec(select(Article).order_by(col(Article.event_at), col(Article.key)))
        rows = [Row(a.id or 0, a.key, a.group_id or 0, a.outlet, a.title, len(a.text.split())) for a in found]
        return rows, list(session.exec(select(Relation)))


def _groups(rows: Iterable[Row]) -> list[list[Row]]:
    """Give the groups of two and more, largest first."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.group].append(row)
    return sorted((group for group in found.values() if len(group) > 1), key=lambda g: (-len(g), g[0].id))


def _figures(rows: Sequence[Row], groups: Sequence[Sequence[Row]], links: Sequence[Relation]) -> dict[str, Any]:
    kinds = Counter(link.kind for link in links)
    grouped = sum(map(len, groups))
    return {
        "articles": len(rows),
        "groups_of_two_and_more": len(groups),
        "articles_in_them": grouped,
        "share_in_them": round(grouped / max(1, len(rows)), 3),
        "largest_groups": [len(group) for group in groups[:10]],
        "across_outlets": sum(len({row.outlet for row in group}) > 1 for group in groups),
        "copies": kinds["copy"],
        "updates": kinds["update"],
        "contains": kinds["contains"],
    }


def _write(
    out: Path, groups: Sequence[Sequence[Row]], shares: dict[tuple[int, int], tuple[str, float]], seed: int
) -> None:
    """Write the ten largest groups and 40 by chance, by key, title and share."""
    chosen = random.Random(seed).sample(groups, min(READ, len(groups)))
    with out.open("w", encoding="utf-8") as file:
        for heading, some in (("largest", groups[:10]), ("by chance", chosen)):
            for number, group in enumerate(some, 1):
                print(f"\n{heading} {number}: {len(group)} articles", file=file)
                for row in group[:SHOWN]:
                    kind, share = shares.get((row.id, row.group), ("lead", 1.0))
                    told = [kind, f"{share:.2f}", row.words, row.outlet, row.key, row.title]
                    print("  " + "  ".join(map(str, told)), file=file)


def show(figures: dict[str, Any], name: str) -> None:
    """Print the figures, the last line as JSON."""
    for key, value in figures.items():
        print(f"{key:24} {value}")
    print(json.dumps({"bench": "copies", "corpus": name, "figures": figures}))
