"""The retro-hunt of a topic that grows: it is asked about everything stored, grows by the best, and is asked again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from domain.topics import Profile, choose, refine
from storage import articles
from worker.context import Context
from worker.retro import Hunted, Progress, hunt, unseen

Regrow = Callable[[Sequence[int]], Profile]


def hunt_growing(
    context: Context,
    plain: Profile,
    last: int,
    regrow: Regrow,
    *,
    judged: Mapping[int, bool] | None = None,
    progress: Progress = unseen,
) -> tuple[Hunted, list[int]]:
    """Ask a topic about every stored article up to the id `last`. Gives what it found and the articles it grew by.

    `plain` is the topic without any growth, so that what it grows by follows from references, verdicts and what is
    stored, and never from earlier growth. `regrow` gives what it would be with some articles, and `judged` holds the
    verdicts on it.
    """
    if not plain.terms:
        return hunt(context, plain, last, level=True, progress=progress), []
    hunted = hunt(context, plain, last, level=True, progress=lambda done, of: progress(done, 2 * of))
    chosen = choose(hunted.found.items(), judged)
    if not chosen:
        return hunted, chosen
    grown = replace(regrow(chosen), levels=hunted.profile.levels)
    return hunt(context, grown, last, level=True, progress=lambda done, of: progress(of + done, 2 * of)), chosen


def hunt_new(context: Context, profile: Profile, last: int, progress: Progress = unseen) -> Hunted:
    """Ask a topic that is not kept yet about every stored article up to the id `last`, with the growth it will have."""

    def regrow(ids: Sequence[int]) -> Profile:
        with context.db.read() as session:
            texts, times = articles.texts(session, ids), articles.times(session, ids)
        return refine(profile, (), grown=[(texts[id], times[id]) for id in ids if id in texts])

    return hunt_growing(context, profile, last, regrow, progress=progress)[0]
