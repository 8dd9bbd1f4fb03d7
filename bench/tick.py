"""What a tick costs with many feeds in the database, on SQLite and on PostgreSQL.

    python -m bench.tick [--feeds 100000] [--postgres postgresql+psycopg://USER@HOST/NAME]

The feeds are spread over as many hosts as half of them, with rhythm and all; one in 500 is due, some are dispatched or
being fetched, as in a service at work. Each tick is one transaction, the messages are not sent. The first tick of a
process stands apart, and so does what warming up takes, which puts the statements together before it. The database
named by `--postgres` is made empty first; without one only SQLite is measured. The limit is 100 ms.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlmodel import col

from domain.rhythm import Rhythm
from scheduler import tick
from settings import Settings
from storage.engine import Database, migrate, open_database
from storage.models import Feed
from worker.context import wall_clock

TICKS = 41
LIMIT = 100.0  # milliseconds


def rows(number: int, now: datetime) -> Iterator[dict[str, object]]:
    """Give feeds as a service at work has them."""
    random = Random(4)
    rhythm = replace(Rhythm(), until=now, seen=(1.25,) * 24, watched=(20.125,) * 24).to_json()
    for n in range(number):
        url, due = f"https://outlet{n // 2}.example/feed{n}.xml", random.uniform(0, 7_200)
        row = {"url": url, "origin": url, "host": f"outlet{n // 2}.example", "outlet": f"outlet {n // 2}",
               "due": now + timedelta(seconds=due), "created": now, "rhythm": rhythm, "status": "ok",
               "health": "healthy", "dispatched_until": None, "locked_until": None}  # fmt: skip
        if n % 500 == 0:
            row["due"] = now - timedelta(seconds=1)
        if n % 1_000 == 1:
            row |= {"dispatched_until": now + timedelta(seconds=30)}
        if n % 1_000 == 2:
            row |= {"locked_until": now + timedelta(seconds=45)}
        yield row


def fill(db: Database, number: int, now: datetime) -> None:
    """Put the feeds into an empty database."""
    with db.write() as session:
        part: list[dict[str, object]] = []
        for row in rows(number, now):
            part.append(row)
            if len(part) == 5_000:
                session.execute(sa.insert(Feed), part)
                part = []
        if part:
            session.execute(sa.insert(Feed), part)
    with db.write() as session:
        session.execute(sa.text("ANALYZE"))


def measure(db: Database, settings: Settings, now: datetime) -> list[float]:
    """Give the milliseconds of each tick; what one hands out is due again for the next."""
    took = []
    for _ in range(TICKS):
        began = time.perf_counter()
        handed = db.transact(lambda session: tick.plan(session, settings, now))
        took.append(1000 * (time.perf_counter() - began))
        ids = [id for batch in handed if batch.kind == "feeds" for id in batch.ids]
        with db.write() as session:
            session.execute(sa.update(Feed).where(col(Feed.id).in_(ids)).values(dispatched_until=None))
    return took


def run(url: str, number: int, home: Path) -> dict[str, float]:
    """Measure on one database."""
    db = open_database(url)
    if db.dialect == "postgresql":
        with db.write() as session:
            session.execute(sa.text("DROP SCHEMA public CASCADE"))
            session.execute(sa.text("CREATE SCHEMA public"))
    migrate(db)
    now = wall_clock()
    fill(db, number, now)
    settings = Settings(home=home)
    began = time.perf_counter()
    tick.warm(db, settings)
    warmed = 1000 * (time.perf_counter() - began)
    took = measure(db, settings, now)
    db.close()
    first, later = took[0], sorted(took[1:])
    median, late = statistics.median(later), later[int(0.95 * len(later))]
    said = f"median {median:.1f} ms, 95th percentile {late:.1f} ms of {len(later)} ticks, the first {first:.1f} ms"
    said += f" after {warmed:.1f} ms of warming up"
    print(f"{db.dialect:11} {number} feeds: {said}")
    figures = {"median_ms": median, "p95_ms": late, "first_ms": first, "warm_ms": warmed, "p95_to_limit": late / LIMIT}
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Print a line for each database and the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=100_000)
    parser.add_argument("--postgres", default="", help="address of a database that may be emptied")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="marsad-bench-") as home:
        figures = {"sqlite": run(f"sqlite:///{home}/tick.sqlite3", options.feeds, Path(home))}
        if options.postgres:
            figures["postgresql"] = run(options.postgres, options.feeds, Path(home))
    print(json.dumps({"bench": "tick", "figures": {"feeds": options.feeds, **figures}}))


if __name__ == "__main__":
    main()
