"""The command `marsad`: a table of contents, and one place where errors become one line and an exit code."""

import sys
from importlib.metadata import version as package_version
from typing import Annotated, Any

import typer

from cli import alerts, articles, feeds, parts, quarantine, run_once, status, topics, up
from cli.demo.command import demo
from cli.home import take_home
from cli.output import fail
from domain.errors import MarsadError

# Typer carries Click within itself since 0.20; this is its base of all errors about arguments, wherever it lives.
ArgumentError: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="marsad",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="مرصد · Watches the Arabic press: one article in, every article on its topic out.",
    epilog="--home DIR (or MARSAD_HOME) names the data directory for any command. Settings: docs/settings.md",
)

START, KEEP, RUN = "Start here", "What is watched and found", "Running the service"
app.command("up", rich_help_panel=START)(up.up)
app.command("demo", rich_help_panel=START)(demo)
app.command("run", rich_help_panel=START)(run_once.run)
app.add_typer(feeds.app, name="feeds", rich_help_panel=KEEP)
app.add_typer(topics.app, name="topics", rich_help_panel=KEEP)
app.add_typer(articles.app, name="articles", rich_help_panel=KEEP)
app.add_typer(alerts.app, name="alerts", rich_help_panel=KEEP)
app.command("status", rich_help_panel=RUN)(status.status)
app.add_typer(quarantine.app, name="quarantine", rich_help_panel=RUN)
app.command("worker", rich_help_panel=RUN)(parts.worker)
app.command("scheduler", rich_help_panel=RUN)(parts.scheduler)
app.command("web", rich_help_panel=RUN)(parts.web)
app.command("migrate", rich_help_panel=RUN)(parts.migrate_database)


def _version(wanted: bool) -> None:
    if wanted:
        print(package_version("marsad"))
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def run() -> None:
    """Run the command; a wrong argument or an error of ours is one line on standard error and exit code 2."""
    try:
        code = app(args=take_home(sys.argv[1:]), standalone_mode=False)
    except MarsadError as error:
        code = fail(str(error))
    except ArgumentError as error:
        message = error.format_message()
        code = fail(message) if message else 2
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except BrokenPipeError:
        code = 141
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    run()
