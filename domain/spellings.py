"""Other spellings of the words of names: what outlets write in several ways, and different words kept apart.

A foreign name is written by ear: its g is ج or غ by country, in longer words ق or ك too, and a long vowel (ا و ي) is
written, left out, or another. Words that could not be such a name have no other spelling, for there a vowel tells words
apart: those seen with the article, those with letters that no transliteration has, and short ones. Beside that a word
that the counts do not know may carry the article, or a clitic that could not be told from a letter of it.
"""

from functools import lru_cache
from itertools import product

from domain.lexicon import shipped

_LONG = frozenset("اوي")
_OWN_LETTERS = frozenset("حصضعظءذ")  # no foreign name is written with them
_APART = frozenset(("سلمان", "سليمان"))  # two names of one skeleton
_G, _WIDE_G = "جغ", "جغقك"
_WIDE_LENGTH = 6  # letters from which ق and ك may stand for g
_SKELETON = 4
_SHARE_WITH_ARTICLE = 0.02
_CLITICS = "وفبلك"
_LEFT = 4  # letters that must be left of a word less its clitic
_MEMO = 60_000


@lru_cache(_MEMO)
def key(stem: str) -> str:
    """Give what all spellings of a word have in common; it is no word itself."""
    inner = "".join(letter for letter in stem[1:-1] if letter not in _LONG)
    return "~" + _plain(stem[:1] + inner + stem[1:][-1:], _WIDE_G)


def stripped(stem: str) -> str:
    """Give the name under which `loose_keys` has words that are this one with an article or clitic before it."""
    return "=" + stem


@lru_cache(_MEMO)
def loose_keys(stem: str) -> tuple[str, ...]:
    """Give under what a stem of an article is found besides itself: its `key`, and what it may be less a clitic."""
    return (*((key(stem),) if _varies(stem) else ()), *map(stripped, _less_clitics(stem)))


@lru_cache(_MEMO)
def alike(one: str, other: str) -> bool:
    """Tell whether two stems are spellings of one foreign name: one long vowel inside and any g may differ."""
    if one == other:
        return True
    if not (_varies(one) and _varies(other)):
        return False
    letters = _WIDE_G if min(len(one), len(other)) >= _WIDE_LENGTH else _G
    return _one_vowel_apart(_plain(one, letters), _plain(other, letters))


def written(stem: str) -> list[str]:
    """Give every stem that writes a word: its spellings, and it with an article or clitic that nothing else shows."""
    found = {stem, *(way for way in _variants(stem) if alike(stem, way))} if _varies(stem) else {stem}
    before = ("ال", "لل", *_CLITICS, *(clitic + "ال" for clitic in _CLITICS))
    return sorted(found | {whole for clitic in before if stem in _less_clitics(whole := clitic + stem)})


def bare(stem: str) -> str:
    """Give the stem of a name less the article that the analyser left because it does not know the word."""
    return stem[2:] if _may_have_article(stem) and "ل" + stem not in shipped().words else stem


def _may_have_article(stem: str) -> bool:
    """Tell whether a stem may be the article and a word that the counts do not know, which the analyser leaves."""
    return stem.startswith("ال") and len(stem) - 2 >= _LEFT and stem[2:] not in shipped().words


def _less_clitics(stem: str) -> tuple[str, ...]:
    """Give what a stem may be less its article, and where the counts do not know it less another clitic."""
    found = []
    if _may_have_article(stem):
        found.append(stem[2:])
    if stem[:1] in _CLITICS and len(stem) - 1 >= _LEFT and stem not in shipped().words:
        rest = stem[1:]
        found.append(rest)
        if rest.startswith("ال") or stem.startswith("لل"):
            cut = rest[2:] if rest.startswith("ال") else rest[1:]
            found += [cut] * (len(cut) >= _LEFT)
    return tuple(found)


@lru_cache(_MEMO)
def _varies(stem: str) -> bool:
    """Tell whether a stem could be a foreign name that is written in several ways."""
    if len(stem) < _SKELETON or stem.isascii() or stem in _APART or not _OWN_LETTERS.isdisjoint(stem):
        return False
    if len(key(stem)) <= _SKELETON:
        return False
    counts = shipped()
    with_article = sum(counts.words.get(clitic + stem, 0) for clitic in ("ال", "لل", "وال", "بال"))
    return with_article <= max(1.0, _SHARE_WITH_ARTICLE * max(counts.words.get(stem, 0), counts.stems.get(stem, 0)))


def _plain(text: str, letters: str) -> str:
    """Write every letter that may stand for g as ج."""
    for letter in letters:
        text = text.replace(letter, "ج")
    return text


def _one_vowel_apart(one: str, other: str) -> bool:
    """Tell whether at most one long vowel differs, or is missing inside one of them."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        apart = [at for at in range(len(short)) if short[at] != long[at]]
        return len(apart) < 2 and all(0 < at < len(long) - 1 and {short[at], long[at]} <= _LONG for at in apart)
    return len(long) - len(short) == 1 and any(
        long[at] in _LONG and long[:at] + long[at + 1 :] == short for at in range(1, len(long) - 1)
    )


def _variants(stem: str) -> set[str]:
    """Give the stems that may be alike, and some that are not."""
    inner = range(1, len(stem) - 1)
    ways = {stem}
    ways |= {stem[:at] + stem[at + 1 :] for at in inner if stem[at] in _LONG}
    ways |= {stem[:at] + vowel + stem[at + 1 :] for at in inner for vowel in _LONG if stem[at] in _LONG}
    ways |= {stem[:at] + vowel + stem[at:] for at in range(1, len(stem)) for vowel in _LONG}
    letters = _WIDE_G if len(stem) >= _WIDE_LENGTH - 1 else _G
    return {"".join(written) for way in ways for written in product(*(_ways(letter, letters) for letter in way))}


def _ways(letter: str, letters: str) -> str:
    return letters if letter in letters else letter
