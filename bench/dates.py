"""How many dates of the observed kinds are read right, beside dateparser, feedparser and htmldate in the same run.

    python -m bench.dates

Four sets out of the folder of real articles (MARSAD_SHARED): strings as outlets write them, each month name, saved
pages with a known day, and the dates that feedparser's own test documents expect. A date is right when it is the same
to the minute, or the same day where only a day is known; "wrong" is a date that is another, which is worse than none.
"""

import calendar
import csv
import json
import os
import re
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import dateparser
import feedparser
import htmldate

from domain.dates import read_date, zone_of
from worker.extract import extract_page
from worker.parse import parse_feed

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
Reader = Callable[[str, ZoneInfo], datetime | None]
Case = tuple[str, ZoneInfo, datetime, bool]  # the string, the outlet's zone, what is meant, whether only to a day
_MEANT = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?(?: ([A-Z]\w+/\w+))?")


def shared() -> Path:
    """Give the folder of real articles."""
    return Path(os.environ.get("MARSAD_SHARED", "../shared"))


def strings(folder: Path) -> Iterator[Case]:
    """Give the observed strings with what they mean."""
    quirks = folder / "feeds" / "quirks"
    manifest = json.loads((quirks / "manifest.json").read_text(encoding="utf-8"))
    for row in next(row["expect"] for row in manifest if row["file"] == "date_formats_all.xml"):
        yield _case(row["raw"], row["meaning"])
    tree = ElementTree.parse(quirks / "date_youm7_arabic.xml")
    expected = next(row["expect"] for row in manifest if row["file"] == "date_youm7_arabic.xml")
    for raw, meant in zip(tree.iter("pubDate"), expected, strict=True):
        when = datetime.fromisoformat(meant.split()[0])
        yield raw.text or "", ZoneInfo("Africa/Cairo"), when, False


def _case(raw: str, meaning: str) -> Case:
    """Read a meaning such as `2020-04-24 21:22 Asia/Amman` or `now-2h`."""
    if meaning.startswith("now-"):
        return raw, ZoneInfo("UTC"), NOW - timedelta(hours=int(meaning[4:-1])), False
    if not (match := _MEANT.search(meaning)):  # "naive: local time of publisher"
        return raw, ZoneInfo("Asia/Riyadh"), datetime.fromisoformat(raw).replace(tzinfo=ZoneInfo("Asia/Riyadh")), False
    zone = ZoneInfo(match[3] or "UTC")
    return raw, zone, datetime.fromisoformat(f"{match[1]} {match[2] or '00:00'}").replace(tzinfo=zone), not match[2]


def months(folder: Path) -> Iterator[Case]:
    """Give each month name that was met, in a date."""
    names = json.loads((folder / "feeds" / "arabic-months.json").read_text(encoding="utf-8"))
    for number, variants in names.items():
        for name in variants:
            yield f"الاثنين 15 {name} 2024", ZoneInfo("UTC"), datetime(2024, int(number), 15, tzinfo=UTC), True


def is_right(found: datetime | None, case: Case) -> bool:
    """Say whether a date is the one that is meant."""
    _, zone, meant, day = case
    if found is None:
        return False
    return (
        found.astimezone(zone).date() == meant.astimezone(zone).date() if day else abs(found - meant) < timedelta(0, 60)
    )


def ours(raw: str, zone: ZoneInfo) -> datetime | None:
    """Read a string as the service does."""
    dated = read_date(raw, zone=zone, now=NOW)
    return dated.when if dated else None


def by_dateparser(raw: str, zone: ZoneInfo) -> datetime | None:
    """Read a string by dateparser, told the language with its regions in turn, the zone and the time."""
    options: Any = {"TIMEZONE": str(zone), "RETURN_AS_TIMEZONE_AWARE": True, "RELATIVE_BASE": NOW.replace(tzinfo=None)}
    for locale in ("ar", "ar-LB", "ar-TN", "ar-MA"):
        found: datetime | None = dateparser.parse(raw, locales=[locale], settings=options)
        if found:
            return found
    return None


def by_feedparser(raw: str, _: ZoneInfo) -> datetime | None:
    """Read a string by feedparser."""
    found = feedparser.datetimes._parse_date(raw)
    return datetime.fromtimestamp(calendar.timegm(found), UTC) if found else None


def count(cases: list[Case], reader: Reader) -> Counter[str]:
    """Count right, wrong and none."""
    told: Counter[str] = Counter()
    for case in cases:
        found = reader(case[0], case[1])
        told["right" if is_right(found, case) else "none" if found is None else "wrong"] += 1
    return told


def pages(folder: Path) -> Iterator[tuple[str, str, str, str, bytes]]:
    """Give the saved pages with a known day: file, address, country, day, bytes."""
    with (folder / "pages" / "index.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if row["date"][:4].isdigit():
                body = (folder / "pages" / row["file"]).read_bytes()
                yield row["file"], row["url"], row["country"], row["date"][:10], body


def page_days(folder: Path, *, address: bool) -> dict[str, tuple[str, str, str]]:
    """Give for each page the known day, ours and htmldate's; without `address` the page alone must tell."""
    found = {}
    for file, url, country, day, body in pages(folder):
        zone = zone_of(country=country)
        page = extract_page(body, "text/html", url if address else "http://localhost/", zone=zone, now=NOW)
        peer = htmldate.find_date(body.decode("utf-8", "replace"), url=url if address else None, original_date=True)
        found[file] = (day, page.published.astimezone(zone).strftime("%Y-%m-%d") if page.published else "", peer or "")
    return found


_EXPECT = re.compile(r"entries\[0\]\['(published|created|updated)_parsed'\] == \(([\d, ]+)\)")


def documents(folder: Path) -> dict[str, tuple[datetime, datetime | None]]:
    """Give for each of feedparser's documents that expects an entry's date the expected one and ours."""
    found = {}
    with tarfile.open(folder / "feeds" / "feedparser-documents.tar.gz") as archive:
        for member in archive:
            if not member.isfile() or (file := archive.extractfile(member)) is None:
                continue
            body = file.read()
            if match := _EXPECT.search(body[:2_000].decode("latin-1")):
                entries = parse_feed(body, "application/xml", "http://localhost/").entries
                year, month, day, hour, minute, second = (int(part) for part in match[2].split(",")[:6])
                meant = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
                found[member.name] = (meant, entries[0].published if entries else None)
    return found


def measured(folder: Path) -> dict[str, Any]:
    """Measure everything. Gives the figures by name."""
    figures: dict[str, Any] = {}
    for name, cases in (("strings", list(strings(folder))), ("months", list(months(folder)))):
        for reader in (ours, by_dateparser, by_feedparser):
            figures[f"{name} {reader.__name__.removeprefix('by_')}"] = dict(count(cases, reader)) | {"of": len(cases)}
    for name, address in (("pages", True), ("pages without address", False)):
        days = page_days(folder, address=address)
        for place, who in ((1, "ours"), (2, "htmldate")):
            right = sum(day[place] == day[0] for day in days.values())
            wrong = sum(day[place] not in ("", day[0]) for day in days.values())
            figures[f"{name} {who}"] = {"right": right, "wrong": wrong, "of": len(days)}
    told = documents(folder)
    figures["feedparser documents ours"] = {"right": sum(a == b for a, b in told.values()), "of": len(told)}
    return figures


def main() -> None:
    """Print the failures, the shares, and the line of JSON."""
    folder = shared()
    for case in (*strings(folder), *months(folder)):
        if not is_right(found := ours(case[0], case[1]), case):
            print(f"not read right: {case[0]}: meant {case[2]}, read {found}")
    for file, (day, read, _) in page_days(folder, address=False).items():
        if read != day:
            print(f"{file} without its address: meant {day}, read {read or 'none'}")
    for name, (meant, entry) in documents(folder).items():
        if meant != entry:
            print(f"{name}: meant {meant}, read {entry}")
    figures = measured(folder)
    for name, shares in figures.items():
        print(f"{name:40} {shares}")
    print(json.dumps({"bench": "dates", "figures": figures}))


if __name__ == "__main__":
    main()
