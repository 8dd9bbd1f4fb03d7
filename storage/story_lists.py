"""Stories as they are shown: the list, and one story with copies folded and the numbers that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from domain.facts import NUMBER, Change, Facts, changes, facts_in
from domain.ledger import Origin, Sighting, independent_sources, origin_of
from storage import articles, stories
from storage.articles import Cursor
from storage.models import Article, Match, Story
from storage.stories import Member

_READ = 60  # groups of a story whose numbers are read


@dataclass(frozen=True, slots=True)
class Group:
    """A copy group within a story: its earliest article, and the others in order of time."""

    lead: Member
    copies: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A story with its groups in order of time. `sources` are independent ones (`domain.ledger`)."""

    id: int
    title: str
    first_at: datetime
    last_at: datetime
    groups: tuple[Group, ...]
    outlets: tuple[str, ...]
    sources: int

    @property
    def articles(self) -> int:
        """Count the articles, copies with them."""
        return sum(1 + len(group.copies) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Told:
    """A number that an article of a story changed."""

    article: Member
    change: Change


def newest(
    session: Session, *, limit: int, before: Cursor | None = None, least: int = 2, topic_id: int | None = None
) -> list[Shown]:
    """Give the stories of at least `least` copy groups, those with the newest article first, of one topic or of all.

    `before` is the time of the newest article and the id of the last story of the page before.
    """
    rows = select(Story.id).where(Story.groups >= least)
    if topic_id is not None:
        matched = select(Article.story_id).join(Match, col(Match.article_id) == Article.id)
        rows = rows.where(col(Story.id).in_(matched.where(Match.topic_id == topic_id, Match.state == "match")))
    if before:
        at, id = before
        rows = rows.where(or_(col(Story.last_at) < at, and_(col(Story.last_at) == at, col(Story.id) < id)))
    ids = session.exec(rows.order_by(col(Story.last_at).desc(), col(Story.id).desc()).limit(limit)).all()
    found: dict[int, list[Member]] = {id: [] for id in ids if id is not None}
    for member in stories.members(session, found):
        found[member.story_id].append(member)
    return [fold(id, members) for id, members in found.items() if members]


def one(session: Session, story_id: int) -> Shown | None:
    """Give a story; None where it holds no articles, which is so when it was joined to another."""
    members = stories.members(session, [story_id])
    return fold(story_id, members) if members else None


def fold(story_id: int, members: Sequence[Member]) -> Shown:
    """Fold the articles of a story, which are in order of time, into its copy groups."""
    groups: dict[int, list[Member]] = {}
    for member in members:
        groups.setdefault(member.group_id, []).append(member)
    folded = tuple(Group(first, tuple(rest)) for first, *rest in groups.values())
    outlets = tuple(dict.fromkeys(member.outlet for member in members))
    return Shown(
        story_id, members[0].title, members[0].event_at, members[-1].event_at, folded, outlets,
        independent_sources(map(_origin, folded)),
    )  # fmt: skip


def _origin(group: Group) -> Origin:
    members = (group.lead, *group.copies)
    return origin_of(
        [Sighting(m.article_id, m.outlet, m.event_at, m.first_seen, m.credit, m.title, 0) for m in members]
    )


def told(session: Session, groups: Iterable[Group]) -> list[Told]:
    """Give the numbers that changed from one text of a story to the next, in order of time."""
    leads = [group.lead for group in groups][:_READ]
    texts = articles.texts(session, [lead.article_id for lead in leads])
    read = [(lead, facts_in(texts[lead.article_id].title, texts[lead.article_id].body)) for lead in leads]
    found, newest, seen = [], dict[str, Facts](), set[tuple[str, int]]()
    for lead, facts in read:
        moved = {c.what: c for before in newest.values() for c in changes(before, facts) if c.kind == NUMBER}
        found += [Told(lead, c) for kind, c in moved.items() if (kind, facts.counts[kind].value) not in seen]
        newest |= dict.fromkeys(facts.counts, facts)
        seen |= {(kind, value) for kind, values in facts.all_counts.items() for value in values}
    return found
