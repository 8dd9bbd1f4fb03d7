"""Numbers in Arabic prose: digits of either kind, words (سبعة عشر، مئة وخمسون، ثلاثة آلاف), and how sure they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.arabic import fold


def _both(words: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in words.split())


_UNITS = {
    word: number
    for number, words in enumerate(
        ("", "واحد واحدة", "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي", "ثلاثة ثلاث", "أربعة أربع", "خمسة خمس",
         "ستة ست", "سبعة سبع", "ثمانية ثماني ثمان", "تسعة تسع", "عشرة عشر")
    )
    for word in _both(words)
}  # fmt: skip
_TENS = {
    stem + ending: number
    for number, stem in zip(range(20, 100, 10), _both("عشر ثلاث أربع خمس ست سبع ثمان تسع"), strict=True)
    for ending in ("ون", "ين")
}
_PREFIXES = _both("ثلاث أربع خمس ست سبع ثمان ثماني تسع")
_HUNDREDS = {
    **dict.fromkeys(_both("مئة مائة مية"), 100),
    **dict.fromkeys(_both("مئتان مئتين مئتا مئتي مائتان مائتين مائتي"), 200),
    **{
        prefix + hundred: value
        for prefix, value in zip(_PREFIXES, (300, 400, 500, 600, 700, 800, 800, 900), strict=True)
        for hundred in _both("مئة مائة")
    },
}
_SCALES = {
    **dict.fromkeys(_both("ألف ألفا آلاف"), 1_000),
    **dict.fromkeys(_both("مليون مليونا ملايين"), 1_000_000),
    **dict.fromkeys(_both("مليار مليارا مليارات"), 1_000_000_000),
}
_TWICE = {
    **dict.fromkeys(_both("ألفان ألفين ألفي"), 2_000),
    **dict.fromkeys(_both("مليونان مليونين مليوني"), 2_000_000),
}
# The words that spell a number out, with what is written on to them.
FIGURES = frozenset(
    clitic + word for table in (_UNITS, _TENS, _HUNDREDS, _SCALES, _TWICE) for word in table for clitic in ("", *"ولبف")
)
_TEEN = frozenset(_both("عشر عشرة"))
_VAGUE = {
    **dict.fromkeys(_both("عشرات العشرات"), 10),
    **dict.fromkeys(_both("مئات المئات مئآت"), 100),
    **dict.fromkeys(_both("الآلاف آلاف"), 1_000),
}
_THOUSANDS, _PLURAL_SCALES = fold("آلاف"), frozenset(_both("آلاف ملايين مليارات"))
_BARE_HUNDREDS, _ELEVEN = frozenset(_both("مئة مائة")), frozenset(_both("أحد إحدى"))
_LESS, _NO_LESS = fold("أقل"), frozenset(_both("يقل تقل"))
_PARTS = frozenset(_both("نصف ربع ثلث ثلثي"))
_FEW = frozenset(_both("بضع بضعة"))
_ABOUT = {fold(word): word for word in ("نحو", "حوالي", "حوالى", "قرابة", "زهاء", "تقريبا", "يقارب", "يناهز", "يقرب")}
_AT_LEAST, _MORE_THAN, _LESS_THAN = "ما لا يقل عن", "أكثر من", "أقل من"
LEAST = (_AT_LEAST, _MORE_THAN)  # what stands after is the least that it is
_BOUND = frozenset(_both("من عن على"))
_MORE = {fold(word): word for word in ("أكثر", "أقل", "يزيد", "تزيد", "يقل", "تقل", "فوق")}
MOST_WORDS = 9
_MEMO = 20_000  # words


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a row of folded words: its value, where it begins (with `about`) and ends, what makes it approximate.

    `first` is where the number itself begins.
    `about` is empty for a plain number, else the words before it («أكثر من», «نحو»); `vague` says that the value is
    only an order of magnitude («عشرات»).
    """

    value: int
    start: int
    end: int
    about: str = ""
    vague: bool = False
    first: int = 0


def number_at(words: Sequence[str], at: int) -> Number | None:
    """Read the number that begins at a word of folded `words`; None where none does. Decimals are no counts."""
    if not _may_begin(words[at]):
        return None
    word = words[at]
    word = word[1:] if word.startswith("و") and word[1:] in _VAGUE else word
    if word in _VAGUE and not (word == _THOUSANDS and at and words[at - 1].isdigit()):
        return _vague(words, at, word)
    read = None if at and words[at - 1] in _PARTS else _read(words, at)
    if read is None:
        return None
    value, end = read
    if end < len(words) and words[end] in _FEW:
        return None
    start, about = _about(words, at)
    return Number(value, start, end, about, first=at)


@lru_cache(maxsize=_MEMO)
def _may_begin(word: str) -> bool:
    """Say whether a number can begin with a word, so that most words are passed quickly."""
    rest = word[1:] if word[:1] in ("و", "ل", "ب") else word
    tables = (_UNITS, _TENS, _HUNDREDS, _SCALES, _TWICE, _VAGUE, _ELEVEN)
    return word.isdigit() or any(word in table or rest in table for table in tables)


def _vague(words: Sequence[str], at: int, word: str) -> Number:
    value, end = _VAGUE[word], at + 1
    while end < len(words) and words[end] in _VAGUE:
        value, end = value * _VAGUE[words[end]], end + 1
    return Number(value, at, end, vague=True, first=at)


def _about(words: Sequence[str], at: int) -> tuple[int, str]:
    """Give what makes the number at a place approximate, and where that begins."""
    before = words[at - 1] if at else ""
    if before in _ABOUT:
        return at - 1, _ABOUT[before]
    if before in _BOUND and at > 1 and words[at - 2] in _MORE:
        verb = words[at - 2]
        if verb in _NO_LESS:
            return at - 2, _AT_LEAST
        return at - 2, _LESS_THAN if verb == _LESS else _MORE_THAN
    return at, ""


def _read(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """Give value and end of the number in digits or words."""
    total, end, last = 0, at, 10**12
    while end < len(words) and end - at < MOST_WORDS:
        word = _opening(words[end]) if end == at else _joined(words[end])
        part = _part(words, end, word) if word else None
        if part is None or part[0] >= last:
            break
        total, end, last = total + part[0], part[1], _rank(part[0])
        if words[end - 1].isdigit():
            break
    return (total, end) if end > at else None


def _opening(word: str) -> str:
    """Give the first word of a number less the و, ب or ل that joins it to what stands before: وثلاثة, لسبعة."""
    for clitic in ("و", "ل", "ب"):
        rest = word[1:]
        if word.startswith(clitic) and (rest in _UNITS or rest in _TENS or rest in _HUNDREDS):
            return rest
    return word


def _joined(word: str) -> str:
    """Give a word less the و that joins it to the number before."""
    return word[1:] if word.startswith("و") and len(word) > 2 and word not in _UNITS else ""


def _rank(value: int) -> int:
    """Give what a part that follows must stay below: after hundreds come tens."""
    for scale in (1_000_000_000, 1_000_000, 1_000, 100, 10):
        if value >= scale:
            return scale
    return 10_000  # خمسة وعشرون: the unit stands first


def _part(words: Sequence[str], at: int, word: str) -> tuple[int, int] | None:
    """Read one part of a number: a plain one below a thousand, with the scale that follows it."""
    if word in _TWICE:
        return _TWICE[word], at + 1
    if word in _SCALES:
        return (_SCALES[word], at + 1) if word not in _PLURAL_SCALES else None
    small = _small(words, at, word)
    if small is None:
        return None
    value, end = small
    if end < len(words) and words[end] in _SCALES:
        return value * _SCALES[words[end]], end + 1
    return value, end


def _small(words: Sequence[str], at: int, word: str) -> tuple[int, int] | None:
    if word.isdigit() and word.isascii() and len(word) <= 10:
        return int(word), at + 1
    if word in _HUNDREDS:
        return _HUNDREDS[word], at + 1
    if word in _TENS:
        return _TENS[word], at + 1
    if word not in _UNITS and word not in _ELEVEN:
        return None
    unit, follow = _UNITS.get(word, 1), words[at + 1] if at + 1 < len(words) else ""
    if follow in _TEEN and unit < 10:
        return unit + 10, at + 2
    if follow in _BARE_HUNDREDS and 3 <= unit <= 9:
        return unit * 100, at + 2
    if word in _ELEVEN:
        return None
    if follow.startswith("و") and follow[1:] in _TENS:
        return unit + _TENS[follow[1:]], at + 2
    return unit, at + 1
