"""How things look: published text made harmless, times, directions, marks, and the templates' surroundings.

Published text never turns the line around it: characters that override the direction (Unicode UAX #9, section 2) are
left out, and the templates put every piece into an isolate of its own.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import floor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.difference import as_read
from domain.errors import BadInput
from domain.fetching import check_url
from web import words

Place = tuple[int, int]
Piece = tuple[str, bool]

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]+")
_CONTROLS = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\ufb50-\ufdfb\ufe70-\ufefc]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_SHARE_OF_ARABIC = 0.3
_MOST_SENTENCE = 400  # characters
_BEFORE_TERM = 60


def clean(text: str) -> str:
    """Give a text without what overrides its direction and without control characters; lines stay."""
    return _CONTROLS.sub(" ", _TURNS.sub("", text))


def direction(text: str) -> str:
    """Give `rtl` or `ltr` for a published text by its letters, so that a Latin name in front turns nothing."""
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    return "ltr" if latin and arabic < _SHARE_OF_ARABIC * (arabic + latin) else "rtl"


def cut(text: str, places: Iterable[Place]) -> list[Piece]:
    """Cut a text into pieces, each with whether it is marked. Places outside the text or into each other do no harm."""
    pieces: list[Piece] = []
    at = 0
    for start, end in sorted(places):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    pieces.append((text[at:], False))
    return [(clean(piece), marked) for piece, marked in pieces if piece]


def paragraphs(text: str, places: Sequence[Place] = ()) -> list[list[Piece]]:
    """Cut a text into paragraphs at its newlines, and each into pieces."""
    found, at = [], 0
    for line in text.split("\n"):
        pieces = cut(line, [(start - at, end - at) for start, end in places])
        if line.strip():
            found.append(pieces)
        at += len(line) + 1
    return found


def terms_in(reason: Mapping[str, Any], field: str) -> list[Place]:
    """Give the places of the terms that carried a match, in the `title` or the `body`."""
    return [(term["start"], term["end"]) for term in reason.get("terms", ()) if term["field"] == field]


def sentence(reason: Mapping[str, Any]) -> list[Piece]:
    """Give the sentence of the body that carries a match, in pieces, its terms marked; empty where there is none.

    Of a very long one it gives the part around the first terms.
    """
    found = reason.get("sentence")
    if not found:
        return []
    text, start = found["text"], found["start"]
    places = [(begin - start, end - start) for begin, end in terms_in(reason, "body")]
    places = [(begin, end) for begin, end in places if begin >= 0 and end <= len(text)]
    if len(text) <= _MOST_SENTENCE:
        return cut(text, places)
    first = text.rfind(" ", 0, max(0, min(begin for begin, _ in places or [(0, 0)]) - _BEFORE_TERM)) + 1
    last = max(text.rfind(" ", first, first + _MOST_SENTENCE), first + _MOST_SENTENCE // 2)
    inside = [(begin - first, end - first) for begin, end in places if end <= last]
    return [("… ", False)] * bool(first) + cut(text[first:last], inside) + [(" …", False)]


def link(url: str) -> tuple[str, str] | None:
    """Give the address and the host of a link that may be followed; None for anything but a plain web address."""
    try:
        address = check_url(url)
    except BadInput:
        return None
    return address, urlsplit(address).netloc


def percent(share: float) -> str:
    """Give a share in whole hundredths."""
    return f"\u2066{share:.0%}\u2069"


def score(value: float) -> str:
    """Give a score with two digits, cut and not rounded: what is below the line is not shown as on it."""
    return f"{floor(round(value * 100, 6)) / 100:.2f}"


def when(at: datetime) -> str:
    """Give a time in words, UTC: 5 نوفمبر 2026، 14:05."""
    at = at.astimezone(UTC)
    return f"{at.day} {words.MONTHS[at.month - 1]} {at.year}، {at:%H:%M}"


def iso(at: datetime) -> str:
    """Give a time as ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def make_environment() -> Environment:
    """Make the templates' environment: everything is escaped, a missing value is an error."""
    folder = Path(__file__).parent / "templates"
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "clean": clean, "direction": direction, "paragraphs": paragraphs, "sentence": sentence, "cut": cut,
        "terms_in": terms_in, "link": link, "score": score, "percent": percent, "when": when, "iso": iso,
        "counted": words.counted, "changed": words.changed, "as_read": as_read,
    }  # fmt: skip
    made.globals["words"] = words
    return made


ENVIRONMENT = make_environment()


def error_page(status: int, line: str = "") -> str:
    """Give the page that says in one line what is wrong; `line` replaces the usual one for this status."""
    shown = line or words.ERRORS.get(status, words.ERRORS[500 if status >= 500 else 400])
    return ENVIRONMENT.get_template("error.html").render(status=status, line=shown)
