"""The index in which copies meet, on both systems."""

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from stored import NOON, draft, store

from domain.buckets import BUCKETS
from storage import articles, buckets, copies
from storage.engine import MOST_VALUES, Database, migrate, open_database

LARGE = 2**63 - 1


def test_articles_meet_in_the_shingles_that_they_share(db: Database) -> None:
    with db.write() as session:
        copies.index(session, {1: [5, -LARGE - 1], 2: [5, LARGE]})
        copies.index(session, {})
        found = copies.lookup(session, [5, LARGE, -LARGE - 1, 6])
    assert {value: sorted(ids) for value, ids in found.items()} == {5: [1, 2], LARGE: [2], -LARGE - 1: [1]}


def test_an_article_is_taken_out_alone(db: Database) -> None:
    with db.write() as session:
        copies.index(session, {1: [5, 6], 2: [5, 6]})
        copies.unindex(session, 1, [5, 6, 7])
        assert dict(copies.lookup(session, [5, 6])) == {5: [2], 6: [2]}


def test_a_shingle_of_everyone_is_indexed_no_more(db: Database) -> None:
    with db.write() as session:
        copies.index(session, {id: [5, 6] for id in range(1, 4)})
        copies.retire(session, [5], NOON)
        assert copies.common(session) == {5}
        assert set(copies.lookup(session, [5, 6])) == {6}


def test_more_shingles_than_a_statement_can_name(db: Database) -> None:
    many = range(0, 3 * MOST_VALUES, 2)
    with db.write() as session:
        copies.index(session, {1: many})
        assert set(copies.lookup(session, range(70_000))) == set(many)
        copies.retire(session, list(many), NOON)
        assert copies.lookup(session, many) == {}


def test_the_same_whole_text_is_found_in_the_first_article_that_has_it(db: Database) -> None:
    with db.write() as session:
        stored = articles.store(
            session, [(draft(key), exact) for key, exact in (("أ", 7), ("ب", 7), ("ج", 8))], None, ""
        )
        assert copies.by_exact(session, [7, 8, 9], ()) == {7: stored["أ"], 8: stored["ج"]}
        assert copies.by_exact(session, [7, 8], [stored["أ"], stored["ج"]]) == {7: stored["ب"]}


def test_groups_and_texts_of_articles(db: Database) -> None:
    with db.write() as session:
        old, lead = store(session, draft("أ", at=NOON - timedelta(days=20)), draft("ب", body="نص"))
        (copy,) = store(session, draft("ج", body="نص", outlet="صحيفة النهر"), group=lead)
        since = NOON - timedelta(days=14)
        assert copies.groups_of(session, [old, lead, copy], since) == {lead: lead, copy: lead}
        assert copies.texts(session, [copy]) == [(copy, "نص", "صحيفة النهر", NOON)]


def test_a_bucket_takes_more_entries_of_whatever_bytes(db: Database) -> None:
    values = [number * BUCKETS for number in (0, 1, -1, 0x80, 0xC3A9, -0x7F0000)]  # all in bucket 0
    with db.write() as session:
        for id in (1, 255, 65_536, 2**31 - 1):
            copies.index(session, {id: values})
        assert copies.lookup(session, values) == {value: [1, 255, 65_536, 2**31 - 1] for value in values}
        assert [len(data) for data in buckets.read(session, [0, 1]).values()] == [12 * 4 * len(values)]


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    return open_database(request.getfixturevalue("bare_postgres"))


def test_rows_of_an_older_version_are_moved_into_buckets(bare: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(copies.__file__).parent / "migrations"))
    rows = [{"hash": value, "id": id} for value in (0, 5, -LARGE - 1, LARGE, 5 + BUCKETS) for id in (1, 2**31 - 1)]
    with bare.engine.execution_options(marsad_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0020")
        connection.execute(text("INSERT INTO shingle (hash, article_id) VALUES (:hash, :id)"), rows)
    migrate(bare)
    with bare.read() as session:
        found = copies.lookup(session, {row["hash"] for row in rows})
    assert {(value, id) for value, ids in found.items() for id in ids} == {(row["hash"], row["id"]) for row in rows}
    bare.close()
