"""Two stored articles beside each other: how they stand to each other by today's rule, and both texts."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from domain.article import Text
from domain.copies import CopyText, Run, Verdict, fingerprint, judge
from domain.difference import Update
from domain.errors import BadInput
from domain.evidence import is_longer, runs_between
from domain.updates import may_update, moved, named
from storage import articles, masks
from storage.models import Article, Job
from storage.relations import VERDICT


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles, the earlier first, with what of each is decided on; `runs` count words of earlier and later."""

    earlier: Article
    later: Article
    before: Text
    after: Text
    verdict: Verdict
    longer: int
    runs: tuple[Run, ...]

    @property
    def changes(self) -> tuple[Update, ...]:
        """Give the figures that moved from the earlier to the later text."""
        return moved(self.before.body, self.after.body)


def compare(session: Session, a: int, b: int) -> Pair:
    """Compare two articles by today's rule and masks. Raises NotFound, and BadInput for one and the same."""
    if a == b:
        raise BadInput("name two articles: one does not differ from itself")
    one, other = sorted((articles.get(session, id) for id in (a, b)), key=lambda row: (row.event_at, row.key))
    known = masks.load(session, {one.outlet, other.outlet})
    before, after = articles.read(one), articles.read(other)
    sides = [
        CopyText(fingerprint(text.body or text.title, known.get(row.outlet)), row.outlet, row.event_at)
        for row, text in ((one, before), (other, after))
    ]
    prints = sides[0].fingerprint, sides[1].fingerprint
    longer = one if is_longer(*prints) else other
    verdict = judge(*sides)
    if may_update(verdict, *sides):
        verdict = named(verdict, before.body, after.body, one.outlet == other.outlet)
    return Pair(one, other, before, after, verdict, longer.id or 0, runs_between(*prints))


def words_asked(session: Session, id: int) -> list[dict[str, Any]]:
    """Give the words about an article that a page has asked to keep and no worker has kept yet."""
    rows = session.exec(select(Job).where(Job.kind == VERDICT, Job.state == "waiting"))
    return [job.payload for job in rows if id in (job.payload["a"], job.payload["b"])]
