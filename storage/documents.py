"""Documents: the bytes that came over the wire, kept as they were, so that a stage can be run again."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.errors import NotFound
from storage.engine import insert_for
from storage.models import Document


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes as they came, of a `feed` or a `page`, with the address and the type that was told."""

    body: bytes
    kind: str
    url: str
    content_type: str


def keep_document(session: Session, body: bytes, *, kind: str, url: str, content_type: str, now: datetime) -> str:
    """Keep bytes as they came, compressed, once. Gives their SHA-256 in hex."""
    return keep_documents(session, [Bytes(body, kind, url, content_type)], now)[0]


def keep_documents(session: Session, came: Sequence[Bytes], now: datetime) -> list[str]:
    """Keep bytes as they came, compressed, once. Gives their SHA-256 in hex, in order."""
    rows = [
        {
            "sha256": hashlib.sha256(one.body).hexdigest(), "kind": one.kind, "url": one.url,
            "content_type": one.content_type, "size": len(one.body), "body": zlib.compress(one.body, 1),
            "first_seen": now,
        }
        for one in came
    ]  # fmt: skip
    if rows:
        session.exec(insert_for(session, Document).on_conflict_do_nothing(index_elements=["sha256"]), params=rows)
    return [str(row["sha256"]) for row in rows]


def document(session: Session, sha256: str) -> bytes:
    """Give kept bytes back. Raises NotFound."""
    row = session.get(Document, sha256)
    if row is None:
        raise NotFound(f"no document {sha256} is kept")
    return zlib.decompress(row.body)
