"""News agencies: their names, their spellings in credits, and the outlets that they are.

The list is `domain/data/agencies.tsv`, made for this project: key, Arabic and English name, country (ISO 3166), cities
that their own reports are dated from, names and hosts under which they publish themselves, spellings of credits.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from domain.arabic import fold

UNNAMED = "agencies"  # the key of وكالات, which credits agencies without naming one
OWN = "own"  # the key of a credit in which an outlet names itself
AGENCIES_FILE = "agencies.tsv"


@dataclass(frozen=True, slots=True)
class Agency:
    """A news agency. `usual` are those of its spellings that are also words of the language, or names of cities."""

    key: str
    arabic: str
    english: str
    country: str
    homes: tuple[str, ...]
    outlets: tuple[str, ...]
    spellings: tuple[str, ...]
    usual: frozenset[str]


@lru_cache(maxsize=1)
def agencies() -> dict[str, Agency]:
    """Give the agencies by key, in the order of the list."""
    lines = (files("domain") / "data" / AGENCIES_FILE).read_text(encoding="utf-8").splitlines()
    return {made.key: made for made in map(_read, (line for line in lines if line and line[0] != "#"))}


def _read(line: str) -> Agency:
    key, arabic, english, country, homes, outlets, spellings = line.split("\t")
    told = [spelling for spelling in spellings.split("|") if spelling]
    return Agency(
        key, arabic, english, country, _parts(homes), _parts(outlets),
        tuple(spelling.removeprefix("*") for spelling in told),
        frozenset(spelling[1:] for spelling in told if spelling.startswith("*")),
    )  # fmt: skip


def _parts(told: str) -> tuple[str, ...]:
    return tuple(part for part in told.split("|") if part)


@lru_cache(maxsize=1)
def _outlets() -> dict[str, str]:
    return {_plain(name): agency.key for agency in agencies().values() for name in agency.outlets}


def _plain(name: str) -> str:
    return " ".join(fold(name).removeprefix("www.").split())


def agency_of_outlet(outlet: str) -> str:
    """Give the key of the agency that an outlet is, by its name or host; empty for any other outlet."""
    return _outlets().get(_plain(outlet), "")


def agency_name(key: str) -> str:
    """Give the Arabic name of an agency; the key itself where there is none such."""
    found = agencies().get(key)
    return found.arabic if found else key
