"""`marsad articles add`: articles that somebody already has, as addresses, files, folders and ZIP archives."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.home import open_home, read_text_file
from cli.output import print_json, progress, show, table
from domain.article import visible
from domain.dates import Dated, read_date
from domain.errors import BadInput
from domain.outlets import MOST_NAME
from worker.context import Context
from worker.files import Found, files_in, is_zip
from worker.imports import LINES, Given, add_given, fetch_given, import_rows, read_given, read_lines
from worker.keep import Kept

Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Added:
    """What an import did: the sum, the ids of single articles, and what became of each file."""

    total: Kept = field(default_factory=Kept)
    ids: list[int] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, name: str, outcome: str, id: int | None = None, detail: str = "") -> None:
        """Note what became of a file."""
        self.files.append({"file": name, "outcome": outcome, "id": id, "detail": detail})

    def sum(self, kept: Kept) -> None:
        """Add what was kept."""
        self.total.new += kept.new
        self.total.copies += kept.copies
        self.total.matches += kept.matches


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller says of all articles: their outlet, and the date of those that name none."""

    outlet: str
    dated: Dated | None
    raw: str

    def of(self, given: Given) -> Given:
        """Give an article with that."""
        given = replace(given, outlet=self.outlet) if self.outlet else given
        return given if given.dated or not self.dated else replace(given, dated=self.dated, published_raw=self.raw)


def add(
    sources: Annotated[
        list[str],
        typer.Argument(help="Addresses, texts, saved pages, JSON Lines (.jsonl, .jsonl.gz), folders or ZIPs of these."),
    ],
    outlet: Annotated[str, typer.Option(help="Name of the outlet of all of them.")] = "",
    date: Annotated[str, typer.Option(help="Date of those that name none, such as 2026-03-01.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Store articles that you already have; they are matched and never alert."""
    context = open_home()
    told = _told(context, outlet, date)
    archives, singles, folders = _read_all(context, sources)
    added = Added()
    for name, given in singles:
        _add_one(context, name, told.of(given), added, quiet=json)
    for source, rows in archives:
        _import(context, source, told, rows, added)
    for source in folders:
        _add_folder(context, source, told, added)
    total = added.total
    if json:
        sums = {"new": total.new, "copies": total.copies, "matches": total.matches}
        print_json({**sums, "ids": added.ids, "files": added.files})
        return
    if folders:
        table(("outcome", "id", "file", "why"), [(f["outcome"], f["id"], f["file"], f["detail"]) for f in added.files])
    show(f"{total.new} new, {total.copies} copies, {total.matches} matches")


def _told(context: Context, outlet: str, date: str) -> Told:
    """Read the options. Raises BadInput."""
    name = " ".join(visible(outlet).split())
    if len(name) > MOST_NAME:
        raise BadInput(f"the name of an outlet has at most {MOST_NAME} characters")
    dated = read_date(date, now=context.clock()) if date else None
    if date and dated is None:
        raise BadInput(f"--date takes a date such as 2026-03-01, not {date[:60]}")
    return Told(name, dated, date)


def _read_all(
    context: Context, sources: list[str]
) -> tuple[list[tuple[str, Rows]], list[tuple[str, Given]], list[str]]:
    """Read all that is named by itself before anything is stored: one bad source changes nothing.

    Gives archives, articles, and the folders and ZIPs, whose files are taken one by one.
    """
    archives, singles, folders = [], [], []
    for source in sources:
        if source.startswith(("http://", "https://")):
            singles.append((source, fetch_given(context, source)))
        elif source != "-" and (Path(source).is_dir() or is_zip(source)):
            folders.append(source)
        elif source.endswith(LINES):
            archives.append((source, read_lines(source, read_text_file(source))))
        else:
            singles.append((source, read_given(source, read_text_file(source))))
    return archives, singles, folders


def _add_one(context: Context, name: str, given: Given, added: Added, *, quiet: bool) -> None:
    """Store one article and say what became of it."""
    id, kept = add_given(context, given)
    added.ids.append(id)
    added.sum(kept)
    added.tell(name, "new" if kept.new else "copy" if kept.copies else "seen", id)
    if not quiet:
        show(f"article {id}: {visible(given.text.title or given.text.body[:80])}")


def _import(context: Context, source: str, told: Told, rows: Rows, added: Added) -> None:
    """Import one archive of JSON Lines, with progress."""
    done, before = 0, (added.total.new, added.total.copies)
    if told.outlet or told.raw:
        more = ({"outlet": told.outlet} if told.outlet else {}, {"published": told.raw} if told.raw else {})
        rows = [{**more[1], **{k: v for k, v in row.items() if v}, **more[0]} for row in rows]
    with progress(source) as show_progress:
        for number, kept in import_rows(context, rows):
            added.sum(kept)
            done += number
            show_progress(done, len(rows))
    new, copies = added.total.new - before[0], added.total.copies - before[1]
    added.tell(source, "lines", None, f"{new} new, {copies} copies, {len(rows) - new - copies} seen")


def _add_folder(context: Context, source: str, told: Told, added: Added) -> None:
    """Add every file of a folder or a ZIP; one that cannot be read is told and holds up no other."""
    with progress(source) as show_progress:
        for number, found in enumerate(_checked(source, context.settings.max_body), 1):
            try:
                if found.name.endswith(LINES):
                    _import(context, found.name, told, read_lines(found.name, found.read()), added)
                else:
                    _add_one(context, found.name, told.of(read_given(found.name, found.read())), added, quiet=True)
            except BadInput as error:
                added.tell(found.name, "refused", None, str(error))
            show_progress(number, 0)


def _checked(source: str, most: int) -> Iterator[Found]:
    """Give the files of a source. Raises BadInput where there is none at all."""
    empty = True
    for found in files_in(source, most):
        empty = False
        yield found
    if empty:
        raise BadInput(f"{source} holds no file")
