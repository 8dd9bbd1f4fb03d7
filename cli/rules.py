"""The query and names of a topic as options, and `marsad topics edit`, which changes them and the name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from cli.asked import Json, Name, moved_line, wait_for
from cli.home import now, open_home, read_text_file
from cli.output import print_json, show
from domain.article import visible
from domain.errors import BadInput
from domain.topics import Profile, Rules, kind_of, make_rules
from storage import learning, topics, versions

QueryText = Annotated[str | None, typer.Option("--query", help="Words, OR, NOT or -, (…), title:, as in the search.")]
NameLines = Annotated[
    list[str] | None, typer.Option("--names", help="A name, other spellings after =. May be given again.")
]
NamesFile = Annotated[str, typer.Option("--names-file", help="A file with a name a line.")]
Least = Annotated[int | None, typer.Option("--at-least", min=1, help="So many different names must be there.")]
Enough = Annotated[bool | None, typer.Option("--any/--all", help="One criterion is enough, or all must be met.")]


def read_rules(
    query: str | None,
    names: Sequence[str] | None,
    file: str,
    least: int | None,
    enough: bool | None,
    before: Rules | None = None,
) -> Rules:
    """Read the options; what was not given stays as it was `before`. Raises BadInput."""
    before = before or Rules()
    lines = [" = ".join(spellings) for spellings in before.names]
    if names is not None or file:
        lines = [*(names or []), *(_lines(file) if file else [])]
    wanted = before.least if least is None else least
    if least is None and (names is not None or file):
        wanted = 1
    any = before.any if enough is None else enough
    return make_rules(before.query if query is None else query, lines, least=wanted, any=any)


def _lines(file: str) -> list[str]:
    try:
        return read_text_file(file).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not UTF-8: save the names as UTF-8 text, one a line") from error


def rules_json(profile: Profile) -> dict[str, Any]:
    """Give what a topic is made of beside its example as JSON values."""
    rules = profile.rules
    return {
        "kind": kind_of(profile), "query": rules.query, "names": [list(name) for name in rules.names],
        "at_least": rules.least, "any": rules.any,
    }  # fmt: skip


def show_rules(profile: Profile) -> None:
    """Show query and names, each in a line, and how they go together."""
    rules = profile.rules
    if not rules:
        return
    show(f"kind        {kind_of(profile)}{', one of these is enough' * (rules.any and '+' in kind_of(profile))}")
    if rules.query:
        show(f"query       {visible(rules.query)}")
    for name in rules.names:
        show(f"name        {visible(' = '.join(name))}")
    if rules.least > 1:
        show(f"at least    {rules.least} different names")


def edit(
    name: Name,
    new_name: Annotated[str, typer.Option("--name", help="Another name.")] = "",
    query: QueryText = None,
    names: NameLines = None,
    names_file: NamesFile = "",
    least: Least = None,
    enough: Enough = None,
    json: Json = False,
) -> None:
    """Change the name, the query or the names of a topic, as a new version; stored articles are asked about again."""
    if all(given is None for given in (query, names, least, enough)) and not (new_name or names_file):
        raise BadInput("say what to change: --name, --query, --names, --names-file, --at-least, --any or --all")
    context = open_home()
    with context.db.read() as session:
        topic = topics.get(session, name)
        id = topic.id or 0
        before = Profile.from_json(versions.in_force(session, id).base).rules
    rules = read_rules(query, names, names_file, least, enough, before)
    wanted = " ".join(new_name.split()) or topic.name
    job = wait_for(context, context.db.transact(lambda s: learning.edit(s, id, wanted, rules, now())))
    with context.db.read() as session:
        topic = topics.by_id(session, id)
    profile = Profile.from_json(topic.profile)
    if json:
        print_json({"topic": topic.name, "version": topic.version, **rules_json(profile), **job.result})
        return
    show(f"«{visible(topic.name)}»: version {topic.version} is in force")
    show_rules(replace(profile, rules=rules))
    show(moved_line(job.result))
