"""What differs between two texts, in pieces for the page."""

from collections.abc import Iterable

from domain.difference import SAME, Run, Sides, Update, difference, updates


def title_change(found: Sides | None) -> list[Run]:
    """Give the runs of the title; none where nothing is compared."""
    return _spaced(difference(found.before.title, found.after.title)) if found else []


def _spaced(runs: Iterable[Run]) -> list[Run]:
    """Take the spaces at the ends of changed runs out of them, so that no line is drawn through them."""
    found = []
    for run in runs:
        text = run.text.strip()
        if run.kind == SAME or not text:
            found.append(run)
            continue
        begin = run.text.index(text)
        edges = run.text[:begin], run.text[begin + len(text) :]
        found += [
            Run(kind, part) for kind, part in zip((SAME, run.kind, SAME), (edges[0], text, edges[1]), strict=True)
        ]
    return [run for run in found if run.text]


def text_change(found: Sides | None) -> list[list[Run]]:
    """Give the runs of the text by paragraphs, those without text left out."""
    paragraphs: list[list[Run]] = [[]]
    for run in difference(found.before.body, found.after.body) if found else ():
        first, *rest = run.text.split("\n")
        paragraphs[-1].append(Run(run.kind, first))
        paragraphs += [[Run(run.kind, piece)] for piece in rest]
    return [_spaced(runs) for runs in paragraphs if any(run.text.strip() for run in runs)]


def update_pairs(found: Sides | None) -> list[Update]:
    """Give the few words that took the place of a few others, in title and text."""
    if not found:
        return []
    sides = ((found.before.title, found.after.title), (found.before.body, found.after.body))
    return [update for before, after in sides for update in updates(difference(before, after))]
