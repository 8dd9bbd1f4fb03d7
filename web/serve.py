"""Runs the page: one process, one address."""

import socket
from datetime import UTC, datetime

import uvicorn

from domain.errors import MarsadError
from settings import Settings
from storage import jobs
from storage.engine import open_database
from web.app import make_app

_STOP_SECONDS = 5


def _now() -> datetime:
    return datetime.now(UTC)


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address, on any free port for 0. Raises MarsadError when it is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise MarsadError(f"cannot listen on {host} port {port}: {error.strerror}; set MARSAD_WEB_PORT") from error


def address_of(listening: socket.socket) -> str:
    """Give the web address under which a listening socket is reached from this machine."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104, not bound here
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(settings: Settings) -> None:
    """Serve the pages until SIGTERM or SIGINT. The address stands in the heartbeat `web`; nothing is printed."""
    db = open_database(settings.database)
    with listen(settings.web_host, settings.web_port) as listening:
        address = address_of(listening)
        db.transact(lambda session: jobs.beat(session, "web", _now(), address))
        config = uvicorn.Config(
            make_app(settings, db, _now), log_config=None, access_log=False, server_header=False, proxy_headers=False,
            lifespan="off", ws="none", timeout_graceful_shutdown=_STOP_SECONDS,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listening])
    db.close()
