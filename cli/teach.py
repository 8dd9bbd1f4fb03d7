"""What teaches a topic: verdicts, and the versions that come of them. Commands of `marsad topics`."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from sqlmodel import Session

from cli.asked import Article, Json, Name, moved_line, reason_line, said_of, wait_for
from cli.home import now, open_for_reading, open_home
from cli.output import article_json, print_json, say, show, table
from cli.rules import rules_json
from domain.article import visible
from domain.errors import BadInput
from domain.fetching import check_url
from domain.topics import Profile, drift
from domain.topics.search import search_address, search_query
from storage import articles, feeds, jobs, learning, topics, versions
from storage.learned import TopicVersion
from storage.models import Topic
from worker.context import Context
from worker.explain import explain as explain_article
from worker.retro import hunt

Version = Annotated[int, typer.Option(min=0, help="A version; 0: as told above.")]
ONLY_KEPT = (
    "kept, but it moves nothing: this topic has no reference article to learn beside. Change its query or names with "
    "`marsad topics edit`, or give it a reference with `marsad topics reference add`"
)


def verdict(
    name: Name,
    article: Article,
    relevant: Annotated[bool | None, typer.Option("--relevant/--irrelevant", help="Is it on the topic?")] = None,
    json: Json = False,
) -> None:
    """Tell a topic that an article is on it or is not; the topic learns, and stored articles are scored again."""
    if relevant is None:
        raise BadInput("say what the article is: --relevant or --irrelevant")
    context = open_home()
    with context.db.read() as session:
        topic = topics.get(session, name)
    id = topic.id or 0
    job = wait_for(context, context.db.transact(lambda s: learning.judge(s, id, article, relevant, now())))
    with context.db.read() as session:
        topic = topics.by_id(session, id)
    version, learned = topic.version, bool(Profile.from_json(topic.profile).terms)
    if json:
        said = {"topic": topic.name, "article": article, "relevant": relevant, "version": version, "learned": learned}
        print_json(said | job.result)
        return
    show(f"article {article} is {'relevant' if relevant else 'irrelevant'}; version {version} is in force")
    if learned:
        show(moved_line(job.result))
    else:
        say(ONLY_KEPT)


def ask(
    name: Name,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 5,
    json: Json = False,
) -> None:
    """List the undecided articles whose verdicts would teach a topic most, on both sides of its line."""
    _, db = open_for_reading()
    with db.read() as session:
        rows = learning.to_ask(session, topics.get(session, name).id or 0, limit)
    if json:
        print_json([article_json(row) for row in rows])
        return
    table(
        ("id", "published", "score", "outlet", "title"),
        [(r.id, r.published, f"{r.score:.2f}", r.outlet, r.title) for r in rows],
    )


def explain(name: Name, article: Article, json: Json = False) -> None:
    """Say what a topic makes of a stored article, and why."""
    _, db = open_for_reading()
    with db.read() as session:
        topic = topics.get(session, name)
        found = explain_article(session, topic.id or 0, article)
    decision, nearest = found.decision, found.nearest
    near_json = {"id": nearest[0].id, "title": nearest[0].title, "cosine": round(nearest[1], 4)} if nearest else None
    if json:
        print_json({
            "topic": topic.name, "article": article, "title": found.article.title, "match": decision.match,
            "near": decision.near, "score": decision.score, "margin": decision.margin, "basis": decision.basis.value,
            "version": found.version, "verdict": found.verdict, "reason": found.reason, "against": found.against,
            "nearest": near_json,
        })  # fmt: skip
        return
    show(
        f"{said_of(decision, found.state)}, score {decision.score:.2f}, {decision.margin:+.2f} from the line, "
        f"read on the {decision.basis.value}"
    )
    show(f"because of  {reason_line(found.reason)}")
    for criterion in found.reason.get("criteria", ()):
        show(f"{criterion['kind']:<11} {'met' if criterion['match'] else 'not met'}, {criterion['score']:.2f}")
    if facets := found.reason["facets"]:
        show("must hold   " + "، ".join(f"{facet['surface']} {facet['met']:.2f}" for facet in facets))
    lists = {"missing": found.reason["missing"], "excluded": found.reason.get("excluded"), **found.against}
    for label, words in ((label, lists[label]) for label in ("missing", "excluded", "absent")):
        if words:
            show(f"{label:<11} {'، '.join(words)}")
    if nearest:
        show(f"nearest     {nearest[0].id}, {visible(nearest[0].title)} ({nearest[1]:.2f})")
    if found.verdict is not None:
        show(f"verdict     {'relevant' if found.verdict else 'irrelevant'}")
    show(f"made with   version {found.version} of the topic, counts {found.reason['counts']}")


def _version_json(state: TopicVersion, current: int) -> dict[str, Any]:
    profile = Profile.from_json(state.profile)
    return {
        "version": state.version, "in_force": state.version == current, "cause": state.cause, "about": state.about,
        "at": state.at, "references": len(state.reference_ids), "verdicts": len(state.verdicts),
        "growth": state.growth, "drift": round(drift(Profile.from_json(state.base), profile), 4),
        "facets": [facet.surface for facet in profile.facets], "terms": [term.surface for term in profile.terms[:12]],
        **rules_json(profile),
    }  # fmt: skip


def list_versions(name: Name, json: Json = False) -> None:
    """List what a topic was, version by version, and why it changed."""
    _, db = open_for_reading()
    with db.read() as session:
        topic = topics.get(session, name)
        rows = [_version_json(state, topic.version) for state in versions.history(session, topic.id or 0)]
    if json:
        print_json(rows)
        return
    columns = ("version", "at", "cause", "about", "kind", "references", "verdicts", "drift")
    table(("", *columns), [("*" if row["in_force"] else "", *(row[c] for c in columns)) for row in rows])


def compare(
    name: Name,
    older: Annotated[int, typer.Option("--from", min=0, help="0: the one before the version in force.")] = 0,
    newer: Annotated[int, typer.Option("--to", min=0, help="0: the version in force.")] = 0,
    json: Json = False,
) -> None:
    """Show which stored articles one version of a topic would gain and lose against another. Nothing is changed."""
    context = open_home()
    with context.db.read() as session:
        topic = topics.get(session, name)
        id, last = topic.id or 0, articles.last_id(session)
        pair = (older or max(topic.version - 1, 1), newer or topic.version)
        profiles = [Profile.from_json(versions.get(session, id, number).profile) for number in pair]
    before, after = (set(hunt(context, profile, last, level=False).matches) for profile in profiles)
    with context.db.read() as session:
        gained, lost = (articles.several(session, sorted(ids)) for ids in (after - before, before - after))
    if json:
        lists = {"gained": gained, "lost": lost}
        told = {k: [{"id": a.id, "title": a.title, "outlet": a.outlet} for a in rows] for k, rows in lists.items()}
        print_json({"topic": topic.name, "from": pair[0], "to": pair[1], **told})
        return
    show(f"version {pair[1]} against {pair[0]}: {len(gained)} gained, {len(lost)} lost among the stored articles")
    table(("", "id", "outlet", "title"), [(sign, a.id, a.outlet, a.title) for sign, rows in
                                          (("+", gained), ("-", lost)) for a in rows])  # fmt: skip


def undo(
    name: Name,
    to: Annotated[int, typer.Option(min=0, help="The version to go back to; 0: before the last change.")] = 0,
    json: Json = False,
) -> None:
    """Go back exactly to an earlier version of a topic; verdicts said since are out of force, and kept."""
    context = open_home()
    with context.db.read() as session:
        topic = topics.get(session, name)
    back, job_id = context.db.transact(lambda s: learning.undo(s, topic.id or 0, to or None, now()))
    job = wait_for(context, job_id)
    with context.db.read() as session:
        version = topics.by_id(session, topic.id or 0).version
    if json:
        print_json({"topic": topic.name, "back_to": back, "version": version, **job.result})
    else:
        show(f"as it was at version {back}, now version {version}")
        show(moved_line(job.result))


def backfill(
    name: Name,
    search: Annotated[
        bool, typer.Option("--search", help="Also watch a search service for the topic's own words, where allowed.")
    ] = False,
    json: Json = False,
) -> None:
    """Ask a topic about everything stored once more, and set its level by it. Alerts nobody."""
    context = open_home()
    with context.db.read() as session:
        topic = topics.get(session, name)
    address = _search(context, topic) if search else ""
    asked = {"topic_id": topic.id}
    job = wait_for(context, context.db.transact(lambda s: jobs.ask(s, learning.BACKFILL, asked, now())))
    if json:
        print_json({"topic": topic.name, **job.result, "search": address})
        return
    show(moved_line(job.result))
    if address:
        show(f"search feed: {address}")


def _search(context: Context, topic: Topic) -> str:
    """Watch a search service for a topic's words, in a folder of its name. Gives the feed's address. Raises BadInput.

    What its first visit brings alerts nobody, as with any feed.
    """
    if context.settings.topic_search != "on":
        raise BadInput(
            "this would send the topic's words to a search service: set MARSAD_TOPIC_SEARCH=on to allow that"
        )
    query = search_query(Profile.from_json(topic.profile))
    address = check_url(search_address(context.settings.search_feed, query))

    def use_case(session: Session) -> None:
        if feeds.find(session, address) is None:
            facts = {"title": f"بحث: {topic.name}", "folder": topic.name, "note": "search"}
            feeds.add(session, address, now(), host=urlsplit(address).netloc, language="ar", **facts)

    context.db.transact(use_case)
    return address
