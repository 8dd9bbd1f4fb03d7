"""What all tests share: the folder of real articles, and an empty database on each of the two systems."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine import Database, migrate, open_database

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
def postgres_url() -> Iterator[str]:
    """Give the address of a PostgreSQL: `MARSAD_TEST_POSTGRES_URL`, else one of our own for this session."""
    given = os.environ.get("MARSAD_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    from tests.postgres import own_postgres

    with own_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty, migrated database; the test runs once on each system."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'marsad.sqlite3'}")
    else:
        database = open_database(request.getfixturevalue("postgres_url"))
        with database.write() as session:
            session.execute(text("DROP SCHEMA public CASCADE"))
            session.execute(text("CREATE SCHEMA public"))
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """Give an empty, migrated SQLite database, for tests of what does not depend on the system."""
    database = open_database(f"sqlite:///{tmp_path / 'marsad.sqlite3'}")
    migrate(database)
    yield database
    database.close()
