"""What differs between two texts, word by word, for reading.

Words are compared as they are written: whether an edit matters is decided elsewhere (`domain.revisions`). The matching
is that of Ratcliff and Obershelp, as difflib has it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Protocol

from domain.article import Text

SAME, REMOVED, ADDED = "same", "removed", "added"
MOST_TOKENS = 4_000  # of what is left between the common beginning and end; more is told as replaced whole
_LONG_CHANGE = 3  # between two changes of so many tokens, one common word is no help to a reader
_MOST_UPDATE = 6  # words of one side of an update that is told as a pair
_CONTEXT = 2  # words that follow a pair, so that a number says of what
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff\u200c\u200d"
_TOKEN = re.compile(f"\\d+(?:[.,:/٫٬]\\d+)+|[\\w{_MARKS}]+|[^\\w\\s]|\\s+")
_WORD = re.compile(r"\w")

Opcode = tuple[str, int, int, int, int]


class Sides(Protocol):
    """Two texts to be compared."""

    @property
    def before(self) -> Text:
        """Give the first."""

    @property
    def after(self) -> Text:
        """Give the second."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that is `same` in both, `removed` from the first or `added` in the second.

    The runs that are not `added` give the first text, those that are not `removed` the second.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Update:
    """A few words in the place of a few others, with the words that follow: 3, 7, "قتلى"."""

    before: str
    after: str
    context: str


def as_read(text: str) -> str:
    """Let the arrow of a change ("3 → 7 قتلى") point the way that Arabic is read, for a line of Arabic."""
    return text.replace("→", "←")


def tokens(text: str) -> list[str]:
    """Cut a text into words, numbers, signs and spaces; joined they are the text. Letters keep their marks."""
    return _TOKEN.findall(text)


def difference(before: str, after: str) -> list[Run]:
    """Give the runs that lead from one text to the other, of which two neighbours are never of one kind."""
    old, new = tokens(before), tokens(after)
    runs: list[Run] = []
    for kind, a, b, c, d in _cleaned(_opcodes(old, new)):
        if kind == "equal":
            _add(runs, SAME, "".join(new[c:d]))
            continue
        while a < b and c < d and old[a] == new[c]:  # what a clean-up took in
            _add(runs, SAME, new[c])
            a, c = a + 1, c + 1
        _add(runs, REMOVED, "".join(old[a:b]))
        _add(runs, ADDED, "".join(new[c:d]))
    return runs


def _add(runs: list[Run], kind: str, text: str) -> None:
    """Put a stretch behind the runs, as part of the last one where that is of its kind."""
    if not text:
        return
    if runs and runs[-1].kind == kind:
        text = runs.pop().text + text
    runs.append(Run(kind, text))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """Match two lists of tokens in bounded time."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(a), len(b)) > MOST_TOKENS:
        middle: Sequence[Opcode] = [("replace", 0, len(a), 0, len(b))]
    else:
        middle = SequenceMatcher(_is_space, a, b).get_opcodes()
    moved = [(kind, i + start, j + start, k + start, m + start) for kind, i, j, k, m in middle]
    first: list[Opcode] = [("equal", 0, start, 0, start)] if start else []
    last: list[Opcode] = [("equal", len(old) - end, len(old), len(new) - end, len(new))] if end else []
    return first + moved + last


def _is_space(token: str) -> bool:
    return not token.strip()


def _cleaned(opcodes: Sequence[Opcode]) -> list[Opcode]:
    """Take a space, or one word between two long changes, for a part of the change around it."""
    found: list[Opcode] = []
    for index, opcode in enumerate(opcodes):
        kind, a, b, _, d = opcode
        inside = found and found[-1][0] != "equal" and index + 1 < len(opcodes)
        swallow = kind == "equal" and inside and b - a <= _least(found[-1], opcodes[index + 1])
        if found and found[-1][0] != "equal" and (swallow or kind != "equal"):
            _, i, _, k, _ = found[-1]
            found[-1] = ("replace", i, b, k, d)
        else:
            found.append(opcode)
    return found


def _least(before: Opcode, after: Opcode) -> int:
    """Give how many common tokens between two changes are not worth standing alone."""
    sizes = [max(b - a, d - c) for _, a, b, c, d in (before, after)]
    return 3 if min(sizes) >= _LONG_CHANGE else 1


def updates(runs: Sequence[Run]) -> Iterator[Update]:
    """Give the short replacements among the runs, in their order."""
    for index, (gone, come) in enumerate(pairwise(runs)):
        if gone.kind != REMOVED or come.kind != ADDED:
            continue
        before, after = gone.text.split(), come.text.split()
        if max(len(before), len(after)) <= _MOST_UPDATE and _WORD.search(gone.text) and _WORD.search(come.text):
            rest = runs[index + 2].text.split("\n")[0].split() if index + 2 < len(runs) else []
            yield Update(" ".join(before), " ".join(after), " ".join(rest[:_CONTEXT]))


def shortened(runs: Sequence[Run], around: int) -> list[Run]:
    """Leave of long common stretches only so many words next to each change; an ellipsis stands for the rest."""
    found = []
    for index, run in enumerate(runs):
        words = tokens(run.text)
        head, tail = (0 if index == 0 else 2 * around), (0 if index == len(runs) - 1 else 2 * around)
        if run.kind == SAME and len(words) > head + tail + 2:
            kept = "".join(words[:head]).rstrip(), "".join(words[len(words) - tail :]).lstrip()
            run = Run(SAME, " … ".join(kept))
        found.append(run)
    return found
