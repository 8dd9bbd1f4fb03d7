"""Names of authors as outlets write them, less the words around them."""

import re

from domain.arabic import display, fold

_MOST = 80  # characters of a name, or of a few
_WORDS = (
    "كتبه|كتبها|كتبت|كتب|بقلم|بريشة|تحرير|تحرير وإعداد|إعداد|اعداد|تقرير|حوار|حاوره|حاورها|حاورته|ترجمة|متابعة|متابعات"
)
_WRITTEN = rf"(?:{_WORDS})(?:\s*(?:و|/)?\s*(?:{_WORDS}))?"
# "كتب - فلان", "بقلم/ فلان", "بقلم فلان". A name such as كتبي is longer than the word, and stays.
_BEFORE = re.compile(rf"^\W*(?:{_WRITTEN})(?:\s*[:：\-–—/|.،]+\s*|\s+)(?=\S)|^by(?:\s*:\s*|\s+)", re.IGNORECASE)
_LINE = re.compile(
    rf"^\W{{0,3}}(?:{_WRITTEN})\s*[:：\-–—/|]\s*(?P<name>[^\d:]{{4,{_MOST}}})$|^\W{{0,3}}بقلم\s+(?P<plain>[^\d:]{{4,{_MOST}}})$"
)
_LINKED = re.compile(r"https?://\S+|\S+@\S+|^@?[\w.-]+\.(?:com|net|org|\w\w)$", re.IGNORECASE)
_NOBODY = frozenset(
    fold(name)
    for name in (
        "admin", "administrator", "editor", "editors", "author", "webmaster", "user", "root", "news", "newsroom",
        "staff", "guest", "anonymous", "null", "none", "undefined", "المحرر", "محرر", "التحرير", "هيئة التحرير",
        "الإدارة",
        "كتب", "كتبت", "بقلم",
        "مدير الموقع", "المشرف", "كاتب", "الكاتب", "غير معروف", "محرر الموقع",
        "إدارة التحرير", "أسرة التحرير",
    )
)  # fmt: skip
_AT_EDGES = " \t\"'«»“”:：-–—/|،,.؛;()[]ـ"
_ENDS_SENTENCE = re.compile(r"[.!؟?…]$")
_NAME_WORDS = 7
_HEAD_LINES, _TAIL_LINES = 3, 2


def author_name(said: str, outlet: str = "") -> str:
    """Give the name in what stands as author, without "كتب", "بقلم" and the like; empty where it names nobody.

    Nobody is named by an address, a user of the publishing system (admin, المحرر) or the outlet itself.
    """
    name = " ".join(_LINKED.sub(" ", said).split())
    while (cut := _BEFORE.sub("", name, count=1)) != name:
        name = cut
    name = name.strip(_AT_EDGES)
    same = "".join(fold(name).split()) in _own_names(outlet)
    return "" if not name or name.isdigit() or fold(name) in _NOBODY or same else name[:300]


def _own_names(outlet: str) -> set[str]:
    return {"".join(fold(outlet).split())} if outlet else set()


def author_in(text: str) -> str:
    """Give the author that a line of its own names at the head or foot of a text ("بقلم: ..."); empty without one."""
    lines = [line for line in text.split("\n") if line.strip()]
    for line in (*lines[:_HEAD_LINES], *lines[_HEAD_LINES:][-_TAIL_LINES:]):
        found = _LINE.match(display(line).strip())
        name = (found["name"] or found["plain"] or "").strip() if found else ""
        if name and len(name.split()) <= _NAME_WORDS and not _ENDS_SENTENCE.search(name):
            return author_name(name)
    return ""
