"""Settles copy groups as articles come, change or are judged by analysts, to those that `domain.groups` defines.

    articles that came or changed | in order of event time | decide | what does that touch that is later? | decide …

Whatever order articles come in, a decision touches only later ones: when an article becomes a head or is none any more,
those that share shingles with it; when its group changes, those with the very same text and those that an analyst
spoke of. So everything is decided at most once, and the groups are those of all articles taken in order.

Heads stand in the index with their whole sketch, followers with what their lead's sketch lacks: a follower is found by
its own rows and by those of its lead.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from sqlmodel import Session

from domain.copies import Fingerprint, Relation, Verdict, judge
from domain.evidence import RULE, is_longer, runs_between
from domain.fingerprints import CANDIDATES, MEET_LEAST
from domain.groups import alike, choose, nearest
from domain.updates import may_update, named
from storage import copies, relations, sightings
from storage.relations import Standing
from worker.known import Known
from worker.masks import Masks
from worker.shelf import Shelf


@dataclass(slots=True)
class Settled:
    """The groups that were decided anew, by article id, and those that stored articles had before.

    `parts` gives for a lead that is an excerpt of an earlier text, or holds one, the group of that text.
    """

    groups: dict[int, int] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)
    parts: dict[int, int] = field(default_factory=dict)

    @property
    def moved(self) -> dict[int, int]:
        """Give the new groups of stored articles that had another."""
        return {id: self.groups[id] for id, group in self.before.items() if self.groups.get(id, group) != group}


class Settling:
    """One run: `lift` what is to change, change it, `place` it again with what is new, `run`.

    The caller holds the grouping lock and the transaction.
    """

    def __init__(self, session: Session, now: datetime, window: timedelta, masks: Masks) -> None:
        self._session, self._now, self._window = session, now, window
        self._shelf = Shelf(session)
        self._said = relations.said(session)
        self._known = Known(session, masks)
        self._ahead: set[int] = set()
        self._later: dict[int, Standing] = {}
        self._alike: dict[int, list[Standing]] = {}
        self._queue: list[tuple[Any, int]] = []
        self._queued: set[int] = set()
        self._decided: set[int] = set()
        self._settled = Settled()
        self._links: dict[int, list[dict[str, Any]]] = {}

    def lift(self, ids: Iterable[int]) -> None:
        """Take stored articles out of their groups and of the index, before they change; what they touch is queued."""
        found = relations.standings(self._session, ids)
        lifted = [self._known.take(standing) for id, standing in found.items()]
        lifted = [standing for standing in lifted if standing.group is not None]
        for standing in lifted:
            if self._is_head(standing):
                self._touch_near(standing, copies.held(self._session, standing.id, self._known.whole(standing.id)))
            self._touch(standing)
            for spoken in self._spoken(standing):
                self._push(spoken)
        for standing in lifted:
            for follower in relations.followers(self._session, standing.id):
                self._free(self._known.take(follower))
                self._push(self._known[follower.id])
            self._free(standing)

    def _free(self, standing: Standing) -> None:
        """Take an article out of its group and of the index; it is written anew when it is decided."""
        if standing.group is not None:
            self._settled.before.setdefault(standing.id, standing.group)
            standing.group = None
        self._shelf.take_out(standing.id, self._known.whole(standing.id))

    def _spoken(self, standing: Standing) -> list[Standing]:
        """Give the articles that analysts named together with one."""
        ids = {*self._said.of(standing.id), *self._said.foes(standing.id)} - {standing.id}
        self._known.know(ids)
        return [self._known[id] for id in ids if id in self._known]

    def said_anew(self) -> None:
        """Read again what analysts said."""
        self._said = relations.said(self._session)

    def place(self, prints: Mapping[int, Fingerprint | None]) -> None:
        """Queue articles that are new, or were lifted and have changed; None: the text is to be read."""
        for id, standing in relations.standings(self._session, prints).items():
            standing.group = None
            self._known.renew(standing, prints[id])
            self._queued.discard(id)
            self._push(standing)
        self._load_all([id for id in prints if id in self._known])

    def _load_all(self, ids: Sequence[int]) -> None:
        """Read in a few statements what the decisions about many articles will ask for."""
        if not ids:
            return
        self._ahead = set(ids)
        self._known.read(ids)
        sketches = {id: self._shelf.sketch(self._known.print_of(id)) for id in ids}
        self._shelf.load({value for sketch in sketches.values() for value in sketch})
        earliest = min(self._known[id].event_at for id in ids)
        holders = {holder for sketch in sketches.values() for value in sketch for holder in self._shelf.stored(value)}
        self._later = relations.later(self._session, holders, earliest)
        exacts = {self._known.print_of(id).exact for id in ids}
        self._alike |= relations.alike(self._session, exacts, earliest - self._window)
        near = {id for sketch in sketches.values() for id, n in self._shelf.hits(sketch).items() if n >= MEET_LEAST}
        self._known.know(near)
        self._known.read({id for sketch in sketches.values() for id in self._promising(sketch)})

    def _promising(self, sketch: Sequence[int]) -> list[int]:
        """Guess which stored heads a sketch will be compared with, so that their texts are read together."""
        hits = self._shelf.hits(sketch)
        heads = {
            id: n for id, n in hits.items() if n >= MEET_LEAST and id in self._known and self._is_head(self._known[id])
        }
        return sorted(heads, key=lambda id: -heads[id])[:CANDIDATES]

    def run(self) -> Settled:
        """Decide everything that is queued and what follows from it, and write it down."""
        while self._queue:
            place, id = heappop(self._queue)
            if self._known[id].place == place and id not in self._decided:  # it may have moved since it was queued
                self._decided.add(id)
                self._decide(self._known[id])
        self._shelf.flush(self._now)
        copies.set_groups(self._session, self._settled.groups)
        sightings.note(self._session, self._settled.moved)
        relations.replace(self._session, self._links)
        return self._settled

    def _decide(self, one: Standing) -> None:
        sketch = self._shelf.sketch(self._known.print_of(one.id))
        self._shelf.load(sketch)
        anchor = self._anchor(one)
        head: int | None
        if anchor:
            head, verdicts = anchor.id, {anchor.id: judge(self._known.side(one.id), self._known.side(anchor.id))}
        else:
            verdicts = self._verdicts(one, sketch)
            head = self._choose(one, verdicts)
        self._links[one.id] = self._link(one.id, verdicts, anchor.id if anchor else None)
        group = one.id if head is None else self._known[head].group
        assert group is not None
        if group == one.id and (near := [id for id, verdict in verdicts.items() if verdict.is_excerpt]):
            whole = self._known[max(near, key=lambda id: verdicts[id].share)]
            self._settled.parts[one.id] = whole.group or whole.id
        was_head, before = self._is_head(one), one.group
        one.group = group
        if group == before:
            return
        if before is not None:
            self._settled.before.setdefault(one.id, before)
            self._shelf.take_out(one.id, self._known.whole(one.id))
        self._settled.groups[one.id] = group
        self._shelf.put(one.id, sketch if self._is_head(one) or head != group else self._lacking(sketch, group))
        if was_head or self._is_head(one):
            self._touch_near(one, sketch)
        self._touch(one)

    def _anchor(self, one: Standing) -> Standing | None:
        """Give the earliest article of the bundle that analysts put an article into, None where that is itself."""
        bundle = self._said.of(one.id)
        if len(bundle) == 1:
            return None
        self._known.know(bundle)
        first = min((self._known[id] for id in bundle if id in self._known), key=lambda s: s.place)
        return None if first.id == one.id else first

    def _choose(self, one: Standing, verdicts: dict[int, Verdict]) -> int | None:
        foes = self._said.foes(one.id)
        self._known.know(foes)
        earlier = [self._known[id] for id in foes if id in self._known and self._known[id].place < one.place]
        barred = {standing.group for standing in earlier if standing.group is not None}
        groups = {id: self._known[id].group or id for id in verdicts}
        return choose(verdicts, groups, {id: self._known[id].place for id in verdicts}, barred)

    def _verdicts(self, one: Standing, sketch: Sequence[int]) -> dict[int, Verdict]:
        """Judge an article against the heads before it that are worth it."""
        made = self._known.print_of(one.id)
        exact = made.exact
        if exact not in self._alike:
            self._alike |= relations.alike(self._session, [exact], one.event_at - self._window) or {exact: []}
        rows = [self._known.take(s) for s in self._alike.get(exact, ()) if s.id != one.id]
        same = alike({s.id: s.place for s in rows if s.group is not None}, one.place, self._window)
        leads = [self._known[id].group or id for id in same]
        hits = self._shelf.hits(sketch)
        least = min(MEET_LEAST, len(made.sketch))
        self._known.know({*leads, *(id for id, number in hits.items() if number >= least)})
        heads = {id: n for id, n in hits.items() if n >= least and id != one.id and self._is_before(id, one)}
        near = nearest(heads, {id: self._known[id].place for id in heads}, one.place, least)
        chosen = list(dict.fromkeys([*leads, *near]))
        self._known.read(chosen)
        return {id: judge(self._known.side(one.id), self._known.side(id)) for id in chosen}

    def _is_before(self, id: int, one: Standing) -> bool:
        """Say whether an article is a head that another may follow: before it, within the window, and decided."""
        head = self._known.get(id)
        if head is None or head.group is None or not self._is_head(head):
            return False
        return head.place < one.place and one.event_at - head.event_at <= self._window

    def _is_head(self, standing: Standing) -> bool:
        if standing.group is None:
            return False
        return standing.group == standing.id or len(self._said.of(standing.id)) > 1

    def _lacking(self, sketch: Sequence[int], lead: int) -> list[int]:
        there = set(self._known.print_of(lead).sketch)
        return [value for value in sketch if value not in there]

    def _touch_near(self, one: Standing, sketch: Sequence[int]) -> None:
        """Queue the later articles that share shingles with a head that came or went, or whose lead does."""
        self._shelf.load(sketch)
        hits = Counter(holder for value in sketch for holder in self._shelf.stored(value))
        ahead = one.id in self._ahead
        rows = self._later if ahead else relations.later(self._session, hits, one.event_at)
        for standing in rows.values():
            lead = hits[standing.group] if standing.group not in (None, standing.id) else 0
            near = standing.event_at - one.event_at <= self._window
            if near and hits[standing.id] + lead >= MEET_LEAST:
                self._push_later(standing, one)

    def _touch(self, one: Standing) -> None:
        """Queue what else hangs on an article's group: the very same text later, and what an analyst spoke of."""
        rows = self._alike.get(one.exact)
        if rows is None:
            rows = relations.alike_later(self._session, one.exact, one.event_at)
        for standing in rows:
            self._push_later(standing, one)
        for spoken in self._spoken(one):
            self._push_later(spoken, one)

    def _push_later(self, standing: Standing, than: Standing) -> None:
        known = self._known.take(standing)
        if known.place > than.place:
            self._push(known)

    def _push(self, standing: Standing) -> None:
        if standing.id not in self._queued:
            self._queued.add(standing.id)
            heappush(self._queue, (standing.place, standing.id))

    def _link(self, id: int, verdicts: dict[int, Verdict], by_hand: int | None) -> list[dict[str, Any]]:
        """Make the rows of how an article stands to the heads before it."""
        return [
            self._row(id, head, verdict, head == by_hand)
            for head, verdict in verdicts.items()
            if verdict.relation is not Relation.NONE or head == by_hand
        ]

    def _row(self, a: int, b: int, verdict: Verdict, by_hand: bool) -> dict[str, Any]:
        one, other = self._known.print_of(a), self._known.print_of(b)
        masks = f"masks {one.mask_version or 0} {other.mask_version or 0}"
        verdict = replace(verdict, relation=Relation.COPY) if by_hand else verdict
        if may_update(verdict, self._known.side(a), self._known.side(b)):
            own_again = self._known[a].outlet == self._known[b].outlet
            verdict = named(verdict, self._known.own(b), self._known.own(a), own_again)
        return {
            "a": a, "b": b, "kind": verdict.relation.value, "share": round(verdict.share, 4), "shared": verdict.shared,
            "longer": a if is_longer(one, other) else b,
            "evidence": [[run.a, run.b, run.words] for run in runs_between(one, other)],
            "made_with": f"rule {RULE}, {masks}" + (", analyst" if by_hand else ""),
        }  # fmt: skip
