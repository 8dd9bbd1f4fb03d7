"""Opens the database and gives transactions; the same calls on SQLite and on PostgreSQL."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlmodel import Session, SQLModel

from domain.errors import BadInput, MarsadError

Result = TypeVar("Result")
Value = TypeVar("Value")

# The newest revision in `storage/migrations/versions`; a test compares.
HEAD = "0022"
SQLITE = "sqlite:///"
BUSY_SECONDS = 60
# Values in one list of a statement; SQLite takes 32,766 in all and PostgreSQL 65,535.
MOST_VALUES = 5_000
TRIES = 3
# The key of the one advisory lock under which articles are grouped and stored on PostgreSQL (any constant will do).
GROUPING_LOCK = 7_202_611


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. `dialect` is "sqlite" or "postgresql"."""

    engine: Engine
    dialect: str

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and changes nothing."""
        options: dict[str, Any] = (
            {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if self.dialect == "postgresql" else {}
        )
        with Session(self.engine.execution_options(**options)) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session that is committed at the end, or rolled back when anything is raised.

        On SQLite it holds the write lock from its start (`BEGIN IMMEDIATE`): a transaction that first reads and then
        writes would otherwise fail at once when another one wrote in between.
        """
        with (
            Session(self.engine.execution_options(marsad_write=True), expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def transact(self, use_case: Callable[[Session], Result]) -> Result:
        """Run one use case in one transaction; deadlocks and serialisation failures are tried three times in all."""
        for left in range(TRIES - 1, -1, -1):
            try:
                with self.write() as session:
                    return use_case(session)
            except OperationalError:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database at a SQLAlchemy address, `sqlite:///PATH` or `postgresql+psycopg://…`.

    Raises BadInput for an address that is neither, MarsadError where nothing answers or the file cannot be opened.
    """
    try:
        parsed = _parse(url)
        dialect = parsed.get_backend_name()
    except ArgumentError as error:
        raise BadInput(
            "MARSAD_DATABASE_URL is not an address: use postgresql+psycopg://USER@HOST/NAME or leave it empty"
        ) from error
    if dialect not in ("sqlite", "postgresql"):
        raise BadInput(f"MARSAD_DATABASE_URL names {dialect}: use postgresql+psycopg://… or leave it empty for SQLite")
    if dialect == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = (
        {"connect_args": {"timeout": BUSY_SECONDS}} if dialect == "sqlite" else {"pool_pre_ping": True, "pool_size": 4}
    )
    engine = create_engine(
        parsed, hide_parameters=True, json_serializer=partial(json.dumps, ensure_ascii=False), **options
    )
    if dialect == "sqlite":
        _prepare_sqlite(engine)
    _check(engine)
    return Database(engine, dialect)


def _parse(url: str) -> URL:
    """Read an address; a file's name stands as it is, since a home may hold any character."""
    return URL.create("sqlite", database=url[len(SQLITE) :]) if url.startswith(SQLITE) else make_url(url)


def _check(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise MarsadError(f"cannot open the database {where}: {str(error.orig).strip().splitlines()[0]}") from error


def _prepare_sqlite(engine: Engine) -> None:
    """Take over transactions from the driver, whose own begin comes too late and never takes the write lock."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("marsad_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def insert_for(session: Session, table: type[SQLModel]) -> postgresql.Insert | sqlite.Insert:
    """Give the insert statement into a table that knows ON CONFLICT on the session's database."""
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def is_id(text: str) -> bool:
    """Say whether a text is a number that a row may have on both databases."""
    return text.isascii() and text.isdigit() and int(text[:20]) < 2**31


def portions(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Give values in lists of at most 5,000, as many as one statement may name."""
    rest = iter(values)
    while part := list(islice(rest, MOST_VALUES)):
        yield part


def lock_grouping(session: Session) -> None:
    """Let one transaction at a time decide about copies, so that two copies at the same instant end in one group.

    On SQLite a writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": GROUPING_LOCK})


def migrate(database: Database) -> None:
    """Bring the schema to this version's; does nothing where it is already. Two at once do no harm."""
    if version(database) == HEAD:
        return
    from alembic import command  # slow to import, and only needed here
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.engine.execution_options(marsad_write=True).begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": GROUPING_LOCK + 1})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def version(database: Database) -> str:
    """Give the revision of the schema, empty where there is none yet."""
    with database.read() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return ""
        return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
