"""Every error that Marsad raises on purpose.

    MarsadError                 one clear line for a person; the command exits with code 2
    ├── BadInput                an argument, a file or a text that cannot be used
    │   ├── BadReference        a reference article that no topic can be learned from
    │   └── BadQuery            a query that cannot be read
    ├── NotFound                no such feed, topic, article, alert
    └── AlreadyExists           the name or address is taken

What goes wrong at a remote end is never an exception: fetching and parsing return a named status.
"""


class MarsadError(Exception):
    """One line that says what is wrong and what to do about it."""


class BadInput(MarsadError):
    """What was given cannot be used; the message says why."""


class BadReference(BadInput):
    """No topic can be learned from this text; the message says which text would do."""


class BadQuery(BadInput):
    """A query that cannot be read; `fault` is the kind of mistake, `place` its character, 1 for the first."""

    def __init__(self, fault: str, place: int, line: str) -> None:
        super().__init__(line)
        self.fault, self.place = fault, place


class NotFound(MarsadError):
    """What was named is not stored."""


class AlreadyExists(MarsadError):
    """What should be made is there already."""
