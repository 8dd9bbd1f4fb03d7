"""`marsad feeds add`: a feed, the feeds of a site, or another way to an outlet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from sqlmodel import Session

from cli.discover import choose_feeds, look_for, samples_of
from cli.home import now, open_home
from cli.output import say, show
from domain.address import search_address
from domain.chain import RANKS, Kind
from domain.dates import check_zone
from domain.discovery import site_address, telegram_address
from domain.errors import AlreadyExists, BadInput
from domain.fetching import check_url
from domain.sections import Selectors, make_selectors, samples
from storage import feeds, outlets
from storage.models import Feed
from worker.discover import Found
from worker.extract import check_selectors

ZONE_HELP = "Time zone of its dates, such as Asia/Riyadh; else its country's."
FALSE_Z_HELP = "Dates that say UTC mean that zone; else learned."


@dataclass(frozen=True, slots=True)
class New:
    """A way about to be added: its address, how it is read, and what is known of it."""

    url: str
    kind: Kind = Kind.FEED
    title: str = ""
    selectors: Selectors | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def add(
    url: Annotated[str, typer.Argument(help="Address of a feed, of a site whose feeds are looked for, or t.me/NAME.")],
    outlet: Annotated[str, typer.Option(help="Name of the outlet; else the feed's own title.")] = "",
    country: Annotated[str, typer.Option(help="Country, two letters.")] = "",
    folder: Annotated[str, typer.Option(help="Folder, kept in OPML.")] = "",
    zone: Annotated[str, typer.Option(help=ZONE_HELP)] = "",
    false_z: Annotated[bool | None, typer.Option("--false-z/--no-false-z", help=FALSE_Z_HELP)] = None,
    first: Annotated[bool, typer.Option("--first", help="Of a site, add the first feed found.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Of a site, add every feed found.")] = False,
    unchecked: Annotated[bool, typer.Option("--unchecked", help="Add the address as it is, without a look.")] = False,
    kind: Annotated[str, typer.Option("--as", help="feed, sitemap, section, search or telegram.")] = "",
    item: Annotated[str, typer.Option(help="Of a section: CSS selector of its items; else proposed.")] = "",
    link: Annotated[str, typer.Option(help="Of a section: selector of an item's link.")] = "",
    title: Annotated[str, typer.Option(help="Of a section: selector of an item's headline.")] = "",
    time: Annotated[str, typer.Option(help="Of a section: selector of an item's time.")] = "",
    summary: Annotated[str, typer.Option(help="Of a section: selector of an item's summary.")] = "",
) -> None:
    """Add a feed, or the feeds of a site; it is polled at the next tick, or by `marsad run --once`."""
    facts = {"outlet": outlet, "country": country.upper(), "folder": folder}
    facts |= {"zone": check_zone(zone), "false_z": "" if false_z is None else "yes" if false_z else "no"}
    given = {"item": item, "link": link, "title": title, "time": time, "summary": summary}
    wanted = _kind(kind, url, any(given.values()))
    context = open_home()
    if wanted is None:
        address = check_url(site_address(url))
        with context.db.read() as session:
            if feeds.find(session, address) is not None:
                raise AlreadyExists(f"the feed {address} is there already")
        chosen = [_found(one) for one in ([address] if unchecked else choose_feeds(url, first, every))]
    else:
        chosen = [_way(wanted, url, facts["country"], given, unchecked)]
    for feed in context.db.transact(lambda session: add_all(session, chosen, facts, skip=wanted is None)):
        show(f"{feed.kind} {feed.id}: {feed.url}")


def _kind(told: str, url: str, selectors: bool) -> Kind | None:
    """Give the kind that is meant; None for a feed or a site, which is looked at first."""
    if told and told not in list(Kind):
        raise BadInput(f"there is no kind {told}: give --as {', '.join(Kind)}")
    if selectors and told not in ("", Kind.SECTION):
        raise BadInput("selectors are for section pages: leave them out, or give --as section")
    kind = Kind(told) if told else Kind.SECTION if selectors else Kind.TELEGRAM if telegram_address(url) else None
    return None if kind is Kind.FEED else kind


def _found(one: Found | str) -> New:
    if isinstance(one, str):
        return New(one)
    return New(check_url(one.url), Kind.SITEMAP if one.kind == "sitemap" else Kind.FEED, one.title)


def _way(kind: Kind, url: str, country: str, given: dict[str, str], unchecked: bool) -> New:
    """Give a way of a kind that was asked for. Raises BadInput where there is none at the address."""
    if kind is Kind.TELEGRAM:
        address = telegram_address(url)
        if not address:
            raise BadInput("a public channel is given as t.me/NAME or @NAME")
        return New(address, kind)
    address = check_url(site_address(url))
    if kind is Kind.SEARCH:
        host = urlsplit(address).netloc.removeprefix("www.")
        return New(search_address(host, country), kind, facts={"site_url": address})
    if kind is Kind.SECTION:
        return New(address, kind, selectors=_selectors(url, given))
    found = [] if unchecked else [feed for feed in look_for(url).readable if feed.kind == "sitemap"]
    if not (found or unchecked):
        raise BadInput(f"no news sitemap found at {address}: --unchecked adds it all the same")
    return New(address if unchecked else check_url(found[0].url), kind)


def _selectors(url: str, given: dict[str, str]) -> Selectors:
    """Give the selectors that were given, else those that are proposed for the page."""
    if any(given.values()):
        selectors = make_selectors(**given)
        check_selectors(selectors)
        return selectors
    found = look_for(url)
    if not found.sections:
        why = f"{found.status} {found.detail}".strip()
        raise BadInput(f"no list of articles found at {found.url} ({why}): give the selector of its items by --item")
    say(samples_of(found.sections[0].selectors, samples(found.sections[0]), len(found.sections[0].items)))
    return found.sections[0].selectors


def add_all(session: Session, chosen: Sequence[New], facts: dict[str, str], *, skip: bool) -> list[Feed]:
    """Add ways. With `skip` those of a site that are there already are left out, else they raise AlreadyExists."""
    added = []
    for one in chosen:
        if len(chosen) > 1 and skip and feeds.find(session, one.url) is not None:
            continue
        host = urlsplit(one.url).netloc
        more = dict(one.facts) | ({"selectors": one.selectors.to_json()} if one.selectors else {})
        outlet = facts["outlet"] or _known(session, one)
        given = _by_card(session, one, facts | {"outlet": outlet})
        added.append(
            feeds.add(
                session, one.url, now(), host=host, title=one.title, kind=one.kind.value, rank=RANKS[one.kind],
                **given | more,
            )
        )  # fmt: skip
    return added


def _by_card(session: Session, one: New, facts: dict[str, str]) -> dict[str, str]:
    """Let the card of the outlet on whose site a way stands say what was not said: name, country and zone."""
    card = None if one.kind is Kind.TELEGRAM else outlets.of_address(session, one.facts.get("site_url", one.url))
    if card is None or facts["outlet"] not in ("", card.name):
        return facts
    known = {"outlet": card.name, "country": card.country, "zone": card.zone}
    return facts | {name: facts.get(name) or value for name, value in known.items()}


def _known(session: Session, one: New) -> str:
    """Give the name of the outlet that another way to the same host has; a feed names its outlet by itself."""
    if one.kind in (Kind.FEED, Kind.TELEGRAM):
        return ""
    host = urlsplit(one.facts.get("site_url", one.url)).netloc
    other = feeds.of_host(session, host)
    return (other.outlet if other else "") or (host.removeprefix("www.") if one.kind is Kind.SEARCH else "")
