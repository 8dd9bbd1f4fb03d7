"""What the entries of a feed said at its last visit, packed by `worker.parts`."""

from collections.abc import Mapping

from sqlalchemy import bindparam
from sqlmodel import Session, select

from storage.engine import insert_for
from storage.models import Served

_STUBS = select(Served.stubs).where(Served.feed_id == bindparam("feed"))


def stubs_of(session: Session, feed_id: int | None) -> bytes:
    """Give what is kept of a feed, empty where nothing is."""
    return session.exec(_STUBS, params={"feed": feed_id}).first() or b""


def keep(session: Session, stubs: Mapping[int | None, bytes]) -> None:
    """Keep these of feeds in the place of what was kept."""
    if not stubs:
        return
    statement = insert_for(session, Served)
    newer = statement.on_conflict_do_update(index_elements=["feed_id"], set_={"stubs": statement.excluded.stubs})
    session.exec(newer, params=[{"feed_id": feed, "stubs": packed} for feed, packed in stubs.items()])
