"""What all tests share: the folder of real articles, and an empty database on each of the two systems."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.schema import CreateSchema, DropSchema

from storage.engine import Database, migrate, open_database
from storage.models import METADATA

SHARED = Path(os.environ.get("MARSAD_SHARED") or Path(__file__).parent.parent.parent / "shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real articles, or skip; `MARSAD_REQUIRE_SHARED=1` turns the skip into a failure."""
    if not (SHARED / "corpus").is_dir():
        if os.environ.get("MARSAD_REQUIRE_SHARED") == "1":
            pytest.fail(f"no shared articles at {SHARED}: set MARSAD_SHARED")
        pytest.skip("needs the folder of real articles: set MARSAD_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the address of a PostgreSQL: `MARSAD_TEST_POSTGRES_URL`, else one of our own for this session."""
    given = os.environ.get("MARSAD_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    from postgres import own_postgres

    with own_postgres() as url:
        yield url


@pytest.fixture
def bare_postgres(postgres_server: str) -> Iterator[str]:
    """Give the address of a schema of the test's own with nothing in it; what else the server holds is left alone."""
    with own_schema(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[Database]:
    """Give a migrated schema that the tests of this session share, each after it was emptied."""
    with own_schema(postgres_server) as url:
        database = open_database(url)
        migrate(database)
        yield database
        database.close()


@pytest.fixture
def empty_postgres(migrated_postgres: Database) -> Database:
    """Give a migrated PostgreSQL schema with no rows."""
    names = ["articlesearch", *(table.name for table in reversed(METADATA.sorted_tables))]
    sequences = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND pg_table_is_visible(oid)"
    with migrated_postgres.write() as session:  # for a few rows far faster than TRUNCATE, which makes new files
        session.execute(text("; ".join([*(f'DELETE FROM "{name}"' for name in names), sequences])))
    return migrated_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> Database:
    """Give an empty, migrated database; the test runs once on each system."""
    database: Database = request.getfixturevalue("sqlite" if request.param == "sqlite" else "empty_postgres")
    return database


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a migrated SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "marsad.sqlite3"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """Give an empty, migrated SQLite database, for tests of what does not depend on the system."""
    path = tmp_path / "marsad.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


@contextmanager
def own_schema(url: str) -> Iterator[str]:
    """Make a schema on a PostgreSQL, take it away again. Gives the address under which it is the only one.

    The server speaks in Baghdad's time there, so that nothing rests on its speaking in UTC.
    """
    name, server = f"marsad_{secrets.token_hex(4)}", create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(CreateSchema(name))
    try:
        own = make_url(url).update_query_dict({"options": f"-csearch_path={name} -ctimezone=Asia/Baghdad"})
        yield own.render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(DropSchema(name, cascade=True))
        server.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the test that mostly waits first, so that with two processes all others run beside it."""
    items.sort(key=lambda item: "live_stores_every_article" not in item.name)
