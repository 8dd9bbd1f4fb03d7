"""Text that others wrote, made fit to stand in a message of ours: one line, one direction of its own, whole letters."""

import re

import regex

# What changes the direction of the text around it, or breaks a line without being a line feed.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_UNFIT = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufff9-\ufffb\ufeff\u00ad]")
_GRAPHEME = regex.compile(r"\X")
_MOST_GRAPHEME = 32  # code points; what has more marks on one letter is no writing
FSI, PDI = "\u2068", "\u2069"


def line(text: str, most: int = 0) -> str:
    """Give a text as one clean line: no controls, no marks of direction, no half characters; cut at `most` graphemes.

    ZWJ and ZWNJ stay, which Persian and emoji are written with.
    """
    clean = " ".join(_BREAKS.sub(" ", _BIDI.sub("", _UNFIT.sub("", text))).split())
    return cut(clean, most) if most else clean


def cut(text: str, most: int) -> str:
    """Cut a text at `most` graphemes (Unicode Standard Annex 29), the last of which is «…» where it was cut."""
    if len(text) <= most:
        return _tame(text)
    kept: list[str] = []
    for found in _GRAPHEME.finditer(text):
        if len(kept) == most:
            return "".join(kept[:-1]).rstrip() + "…"
        kept.append(found[0][:_MOST_GRAPHEME])
    return "".join(kept)


def _tame(text: str) -> str:
    return "".join(found[0][:_MOST_GRAPHEME] for found in _GRAPHEME.finditer(text))


def isolate(text: str) -> str:
    """Put a clean line between the marks that keep its direction to itself (Unicode Standard Annex 9, FSI and PDI)."""
    return f"{FSI}{text}{PDI}" if text else ""
