"""What every command starts from: the settings, the open database, and whether a service is at work."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from domain.errors import BadInput
from settings import Settings, load
from storage.engine import Database, migrate, open_database

if TYPE_CHECKING:
    from worker.context import Context


def read_settings() -> Settings:
    """Read the settings. Raises BadInput that names the wrong one."""
    try:
        return load()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        raise BadInput(f"MARSAD_{name}: {first['msg']} (got {first.get('input')!r})") from error
    except (OSError, ValueError) as error:  # no TOML, no UTF-8, not to be read
        raise BadInput(f"cannot read marsad.toml in the home: {error}") from error


def open_home() -> "Context":
    """Open the home's database, made and migrated if need be."""
    from worker.context import make_context  # brings the worker's libraries, which reading commands do without

    settings = read_settings()
    _make_home(settings)
    context = make_context(settings)
    migrate(context.db)
    return context


def open_for_reading() -> tuple[Settings, Database]:
    """Open the home's database where nothing of the worker is needed."""
    settings = read_settings()
    _make_home(settings)
    db = open_database(settings.database)
    migrate(db)
    return settings, db


def _make_home(settings: Settings) -> None:
    """Make the home's directory, for our eyes only. Raises BadInput where that cannot be."""
    try:
        if not settings.database_url:
            settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadInput(f"cannot use {settings.home} as a home: {error.strerror}") from error


def take_home(arguments: list[str]) -> list[str]:
    """Take `--home DIR` out of the arguments, wherever it stands, and make it the home. Gives the other arguments."""
    rest, it = [], iter(arguments)
    for argument in it:
        name, equals, value = argument.partition("=")
        if name != "--home":
            rest.append(argument)
            continue
        value = value if equals else next(it, "")
        if not value or (value.startswith("--") and not equals):
            raise BadInput("--home needs a directory")
        os.environ["MARSAD_HOME"] = str(Path(value).expanduser().absolute())
    return rest


def now() -> datetime:
    """Give the time now, with zone."""
    return datetime.now(UTC)


def read_text_file(path: str) -> bytes:
    """Give the bytes of a file, of standard input for `-`. Raises BadInput when it cannot be read."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from error
