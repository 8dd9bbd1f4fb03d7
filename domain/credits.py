"""Credits: which news agency a text says it comes from, in its dateline, at its foot or as its author.

A credit is a mark that stands by itself: «الرياض - رويترز», «(أ ف ب)», "المصدر: وكالات". An agency that a sentence
quotes ("قالت رويترز") is a source of that sentence, and no credit.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from domain.agencies import OWN, UNNAMED, agencies, agency_of_outlet
from domain.arabic import display, fold, folded
from domain.dates.words import names_month

HEAD, FOOT, BYLINE, OUTLET = "head", "foot", "byline", "outlet"
_HEAD_LINES = 3  # a subtitle or two may stand before the dateline
_HEAD_LETTERS = 130
_FOOT_LETTERS = 90
_EDGE = 700  # letters of head and foot that are looked at
_DATELINE_WORDS = 14  # "مكة المكرمة 25 شوال 1436 هـ الموافق 10 أغسطس 2015 م واس"
_DATE_WORDS = 7  # of a place and a date: "صنعاء في 3 مارس/آذار 2026"
_HOME_WORDS = 2  # of a city: "رام الله"
_PLACE_WORDS = 5  # before a single dash
_NAMED_WORDS = 9  # of places and a writer before an agency in brackets, without a date
_BYLINE_WORDS = 8
_CAPTION = 30  # letters of a line that is the mark of a picture above the text

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LETTERS = {"ا": "[اأإآ]", "أ": "[اأإآ]", "إ": "[اأإآ]", "آ": "[اأإآ]", "ى": "[يى]", "ي": "[يى]", "ة": "[ةه]"}
_OPEN, _CLOSE = r"[(\[«“\"”‹{]", r"[)\]»”\"“›}]"
_DASH = r"[-–—―‒:：/|]|\.\."
_PAREN, _PAREN_END = r"[(\[/]", r"[)\]/]"
_QUOTE, _QUOTE_END = r"[«“„\"]", r"[»”\"]"
_LONE_TATWEEL = re.compile("(?<![\u0621-\u064a])\u0640+(?![\u0621-\u064a])")  # written for a dash
_SENTENCE = re.compile(r"[!؟?؛]|\.(?=\s+\S)|\.\s*$")
_SAID = re.compile(
    r"(?:^|\s)[وف]?(?:قال|قالت|ذكر|ذكرت|نقل|نقلت|نقلا|أعلن|أعلنت|أفاد|أفادت|أوردت|بثت|نشرت|بحسب|حسب|حسبما|وفق|وفقا|أكدت?|أن|إن|عن|مع"
    r"|التي|الذي|كشفت?|صرح|قتل|لقي|أصيب|تعرض|أظهر|أظهرت|يقول|تقول|مراسل|شاهد|مصور|ل|من)(?=\s)"
)
_PROSE = re.compile(r"وكال(?:ة|ه)|لوكال|صحيفة")
_SPA_END = re.compile(
    r"//\s*انتهى\s*//\s*(?:\d{1,2}:\d\d\s*ت\s*م|www\.spa)|\d{1,2}:\d\d\s*ت\s*م\s*$|(?:www\.)?spa\.gov\.sa"
)
_DATED = re.compile(r"\d\s*(?:م|هـ|ه)?\W*$")
_MARK = re.compile(r"^\W*(?:المصدر|مصدر|المصادر|مصدر الخبر|source)\s*[:：/\-–]", re.IGNORECASE)
_TAKEN = re.compile(r"^\W*نقلا عن\b")
_DESK = re.compile(r"(?:إعداد|تغطية|تحرير).*للنشرة العربية")  # at the foot of what Reuters sends
_PHOTO = re.compile(r"صور|تصوير|أرشيف|عدسة|غيتي|getty", re.IGNORECASE)
_FOLLOWED = re.compile(r"\W*متابع")  # متابعات: gathered from elsewhere
_OPENING = re.compile(r"^(?:\W*(?:next|previous|share)\b)+", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[/،,+&\-–—|;؛:()\[\]«»\"“”]\s*|\s+و(?=\S)|\s+وكالة\s+")


@dataclass(frozen=True, slots=True)
class Credit:
    """What a text says of its origin.

    `agency` is a key of `domain.agencies`; UNNAMED for وكالات, OWN where the outlet names itself. `spelling` stands
    in the text so. `place` is head, foot or byline, or `outlet` where the outlet is that agency. `others` are the keys
    of agencies credited beside it.
    """

    agency: str
    spelling: str
    place: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    """A spelling of an agency in a line: where it begins and ends."""

    agency: str
    spelling: str
    start: int
    end: int
    usual: bool


def credit_of(title: str, body: str, outlet: str, author: str = "") -> Credit | None:
    """Give the credit of an article; None where it names nobody.

    `title` is read for a mark at its end alone: "… (رويترز)". An outlet that is an agency itself is its own credit,
    unless its text credits another.
    """
    found = _in_byline(author) or _in_body(_edges(body), outlet) or _at_end_of_title(_clean(title))
    own = agency_of_outlet(outlet)
    if own and (found is None or found.agency in (UNNAMED, OWN, own)):
        return Credit(own, found.spelling if found and found.agency == own else outlet, OUTLET)
    return found


def _edges(body: str) -> str:
    """Give the head and the foot of a text, where credits stand."""
    if len(body) <= 2 * _EDGE:
        return _clean(body)
    return _clean(body[:_EDGE]) + "\n" + _clean(body[-_EDGE:])


def _clean(text: str) -> str:
    return display(_LONE_TATWEEL.sub("-", _INVISIBLE.sub("", text)))


def _spelt(spelling: str) -> str:
    """Make the pattern of a spelling: any hamza, letters of an abbreviation apart by a space, dot or slash."""
    words = spelling.split()
    apart = all(len(word) == 1 for word in words)
    made = ["".join(_LETTERS.get(letter, re.escape(letter)) for letter in word) for word in words]
    return (r"\s?[\s.٠·/]\s?".join(made) + r"\.?") if apart else r"\s+".join(made)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
    """Give one pattern of all spellings, the longest first, and the agency of each of its groups."""
    told = [(s, agency.key, s in agency.usual) for agency in agencies().values() for s in agency.spellings]
    told.sort(key=lambda row: -len(row[0]))
    names = {f"a{number}": (key, usual) for number, (_, key, usual) in enumerate(told)}
    parts = (f"(?P<a{number}>{_spelt(spelling)})" for number, (spelling, _, _) in enumerate(told))
    return re.compile(rf"(?<![\w.])(?:{'|'.join(parts)})(?:\s+للأنباء)?(?!\w)", re.IGNORECASE), names


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(folded(spelling)[0] for agency in agencies().values() for spelling in agency.spellings)


def _hits(line: str) -> list[_Hit]:
    """Find all spellings in a line, in order. Most lines hold no word that begins one."""
    if _first_words().isdisjoint(folded(line)):
        return []
    pattern, names = _patterns()
    return [
        _Hit(names[m.lastgroup or ""][0], m[0].strip(), m.start(), m.end(), names[m.lastgroup or ""][1])
        for m in pattern.finditer(line)
    ]


def _credit(hits: list[_Hit], place: str) -> Credit:
    """Make a credit of hits: the first that is named leads."""
    keys = list(dict.fromkeys(hit.agency for hit in hits))
    lead = next((key for key in keys if key != UNNAMED), keys[0])
    spelling = next(hit.spelling for hit in hits if hit.agency == lead)
    return Credit(lead, spelling, place, tuple(key for key in keys if key not in (lead, UNNAMED)))


def _in_byline(author: str) -> Credit | None:
    """Read an author's line: a part of it that is nothing but an agency."""
    parts = [part for part in _BETWEEN.split(_clean(author)) if part.strip()] if author else []
    if sum(len(part.split()) for part in parts) > _BYLINE_WORDS:
        return None
    whole = _clean(author)
    hits = [hit for hit in _hits(whole) if hit.spelling.strip(". ") in {part.strip(" .") for part in parts}]
    hits = hits or [hit for hit in _hits(whole) if hit.start == 0 and hit.end >= len(whole.rstrip())]
    sure = [
        hit
        for hit in hits
        if not hit.usual or hit.spelling == whole.strip() or any(_from_home(part, hit.agency) for part in parts)
    ]
    return _credit(sure, BYLINE) if sure else None


def _in_body(body: str, outlet: str) -> Credit | None:
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    for number, line in enumerate(lines[:_HEAD_LINES]):
        found = _in_dateline(line)
        photo = found and len(line) <= _CAPTION and number < len(lines) - 1 and (number or _PHOTO.search(line))
        if found and not photo:
            return found
    return _in_foot(lines) or _own(lines, outlet)


def _in_dateline(line: str) -> Credit | None:
    """Find a credit in the dateline that a line begins with."""
    line = _OPENING.sub("", line[:_HEAD_LETTERS])
    hits = _hits(line)
    first = next((hit for hit in hits if _heads(line, hit)), None)
    if first is None:
        return None
    found = [first]
    for hit in hits:
        if hit.start >= found[-1].end and not re.search(r"\w{3}", line[found[-1].end : hit.start].replace("وكالة", "")):
            found.append(hit)
    return _credit(found, HEAD)


def _heads(line: str, hit: _Hit) -> bool:
    """Say whether a spelling stands in the dateline of a line: after places, a date or a writer, and set off."""
    before, after = line[: hit.start], line[hit.end :]
    if _SENTENCE.search(before.rstrip(" .")) or _SAID_FOLDED.search(fold(before) + " ") or _PROSE.search(before):
        return False
    words = len(re.findall(r"\w+", before))
    if re.search(rf"{_QUOTE}\s*$", before) and re.match(rf"\s*{_QUOTE_END}", after):
        return _quoted(before, after, hit)
    dated = bool(_DATED.search(before)) and words <= _DATELINE_WORDS
    enclosed = re.search(rf"{_PAREN}\s*$", before) and re.match(rf"\s*{_PAREN_END}", after)
    slashed = enclosed and re.search(r"\d.*/\s*$", before) and words <= _DATELINE_WORDS
    if slashed or (hit.usual and not _from_home(before, hit.agency)):
        return bool(slashed) or (not before.strip() and _home_follows(after, hit.agency))
    if enclosed:
        if words <= _DATE_WORDS and re.search(r"\d", before) and names_month(before):
            return True
        set_off = re.match(rf"\s*{_PAREN_END}\s*(?:{_DASH}|\.|$)", after)
        return words <= 2 or (
            bool(set_off) and words <= (_DATELINE_WORDS if re.search(r"\d|/", before) else _NAMED_WORDS)
        )
    if dated:
        return True
    closed = bool(re.match(rf"\s*(?:{_DASH}|$)", after))
    if not before.strip():
        return closed
    led = bool(re.search(rf"(?:{_DASH}|[(\[])\s*$", before))
    return led and words <= _PLACE_WORDS + (4 if closed else 0)


_SAID_FOLDED = re.compile(fold(_SAID.pattern))


def _quoted(before: str, after: str, hit: _Hit) -> bool:
    """Say whether a spelling in quotation marks stands in a dateline: set off by a dash before or after."""
    places = re.sub(rf"{_QUOTE}\s*$", "", before)
    if hit.usual and not _from_home(before, hit.agency):
        return False
    set_off = re.search(rf"(?:{_DASH})\s*$", places) or re.match(rf"\s*{_QUOTE_END}\s*(?:{_DASH})", after)
    return bool(set_off) and len(re.findall(r"\w+", places)) <= _PLACE_WORDS


def _home_follows(after: str, key: str) -> bool:
    """Say whether a city that the agency's reports are dated from comes next, and is set off: «وطنية - بيروت - »."""
    found = re.match(rf"\s*(?:{_DASH})(?P<place>[^-–—:/|]+?)\s*(?:{_DASH}|$)", after)
    return found is not None and _from_home(found["place"], key) and len(found["place"].split()) <= _HOME_WORDS


def _from_home(before: str, key: str) -> bool:
    """Say whether a dateline begins with a city that the agency's own reports are dated from."""
    start = fold(before).strip(" ()[]/-–—:،")
    return any(start.startswith(fold(home)) for home in agencies()[key].homes)


def _in_foot(lines: list[str]) -> Credit | None:
    """Find a credit at the foot: a line of its own, a mark after the last sentence, or "المصدر:" and the agency."""
    if not lines:
        return None
    if _SPA_END.search("\n".join(lines[-2:])[-60:]):
        return Credit("spa", "ت م", FOOT)
    if desk := _DESK.search(lines[-1][-2 * _FOOT_LETTERS :]):
        return Credit("reuters", desk[0], FOOT)
    for line in reversed(lines[1:][-2:]):
        hits = _hits(line) if len(line) <= _FOOT_LETTERS else []
        taken = _TAKEN.match(line)
        named = _MARK.match(line) or (taken and not _SAID_FOLDED.search(f" {fold(line[taken.end() :])} "))
        if hits and (named or _is_all_credit(line, hits)):
            return _credit(hits, FOOT)
    return _closing(lines[-1])


def _is_all_credit(line: str, hits: list[_Hit]) -> bool:
    """Say whether a line holds agencies and, before or between them, at most an outlet's name."""
    rest = line
    for hit in reversed(hits):
        rest = rest[: hit.start] + rest[hit.end :]
    if all(hit.usual for hit in hits) and not re.fullmatch(r"\W*", rest):
        return False
    few = len(re.findall(r"\w+", rest)) <= 3 and (bool(re.search(r"[/|+\-–(]", line)) or not re.search(r"\w", rest))
    return few and not _SAID_FOLDED.search(f" {fold(rest)} ") and not _PROSE.search(rest)


def _closing(line: str) -> Credit | None:
    """Find a mark that follows the last sentence of a line: «… العام المقبل. (رويترز)»."""
    tail = line[-_FOOT_LETTERS:]
    hits = _hits(tail)
    if not hits or tail[hits[-1].end :].strip(' .)]»”"“›/-'):
        return None
    last = [hit for hit in hits if not re.search(r"\w{3}", tail[hit.end : hits[-1].start])] or hits[-1:]
    before, after = tail[: last[0].start], tail[last[-1].end :]
    ended = re.search(r"(?:[.؟!][»\")”]?\s*|[»\")”]\s+)[(\[/\-–«“\"”]{0,2}\s*$", before)
    round_brackets = re.search(r"[(\[]\s*$", before) and re.match(r"\s*[)\]]", after)
    set_off = round_brackets or (ended and re.match(r"\s*[»”\"“]", after))
    if not (ended or round_brackets) or (round_brackets and not ended and _PROSE.search(before[-30:])):
        return None
    return None if all(hit.usual for hit in last) and not set_off else _credit(last, FOOT)


def _at_end_of_title(title: str) -> Credit | None:
    found = re.search(r"[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*$", title)
    hits = _hits(found[1]) if found else []
    whole = [hit for hit in hits if found and hit.end - hit.start >= len(found[1].strip())]
    return _credit(whole, HEAD) if whole else None


def _own(lines: list[str], outlet: str) -> Credit | None:
    """Find an outlet that names itself in its dateline: «سبق – الرياض: …»."""
    name = re.escape(outlet.strip())
    if not lines or not name or agency_of_outlet(outlet):
        return None
    found = re.match(rf"^\W*(?:\w+\W+){{0,2}}?(?P<name>{name})\s*(?:{_DASH}|{_CLOSE})", _OPENING.sub("", lines[0]))
    if not found or _PROSE.search(found[0]) or _FOLLOWED.match(lines[0], found.end()):
        return None
    return Credit(OWN, outlet, HEAD)
