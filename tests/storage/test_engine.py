"""Transactions, times, Arabic in JSON, and the schema, on both systems."""

import contextlib
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, text
from sqlalchemy.exc import InternalError, OperationalError, StatementError
from sqlmodel import Session, col, select
from stored import NOON, draft, store

from domain.errors import BadInput, MarsadError
from storage import articles, engine, jobs, topics
from storage.engine import HEAD, MOST_VALUES, TRIES, Database, migrate, open_database, portions, version
from storage.models import METADATA, Heartbeat, Host


def test_a_transaction_is_kept_as_a_whole(db: Database) -> None:
    with db.write() as session:
        store(session, draft("أ"), draft("ب"))
    with db.read() as session:
        assert articles.total(session) == 2


def test_an_error_leaves_nothing(db: Database) -> None:
    def fail(session: Session) -> None:
        store(session, draft("أ"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        db.transact(fail)
    with db.read() as session:
        assert articles.total(session) == 0


def test_rows_can_be_read_after_the_commit(db: Database) -> None:
    with db.write() as session:
        topic = topics.add(session, "المياه", {}, [], NOON)
    assert topic.name == "المياه"


def test_a_reader_changes_nothing(db: Database) -> None:
    with contextlib.suppress(InternalError), db.read() as session:  # PostgreSQL refuses, SQLite forgets
        store(session, draft("أ"))
    with db.read() as session:
        assert articles.total(session) == 0


def test_a_reader_sees_one_state(db: Database) -> None:
    with db.read() as session:
        before = articles.total(session)
        with db.write() as writer:
            store(writer, draft("أ"))
        assert articles.total(session) == before
    with db.read() as session:
        assert articles.total(session) == before + 1


def test_a_writer_that_reads_first_still_writes(db: Database) -> None:
    """What `BEGIN IMMEDIATE` is for: two that read and then write follow each other, neither fails."""
    with db.write() as session:
        jobs.beat(session, "counter", NOON, "0")
    failed: list[Exception] = []

    def count() -> None:
        try:
            for _ in range(10):
                with db.write() as session:
                    session.execute(text("SELECT 1"))
                    if db.dialect == "postgresql":
                        engine.lock_grouping(session)
                    number = int(session.exec(select(Heartbeat.detail)).one())
                    jobs.beat(session, "counter", NOON, str(number + 1))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    with db.read() as session:
        assert jobs.heartbeats(session)["counter"].detail == "20"


def test_a_deadlock_is_tried_again_and_not_for_ever(sqlite: Database) -> None:
    tries: list[int] = []

    def fail(session: Session) -> None:
        tries.append(1)
        raise OperationalError("", {}, Exception("deadlock detected"))

    with pytest.raises(OperationalError):
        sqlite.transact(fail)
    assert len(tries) == TRIES

    def fail_once(session: Session) -> str:
        tries.append(1)
        if len(tries) == TRIES + 1:
            raise OperationalError("", {}, Exception("deadlock detected"))
        return "تم"

    assert sqlite.transact(fail_once) == "تم"


def test_times_come_back_in_utc(db: Database) -> None:
    baghdad = datetime(2026, 4, 6, 2, 30, 15, 123456, tzinfo=timezone(timedelta(hours=3)))
    with db.write() as session:
        jobs.beat(session, "ساعة", baghdad)
    with db.read() as session:
        kept = jobs.heartbeats(session)["ساعة"].at
        later = session.exec(select(func.count()).where(col(Heartbeat.at) >= baghdad)).one()
    assert kept.isoformat() == "2026-04-05T23:30:15.123456+00:00"
    assert later == 1


def test_a_time_without_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="needs a zone"), db.write() as session:
        session.add(Host(name="news.example", paused_until=datetime(2026, 4, 6)))


def test_arabic_in_json_is_kept_and_legible(db: Database) -> None:
    profile = {"terms": ["الموانئ", "«سفن»"], "weights": [0.25, 1], "note": None, "since": int(NOON.timestamp())}
    with db.write() as session:
        id = topics.add(session, "الموانئ", profile, [], NOON).id
    with db.read() as session:
        assert topics.by_id(session, id or 0).profile == profile
        raw = session.execute(text("SELECT CAST(profile AS text) FROM topic")).scalar_one()
    assert "الموانئ" in raw


def test_head_is_the_newest_revision() -> None:
    folder = Path(engine.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [HEAD]


def test_the_migrations_make_what_the_models_say(db: Database) -> None:
    def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        return kind != "table" or not (name or "").startswith(("articlesearch", "alembic_version"))

    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": ours}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
    assert found == []


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Give a database without any table."""
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path / 'new' / 'marsad.sqlite3'}")
    return open_database(request.getfixturevalue("bare_postgres"))


def test_migrating_twice_does_no_harm(bare: Database) -> None:
    assert version(bare) == ""
    migrate(bare)
    with bare.write() as session:
        store(session, draft("أ"))
    migrate(bare)
    assert version(bare) == HEAD
    with bare.read() as session:
        assert articles.total(session) == 1
    bare.close()


def test_two_may_migrate_at_once(bare: Database) -> None:
    start, failed = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            migrate(bare)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert version(bare) == HEAD
    bare.close()


@pytest.mark.parametrize("url", ["", "mysql://x/y", "قاعدة"])
def test_an_address_that_is_none_is_one_clear_line(url: str) -> None:
    with pytest.raises(BadInput) as raised:
        open_database(url)
    assert "\n" not in str(raised.value)


def test_a_database_that_does_not_answer_is_one_clear_line_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(MarsadError) as raised:
        open_database("postgresql+psycopg://someone:s3cret@127.0.0.1:1/nothing")
    assert "\n" not in str(raised.value)
    assert "s3cret" not in str(raised.value)
    (tmp_path / "file").touch()
    with pytest.raises(MarsadError):
        open_database(f"sqlite:///{tmp_path}")


@given(st.integers(0, 3 * MOST_VALUES + 1))
def test_portions_lose_nothing(number: int) -> None:
    parts = list(portions(range(number)))
    assert [value for part in parts for value in part] == list(range(number))
    assert all(0 < len(part) <= MOST_VALUES for part in parts)
