"""When an article was published, by its page: what it tells machines, what it shows readers, what its address says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

from domain.dates import Dated, Habits, as_update, day_in_address, read_raw
from worker.extract.text import flatten

Found = tuple[str, Dated]  # the string as written, and what it was read as

_METAS = (
    "article:published_time", "datepublished", "og:published_time", "og:article:published_time", "publishdate",
    "pubdate", "publish_date", "publish-date", "publication_date", "published_time", "published_time_telegram",
    "article:published", "article.published", "article_date_original", "originalpublicationdate", "date",
    "dc.date.issued", "dc.date", "dc.date.created", "dcterms.created", "dcterms.issued", "dcterms.date", "dc:date",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "datecreated",
)  # fmt: skip
_UPDATED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified",
)  # fmt: skip
_MARKED = re.compile(r"""<([^<>]{0,400}itemprop\s*=\s*["']?datePublished\b[^<>]{0,400})>([^<]{0,100})""", re.IGNORECASE)
_VALUE = re.compile(r"""\b(?:datetime|content)\s*=\s*["']([^"'<>]{4,60})""", re.IGNORECASE)
_NEAR = timedelta(hours=36)  # two tellings of one day, in whatever zone
_ZONES = timedelta(hours=15)  # two tellings of one moment of which one names no zone


def find_date(
    facts: dict[str, Any], metas: dict[str, str], soup: BeautifulSoup, html: str, titles: list[str], url: str,
    habits: Habits,
) -> Found | None:  # fmt: skip
    """Find when a page's article was published; None when the page does not say.

    What is written for machines comes first: structured data, meta elements, marked elements. It is left for what a
    reader sees near the headline where it is the first midnight of a year, which is what software makes of a year
    alone, and is corrected by that where both show the same clock and one calls it UTC. A date seen is left for the day
    in the address where the two are days apart: pages are stamped anew. A time of update is the last resort.
    """
    told = _told(facts, metas, soup, html, habits)
    if told and not _year_alone(told[1], habits):
        apart = told[1].in_utc and told[1].when.astimezone(habits.zone).utcoffset()
        return _without_false_z(told, visible_date(html, titles, habits), habits) if apart else told
    address = day_in_address(url, habits.zone)
    seen = visible_date(html, titles, habits)
    if address and (seen is None or seen[1].updated or abs(seen[1].when - address.when) > _NEAR):
        return url, address
    return seen or _updated(facts, metas, habits)


def _told(facts: dict[str, Any], metas: dict[str, str], soup: BeautifulSoup, html: str, habits: Habits) -> Found | None:
    """Find what the page tells machines; a telling with a zone before one of the same moment without."""
    found: list[Found] = []
    for raw in _machine(facts, metas, soup, html):
        dated = read_raw(raw, habits)
        if dated and not dated.updated:
            found.append((raw.strip(), dated))
    if not found:
        return None
    first = found[0][1]
    better = (each for each in found if each[1].confidence > first.confidence and not each[1].day_only)
    return next((each for each in better if abs(each[1].when - first.when) < _ZONES), found[0])


def _machine(facts: dict[str, Any], metas: dict[str, str], soup: BeautifulSoup, html: str) -> Iterator[str]:
    """Give the strings in the order of their trust."""
    yield from (value for name in ("datePublished", "dateCreated") if isinstance(value := facts.get(name), str))
    yield from (metas[name] for name in _METAS if name in metas)
    if "itemprop" in html and (marked := _MARKED.search(html)):
        value = _VALUE.search(marked[1])
        yield value[1] if value else marked[2]
    for tag in (*soup.find_all("time", pubdate=True, limit=1), *_times(soup)):
        yield next((str(tag[name]) for name in ("datetime", "content", "title") if tag.get(name)), tag.get_text(" "))


def _times(soup: BeautifulSoup) -> list[Tag]:
    """Give the first time elements after the headline, or of the page where they stand before it."""
    heading = soup.find("h1")
    after = heading.find_all_next("time", limit=3) if isinstance(heading, Tag) else []
    times = after or soup.find_all("time", limit=3)
    return [tag for tag in times if isinstance(tag, Tag) and not _of_update(tag)]


def _of_update(tag: Tag) -> bool:
    """Say whether an element is marked as the time of an update."""
    return any(word in f"{tag.get('class')} {tag.get('itemprop')}".lower() for word in ("updat", "modif"))


def _year_alone(dated: Dated, habits: Habits) -> bool:
    """Say whether a date is the first midnight of a year, in UTC or by the outlet's clock."""
    clocks = (dated.when.astimezone(zone) for zone in (UTC, habits.zone))
    return any((clock.month, clock.day, clock.hour, clock.minute) == (1, 1, 0, 0) for clock in clocks)


def _without_false_z(told: Found, seen: Found | None, habits: Habits) -> Found:
    """Correct a time that calls itself UTC while the page shows its readers the same clock as the outlet's own."""
    if seen is None or seen[1].day_only or seen[1].in_utc:
        return told
    shown, meant = seen[1].when.astimezone(habits.zone), told[1].when
    same = (shown.date(), shown.hour, shown.minute) == (meant.date(), meant.hour, meant.minute)
    corrected = read_raw(told[0], replace(habits, false_z=True)) if same else None
    return (told[0], corrected) if corrected else told


def _updated(facts: dict[str, Any], metas: dict[str, str], habits: Habits) -> Found | None:
    """Find a time of update."""
    modified = facts.get("dateModified")
    for raw in ([modified] if isinstance(modified, str) else []) + [metas[n] for n in _UPDATED_METAS if n in metas]:
        dated = read_raw(raw, habits)
        if dated and not _year_alone(dated, habits):
            return raw.strip(), as_update(dated, 0.4)
    return None


_AFTER_HEADLINE, _BEFORE_HEADLINE = 15, 3  # lines; the date that a reader sees stands near the headline
_LEAD = 600  # characters of text under a headline before which its date stands
# The outlet's own footer; in some systems an article has one too, which holds its date.
_FOOTER = re.compile(r"<footer\b.*?(?:</footer>|\Z)", re.IGNORECASE | re.DOTALL)
_STAMP = 100  # characters of a line that is a date and not a sentence
_LABEL = re.compile(
    r"(?:تاريخ النشر|نشر(?:ت)? (?:في|ب|بتاريخ|يوم)|تم النشر|أضيف (?:في|بتاريخ)|تاريخ الإضافة|published)", re.I
)
_HAS_YEAR = re.compile(r"[12١٢۱۲][\d]{3}|\d[/.-]\d")
_RIGHTS = re.compile(r"©|حقوق|copyright|rights reserved", re.IGNORECASE)


def visible_date(html: str, titles: list[str], habits: Habits) -> Found | None:
    """Find the date that a reader sees: near the headline (one of `titles`), else in a line that says "published"."""
    own = _FOOTER.sub(lambda match: "" if _RIGHTS.search(match.group()) else match.group(), html)
    lines = flatten(own).split("\n")
    near = [line for title in titles for line in _near_headline(lines, title)]
    labelled = [line for line in lines if _LABEL.match(line.lstrip(" :|-"))][:3]
    last: Found | None = None
    for line in (*near, *labelled):
        if len(line) > _STAMP or _RIGHTS.search(line):
            continue
        dated = read_raw(line, habits)
        if dated and dated.updated:
            last = last or (None if _year_alone(dated, habits) else (line, dated))
        elif dated and (dated.method != "relative" or _is_all(line)):
            return line, dated
    return last or _only_day(_own_lines(lines, titles), habits)


def _own_lines(lines: list[str], titles: list[str]) -> list[str]:
    """Give the lines after the headline, all of them where it is not found."""
    return next((lines[at:] for title in titles for at in _places(lines, title)[:1]), lines)


_ALONE = 60  # characters of a line that has hardly more than a date
_LINES = 3_000


def _only_day(lines: list[str], habits: Habits) -> Found | None:
    """Find the one day that stands in lines of its own; None where there are several, as beside a list of news."""
    days: dict[date, Found] = {}
    for line in lines[:_LINES]:
        if len(line) > _ALONE or not _HAS_YEAR.search(line) or _RIGHTS.search(line):
            continue
        dated = read_raw(line, habits)
        if dated is None or dated.updated or dated.method == "relative" or _year_alone(dated, habits):
            continue
        if habits.now is None or dated.when < habits.now - _NEAR:  # else the date of the day, which many pages show
            days.setdefault(dated.when.astimezone(habits.zone).date(), (line, dated))
    if len(days) != 1:
        return None
    ((line, dated),) = days.values()
    return line, replace(dated, confidence=min(dated.confidence, 0.6))


def _places(lines: list[str], title: str) -> list[int]:
    """Give the numbers of the first lines that hold a headline."""
    headline = max(re.split(r" [-|–] ", title), key=len)[:40]  # without the outlet's name beside it
    return [number for number, line in enumerate(lines) if headline in line][:3] if headline.strip() else []


def _near_headline(lines: list[str], title: str) -> list[str]:
    """Give the lines around each standing of the headline: first those after it, then those before, nearest first."""
    places = _places(lines, title)
    after = [line for at in reversed(places) for line in _down_to_text(lines[at : at + 1 + _AFTER_HEADLINE])]
    before = [line for at in places for line in reversed(lines[max(at - _BEFORE_HEADLINE, 0) : at])]
    return after + before


def _down_to_text(lines: list[str]) -> list[str]:
    """Give the lines before the article is well under way: what is dated behind it is mostly something else."""
    read = 0
    for number, line in enumerate(lines):
        read += len(line) if len(line) > _STAMP else 0
        if read > _LEAD:
            return lines[:number]
    return lines


def _is_all(line: str) -> bool:
    """Say whether a relative time is a line of its own: in a sentence it tells of something else."""
    return len(line.split()) <= 6
