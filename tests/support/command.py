"""The command as a user runs it: a process of its own in a home of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

FAST = {
    "MARSAD_ALLOW_NETWORKS": "127.0.0.0/8",
    "MARSAD_HOST_DELAY": "0",
    "MARSAD_HOST_PAUSE": "0",
    "MARSAD_LEASE": "3",
    "MARSAD_TICK": "0.3",
    "MARSAD_WEB_PORT": "0",
}


@dataclass
class Marsad:
    """`marsad` in one home."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-P", "-m", "cli.main"]

    def _environment(self, more: dict[str, str] | None = None) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MARSAD_")}
        return clean | FAST | {"MARSAD_HOME": str(self.home)} | self.environment | (more or {})

    def run(
        self, *arguments: str, code: int | None = 0, timeout: float = 120, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end; fails when it does not end with `code`."""
        done = subprocess.run(
            [*self.command, *arguments], env=self._environment(more), capture_output=True, text=True, timeout=timeout,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert code is None or done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str, timeout: float = 120, **more: str) -> Any:
        """Run a command with --json and give its document."""
        return json.loads(self.run(*arguments, "--json", timeout=timeout, **more).stdout)

    def start(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        """Start a command that goes on."""
        return subprocess.Popen(
            [*self.command, *arguments], env=self._environment(more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def processes(self) -> list[psutil.Process]:
        """Give the processes that work in this home."""
        found = []
        for process in psutil.process_iter():
            try:
                named = str(self.home) in " ".join(process.cmdline())
                if named or process.environ().get("MARSAD_HOME") == str(self.home):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return [p for p in found if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def wait_for(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait until a condition gives something true, and give it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")
