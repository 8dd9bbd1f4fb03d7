"""A process of its own for reading what strangers wrote: parsers may hang, eat memory or crash there, and only there.

    calls | one at a time to a child that lives long | a processor, memory and wall clock limit for each call
          | answer, or Died | a child that died is replaced; who may have died of others is asked once more, alone

The limits are set anew for each call, so a call pays for itself alone: what is over a limit has its answer at once,
and the rest of a batch goes to the next child. Linux and macOS: where the system has no limit on memory, the parent
looks at the child's size. The child has no network and starts nothing (`worker/child_process.py`).
"""

import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from domain.sections import Candidate
from worker import plain
from worker.extract import Page
from worker.parse import ParsedFeed
from worker.sitemap import Named

CPU_SECONDS = 6  # of processor time for one call; real documents take hundredths
WALL_SECONDS = 18.0  # for one call, on however busy a machine
MEMORY = 140_000_000  # bytes that one call may add
MOST_ANSWER = 140_000_000  # bytes of an answer
START_SECONDS = 60.0  # for a child to be ready
_LOOK = 0.25  # seconds between two looks at a child that takes long


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function that the child knows by its `kind`, with values that can be pickled.

    That goes one way only: what the child answers is `worker.plain`.
    """

    kind: str
    values: tuple[Any, ...]
    named: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Died:
    """The child did not survive a call, or gave it up; `detail` says of what. `certain`: of this very call."""

    detail: str
    certain: bool = True


# What the function of a kind gives; of another kind it is JSON.
ANSWERS: dict[str, Any] = {
    "feed": ParsedFeed,
    "page": Page,
    "sitemap": Named,
    "section": ParsedFeed,
    "telegram": ParsedFeed,
    "sections": tuple[Candidate, ...],
}


def _read_answer(kind: str, data: bytes) -> tuple[str, Any, bool]:
    """Read what the child sent: a verdict, the answer to it, and whether it was its last. Raises NotPlain."""
    found = plain.load(data)
    if not isinstance(found, list) or len(found) != 3:
        raise plain.NotPlain("no answer")
    verdict, last = plain.read(str, found[0]), plain.read(bool, found[2])
    if verdict != "ok":
        return verdict, plain.read(str, found[1]), last
    return verdict, plain.read(ANSWERS[kind], found[1]) if kind in ANSWERS else found[1], last


class ChildError(RuntimeError):
    """An error of ours in the child: it cannot be started, or the function that was called raised."""


class Child:
    """One child process. Starting it does not wait until it is ready."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        root = str(Path(__file__).parent.parent)
        paths = [root, *(part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part)]
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-P", "-m", "worker.child_process", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=kept | {"PYTHONPATH": os.pathsep.join(paths)},  # and none of our secrets
                start_new_session=True,  # Ctrl-C is for its parent; it ends when the parent's end of the socket closes
            )
        self._socket, self._pid = ours, os.getpid()
        self._base = 0
        self.calls = 0
        self.last = False

    @property
    def usable(self) -> bool:
        """Say whether it may be asked: not by a process that was forked from its owner, nor after its last call."""
        return not self.last and self._pid == os.getpid()

    def get_ready(self) -> None:
        """Wait until the child has loaded its libraries. Raises ChildError when it does not."""
        if self._base:
            return
        try:
            self._receive(time.monotonic() + START_SECONDS)
            self._base = psutil.Process(self._process.pid).memory_info().rss
        except (OSError, EOFError, psutil.Error) as error:
            self.end()
            raise ChildError(f"the process that reads documents does not start: {error}") from error

    def ask(self, call: Call) -> Any:
        """Give what the called function returned, or Died. Raises ChildError for errors of ours."""
        self.get_ready()
        self.calls += 1
        until = time.monotonic() + WALL_SECONDS
        try:
            self._send(pickle.dumps(call, protocol=5), until)
            verdict, answer, self.last = _read_answer(call.kind, self._receive(until))
        except TimeoutError as error:
            self.end()
            return Died(str(error))
        except plain.NotPlain:
            self.end()
            return Died("the process that read it answered with what is no answer")
        except (OSError, EOFError):
            return self._how_it_died()
        if verdict == "raised":
            raise ChildError(answer)
        return Died(answer) if verdict == "died" else answer

    def _send(self, data: bytes, until: float) -> None:
        self._socket.settimeout(max(until - time.monotonic(), 0.01))
        self._socket.sendall(len(data).to_bytes(8, "big") + data)

    def _receive(self, until: float) -> bytes:
        size = int.from_bytes(self._read(8, until), "big")
        if size > MOST_ANSWER:
            raise plain.NotPlain(f"{size} bytes")
        return self._read(size, until)

    def _read(self, size: int, until: float) -> bytes:
        """Read so many bytes; TimeoutError when time is up or the child grew too large, EOFError when it is gone."""
        data = bytearray()
        while len(data) < size:
            self._socket.settimeout(_LOOK)
            try:
                piece = self._socket.recv(min(size - len(data), 1 << 20))
            except TimeoutError:
                self._look(until)
                continue
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def _look(self, until: float) -> None:
        """Look whether the child may go on."""
        if time.monotonic() > until:
            raise TimeoutError(f"takes more than {WALL_SECONDS:.0f} s to read")
        with suppress(psutil.Error):
            if self._base and psutil.Process(self._process.pid).memory_info().rss - self._base > MEMORY:
                raise TimeoutError(TOO_MUCH_MEMORY)

    def _how_it_died(self) -> Died:
        """Say what a child died of that is gone."""
        self.last = True
        self._socket.close()
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            self.end()
            code = 0
        if -code in _CPU_SIGNALS:
            return Died(f"takes more than {CPU_SECONDS} s of processor time to read")
        return Died(f"the process that read it ended with {code}", certain=False)

    def end(self) -> None:
        """End the child, whatever it does."""
        self.last = True
        self._socket.close()
        self._process.kill()
        self._process.wait()


TOO_MUCH_MEMORY = f"takes more than {MEMORY // 1_000_000} MB of memory to read"
_CPU_SIGNALS = (24,)  # SIGXCPU, on Linux and macOS alike
_LOCK = threading.Lock()
_CHILD: list[Child] = []


def run(calls: Sequence[Call]) -> Iterator[Any]:
    """Do calls in the child, in their order. Gives for each what the function returned, or Died; raises ChildError."""
    for call in calls:
        with _LOCK:
            yield _answer(call)


def _answer(call: Call) -> Any:
    """Do one call; one that may have died of what its elders left is done once more, alone in a fresh child."""
    child = start()
    fresh = not child.calls
    answer = child.ask(call)
    if isinstance(answer, Died) and not answer.certain and not fresh:
        answer = start().ask(call)
    if child.last:
        start()
    return answer


def start() -> Child:
    """Give the child of this process, a new one where there is none that can be asked."""
    if not _CHILD or not _CHILD[0].usable:
        if _CHILD and _CHILD[0].last:
            _CHILD[0].end()
        _CHILD[:] = [Child()]
    return _CHILD[0]


def warm() -> None:
    """Have a child ready. Raises ChildError when it does not start."""
    with _LOCK:
        start().get_ready()
