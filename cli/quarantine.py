"""`marsad quarantine`: work that failed inside us five times."""

from typing import Annotated

import typer
from sqlmodel import Session

from cli.home import now, open_for_reading, open_home
from cli.output import MOST_ID, print_json, show, table
from domain.errors import BadInput
from storage import jobs, queue

app = typer.Typer(no_args_is_help=True, help="Quarantine: what failed five times; list, replay.", rich_markup_mode=None)


@app.command("list")
def list_quarantine(json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """List what is in quarantine: what, when, why."""
    _, db = open_for_reading()
    with db.read() as session:
        rows = jobs.quarantined(session)
    if json:
        print_json([{"id": r.id, "kind": r.kind, "ref": r.ref, "host": r.host, "at": r.at, "why": r.why} for r in rows])
    else:
        table(
            ("id", "kind", "what", "host", "since", "why"), [(r.id, r.kind, r.ref, r.host, r.at, r.why) for r in rows]
        )


@app.command()
def replay(id: Annotated[int, typer.Argument(min=1, max=MOST_ID, help="Id of the record.")]) -> None:
    """Try quarantined work again."""
    context = open_home()

    def use_case(session: Session) -> None:
        record = jobs.quarantine_record(session, id)
        if record.replayed:
            raise BadInput(f"record {id} was replayed already: see `marsad quarantine list`")
        queue.replay(session, record, now())

    context.db.transact(use_case)
    show(f"record {id} is due again")
