"""Outlets: their cards, and what is stored of each."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select, update

from domain.errors import AlreadyExists, NotFound
from domain.outlets import Card, site_key, site_keys
from storage.engine import insert_for, portions
from storage.models import Article, Feed, Outlet, OutletSite

DAYS = 14  # over which articles per day are counted
_FACTS = tuple(Card.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of an outlet: `days` are its articles of each of the last 14 days, the last one today."""

    articles: int
    first: datetime | None
    last: datetime | None
    days: tuple[tuple[date, int], ...]

    @property
    def per_day(self) -> float:
        """Give the mean number of articles of a day that is over."""
        past = [number for _, number in self.days[:-1]]
        return sum(past) / len(past) if past else 0.0


def card_of(outlet: Outlet) -> Card:
    """Give the card of a row."""
    return Card(**{name: getattr(outlet, name) for name in _FACTS})


def put(session: Session, cards: Iterable[Card]) -> int:
    """Keep the cards of a catalogue; one that an operator changed stays as it is. Gives how many are new."""
    there = {outlet.name: outlet for outlet in session.exec(select(Outlet))}
    added = 0
    for card in cards:
        outlet = there.get(card.name)
        if outlet is None:
            outlet = Outlet(**asdict(card))
            session.add(outlet)
            session.flush()
            added += 1
        elif outlet.edited or card_of(outlet) == card:
            continue
        else:
            session.exec(update(Outlet).where(col(Outlet.id) == outlet.id).values(**asdict(card)))
        _put_site(session, outlet.id or 0, card.site_url)
    return added


def _put_site(session: Session, id: int, url: str) -> None:
    """Say that a site is an outlet's; who had it first keeps it."""
    if key := site_key(url):
        statement = insert_for(session, OutletSite).values(key=key, outlet_id=id)
        session.exec(statement.on_conflict_do_nothing(index_elements=["key"]))


def add(session: Session, card: Card) -> Outlet:
    """Add an outlet by hand. Raises AlreadyExists."""
    if find(session, card.name) is not None:
        raise AlreadyExists(f"the outlet {card.name} is there already: `marsad outlets edit` changes it")
    outlet = Outlet(**asdict(card), edited=True)
    session.add(outlet)
    session.flush()
    _put_site(session, outlet.id or 0, card.site_url)
    return outlet


def edit(session: Session, outlet: Outlet, **facts: Any) -> None:
    """Change a card; from then on no catalogue writes over it. A name stays, for feeds and articles bear it."""
    session.exec(update(Outlet).where(col(Outlet.id) == outlet.id).values(edited=True, **facts))
    if "site_url" in facts:
        _put_site(session, outlet.id or 0, facts["site_url"])


def find(session: Session, name: str) -> Outlet | None:
    """Give the outlet of a name."""
    return session.exec(select(Outlet).where(Outlet.name == name)).one_or_none()


def get(session: Session, which: str) -> Outlet:
    """Give an outlet by its Arabic, other or English name, or its site. Raises NotFound."""
    for column in (Outlet.name, Outlet.other_name, func.lower(Outlet.name_en)):
        wanted = which.lower() if column is not Outlet.name and column is not Outlet.other_name else which
        rows = session.exec(select(Outlet).where(column == wanted).limit(2)).all()
        if len(rows) == 1:
            return rows[0]
    found = of_address(session, which if "://" in which else f"https://{which}") if "." in which else None
    if found is None:
        raise NotFound(f"there is no outlet {which}: see `marsad outlets list`")
    return found


def by_id(session: Session, id: int) -> Outlet:
    """Give an outlet. Raises NotFound."""
    outlet = session.get(Outlet, id)
    if outlet is None:
        raise NotFound(f"there is no outlet {id}")
    return outlet


def of_address(session: Session, url: str) -> Outlet | None:
    """Give the outlet on whose site an address stands: by its host, or by a host that it is a part of."""
    keys = site_keys(url)
    host = keys[-1] if keys else ""
    while host.count(".") > 1:  # news.outlet.example is of outlet.example
        host = host.partition(".")[2]
        keys.append(host)
    rows = session.exec(select(OutletSite).where(col(OutletSite.key).in_(keys))).all()
    best = min(rows, key=lambda row: keys.index(row.key), default=None)
    return session.get(Outlet, best.outlet_id) if best else None


def of(session: Session, name: str, url: str = "") -> Outlet | None:
    """Give the card of a feed or an article: the one of its outlet's name, else the one of its site."""
    return find(session, name) or (of_address(session, url) if url else None)


def listing(session: Session, country: str = "", kind: str = "", agency: bool = False) -> list[Outlet]:
    """Give the outlets by country and name; those of a country or a kind, or the agencies."""
    rows = select(Outlet).order_by(Outlet.country, Outlet.name)
    if country:
        rows = rows.where(Outlet.country == country)
    if kind:
        rows = rows.where(Outlet.kind == kind)
    return list(session.exec(rows.where(Outlet.agency) if agency else rows))


def facts_of(session: Session, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Give country and kind of outlets by name: what articles are filtered by."""
    found = {}
    for part in portions(names):
        for row in session.exec(select(Outlet).where(col(Outlet.name).in_(part))):
            found[row.name] = (row.country, row.kind)
    return found


def feeds_of(session: Session, outlet: Outlet) -> list[Feed]:
    """Give the feeds of an outlet: those that bear its name."""
    return list(session.exec(select(Feed).where(Feed.outlet == outlet.name).order_by(col(Feed.id))))


def feed_counts(session: Session) -> dict[str, int]:
    """Count the feeds of each outlet, by its name."""
    return dict(session.exec(select(Feed.outlet, func.count()).group_by(Feed.outlet)).all())


def stored(session: Session, outlet: Outlet, now: datetime) -> Stored:
    """Say what is stored of an outlet."""
    mine = Article.outlet == outlet.name
    number, first, last = session.exec(
        select(func.count(), func.min(Article.event_at), func.max(Article.event_at)).where(mine)
    ).one()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    times = session.exec(select(Article.event_at).where(mine, Article.event_at >= starts[0])).all()
    days = tuple((start.date(), sum(start <= at < start + timedelta(days=1) for at in times)) for start in starts)
    return Stored(number, first, last, days)
