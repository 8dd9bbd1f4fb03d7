"""What the tests of the worker share: a press on loopback, and the worker's stages on an empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from press import Press, open_press
from service import QUIET, Clock, Service
from stored import NOON

from settings import Settings
from storage.engine import Database
from worker.context import Context
from worker.detect import Detector
from worker.logs import set_up_logs


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press() as made:
        yield made


@pytest.fixture
def service(sqlite: Database, tmp_path: Path, press: Press) -> Iterator[Service]:
    """Give the worker in process, on SQLite, with a clock that stands at noon."""
    clock, settings = Clock(NOON), Settings(home=tmp_path, **QUIET)
    set_up_logs(settings)
    yield Service(Context(settings, sqlite, clock, Detector()), press, clock)
    structlog.reset_defaults()
