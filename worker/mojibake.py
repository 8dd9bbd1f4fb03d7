"""UTF-8 that somebody read in a one-byte encoding and packed again: a letter shows as Ø or Ù, or as ط or ظ, and a sign.

Each run of such letters is unpacked by itself, and only where all of it is UTF-8 in the end; the bytes that came are
kept as a document either way.
"""

import re

_LATIN_MARKS, _ARABIC_MARKS = "ØÙÚÛ", "طظعغ"  # what the lead bytes of Arabic in UTF-8 (D8 to DB) are read as
_RUN = re.compile("[^\x00-\x7f]+")
_LEAST = 3  # alefs packed twice, before a text is looked at; no language writes them
_SHARE = 0.8  # of the letters in what was unpacked that must be Arabic


_PACKED = re.compile(r"(?:&#(?:1[2-9]\d|2[0-4]\d|25[0-5]);){2,}")


def unpack_references(text: str) -> str:
    """Give the text with the letters whose UTF-8 was written as references to its bytes: `&#217;&#132;` is a lam."""

    def one(match: re.Match[str]) -> str:
        try:
            return bytes(int(code) for code in match.group()[2:-1].split(";&#")).decode()
        except UnicodeDecodeError:
            return match.group()

    return _PACKED.sub(one, text) if "&#" in text else text


def unpack(text: str) -> str | None:
    """Give the text with the runs unpacked that were packed twice; None when it holds none or too few to be sure."""
    for marks, encoding in ((_LATIN_MARKS[:2], "cp1252"), (_ARABIC_MARKS[:2], "cp1256")):
        if _suspect(text, marks) and (found := _unpack(text, encoding)):
            return found
    return None


def _suspect(text: str, marks: str) -> bool:
    """Say whether the marks stand so close together as only packing twice makes them: every second letter is one."""
    if text.count(f"{marks[0]}§") < _LEAST:
        return False
    number = sum(text.count(mark) for mark in marks)
    pairs = len(re.findall(f"[{marks}][^\x00-\x7f]", text))
    followed = len(re.findall(f"[{marks}][^\x00-\x7f][{marks}]", text))
    return pairs * 10 >= number * 8 and followed * 4 >= number


def _unpack(text: str, encoding: str) -> str | None:
    """Unpack the runs that were packed twice; None unless nearly all suspects are UTF-8 inside, and Arabic."""
    marks = _LATIN_MARKS if encoding == "cp1252" else _ARABIC_MARKS
    good = bad = 0

    def one(match: re.Match[str]) -> str:
        nonlocal good, bad
        run = match.group()
        marked = sum(run.count(mark) for mark in marks)
        found = _inside(run, encoding)
        if found is None:
            bad += marked
            return run
        good += len(found)
        return found

    repaired = _RUN.sub(one, text)
    letters = [c for c in repaired if ord(c) > 0x7F]
    arabic = sum("\u0600" <= c <= "\u06ff" for c in letters)
    return repaired if good > 4 * bad and arabic > _SHARE * len(letters) else None


def _inside(run: str, encoding: str) -> str | None:
    """Give what a run holds when its letters are taken for bytes of UTF-8; None when they are none."""
    raw = bytearray()
    for sign in run:
        try:
            raw += sign.encode(encoding)
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return None
            raw.append(ord(sign))  # a byte that the encoding leaves open
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
