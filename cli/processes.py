"""The processes of a home: one owner at a time, all started together, none left behind."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import psutil

from cli import broker
from domain.errors import MarsadError
from settings import Settings

STOP_SECONDS = 15.0
RESTART_SECONDS = 1.0


class Owner:
    """The one process that may start processes in a home; a lock that the system frees however the owner ends."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = home / "marsad.lock"
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Become the owner. False when another process is."""
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def give_up(self) -> None:
        """Let another process become the owner."""
        if self._file:
            self._file.close()
            self._file = None


def is_owned(home: Path) -> bool:
    """Say whether a service or a run works in this home."""
    if not (home / "marsad.lock").exists():
        return False
    owner = Owner(home)
    if owner.take():
        owner.give_up()
        return False
    return True


@dataclass(slots=True)
class Part:
    """A process of the service: how it is started, and how often it was."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    next_start: float = 0.0


@dataclass(slots=True)
class Processes:
    """Starts the parts of a service, starts again what ends, and stops all of it. Use as a context manager."""

    settings: Settings
    parts: list[Part] = field(default_factory=list)
    log_file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        (self.settings.home / "logs").mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log_file = (self.settings.home / "logs" / "service.log").open("ab")
        clear_left_over(self.settings.home)
        if not self.settings.broker_url:
            self.settings.broker_socket.unlink(missing_ok=True)
            part = self.start("broker", broker.command(self.settings))
            assert part.process
            broker.wait(part.process, self.settings)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start_ours(self, name: str, *arguments: str) -> None:
        """Start a part that is a command of ours: `marsad ARGUMENTS` in the same home."""
        self.start(name, [sys.executable, "-P", "-m", "cli.main", *arguments])

    def start(self, name: str, command: Sequence[str]) -> Part:
        """Start a part by its command line."""
        part = Part(name, list(command))
        self.parts.append(part)
        self._launch(part)
        return part

    def _launch(self, part: Part) -> None:
        environment = os.environ | {"MARSAD_HOME": str(self.settings.home)}
        part.process = subprocess.Popen(  # noqa: S603, the command is ours
            part.command, env=environment, stdin=subprocess.DEVNULL, stdout=self.log_file, stderr=self.log_file,
            start_new_session=True, preexec_fn=_tie,
        )  # fmt: skip
        part.starts += 1
        part.next_start = time.monotonic() + RESTART_SECONDS * min(part.starts, 30)
        self._register()

    def _register(self) -> None:
        """Write down what runs, so that the next start can clear what a killed owner left."""
        rows = [_describe(part.process.pid) for part in self.parts if part.process and part.process.poll() is None]
        path = self.settings.home / "processes.json"
        path.with_suffix(".new").write_text(json.dumps([row for row in rows if row]))
        path.with_suffix(".new").replace(path)

    def revive(self) -> list[str]:
        """Start again what has ended, each part after a wait that grows. Gives the names of the parts started."""
        ended = [
            p for p in self.parts if p.process and p.process.poll() is not None and p.next_start <= time.monotonic()
        ]
        for part in ended:
            self._launch(part)
        return [part.name for part in ended]

    def stop(self) -> None:
        """Stop all parts, the last started first and the broker last; what does not end in time is killed."""
        ours = [p.process for p in reversed(self.parts) if p.name != "broker" and p.process]
        _end(ours)
        _end([p.process for p in self.parts if p.name == "broker" and p.process])
        (self.settings.home / "processes.json").unlink(missing_ok=True)
        if self.log_file:
            self.log_file.close()


def _tie() -> None:
    """Let the system end the child when the owner ends, however that was (Linux; others clear up at the next start)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask processes to end, wait, then kill them with all that they started."""
    families = [psutil.Process(p.pid).children(recursive=True) if p.poll() is None else [] for p in processes]
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for family in families:
        for child in family:
            _kill(child)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _describe(pid: int) -> dict[str, Any] | None:
    try:
        return {"pid": pid, "created": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return None


def clear_left_over(home: Path) -> int:
    """End what a killed owner left running in this home. Gives how many processes that were.

    A number is believed only with the time at which its process was made: numbers are given again.
    """
    path = home / "processes.json"
    if not path.exists():
        return 0
    ended = 0
    for row in json.loads(path.read_text() or "[]"):
        if _describe(row["pid"]) == row:
            process = psutil.Process(row["pid"])
            for each in (*process.children(recursive=True), process):
                _kill(each)
                ended += 1
    path.unlink()
    return ended


def own(settings: Settings) -> Owner:
    """Become the owner of the home. Raises MarsadError when a service or a run is at work there."""
    owner = Owner(settings.home)
    if not owner.take():
        raise MarsadError(f"marsad is at work in {settings.home} already: stop it, or give another --home")
    return owner
