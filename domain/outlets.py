"""Outlets: what is known of who publishes, as facts with their source. Nothing here is a judgement of ours."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from domain.dates import check_zone
from domain.errors import BadInput
from domain.fetching import check_url

MOST_NAME = 100  # characters
_MOST_WORDS = 500  # characters of an owner, a line or a citation
# The members of the League of Arab States, by ISO 3166-1.
ARAB_LEAGUE = (
    "AE", "BH", "DJ", "DZ", "EG", "IQ", "JO", "KM", "KW", "LB", "LY", "MA", "MR", "OM", "PS", "QA", "SA", "SD", "SO",
    "SY", "TN", "YE",
)  # fmt: skip


class OutletKind(StrEnum):
    """Who an outlet belongs to. Documented and stored; never renamed.

    state    a state or a body of it, in the outlet's own country
    party    a party or a movement, or declared close to one
    private  a company, a person or an association
    foreign  another state, or a body paid by one, that speaks to Arab readers
    """

    STATE = "state"
    PARTY = "party"
    PRIVATE = "private"
    FOREIGN = "foreign"


class Sure(StrEnum):
    """How sure a card is: its source says so plainly, says so in part, or nobody confirmed it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of an outlet. `name` is what its feeds and articles bear.

    `line` is how the outlet itself or the citation describes where it stands, `citation` the source of the card's
    claims (empty: none is known), `confidence` one of `Sure`; `zone` the IANA name of the clock that it writes by.
    """

    name: str
    name_en: str = ""
    other_name: str = ""
    country: str = ""
    kind: str = ""
    owner: str = ""
    agency: bool = False
    line: str = ""
    site_url: str = ""
    zone: str = ""
    feed_url: str = ""
    citation: str = ""
    confidence: str = Sure.LOW.value


def check_card(card: Card) -> Card:
    """Give a card back. Raises BadInput that says which value cannot be and what to give."""
    if not card.name.strip() or len(card.name) > MOST_NAME:
        raise BadInput(f"an outlet needs a name of at most {MOST_NAME} characters")
    if card.country and not re.fullmatch("[A-Z]{2}", card.country):
        raise BadInput(f"a country is two letters such as EG, not {card.country[:20]}")
    for value, allowed, what in ((card.kind, OutletKind, "kind"), (card.confidence, Sure, "confidence")):
        if value and value not in {one.value for one in allowed}:
            raise BadInput(f"a {what} is one of {', '.join(one.value for one in allowed)}, not {value[:20]}")
    for address in (card.site_url, card.feed_url):
        if address:
            check_url(address)
    for text in (card.name_en, card.other_name, card.owner, card.line, card.citation):
        if len(text) > _MOST_WORDS:
            raise BadInput(f"more than {_MOST_WORDS} characters: {text[:40]}…")
    check_zone(card.zone)
    return card


def site_key(url: str) -> str:
    """Give what identifies a site: its host without `www.`, with the path where the site is a part of a host."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = unquote(parts.path).strip("/")
    return f"{host}/{path}" if host and path else host


def site_keys(url: str) -> list[str]:
    """Give the keys of all sites on which an address may stand, the closest first."""
    host, *parts = site_key(url).split("/")
    return [] if not host else ["/".join((host, *parts[:end])) for end in range(min(len(parts), 3), -1, -1)]


def without_card(countries: Iterable[str]) -> list[str]:
    """Give the countries of the Arab League that are not among these."""
    there = set(countries)
    return [country for country in ARAB_LEAGUE if country not in there]
