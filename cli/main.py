"""The command `marsad`: a table of contents, and one place where errors become one line and an exit code."""

import sys
import traceback
from importlib import import_module
from importlib.metadata import version as package_version
from typing import Annotated, Any

import typer

from cli.home import take_home
from cli.output import fail
from domain.errors import BadInput, MarsadError
from settings import default_home

# Typer carries Click within itself since 0.20; this is its base of all errors about arguments, wherever it lives.
ArgumentError: Any = typer.BadParameter.__mro__[2]

EX_SOFTWARE = 70  # sysexits(3): an error of ours, not of whoever called
START, KEEP, RUN = "Start here", "What is watched and found", "Running the service"
# Name, heading, module, function or group: the contents in the order in which they are shown.
COMMANDS = (
    ("up", START, "cli.up", "up"),
    ("demo", START, "cli.demo.command", "demo"),
    ("run", START, "cli.run_once", "run"),
    ("feeds", KEEP, "cli.feeds", "app"),
    ("outlets", KEEP, "cli.outlets", "app"),
    ("topics", KEEP, "cli.topics", "app"),
    ("articles", KEEP, "cli.articles", "app"),
    ("stories", KEEP, "cli.stories", "app"),
    ("alerts", KEEP, "cli.channels", "app"),
    ("status", RUN, "cli.status", "status"),
    ("quarantine", RUN, "cli.quarantine", "app"),
    ("worker", RUN, "cli.parts", "worker"),
    ("scheduler", RUN, "cli.parts", "scheduler"),
    ("web", RUN, "cli.parts", "web"),
    ("migrate", RUN, "cli.parts", "migrate_database"),
)


def make_app(only: str = "") -> typer.Typer:
    """Make the command; with `only` the name of a command just that one, since reading all of them takes a second."""
    app = typer.Typer(
        name="marsad",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        help="مرصد · Watches the Arabic press: one article in, every article on its topic out.",
        epilog="--home DIR (or MARSAD_HOME) names the data directory for any command. Settings: docs/settings.md",
    )
    app.callback()(main)
    chosen = [row for row in COMMANDS if row[0] == only] or COMMANDS
    for name, panel, module, attribute in chosen:
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, rich_help_panel=panel)
        else:
            app.command(name, rich_help_panel=panel)(found)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        print(package_version("marsad"))
        raise typer.Exit


def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def run() -> None:
    """Run the command; a wrong argument or an error of ours is one line on standard error and exit code 2."""
    try:
        arguments = take_home(_as_text(sys.argv[1:]))
        code = make_app(arguments[0] if arguments else "")(args=arguments, standalone_mode=False)
    except MarsadError as error:
        code = fail(str(error))
    except ArgumentError as error:
        message = error.format_message()
        code = fail(message) if message else 2
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except BrokenPipeError:
        code = 141
    except Exception as error:
        code = _crashed(error)
    sys.exit(code if isinstance(code, int) else 0)


def _as_text(arguments: list[str]) -> list[str]:
    """Give the arguments. Raises BadInput when the bytes of one are no text in the terminal's encoding."""
    for argument in arguments:
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            raise BadInput(f"not text in UTF-8: {argument.encode('utf-8', 'replace').decode()}")
    return arguments


def _crashed(error: Exception) -> int:
    """Say in one line that we failed, and keep the whole of it in the logs. Gives the exit code for that."""
    path = default_home() / "logs" / "crashes.log"
    try:
        default_home().mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        traceback.print_exception(error)
    first = (str(error).strip().splitlines() or [""])[0][:300]
    fail(f"failed inside: {type(error).__name__}: {first} (all of it in {path})")
    return EX_SOFTWARE


if __name__ == "__main__":
    run()
