"""Asks many topics with rules about one article: a word that each of them needs proposes it, the rules decide."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from domain.places import StemPlaces
from domain.spellings import key, loose_keys, stripped
from domain.topics.criteria import by_rules, could_hold, joined
from domain.topics.decide import Analysis, Decision
from domain.topics.decide import decide as decide_by_example
from domain.topics.profile import Profile
from domain.topics.rules import clauses, needed


class RuleIndex:
    """The topics with rules among those given, by their keys. Gives the same decisions as asking each topic.

    `others` are those that a `TopicIndex` must be asked about too: topics without rules, and those whose example alone
    is enough.
    """

    def __init__(self, profiles: Mapping[int, Profile]) -> None:
        self._profiles = {id: profile for id, profile in profiles.items() if profile.rules}
        self.others = {id: p for id, p in profiles.items() if not p.rules or (p.rules.any and p.terms)}
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._clauses = {id: clauses(profile.rules) for id, profile in self._profiles.items()}
        self._loosely = False
        for id, profile in self._profiles.items():
            words = needed(profile.rules)
            keys = {*words.stems, *words.spelt}
            for stem in words.spelt:
                keys |= {key(stem), stripped(stem)}
            self._loosely = self._loosely or bool(words.spelt)
            for one in keys:
                self._by_stem[one].append(id)

    def decide(
        self, analysis: Analysis, by_example: Iterable[tuple[int, Decision]], at: float | None = None
    ) -> list[tuple[int, Decision]]:
        """Give the topics that an article is on or near, by key, in the order of the keys.

        `by_example` is what the index of `others` gave, `at` the article's time.
        """
        found = dict(by_example)
        if not self._profiles:
            return list(found.items())
        asked = self._profiles.keys() & found.keys()
        candidates = asked | self._candidates(analysis)
        places = StemPlaces(analysis.title, analysis.body)
        for id in candidates:
            profile = self._profiles[id]
            said = by_rules(profile.rules, places)
            if id in asked or could_hold(profile.rules, said):
                found[id] = joined(profile, found.get(id) or decide_by_example(profile, analysis, at), said)
        return [(id, found[id]) for id in sorted(found) if found[id].match or found[id].near]

    def _candidates(self, analysis: Analysis) -> set[int]:
        """Give the topics of which the article holds the needed words."""
        found: set[int] = set()
        stems, get = analysis.places.keys(), self._by_stem.get
        for stem in stems:
            found.update(get(stem, ()))
            if self._loosely:
                for way in loose_keys(stem):
                    found.update(get(way, ()))
        return {id for id in found if not any(map(stems.isdisjoint, self._clauses[id]))}
