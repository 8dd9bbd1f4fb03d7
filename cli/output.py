"""What the command prints: one JSON document, or tables and lines for people."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from domain.article import visible
from storage.articles import Listed

MOST_ID = 2**31 - 1  # what a number of a row may be on both databases
# Published text stands as it is: nothing in it is markup, and `:fire:` is no picture.
out = Console(highlight=False, soft_wrap=False, emoji=False, markup=False)
err = Console(stderr=True, highlight=False, emoji=False, markup=False)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def print_json(value: Any) -> None:
    """Print one JSON document to standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, default=_plain, indent=2)
    sys.stdout.write("\n")


def say(line: str) -> None:
    """Say something to a person, on standard error."""
    err.print(line, markup=False, soft_wrap=True)


def show(line: str = "") -> None:
    """Print one line of the answer to standard output."""
    out.print(line, markup=False, soft_wrap=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table; where the output is no terminal, one line a row with tabs between the cells."""
    if not out.is_terminal:
        for row in rows:
            print("\t".join(_cell(cell) for cell in row))
        return
    made = Table(*columns, show_edge=False, header_style="bold", pad_edge=False)
    for row in rows:
        made.add_row(*(_cell(cell) for cell in row))
    out.print(made)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return visible("" if value is None else str(value))


def article_json(row: Listed) -> dict[str, Any]:
    """Give the JSON of a listed article; score and reason where a topic was asked about."""
    document: dict[str, Any] = {
        "id": row.id, "title": row.title, "outlet": row.outlet, "published": row.published, "url": row.url,
        "copies": row.copies, "basis": row.basis, "source": row.source,
    }  # fmt: skip
    if row.score is not None:
        document |= {"score": row.score, "provisional": row.provisional, "reason": row.reason}
    return document


def fail(message: str) -> int:
    """Say in one line what is wrong. Gives the exit code for that."""
    say(f"marsad: {' '.join(message.split())}")
    return 2


SAY_SECONDS = 10.0  # between two lines of progress where there is no terminal


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far long work has come: a bar on a terminal, a line every ten seconds elsewhere.

    Gives a function to call with how much is done and how much there is in all (0 while that is unknown).
    """
    if err.is_terminal:
        with Progress(
            TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), console=err
        ) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total or None)
        return
    said = time.monotonic()

    def line(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= SAY_SECONDS:
            said = time.monotonic()
            say(f"{what}: {done} of {total}" if total else f"{what}: {done}")

    yield line
