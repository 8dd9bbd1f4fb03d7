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
class Press:
    """What the press shows: feeds by path, pages by path, and what it was asked and sent."""

    feeds: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answer: int = 204
    base: str = ""

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
            body = press.feeds.get(self.path) or press.pages.get(self.path)
            kind = "application/rss+xml" if self.path in press.feeds else "text/html; charset=utf-8"
            self.reply(200 if body else 404, body or b"", kind)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            press.received.append((self.headers["webhook-id"], json.loads(body)))
            self.reply(press.answer, b"", "text/plain")

        def reply(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    press.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield press
    finally:
        server.shutdown()
        server.server_close()
