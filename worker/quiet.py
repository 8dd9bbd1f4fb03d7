"""Stores the visits that brought no news: many in one transaction, since most visits are such."""

from collections.abc import Sequence

from sqlmodel import Session

from storage import feeds
from worker.context import Context, Held, failpoint, log
from worker.keep import Kept
from worker.visit import Visit, end_of, poll_of, settle_outlets


def is_quiet(visit: Visit) -> bool:
    """Say whether a visit may be stored with others: the feed is well and says nothing new.

    One that failed is stored at once and alone, for what follows asks how the visits just before it went.
    """
    return visit.well and not visit.brings


def store_quiet(context: Context, held: Held, visits: Sequence[Visit]) -> None:
    """Store visits without news, all or none of them. A feed that another worker has by now is left to that one."""
    if not visits:
        return

    def store(session: Session) -> set[int]:
        now = context.clock()
        ends = {visit.feed.id or 0: end_of(context, session, visit, now) for visit in visits}
        ours = feeds.finish_several(session, ends, held.token)
        settle_outlets(session, [(visit, ends[id]) for visit in visits if (id := visit.feed.id or 0) in ours], now)
        failpoint("before_commit")
        feeds.record_several(session, [poll_of(visit, Kept(), now) for visit in visits if visit.feed.id in ours])
        return ours

    ours = context.db.transact(store)
    for visit in visits:
        if visit.feed.id not in ours:
            log.warning("lease lost", feed=visit.feed.url)
