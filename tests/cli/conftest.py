"""What the tests of the command share: a home, with the database made beforehand, and a press on loopback."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from press import Press, open_press
from shell import Shell


@pytest.fixture
def shell(
    tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Give the command in an empty home, with loopback allowed and nothing else set."""
    for name in [name for name in os.environ if name.startswith("MARSAD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MARSAD_ALLOW_NETWORKS", "127.0.0.0/8")
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(migrated_sqlite, home / "marsad.sqlite3")
    return Shell(home, monkeypatch, capsys)


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press() as made:
        yield made
