"""The command in the test's own process: as a user types it, without the second that a process costs."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from storage.engine import open_database
from storage.models import METADATA


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Shell:
    """`marsad` in one home."""

    home: Path
    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def run(self, *arguments: str, code: int = 0, stdin: bytes | None = None) -> Answer:
        """Run a command to its end; fails when it does not end with `code`. Without `stdin` there is a terminal."""
        self.patch.setenv("MARSAD_HOME", str(self.home))
        self.patch.setattr(sys, "argv", ["marsad", *arguments])
        self.patch.setattr(sys, "stdin", _Input(stdin))
        self.captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        said = self.captured.readouterr()
        answer = Answer(int(ended.value.code or 0), said.out, said.err)
        assert answer.code == code, answer
        return answer

    def json(self, *arguments: str, code: int = 0, stdin: bytes | None = None) -> Any:
        """Run a command with --json and give its document."""
        return json.loads(self.run(*arguments, "--json", code=code, stdin=stdin).out)

    def refused(self, *arguments: str, stdin: bytes | None = None) -> str:
        """Run a command that is refused: exit code 2, one line on standard error, nothing changed. Gives the line."""
        before = self.rows()
        answer = self.run(*arguments, code=2, stdin=stdin)
        assert answer.out == ""
        assert answer.err.count("\n") == 1, answer.err
        assert answer.err.startswith("marsad: "), answer.err
        assert self.rows() == before
        return answer.err

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Give everything that is stored."""
        path = self.home / "marsad.sqlite3"
        if not path.exists():
            return {table: [] for table in METADATA.tables}
        db = open_database(f"sqlite:///{path}")
        with db.read() as session:
            found = {
                name: sorted((tuple(row) for row in session.execute(table.select())), key=repr)
                for name, table in METADATA.tables.items()
            }
        db.close()
        return found


class _Input(io.TextIOWrapper):
    """Standard input: given bytes, or a terminal at which nobody types."""

    def __init__(self, given: bytes | None) -> None:
        super().__init__(io.BytesIO(given or b""))
        self.terminal = given is None

    def isatty(self) -> bool:
        return self.terminal
