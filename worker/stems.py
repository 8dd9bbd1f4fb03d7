"""Keeps the stems of articles that were stored before stems were kept, or when they were made in another way."""

from sqlmodel import Session

from domain.article import Basis
from domain.topics.ceiling import hash_text
from storage import articles, stems
from storage.engine import lock_grouping
from worker.context import Context

AT_ONCE = 200  # articles in one transaction: others who store wait for it


def complete(context: Context, last: int) -> int:
    """Keep the stems of all articles up to the id `last` that lack them. Gives how many did."""
    done = 0
    while number := context.db.transact(lambda session: _keep_some(session, last)):
        done += number
    return done


def _keep_some(session: Session, last: int) -> int:
    lock_grouping(session)
    ids = [id for id, _ in stems.missing(session, last, AT_ONCE)]
    texts = articles.texts(session, ids)
    stems.keep(session, [(id, Basis(text.basis), hash_text(text)) for id, text in texts.items()])
    return len(texts)
