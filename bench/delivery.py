"""Faults of delivery against a receiver that keeps a ledger: what is lost, and what is told twice under two ids.

    python -m bench.delivery --seeds 20 --pending 5000

Each seed draws the faults: senders that are killed after the POST and before they write that down, a receiver that is
down for a day while alerts wait, one that is slow beside one that is well, tasks that come two and three times at once.
The clock is the bench's own, so that a day passes in a moment; everything else is the service's: the outbox, its
leases, its plan of tries and the gate to the network, on SQLite, with receivers on loopback.
"""

import argparse
import json
import random
import socketserver
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from scheduler import tick
from settings import Settings
from storage import alerts, channels, queue, topics
from storage.engine import migrate, open_database
from storage.models import Alert, Attempt
from worker.context import Context
from worker.deliver import outbox
from worker.deliver.webhook import new_secret
from worker.detect import Detector
from worker.logs import set_up_logs

START = datetime(2026, 4, 6, 12, tzinfo=UTC)
_FIGURES = ("alerts", "lost", "ids_too_many", "again", "unsent")
FAULTS = ("killed", "down", "slow", "doubled")


class Killed(BaseException):
    """Stands for SIGKILL between the POST and its record: nothing after it runs."""


@dataclass
class Receiver:
    """A receiver that writes down every delivery: path and id."""

    ledger: list[tuple[str, str]] = field(default_factory=list)
    down: bool = False
    slow: float = 0.0
    port: int = 0


def serve(receiver: Receiver) -> ThreadingHTTPServer:
    """Serve the receiver on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            """Take a delivery."""
            self.rfile.read(int(self.headers["Content-Length"]))
            down = receiver.down and self.path == "/first"
            if not down:
                receiver.ledger.append((self.path, self.headers["webhook-id"]))
            if self.path == "/slow":
                time.sleep(receiver.slow)
            self.send_response(503 if down else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    socketserver.ThreadingMixIn.daemon_threads = True
    receiver.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@dataclass
class Clock:
    """A clock that the bench moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now


def fill(session: Session, base: str, path: str, topic: int, number: int, first: int, now: datetime) -> list[str]:
    """Put alerts for one receiver into the outbox."""
    channel, _ = channels.add(session, f"{base}/{path}", new_secret(), START)
    body = json.dumps({"type": "topic.match", "timestamp": "t", "data": {"topic": "اختبار التسليم"}})
    rows = [
        {"topic_id": topic, "story_id": n, "reason": "first_match", "channel_id": channel.id, "article_id": None,
         "payload": body}
        for n in range(first, first + number)
    ]  # fmt: skip
    return [id for start in range(0, number, 500) for id in alerts.enqueue(session, rows[start : start + 500], now)]


def one_round(context: Context, chance: random.Random, fault: str) -> int:
    """Dispatch what is due as the scheduler does and work on it, with a fault now and then. Gives how many batches."""
    with context.db.write() as session:
        due = queue.dispatch(session, alerts.ALERTS, context.clock(), tick.MOST_ALERTS, context.clock(), (), 20)
    batches = tick.by_channel(due)
    tasks = []
    for batch in batches:
        times = chance.choice((2, 3)) if fault == "doubled" else 1
        tasks += [threading.Thread(target=deliver, args=(context, batch, chance.random(), fault)) for _ in range(times)]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()
    return len(batches)


def deliver(context: Context, ids: Sequence[str], drawn: float, fault: str) -> None:
    """Do a task; a killed one leaves its rows locked, as a process that is gone does."""
    _DOOM.kill = fault == "killed" and drawn < 0.3
    try:
        outbox.deliver(context, ids)
    except BaseException as error:
        if not _killed(error):
            raise


def _killed(error: BaseException) -> bool:
    return isinstance(error, Killed) or (
        isinstance(error, BaseExceptionGroup) and all(_killed(each) for each in error.exceptions)
    )


_DOOM = threading.local()


def _failpoint(name: str) -> None:
    if name == "after_post" and getattr(_DOOM, "kill", False):
        _DOOM.kill = False
        raise Killed


def run_seed(seed: int, pending: int, fault: str, home: Path) -> dict[str, Any]:
    """Run one seed with one kind of fault. Gives what was lost, doubled and how long all took."""
    chance, clock, receiver = random.Random(seed), Clock(), Receiver(slow=0.2)
    server = serve(receiver)
    settings = Settings(home=home, allow_networks="127.0.0.0/8")  # type: ignore[arg-type]
    db = open_database(f"sqlite:///{home / f'{fault}{seed}.sqlite3'}")
    migrate(db)
    context = Context(settings, db, clock, Detector())
    base = f"http://127.0.0.1:{receiver.port}"
    with db.write() as session:
        topic = topics.add(session, "اختبار التسليم", {}, [], START).id or 0
        wanted = fill(session, base, "first", topic, pending, 0, START)
        wanted += fill(session, base, "second", topic, 20, pending, START)
        wanted += fill(session, base, "slow", topic, 4, pending + 20, START) if fault == "slow" else []
    receiver.down = fault == "down"
    back, hours, began, other = START + timedelta(hours=24), 0, time.monotonic(), 0.0
    while clock.now < START + timedelta(days=4):
        if receiver.down and clock.now >= back:
            receiver.down = False
            with db.write() as session:
                wanted += fill(session, base, "first", topic, 1, pending + 99, clock.now)
        done = one_round(context, chance, fault)
        if not other and sum(path == "/second" for path, _ in receiver.ledger) >= 20:
            other = (clock.now - START).total_seconds() + time.monotonic() - began
        hours = 0 if done else hours + 1
        with db.read() as session:
            left = session.exec(select(Alert.due, Alert.locked_until).where(Alert.state == "waiting")).all()
        if not left:
            break
        if not done:
            clock.now = _next(left, clock.now, back if receiver.down else None)
    figures = _judge(context, receiver, wanted)
    server.shutdown()
    server.server_close()
    db.close()
    return figures | {"hours": (clock.now - START).total_seconds() / 3600, "seconds": time.monotonic() - began,
                      "other_after": other}  # fmt: skip


def _next(left: Sequence[Any], now: datetime, back: datetime | None) -> datetime:
    """Give the next time at which something may be done: a row is due, a lease ends, a message counts as lost."""
    times = [max(filter(None, (due, locked)), default=None) for due, locked in left]
    soonest = min((t for t in times if t and t > now), default=now + queue.DISPATCH_WAIT)
    ends = [t for t in (soonest, back) if t and t > now]
    return min(*ends, now + timedelta(hours=1)) + timedelta(milliseconds=1) if ends else now + timedelta(seconds=1)


def _judge(context: Context, receiver: Receiver, wanted: Sequence[str]) -> dict[str, Any]:
    """Hold the ledger against the outbox."""
    told = Counter(id for _, id in receiver.ledger)
    with context.db.read() as session:
        states = Counter(session.exec(select(Alert.state)).all())
        stories = len(session.exec(select(Alert.story_id, Alert.channel_id).distinct()).all())
        tries = len(session.exec(select(Attempt.id)).all())
        locked = len(session.exec(select(Alert.id).where(col(Alert.locked_until).is_not(None))).all())
    order = list(dict.fromkeys(id for path, id in receiver.ledger if path == "/first"))
    return {
        "alerts": len(wanted), "lost": len(set(wanted) - told.keys()), "phantom": len(told.keys() - set(wanted)),
        "ids_too_many": len(told) - stories, "again": sum(told.values()) - len(told), "tries": tries,
        "unsent": sum(n for state, n in states.items() if state != "sent"), "locked": locked,
        "out_of_order": sum(a > b for a, b in pairwise(order)),
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Run all seeds and print what came of each kind of fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--pending", type=int, default=5_000, help="alerts that wait for a receiver that is down a day")
    parser.add_argument("--few", type=int, default=60, help="alerts of the other faults")
    given = parser.parse_args(arguments)
    set_up_logs(Settings(log_level="critical"))
    outbox.__dict__["failpoint"] = _failpoint
    figures: dict[str, Any] = {"seeds": given.seeds}
    with tempfile.TemporaryDirectory() as folder:
        for fault in FAULTS:
            number = given.pending if fault == "down" else given.few
            rows = [run_seed(seed, number, fault, Path(folder)) for seed in range(given.seeds)]
            total = {name: sum(row[name] for row in rows) for name in rows[0]}
            other = round(max(row["other_after"] for row in rows), 1)
            hours = max(row["hours"] for row in rows)
            print(
                f"{fault:<8} {total['alerts']} alerts, lost {total['lost']}, distinct ids too many "
                f"{total['ids_too_many']}, unsent {total['unsent']}, sent again under their id {total['again']}, "
                f"tries {total['tries']}, out of order {total['out_of_order']}, "
                f"the other receiver had all after at most {other} s, all in {hours:.1f} h of the clock"
            )
            figures |= {f"{fault}_{name}": total[name] for name in _FIGURES}
            figures[f"{fault}_other_after"] = other
    print(json.dumps({"bench": "delivery", "figures": figures}))
    return figures


if __name__ == "__main__":
    main()
