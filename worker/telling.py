"""Telling: what is known of the stories that matched just now, and what of them was told on which channel."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from domain.budget import Spent, day_began
from domain.bursts import LEAST, PAUSE, SPAN, Burst, burst
from domain.facts import Facts, facts_in
from domain.ledger import Sighting, independent_sources, origin_of, whole
from domain.messages import Counts, Told
from domain.preferences import Preferences
from domain.reasons import KNOWN, Given, Now, Reason, SoFar, reasons
from domain.stories import COMPARED, Gist, develops, gist_of
from storage import digests, relations, telling
from storage.models import Subscription


@dataclass(slots=True)
class Ledger:
    """The stories of one batch of matches; what is told in the batch is noted, so that its next article knows."""

    session: Session
    now: datetime
    members: dict[int, list[telling.Member]]
    words: dict[tuple[int, int, int], list[telling.Word]]
    matched: dict[tuple[int, int], list[int]]
    texts: dict[int, tuple[str, str, datetime]]
    holders: Mapping[int, Collection[int]]
    _counts: dict[int, Counts] = field(default_factory=dict)
    _facts: dict[int, Facts] = field(default_factory=dict)
    _gists: dict[int, Gist] = field(default_factory=dict)
    _spent: dict[int, Spent] = field(default_factory=dict)
    _bursts: dict[int, Burst | None] = field(default_factory=dict)
    _burst_told: dict[int, set[int]] = field(default_factory=dict)
    _preferences: dict[int, Preferences] = field(default_factory=dict)

    @classmethod
    def open(cls, session: Session, batch: Sequence[tuple[int, int, Told]], now: datetime) -> "Ledger":
        """Read what is known of the stories of a batch: (topic id, story, what is said of the article)."""
        stories = {story for _, story, _ in batch}
        words: dict[tuple[int, int, int], list[telling.Word]] = defaultdict(list)
        for word in telling.told(session, stories):
            words[word.channel, word.topic, word.story].append(word)
        matched = telling.matched(session, stories, {told.id for _, _, told in batch})
        newest = {id for ids in matched.values() for id in ids[-KNOWN:]}
        texts = telling.texts(session, newest | {word.article for found in words.values() for word in found})
        texts |= {told.id: (told.title, told.body, told.published) for _, _, told in batch}
        members = telling.members(session, stories)
        holders = relations.links(session, (m.id for found in members.values() for m in found)).holders
        return cls(session, now, members, words, matched, texts, holders)

    def reasons(
        self, subscription: Subscription, topic: int, story: int, told: Told, was: tuple[str, str] | None = None
    ) -> tuple[Given, ...]:
        """Give the reasons to tell an article to a subscription; `was` is what it said before its outlet changed it."""
        wanted = self.preferences(subscription)
        words = self.words.get((subscription.channel_id, topic, story), [])
        said = {word.article for word in words if word.article in self.texts}
        known = said or {id for id in self.matched.get((topic, story), ()) if id in self.texts}
        before = sorted(known - {told.id}, key=lambda id: self.texts[id][2])[-KNOWN:]
        facts = [self._facts_of(id) for id in before] + ([facts_in(*was)] if was else [])
        late = not was and any(self.texts[id][2] > told.published for id in before)
        told_before = bool(words or was or self._is_copy(topic, story, told.id))
        so_far = SoFar(told_before, {word.key for word in words}, facts, late)
        spread, rules = self.counts(story), wanted.rules
        found = self._burst(topic, subscription.channel_id) if Reason.BURST in rules.on else None
        here = self._facts_of(told.id) if facts else Facts()  # with nothing to compare they are not asked for
        is_asked = Reason.DEVELOPMENT in rules.on and not self._is_copy(topic, story, told.id)
        development = self._develops(story, told.id, said - {told.id}) if is_asked else 0
        sources = 1 if self._is_follower(story, told.id) else spread.independent_sources  # a copy is no new source
        return reasons(rules, so_far, Now(here, spread.outlets, sources, found, development))

    def _is_copy(self, topic: int, story: int, article: int) -> bool:
        """Say whether an article is a copy or a part of one that matched before, though nobody was told: no news."""
        return self._is_said(story, article, self.matched.get((topic, story), ()))

    def _is_said(self, story: int, article: int, by: Collection[int]) -> bool:
        """Say whether the text of an article is that of others, or stands whole in one of them."""
        groups = self._groups(story)
        in_group = groups.get(article, article) in {groups.get(id) for id in by}
        return in_group or not set(self.holders.get(article, ())).isdisjoint(by)

    def _is_follower(self, story: int, article: int) -> bool:
        return self._groups(story).get(article, article) != article

    def _groups(self, story: int) -> dict[int, int]:
        return {member.id: member.group for member in self.members.get(story, ())}

    def _develops(self, story: int, article: int, said: Collection[int]) -> int:
        """Give the copy group of an article that tells a development, 0 where it does not, or where a copy was told."""
        if self._is_said(story, article, said):
            return 0
        group = self._groups(story).get(article, article)
        newest = sorted(said, key=lambda id: self.texts[id][2])[-COMPARED:]
        return group if develops(self._gist_of(article), [self._gist_of(id) for id in newest]) else 0

    def _gist_of(self, article: int) -> Gist:
        if article not in self._gists:
            title, body, at = self.texts[article]
            self._gists[article] = gist_of(title, body, at.timestamp())
        return self._gists[article]

    def _facts_of(self, article: int) -> Facts:
        if article not in self._facts:
            self._facts[article] = facts_in(*self.texts[article][:2])
        return self._facts[article]

    def counts(self, story: int) -> Counts:
        """Count copies, independent sources and outlets of a story."""
        if story not in self._counts:
            self._counts[story] = counts(self.members.get(story, ()), self.holders)
        return self._counts[story]

    def _burst(self, topic: int, channel: int) -> Burst | None:
        """Give the topic's burst, unless it was told on the channel within a day."""
        if topic not in self._bursts:
            many = telling.lately(self.session, topic, self.now) >= LEAST
            times = telling.times(self.session, topic, self.now) if many else []
            self._bursts[topic] = burst(times, min(times), self.now) if times else None
        if not self._bursts[topic]:
            return None
        if topic not in self._burst_told:
            self._burst_told[topic] = telling.burst_told(self.session, topic, self.now - PAUSE)
        return None if channel in self._burst_told[topic] else self._bursts[topic]

    def note(self, channel: int, topic: int, story: int, told: Told, keys: Collection[str]) -> None:
        """Note what is told now."""
        words = (telling.Word(channel, topic, story, key, told.id) for key in keys)
        self.words.setdefault((channel, topic, story), []).extend(words)
        if any(key.startswith(Reason.BURST) for key in keys):
            self._burst_told.setdefault(topic, set()).add(channel)

    def preferences(self, subscription: Subscription) -> Preferences:
        """Give how a subscription wants to be told."""
        id = subscription.id or 0
        if id not in self._preferences:
            self._preferences[id] = digests.preferences_of(subscription)
        return self._preferences[id]

    def spent(self, subscription: Subscription) -> Spent:
        """Give how much of a subscription's budget is spent; what is told in this batch is added to it."""
        id = subscription.id or 0
        if id not in self._spent:
            began = day_began(self.preferences(subscription), self.now)
            today = telling.made_since(self.session, subscription, began)
            self._spent[id] = Spent(today, telling.made_since(self.session, subscription, self.now - SPAN))
        return self._spent[id]


def counts(members: Sequence[telling.Member], holders: Mapping[int, Collection[int]]) -> Counts:
    """Count copies, independent sources and outlets of a story's articles: texts of one agency are one source.

    `holders` gives for an article those that hold its text: a part of another text is no source.
    """
    groups: dict[int, list[Sighting]] = defaultdict(list)
    for m in members:
        groups[m.group].append(Sighting(m.id, m.outlet, m.event_at, m.first_seen, m.credit, "", 0))
    own = whole({lead: [s.article_id for s in found] for lead, found in groups.items()}, holders)
    sources = independent_sources(origin_of(groups[lead]) for lead in own)
    return Counts(len(members) - len(groups), max(1, sources), max(1, len({m.outlet for m in members})))
