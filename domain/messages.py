"""The documents that alerts are: the envelope of Standard Webhooks, and what stands in it. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from domain.facts import Change
from domain.reasons import Given

MATCH, DIGEST, SERVICE = "topic.match", "topic.digest", "service.health"
MOST_STORIES = 50  # listed in one digest; the rest is counted
_WIDEST = 400  # characters of a passage; a longer sentence is cut around its first marked word
_BEFORE = 80

Part = dict[str, str | bool]


@dataclass(frozen=True, slots=True)
class Told:
    """What an alert says of an article. `published` is its event time, `reason` what `domain.topics.reason` gave."""

    id: int
    title: str
    outlet: str
    published: datetime
    first_seen: datetime
    url: str
    score: float
    basis: str
    provisional: bool
    reason: dict[str, Any]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a story has spread: copies of texts, independent sources, and outlets."""

    copies: int = 0
    independent_sources: int = 1
    outlets: int = 1

    def to_json(self) -> dict[str, int]:
        """Give them as JSON values."""
        return {"copies": self.copies, "independent_sources": self.independent_sources, "outlets": self.outlets}


def write(type: str, now: datetime, data: Mapping[str, Any]) -> str:
    """Write a document."""
    return json.dumps({"type": type, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False)


def match_data(
    topics: Sequence[tuple[int, str]], story: int, given: Sequence[Given], article: Told, counts: Counts, page: str
) -> dict[str, Any]:
    """Give what an alert says of a story: why it is told, the strongest reason first, and the article that came.

    `topics` are ids and names; `page` the address of Marsad's page of the article, empty where it has none.
    """
    return {
        "topics": [{"id": id, "name": name} for id, name in topics],
        "topic": topics[0][1],
        "story": story,
        "reason": given[0].reason.value,
        "reason_text": "؛ ".join(one.text for one in given),
        "reasons": [one.reason.value for one in given],
        "changes": [change_json(change) for one in given for change in one.changes],
        "article": article_json(article, page),
        "counts": counts.to_json(),
    }


def change_json(change: Change) -> dict[str, Any]:
    """Give a change as JSON values."""
    return {name: getattr(change, name) for name in ("kind", "what", "before", "after", "text")}


def article_json(article: Told, page: str) -> dict[str, Any]:
    """Give what an alert says of an article."""
    return {
        "id": article.id, "title": article.title, "outlet": article.outlet,
        "host": urlsplit(article.url).hostname or "", "published": article.published.isoformat(),
        "first_seen": article.first_seen.isoformat(), "url": article.url, "page": page,
        "score": round(article.score, 4), "basis": article.basis, "provisional": article.provisional,
        "reason": article.reason, "passages": passages(article.title, article.body, article.reason),
    }  # fmt: skip


def passages(title: str, body: str, reason: Mapping[str, Any]) -> list[list[Part]]:
    """Give why an article matched in its own words: headline and best sentence, the words looked for marked.

    `reason` is what `domain.topics.reason` gave for this text; a part is its text and whether it is marked.
    """
    terms = reason.get("terms") or ()
    found = []
    if marks := _marks(terms, "title", 0, len(title)):
        found.append(_cut(title, marks))
    sentence = reason.get("sentence")
    if sentence and body[sentence["start"] : sentence["end"]] == sentence["text"]:
        start, end = sentence["start"], sentence["end"]
        found.append(_cut(body[start:end], _marks(terms, "body", start, end)))
    return found


def _marks(terms: Sequence[Mapping[str, Any]], field: str, start: int, end: int) -> list[tuple[int, int]]:
    """Give the places of words in a stretch of a field, counted from its start, in order and without overlap."""
    inside = {(t["start"], t["end"]) for t in terms if t["field"] == field and start <= t["start"] and t["end"] <= end}
    marks: list[tuple[int, int]] = []
    for first, last in sorted(inside):
        if not marks or first - start >= marks[-1][1]:
            marks.append((first - start, last - start))
    return marks


def _cut(text: str, marks: Sequence[tuple[int, int]]) -> list[Part]:
    """Divide a text at its marks; a long one is cut at spaces around the first of them."""
    low, high = 0, len(text)
    if high > _WIDEST:
        first = marks[0][0] if marks else 0
        low = text.rfind(" ", 0, max(0, first - _BEFORE) + 1) + 1
        high = max(text.rfind(" ", low, low + _WIDEST), low + 1) if low + _WIDEST < high else high
    parts: list[Part] = [{"text": "… ", "marked": False}] if low else []
    place = low
    for first, last in marks:
        if first >= place and last <= high:
            parts += [{"text": text[place:first], "marked": False}] if first > place else []
            parts.append({"text": text[first:last], "marked": True})
            place = last
    parts += [{"text": text[place:high], "marked": False}] if place < high else []
    return parts + ([{"text": " …", "marked": False}] if high < len(text) else [])


def digest_data(
    period: str, since: datetime, until: datetime, topics: Sequence[tuple[int, str]], held: Sequence[Mapping[str, Any]],
    over_budget: int,
) -> dict[str, Any]:  # fmt: skip
    """Give what a digest says: the stories of what was held, the newest word on each, those told most often first.

    `held` are the data of the alerts that were held, oldest first; `over_budget` how many of them only the budget held.
    """
    stories: dict[int, dict[str, Any]] = {}
    for data in held:
        row = stories.setdefault(data["story"], {"story": data["story"], "topics": [], "reasons": [], "changes": []})
        row["topics"] += [topic for topic in data["topics"] if topic not in row["topics"]]
        row["reasons"] += [code for code in data["reasons"] if code not in row["reasons"]]
        row["changes"] += [change for change in data["changes"] if change not in row["changes"]]
        row |= {"article": data["article"], "counts": data["counts"], "alerts": row.get("alerts", 0) + 1}
    ranked = sorted(stories.values(), key=lambda row: (-row["counts"]["outlets"], -row["alerts"], row["story"]))
    return {
        "period": period, "since": since.isoformat(), "until": until.isoformat(),
        "topics": [{"id": id, "name": name} for id, name in topics],
        "stories": ranked[:MOST_STORIES], "more": max(0, len(ranked) - MOST_STORIES),
        "alerts": len(held), "over_budget": over_budget,
    }  # fmt: skip


def service_data(problems: Sequence[Mapping[str, Any]], still: int, ended: int) -> dict[str, Any]:
    """Give what operators are told: new problems, how many older ones still are, how many ended since the last word."""
    return {"problems": [dict(problem) for problem in problems], "still": still, "ended": ended}
