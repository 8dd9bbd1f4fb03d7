"""Learns what an outlet repeats, and cuts its articles of late anew where the mask has changed.

The texts stay as they were stored; what changes is which part of each is decided on, its fingerprint, and with it the
copy groups. Matches stand: they name what they were made with.
"""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from domain import arabic
from domain.article import Basis
from domain.copies import Fingerprint, fingerprint
from domain.errors import BadInput
from domain.fingerprints import Mask
from domain.furniture import blanked, learn_mask, own_part, same
from domain.topics.ceiling import hashed
from domain.topics.decide import weigh
from storage import masks, search, stems
from storage.engine import lock_grouping
from storage.models import Article
from worker.context import Context
from worker.retro import Progress, unseen
from worker.settle import Settling
from worker.stories import assign

CHUNK = 100


def learn_outlet(context: Context, outlet: str, progress: Progress = unseen) -> dict[str, Any]:
    """Learn an outlet and recompute its articles within the window. Gives the version and what was counted.

    Raises BadInput where no text of the outlet is stored.
    """
    with context.db.read() as session:
        told = masks.texts(session, outlet)
        before = masks.load(session, [outlet]).get(outlet)
    if not told:
        raise BadInput(f"no text of {outlet} is stored")
    version = before.version if before else 0
    mask = learn_mask(told, version + 1, before)
    if same(mask, before or Mask(0, b"")):
        mask = before or Mask(0, b"")
    context.db.transact(lambda session: masks.keep(session, outlet, mask, len(told), context.clock()))
    done = _recompute(context, outlet, mask, progress)
    return {"version": mask.version, "learned": len(told), "recomputed": done}


def _recompute(context: Context, outlet: str, mask: Mask, progress: Progress) -> int:
    """Cut and fingerprint the articles that an older mask cut, newest first, a few in each transaction."""
    since = context.clock() - timedelta(days=context.settings.copy_window_days)
    done = 0
    while number := context.db.transact(lambda session: _some(context, session, outlet, mask, since)):
        done += number
        progress(done, done)
    return done


def _some(context: Context, session: Session, outlet: str, mask: Mask, since: Any) -> int:
    lock_grouping(session)
    rows = masks.older(session, outlet, mask.version, since, CHUNK)
    window = timedelta(days=context.settings.copy_window_days)
    settling = Settling(session, context.clock(), window, context.masks)
    settling.lift([article.id or 0 for article in rows])
    prints = {article.id or 0: recut(session, article, mask) for article in rows}
    settling.place(prints)
    assign(session, {}, settling.run().moved, context.clock())  # a story follows its groups
    return len(rows)


def recut(session: Session, article: Article, mask: Mask) -> Fingerprint:
    """Cut one article by a mask. Gives its new fingerprint."""
    assert article.id is not None
    start, end = own_part(article.title, article.text, mask)
    body = blanked(article.text, start, end)
    made = fingerprint(body or article.title, mask)
    if (start, end) != (article.own_from, len(article.text) if article.own_to is None else article.own_to):
        _reindex(session, article, body)
    masks.set_own(session, article.id, (start, end if end < len(article.text) else None), mask.version, made.exact)
    return made


def _reindex(session: Session, article: Article, body: str) -> None:
    """Let search and retro-hunts read the part that is the article's own now."""
    assert article.id is not None
    id, basis, title, stemmed = article.id, Basis(article.basis), arabic.stems(article.title), arabic.stems(body)
    search.unindex(session, [id])
    search.index(session, [(id, title, stemmed)])
    if article.language in stems.ASKED:
        length = weigh(title, stemmed, basis).length
        stems.keep(session, [(id, basis, hashed(title, stemmed, length))])
