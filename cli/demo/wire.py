"""The demo's wire: invented outlets served on loopback as feeds and pages, with articles that appear in waves."""

import html
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from domain.article import Text

BRIEF = 200  # characters that an outlet with brief feeds tells


@dataclass(slots=True)
class Wire:
    """The bundled articles and the wave that has been reached; each outlet's feed shows its articles so far."""

    content: dict[str, Any]
    wave: int = 0
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def reference(self) -> Text:
        """Give the reference article of the demo's topic."""
        reference = self.content["reference"]
        return Text(reference["title"], "\n".join(reference["paragraphs"]))

    @property
    def topic_name(self) -> str:
        """Give the name of the demo's topic."""
        return str(self.content["topic_name"])

    @property
    def outlets(self) -> list[dict[str, Any]]:
        """Give the outlets: key, name, country, encoding of the bytes, declared encoding, whether feeds are brief."""
        return list(self.content["outlets"])

    def shown(self, outlet: str) -> list[dict[str, Any]]:
        """Give the articles of an outlet that have appeared, newest first."""
        rows = [a for a in self.content["articles"] if a["outlet"] == outlet and a["wave"] <= self.wave]
        return sorted(rows, key=lambda a: a["minutes_ago"])

    def feed(self, outlet: dict[str, Any], base: str) -> bytes:
        """Write an outlet's feed, in the outlet's bytes under the outlet's label, which may be wrong."""
        items = "".join(self._item(outlet, article, base) for article in self.shown(outlet["key"]))
        text = (
            f'<?xml version="1.0" encoding="{outlet["declared"]}"?><rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>{html.escape(outlet['name'])}</title><link>{base}/{outlet['key']}/</link>"
            f"<description>{html.escape(outlet['name'])}</description><language>ar</language>{items}</channel></rss>"
        )
        return text.encode(outlet["encoding"], "xmlcharrefreplace")

    def _item(self, outlet: dict[str, Any], article: dict[str, Any], base: str) -> str:
        text = "\n".join(article["paragraphs"])
        paragraphs = "".join(f"<p>{html.escape(p)}</p>" for p in article["paragraphs"])
        content = "" if outlet["brief"] else f"<content:encoded><![CDATA[{paragraphs}]]></content:encoded>"
        when = self.began - timedelta(minutes=article["minutes_ago"] if article["wave"] == 0 else 0)
        return (
            f"<item><title>{html.escape(article['title'])}</title><guid isPermaLink='false'>{article['id']}</guid>"
            f"<link>{base}/{outlet['key']}/{article['id']}.html</link><category>{html.escape(article['section'])}</category>"
            f"<pubDate>{format_datetime(when)}</pubDate><description>{html.escape(text[:BRIEF])}</description>{content}</item>"
        )

    def page(self, outlet: dict[str, Any], id: str) -> bytes | None:
        """Write the page of an article that has appeared."""
        for article in self.shown(outlet["key"]):
            if article["id"] == id:
                paragraphs = "".join(f"<p>{html.escape(p)}</p>" for p in article["paragraphs"])
                title = html.escape(article["title"])
                return (
                    f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8">'
                    f"<title>{title}</title></head>"
                    f"<body><nav><a href='/'>الرئيسية</a></nav><article><h1>{title}</h1>{paragraphs}</article>"
                    f"<footer>{html.escape(outlet['name'])}</footer></body></html>"
                ).encode()
        return None


def load() -> Wire:
    """Read the bundled articles."""
    return Wire(json.loads(files("cli").joinpath("demo", "articles.json").read_text(encoding="utf-8")))


@dataclass(slots=True)
class Receiver:
    """What the demo's webhook receiver was sent: pairs of message id and document."""

    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def serve(wire: Wire, receiver: Receiver) -> tuple[ThreadingHTTPServer, str]:
    """Serve the wire and a webhook receiver (`/hook`) on a free port of loopback. Gives the server and its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            base = f"http://127.0.0.1:{server.server_port}"
            parts = self.path.strip("/").split("/")
            outlet = next((o for o in wire.outlets if o["key"] == parts[0]), None)
            if outlet and parts[1:] == ["rss.xml"]:
                self._answer(200, wire.feed(outlet, base), f"application/rss+xml; charset={outlet['declared']}")
                return
            page = wire.page(outlet, parts[1].removesuffix(".html")) if outlet and len(parts) == 2 else None
            self._answer(200 if page else 404, page or b"", "text/html; charset=utf-8")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.messages.append((self.headers.get("webhook-id", ""), json.loads(body)))
            self._answer(204, b"", "text/plain")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"
