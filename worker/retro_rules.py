"""The retro-hunt of query and names: the search's index says which articles hold a word that they need.

Only those are read, so every decision is the one that reading everything would give.
"""

from collections.abc import Callable, Mapping

from domain.spellings import written
from domain.topics import Decision, Profile, analyse
from domain.topics.criteria import combined
from domain.topics.decide import decide as decide_by_example
from domain.topics.rules import needed
from storage import articles, search
from worker.context import Context

CHUNK = 1_000


def hunt_by_rules(
    context: Context,
    profile: Profile,
    by_example: Mapping[int, Decision],
    last: int,
    progress: Callable[[int, int], None],
) -> dict[int, Decision]:
    """Give what a topic with rules matches, or nearly, of the stored articles up to the id `last`, by their ids.

    `by_example` is what its example matches, or nearly. Where all criteria must be met only these are asked about.
    """
    if profile.terms and not profile.rules.any:
        wanted = set(by_example)
    else:
        wanted = set(by_example) | _candidates(context, profile, last)
    ids, found = sorted(wanted), {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        with context.db.read() as session:
            texts, times = articles.texts(session, part), articles.times(session, part)
        for id, analysis in ((id, analyse(texts[id])) for id in part if id in texts):
            example = by_example.get(id) or decide_by_example(profile, analysis, times.get(id))
            decision = combined(profile, analysis, example)
            if decision.match or decision.near:
                found[id] = decision
        progress(min(start + CHUNK, len(ids)), len(ids))
    return found


def _candidates(context: Context, profile: Profile, last: int) -> set[int]:
    """Give the articles that may hold a word that query or names need."""
    words = needed(profile.rules)
    stems = sorted({*words.stems, *(way for stem in words.spelt for way in written(stem))})
    with context.db.read() as session:
        return search.holding(session, stems, last)
