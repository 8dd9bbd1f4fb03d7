"""A server on loopback that says exactly the bytes it is told to, and a canary that nobody may ever reach."""

import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Speak = Callable[[socket.socket], None]


@dataclass
class RawServer:
    """`routes` has what each path answers: bytes, a list of answers one after the other, or what speaks by itself.

    `heads` are the requests as they came, `most` is how many connections were open at once.
    """

    host: str = "127.0.0.1"
    port: int = 0
    routes: dict[str, bytes | list[bytes] | Speak] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    open: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    connections: int = 0

    def url(self, path: str = "/") -> str:
        """Give the address of a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def asked(self, path: str) -> int:
        """Give how often a path was asked for."""
        return sum(head.split(" ")[1] == path for head in self.heads)

    def serve(self, connection: socket.socket) -> None:
        """Answer one connection and hang up."""
        with suppress(OSError), connection:
            connection.settimeout(20)
            talk = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with talk:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = talk.recv(65_536)
                    if not piece:
                        return
                    head += piece
                self.heads.append(head.decode("latin-1"))
                self.answer(talk, self.heads[-1].split(" ")[1])

    def answer(self, talk: socket.socket, path: str) -> None:
        """Say what the path says."""
        route = self.routes.get(path, reply(status="404 Not Found"))
        self.open[path] += 1
        self.most[path] = max(self.most[path], self.open[path])
        try:
            if isinstance(route, list):
                route = route.pop(0) if len(route) > 1 else route[0]
            if isinstance(route, bytes):
                talk.sendall(route)
            else:
                route(talk)
        finally:
            self.open[path] -= 1


@contextmanager
def open_raw(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Serve on a free port until the block ends."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family, backlog=512) as listener:
        server = RawServer(host, listener.getsockname()[1], tls=tls)

        def run() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    server.connections += 1
                    threading.Thread(target=server.serve, args=(connection,), daemon=True).start()

        threading.Thread(target=run, daemon=True).start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def reply(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Give an answer; `length` is told instead of the true one, none where negative."""
    told = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", *([f"Content-Length: {told}"] if told >= 0 else []), *headers, "Connection: close"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def drip(start: bytes, piece: bytes = b"a", pause: float = 0.1) -> Speak:
    """Say a start, and then a piece again and again for as long as anybody listens."""

    def speak(talk: socket.socket) -> None:
        talk.sendall(start)
        for _ in range(10_000):
            talk.sendall(piece)
            if pause:
                time.sleep(pause)

    return speak


def hang_up(start: bytes = b"") -> Speak:
    """Say a start and reset the connection."""

    def speak(talk: socket.socket) -> None:
        talk.sendall(start)
        time.sleep(0.05)
        talk.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        talk.close()

    return speak
