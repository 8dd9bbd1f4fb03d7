"""The retro-hunt of query and names: the search's index says which articles hold a word that they need.

Only those are read, so every decision is the one that reading everything would give.
"""

from collections.abc import Callable, Iterable, Mapping

from domain.spellings import written
from domain.topics import Analysis, Decision, Profile, analyse
from domain.topics.criteria import combined
from domain.topics.decide import decide as decide_by_example
from domain.topics.decide import weigh
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
        for id, analysis in _analyses(context, ids[start : start + CHUNK], whole=bool(profile.terms)):
            example = by_example.get(id) or decide_by_example(profile, analysis)
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


def _analyses(context: Context, ids: list[int], *, whole: bool) -> Iterable[tuple[int, Analysis]]:
    """Analyse articles, by the terms that the index has of them in their order or by their texts.

    Without `whole` only what rules read is there.
    """
    with context.db.read() as session:
        terms, bases = search.terms(session, ids), articles.bases(session, ids)
        texts = articles.texts(session, [id for id in ids if id not in terms])
    for id in ids:
        if id in texts:
            yield id, analyse(texts[id])
        elif id in terms and id in bases:
            title, body = terms[id]
            yield id, weigh(title, body, bases[id]) if whole else Analysis({}, {}, bases[id], title, body)
