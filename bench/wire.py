"""Starts the newswire of the shared folder for a bench or a test, and stops it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED = Path(os.environ.get("MARSAD_SHARED") or Path(__file__).parent.parent.parent / "shared")


@contextmanager
def newswire(*options: str) -> Iterator[str]:
    """Serve real articles on a free port of loopback, with the options of `serve.py`. Gives the address of the OPML."""
    command = [sys.executable, str(SHARED / "newswire" / "serve.py"), "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline()
        if "http://" not in line:
            raise RuntimeError(f"the newswire did not start: {line}")
        yield "http://" + line.strip().split("http://", 1)[1]
    finally:
        process.terminate()
        process.wait()
