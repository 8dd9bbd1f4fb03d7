"""Learns what an outlet repeats, and cuts its articles of late anew where the mask has changed.

The texts stay as they were stored; what changes is which part of each is decided on, its fingerprint, and with it the
copy groups. Matches stand: they name what they were made with.
"""

from dataclasses import dataclass
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
Change = tuple[Mask | None, Mask]  # of an outlet's mask: before, now


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of an article from `start` up to `end` that is its own by a version of the mask, and its fingerprint."""

    start: int
    end: int
    body: str
    mask: int
    print: Fingerprint


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
    done = _recompute(context, outlet, (before, mask), progress)
    return {"version": mask.version, "learned": len(told), "recomputed": done}


def _recompute(context: Context, outlet: str, changed: Change, progress: Progress) -> int:
    """Cut and fingerprint the articles that an older mask cut, newest first, a few in each transaction."""
    since = context.clock() - timedelta(days=context.settings.copy_window_days)
    done = 0
    while number := context.db.transact(lambda session: _some(context, session, outlet, changed, since)):
        done += number
        progress(done, done)
    return done


def _some(context: Context, session: Session, outlet: str, changed: Change, since: Any) -> int:
    lock_grouping(session)
    before, mask = changed
    rows = masks.older(session, outlet, mask.version, since, CHUNK)
    cuts = {article.id or 0: _cut(article, mask) for article in rows}
    other = [article.id or 0 for article in rows if not _stays(article, cuts[article.id or 0], before)]
    window = timedelta(days=context.settings.copy_window_days)
    settling = Settling(session, context.clock(), window, context.masks)
    settling.lift(other)
    for article in rows:
        _write(session, article, cuts[article.id or 0])
    settling.place({id: cuts[id].print for id in other})
    assign(session, {}, settling.run().moved, context.clock())  # a story follows its groups
    return len(rows)


def _cut(article: Article, mask: Mask) -> Cut:
    """Cut an article by a mask and fingerprint what is its own."""
    start, end = own_part(article.title, article.text, mask)
    body = blanked(article.text, start, end)
    return Cut(start, end, body, mask.version, fingerprint(body or article.title, mask))


def _stays(article: Article, made: Cut, before: Mask | None) -> bool:
    """Say whether a new mask leaves of an article what the one before it left: then no decision can change."""
    if before is None or article.mask != before.version:
        return False
    old = _cut(article, before)
    return (old.start, old.end) == (made.start, made.end) and old.print.counts_as(made.print)


def _write(session: Session, article: Article, made: Cut) -> None:
    """Write down what of an article is its own, and let search and retro-hunts read that where it is another part."""
    assert article.id is not None
    length = len(article.text)
    if (made.start, made.end) != (article.own_from, length if article.own_to is None else article.own_to):
        _reindex(session, article, made.body)
    part = made.start, made.end if made.end < length else None
    masks.set_own(session, article.id, part, made.mask, made.print.exact)


def _reindex(session: Session, article: Article, body: str) -> None:
    """Let search and retro-hunts read the part that is the article's own now."""
    assert article.id is not None
    id, basis, title, stemmed = article.id, Basis(article.basis), arabic.stems(article.title), arabic.stems(body)
    search.unindex(session, [id])
    search.index(session, [(id, title, stemmed)])
    if article.language in stems.ASKED:
        length = weigh(title, stemmed, basis).length
        stems.keep(session, [(id, basis, hashed(title, stemmed, length))])
