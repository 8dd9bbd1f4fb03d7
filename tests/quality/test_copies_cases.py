"""Real pairs of articles that a rule got wrong once, by their ids; nothing is known of their outlets here."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from stored import context, draft

from bench.copies import score, sides, sure
from domain.article import Draft
from domain.copies import CopyText, Relation, fingerprint, judge
from domain.groups import Item, grouped
from storage.engine import Database
from storage.models import Article
from worker.keep import keep, read_article

pytestmark = pytest.mark.shared
MERGED = {Relation.COPY, Relation.UPDATE}
START = datetime(2020, 1, 1, tzinfo=UTC)
NEWS = "ant_multisource:BB-economy-173-20180625", "ant_multisource:FR-internationalNews-2013-20180625"


@pytest.fixture(scope="module")
def docs(shared: Path) -> dict[str, dict[str, Any]]:
    """Give the labelled texts by id."""
    lines = (shared / "duplicates" / "docs-dev.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def at(row: dict[str, Any]) -> datetime:
    found = datetime.fromisoformat(row["date"])
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def relation(
    docs: dict[str, dict[str, Any]], a: str, b: str, dates: tuple[datetime, datetime] | None = None
) -> Relation:
    times = dates or (at(docs[a]), at(docs[b]))
    sides = [
        CopyText(fingerprint(docs[id]["text"]), docs[id]["source"], when)
        for id, when in zip((a, b), times, strict=True)
    ]
    return judge(*sides).relation


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("saudi:4346", "saudi:5073"),  # the forecast of the next day
        ("saudi:17344", "saudi:14831"),  # only the weekday differs
        ("saudi:12315", "saudi:19015"),  # reports of inspections
        ("saudi:24589", "saudi:29794"),  # a telegram to another country
        ("mayadeen:1767571", "mayadeen:1642191"),  # bulletins in the same frame
        ("mayadeen:1724850", "mayadeen:1697123"),
    ],
)
def test_what_only_looks_alike_is_none(docs: dict[str, dict[str, Any]], a: str, b: str) -> None:
    assert relation(docs, a, b) is Relation.NONE


def test_the_same_title_over_another_text_is_none(docs: dict[str, dict[str, Any]]) -> None:
    assert relation(docs, *NEWS, dates=(START, START + timedelta(hours=1))) is Relation.NONE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("saudi:20809", "saudi:24070"),  # telegrams to the same country
        ("saudi:29319", "saudi:29625"),  # hidden by spelling
    ],
)
def test_copies_are_found(docs: dict[str, dict[str, Any]], a: str, b: str) -> None:
    assert relation(docs, a, b) in MERGED


def test_a_wire_inside_a_roundup_is_a_link(docs: dict[str, dict[str, Any]]) -> None:
    assert relation(docs, "saudi:8198", "saudi:7671") is Relation.CONTAINS


def test_real_articles_come_to_the_same_groups_in_any_order(
    docs: dict[str, dict[str, Any]], sqlite: Database, tmp_path: Path
) -> None:
    dice = random.Random(4)
    rows = [row for row in docs.values() if row["id"].startswith("saudi:")][:90]
    drafts = [draft(row["id"], row["title"] or "", row["text"], at=at(row), outlet=row["source"]) for row in rows]
    worker = context(sqlite, tmp_path)
    for batch in _batches(dice.sample(drafts, len(drafts))):
        readings = [read_article(worker, one) for one in batch]
        sqlite.transact(lambda session, r=readings: keep(worker, session, r, feed_id=None, document=""))
    items = [Item(d.key, CopyText(fingerprint(d.body), d.outlet, d.event_at)) for d in drafts]
    assert _stored(sqlite) == grouped(items, timedelta(days=14))


def _batches(drafts: list[Draft]) -> list[list[Draft]]:
    return [drafts[start : start + 15] for start in range(0, len(drafts), 15)]


def _stored(db: Database) -> dict[str, str]:
    with db.read() as session:
        keys = dict(session.exec(select(Article.id, Article.key)).all())
        return {key: keys[group] for key, group in session.exec(select(Article.key, Article.group_id)) if group}


def test_the_floors_hold_with_nothing_known_of_outlets(docs: dict[str, dict[str, Any]], shared: Path) -> None:
    """Lower a floor only with a reason: F1 of copy and update against the rest, without unsure pairs, and templates."""
    lines = (shared / "duplicates" / "pairs-dev.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [json.loads(line) for line in lines]
    prints = {id: fingerprint(row["text"]) for id, row in docs.items()}
    verdicts = [str(judge(*sides(docs[pair["a"]], docs[pair["b"]], prints)).relation) for pair in pairs]
    assert score(pairs, verdicts)["f1"] >= 0.95
    assert sure(pairs, verdicts)["f1"] >= 0.98
    assert score(pairs, verdicts)["templates_merged"] <= 1
