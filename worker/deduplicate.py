"""Deduplicate: puts newly stored articles into the group of the text that they copy, or makes them leads."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlmodel import Session

from domain.copies import CopyText, Fingerprint, Mask, Relation, fingerprint, judge, rank
from storage import copies
from worker.masks import Masks

# Only these put an article into another's group: a brief inside a roundup is a link, never a merge.
MERGED = (Relation.COPY, Relation.UPDATE)


@lru_cache(maxsize=1_000)
def _lead_print(text: str, mask: Mask | None) -> Fingerprint:
    """Fingerprint the text of a lead; the same leads are compared with again and again while their story lasts."""
    return fingerprint(text, mask)


@dataclass(frozen=True, slots=True)
class Member:
    """A stored article that has no group yet."""

    id: int
    fingerprint: Fingerprint
    outlet: str
    event_at: datetime

    @property
    def side(self) -> CopyText:
        """Give its side of a comparison."""
        return CopyText(self.fingerprint, self.outlet, self.event_at)


class _Leads:
    """The leads that members are compared with, of stored groups and of this batch; each is fingerprinted once."""

    def __init__(self, session: Session, since: datetime, masks: Masks) -> None:
        self._session, self._since, self._masks = session, since, masks
        self._groups: dict[int, int] = {}
        self._sides: dict[int, CopyText] = {}

    def add(self, id: int, group: int, side: CopyText) -> None:
        """Take up a member that was just decided."""
        self._groups[id] = group
        if id == group:
            self._sides[id] = side

    def load(self, ids: Iterable[int]) -> None:
        """Read the groups of stored articles and the texts of their leads."""
        found = copies.groups_of(self._session, [id for id in ids if id not in self._groups], self._since)
        self._groups.update(found)
        missing = sorted(set(found.values()) - self._sides.keys())
        rows = copies.texts(self._session, missing)
        self._masks.refresh(self._session, {outlet for _, _, outlet, _ in rows})
        for id, text, outlet, event_at in rows:
            self._sides[id] = CopyText(_lead_print(text, self._masks.of(outlet)), outlet, event_at)

    def of(self, ids: Iterable[int]) -> list[tuple[int, CopyText]]:
        """Give the leads of articles, each once, in the order of the articles."""
        groups = dict.fromkeys(self._groups[id] for id in ids if id in self._groups)
        return [(group, self._sides[group]) for group in groups if group in self._sides]


def group(
    session: Session, members: Sequence[Member], now: datetime, window: timedelta, masks: Masks, *,
    keep_groups: bool = False,
) -> dict[int, int]:  # fmt: skip
    """Decide the group of each member, write it, and index the sketches of new leads. Gives group by article id.

    Members are compared with leads only, so that no chain of half-alike texts can form; the earliest member goes
    first. With `keep_groups` the members stay leads and are only indexed. The caller holds the grouping lock.
    """
    common = copies.common(session)
    sketches = {m.id: [value for value in m.fingerprint.sketch if value not in common] for m in members}
    holders = copies.lookup(session, {value for sketch in sketches.values() for value in sketch})
    exacts = copies.by_exact(session, [m.fingerprint.exact for m in members], sketches.keys())
    leads = _Leads(session, min((m.event_at for m in members), default=now) - window, masks)
    near = {m.id: _near(m, sketches[m.id], holders, exacts) for m in members}
    leads.load({id for ids in near.values() for id in ids})
    groups: dict[int, int] = {}
    for member in sorted(members, key=lambda m: (m.event_at, m.id)):
        fresh = _near(member, sketches[member.id], holders, exacts)
        groups[member.id] = member.id if keep_groups else _best(member, leads.of(fresh))
        leads.add(member.id, groups[member.id], member.side)
        exacts.setdefault(member.fingerprint.exact, member.id)
        if groups[member.id] == member.id:
            for value in sketches[member.id]:
                holders[value].append(member.id)
    copies.set_groups(session, groups)
    _index(session, {id: sketches[id] for id, group in groups.items() if id == group}, holders, now)
    return groups


def _near(member: Member, sketch: Sequence[int], holders: dict[int, list[int]], exacts: dict[int, int]) -> list[int]:
    """Give the articles worth comparing, best first: one with the very same text, then those that share shingles."""
    hits = Counter(id for value in sketch for id in holders.get(value, ()))
    same = exacts.get(member.fingerprint.exact)
    return ([same] if same is not None else []) + rank(member.fingerprint.sketch, hits)


def _best(member: Member, leads: Sequence[tuple[int, CopyText]]) -> int:
    """Give the group whose lead the member copies most of, or the member's own."""
    best, share = member.id, 0.0
    for lead, side in leads:
        verdict = judge(member.side, side)
        if verdict.relation in MERGED and verdict.share > share:
            best, share = lead, verdict.share
    return best


def _index(session: Session, sketches: dict[int, list[int]], holders: dict[int, list[int]], now: datetime) -> None:
    """Index the new leads, for only leads are looked for; retire shingles that became too common to tell anything."""
    retired = [value for value, ids in holders.items() if len(ids) > copies.COMMON]
    gone = set(retired)
    copies.index(session, {id: [v for v in sketch if v not in gone] for id, sketch in sketches.items()})
    if retired:
        copies.retire(session, retired, now)
