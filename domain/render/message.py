"""A message before it has a markup: blocks of lines of pieces, and how they are written within a limit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.render.markup import Markup
from domain.render.plain import line

MOST_HEADLINE = 250  # graphemes
MOST_SUBJECT = 150
MOST_PASSAGE = 300
MOST_NAME = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: words of ours, or `foreign` ones, which are isolated; with an address, a link.

    A line of pieces is joined without anything in between.
    """

    text: str
    foreign: bool = False
    bold: bool = False
    url: str = ""
    marked: bool = False  # a word that was looked for


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand or fall together: where there is no room for all, the block with the highest `rank` goes."""

    lines: tuple[Line, ...]
    rank: int = 0
    counted: bool = False  # a story: how many of these fell is said


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: a headline for services that have a field for it (one line, at most 150 graphemes), and blocks."""

    title: str
    blocks: tuple[Block, ...]


def ours(text: str) -> Piece:
    """Make a piece of our own words."""
    return Piece(text)


def foreign(text: str, most: int = MOST_NAME, *, bold: bool = False) -> Piece:
    """Make a piece of what somebody else wrote, as one clean line."""
    return Piece(line(text, most), foreign=True, bold=bold)


def host_of(url: str) -> str:
    """Give the host that an address leads to, "" where it is none of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""


def linked(label: str, url: str) -> Line:
    """Make a line with a link and, beside it, the host that it leads to. Empty where there is no address."""
    host, address = host_of(url), line(url).replace(" ", "%20")
    if not host or len(address) > 2_000:
        return ()
    return Piece(host, foreign=True), ours(" · "), Piece(label, url=address)


def write(message: Message, markup: Markup, limit: int, measure: Callable[[str], int]) -> str:
    """Write a message in a markup. What `measure` finds longer than `limit` loses blocks, the least important first."""
    blocks, fallen = list(message.blocks), 0
    while True:
        text = _write(blocks, markup, fallen)
        droppable = [number for number, block in enumerate(blocks) if block.rank > 0]
        if measure(text) <= limit or not droppable:
            return text
        worst = max(droppable, key=lambda number: (blocks[number].rank, number))
        fallen += blocks.pop(worst).counted


def _write(blocks: Sequence[Block], markup: Markup, fallen: int) -> str:
    lines = [_line(each, markup) for block in blocks for each in block.lines if each]
    if fallen:
        lines.append(f"لا يتسع هذا التنبيه لأحداث أخرى، وعددها {fallen}")
    return markup.head + markup.ends.join(lines) + markup.foot


def _line(pieces: Line, markup: Markup) -> str:
    """Write a line; one that begins with a foreign word is made right-to-left all the same by a mark."""
    return markup.rtl * pieces[0].foreign + "".join(_piece(piece, markup) for piece in pieces)


def _piece(piece: Piece, markup: Markup) -> str:
    text = markup.escape(piece.text)
    if piece.url:
        return markup.link(text, piece.url)
    text = markup.isolated(text) if piece.foreign else text
    if piece.marked and text:
        return markup.mark(text)
    return markup.bold(text) if piece.bold and text else text
