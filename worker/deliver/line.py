"""Standard output as a channel: one line of JSON for each alert, for pipes and for collectors of logs."""

import fcntl
import json
import os
from pathlib import Path

from domain.fetching import FetchStatus
from worker.answer import Fetched

_OUT = 1  # the process's own standard output, whatever a library has made of sys.stdout


def write(home: Path, id: str, document: str) -> Fetched:
    """Write `{"id", "type", "timestamp", "data"}` as one line; a lock keeps the lines of several workers apart."""
    line = json.dumps({"id": id} | json.loads(document), ensure_ascii=False).encode() + b"\n"
    with (home / "stdout.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            while line:
                line = line[os.write(_OUT, line) :]
        except OSError as error:
            return Fetched("stdout:", FetchStatus.CONNECTION_ERROR, detail=f"standard output: {error.strerror}")
    return Fetched("stdout:", FetchStatus.OK, 200)
