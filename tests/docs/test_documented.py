"""What is written is so, and what is so is written: commands, options, JSON fields, settings, statuses, the README."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlmodel import Session
from typer.testing import CliRunner

from cli.main import make_app
from cli.run_once import begin, summarise
from domain.fetching import FetchStatus
from domain.health import Health
from domain.reasons import Reason
from domain.revisions import Frozen
from settings import Settings
from storage import alerts
from storage.models import Article, Attempt, HeldAlert, Quarantine, Revision
from worker.context import make_context, wall_clock

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`\n]+)`")
TOPIC = "جسر المرجان"
ARTICLE = """افتتاح جسر المرجان بين ضفتي الوادي
افتتح وزير النقل جسر المرجان الذي يربط ضفتي الوادي بعد ستة أعوام من العمل، وعبرته أول قافلة من الحافلات صباح السبت.
وقال مهندسو المشروع إن دعائم الجسر المعدنية صممت لتحتمل فيضانات الوادي، وإن الصيانة ستجري مرتين كل عام."""


def section(text: str, heading: str) -> str:
    """Give what stands under a heading, down to the next one of any level."""
    return text.partition(f"\n{heading}\n")[2].partition("\n#")[0]


def first_cells(text: str) -> list[str]:
    """Give the names in the first column of the tables of a text."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in CODE.findall(row.split("|")[1])]


def sections() -> dict[str, str]:
    """Give the documented commands by their words: `feeds add` and the text under its heading."""
    parts = re.split(r"^#+ ", COMMANDS, flags=re.MULTILINE)
    found = {}
    for part in parts:
        if heading := re.match(r"`marsad ?([^`]*)`\n", part):
            words = [word for word in heading[1].split() if word.islower()]
            found[" ".join(words)] = part
    return found


def options(text: str) -> set[str]:
    """Give the options that a section lists."""
    lines = [line.partition(": ")[0] for line in text.splitlines() if line.startswith("- `--")]
    return {name.split()[0] for line in lines for name in CODE.findall(line)}


def fields(text: str) -> set[str]:
    """Give the JSON fields that a section lists, those of an article in a list for the sections that say so."""
    if "#an-article-in-a-list) with" in text:
        return set(first_cells(section(COMMANDS, "## An article in a list")))
    if "array of [articles]" in text:
        return set(first_cells(section(COMMANDS, "## An article in a list"))) - {"score", "provisional", "reason"}
    return set(first_cells(text))


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is: its words, options and arguments."""

    words: str
    options: set[str]
    arguments: list[str] = field(default_factory=list)


def real_commands() -> Iterator[Command]:
    """Walk the command. Its own `--version` stands under no words; `--help` is everywhere and not listed."""

    def walk(command: Any, words: str) -> Iterator[Command]:
        inner = getattr(command, "commands", None)
        visible = [p for p in command.params if not getattr(p, "hidden", False)]
        listed = {o for p in visible if p.param_type_name == "option" for o in (*p.opts, *p.secondary_opts)}
        if inner is None or not words:
            arguments = [p.name.upper() for p in visible if p.param_type_name == "argument"]
            yield Command(words, listed - {"--help"}, arguments)
        for name, each in (inner or {}).items():
            yield from walk(each, f"{words} {name}".strip())

    yield from walk(typer.main.get_command(make_app()), "")


REAL = {command.words: command for command in real_commands()}


def test_each_command_is_documented_and_nothing_else():
    assert set(sections()) == set(REAL)


@pytest.mark.parametrize("words", REAL)
def test_the_options_of_a_command_are_documented_and_nothing_else(words):
    assert options(sections()[words]) == REAL[words].options


@pytest.mark.parametrize("words", REAL)
def test_the_arguments_of_a_command_stand_in_its_heading(words):
    heading = sections()[words].splitlines()[0]
    assert re.findall(r"\b[A-Z]+\b", heading) == REAL[words].arguments


def test_each_setting_is_documented_and_nothing_else():
    assert first_cells(SETTINGS) == list(Settings.model_fields)


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "home"])
def test_the_default_of_a_setting_is_the_documented_one(name):
    written = next(line for line in SETTINGS.splitlines() if line.startswith(f"| `{name}` ")).split("|")[2].strip()
    told = "" if written == "empty" else written.strip("`")
    assert Settings.model_validate({"home": ".", name: type_of(name)(told)}) == Settings.model_construct(home=Path("."))


def type_of(name: str) -> Any:
    """Give what turns the documented text of a default into the setting's own type."""
    default = Settings.model_fields[name].default
    return type(default) if isinstance(default, int | float) and not isinstance(default, bool) else str


def test_each_feed_status_is_documented_and_nothing_else():
    assert first_cells(section(COMMANDS, "## Feed statuses")) == [status.value for status in FetchStatus]


def test_each_health_is_documented_and_nothing_else():
    assert first_cells(section(COMMANDS, "## Feed health")) == [health.value for health in Health]


def test_the_commands_in_the_readme_exist():
    lines = re.findall(r"^(?:\$ )?(?:\.venv/bin/)?marsad (.+)$", README, re.MULTILINE) + re.findall(
        r"&& \.venv/bin/marsad (.+)$", README, re.MULTILINE
    )
    assert len(lines) > 8
    for line in lines:
        words = next((w for w in REAL if w and (line + " ").startswith(w + " ")), None)
        assert words, line
        used = set(re.findall(r"(?<!\S)--[a-z-]+", line)) - {"--home"}
        assert used <= REAL[words].options, line


@pytest.mark.parametrize(
    "path", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/commands.md", "docs/settings.md"]
)
def test_links_between_the_documents_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", (ROOT / path).read_text(encoding="utf-8")):
        file, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = (ROOT / path).parent / file if file else ROOT / path
        assert target.exists(), link
        headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
        assert not anchor or anchor in [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings], link


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a home with an article, a topic that matches it, an alert with a try, and a record in quarantine."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("home")
        for name in Settings.model_fields:
            patch.delenv(f"MARSAD_{name.upper()}", raising=False)
        patch.setenv("MARSAD_HOME", str(path))
        (path / "article.txt").write_text(ARTICLE, encoding="utf-8")
        other = "الجسر في عنوان آخر\n" + ARTICLE.partition("\n")[2]  # nobody is asked about the reference itself
        (path / "reference.txt").write_text(other, encoding="utf-8")
        yield path


@pytest.fixture(scope="module")
def documents(home: Path) -> dict[str, Any]:
    """Give what each command with `--json` prints in this home, by its words."""
    article = str(home / "article.txt")
    made = {
        "articles add": run("articles", "add", article),
        "topics add": run("topics", "add", "--name", TOPIC, "--file", str(home / "reference.txt")),
        "alerts add": run("alerts", "add", "--topic", TOPIC, "--to", "https://hooks.example/marsad"),
    }
    run("feeds", "add", "https://outlet.example/rss.xml", as_json=False)
    context = make_context(Settings(home=home))
    context.db.transact(furnish)
    made["run"] = summarise(context, begin(context, everything=False))
    context.db.close()
    refused = "http://127.0.0.1:9/rss.xml"  # an address that is refused before anything is sent
    outlet = "صحيفة الوثائق"
    run("feeds", "add", refused, "--as", "section", "--item", "li", "--outlet", outlet, as_json=False)
    made |= {
        "feeds chain": run("feeds", "chain", outlet),
        "feeds access": run("feeds", "access", outlet, "--header", "X-Key: 1"),
        "feeds repair": run("feeds", "repair", "2", code=1),
        "feeds check": run("feeds", "check", refused, code=1),
        "feeds discover": run("feeds", "discover", refused, code=1),
        "alerts test": alert_test(home),
        "alerts held": run("alerts", "held", "1"),
        "alerts preview": run("alerts", "preview", "1"),
        "alerts channels": run("alerts", "channels"),
        "alerts rotate": run("alerts", "rotate", "1"),
        "alerts resume": run("alerts", "resume", "1"),
        "alerts replay": run("alerts", "replay", "--channel", "1", "--since", "2026-04-06"),
        "topics feed": run("topics", "feed", TOPIC),
        "articles show": run("articles", "show", "1"),
        "articles diff": run("articles", "diff", "1"),
        "articles ledger": run("articles", "ledger", "1"),
        "articles search": run("articles", "search", "الجسر"),
        "topics show": run("topics", "show", TOPIC),
        "topics matches": run("topics", "matches", TOPIC),
        "topics test": run("topics", "test", TOPIC, "--file", article),
        "topics ask": run("topics", "ask", TOPIC),
        "topics verdict": run("topics", "verdict", TOPIC, "1", "--relevant"),
        "topics explain": run("topics", "explain", TOPIC, "1"),
        "topics edit": run("topics", "edit", TOPIC, "--query", "الجسر", "--names", "الوادي"),
        "topics versions": run("topics", "versions", TOPIC),
        "topics compare": run("topics", "compare", TOPIC),
        "topics undo": run("topics", "undo", TOPIC),
        "topics backfill": run("topics", "backfill", TOPIC),
        "topics growth": run("topics", "growth", TOPIC, "--off"),
        "topics reference add": run("topics", "reference", "add", TOPIC, "--file", article, "--against"),
        "topics reference remove": run("topics", "reference", "remove", TOPIC, "2"),
        "topics reference list": run("topics", "reference", "list", TOPIC),
    }
    run("articles", "add", str(home / "reference.txt"), as_json=False)
    for name in ("compare", "same", "not-same"):
        made[f"articles {name}"] = run("articles", name, "1", "2")
        if name == "same":
            run("articles", "same", "1", "2", "--undo", as_json=False)
    run("outlets", "add", "صحيفة الوادي", "--site", "http://127.0.0.1:9/", as_json=False)
    made |= {
        "feeds backfill": run("feeds", "backfill", "صحيفة الوادي", "--since", "2026-01-01", "--ask"),
        "outlets show": run("outlets", "show", "صحيفة الوادي"),
        "stories split": run("stories", "split", "1", "2"),
        "stories join": run("stories", "join", "1", "2"),
        "stories list": run("stories", "list"),
        "stories show": run("stories", "show", "1"),
        "stories undo": run("stories", "undo", "2"),
        "stories edits": run("stories", "edits"),
    }
    lists = (
        "articles verdicts",
        "feeds list",
        "feeds health",
        "outlets list",
        "topics list",
        "alerts list",
        "alerts log",
        "quarantine list",
        "status",
    )
    return made | {words: run(*words.split()) for words in lists}


def run(*words: str, as_json: bool = True, code: int = 0) -> Any:
    """Run a command in this process and give its document."""
    done = CliRunner().invoke(make_app(words[0]), [*words, *(["--json"] if as_json else [])])
    assert done.exit_code == code, f"{words}: {done.exit_code} {done.stdout} {done.exception!r}"
    return json.loads(done.stdout) if as_json else None


def alert_test(home: Path) -> Any:
    """Send a test to a channel whose name is known nowhere."""
    made = run("alerts", "add", "--topic", TOPIC, "--to", "https://hook.invalid/marsad")
    return run("alerts", "test", str(made["id"]), code=1)


def furnish(session: Session) -> None:
    """Put an alert with a try into the log, a record into quarantine, and a change of the article."""
    now = wall_clock()
    session.get_one(Article, 1).revisions = 1
    before = {"title": "وزير يفتتح جسرا", "text": "افتتح وزير جسرا.", "basis": "full", "content": 0}
    session.add(Revision(article_id=1, number=1, at=now, changed="title text", source="feed", **before))
    row = {
        "topic_id": 1, "story_id": 1, "reason": Reason.FIRST_MATCH.value, "channel_id": 1, "article_id": 1,
        "payload": "{}",
    }  # fmt: skip
    for id in alerts.enqueue(session, [row], now):
        session.add(Attempt(alert_id=id, at=now, outcome="waiting", http_status=503, detail="busy", seconds=0.1))
    held = {"reason": "first_match", "data": '{"reason_text": "أول مادة"}', "why": "quiet_hours", "made": now}
    session.add(HeldAlert(subscription_id=1, story_id=2, article_id=1, **held))
    session.add(Quarantine(kind="feeds", ref="1", why="an error of ours", host="outlet.example", at=now))


def test_each_reason_to_freeze_an_article_is_documented_and_nothing_else():
    assert set(first_cells(section(COMMANDS, "## Changes"))) == set(Frozen)


def test_each_reason_to_alert_is_documented_and_nothing_else():
    assert set(first_cells(section(COMMANDS, "## Reasons to alert"))) == set(Reason)


WITH_JSON = [words for words, command in REAL.items() if "--json" in command.options]


@pytest.mark.parametrize("words", WITH_JSON)
def test_the_json_fields_of_a_command_are_documented_and_nothing_else(words, documents):
    document = documents[words]
    one = document[0] if isinstance(document, list) else document
    assert fields(sections()[words]) == set(one)


@pytest.mark.parametrize("words", WITH_JSON)
def test_a_list_is_an_array_and_one_thing_an_object(words, documents):
    told = "an array of" if isinstance(documents[words], list) else "an object"
    assert f"- `--json`: {told}" in sections()[words]
