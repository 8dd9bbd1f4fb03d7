"""`marsad articles`: what is stored."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli import copies
from cli.add import add
from cli.differences import difference_json, revision_json, show_difference
from cli.home import open_for_reading
from cli.ledger import ledger_of_article, origin_json, show_origin
from cli.output import MOST_ID, article_json, print_json, show, table
from domain.article import visible
from domain.difference import Update
from domain.errors import BadInput
from domain.ledger import Ledger
from domain.query import is_plain, parse
from domain.updates import moved
from storage import articles, relations, revisions, search, sightings, topics
from storage.models import Article, Revision
from storage.relations import Linked

app = typer.Typer(
    no_args_is_help=True, help="Articles: add, search, show, compare; which are copies.", rich_markup_mode=None
)
for command, name in (
    (copies.compare, "compare"), (copies.same, "same"), (copies.not_same, "not-same"),
    (copies.list_verdicts, "verdicts"),
):  # fmt: skip
    app.command(name)(command)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
app.command("add")(add)


def _day(value: str, name: str, *, end: bool = False) -> datetime | None:
    """Read a day or a time; a day without a time means its beginning, as an end its last moment."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"--{name} takes a date such as 2026-03-01, not {value}") from error
    if not end or len(value) > len(date.min.isoformat()):
        return moment
    return moment + timedelta(days=1) if moment.date() < date.max else None  # no day comes after the last


@app.command("search")
def search_articles(
    words: Annotated[
        list[str], typer.Argument(help='Words, "phrases", OR, NOT or -, (…), title:. Forms of a word are found too.')
    ],
    topic: Annotated[str, typer.Option(help="Only matches of a topic.")] = "",
    outlet: Annotated[str, typer.Option(help="Only one outlet.")] = "",
    since: Annotated[str, typer.Option(help="From this day on.")] = "",
    until: Annotated[str, typer.Option(help="Up to this day, the day included.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 20,
    all_copies: Annotated[
        bool, typer.Option("--all", "--all-copies", help="Every copy, not one of each group.")
    ] = False,
    json: Json = False,
) -> None:
    """Search the stored articles, newest first."""
    query = parse(" ".join(f'"{word}"' if " " in word and is_plain(word) else word for word in words))
    first, last = _day(since, "since"), _day(until, "until", end=True)
    _, db = open_for_reading()
    with db.read() as session:
        topic_id = topics.get(session, topic).id if topic else None
        rows = search.find(
            session, query, topic_id=topic_id, outlet=outlet, since=first, until=last, limit=limit,
            all_copies=all_copies,
        )  # fmt: skip
    if json:
        print_json([article_json(row) for row in rows])
    else:
        table(
            ("id", "published", "outlet", "source", "copies", "title"),
            [(r.id, r.published, r.outlet, r.source, r.copies or "", r.title) for r in rows],
        )


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown of an article: it and its group, its revisions, and how it stands to others."""

    article: Article
    others: list[Article]
    kept: list[Revision]
    links: list[Linked]
    sightings: list[dict[str, Any]]
    changes: dict[int, tuple[Update, ...]]
    ledger: Ledger


def _read_shown(session: Session, id: int) -> _Shown:
    article = articles.get(session, id)
    group = articles.sightings(session, article.group_id)
    others = [other for other in group if other.id != id]
    lead = next((one for one in group if one.id == article.group_id), article)
    of_lead = {link.other.id or 0: link for link in relations.of(session, lead.id or 0)}
    updated = [one for one in others if one.id in of_lead and of_lead[one.id or 0].kind == "updated"]
    changes = {one.id or 0: moved(articles.read(lead).body, articles.read(one).body) for one in updated}
    rows = [copies.sighting_json(lead, one, of_lead, changes.get(one.id or 0, ())) for one in others]
    ledger = sightings.ledger(session, id)
    return _Shown(article, others, revisions.of(session, id), relations.of(session, id), rows, changes, ledger)


def _full_json(shown: _Shown) -> dict[str, Any]:
    article, others, kept = shown.article, shown.others, shown.kept
    end = len(article.text) if article.own_to is None else article.own_to
    return {
        "id": article.id, "title": article.title, "outlet": article.outlet, "published": article.event_at,
        "source": article.source,
        "first_seen": article.first_seen, "published_raw": article.published_raw,
        "date_method": article.date_method, "date_confidence": article.date_confidence,
        "url": article.url, "canonical": article.canonical, "image": article.image,
        "author": article.author, "section": article.section, "language": article.language,
        "basis": article.basis, "text_status": article.text_status, "flags": article.flags.split(),
        "text": article.text, "frozen": article.frozen,
        "revisions": [revision_json(row) | {"title": row.title, "basis": row.basis} for row in kept],
        "own": [article.own_from, end], "mask": article.mask,
        "group": article.group_id, "copies": len(others),
        "credit": article.credit, "origin": origin_json(shown.ledger.origin),
        "sightings": shown.sightings, "relations": copies.links_json(shown.links),
    }  # fmt: skip


@app.command("show")
def show_article(
    id: Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of the article.")], json: Json = False
) -> None:
    """Show an article: its text, how its outlet changed it, where else it stood and when."""
    _, db = open_for_reading()
    with db.read() as session:
        shown = _read_shown(session, id)
    if json:
        print_json(_full_json(shown))
        return
    article, kept = shown.article, shown.kept
    show(visible(article.title))
    times = f"{article.event_at:%Y-%m-%d %H:%M} UTC  first seen {article.first_seen:%Y-%m-%d %H:%M}"
    show(f"{visible(article.outlet)}  {times}  {article.url}")
    if article.published_raw or article.date_method:
        sure = f" ({article.date_confidence:.2f})" if article.published else ""
        show(f"date: {article.date_method or 'unknown'}{sure}  {visible(article.published_raw)}".rstrip())
    facts = (article.author, article.section, article.language, article.image)
    if any(facts):
        show("  ".join(visible(fact) for fact in facts if fact))
    if article.text_status:
        show(f"text: {article.basis} ({article.text_status})")
    show()
    for line in article.text.split("\n"):
        show(visible(line))
    _show_revisions(article, kept)
    copies.show_links(id, shown.links, article.group_id)
    show_origin(shown.ledger)
    if shown.others:
        copies.show_sightings(shown.sightings, shown.changes)


def _show_revisions(article: Article, kept: list[Revision]) -> None:
    """List how an article was changed, with the title that it had until then."""
    if article.frozen:
        show()
        show(f"frozen: {article.frozen} (it changes too often; changes are not kept any more)")
    if kept:
        show()
        show(f"revised {article.revisions} times (`marsad articles diff {article.id} --revision N` compares):")
        table(("revision", "at", "changed", "by", "title until then"), [_revision_row(row) for row in kept])


def _revision_row(row: Revision) -> tuple[object, ...]:
    return row.number, row.at, row.changed.replace(" ", ", "), row.source, row.title


@app.command("diff")
def compare_revision(
    id: Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of the article.")],
    revision: Annotated[int, typer.Option(min=0, max=MOST_ID, help="Which one; 0 is the latest.")] = 0,
    json: Json = False,
) -> None:
    """Show what an outlet changed in an article, word by word."""
    _, db = open_for_reading()
    with db.read() as session:
        found = revisions.compared(articles.get(session, id), revisions.of(session, id), revision or None)
    if json:
        print_json(difference_json(found))
    else:
        show_difference(found)


app.command("ledger")(ledger_of_article)
