import http.client
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from domain.errors import MarsadError
from storage import jobs
from storage.engine import Database
from web.serve import address_of, listen

PROGRAM = "import sys; from pathlib import Path; from settings import Settings; from web.serve import serve;"
PROGRAM += "serve(Settings(home=Path(sys.argv[1]), web_port=0))"


def test_an_address_on_any_free_port() -> None:
    with listen("127.0.0.1", 0) as listening:
        parts = urlsplit(address_of(listening))
        assert (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "/")
        assert parts.port == listening.getsockname()[1]


def test_all_addresses_are_reached_by_loopback() -> None:
    with listen("0.0.0.0", 0) as listening:
        assert address_of(listening).startswith("http://127.0.0.1:")


def test_a_taken_port_is_one_clear_line() -> None:
    with listen("127.0.0.1", 0) as listening, pytest.raises(MarsadError, match="set MARSAD_WEB_PORT"):
        listen("127.0.0.1", listening.getsockname()[1])


def test_it_serves_until_it_is_told_to_stop(sqlite: Database, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            parts = urlsplit(_wait_for_address(sqlite))
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
            connection.request("GET", "/")
            answer = connection.getresponse()
            page = answer.read().decode()
            connection.close()
        finally:
            process.send_signal(signal.SIGTERM)
            printed, _ = process.communicate(timeout=20)
    assert answer.status == 200
    assert answer.getheader("server") is None
    assert "مواضيع الرصد" in page
    assert printed == b""


def _wait_for_address(db: Database) -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with db.read() as session:
            beat = jobs.heartbeats(session).get("web")
        if beat:
            return beat.detail
        time.sleep(0.05)
    raise AssertionError("the page's address was not written down")
