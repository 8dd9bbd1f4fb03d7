"""How much CPU and how many bytes an article costs in the index of copies, with 100,000 and a million in the window.

    python -m bench.copies_scale [--articles 100000 1000000] [--stream 10000] [--postgres URL] [--no-sqlite]
                                 [--peer N] [--pool N]

The articles are recombined from runs of words of the corpora (`bench.recombined`), and the database is built in bulk,
all but the last `--stream`: these come ten at a time through `worker.deduplicate.group`, the product's own path, and
four in ten of them are copies of an article in the window, whole or cut to 70, 50 and 30 %. `--postgres` names a
database: a schema of its own is made in it and taken away again. Without it only SQLite is measured.

For an article, in milliseconds of CPU: `fingerprint`; `decide`, client and server (look-up, comparison, group, index
and commit, without storing the article itself, which is `store`); `lookup`, the index asked alone with one sketch.
The server's share is that of the backend of the connection by /proc. `index_bytes` is what the database says that the
index takes, whole texts' fingerprints included. `recall` is how many copies were found to be one or a part of their
original. The first tenth of the stream warms the process up and is not counted.

Beside it datasketch's MinHashLSH (128 permutations, threshold 0.5) in memory, on `--peer` articles and the same cuts.
"""

import argparse
import json
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.schema import CreateSchema, DropSchema
from sqlmodel import Session, col, select

from bench.copies_peer import peer
from bench.corpus import shared
from bench.recombined import Pool, articles, cut, read_pool, sketch_of, text_of
from bench.spent import Spent
from domain.article import Basis, Draft
from domain.fingerprints import fingerprint
from storage import articles as store
from storage import copies
from storage.engine import Database, migrate, open_database
from storage.models import Article, Relation
from worker.deduplicate import group
from worker.masks import Masks

NOW = datetime(2026, 4, 6, 12, tzinfo=UTC)
WINDOW = timedelta(days=14)
BATCH, PORTION = 10, 20_000
CUTS = (1.0, 0.7, 0.5, 0.3)
OUTLETS = 300
SEED = 5
Words = NDArray[np.int32]


def draft(id: int, body: str, at: datetime) -> Draft:
    """Make an article as a feed would bring it."""
    key = f"{id:x}".rjust(40, "k")
    return Draft(
        key=key, text_key=key, title="خبر من الصحف", body=body, basis=Basis.FULL, outlet=f"صحيفة {id % OUTLETS}",
        event_at=at, first_seen=at, url=f"https://press.example/{id}", language="ar",
    )  # fmt: skip


def build(db: Database, pool: Pool, texts: Iterator[Words], count: int) -> None:
    """Fill the database with so many articles over the window, each a lead of its own, and the index."""
    migrate(db)
    first = next(texts)
    template = _template(db, text_of(pool, first))
    step = WINDOW / (count + 1)
    ready: list[dict[str, Any]] = []
    sketches: dict[int, list[int]] = {}
    for id, words in enumerate(texts, 2):
        exact, sketches[id] = sketch_of(pool, words)
        key, body = f"{id:x}".rjust(40, "k"), text_of(pool, words)
        if id <= 20:
            made = fingerprint(body)
            assert (made.exact, list(made.sketch)) == (exact, sketches[id]), "the short way is not the product's"
        at = NOW - WINDOW + step * id
        ready.append(
            template
            | {"id": id, "key": key, "text_key": key, "group_id": id, "text": body, "exact": exact, "event_at": at}
            | {"first_seen": at, "outlet": f"صحيفة {id % OUTLETS}", "url": f"https://press.example/{id}"}
        )
        if len(ready) == PORTION or id == count:
            _put(db, ready)
            ready = []
        if len(sketches) >= 5 * PORTION or id == count:
            with db.write() as session:
                copies.index(session, sketches)
            sketches = {}
        if id == count:
            break
    if db.dialect == "postgresql":
        with db.write() as session:
            session.execute(text(f"SELECT setval(pg_get_serial_sequence('article', 'id'), {count})"))
            session.execute(text("ANALYZE article"))
            session.execute(text("ANALYZE shinglebucket"))


def _template(db: Database, body: str) -> dict[str, Any]:
    """Store one article the product's way, and give its row."""
    with db.write() as session:
        store.store(session, [(draft(1, body, NOW - WINDOW), 0)], None, "")
        row = session.connection().execute(Article.__table__.select()).mappings().one()  # type: ignore[attr-defined]
        return dict(row)


def _put(db: Database, rows: list[dict[str, Any]]) -> None:
    table = Article.__table__  # type: ignore[attr-defined]
    with db.write() as session:
        if db.dialect == "sqlite":
            session.connection().execute(table.insert(), rows)
            return
        cursor = session.connection().connection.cursor()
        names = list(rows[0])
        with cursor.copy(f"COPY article ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])


def bring(db: Database, drafts: list[Draft], spent: Spent, masks: Masks) -> dict[str, int]:
    """Fingerprint, store and decide some articles in one transaction. Gives the id of each by its key."""
    with spent.on("fingerprint"):
        prints = [fingerprint(one.body) for one in drafts]

    def use_case(session: Session) -> dict[str, int]:
        with spent.on("store"):
            pairs = [(one, made.exact) for one, made in zip(drafts, prints, strict=True)]
            ids = store.store(session, pairs, None, "")
        made = {ids[one.key]: each for one, each in zip(drafts, prints, strict=True)}
        group(session, made, NOW, WINDOW, masks)
        return ids

    with spent.on("transaction"):
        ids = db.transact(use_case)
    for side in (spent.client, spent.server):
        side["decide"] = side["transaction"] - side["store"]
    return ids


def stream(db: Database, pool: Pool, built: int, count: int, originals: dict[int, Words]) -> dict[str, Any]:
    """Bring the last articles through the product's own path. Gives the figures."""
    chance = np.random.default_rng(SEED + 1)
    masks, spent, unheeded, warm = Masks(), Spent(backend(db)), Spent(None), count // 10 // BATCH * BATCH
    fresh, known = articles(pool, count, SEED + 2), list(originals)
    hits, asked = Counter[float](), Counter[float]()
    for start in range(0, count, BATCH):
        drafts, wanted = [], {}
        for number in range(built + start + 1, built + start + BATCH + 1):
            words = next(fresh)
            if number % 10 < 4:
                share, lead = CUTS[number % 10], known[int(chance.integers(len(known)))]
                words = cut(originals[lead], share, chance.random())
                wanted[f"{number:x}".rjust(40, "k")] = share, lead
            drafts.append(draft(number, text_of(pool, words), NOW + timedelta(seconds=start)))
        ids = bring(db, drafts, spent if start >= warm else unheeded, masks)
        related = links(db, ids.values())
        for key, (share, lead) in wanted.items():
            asked[share] += 1
            hits[share] += (ids[key], lead) in related
    count -= warm
    figures: dict[str, Any] = {stage: spent.ms(stage, count) for stage in ("fingerprint", "store", "decide")}
    total = sum(spent.client[s] + spent.server[s] for s in ("fingerprint", "decide"))
    return figures | {
        "decision_ms": round(total / count * 1000, 3),
        "articles_per_cpu_second": round(count / total),
        "recall": {f"{share:.0%}": round(hits[share] / asked[share], 4) for share in CUTS if asked[share]},
    }


def links(db: Database, ids: Iterable[int]) -> set[tuple[int, int]]:
    """Give the pairs of which the product says that one is a copy or a part of the other."""
    with db.read() as session:
        rows = select(Relation.a, Relation.b).where(col(Relation.a).in_(list(ids)))
        return set(session.exec(rows).all())


def backend(db: Database) -> int | None:
    """Give the process of the server behind the one connection that is used."""
    if db.dialect == "sqlite":
        return None
    with db.read() as session:
        pid = int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
    if not (psutil.pid_exists(pid) and psutil.Process(pid).name().startswith("postgres")):
        sys.exit("the server is not on this machine: its CPU cannot be counted")
    return pid


def looked_up(db: Database, pool: Pool, count: int) -> dict[str, float]:
    """Ask the index with single sketches, after some to warm it up."""
    spent = Spent(backend(db))
    sketches = [sketch_of(pool, words)[1] for words in articles(pool, 2 * count, SEED + 3)]
    for number, sketch in enumerate(sketches):
        with db.read() as session, spent.on("lookup" if number >= count else "warm"):
            copies.lookup(session, sketch)
    return spent.ms("lookup", count)


def sized(db: Database, count: int) -> dict[str, int]:
    """Give the bytes of index an article, by the database's own word."""
    sqlite = "SELECT sum(pgsize) FROM dbstat WHERE name = :name"
    statement = text(sqlite if db.dialect == "sqlite" else "SELECT pg_total_relation_size(CAST(:name AS regclass))")
    with db.read() as session:
        found = {
            name: session.execute(statement, {"name": name}).scalar_one()
            for name in ("shinglebucket", "ix_article_exact")
        }
    return {"shingles_bytes": round(found["shinglebucket"] / count), "index_bytes": round(sum(found.values()) / count)}


def measure(db: Database, pool: Pool, count: int, streamed: int) -> dict[str, Any]:
    """Build and measure one database."""
    began = time.monotonic()
    built = count - streamed
    build(db, pool, articles(pool, built, SEED), built)
    originals = {
        id: words
        for id, words in enumerate(articles(pool, built, SEED), 1)
        if id > 1 and id % max(1, built // streamed) == 0 and len(words) >= 150
    }
    print(f"{db.dialect} {count}: built in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    bulk = sized(db, built)["index_bytes"]
    figures = stream(db, pool, built, streamed, originals)
    figures |= {"lookup": looked_up(db, pool, 1000), **sized(db, count), "index_bytes_bulk": bulk}
    print(f"{db.dialect} {count}: {figures}", file=sys.stderr, flush=True)
    return figures


@contextmanager
def sqlite() -> Iterator[Database]:
    """Give a file that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/marsad.sqlite3")
        yield db
        db.close()


@contextmanager
def schema(url: str) -> Iterator[Database]:
    """Give a schema that is gone afterwards."""
    name, server = f"scale_{secrets.token_hex(4)}", create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(CreateSchema(name))
    own = make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
    db = open_database(own.render_as_string(hide_password=False))
    try:
        yield db
    finally:
        db.close()
        with server.connect() as connection:
            connection.execute(DropSchema(name, cascade=True))
        server.dispose()


def main() -> None:
    """Measure each database at each size, and the peer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--stream", type=int, default=10_000)
    parser.add_argument("--postgres", default="", help="a database, postgresql+psycopg://…")
    parser.add_argument("--no-sqlite", action="store_true")
    parser.add_argument("--peer", type=int, default=20_000, help="articles for datasketch; 0 leaves it out")
    parser.add_argument("--pool", type=int, default=40_000, help="articles of the corpora whose words are used")
    parser.add_argument("--corpus", type=Path, default=shared() / "corpus")
    options = parser.parse_args()
    pool = read_pool(options.corpus, options.pool)
    figures: dict[str, Any] = {"words": round(float(np.mean(pool.lengths)))}
    if options.peer:
        figures["datasketch"] = peer(pool, options.peer, CUTS)
    kinds: dict[str, Callable[[], Any]] = {} if options.no_sqlite else {"sqlite": sqlite}
    if options.postgres:
        kinds["postgresql"] = lambda: schema(options.postgres)
    for kind, opened in kinds.items():
        for count in options.articles:
            with opened() as db:
                figures[f"{kind}_{count}"] = measure(db, pool, count, options.stream)
    print(json.dumps({"bench": "copies_scale", "figures": figures}))


if __name__ == "__main__":
    main()
