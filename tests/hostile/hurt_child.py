"""The child of `worker/child.py` with calls that hurt it; run as a module by tests."""

import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from worker import child_process

_KEPT: list[bytes] = []


def memory(*_):
    while True:
        _KEPT.append(bytes(1_000_000))


def memory_at_once(*_):
    return len(bytes(2_000_000_000))


def memory_without_limit(*_):
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for _ in range(200):
        _KEPT.append(b"x" * 1_000_000)
        time.sleep(0.02)
    time.sleep(5)


def spin(most=6):
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + most, resource.RLIM_INFINITY))
    while True:
        pass


def deep(*_):
    return deep() + 1


def fail(*_):
    raise ValueError("ours")


def keep(*_):
    _KEPT.append(b"x" * 70_000_000)
    return os.getpid()


class Forged:
    """Runs a command in whoever unpickles it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def forge(answer):
    """Let the child answer with these bytes from now on, as one would that a document has taken over."""
    child_process.plain.write = lambda _: answer


child_process.KINDS.update({
    "forge a pickle": lambda path: forge(pickle.dumps(("ok", Forged(path), False))),
    "forge": forge,
    "memory": memory,
    "memory at once": memory_at_once,
    "memory without limit": memory_without_limit,
    "crash": lambda *_: signal.raise_signal(signal.SIGSEGV),
    "exit": lambda *_: os._exit(3),
    "spin": spin,
    "sleep": lambda *_: time.sleep(60),
    "deep": deep,
    "raise": fail,
    "pid": lambda *_: os.getpid(),
    "keep": keep,
    "connect": lambda *_: socket.create_connection(("127.0.0.1", 9)),
    "resolve": lambda *_: socket.getaddrinfo("localhost", 80),
    "run": lambda *_: subprocess.run(["true"], check=True),
    "fork": lambda *_: os.fork(),
    "kill": lambda *_: os.kill(os.getppid(), signal.SIGTERM),
    "write": lambda path: Path(path).write_text("x"),
})  # fmt: skip

if __name__ == "__main__":
    own = child_process.Stream(int(sys.argv[1]))
    child_process.shut_off()
    child_process.serve(own)
