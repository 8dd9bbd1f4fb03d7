"""Measures which articles the product puts into one story, on articles that were grouped by reading.

    python -m bench.stories [--around DAYS] [--alone]

Two sets of labels: a day of ant2018 (`tests/quality/stories-day.jsonl`), and what is on topic of the judged topics
(`tests/quality/stories.jsonl`). The articles come in order of publication into an empty database through the product's
own `keep`, with every other article of the corpora that was published up to so many days before or after a labelled one
(`--alone`: without any other). The figures are BCubed precision, recall and F1 (Bagga and Baldwin, 1998; Amigó and
others, 2009); in the topics an article is compared with those of its own topic. The decision was tuned on the topics
and the stories of the day with odd numbers (`dev`); the others were held out (`test`). Beside it, on the labelled
articles alone: rules on titles, single link within the same window, as readers of feeds have them (newswatcher:
character bigrams, Jaccard 0.5; NewsBlur: title words, overlap 0.6 and 3 shared), and single link by the cosine of the
same terms, with the threshold that is best on dev.
"""

import argparse
import json
import tempfile
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.copies import bigram_rule, overlap_rule, rows
from bench.corpus import shared
from domain.article import Basis, Draft
from domain.stories import WINDOW, Gist, gist_of
from settings import Settings
from storage import stories
from storage.engine import migrate, open_database
from worker.context import Context
from worker.detect import Detector
from worker.keep import keep, read_article
from worker.language import language_of

LABELS = Path(__file__).parents[1] / "tests" / "quality"
_BATCH = 20  # articles of one transaction, as a visit brings
_COSINES = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)

Item = tuple[str, str]  # topic, empty for the day, and id of the article


@dataclass(frozen=True, slots=True)
class Article:
    """An article of a corpus that has a time."""

    id: str
    outlet: str
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Labels:
    """One half of one set: the story of each item."""

    name: str
    story: Mapping[Item, str]


def labels() -> list[Labels]:
    """Read the labels: day and topics, each in two halves."""
    halves: dict[str, dict[Item, str]] = defaultdict(dict)
    for row in rows(LABELS / "stories-day.jsonl"):
        halves["day " + _half(row["story"][-3:])]["", row["id"]] = row["story"]
    for row in rows(LABELS / "stories.jsonl"):
        halves["topics " + _half(row["topic"][1:])][row["topic"], row["id"]] = row["story"]
    return [Labels(name, halves[name]) for name in sorted(halves)]


def _half(number: str) -> str:
    return "dev" if int(number) % 2 else "test"


def read(wanted: set[str], around: timedelta | None) -> list[Article]:
    """Read the wanted articles that have a time, and those around them, in order of time."""
    found = []
    for path in sorted((shared() / "corpus").glob("*.jsonl.gz")):
        for row in rows(path):
            if row["published"]:
                at = datetime.fromisoformat(row["published"])
                at = at if at.tzinfo else at.replace(tzinfo=UTC)
                found.append(Article(row["id"], row["outlet"], row["title"] or "", row["text"] or "", at))
    found.sort(key=lambda article: (article.at, article.id))
    times = [article.at for article in found if article.id in wanted]
    return [a for a in found if a.id in wanted or (around is not None and _is_near(a.at, times, around))]


def _is_near(at: datetime, times: Sequence[datetime], around: timedelta) -> bool:
    place = bisect_left(times, at - around)
    return place < len(times) and times[place] <= at + around


def streamed(articles: Sequence[Article]) -> tuple[dict[str, int], float]:
    """Keep articles as they come. Gives the story of each by its id, and the milliseconds of CPU for one."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        db = open_database(settings.database)
        migrate(db)
        now = [articles[0].at]
        context = Context(settings, db, lambda: now[0], Detector())
        placed: dict[str, int] = {}
        began = time.process_time()
        for start in range(0, len(articles), _BATCH):
            batch = articles[start : start + _BATCH]
            now[0] = batch[-1].at
            placed |= _kept(context, batch)
        spent = time.process_time() - began
        db.close()
    return placed, 1000 * spent / len(articles)


def _kept(context: Context, batch: Sequence[Article]) -> dict[str, int]:
    from storage import articles

    readings = [read_article(context, _draft(article)) for article in batch]
    context.db.transact(lambda session: keep(context, session, readings, feed_id=None, document=""))
    with context.db.read() as session:
        ids = {article.id: articles.id_of(session, article.id) for article in batch}
        found = stories.story_of(session, ids.values())
    return {key: found[id] for key, id in ids.items()}


def _draft(article: Article) -> Draft:
    return Draft(
        key=article.id, text_key=article.id, title=article.title, body=article.text, outlet=article.outlet,
        basis=Basis.FULL if article.text else Basis.HEADLINE, event_at=article.at, first_seen=article.at,
        language=language_of(f"{article.title} {article.text}"), may_alert=False,
    )  # fmt: skip


def bcubed(story: Mapping[Item, str], placed: Mapping[Item, Any]) -> dict[str, float]:
    """Compare two groupings of the same items."""
    gold, found = _groups(story), _groups({item: (item[0], placed[item]) for item in story})
    precision = recall = 0.0
    for item in story:
        ours, theirs = found[item[0], placed[item]], gold[story[item]]
        both = len(ours & theirs)
        precision, recall = precision + both / len(ours), recall + both / len(theirs)
    precision, recall = precision / len(story), recall / len(story)
    f1 = 2 * precision * recall / (precision + recall)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def _groups(placed: Mapping[Item, Any]) -> dict[Any, set[Item]]:
    groups: dict[Any, set[Item]] = defaultdict(set)
    for item, group in placed.items():
        groups[group].add(item)
    return groups


def linked(articles: Sequence[Article], alike: Callable[[Article, Article], bool]) -> dict[str, int]:
    """Group articles by single link within the window of stories: each joins the groups of all that it is like."""
    group = {article.id: place for place, article in enumerate(articles)}
    start = 0
    for place, article in enumerate(articles):
        while (article.at - articles[start].at).total_seconds() > WINDOW:
            start += 1
        for other in articles[start:place]:
            if group[other.id] != group[article.id] and alike(article, other):
                old, new = group[article.id], group[other.id]
                group |= {id: new for id, held in group.items() if held == old}
    return group


def scores(placed: Mapping[str, Any], halves: Iterable[Labels]) -> Iterator[tuple[str, dict[str, float]]]:
    """Score a grouping by id on each half of each set. Articles without a time are left out."""
    for half in halves:
        story = {item: label for item, label in half.story.items() if item[1] in placed}
        yield half.name, bcubed(story, {item: placed[item[1]] for item in story})


def baselines(articles: Sequence[Article], halves: Sequence[Labels]) -> dict[str, dict[str, int]]:
    """Group the labelled articles by the rules beside."""
    gists = {a.id: gist_of(a.title, a.text, a.at.timestamp()) for a in articles}
    found = {
        "newswatcher titles": linked(articles, lambda a, b: bigram_rule(a.title, b.title)),
        "newsblur titles": linked(articles, lambda a, b: overlap_rule(a.title, b.title)),
    }
    dev = [half for half in halves if half.name.endswith("dev")]
    tried = [linked(articles, _cosine_rule(gists, least)) for least in _COSINES]
    found["cosine, single link"] = max(tried, key=lambda groups: sum(s["f1"] for _, s in scores(groups, dev)))
    return found


def _cosine_rule(gists: Mapping[str, Gist], least: float) -> Callable[[Article, Article], bool]:
    def rule(a: Article, b: Article) -> bool:
        one, other = gists[a.id].terms, gists[b.id].terms
        return sum(weight * other.get(term, 0.0) for term, weight in one.items()) >= least

    return rule


def measured(around: timedelta | None) -> dict[str, Any]:
    """Measure the product and the rules beside. Gives the figures by system and half."""
    halves = labels()
    wanted = {id for half in halves for _, id in half.story}
    articles = read(wanted, around)
    placed, milliseconds = streamed(articles)
    labelled = [article for article in articles if article.id in wanted]
    systems = {"marsad": placed, **baselines(labelled, halves)}
    figures: dict[str, Any] = {
        f"{system}, {half}, {name}": value
        for system, groups in systems.items()
        for half, figure in scores(groups, halves)
        for name, value in figure.items()
    }
    return figures | {"articles": len(articles), "labelled": len(labelled), "keep_ms": round(milliseconds, 2)}


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--around", type=float, default=2.0)
    parser.add_argument("--alone", action="store_true")
    options = parser.parse_args()
    figures = measured(None if options.alone else timedelta(days=options.around))
    for name, value in figures.items():
        print(f"{name:40} {value}")
    print(json.dumps({"bench": "stories", "figures": figures}))


if __name__ == "__main__":
    main()
