"""Runs the service on loopback and measures the time from first sight of an article to its alert at a receiver.

    python -m bench.alerts_live [--seconds N]

`marsad up` in a home of its own watches a few feeds that bring an article every two seconds; each matches a topic and
is a story of its own, so few that the guard against storms holds none. The receiver writes down when each alert came;
the alert says when its article was first seen.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FEEDS = 5
NAME, WORD = "سد الوادي الأخضر", "الوادي"


class Press(ThreadingHTTPServer):
    """Feeds that grow by an article every two seconds in all, and a receiver of alerts."""

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.began: float | None = None
        self.received: list[tuple[datetime, dict[str, str]]] = []

    @property
    def base(self) -> str:
        """Give the address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def feed(self, number: int) -> str:
        """Write a feed as it is now; before the articles begin it has one that is of no interest."""
        out = int((time.monotonic() - self.began) / 2) if self.began else 0
        items = [entry(n, self.base) for n in range(out) if n % FEEDS == number][-30:]
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>صحيفة '
            f"{number}</title><link>{self.base}</link><language>ar</language>"
            f"<item><title>طقس معتدل</title><guid>old{number}</guid></item>{''.join(items)}</channel></rss>"
        )


def entry(number: int, base: str) -> str:
    """Write an entry that tells a story of its own."""
    words = " ".join(f"كلمة{number}ب{n}" for n in range(40))
    return (
        f"<item><title>{WORD} خبر{number} عن{number} حدث{number}</title><guid>g{number}</guid>"
        f"<description>{words} {WORD} {words[::-1]}</description></item>"
    )


class Handler(BaseHTTPRequestHandler):
    """Serves feeds and takes alerts."""

    server: Press

    def do_GET(self) -> None:
        """Serve a feed."""
        name = self.path.strip("/").removesuffix(".xml")
        self._answer(self.server.feed(int(name)).encode() if name.isdigit() else b"", 200 if name.isdigit() else 404)

    def do_POST(self) -> None:
        """Take an alert."""
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if document["type"] == "topic.match":
            self.server.received.append((datetime.now(UTC), document["data"]["article"]))
        self._answer(b"", 204)

    def _answer(self, body: bytes, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def measure(seconds: float) -> dict[str, float]:
    """Run the service for some seconds of articles. Gives alerts, and the seconds from first sight to alert."""
    press = Press()
    threading.Thread(target=press.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "MARSAD_HOME": home, "MARSAD_ALLOW_NETWORKS": "127.0.0.0/8", "MARSAD_MIN_INTERVAL": "5",
            "MARSAD_WEB_PORT": "0", "MARSAD_HOST_DELAY": "0",
        }  # fmt: skip

        def marsad(*words: str) -> None:
            command = [sys.executable, "-m", "cli.main", *words]
            subprocess.run(command, env=environment, check=True, capture_output=True)

        for number in range(FEEDS):
            marsad("feeds", "add", f"{press.base}/{number}.xml")
        marsad("topics", "add", "--name", NAME, "--query", WORD)
        marsad("alerts", "add", "--topic", NAME, "--to", f"{press.base}/hook", "--per-day", "0")
        marsad("run", "--once")
        service = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "up"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(15)
            press.began = time.monotonic()
            time.sleep(seconds + 30)
        finally:
            service.terminate()
            service.wait(60)
    press.shutdown()
    waits = sorted(
        (at - datetime.fromisoformat(article["first_seen"])).total_seconds() for at, article in press.received
    )
    return {
        "live_alerts": len(waits), "p50_seconds": _at(waits, 0.5), "p95_seconds": _at(waits, 0.95),
        "most_seconds": _at(waits, 1.0),
    }  # fmt: skip


def _at(waits: list[float], share: float) -> float:
    return round(waits[min(len(waits) - 1, int(share * len(waits)))], 2) if waits else float("inf")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=58.0)
    figures = measure(parser.parse_args().seconds)
    print(json.dumps({"bench": "alerts_live", "figures": figures}))


if __name__ == "__main__":
    main()
