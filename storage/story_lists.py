"""Stories as they are shown: the list, and one story with copies folded and the numbers that changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from domain.copies import Relation as CopyRelation
from domain.facts import NUMBER, Change, facts_in, moves_of
from domain.ledger import Origin, Sighting, independent_sources, origin_of, whole
from domain.updates import changed
from storage import articles, relations, stories
from storage.articles import Cursor
from storage.models import Article, Match, Relation, Story
from storage.stories import Member

_READ = 60  # versions of a story whose numbers are read


@dataclass(frozen=True, slots=True)
class Group:
    """A copy group within a story: its earliest article, its copies, and its updates, each in order of time."""

    lead: Member
    copies: tuple[Member, ...]
    updates: tuple[Member, ...] = ()

    @property
    def members(self) -> tuple[Member, ...]:
        """Give all articles of the group."""
        return (self.lead, *self.copies, *self.updates)

    @property
    def versions(self) -> tuple[Member, ...]:
        """Give what says something of its own: the lead and its updates."""
        return (self.lead, *self.updates)


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
        return sum(len(group.members) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Told:
    """A number that an article of a story changed."""

    article: Member
    change: Change


def newest(
    session: Session, *, limit: int, before: Cursor | None = None, least: int = 2, topic_id: int | None = None
) -> list[Shown]:
    """Give the stories, those with the newest article first, of one topic or of all.

    They have `least` copy groups, or one that was brought up to date. `before` is the time of the newest article and
    the id of the last story of the page before.
    """
    rows = select(Story.id).where(Story.groups >= 1)
    if least > 1:  # one text that was brought up to date is worth as much as two
        renewed = select(Relation.a).join(Article, col(Article.id) == col(Relation.a))
        renewed = renewed.where(Article.story_id == Story.id, Relation.kind == CopyRelation.UPDATE)
        rows = rows.where(or_(Story.groups >= least, renewed.exists()))
    if topic_id is not None:
        matched = select(Article.story_id).join(Match, col(Match.article_id) == Article.id)
        rows = rows.where(col(Story.id).in_(matched.where(Match.topic_id == topic_id, Match.state == "match")))
    if before:
        at, id = before
        rows = rows.where(or_(col(Story.last_at) < at, and_(col(Story.last_at) == at, col(Story.id) < id)))
    ids = session.exec(rows.order_by(col(Story.last_at).desc(), col(Story.id).desc()).limit(limit)).all()
    found: dict[int, list[Member]] = {id: [] for id in ids if id is not None}
    everyone = stories.members(session, found)
    for member in everyone:
        found[member.story_id].append(member)
    links = relations.links(session, {m.article_id for m in everyone})
    return [fold(id, members, links) for id, members in found.items() if members]


def one(session: Session, story_id: int) -> Shown | None:
    """Give a story; None where it holds no articles, which is so when it was joined to another."""
    members = stories.members(session, [story_id])
    return fold(story_id, members, relations.links(session, {m.article_id for m in members})) if members else None


def fold(story_id: int, members: Sequence[Member], links: relations.Links | None = None) -> Shown:
    """Fold the articles of a story, which are in order of time, into its copy groups."""
    links = links or relations.Links()
    groups: dict[int, list[Member]] = {}
    for member in members:
        groups.setdefault(member.group_id, []).append(member)
    folded = tuple(_group(first, rest, links.updates) for first, *rest in groups.values())
    outlets = tuple(dict.fromkeys(member.outlet for member in members))
    sources = set(whole({g.lead.article_id: [m.article_id for m in g.members] for g in folded}, links.holders))
    return Shown(
        story_id, members[0].title, members[0].event_at, members[-1].event_at, folded, outlets,
        independent_sources(_origin(group) for group in folded if group.lead.article_id in sources),
    )  # fmt: skip


def _group(first: Member, rest: Iterable[Member], updates: Collection[int]) -> Group:
    copies: list[Member] = []
    renewed: list[Member] = []
    for member in rest:
        (renewed if member.article_id in updates else copies).append(member)
    return Group(first, tuple(copies), tuple(renewed))


def _origin(group: Group) -> Origin:
    return origin_of(
        [Sighting(m.article_id, m.outlet, m.event_at, m.first_seen, m.credit, m.title, 0) for m in group.members]
    )


def told(session: Session, groups: Iterable[Group]) -> list[Told]:
    """Give the numbers that changed from one version of a story to the next, in order of time."""
    versions = sorted(
        ((v, g.lead) for g in list(groups)[:_READ] for v in g.versions), key=lambda r: (r[0].event_at, r[0].article_id)
    )[:_READ]
    texts = articles.texts(session, {member.article_id for row in versions for member in row})
    read = [facts_in(texts[v.article_id].title, texts[v.article_id].body) for v, _ in versions]
    found = []
    for (version, lead), moves in zip(versions, moves_of(read), strict=True):
        found += [Told(version, change) for change in moves]
        if version is not lead and not moves:  # no number of people, but some other figure
            lines = changed(texts[lead.article_id].body, texts[version.article_id].body)
            found += [Told(version, Change(NUMBER, "", "", "", line)) for line in lines]
    return found
