"""The private addresses under which topics are read as feeds."""

import secrets
from datetime import datetime

from sqlmodel import Session, select

from storage.models import FeedToken, Topic


def token_of(session: Session, topic_id: int, now: datetime, *, rotate: bool = False) -> str:
    """Give the secret part of a topic's address, made if there is none yet; with `rotate` the old one ends."""
    row = session.get(FeedToken, topic_id)
    if row is None or rotate:
        row = row or FeedToken(topic_id=topic_id, token="", created=now)
        row.token, row.created = secrets.token_urlsafe(24), now
        session.add(row)
        session.flush()
    return row.token


def topic_of(session: Session, token: str) -> Topic | None:
    """Give the topic that is read under an address, if there is one."""
    return session.exec(select(Topic).join(FeedToken).where(FeedToken.token == token)).one_or_none()
