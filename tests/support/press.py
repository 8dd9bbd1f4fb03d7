"""A small press on loopback for tests: feeds and pages that the test writes, and a receiver that keeps a ledger."""

import html
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STORY = (
    "أعلنت هيئة الموانئ في مدينة النورس إغلاق مرفأ الصيادين بعد غرق سفينة شحن محملة بالأسمدة قرب الرصيف الشمالي. "
    "وقالت الهيئة إن فرق الغطس بدأت شفط الوقود من خزانات السفينة، وإن المرفأ لن يفتح قبل أسبوعين على الأقل. "
    "وطالب الصيادون بتعويضات عن توقف عملهم، فيما حذر خبراء البيئة من وصول الأسمدة إلى الخليج."
)
NAME = "إغلاق مرفأ الصيادين في النورس"


@dataclass
class Reply:
    """How a path answers other than with 200 and what stands there: a receiver of alerts, or a feed out of order.

    `etag` is sent with the body, and who names it is told 304. `cut` bytes of the body are kept back.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    cut: int = 0


@dataclass
class Press:
    """What the press shows: feeds by path, pages by path, and what it was asked and sent, as a ledger.

    `special` names paths that answer in their own way; `answer` is what all other receivers of alerts say.
    """

    feeds: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answer: int = 204
    base: str = ""
    special: dict[str, Reply] = field(default_factory=dict)
    asked_with: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def write_feed(self, path: str, items: list[tuple[str, str, str]], *, brief: bool = False) -> None:
        """Write a feed of (id, title, text); with `brief` it tells 80 characters and the page has the text."""
        rows = []
        for id, title, text in items:
            link = f"{self.base}/page/{id}.html"
            body = "" if brief else f"<content:encoded><![CDATA[<p>{html.escape(text)}</p>]]></content:encoded>"
            rows.append(
                f"<item><title>{html.escape(title)}</title><guid>{id}</guid><link>{link}</link>"
                f"<description>{html.escape(text[:80])}</description>{body}</item>"
            )
            self.pages[f"/page/{id}.html"] = (
                f'<html lang="ar"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head><body>'
                f"<article><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></article></body></html>"
            ).encode()
        self.feeds[path] = (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>صحيفة النورس</title>'
            f"<link>{self.base}/</link><language>ar</language>{''.join(rows)}</channel></rss>"
        ).encode()


def news(number: int) -> tuple[str, str, str]:
    """Give an entry that is like no other: (id, title, text)."""
    words = " ".join(f"خبر{number}كلمة{n}" for n in range(60))
    return f"n{number}", f"عنوان الخبر رقم {number}", f"تفاصيل الخبر {number} كما وردت: {words}."


@contextmanager
def open_press() -> Iterator[Press]:
    """Serve a press on a free port of loopback."""
    press = Press()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            press.asked[self.path] += 1
            press.asked_with.append((self.path, dict(self.headers)))
            body = press.feeds.get(self.path) or press.pages.get(self.path)
            kind = "application/rss+xml" if self.path in press.feeds else "text/html; charset=utf-8"
            special = press.special.get(self.path, Reply(200 if body else 404))
            if special.etag and self.headers.get("If-None-Match") == special.etag:
                special = Reply(304, etag=special.etag)
            self.reply(special, body or b"" if special.status != 304 else b"", kind)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            press.sent.append((self.path, dict(self.headers), body))
            press.received.append((self.headers["webhook-id"], json.loads(body)))
            self.reply(press.special.get(self.path, Reply(press.answer)), b"", "text/plain")

        def reply(self, how: Reply, body: bytes, kind: str) -> None:
            self.send_response(how.status)
            tag = {"ETag": how.etag} if how.etag else {}
            lines = {"Content-Type": kind, "Content-Length": str(len(body))} | tag | how.headers
            for name, value in lines.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) - how.cut])
            self.close_connection = bool(how.cut)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    press.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield press
    finally:
        server.shutdown()
        server.server_close()
