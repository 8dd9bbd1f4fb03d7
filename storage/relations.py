"""How articles stand to each other: where each stands in its group, the links between texts, and analysts' words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, func, insert, or_, select

from domain.copies import Relation as CopyRelation
from domain.errors import NotFound
from domain.furniture import blanked
from domain.groups import Bundles, Place
from storage.engine import portions
from storage.models import Article, CopyVerdict, Relation

PARTS = "contains", "contained"  # kinds of links, which merge nothing
VERDICT = "copy_verdict"  # the job that keeps an analyst's word
_COLUMNS: Any = columns(
    col(Article.id), col(Article.key), col(Article.group_id), col(Article.outlet), col(Article.event_at),
    col(Article.exact), col(Article.mask),
)  # fmt: skip

# Statements that are asked for each article: made once, since it costs more to put them together than to run them.
_IDS: Any = col(Article.id).in_(bindparam("ids", expanding=True))
_BY_ID = _COLUMNS.where(_IDS)
_TEXTS = columns(
    col(Article.id), col(Article.title), col(Article.text), col(Article.own_from), col(Article.own_to)
).where(_IDS)
FEW = 200  # articles that are later: so many are read whole before it is asked which of many they are


@dataclass(slots=True)
class Standing:
    """Where an article stands: the id of its group's lead, None while that is not decided."""

    id: int
    key: str
    group: int | None
    outlet: str
    event_at: datetime
    exact: int
    mask: int

    @property
    def place(self) -> Place:
        """Give its place in the order in which groups are decided."""
        return self.event_at, self.key


@dataclass(frozen=True, slots=True)
class Linked:
    """A relation as seen from one of its two articles: the other one, and what it is to this one.

    `kind`: this one is a `copy` or an `update` of the other; the other is a later `copied` or `updated` of this one;
    this one `contains` the other or is `contained` in it. `runs` lists [word of this, word of the other, words].
    """

    kind: str
    other: Article
    share: float
    shared: int
    runs: tuple[tuple[int, int, int], ...]
    made_with: str


@dataclass(frozen=True, slots=True)
class Links:
    """Of several articles, those that are `updates`, and by article those that hold its text whole."""

    updates: set[int] = field(default_factory=set)
    holders: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def _standing(row: Any) -> Standing:
    return Standing(*row)


def standings(session: Session, ids: Iterable[int]) -> dict[int, Standing]:
    """Say where articles stand."""
    found = (row for part in portions(ids) for row in session.execute(_BY_ID, {"ids": part}))
    return {standing.id: standing for standing in map(_standing, found)}


def later(session: Session, holders: Iterable[int], since: datetime) -> dict[int, Standing]:
    """Say where those of the articles, and of their followers, stand that are not earlier than `since`."""
    rows = _COLUMNS.where(col(Article.event_at) >= since)
    newest = [_standing(row) for row in session.execute(rows.limit(FEW + 1))]
    if len(newest) <= FEW:  # as a rule news are the newest
        wanted = set(holders)
        return {standing.id: standing for standing in newest if {standing.id, standing.group} & wanted}
    asked = (
        rows.where(place.in_(part)) for part in portions(holders) for place in (col(Article.id), col(Article.group_id))
    )
    return {standing.id: standing for query in asked for standing in map(_standing, session.execute(query))}


def alike(session: Session, exacts: Iterable[int], since: datetime) -> dict[int, list[Standing]]:
    """Give for each whole-text fingerprint the articles with it from `since` on, and the earliest ever."""
    found: dict[int, dict[int, Standing]] = defaultdict(dict)
    for part in portions(set(exacts)):
        rows = _COLUMNS.where(col(Article.exact).in_(part))
        number = func.row_number().over(
            partition_by=col(Article.exact), order_by=(col(Article.event_at), col(Article.key))
        )
        ranked = select(col(Article.id), number.label("number")).where(col(Article.exact).in_(part)).subquery()
        first = _COLUMNS.join(ranked, ranked.c.id == col(Article.id)).where(ranked.c.number == 1)
        for query in (rows.where(col(Article.event_at) >= since), first):
            for standing in map(_standing, session.execute(query)):
                found[standing.exact][standing.id] = standing
    return {exact: list(rows.values()) for exact, rows in found.items()}


def alike_later(session: Session, exact: int, since: datetime) -> list[Standing]:
    """Give the articles with a whole-text fingerprint that are not earlier than `since`."""
    rows = _COLUMNS.where(Article.exact == exact, col(Article.event_at) >= since)
    return [_standing(row) for row in session.execute(rows)]


def followers(session: Session, lead: int) -> list[Standing]:
    """Give the articles that follow a lead."""
    rows = _COLUMNS.where(Article.group_id == lead, Article.id != lead)
    return [_standing(row) for row in session.execute(rows)]


def texts(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Give of articles what is fingerprinted (the own part of the text, else the headline), and all that can be."""
    found: dict[int, tuple[str, str]] = {}
    for part in portions(ids):
        for id, title, text, start, end in session.execute(_TEXTS, {"ids": part}):
            own = blanked(text, start, len(text) if end is None else end)
            found[id] = own or title, text or title
    return found


def replace(session: Session, rows: Mapping[int, Sequence[dict[str, Any]]]) -> None:
    """Write the relations of articles to heads before them, in place of those that stood."""
    for part in portions(rows):
        session.exec(delete(Relation).where(col(Relation.a).in_(part)))
    made = [row for each in rows.values() for row in each]
    if made:
        session.exec(insert(Relation), params=made)


def of(session: Session, id: int) -> list[Linked]:
    """Give the relations of an article, from its side, in the order of the others' times."""
    rows = select(Relation).where(or_(Relation.a == id, Relation.b == id))
    found = list(session.exec(rows))
    ids = [row.b if row.a == id else row.a for row in found]
    others = {a.id: a for part in portions(ids) for a in session.exec(select(Article).where(col(Article.id).in_(part)))}
    linked = [_linked(row, id, others[other]) for row, other in zip(found, ids, strict=True)]
    return sorted(linked, key=lambda link: (link.other.event_at, link.other.id or 0))


def links(session: Session, ids: Iterable[int]) -> Links:
    """Say which articles are updates, and which hold the text of a head or are held by one."""
    found = Links()
    for part in portions(set(ids)):
        rows = columns(col(Relation.a), col(Relation.b), col(Relation.kind), col(Relation.longer))
        rows = rows.where(col(Relation.a).in_(part), col(Relation.kind) != CopyRelation.COPY)
        for a, b, kind, longer in session.execute(rows):
            if kind == CopyRelation.UPDATE:
                found.updates.add(a)
            else:
                found.holders[b if longer == a else a].add(longer)
    return found


def _linked(row: Relation, id: int, other: Article) -> Linked:
    runs = tuple((a, b, n) if row.a == id else (b, a, n) for a, b, n in row.evidence)
    names = {"copy": ("copy", "copied"), "update": ("update", "updated")}
    kind = names[row.kind][row.b == id] if row.kind in names else "contains" if row.longer == id else "contained"
    return Linked(kind, other, row.share, row.shared, runs, row.made_with)


def said(session: Session) -> Bundles[int]:
    """Give what analysts said and did not undo."""
    rows = select(CopyVerdict).where(col(CopyVerdict.undone).is_(None)).order_by(col(CopyVerdict.id))
    found = list(session.exec(rows))
    return Bundles([(v.a, v.b) for v in found if v.same], [(v.a, v.b) for v in found if not v.same])


def verdicts(session: Session, *, all: bool = False, article: int | None = None) -> list[CopyVerdict]:
    """Give what analysts said, oldest first; what was undone with `all` only, of one article with `article`."""
    rows = select(CopyVerdict).order_by(col(CopyVerdict.at), col(CopyVerdict.id))
    if not all:
        rows = rows.where(col(CopyVerdict.undone).is_(None))
    if article is not None:
        rows = rows.where(or_(CopyVerdict.a == article, CopyVerdict.b == article))
    return list(session.exec(rows))


def say(session: Session, a: int, b: int, same: bool, now: datetime) -> None:
    """Keep an analyst's word about two articles, unless it is in force already; what was undone stays on record."""
    if _in_force(session, a, b, same) is None:
        session.add(CopyVerdict(a=min(a, b), b=max(a, b), same=same, at=now))
        session.flush()


def _in_force(session: Session, a: int, b: int, same: bool) -> CopyVerdict | None:
    rows = select(CopyVerdict).where(CopyVerdict.a == min(a, b), CopyVerdict.b == max(a, b), CopyVerdict.same == same)
    return session.exec(rows.where(col(CopyVerdict.undone).is_(None))).first()


def unsay(session: Session, a: int, b: int, same: bool, now: datetime) -> None:
    """Undo an analyst's word about two articles. Raises NotFound where it was not said."""
    found = _in_force(session, a, b, same)
    if found is None:
        what = "the same" if same else "not the same"
        raise NotFound(f"{a} and {b} were not said to be {what}: see `marsad articles verdicts`")
    found.undone = now
    session.add(found)
    session.flush()
