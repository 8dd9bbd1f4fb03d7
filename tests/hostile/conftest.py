"""The harness of the hostile inputs (`tests/support/hostile.py`), on both databases or on SQLite alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest
from hostile import Harness
from press import Press, open_press
from rawserver import RawServer, open_raw
from service import Service, open_service
from stored import NOON

from storage.engine import Database
from storage.models import Article, Poll

Visit = Callable[..., tuple[Poll, list[Article]]]
OURS = (ip_network("127.0.0.1/32"),)


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press() as made:
        yield made


@pytest.fixture
def canaries() -> Iterator[list[RawServer]]:
    """Give servers on addresses that must never be dialled."""
    with open_raw("127.0.0.2") as other, open_raw("::1") as six:
        yield [other, six]


@contextmanager
def _open(db: Database, home: Path, press: Press) -> Iterator[Service]:
    with open_service(db, home, press, NOON) as made:
        yield made.with_settings(allow_networks=OURS, fetch_timeout=8.0)


@pytest.fixture
def service(db: Database, tmp_path: Path, press: Press) -> Iterator[Service]:
    """Give the worker in process, on both databases, with a clock that stands at noon."""
    with _open(db, tmp_path, press) as made:
        yield made


@pytest.fixture
def visit(service: Service, press: Press, canaries: list[RawServer]) -> Visit:
    """Give a visit to a feed of the given bytes, on both databases."""
    return Harness(service, press, canaries).feed


@pytest.fixture
def harness(sqlite: Database, tmp_path: Path, press: Press, canaries: list[RawServer]) -> Iterator[Harness]:
    """Give the harness on SQLite, for what does not end in the database."""
    with _open(sqlite, tmp_path, press) as made:
        yield Harness(made, press, canaries)


@pytest.fixture
def hasty(harness: Harness) -> Harness:
    """Give the harness with a deadline of 2 s, for those who would use all of it."""
    harness.service = harness.service.with_settings(fetch_timeout=2.0)
    return harness


@pytest.fixture
def raw() -> Iterator[RawServer]:
    with open_raw() as made:
        yield made
