"""The bundled outlets and the example topic: something real to watch from the first minute."""

import csv
from importlib.resources import files
from urllib.parse import urlsplit

from sqlmodel import Session

from cli.home import now
from domain import topics as decide
from domain.article import Text, split_headline
from domain.errors import BadInput
from domain.outlets import Card
from storage import feeds, jobs, outlets, topics
from worker.context import Context

EXAMPLE_NAME = "كوريا الشمالية والقضية الفلسطينية"


def rows(file: str = "arabic.csv") -> list[dict[str, str]]:
    """Give the rows of the catalogue: feeds, or with `outlets.csv` outlets."""
    text = files("cli").joinpath("packs", file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def cards() -> list[Card]:
    """Give the cards of the outlets in the catalogue."""
    return [
        Card(
            row["name"], row["name_en"], row["other_name"], row["country"], row["kind"], row["owner"],
            row["agency"] == "yes", row["declared_line"], row["site_url"], row["timezone"], row["feed_url"],
            row["citation"], row["confidence"],
        )
        for row in rows("outlets.csv")
    ]  # fmt: skip


def pack(name: str) -> tuple[list[dict[str, str]], list[Card]]:
    """Give feeds and outlets of a pack: `arabic` for all, or a country's two letters. Raises BadInput."""
    wanted = [row for row in rows() if name.lower() in ("arabic", row["country"].lower())]
    known = [card for card in cards() if name.lower() in ("arabic", card.country.lower())]
    if not known:
        countries = ", ".join(sorted({card.country for card in cards()}))
        raise BadInput(f"there is no pack {name}: take arabic, or one of {countries}")
    return wanted, known


def import_pack(context: Context, name: str) -> tuple[int, int, int]:
    """Add the feeds and the outlets of a pack; what is there already stays.

    Gives how many feeds were added, how many were there, and how many outlets were added.
    """
    wanted, known = pack(name)
    zones = {card.name: card.zone for card in known}

    def use_case(session: Session) -> tuple[int, int]:
        added, new = 0, outlets.put(session, known)
        for row in wanted:
            if feeds.find(session, row["feed_url"]) is None:
                feeds.add(
                    session, row["feed_url"], now(), title=row["outlet"], outlet=row["outlet"], country=row["country"],
                    language=row["language"], site_url=row["site_url"], note=row["note"],
                    zone=zones.get(row["outlet"]) or row["timezone"],
                    host=urlsplit(row["feed_url"]).netloc,
                )  # fmt: skip
                added += 1
        return added, new

    added, new = context.db.transact(use_case)
    return added, len(wanted) - added, new


def add_example(context: Context) -> None:
    """Make the example topic from the bundled brief."""
    text = files("cli").joinpath("examples", "north-korea-palestine.txt").read_text(encoding="utf-8")
    reference = Text(*split_headline(text))
    profile = decide.learn(EXAMPLE_NAME, [reference])

    def use_case(session: Session) -> None:
        topic = topics.add(session, EXAMPLE_NAME, profile.to_json(), [(reference, "")], now())
        jobs.ask(session, "backfill_topic", {"topic_id": topic.id}, now())

    context.db.transact(use_case)
