"""What the entries of a feed said at its last visit, packed by `worker.parts`."""

from sqlmodel import Session, select

from storage.engine import insert_for
from storage.models import Served


def stubs_of(session: Session, feed_id: int | None) -> bytes:
    """Give what is kept of a feed, empty where nothing is."""
    return session.exec(select(Served.stubs).where(Served.feed_id == feed_id)).first() or b""


def keep(session: Session, feed_id: int | None, stubs: bytes) -> None:
    """Keep this of a feed in the place of what was kept."""
    statement = insert_for(session, Served).values(feed_id=feed_id, stubs=stubs)
    session.exec(statement.on_conflict_do_update(index_elements=["feed_id"], set_={"stubs": stubs}))
