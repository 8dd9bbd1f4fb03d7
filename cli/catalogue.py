"""The bundled outlets and the example topic: something real to watch from the first minute."""

import csv
from importlib.resources import files
from urllib.parse import urlsplit

from sqlmodel import Session

from cli.home import now
from domain import topics as decide
from domain.article import Text, split_headline
from domain.errors import BadInput
from storage import feeds, jobs, topics
from worker.context import Context

EXAMPLE_NAME = "كوريا الشمالية والقضية الفلسطينية"


def rows() -> list[dict[str, str]]:
    """Give the rows of the catalogue."""
    text = files("cli").joinpath("packs", "arabic.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def pack(name: str) -> list[dict[str, str]]:
    """Give the rows of a pack: `arabic` for all, or a country's two letters. Raises BadInput."""
    wanted = [row for row in rows() if name.lower() in ("arabic", row["country"].lower())]
    if not wanted:
        countries = ", ".join(sorted({row["country"] for row in rows()}))
        raise BadInput(f"there is no pack {name}: take arabic, or one of {countries}")
    return wanted


def import_pack(context: Context, name: str) -> tuple[int, int]:
    """Add the feeds of a pack. Gives how many were added and how many were there."""
    wanted = pack(name)

    def use_case(session: Session) -> int:
        added = 0
        for row in wanted:
            if feeds.find(session, row["feed_url"]) is None:
                feeds.add(
                    session, row["feed_url"], now(), title=row["outlet"], outlet=row["outlet"], country=row["country"],
                    language=row["language"], site_url=row["site_url"], note=row["note"], zone=row["timezone"],
                    host=urlsplit(row["feed_url"]).netloc,
                )  # fmt: skip
                added += 1
        return added

    added = context.db.transact(use_case)
    return added, len(wanted) - added


def add_example(context: Context) -> None:
    """Make the example topic from the bundled brief."""
    text = files("cli").joinpath("examples", "north-korea-palestine.txt").read_text(encoding="utf-8")
    reference = Text(*split_headline(text))
    profile = decide.learn(EXAMPLE_NAME, [reference])

    def use_case(session: Session) -> None:
        topic = topics.add(session, EXAMPLE_NAME, profile.to_json(), [(reference, "")], now())
        jobs.ask(session, "backfill_topic", {"topic_id": topic.id}, now())

    context.db.transact(use_case)
