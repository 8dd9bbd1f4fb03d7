"""Replays eight months of the press and counts what an analyst would have been told, beside one alert an article.

    python -m bench.alerts [--shared DIR] [--keep DIR] [--live SECONDS] [--only FROM/TO …]

The articles of ant2018 from 2018-03-01 on come in order of publication through the worker's own `keep`, on SQLite, with
a clock that goes along; each judged event becomes a topic, with a subscription as it is by default, at the time of its
reference. Then the alerts are held against stories and changes that were labelled by reading
(`tests/quality/stories.jsonl`, `facts.jsonl`; see the README there): `alerts_per_story` counts alerts by `first_match`
on labelled articles for each labelled story of which an article matched, `stories_without_alert` the stories of which
none was told. `topic_misses` are labelled stories of which no article matched: those are the topic's. The plain way is
an alert for every matching article. `changes_told` is the share of labelled changes of which an article was told that
carries them, `changes_named` counts those named as the reason. `p95_seconds` comes of `bench.alerts_live`: a service
that runs, from first sight of an article to its alert at a receiver, both on loopback.

The whole takes 40 minutes of CPU. `--only` replays some days alone (dates, the last one left out): stories are then
those with an article on these days.
"""

import argparse
import gzip
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bench import alerts_live
from bench.corpus import shared
from domain.article import Basis, Draft, Text
from domain.preferences import read_preferences
from domain.rehearse import rehearse
from domain.topics import learn
from settings import Settings
from storage import alerts, channels, jobs, queue, topics
from storage.engine import migrate, open_database
from storage.models import Alert, Article, Match
from storage.rehearsal import stored_matches
from worker.backfill import backfill
from worker.context import Context
from worker.detect import Detector
from worker.jobs import do_jobs
from worker.keep import keep, read_article

START = datetime(2018, 3, 1, tzinfo=UTC)
BATCH, SPAN = 100, timedelta(hours=3)  # articles that come together at the most, and within which time
QUALITY = Path(__file__).parents[1] / "tests" / "quality"
RULES = (
    "first_match", "first_match,new_number", "first_match,new_number,new_fact", "first_match,new_number,new_source",
    "first_match,new_number,nth_outlet", "first_match,new_number,burst", "first_match,new_number,development",
)  # fmt: skip
Row = dict[str, Any]


@dataclass(slots=True)
class Clock:
    """A clock that the replay moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now


@dataclass(slots=True)
class Replay:
    """The service in this process, and its topics by their labels."""

    context: Context
    clock: Clock
    topics: dict[str, int] = field(default_factory=dict)
    started: dict[str, datetime] = field(default_factory=dict)

    def start(self, topic: Row) -> None:
        """Add a judged event as a topic with a subscription on a channel of its own."""
        at = datetime.fromisoformat(topic["published"])
        self.clock.now = max(self.clock.now, at)
        text = Text(topic["title"], topic["text"])
        profile = learn(topic["name"], [text]).to_json()
        with self.context.db.write() as session:
            id = topics.add(session, topic["name"], profile, [(text, "")], self.clock.now).id or 0
            channel, _ = channels.add(session, f"https://{topic['topic']}.example/", "whsec_AAAA", self.clock.now)
            alerts.subscribe(session, id, channel.id or 0, self.clock.now)
        backfill(self.context, id)
        self.topics[topic["topic"]], self.started[topic["topic"]] = id, at

    def come(self, drafts: Sequence[Draft]) -> None:
        """Let articles come, and do the jobs that the service would do meanwhile."""
        self.clock.now = max(self.clock.now, drafts[-1].event_at)
        context = self.context
        with context.db.read() as session:
            context.detector.refresh(session)
        readings = [read_article(context, draft) for draft in drafts]
        context.db.transact(lambda s: keep(context, s, readings, feed_id=None, document=""))
        self.work()

    def work(self) -> None:
        """Do what is due: topics grow and are asked again as the store grows, outlets are learned."""
        table = queue.KINDS["jobs"]
        with self.context.db.write() as session:
            last = session.exec(select(Article.id).order_by(col(Article.id).desc()).limit(1)).one()
            for id in topics.stale(session, last or 0):
                jobs.ask_once(session, "backfill_topic", {"topic_id": id}, self.clock.now)
            due = session.exec(select(table.key).where(col(table.table.due) <= self.clock.now)).all()
        if due:
            do_jobs(self.context, due)


def spans(given: Sequence[str]) -> list[tuple[datetime, datetime]]:
    """Read what `--only` takes; nothing means all from the start on."""
    days = [[datetime.fromisoformat(day).replace(tzinfo=UTC) for day in span.split("/")] for span in given]
    return [(first, last) for first, last in days] or [(START, datetime.max.replace(tzinfo=UTC))]


def articles_of(corpus: Path, only: Sequence[str] = ()) -> list[Draft]:
    """Read the articles in order of publication."""
    wanted = spans(only)
    drafts: list[Draft] = []
    with gzip.open(corpus / "ant2018.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            at = datetime.fromisoformat(row["published"]) if row.get("published") else None
            if at and any(first <= at < last for first, last in wanted) and (row["title"] or row["text"]):
                drafts.append(Draft(
                    key=row["id"], text_key=row["id"], title=row["title"] or "", body=row["text"] or "",
                    basis=Basis.FULL if row["text"] else Basis.HEADLINE, outlet=row["outlet"], event_at=at,
                    first_seen=at, published=at, language="ar", may_alert=True,
                ))  # fmt: skip
    return sorted(drafts, key=lambda draft: (draft.event_at, draft.key))


def batches(drafts: Sequence[Draft], cuts: Sequence[datetime]) -> Iterator[list[Draft]]:
    """Give what comes together: few articles, near in time, on one side of each cut."""
    batch: list[Draft] = []
    for draft in drafts:
        first = batch[0].event_at if batch else draft.event_at
        if batch and (
            len(batch) == BATCH or draft.event_at - first > SPAN or any(first <= cut < draft.event_at for cut in cuts)
        ):
            yield batch
            batch = []
        batch.append(draft)
    if batch:
        yield batch


def replay(folder: Path, home: Path, only: Sequence[str] = ()) -> Replay:
    """Let everything come that was published, topics in their time."""
    database = open_database(f"sqlite:///{home / 'marsad.sqlite3'}")
    migrate(database)
    made = Replay(Context(Settings(home=home, database_url=""), database, clock := Clock(), Detector()), clock)
    lines = (folder / "topics" / "topics-dev.jsonl").read_text(encoding="utf-8").splitlines()
    waiting = sorted((row for row in map(json.loads, lines) if row["kind"] == "event"), key=lambda row: at_of(row))
    began = time.monotonic()
    for number, batch in enumerate(batches(articles_of(folder / "corpus", only), [at_of(row) for row in waiting])):
        while waiting and at_of(waiting[0]) < batch[0].event_at:
            made.start(waiting.pop(0))
        made.come(batch)
        if number % 200 == 0:
            print(f"{batch[0].event_at:%Y-%m-%d} after {time.monotonic() - began:.0f} s", flush=True)
    return made


def at_of(topic: Mapping[str, Any]) -> datetime:
    """Give when a judged event begins."""
    return datetime.fromisoformat(topic["published"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a topic: ids of articles that matched, and alerts as (article's id, reason, what it says)."""

    matched: frozenset[str]
    alerts: tuple[tuple[str, str, Row], ...]


def outcome(made: Replay, topic: str) -> Outcome:
    """Read what matched after the reference, and what was told."""
    id = made.topics[topic]
    with made.context.db.read() as session:
        keys = dict(session.exec(select(Article.id, Article.key)).all())
        since = Match.event_at > made.started[topic]
        matched = session.exec(select(Match.article_id).where(Match.topic_id == id, Match.state == "match", since))
        ids = frozenset(keys[article] for article in matched)
        rows = session.exec(select(Alert).where(Alert.topic_id == id, col(Alert.article_id).is_not(None))).all()
    told = [(keys[a.article_id], a.reason.partition(":")[0], json.loads(a.payload)["data"]) for a in rows]
    return Outcome(ids, tuple(told))


def labels(name: str) -> list[Row]:
    """Read labels."""
    return [json.loads(line) for line in (QUALITY / name).read_text(encoding="utf-8").splitlines()]


def stories_figures(made: Replay, outcomes: Mapping[str, Outcome]) -> Row:
    """Hold alerts against labelled stories."""
    stories: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in labels("stories.jsonl"):
        if row["topic"] in outcomes:
            stories[row["topic"], row["story"]].add(row["id"])
    with made.context.db.read() as session:
        times = dict(session.exec(select(Article.key, Article.event_at)).all())
    total = Counter[str]()
    for (topic, story), ids in sorted(stories.items()):
        found, after = outcomes[topic], {id for id in ids if id in times and times[id] > made.started[topic]}
        matched = after & found.matched
        reasons = Counter(reason for id, reason, _ in found.alerts if id in after)
        total["stories"] += bool(after)
        total["topic_misses"] += bool(after) and not matched
        total["matched_stories"] += bool(matched)
        total["plain"] += len(matched)
        total["first"] += reasons["first_match"]
        total["named"] += reasons.total() - reasons["first_match"]
        if matched and not reasons:
            total["without"] += 1
            print(f"  no alert: {story} ({len(matched)} matched)")
    off = sum(
        id not in {i for ids in stories.values() for i in ids} for o in outcomes.values() for id, _, _ in o.alerts
    )
    each = max(total["matched_stories"], 1)
    return {
        "stories": total["stories"], "matched_stories": total["matched_stories"], "topic_misses": total["topic_misses"],
        "alerts_per_story": round(total["first"] / each, 3), "plain_alerts_per_story": round(total["plain"] / each, 3),
        "named_alerts_per_story": round(total["named"] / each, 3), "stories_without_alert": total["without"],
        "alerts_off_labels": off,
    }  # fmt: skip


def facts_figures(made: Replay, outcomes: Mapping[str, Outcome]) -> Row:
    """Hold alerts against labelled changes."""
    with made.context.db.read() as session:
        times = dict(session.exec(select(Article.key, Article.event_at)).all())
    total = Counter[str]()
    for row in labels("facts.jsonl"):
        if row["topic"] not in made.started:
            continue
        found = outcomes[row["topic"]]
        carriers = {id for id in (row["id"], *row.get("also", ())) if times.get(id, START) > made.started[row["topic"]]}
        if not carriers:
            continue
        told = [(reason, said) for id, reason, said in found.alerts if id in carriers]
        total["changes"] += 1
        total["told"] += bool(told)
        total["named"] += any(reason != "first_match" for reason, _ in told)
        total["topic_misses"] += not carriers & found.matched
        if not told:
            print(f"  not told: {row['story']} {row['kind']} {row['what']}: {row['before']} → {row['after']}"
                  f" ({len(carriers & found.matched)} of {len(carriers)} carriers matched)")  # fmt: skip
    return {
        "changes": total["changes"], "changes_told": round(total["told"] / max(total["changes"], 1), 3),
        "changes_named": total["named"], "changes_topic_missed": total["topic_misses"],
    }  # fmt: skip


def compare_rules(made: Replay) -> None:
    """Print how many alerts each set of reasons would have made of the stored matches, by the product's own preview."""
    for text in RULES:
        wanted = read_preferences({"on": text, "per_day": 0})
        total, reasons = Counter[str](), Counter[str]()
        for id in made.topics.values():
            with made.context.db.read() as session:
                matches = stored_matches(session, id, made.clock.now)
            tried = rehearse(wanted, matches)
            total.update({"matches": tried.matches, "stories": tried.stories, "alerts": len(tried.alerts)})
            reasons += tried.reasons
        print(f"  {text}: {dict(total)} {dict(reasons)}")


def main() -> None:
    """Replay, hold against the labels, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=shared())
    parser.add_argument("--keep", type=Path, default=None, help="a folder that keeps the database of the replay")
    parser.add_argument("--live", type=float, default=58.0, help="seconds of the live run; 0: none")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="FROM/TO", help="days to replay: 2018-05-17/2018-05-24"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        made = replay(options.shared, options.keep or Path(home), options.only)
        outcomes = {topic: outcome(made, topic) for topic in made.topics}
        for topic, found in outcomes.items():
            reasons = Counter(reason for _, reason, _ in found.alerts)
            print(f"{topic}  matched {len(found.matched)}  alerts {dict(reasons)}")
        figures = stories_figures(made, outcomes) | facts_figures(made, outcomes)
        compare_rules(made)
        made.context.db.close()
    if options.live:
        figures |= alerts_live.measure(options.live)
    print(json.dumps({"bench": "alerts", "figures": figures}))


if __name__ == "__main__":
    main()
