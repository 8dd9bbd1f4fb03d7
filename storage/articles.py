"""Articles, what came over the wire, and the page jobs of those whose feed gave less than the full text."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, case, col, func, select, update

from domain.address import is_article_address
from domain.article import Basis, Draft, Text
from domain.errors import NotFound
from domain.furniture import blanked
from storage import queue
from storage.engine import insert_for, portions
from storage.models import Article, Feed, PageJob

PAGES = queue.KINDS["pages"]
ASKED = ("ar", "")  # languages of articles that topics are asked about

# Asked at every visit: made once, for a statement with a list of its own costs more to put together than to run.
_KNOWN = select(Article.key).where(col(Article.key).in_(bindparam("keys", expanding=True)))
_KNOWN_TEXTS = select(Article.text_key).where(col(Article.text_key).in_(bindparam("keys", expanding=True)))
_ELSEWHERE = (
    select(Article, Feed.host)
    .join(Feed)
    .where(col(Article.canonical).in_(bindparam("addresses", expanding=True)), Feed.id != bindparam("feed"))
)


def known(session: Session, keys: Sequence[str]) -> set[str]:
    """Give those of the entry keys that are stored."""
    found: set[str] = set()
    for part in portions(keys):
        found.update(session.exec(_KNOWN, params={"keys": part}))
    return found


def store(session: Session, drafts: Sequence[tuple[Draft, int]], feed_id: int | None, document: str) -> dict[str, int]:
    """Insert articles, each with the fingerprint of its text. Gives the id of each that was not there, by key."""
    rows = [
        {
            "key": draft.key, "text_key": draft.text_key, "feed_id": feed_id, "url": draft.url, "title": draft.title,
            "text": draft.body, "basis": draft.basis, "text_status": draft.text_status, "outlet": draft.outlet,
            "author": draft.author, "section": draft.section, "language": draft.language, "published": draft.published,
            "published_raw": draft.published_raw, "event_at": draft.event_at, "first_seen": draft.first_seen,
            "date_method": draft.date_method, "date_confidence": draft.date_confidence,
            "may_alert": draft.may_alert, "document": document, "page_document": "", "exact": exact,
            "flags": " ".join(draft.flags), "served": draft.served, "said": draft.said, "link_key": draft.link_key,
            "revisions": 0, "frozen": "", "rereads": 0, "credit": "", "source": draft.source, **_own(draft),
        }
        for draft, exact in drafts
    ]  # fmt: skip
    if not rows:
        return {}
    statement = insert_for(session, Article).on_conflict_do_nothing(index_elements=["key"])
    added = session.exec(statement.returning(col(Article.id), col(Article.key)), params=rows)
    return {key: id for id, key in added}


def _own(draft: Draft) -> dict[str, Any]:
    """Give what identifies an article, and what of its text is its own."""
    start, end = draft.own or (0, len(draft.body))
    return {
        "canonical": draft.canonical, "image": draft.image, "mask": draft.mask, "own_from": start,
        "own_to": end if end < len(draft.body) else None,
    }  # fmt: skip


def seen_elsewhere(session: Session, drafts: Sequence[Draft], feed_id: int) -> dict[tuple[str, str], list[Text]]:
    """Give by (address, outlet) what other feeds of the outlet brought of the drafts' articles.

    Two feeds are of one outlet when they bear its name, or are served by one host.
    """
    addresses = sorted({draft.canonical for draft in drafts if is_article_address(draft.canonical)})
    stored = [
        row
        for part in portions(addresses)
        for row in session.exec(_ELSEWHERE, params={"feed": feed_id, "addresses": part})
    ]
    host = session.exec(select(Feed.host).where(Feed.id == feed_id)).first() if stored else None
    names = {draft.outlet for draft in drafts}
    found: dict[tuple[str, str], list[Text]] = defaultdict(list)
    for article, other in stored:
        for outlet in names if other == host else {article.outlet}:
            found[article.canonical, outlet].append(read(article))
    return found


def titles(session: Session, outlet: str, since: datetime) -> list[str]:
    """Give the headlines of an outlet's articles from a time on."""
    return list(session.exec(select(Article.title).where(Article.outlet == outlet, Article.event_at >= since)))


def want_pages(session: Session, pages: Iterable[tuple[int, str]], due: datetime) -> None:
    """Make page jobs for (article id, host)."""
    rows = [{"article_id": id, "host": host, "due": due} for id, host in pages]
    if rows:
        statement = insert_for(session, PageJob).on_conflict_do_nothing(index_elements=["article_id"])
        session.exec(statement, params=rows)


def page_rows(session: Session, ids: Sequence[int]) -> list[tuple[PageJob, Article]]:
    """Give page jobs with their articles."""
    rows = select(PageJob, Article).join(Article).where(col(Article.id).in_(ids))
    return [(job, article) for job, article in session.exec(rows)]


def make_pages_due(session: Session, now: datetime) -> None:
    """Make every page job ready that waits for a time, whatever it waits for."""
    waiting = update(PageJob).where(col(PageJob.due) > now, col(PageJob.locked_until).is_(None))
    session.exec(waiting.values(due=now))


def get(session: Session, id: int) -> Article:
    """Give an article. Raises NotFound."""
    article = session.get(Article, id)
    if article is None:
        raise NotFound(f"there is no article {id}: `marsad articles search` finds ids")
    return article


def at_address(session: Session, url: str) -> Article | None:
    """Give the newest stored article of an address, one with its full text first."""
    rows = select(Article).where(Article.url == url).order_by(col(Article.basis) != "full", col(Article.id).desc())
    return session.exec(rows.limit(1)).first()


def set_text(session: Session, id: int, draft: Draft, exact: int, more: Mapping[str, str]) -> None:
    """Give an article another text, and what else is known better; `more` are columns of whoever brings it."""
    values = {
        "text": draft.body, "basis": draft.basis, "text_status": draft.text_status, "exact": exact, **more,
        "author": draft.author, "section": draft.section, "language": draft.language,
        "published": draft.published, "published_raw": draft.published_raw, "event_at": draft.event_at,
        "date_method": draft.date_method, "date_confidence": draft.date_confidence, "flags": " ".join(draft.flags),
        **_own(draft),
    }  # fmt: skip
    session.exec(update(Article).where(col(Article.id) == id).values(**values))


def mark_text(session: Session, id: int, status: str) -> None:
    """Write down why an article stands on its feed's text."""
    session.exec(update(Article).where(col(Article.id) == id).values(text_status=status))


def group_of(session: Session, id: int) -> int:
    """Give the copy group of an article."""
    return session.exec(select(Article.group_id).where(Article.id == id)).one() or id


def known_texts(session: Session, text_keys: Sequence[str]) -> set[str]:
    """Give those of the text keys that are stored: the same entry under a new id."""
    found: set[str] = set()
    for part in portions(text_keys):
        found.update(session.exec(_KNOWN_TEXTS, params={"keys": part}))
    return found


def sightings(session: Session, group_id: int | None) -> list[Article]:
    """Give the articles of a copy group, earliest first."""
    if group_id is None:
        return []
    rows = select(Article).where(Article.group_id == group_id).order_by(col(Article.event_at), col(Article.id))
    return list(session.exec(rows))


def id_of(session: Session, key: str) -> int:
    """Give the id of the article with a key."""
    return session.exec(select(Article.id).where(Article.key == key)).one() or 0


def grouped(session: Session) -> "list[Listed]":
    """Give all articles that are copies of another, oldest first."""
    rows = select(Article).where(Article.group_id != Article.id).order_by(col(Article.id))
    return [
        Listed(a.id or 0, a.title, a.outlet, a.event_at, a.url, 0, a.group_id or 0, source=a.source)
        for a in session.exec(rows)
    ]


def waiting_pages(session: Session, ids: Iterable[int]) -> int:
    """Count those of the articles whose page is still to come."""
    rows = select(func.count()).where(PageJob.state == "waiting")
    return sum(session.exec(rows.where(col(PageJob.article_id).in_(part))).one() for part in portions(ids))


def added_since(session: Session, article_id: int) -> list[int]:
    """Give the ids of the articles stored after one."""
    return [id for id in session.exec(select(Article.id).where(col(Article.id) > article_id)) if id is not None]


def last_id(session: Session) -> int:
    """Give the id of the newest article, 0 where there is none."""
    return session.exec(select(func.max(Article.id))).one() or 0


def total(session: Session) -> int:
    """Count the articles."""
    return session.exec(select(func.count()).select_from(Article)).one()


def times(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Give the event times of articles by id, in seconds since 1970."""
    rows = select(Article.id, Article.event_at)
    found = (row for part in portions(ids) for row in session.exec(rows.where(col(Article.id).in_(part))))
    return {id: int(at.timestamp()) for id, at in found if id is not None}


def asked_about(session: Session, last: int) -> int:
    """Count the articles up to the id `last` that topics are asked about: those in Arabic, or in no known language."""
    return session.exec(
        select(func.count()).select_from(Article).where(col(Article.language).in_(ASKED), col(Article.id) <= last)
    ).one()


def bases(session: Session, ids: Iterable[int]) -> dict[int, Basis]:
    """Give what the texts of articles are, by id."""
    rows = select(Article.id, Article.basis)
    found = (row for part in portions(ids) for row in session.exec(rows.where(col(Article.id).in_(part))))
    return {id: Basis(basis) for id, basis in found if id is not None}


def texts(session: Session, ids: Iterable[int]) -> dict[int, Text]:
    """Give what the decisions read of articles, by id."""
    return {
        article.id or 0: read(article)
        for part in portions(ids)
        for article in session.exec(select(Article).where(col(Article.id).in_(part)))
    }


def read(article: Article) -> Text:
    """Give what the decisions read of an article."""
    end = len(article.text) if article.own_to is None else article.own_to
    return Text(article.title, blanked(article.text, article.own_from, end), Basis(article.basis))


def several(session: Session, ids: Sequence[int]) -> list[Article]:
    """Give articles by their ids."""
    return list(session.exec(select(Article).where(col(Article.id).in_(ids))))


def outlets(session: Session) -> list[tuple[str, int]]:
    """Give the outlets with the number of their articles, largest first; a channel's posts do not count."""
    number = func.sum(case((col(Article.source) == "web", 1), else_=0))
    rows = select(Article.outlet, number).group_by(Article.outlet).order_by(number.desc(), col(Article.outlet))
    return [(name, int(web)) for name, web in session.exec(rows)]


# Where a page of a list ends: the time and the id of its last row. The next page begins after it.
Cursor = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a list; `score`, `reason` and `basis` where a topic is asked about."""

    id: int
    title: str
    outlet: str
    published: datetime
    url: str
    copies: int
    group_id: int
    score: float | None = None
    basis: str = ""
    state: str = ""
    provisional: bool = False
    reason: dict[str, Any] = field(default_factory=dict)
    source: str = "web"
