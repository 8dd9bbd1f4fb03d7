"""The reference articles that a command is given: read, and where one tells several stories, which one is meant."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from cli.asked import read_article
from cli.home import read_text_file
from cli.output import out, say, table
from domain.article import Text, visible
from domain.errors import BadInput, WhichStory
from domain.topics.reference import Read, check_number, read_reference
from worker.context import Context
from worker.imports import LINES, Given, read_articles

Part = Annotated[
    int | None, typer.Option(min=0, help="Of a reference that is a roundup: the story that is meant; 0 all of it.")
]


def read_references(
    context: Context, name: str, file: str, url: str, part: int | None, *, asks: bool
) -> list[tuple[Text, str]]:
    """Read the references for a topic called `name`: one article, or those of a JSON Lines file.

    Gives each with its address, and says on standard error what was left out. `asks`: on a terminal ask which story is
    meant. Raises BadInput, BadReference, WhichStory.
    """
    if not file.endswith(LINES) or url:
        given = read_article(context, file, url)
        return [(_read(name, given, part, asks).text, given.url)]
    if part is not None:
        raise BadInput("--part is for one reference: give that article alone")
    rows = read_articles(file, read_text_file(file))
    check_number(len(rows))
    return [(_one_of(name, given, number), given.url) for number, given in enumerate(rows, 1)]


def _one_of(name: str, given: Given, number: int) -> Text:
    """Read one of many references. Raises BadInput that says which."""
    try:
        return read_reference(name, given.text).text
    except WhichStory as error:
        raise BadInput(
            f"article {number}: a roundup of {len(error.lines)} stories; give it alone, with --part"
        ) from error
    except BadInput as error:
        raise BadInput(f"article {number}: {error}") from error


def _read(name: str, given: Given, part: int | None, asks: bool) -> Read:
    """Read one reference; where its story is not clear list the stories, and ask on a terminal."""
    try:
        read = read_reference(name, given.text, part)
    except WhichStory as error:
        if not (asks and sys.stdin.isatty() and out.is_terminal):
            for number, line in enumerate(error.lines, 1):
                say(f"{number:>3}  {visible(line)}")
            raise
        read = read_reference(name, given.text, _ask(error.lines))
    for note in notes(read):
        say(note)
    return read


def _ask(lines: Sequence[str]) -> int:
    table(("part", "begins"), [*enumerate(lines, 1), (0, "all of it")])
    while not 0 <= (said := int(typer.prompt("The reference is a roundup. Which story", type=int))) <= len(lines):
        say(f"give a number from 0 to {len(lines)}")
    return said


def notes(read: Read) -> list[str]:
    """Give what somebody should know of how a reference was read, a line each."""
    said = []
    if read.letters < read.given:
        said.append(f"the reference has {read.given:,} letters: the first {read.letters:,} were read")
    if read.part:
        line = visible(read.parts[read.part - 1])
        said.append(
            f"the reference is a roundup of {len(read.parts)} stories: learned from story {read.part}, «{line}»; "
            "--part chooses another, --part 0 all of it"
        )
    if read.short:
        said.append("the reference has few words: the whole text of an article teaches more")
    return said
