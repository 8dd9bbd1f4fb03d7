"""Stories: puts newly stored leads into the story of their event, and copies into that of their group."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from domain.stories import MEMBERS, WINDOW, Gist, choose
from storage import stories, story_edits, story_index

MOST = 30  # leads that share keys whose stories are looked at
_NEW = 1 << 40  # ids from here on are of stories that have no row yet


@dataclass(slots=True)
class _Index:
    """The leads that new ones are compared with: stored ones, and those of this batch."""

    session: Session
    holders: dict[int, list[int]]
    story: dict[int, int] = field(default_factory=dict)
    members: dict[int, dict[int, Gist]] = field(default_factory=dict)

    def best(self, id: int, gist: Gist) -> list[int]:
        """Give the leads that share the most keys with an article."""
        return story_index.rank((o for key in gist.keys for o in self.holders.get(key, ()) if o != id), MOST)

    def near(self, id: int, gist: Gist) -> dict[int, list[Gist]]:
        """Give by story the members that an article is compared with, without itself."""
        best = self.best(id, gist)
        self.read(best)
        wanted = {self.story[other] for other in best if other in self.story}
        found = {story: [g for other, g in self.members[story].items() if other != id] for story in sorted(wanted)}
        return {story: members for story, members in found.items() if members}

    def read(self, leads: Collection[int]) -> None:
        """Read the stories of leads with their members, where they were not read yet."""
        self.story |= story_index.stories_of(self.session, {other for other in leads if other not in self.story})
        self.load({self.story[other] for other in leads if other in self.story})

    def load(self, wanted: set[int]) -> None:
        """Read the members of stories that were not read yet."""
        missing = [story for story in wanted if story not in self.members]
        self.members |= {story: {} for story in missing} | story_index.leads(self.session, missing)

    def add(self, id: int, story: int, gist: Gist) -> None:
        """Take up a lead that was just decided."""
        self.story[id] = story
        self.load({story} if story < _NEW else set())
        self.members.setdefault(story, {})[id] = gist
        for key in gist.keys:
            self.holders.setdefault(key, []).append(id)


def assign(
    session: Session,
    arrived: Mapping[int, Gist | None],
    groups: Mapping[int, int],
    now: datetime,
    parts: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """Decide the story of each article in `groups` (lead by article) and write it. Gives story by article.

    `arrived` are the articles that are new or say something else than before; None for one of which nothing can be
    told. Leads go in order of their event time. `parts` gives for leads the group that each shares a good part of its
    text with: they come into its story. What an analyst moved stays. The caller holds the grouping lock.
    """
    parts = parts or {}
    before = stories.story_of(session, {*groups, *groups.values(), *parts.values()})
    fixed = story_edits.pinned(session, groups)
    leads = [id for id in arrived if groups[id] == id]
    gists = {id: gist for id in leads if (gist := arrived[id])}
    story_index.forget(session, [id for id in groups if id in before and (id in gists or groups[id] != id)])
    index = _open(session, gists)
    found = {id: before[id] for id in groups.values() if id in before and id not in arrived}
    heirs = _heirs(groups, before, fixed)
    for number, id in enumerate(sorted(leads, key=lambda id: (gists[id].at if id in gists else 0.0, id))):
        known = before.get(id) or heirs.get(id, 0)
        whole = found.get(parts.get(id, 0)) or before.get(parts.get(id, 0), 0)
        stays = id in fixed or (id not in before and id in heirs) or id not in gists
        found[id] = (known if stays else whole or _decide(index, id, gists[id], known)) or _NEW + number
        if id in gists:
            index.add(id, found[id], gists[id])
    for group in set(groups.values()) - found.keys():  # stored before there were stories
        found[group] = heirs.get(group) or _NEW + group + len(groups)
    found = _number(session, found, now)
    placed = {id: found[group] for id, group in groups.items()}
    stories.put(session, placed)
    _write_index(session, index, {id: found[id] for id in gists}, gists, now)
    stories.count(session, {*placed.values(), *(before[id] for id in placed if id in before)})
    return placed


def _heirs(groups: Mapping[int, int], before: Mapping[int, int], fixed: Collection[int]) -> dict[int, int]:
    """Give the story that a new lead takes over from articles that were there before it: one chosen by hand, first."""
    heirs: dict[int, int] = {}
    for id in sorted((id for id in before if groups.get(id, id) != id), key=lambda id: (id not in fixed, before[id])):
        heirs.setdefault(groups[id], before[id])
    return heirs


def _open(session: Session, gists: Mapping[int, Gist]) -> _Index:
    if not gists:
        return _Index(session, {})
    times = [gist.at for gist in gists.values()]
    keys = {key for gist in gists.values() for key in gist.keys}
    index = _Index(session, story_index.meet(session, keys, min(times) - WINDOW, max(times) + WINDOW))
    index.read({other for id, gist in gists.items() for other in index.best(id, gist)})  # all at once
    return index


def _decide(index: _Index, id: int, gist: Gist, known: int) -> int:
    """Decide the story of a lead, 0 for a new one. It stays alone where it was, or where nothing speaks against it."""
    near = index.near(id, gist)
    if known:
        index.load({known})
        if others := [g for other, g in index.members[known].items() if other != id]:
            near[known] = others
    story = choose(gist, near, now_in=known)
    return story or (known if known not in near else 0)


def _number(session: Session, found: Mapping[int, int], now: datetime) -> dict[int, int]:
    """Give the new stories among those found their ids, in the order in which they were made."""
    fresh = sorted({story for story in found.values() if story >= _NEW})
    ids = dict(zip(fresh, stories.make(session, len(fresh), now), strict=True))
    return {id: ids.get(story, story) for id, story in found.items()}


def _write_index(
    session: Session, index: _Index, placed: Mapping[int, int], gists: Mapping[int, Gist], now: datetime
) -> None:
    """Put the new leads into the index; of a story that has many only the newest stay there."""
    story_index.add(session, [(id, story, gists[id]) for id, story in placed.items()], now)
    story_index.forget(session, _crowded(index.members))
    story_index.clear(session, now)


def _crowded(members: Mapping[int, Mapping[int, Gist]]) -> list[int]:
    """Give the leads that are too many for their story, the oldest."""
    by_age = ([*sorted(held, key=lambda id: (held[id].at, id))] for held in members.values())
    return [id for ids in by_age for id in ids[:-MEMBERS]]
