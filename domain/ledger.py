"""The wire ledger of one text: who ran it when, what they cut or changed, whom they credit, and so where it is from.

"First" is the first that this service saw, never the first that was published: an outlet that is read more often is
seen first more often. So the earliest sighting alone is no proof of an origin.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.agencies import OWN, UNNAMED, agency_name, agency_of_outlet
from domain.arabic import folded

CREDITED, LIKELY, UNKNOWN = "credited", "likely", "unknown"
_CLEAR = 2  # times as many outlets must credit one agency as any other
_SHINGLE = 3  # words
_REST, _ALL = 0.9, 0.97  # shares of a text at which it counts as cut or changed, and as whole


@dataclass(frozen=True, slots=True)
class Sighting:
    """One article of a copy group.

    `credit` is a key of `domain.agencies` or empty, `words` the length of the text, `kept` the share (0 to 1) of the
    lead's text that stands in it, `own` the share of it that is not in the lead's; None where that was not measured.
    `figures` are those that an update changes, as `domain.updates.changed` gives them; `cites` is the key of the wire
    that its sentences name as their source (`domain.cited`).
    """

    article_id: int
    outlet: str
    event_at: datetime
    first_seen: datetime
    credit: str
    title: str
    words: int
    url: str = ""
    kept: float | None = None
    own: float | None = None
    figures: tuple[str, ...] = ()
    cites: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text is from: credited, likely, or unknown, with the reason in words.

    `agency` is an agency's key, or empty where it is no agency's. `outlet` is the outlet that the text is from where
    that is known, else that of the lead.
    """

    kind: str
    agency: str
    outlet: str
    reason: str

    @property
    def name(self) -> str:
        """Give the Arabic name of the origin; empty where it is unknown."""
        if self.kind == UNKNOWN:
            return ""
        return agency_name(self.agency) if self.agency else self.outlet

    @property
    def source(self) -> tuple[str, str]:
        """Give what counts as one source: the agency, else the outlet."""
        known = self.agency and self.kind != UNKNOWN
        key = self.agency if known else agency_of_outlet(self.outlet)
        return ("agency", key) if key else ("outlet", self.outlet)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: a sighting, how long after the first one, and what differs from the lead's, in words."""

    sighting: Sighting
    delay: timedelta
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of a copy group: its entries in order of time, the origin, and the outlet first seen."""

    origin: Origin
    entries: tuple[Entry, ...]
    outlets: int
    first: Sighting


@dataclass(slots=True)
class _Votes:
    """Which outlets credit which agency."""

    by_agency: dict[str, set[str]] = field(default_factory=dict)
    outlets: set[str] = field(default_factory=set)

    def ranked(self) -> list[tuple[str, int]]:
        """Give agencies that are named with the number of outlets, the most credited first."""
        named = {key: len(outlets) for key, outlets in self.by_agency.items() if key not in (UNNAMED, OWN)}
        return sorted(named.items(), key=lambda row: (-row[1], row[0]))


def in_order(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Give sightings in the order of event time, then of first sight, then of id."""
    return sorted(sightings, key=lambda s: (s.event_at, s.first_seen, s.article_id))


def origin_of(sightings: Sequence[Sighting]) -> Origin:
    """Say where the text of a copy group is from.

    Credited: the outlets that name an agency name one, or the agency's own outlet ran it. Likely: most name one; or
    nobody credits an agency and the sentences cite one wire, or one outlet alone ran it. Else unknown, for being seen
    first proves nothing. Raises ValueError for no sightings.
    """
    if not sightings:
        raise ValueError("a copy group has at least one sighting")
    votes, lead = _votes(sightings), in_order(sightings)[0].outlet
    ranked, total = votes.ranked(), len(votes.outlets)
    if own := _own_service(sightings):
        return Origin(CREDITED, own.credit or agency_of_outlet(own.outlet), own.outlet, "نُشر في خدمة الوكالة نفسها")
    if not ranked:
        return _cited(sightings, lead) or _uncredited(votes, lead)
    key, number = ranked[0]
    if len(ranked) == 1:
        return Origin(CREDITED, key, lead, _said_by(number, total, key))
    if number >= _CLEAR * ranked[1][1]:
        return Origin(LIKELY, key, lead, f"{_said_by(number, total, key)}، و{_others(ranked[1:])}")
    names = " و".join(agency_name(other) for other, _ in ranked)
    return Origin(UNKNOWN, "", lead, f"تتعارض النسبة بين {names}")


def _votes(sightings: Iterable[Sighting]) -> _Votes:
    votes = _Votes()
    for sighting in sightings:
        votes.outlets.add(sighting.outlet)
        if sighting.credit:
            votes.by_agency.setdefault(sighting.credit, set()).add(sighting.outlet)
    return votes


def _own_service(sightings: Sequence[Sighting]) -> Sighting | None:
    """Give the sighting in an agency's own service, unless two agencies claim the text or it credits another."""
    own = [s for s in in_order(sightings) if (key := agency_of_outlet(s.outlet)) and s.credit in ("", key)]
    return own[0] if len({agency_of_outlet(s.outlet) for s in own}) == 1 else None


def _cited(sightings: Iterable[Sighting], lead: str) -> Origin | None:
    """Give the wire that the sentences of the texts cite, where that is one."""
    found = {sighting.cites for sighting in sightings if sighting.cites}
    if len(found) != 1:
        return None
    (key,) = found
    return Origin(LIKELY, key, lead, f"ينقل النص عن {agency_name(key)}، ولا تنسبه أي وسيلة إلى وكالة")


def _uncredited(votes: _Votes, lead: str) -> Origin:
    """Say where a text is from that names no agency."""
    unnamed, selves = votes.by_agency.get(UNNAMED), votes.by_agency.get(OWN, set())
    if unnamed:
        return Origin(UNKNOWN, "", lead, f"تنسبه {_count(len(unnamed), len(votes.outlets))} إلى «وكالات» من غير تسمية")
    if len(votes.outlets) == 1:
        return Origin(LIKELY, "", lead, "لم يُرصد إلا عند هذه الوسيلة، ولا ينسبه نصه إلى غيرها")
    if selves:  # outlets write their own name above what agencies send too
        return Origin(UNKNOWN, "", lead, "لا تذكر أي وسيلة إلا اسمها في صدر النص، وذلك لا يثبت الأصل")
    return Origin(UNKNOWN, "", lead, "لا تذكر أي وسيلة مصدرًا، وأول رصد لا يثبت الأصل")


def _said_by(number: int, total: int, key: str) -> str:
    return f"تنسبه {_count(number, total)} إلى {agency_name(key)}"


def _count(number: int, total: int) -> str:
    """Say how many of how many outlets."""
    if total == 1:
        return "الوسيلة الوحيدة"
    return f"{number} من {total} {'وسائل' if total <= 10 else 'وسيلة'}"


def _others(ranked: Sequence[tuple[str, int]]) -> str:
    return " و".join(f"{number} إلى {agency_name(key)}" for key, number in ranked)


def independent_sources(groups: Iterable[Origin]) -> int:
    """Count the sources of a story by the origins of its copy groups: copies of one text, or one agency, count once."""
    return len({origin.source for origin in groups})


def whole(groups: Mapping[int, Collection[int]], holders: Mapping[int, Collection[int]]) -> list[int]:
    """Give the groups, in order, whose text does not stand whole in another of them: a part is no source of its own.

    `groups` gives for each lead the articles of its group, `holders` for an article those that hold its text. Of two
    that each hold the other's one stays.
    """
    lead_of = {article: lead for lead, articles in groups.items() for article in articles}
    left = dict.fromkeys(groups)
    for lead in groups:
        around = {lead_of[id] for id in holders.get(lead, ()) if id in lead_of} - {lead}
        if any(other in left for other in around):
            del left[lead]
    return list(left)


def ledger_of(sightings: Sequence[Sighting], lead_id: int = 0) -> Ledger:
    """Make the ledger of a copy group. `lead_id` is the article that the others are compared with, else the first.

    Raises ValueError for no sightings.
    """
    origin, order = origin_of(sightings), in_order(sightings)
    lead = next((s for s in order if s.article_id == lead_id), order[0])
    entries = tuple(Entry(s, s.event_at - order[0].event_at, _changes(s, lead)) for s in order)
    first_seen = min(order, key=lambda s: (s.first_seen, s.event_at, s.article_id))
    return Ledger(origin, entries, len({s.outlet for s in order}), first_seen)


def _changes(sighting: Sighting, lead: Sighting) -> tuple[str, ...]:
    """Say what a copy made of the lead's text."""
    if sighting.article_id == lead.article_id:
        return ()
    said = [*sighting.figures]
    if folded(sighting.title) != folded(lead.title):
        said.append("عنوان آخر")
    if sighting.kept is not None and sighting.kept < _REST:
        said.append(f"حذف {_percent(1 - sighting.kept)}")
    if sighting.own is not None and sighting.own > 1 - _REST:
        said.append(f"أضاف أو غيّر {_percent(sighting.own)}")
    whole = sighting.kept is not None and sighting.own is not None and min(sighting.kept, 1 - sighting.own) >= _ALL
    return tuple(said) if said or not whole else ("كما هو",)


def _percent(share: float) -> str:
    return f"{round(100 * share)}٪ من النص"


def shares(lead: str, text: str) -> tuple[float, float]:
    """Give the share (0 to 1) of the lead's text that stands in another, and the share of that which is not the lead's.

    Both by three-word shingles of folded words, so that an edit of one word costs three.
    """
    theirs, ours = _shingles(lead), _shingles(text)
    both = (theirs & ours).total()
    kept = both / theirs.total() if theirs else 1.0
    return kept, 1 - both / ours.total() if ours else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = folded(text)
    size = min(_SHINGLE, max(1, len(words)))
    return Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1)) if words else Counter()
