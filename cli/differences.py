"""What differs between two texts, for a terminal and as JSON.

A terminal that knows the Unicode bidirectional algorithm (UAX #9) shows each line from the side of its language, since
it stands in an isolate, and so does each changed stretch: a Latin name or a number turns nothing around it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rich.text import Text as Styled

from cli.output import out, show
from domain.article import Text, visible
from domain.difference import ADDED, REMOVED, SAME, Run, Sides, Update, difference, shortened, updates
from storage.models import Revision
from storage.revisions import Compared

_RTL, _LTR, _FIRST_STRONG, _END = "\u2067", "\u2066", "\u2068", "\u2069"
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\ufb50-\ufdfb\ufe70-\ufefc]")
_SIGNS = {REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}
_STYLES = {REMOVED: "red strike", ADDED: "green", SAME: ""}
_AROUND = 12  # common words shown next to a change


def title_and_text(found: Sides) -> tuple[list[Run], list[Run]]:
    """Give the runs of title and text."""
    return difference(found.before.title, found.after.title), difference(found.before.body, found.after.body)


def difference_json(found: Compared) -> dict[str, Any]:
    """Give what a revision changed as JSON values."""
    return revision_json(found.revision) | {"id": found.revision.article_id} | sides_json(found)


def sides_json(found: Sides) -> dict[str, Any]:
    """Give what differs between two texts as JSON values."""
    title, text = title_and_text(found)
    return {
        "updates": [asdict(update) for update in (*updates(title), *updates(text))],
        "title_runs": [asdict(run) for run in title],
        "text_runs": [asdict(run) for run in text],
        "before": _side(found.before),
        "after": _side(found.after),
    }


def _side(text: Text) -> dict[str, str]:
    return {"title": text.title, "text": text.body, "basis": text.basis.value}


def revision_json(row: Revision) -> dict[str, Any]:
    """Give a revision, without its texts, as JSON values."""
    return {"revision": row.number, "at": row.at, "changed": row.changed.split(), "source": row.source}


def show_difference(found: Compared) -> None:
    """Print what a revision changed."""
    row = found.revision
    show(f"revision {row.number} of article {row.article_id}, {row.at:%Y-%m-%d %H:%M} UTC, by its {row.source}")
    show_sides(found)


def show_sides(found: Sides) -> None:
    """Print what differs between two texts: the pairs first, then title and text with what was removed and added."""
    title, text = title_and_text(found)
    for update in (*updates(title), *updates(text)):
        show(f"  {update_line(update)}")
    for runs in (title, shortened(text, _AROUND) if found.before.body != found.after.body else []):
        show()
        for line in lines(runs):
            out.print(_styled(line), soft_wrap=True)


def update_line(update: Update) -> str:
    """Give a pair on one line in the direction of its language, the arrow pointing from the old to the new."""
    rtl = _is_arabic((update.before, update.after, update.context))
    sides = [f"{_FIRST_STRONG}{visible(side)}{_END}" for side in (update.before, update.after)]
    arrow = " \u2190 " if rtl else " \u2192 "  # arrows are not mirrored by the algorithm
    return f"{_RTL if rtl else _LTR}{arrow.join(sides)} {visible(update.context)}".rstrip() + _END


def _is_arabic(texts: Iterable[str]) -> bool:
    return any(_ARABIC.search(text) for text in texts)


def lines(runs: Sequence[Run]) -> list[list[Run]]:
    """Cut runs into paragraphs; those without text are left out."""
    found: list[list[Run]] = [[]]
    for run in runs:
        first, *rest = run.text.split("\n")
        found[-1].append(Run(run.kind, first))
        found += [[Run(run.kind, piece)] for piece in rest]
    return [line for line in found if any(run.text.strip() for run in line)]


def _styled(line: Sequence[Run]) -> Styled:
    """Write one paragraph: `[-removed-]`, `{+added+}`, the signs mirrored by the terminal from right to left."""
    made = Styled(_RTL if _is_arabic(run.text for run in line) else _LTR)
    for run in line:
        text = visible(run.text)
        before, after = (" " if edge.isspace() else "" for edge in (run.text[:1], run.text[-1:]))
        if text and run.kind != SAME:
            begin, end = _SIGNS[run.kind]
            text = f"{begin}{_FIRST_STRONG}{text}{_END}{end}"
        made.append(before + text + (after if text else ""), _STYLES[run.kind] if text else "")
    return made.append(_END)
