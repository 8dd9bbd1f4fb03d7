"""Every error that Marsad raises on purpose.

    MarsadError                 one clear line for a person; the command exits with code 2
    ├── BadInput                an argument, a file or a text that cannot be used
    │   └── BadReference        a reference article that no topic can be learned from
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


class NotFound(MarsadError):
    """What was named is not stored."""


class AlreadyExists(MarsadError):
    """What should be made is there already."""
