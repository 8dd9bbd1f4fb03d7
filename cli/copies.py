"""How articles stand to each other: what `articles show` says of it, comparing two, and the words of analysts."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from cli.differences import show_sides, sides_json, update_line
from cli.home import open_for_reading, open_home
from cli.output import MOST_ID, print_json, show, table
from domain.article import visible
from domain.difference import Update
from storage import pairs, relations
from storage.models import Article
from storage.pairs import Pair
from storage.relations import Linked
from worker import copy_verdicts

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
First = Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of an article.", metavar="A")]
Second = Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of the other.", metavar="B")]
Undo = Annotated[bool, typer.Option("--undo", help="Take the word back: the rule decides again.")]
_LINKS = {"contains": "contains", "contained": "is contained in"}


def links_json(links: Sequence[Linked]) -> list[dict[str, Any]]:
    """Give the relations of an article as JSON values."""
    return [
        {
            "kind": link.kind, "id": link.other.id, "title": link.other.title, "outlet": link.other.outlet,
            "published": link.other.event_at, "share": link.share, "shared": link.shared,
            "runs": [list(run) for run in link.runs], "made_with": link.made_with,
        }
        for link in links
    ]  # fmt: skip


def sighting_json(lead: Article, other: Article, links: dict[int, Linked], changes: Sequence[Update]) -> dict[str, Any]:
    """Give where else an article stood: how that stands to the lead of the group, and what it changed."""
    link = links.get(other.id or 0)
    return {
        "id": other.id, "title": other.title, "outlet": other.outlet, "published": other.event_at,
        "first_seen": other.first_seen, "url": other.url,
        "kind": "lead" if other.id == lead.id else {"updated": "update"}.get(link.kind if link else "", "copy"),
        "share": link.share if link else None, "words": len(other.text.split()),
        "changes": [{"before": c.before, "after": c.after, "context": c.context} for c in changes],
    }  # fmt: skip


def show_links(id: int, links: Sequence[Linked], group: int | None) -> None:
    """List what an article contains and where it is contained, the articles of its own group left out."""
    rows = [link for link in links if link.kind in _LINKS and link.other.group_id != group]
    if rows:
        show()
        show(f"parts in common with other articles (`marsad articles compare {id} ID` shows them):")
        table(
            ("this", "id", "published", "share", "outlet", "title"),
            [
                (_LINKS[r.kind], r.other.id, r.other.event_at, _share(r.share), r.other.outlet, r.other.title)
                for r in rows
            ],
        )


def show_sightings(rows: Sequence[dict[str, Any]], changes: Mapping[int, Sequence[Update]]) -> None:
    """List where else an article stood, what each kept of the lead's text, and the figures that updates moved."""
    show()
    show(f"where else it stood ({len(rows)}):")
    table(
        ("id", "published", "first seen by us", "is", "share", "words", "outlet", "title"),
        [
            (
                r["id"],
                r["published"],
                r["first_seen"],
                r["kind"],
                _share(r["share"]),
                r["words"],
                r["outlet"],
                r["title"],
            )
            for r in rows
        ],
    )
    for id, moved in changes.items():
        for update in moved:
            show(f"  update {id}: {update_line(update)}")


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def compare(a: First, b: Second, json: Json = False) -> None:
    """Show how two articles stand to each other, and what differs between them, word by word."""
    _, db = open_for_reading()
    with db.read() as session:
        pair = pairs.compare(session, a, b)
    if json:
        print_json(_pair_json(pair))
        return
    show(f"earlier {_line(pair.earlier)}")
    show(f"later   {_line(pair.later)}")
    verdict = pair.verdict
    words = ", ".join(str(run.words) for run in pair.runs)
    longest = f"; longest common runs: {words} words" if words else ""
    show(f"{verdict.relation}: {verdict.share:.0%} of the shorter text stands in both{longest}")
    show_sides(pair)


def _line(article: Article) -> str:
    return f"{article.id}  {article.event_at:%Y-%m-%d %H:%M} UTC  {visible(article.outlet)}"


def _pair_json(pair: Pair) -> dict[str, Any]:
    verdict = pair.verdict
    return {
        "earlier": pair.earlier.id, "later": pair.later.id, "relation": verdict.relation.value,
        "share": round(verdict.share, 4), "shared": verdict.shared, "longer": pair.longer,
        "runs": [[run.a, run.b, run.words] for run in pair.runs],
        "same_group": pair.earlier.group_id == pair.later.group_id,
    } | sides_json(pair)  # fmt: skip


def same(a: First, b: Second, undo: Undo = False, json: Json = False) -> None:
    """Say that two articles are one text, whatever the rule says; kept for ever, or until undone."""
    _say(a, b, True, undo, json)


def not_same(a: First, b: Second, undo: Undo = False, json: Json = False) -> None:
    """Say that two articles are not one text, whatever the rule says; kept for ever, or until undone."""
    _say(a, b, False, undo, json)


def _say(a: int, b: int, same: bool, undo: bool, json: bool) -> None:
    context = open_home()
    settled = copy_verdicts.say(context, a, b, same=same, undo=undo)
    with context.db.read() as session:
        groups = {id: one.group for id, one in relations.standings(session, (a, b)).items()}
    if json:
        moved = sorted(settled.moved)
        print_json(
            {"a": a, "b": b, "same": same, "undone": undo, "one_group": len(set(groups.values())) == 1, "moved": moved}
        )
        return
    told = "are the same" if same else "are not the same"
    show(f"{a} and {b} {told}: {'undone, the rule decides again' if undo else 'kept'}")
    show("they stand in one group" if len(set(groups.values())) == 1 else "they stand in two groups")


def list_verdicts(
    every: Annotated[bool, typer.Option("--all", help="Those that were undone too.")] = False, json: Json = False
) -> None:
    """List what was said of articles being the same or not."""
    _, db = open_for_reading()
    with db.read() as session:
        rows = relations.verdicts(session, all=every)
    if json:
        print_json([{"a": r.a, "b": r.b, "same": r.same, "at": r.at, "undone": r.undone} for r in rows])
    else:
        table(
            ("a", "b", "said", "at", "undone"),
            [(r.a, r.b, "same" if r.same else "not the same", r.at, r.undone or "") for r in rows],
        )
