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


def _patterns() -> dict[str, re.Pattern[str]]:
    told = agencies()
    return {key: _pattern([s for s in told[key].spellings if s not in told[key].usual]) for key in WIRES}


def _pattern(spellings: list[str]) -> re.Pattern[str]:
    names = "|".join(re.escape(fold(each)) for each in sorted(spellings, key=len, reverse=True))
    return re.compile(rf"(?:{_TO}|{_BY})(?:{names})(?!\w)")


_PATTERNS: dict[str, re.Pattern[str]] = _patterns()


def cited_wire(text: str) -> str:
    """Give the key of the one wire that a text names as its source; empty where it names none, or several."""
    folded = fold(text)
    found = [key for key, pattern in _PATTERNS.items() if pattern.search(folded)]
    return found[0] if len(found) == 1 else ""
