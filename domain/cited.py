"""Cited wires: which international agency the sentences of a text name as the one who reported it.

An agency's own reports quote people as having spoken to it ("قال … لوكالة فرانس برس"), and outlets that take over a
report say whose it is ("حسبما أوردت رويترز"). Neither is a credit (`domain.credits`): it makes an origin likely, and no
more. Agencies of one country are left out, for they are quoted as the voice of their government.
"""

import re

from domain.agencies import agencies
from domain.arabic import fold

WIRES = ("reuters", "afp", "ap", "dpa")
_AGENCY = rf"(?:{fold('وكالة')}\s+(?:{fold('الأنباء')}\s+)?)?[«\"“„]?\s*"
_VERBS = "|".join(fold(verb) for verb in ("أوردت", "أوردته", "نقلت", "نقلته", "نقلا عن", "أفادت", "بثت", "نشرت"))
_TO = rf"(?<!\w)ل(?:ل)?\s?{_AGENCY}"
_BY = rf"(?<!\w)[وف]?(?:{_VERBS})\s+(?:به\s+|{fold('ذلك')}\s+)?{_AGENCY}"


def _spellings(key: str) -> list[str]:
    found = agencies()[key]
    return sorted((fold(each) for each in found.spellings if each not in found.usual), key=len, reverse=True)


def _pattern(spellings: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{_TO}|{_BY})(?:{'|'.join(map(re.escape, spellings))})(?!\w)")


_SPELLINGS = {key: _spellings(key) for key in WIRES}
_PATTERNS = {key: _pattern(spellings) for key, spellings in _SPELLINGS.items()}


def cited_wire(text: str) -> str:
    """Give the key of the one wire that a text names as its source; empty where it names none, or several."""
    folded = fold(text)
    found = [key for key in WIRES if _is_named(key, folded) and _PATTERNS[key].search(folded)]
    return found[0] if len(found) == 1 else ""


def _is_named(key: str, folded: str) -> bool:
    """Say whether a folded text holds a wire's name at all, which is found far quicker than who is said to cite it."""
    return any(spelling in folded for spelling in _SPELLINGS[key])
