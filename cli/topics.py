"""`marsad topics`: what is watched, and what was found."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli.home import now, open_for_reading, open_home, read_settings, read_text_file
from cli.output import article_json, print_json, progress, show, table
from domain import topics as decide
from domain.article import Basis, Text, visible
from domain.errors import BadInput
from storage import jobs, topics
from storage.models import Job, Topic
from worker.context import Context, make_context
from worker.imports import Given, fetch_given, read_given

app = typer.Typer(no_args_is_help=True, help="Topics: add, list, show, matches, test, remove.", rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
LOOK = 0.2  # seconds between two looks at a job
Name = Annotated[str, typer.Argument(help="Name of the topic.")]


def _given(context: Context, file: str, url: str) -> Given:
    """Read the article that was given by file, address or standard input. Raises BadInput when none was."""
    if file and url:
        raise BadInput("give --file or --url, not both")
    if url:
        return fetch_given(context, url)
    if not file and sys.stdin.isatty():
        raise BadInput("give the article: --file FILE, --url ADDRESS, or on standard input")
    return read_given(file or "standard input", read_text_file(file or "-"))


@app.command()
def add(
    name: Annotated[str, typer.Option(help="Three to six words that say what the issue is.")],
    file: Annotated[str, typer.Option(help="The reference article: plain text or HTML.")] = "",
    url: Annotated[str, typer.Option(help="Address of the reference article.")] = "",
    json: Json = False,
) -> None:
    """Make a topic from a reference article; stored articles are searched for it at once."""
    name = " ".join(name.split())
    if not name:
        raise BadInput("a topic needs a name: three to six words that say what the issue is")
    context = open_home()
    given = _given(context, file, url)
    profile = decide.learn(name, [given.text])

    def use_case(session: Session) -> tuple[Topic, int]:
        topic = topics.add(session, name, profile.to_json(), [(given.text, given.url)], now())
        return topic, jobs.ask(session, "backfill_topic", {"topic_id": topic.id}, now())

    topic, job_id = context.db.transact(use_case)
    job = _await(context, job_id)
    if json:
        print_json({"id": topic.id, "name": name, "terms": _terms(profile), **job.result})
    else:
        show(f"topic {topic.id}: «{visible(name)}», looks for {', '.join(_terms(profile)[:12])}")
        show(f"{job.result.get('matched', 0)} matches among {job.result.get('read', 0)} stored articles")


def _await(context: Context, job_id: int) -> Job:
    """Have a job done, here unless a service at work has taken it already. Gives it when it is done."""
    from worker.jobs import do_jobs

    with ThreadPoolExecutor(1) as aside, progress("stored articles") as show_progress:
        aside.submit(do_jobs, context, [job_id])
        while True:
            with context.db.read() as session:
                job = jobs.get(session, job_id)
            show_progress(job.done, job.total)
            if job.state != "waiting":
                break
            time.sleep(LOOK)
    if job.state == "failed":
        raise BadInput(str(job.result.get("error")))
    return job


def _terms(profile: decide.Profile) -> list[str]:
    return [term.surface for term in profile.terms]


@app.command("list")
def list_topics(json: Json = False) -> None:
    """List topics with the number of their matches."""
    _, db = open_for_reading()
    with db.read() as session:
        rows, counts = topics.listing(session), topics.counts(session)
    if json:
        print_json([
            {
                "id": t.id, "name": t.name, "matches": counts.get(t.id or 0, 0), "version": t.version,
                "created": t.created,
            }
            for t in rows
        ])  # fmt: skip
    else:
        table(("id", "name", "matches", "since"), [(t.id, t.name, counts.get(t.id or 0, 0), t.created) for t in rows])


@app.command("show")
def show_topic(name: Name, json: Json = False) -> None:
    """Show what a topic learned: its key terms and names."""
    _, db = open_for_reading()
    with db.read() as session:
        topic = topics.get(session, name)
        references = topics.references(session, topic.id or 0)
        matched = topics.counts(session).get(topic.id or 0, 0)
    profile = decide.Profile.from_json(topic.profile)
    if json:
        print_json({
            "id": topic.id, "name": topic.name, "version": topic.version, "matches": matched,
            "terms": [{"term": t.surface, "weight": round(t.weight, 4)} for t in profile.terms],
            "facets": [{"term": t.surface, "weight": round(t.weight, 4)} for t in profile.facets],
            "references": [{"title": r.title, "url": r.url, "words": len(r.text.split())} for r in references],
        })  # fmt: skip
        return
    show(f"«{visible(topic.name)}», version {topic.version}, {matched} matches")
    for reference in references:
        show(f"reference   {visible(reference.title or reference.text[:80])}")
    show("must hold   " + "، ".join(t.surface for t in profile.facets))
    show("looks for   " + "، ".join(t.surface for t in profile.terms[:30]))


@app.command()
def matches(
    name: Name,
    near: Annotated[bool, typer.Option("--near", help="Near misses instead.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 20,
    json: Json = False,
) -> None:
    """List what a topic matched, newest first, with score and reason."""
    _, db = open_for_reading()
    with db.read() as session:
        topic = topics.get(session, name)
        rows = topics.matches(session, topic.id or 0, state="near" if near else "match", limit=limit)
    if json:
        print_json([article_json(row) for row in rows])
        return
    table(
        ("id", "published", "score", "outlet", "copies", "title", "reason"),
        [(r.id, r.published, f"{r.score:.2f}", r.outlet, r.copies or "", r.title, reason_line(r.reason)) for r in rows],
    )


def reason_line(reason: dict[str, Any]) -> str:
    """Give a reason in one line: the words that carried it, as the article writes them."""
    return "، ".join(dict.fromkeys(term["surface"] for term in reason.get("terms", ())))


@app.command()
def test(
    name: Name,
    file: Annotated[str, typer.Option(help="A text or a saved page.")] = "",
    url: Annotated[str, typer.Option(help="Address of a page.")] = "",
    json: Json = False,
) -> None:
    """Show what a topic says of one text: score and reason. Nothing is stored."""
    context = make_context(read_settings())
    given = _given(context, file, url)
    _, db = open_for_reading()
    with db.read() as session:
        profile = decide.Profile.from_json(topics.get(session, name).profile)
    text = Text(given.text.title, given.text.body, Basis.FULL)
    analysis = decide.analyse(text)
    decision = decide.decide(profile, analysis)
    why = decide.reason(profile, text, analysis, decision)
    if json:
        print_json(
            {"topic": name, "match": decision.match, "near": decision.near, "score": decision.score, "reason": why}
        )
        return
    verdict = "match" if decision.match else "near miss" if decision.near else "no match"
    show(f"{verdict}, score {decision.score:.2f} (the line is 0.50)")
    show(f"because of  {reason_line(why)}")
    if isinstance(missing := why.get("missing"), list) and missing:
        show(f"missing     {'، '.join(missing)}")


@app.command()
def remove(name: Name) -> None:
    """Remove a topic with its matches and alerts; articles stay."""
    context = open_home()
    context.db.transact(lambda session: topics.remove(session, topics.get(session, name)))
    show(f"topic «{visible(name)}» removed")
