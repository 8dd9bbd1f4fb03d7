"""What the tests of the worker share: a press on loopback, and the worker's stages on an empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from press import Press, open_press
from service import Service, open_service
from stored import NOON

from storage.engine import Database


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press() as made:
        yield made


@pytest.fixture
def service(sqlite: Database, tmp_path: Path, press: Press) -> Iterator[Service]:
    with open_service(sqlite, tmp_path, press, NOON) as made:
        yield made
