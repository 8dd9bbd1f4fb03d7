"""`marsad outlets`: who publishes, as far as that is known and by which source."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.home import now, open_for_reading, open_home
from cli.output import print_json, show, table
from domain.article import visible
from domain.errors import BadInput
from domain.outlets import Card, OutletKind, check_card
from storage import feeds, outlets
from storage.models import Feed, Outlet
from storage.outlets import Stored

app = typer.Typer(no_args_is_help=True, help="Outlets: list, show, add, edit.", rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Which = Annotated[str, typer.Argument(help="Arabic or English name of the outlet, or its site.")]
NameEn = Annotated[str | None, typer.Option("--name-en", help="English name.")]
OtherName = Annotated[str | None, typer.Option("--other-name", help="Another name, such as the full one.")]
Country = Annotated[str | None, typer.Option(help="Country, two letters.")]
Kind = Annotated[str | None, typer.Option(help="state, party, private or foreign.")]
Owner = Annotated[str | None, typer.Option(help="Who it belongs to.")]
Agency = Annotated[bool | None, typer.Option("--agency/--no-agency", help="It is a news agency, or none.")]
Line = Annotated[str | None, typer.Option(help="Where it says it stands, or is said to stand.")]
Site = Annotated[str | None, typer.Option(help="Address of its site.")]
Zone = Annotated[str | None, typer.Option(help="Time zone that it writes by, such as Asia/Riyadh.")]
Citation = Annotated[str | None, typer.Option(help="Source of what the card says.")]
Sureness = Annotated[str | None, typer.Option("--confidence", help="high, medium or low.")]


@app.command("list")
def list_outlets(
    country: Annotated[str, typer.Option(help="Only those of a country, two letters.")] = "",
    kind: Annotated[str, typer.Option(help="Only state, party, private or foreign ones.")] = "",
    agency: Annotated[bool, typer.Option("--agency", help="Only news agencies.")] = False,
    json: Json = False,
) -> None:
    """List outlets by country and name."""
    if kind and kind not in {one.value for one in OutletKind}:
        raise BadInput(f"--kind is one of {', '.join(one.value for one in OutletKind)}, not {kind}")
    _, db = open_for_reading()
    with db.read() as session:
        rows = outlets.listing(session, country.upper(), kind, agency)
        counts = outlets.feed_counts(session)
    if json:
        print_json([card_json(row) | {"feeds": counts.get(row.name, 0)} for row in rows])
        return
    table(
        ("country", "kind", "outlet", "English", "feeds", "sure", "site"),
        [
            (o.country, f"{o.kind}{' agency' * o.agency}", o.name, o.name_en, counts.get(o.name, 0), o.confidence,
             o.site_url)
            for o in rows
        ],
    )  # fmt: skip


def card_json(outlet: Outlet) -> dict[str, Any]:
    """Give the JSON of an outlet's card."""
    return {"id": outlet.id, **asdict(outlets.card_of(outlet)), "edited": outlet.edited}


@app.command("show")
def show_outlet(name: Which, json: Json = False) -> None:
    """Show an outlet's card, how sure it is and by which source; its feeds and what is stored of it."""
    _, db = open_for_reading()
    with db.read() as session:
        outlet = outlets.get(session, name)
        mine, kept = outlets.feeds_of(session, outlet), outlets.stored(session, outlet, now())
    if json:
        print_json(card_json(outlet) | {"feeds": [_feed_json(feed) for feed in mine]} | _stored_json(kept))
        return
    _show_card(outlets.card_of(outlet))
    table(("feed", "health", "last new", "address"), [(f.id, f.health, f.last_new, f.url) for f in mine])
    first, last = (f"{at:%Y-%m-%d}" if at else "" for at in (kept.first, kept.last))
    told = f", from {first} to {last}, {kept.per_day:.1f} a day in the last two weeks" if kept.articles else ""
    show(f"{kept.articles} articles{told}")


def _show_card(card: Card) -> None:
    """Print a card, a line for what is known."""
    show(visible(f"{card.name}  {card.other_name}  {card.name_en}".strip()))
    show(f"{card.country or '?'}  {card.kind or 'kind unknown'}{', news agency' * card.agency}  {card.site_url}")
    for label, value in (("owner", card.owner), ("line", card.line), ("zone", card.zone), ("feed", card.feed_url)):
        if value:
            show(f"{label:<10}{visible(value)}")
    show(f"source    {visible(card.citation) or 'none'} (confidence {card.confidence})")


def _feed_json(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id, "url": feed.url, "health": feed.health, "status": feed.status, "last_new": feed.last_new,
    }  # fmt: skip


def _stored_json(kept: Stored) -> dict[str, Any]:
    days = [{"day": day.isoformat(), "articles": number} for day, number in kept.days]
    return {
        "articles": kept.articles, "first": kept.first, "last": kept.last, "per_day": round(kept.per_day, 2),
        "days": days,
    }  # fmt: skip


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Name of the outlet, as its feeds and articles bear it.")],
    name_en: NameEn = None, other_name: OtherName = None, country: Country = None, kind: Kind = None,
    owner: Owner = None, agency: Agency = None, line: Line = None, site: Site = None, zone: Zone = None,
    citation: Citation = None, confidence: Sureness = None,
) -> None:  # fmt: skip
    """Add an outlet that the catalogue does not have."""
    given = _given(
        name_en=name_en, other_name=other_name, country=country, kind=kind, owner=owner, agency=agency, line=line,
        site=site, zone=zone, citation=citation, confidence=confidence,
    )  # fmt: skip
    card = check_card(Card(" ".join(name.split()), **given))
    outlet = open_home().db.transact(lambda session: outlets.add(session, card))
    show(f"outlet {outlet.id}: {visible(outlet.name)}")


@app.command()
def edit(
    name: Which,
    name_en: NameEn = None, other_name: OtherName = None, country: Country = None, kind: Kind = None,
    owner: Owner = None, agency: Agency = None, line: Line = None, site: Site = None, zone: Zone = None,
    citation: Citation = None, confidence: Sureness = None,
) -> None:  # fmt: skip
    """Change an outlet's card; from then on no import writes over it. An empty value takes a fact away."""
    facts = _given(
        name_en=name_en, other_name=other_name, country=country, kind=kind, owner=owner, agency=agency, line=line,
        site=site, zone=zone, citation=citation, confidence=confidence,
    )  # fmt: skip
    if not facts:
        raise BadInput("nothing to change: give a fact such as --kind or --owner")

    def use_case(session: Any) -> int:
        outlet = outlets.get(session, name)
        check_card(Card(**(asdict(outlets.card_of(outlet)) | facts)))
        outlets.edit(session, outlet, **facts)
        mine = outlets.feeds_of(session, outlet) if facts.keys() & {"zone", "country"} else []
        for feed in mine:  # their dates are read by the outlet's clock
            feeds.edit(session, feed, **{key: facts[key] for key in ("zone", "country") if key in facts})
        return len(mine)

    changed = open_home().db.transact(use_case)
    show(f"outlet {visible(name)}: " + ", ".join(f"{key} {value or 'empty'}" for key, value in facts.items()))
    if changed:
        show(f"the same for its {changed} feeds")


def _given(**values: Any) -> dict[str, Any]:
    """Give the facts that were given, under the names of a card."""
    facts = {key: value for key, value in values.items() if value is not None}
    if "country" in facts:
        facts["country"] = facts["country"].upper()
    if "site" in facts:
        facts["site_url"] = facts.pop("site")
    return facts
