"""What analysts say of two articles, the same or not the same: kept, and the groups settled by it at once."""

from datetime import timedelta

from sqlmodel import Session

from storage import articles, relations
from storage.engine import lock_grouping
from worker.context import Context
from worker.settle import Settled, Settling
from worker.stories import assign


def say(context: Context, a: int, b: int, *, same: bool, undo: bool = False) -> Settled:
    """Keep or undo an analyst's word about two articles. Gives the groups that changed by it.

    Raises NotFound for an article or a word that is not there, BadInput where the word contradicts another.
    """

    def use_case(session: Session) -> Settled:
        lock_grouping(session)
        articles.get(session, a), articles.get(session, b)
        spoken = relations.said(session)
        if not undo:
            spoken.check(a, b, same=same)
        window = timedelta(days=context.settings.copy_window_days)
        settling = Settling(session, context.clock(), window, context.masks)
        touched = sorted(spoken.of(a) | spoken.of(b))
        settling.lift(touched)
        (relations.unsay if undo else relations.say)(session, a, b, same, context.clock())
        settling.said_anew()
        settling.place(dict.fromkeys(touched))
        settled = settling.run()
        assign(session, {}, settled.moved, context.clock())
        return settled

    return context.db.transact(use_case)
