"""`marsad feeds discover`, and what `feeds add` does with the address of a site."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from cli.home import now, open_for_reading
from cli.output import print_json, say, show, table
from domain.article import visible
from domain.errors import BadInput
from domain.fetching import FetchStatus
from domain.sections import Candidate, Selectors, samples
from storage import feeds
from worker.discover import Discovery, Found, discover
from worker.robots import Rulebook

Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def look_for(address: str) -> Discovery:
    """Look for feeds at an address, reached as its outlet is. Raises BadInput for what is no address."""
    settings, db = open_for_reading()
    with db.read() as session:
        access = feeds.reached(session, address)
    return discover(settings, address, now(), Rulebook(settings, {}, now()), access)


def discover_feeds(
    site: Annotated[str, typer.Argument(help="Address of an outlet's site, such as outlet.example.")],
    json: Json = False,
) -> None:
    """Find the feeds of a site; nothing is stored. Exit code 1 when none can be read."""
    found = look_for(site)
    if json:
        print_json(found.to_json() | {"sections": [proposal_json(one) for one in found.sections]})
    else:
        _list(found.feeds)
        for one in found.sections:
            show(samples_of(one.selectors, samples(one), len(one.items)))
        if not found.readable:
            say(_why(found))
    if not found.readable:
        raise typer.Exit(1)


def _list(feeds: tuple[Found, ...]) -> None:
    table(
        ("#", "kind", "entries", "newest", "found by", "title", "address", "status"),
        [
            (n, f.kind, f.entries, f.newest and f.newest.isoformat(timespec="minutes"), f.how, visible(f.title), f.url,
             f"{f.status} {f.detail}".strip())
            for n, f in enumerate(feeds, 1)
        ],
    )  # fmt: skip


def _why(found: Discovery) -> str:
    because = f"{found.status}: {found.detail}" if found.detail else str(found.status)
    return f"no feed found at {found.url} ({because}; {found.requests} requests)"


def proposal_json(one: Candidate) -> dict[str, Any]:
    """Give the JSON of selectors that are proposed for a section page."""
    return {"selectors": one.selectors.to_json(), "items": len(one.items), "samples": list(samples(one))}


def samples_of(selectors: Selectors, headlines: Sequence[str], number: int) -> str:
    """Say what selectors find on a page: how many items, and the first headlines."""
    told = "  ".join(f"--{name} '{value}'" for name, value in selectors.to_json().items())
    return "\n".join([f"section: {number} items by {told}", *(f"    {visible(line)}" for line in headlines)])


def choose_feeds(address: str, first: bool, every: bool) -> list[Found | str]:
    """Give what `feeds add` adds for an address: a feed's own, or those of a site that were chosen.

    `first` and `every` choose; otherwise somebody at a terminal is asked. An address below a site that gives no answer
    now is added as it is. Raises BadInput where there is nothing to add or to choose by.
    """
    found = look_for(address)
    if found.is_feed:
        return [found.url]
    if found.readable:
        _list(found.readable)
        return list(_chosen(found, first, every))
    if found.sections:
        raise BadInput(f"{_why(found)}, but a list of articles: --as section reads that")
    if found.status in (FetchStatus.NOT_A_FEED, FetchStatus.UNSUPPORTED):
        raise BadInput(f"{_why(found)}: give the address of a feed, or --unchecked to add this one all the same")
    say(
        f"{found.url} cannot be read now ({found.status} {found.detail}); it is added and tried again".replace(
            " )", ")"
        )
    )
    return [found.url]


def _chosen(found: Discovery, first: bool, every: bool) -> tuple[Found, ...]:
    """Give the feeds of a site that are wanted."""
    feeds = found.readable
    if first or every:
        return feeds if every else feeds[:1]
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(
            f"{found.url} is a site with {len(feeds)} feeds: add one by its address, or use --first or --all"
        )
    said = typer.prompt("Which ones? Numbers, all, or none", default="1", err=True)
    return _picked(feeds, said)


def _picked(feeds: tuple[Found, ...], said: str) -> tuple[Found, ...]:
    """Give the feeds that an answer names. Raises BadInput for numbers that are not in the list."""
    words = said.replace(",", " ").replace("،", " ").split()
    if words in (["all"], ["none"]):
        return feeds if words == ["all"] else ()
    if not all(word.isdecimal() and 1 <= int(word[:4]) <= len(feeds) for word in words):
        raise BadInput(f"not in the list: {visible(said)}; give numbers from 1 to {len(feeds)}")
    return tuple(feeds[int(word) - 1] for word in dict.fromkeys(words))
