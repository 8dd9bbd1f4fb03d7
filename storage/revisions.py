"""Revisions: what articles said before they were changed, and how a change of an entry is found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam
from sqlmodel import Session, col, delete, select, update

from domain.article import Basis, Draft, Text
from domain.errors import NotFound
from domain.revisions import Change, Past, Verdict, bare_title, content_key, kept_numbers
from storage.engine import insert_for, portions
from storage.models import Article, PageJob, Revision


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept of a known entry to tell whether it changed (`storage.revised.Revised`)."""

    id: int
    served: int
    said: int


# With a list of its own the statement would be put together anew each time, which costs more than to run it.
_HELD = select(Article.key, Article.id, Article.served, Article.said).where(
    col(Article.key).in_(bindparam("keys", expanding=True, type_=String))
)


_BY_LINK = (
    select(Article.link_key, Article.id)
    .where(col(Article.link_key).in_(bindparam("links", expanding=True)))
    .order_by(col(Article.id))
)
_SAID = select(Article.said).where(
    Article.feed_id == bindparam("feed"), col(Article.said).in_(bindparam("said", expanding=True))
)


def held(session: Session, keys: Iterable[str]) -> dict[str, Held]:
    """Give what is kept of those of the entry keys that are stored."""
    return {
        key: Held(id or 0, served, said)
        for part in portions(keys)
        for key, id, served, said in session.exec(_HELD, params={"keys": part})
    }


def by_link(session: Session, link_keys: Iterable[int]) -> dict[int, int]:
    """Give for each key of a link the id of the latest article that has it."""
    return {key: id or 0 for part in portions(link_keys) for key, id in session.exec(_BY_LINK, params={"links": part})}


def said_before(session: Session, feed_id: int | None, said: Iterable[int]) -> set[int]:
    """Give those of the content keys that entries of this feed had."""
    return {key for part in portions(said) for key in session.exec(_SAID, params={"feed": feed_id, "said": part})}


def adopt(session: Session, known: Iterable[tuple[int, Draft]]) -> None:
    """Write down what entries say, without a revision: they were stored before that was kept, or nothing counts."""
    for id, draft in known:
        values = {"served": draft.served, "said": draft.said, "link_key": draft.link_key}
        session.exec(update(Article).where(col(Article.id) == id).values(**values))


def of(session: Session, article_id: int) -> list[Revision]:
    """Give the revisions of an article that are kept, oldest first."""
    rows = select(Revision).where(Revision.article_id == article_id).order_by(col(Revision.number))
    return list(session.exec(rows))


def past(session: Session, article: Article, source: str, visit_before: datetime | None) -> Past:
    """Give what an article went through. `visit_before` is when its feed was visited the last time."""
    kept = of(session, article.id or 0)
    if not kept:
        return Past(longest=len(article.text.split()), frozen=article.frozen)
    last = kept[-1]
    running = last.source == source and (visit_before is None or last.at >= visit_before)
    texts = [article.text, *(row.text for row in kept)]
    return Past(
        number=article.revisions, streak=last.streak if running else 0, edits=sum(row.edit for row in kept),
        returned=any(row.returned for row in kept), contents=frozenset(row.content for row in kept),
        titles=frozenset(bare_title(title) for title in (article.title, *(row.title for row in kept))),
        longest=max(len(text.split()) for text in texts), frozen=article.frozen,
    )  # fmt: skip


def keep(session: Session, article: Article, change: Change, verdict: Verdict, source: str, now: datetime) -> None:
    """Keep what an article says until now as a revision; of very many the first and the latest stay."""
    number = article.revisions + 1
    was = content_key(Text(article.title, article.text))
    session.add(Revision(
        article_id=article.id or 0, number=number, at=now, title=article.title, text=article.text,
        basis=article.basis, changed=" ".join(change.parts), source=source, content=was,
        streak=verdict.streak, edit=verdict.edit, returned=verdict.returned,
    ))  # fmt: skip
    session.exec(update(Article).where(col(Article.id) == article.id).values(revisions=number, rereads=0))
    session.flush()
    numbers = session.exec(
        select(Revision.number).where(Revision.article_id == article.id).order_by(col(Revision.number))
    )
    if gone := list(kept_numbers(list(numbers))):
        session.exec(delete(Revision).where(col(Revision.article_id) == article.id, col(Revision.number).in_(gone)))


def freeze(session: Session, article_id: int, why: str) -> None:
    """Write down why no more revisions of an article are made; empty: they are again."""
    session.exec(update(Article).where(col(Article.id) == article_id).values(frozen=why))


def ask_page_again(session: Session, article: Article, host: str, due: datetime) -> None:
    """Let the page of an article be read again, and count that until a revision comes of it."""
    fresh = {"host": host, "due": due, "state": "waiting", "attempts": 0}
    statement = insert_for(session, PageJob).values(article_id=article.id, **fresh)
    session.exec(statement.on_conflict_do_update(index_elements=["article_id"], set_=fresh))
    session.exec(update(Article).where(col(Article.id) == article.id).values(rereads=Article.rereads + 1))


@dataclass(frozen=True, slots=True)
class Compared:
    """A revision with the texts before and after it; where later ones are not kept, after is the next that is."""

    revision: Revision
    before: Text
    after: Text


def compared(article: Article, kept: Sequence[Revision], number: int | None = None) -> Compared:
    """Give one of an article's revisions, the latest unless told which, with both texts. Raises NotFound."""
    for index, row in enumerate(kept):
        if row.number == (kept[-1].number if number is None else number):
            later = kept[index + 1] if index + 1 < len(kept) else article
            return Compared(row, *(Text(r.title, r.text, Basis(r.basis)) for r in (row, later)))
    if not article.revisions:
        raise NotFound(f"article {article.id} was never revised")
    raise NotFound(
        f"no revision {number} of article {article.id} is kept: `marsad articles show {article.id}` lists them"
    )
