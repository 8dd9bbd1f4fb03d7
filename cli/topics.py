"""`marsad topics`: what is watched, and what was found."""

import sys
from typing import Annotated

import typer
from sqlmodel import Session

from cli import growth, outward, references, teach
from cli.asked import Json, Name, read_article, reason_line, said_of, terms_of, wait_for
from cli.given import Part, read_references
from cli.home import now, open_for_reading, open_home, read_settings
from cli.output import article_json, out, print_json, progress, say, show, table
from cli.rules import Enough, Least, NameLines, NamesFile, QueryText, edit, read_rules, rules_json, show_rules
from domain import topics as decide
from domain.article import Basis, Text, visible
from domain.errors import BadInput
from domain.topics.against import is_broad
from domain.topics.passage import PASSAGE, of_passage
from storage import articles, jobs, learning, topics
from storage.models import Topic
from worker.context import Context, make_context
from worker.detect import told
from worker.explain import newest_of
from worker.growth import hunt_new

_PREVIEWED = 20  # articles shown of what a topic would match
app = typer.Typer(
    no_args_is_help=True,
    help="Topics: add, list, show, matches, test, edit, remove; what teaches them: verdict, ask, explain, reference, "
    "versions, compare, undo, growth, backfill; feed.",
    rich_markup_mode=None,
)
for command, name in (
    (teach.verdict, "verdict"), (teach.ask, "ask"), (teach.explain, "explain"), (teach.list_versions, "versions"),
    (teach.compare, "compare"), (teach.undo, "undo"), (teach.backfill, "backfill"), (growth.grow, "growth"),
    (edit, "edit"), (outward.feed, "feed"),
):  # fmt: skip
    app.command(name)(command)
app.add_typer(references.app, name="reference")


@app.command()
def add(
    name: Annotated[str, typer.Option(help="Three to six words that say what the issue is.")],
    file: Annotated[str, typer.Option(help="The reference article: plain text, HTML, or .jsonl with several.")] = "",
    url: Annotated[str, typer.Option(help="Address of the reference article.")] = "",
    part: Part = None,
    query: QueryText = None,
    names: NameLines = None,
    names_file: NamesFile = "",
    least: Least = None,
    enough: Enough = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would match, and make no topic.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask on a terminal.")] = False,
    json: Json = False,
) -> None:
    """Make a topic from reference articles, a query or names; stored articles are searched for it at once."""
    name = " ".join(name.split())
    if not name:
        raise BadInput("a topic needs a name: three to six words that say what the issue is")
    rules = read_rules(query, names, names_file, least, enough)
    context = open_home()
    asks = not yes and not json and sys.stdin.isatty() and out.is_terminal
    wanted = file or url or not rules
    given = read_references(context, name, file, url, part, asks=not yes and not json) if wanted else []
    profile = decide.make_profile(name, [text for text, _ in given], rules)
    if dry_run or asks:
        _show_preview(context, name, profile, json)
    if dry_run or (asks and not typer.confirm("Save this topic?")):
        return
    _save(context, name, given, profile, json)


def _save(context: Context, name: str, given: list[tuple[Text, str]], profile: decide.Profile, json: bool) -> None:
    def use_case(session: Session) -> tuple[Topic, int]:
        topic = topics.add(session, name, profile.to_json(), given, now())
        return topic, jobs.ask(session, learning.BACKFILL, {"topic_id": topic.id}, now())

    topic, job_id = context.db.transact(use_case)
    result = wait_for(context, job_id).result
    matched, read = int(result.get("matched", 0)), int(result.get("read", 0))
    broad = is_broad(matched, read)
    if json:
        print_json({
            "id": topic.id, "name": name, "terms": terms_of(profile), "matched": matched, "read": read, "broad": broad,
            **rules_json(profile),
        })  # fmt: skip
        return
    show(f"topic {topic.id}: «{visible(name)}», looks for {', '.join(map(visible, decide.looks_for(profile)[:12]))}")
    show(f"{matched} matches among {read} stored articles")
    _say_broad(broad)


def _show_preview(context: Context, name: str, profile: decide.Profile, json: bool) -> None:
    """Show what a topic would match among the stored articles."""
    with context.db.read() as session:
        last = articles.last_id(session)
    with progress("stored articles") as show_progress:
        hunted = hunt_new(context, profile, last, show_progress)
    with context.db.read() as session:
        newest = newest_of(session, hunted, _PREVIEWED)
    matched, read = len(hunted.matches), hunted.read
    broad = is_broad(matched, read)
    if json:
        rows = [{"id": a.id, "title": a.title, "outlet": a.outlet, "score": d.score} for a, d in newest]
        print_json({
            "id": None, "name": name, "terms": terms_of(profile), "matched": matched, "read": read, "broad": broad,
            "would_match": rows, **rules_json(profile),
        })  # fmt: skip
        return
    show(f"«{visible(name)}» would look for {', '.join(map(visible, decide.looks_for(profile)[:12]))}")
    show(f"{matched} matches among {read} stored articles")
    table(("id", "published", "score", "title"), [(a.id, a.event_at, f"{d.score:.2f}", a.title) for a, d in newest])
    _say_broad(broad)


def _say_broad(broad: bool) -> None:
    if broad:
        say(
            "it matches more than 2 % of what is stored: a more telling name, another reference or a query would "
            "narrow it"
        )


@app.command("list")
def list_topics(json: Json = False) -> None:
    """List topics with the number of their matches."""
    _, db = open_for_reading()
    with db.read() as session:
        rows, counts = topics.listing(session), topics.counts(session)
    kinds = {t.id: decide.kind_in(t.profile) for t in rows}
    if json:
        print_json([
            {
                "id": t.id, "name": t.name, "matches": counts.get(t.id or 0, 0), "version": t.version,
                "created": t.created, "kind": kinds[t.id],
            }
            for t in rows
        ])  # fmt: skip
    else:
        table(
            ("id", "name", "kind", "matches", "since"),
            [(t.id, t.name, kinds[t.id], counts.get(t.id or 0, 0), t.created) for t in rows],
        )


@app.command("show")
def show_topic(name: Name, json: Json = False) -> None:
    """Show what a topic learned: its key terms and names."""
    _, db = open_for_reading()
    with db.read() as session:
        topic = topics.get(session, name)
        references = topics.references(session, topic.id or 0)
        matched = topics.counts(session).get(topic.id or 0, 0)
        passages = topics.counts(session, "passage").get(topic.id or 0, 0)
        broad = is_broad(matched, articles.total(session))
    profile = decide.Profile.from_json(topic.profile)
    if json:
        print_json({
            "id": topic.id, "name": topic.name, "version": topic.version, "matches": matched,
            "passages": passages, "broad": broad,
            "terms": [{"term": t.surface, "weight": round(t.weight, 4)} for t in profile.terms],
            "facets": [{"term": t.surface, "weight": round(t.weight, 4)} for t in profile.facets],
            "references": [{"title": r.title, "url": r.url, "words": len(r.text.split())} for r in references],
            **rules_json(profile),
        })  # fmt: skip
        return
    show(f"«{visible(topic.name)}», version {topic.version}, {matched} matches, {passages} of a passage")
    _say_broad(broad)
    for reference in references:
        show(f"reference   {visible(reference.title or reference.text[:80])}")
    show_rules(profile)
    if profile.terms:
        show("must hold   " + "، ".join(t.surface for t in profile.facets))
        show("looks for   " + "، ".join(t.surface for t in profile.terms[:30]))


@app.command()
def matches(
    name: Name,
    near: Annotated[bool, typer.Option("--near", help="Near misses instead.")] = False,
    passages: Annotated[
        bool, typer.Option("--passages", help="Roundups with the topic in one passage instead.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 20,
    json: Json = False,
) -> None:
    """List what a topic matched, newest first, with score and reason."""
    if near and passages:
        raise BadInput("give --near or --passages, not both")
    state = "near" if near else "passage" if passages else "match"
    _, db = open_for_reading()
    with db.read() as session:
        topic = topics.get(session, name)
        rows = topics.matches(session, topic.id or 0, state=state, limit=limit)
    if json:
        print_json([article_json(row) for row in rows])
        return
    table(
        ("id", "published", "score", "outlet", "copies", "title", "reason"),
        [(r.id, r.published, f"{r.score:.2f}", r.outlet, r.copies or "", r.title, reason_line(r.reason)) for r in rows],
    )


@app.command()
def test(
    name: Name,
    file: Annotated[str, typer.Option(help="A text or a saved page.")] = "",
    url: Annotated[str, typer.Option(help="Address of a page.")] = "",
    json: Json = False,
) -> None:
    """Show what a topic says of one text: score and reason. Nothing is stored."""
    context = make_context(read_settings())
    given = read_article(context, file, url)
    _, db = open_for_reading()
    with db.read() as session:
        profile = decide.Profile.from_json(topics.get(session, name).profile)
    text = Text(given.text.title, given.text.body, Basis.FULL)
    analysis = decide.analyse(text)
    decision = decide.decide(profile, analysis)
    why, state = told(profile, text, analysis, decision)
    decision = of_passage(decision, state == PASSAGE)
    if json:
        print_json(
            {"topic": name, "match": decision.match, "near": decision.near, "score": decision.score, "reason": why}
        )
        return
    show(f"{said_of(decision, state)}, score {decision.score:.2f} (the line is 0.50)")
    show(f"because of  {reason_line(why)}")
    for label in ("missing", "excluded"):
        if isinstance(words := why.get(label), list) and words:
            show(f"{label:<11} {'، '.join(words)}")


@app.command()
def remove(name: Name) -> None:
    """Remove a topic with its matches and alerts; articles stay."""
    context = open_home()
    context.db.transact(lambda session: topics.remove(session, topics.get(session, name)))
    show(f"topic «{visible(name)}» removed")
