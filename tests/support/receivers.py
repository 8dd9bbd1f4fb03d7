"""Receivers of alerts other than webhooks: a mail server that misbehaves as told, and a gate that records."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from domain.fetching import FetchStatus
from worker.answer import Fetched


@dataclass
class Post:
    """A mail server on loopback: what it took, and what it says. `drop` cuts the line so often after the message."""

    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    drop: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.taken]  # type: ignore[misc]


@contextmanager
def open_post() -> Iterator[Post]:
    """Serve a mail server on a free port."""
    post = Post()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("220 post.example ESMTP")
            while line := self.rfile.readline():
                verb = line[:4].strip().upper().decode()
                if verb == "DATA" and "DATA" not in post.says:
                    self.say("354 go on")
                    lines = []
                    while (row := self.rfile.readline()) not in (b".\r\n", b""):
                        lines.append(row[1:] if row.startswith(b"..") else row)
                    post.taken.append(b"".join(lines))
                    if post.drop:
                        post.drop -= 1
                        return
                    self.say(post.says.get("END", "250 taken"))
                elif verb == "EHLO":
                    self.say("250-post.example\r\n250 AUTH PLAIN LOGIN")
                else:
                    self.say(post.says.get(verb, "235 welcome" if verb == "AUTH" else "250 ok"))

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    post.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield post
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Recorder:
    """A gate that keeps what it is told to send and answers from a list, at last always the same."""

    answers: list[Fetched] = field(default_factory=list)
    sent: list[tuple[str, str, bytes, Mapping[str, str]]] = field(default_factory=list)

    async def send(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Fetched:
        self.sent.append((method, url, body or b"", headers))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def answer(status: int, body: bytes = b"ok", **more: Any) -> Fetched:
    """Give what a gate gives for an answer."""
    named = FetchStatus.OK if 200 <= status < 300 else FetchStatus.HTTP_ERROR
    return Fetched("", named, status, body, content_type="application/json", detail=f"HTTP {status}", **more)
