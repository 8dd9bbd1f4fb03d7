"""Every error that Marsad raises on purpose.

    MarsadError                 one clear line for a person; the command exits with code 2
    ├── BadInput                an argument, a file or a text that cannot be used
    │   ├── BadReference        a reference article that no topic can be learned from
    │   │   └── WhichStory      a reference of several stories, of which none is clearly meant
    │   └── BadQuery            a query that cannot be read
    ├── NotFound                no such feed, topic, article, alert
    └── AlreadyExists           the name or address is taken

What goes wrong at a remote end is never an exception: fetching and parsing return a named status.
"""

from collections.abc import Sequence


class MarsadError(Exception):
    """One line that says what is wrong and what to do about it."""


class BadInput(MarsadError):
    """What was given cannot be used; the message says why."""


class BadReference(BadInput):
    """No topic can be learned from this text; the message says which text would do.

    `kind` names what is wrong: `empty`, `foreign`, `table`, `poor`, `many` or `roundup`.
    """

    def __init__(self, message: str, kind: str = "poor") -> None:
        super().__init__(message)
        self.kind = kind


class WhichStory(BadReference):
    """The text tells several stories and the name does not say which is meant; `lines` has the first line of each."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(
            f"the reference is a roundup of {len(lines)} stories: say which one is meant by --part 1 to {len(lines)}, "
            "or --part 0 for all of it",
            "roundup",
        )
        self.lines = tuple(lines)


class BadQuery(BadInput):
    """A query that cannot be read; `fault` is the kind of mistake, `place` its character, 1 for the first."""

    def __init__(self, fault: str, place: int, line: str) -> None:
        super().__init__(line)
        self.fault, self.place = fault, place


class NotFound(MarsadError):
    """What was named is not stored."""


class AlreadyExists(MarsadError):
    """What should be made is there already."""
