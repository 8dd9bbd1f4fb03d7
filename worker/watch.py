"""The watchdog: how every feed is as time goes by, what has gone silent, whether our own network is well again.

What is wrong is told to operators (`worker/operators.py`).
"""

from collections import defaultdict

from sqlmodel import Session

from domain.health import OUR_NETWORK, SILENT, SILENT_TIME, Health, Watched, groups_of, is_our_network, silences
from storage import chain, events
from worker.context import Context, log
from worker.operators import tell_operators

Answer = dict[str, int]


def watch(context: Context) -> Answer:
    """Look at all feeds and write down what changed. Gives how many were looked at and what is silent by kind."""
    now = context.clock()
    changed: dict[Health, list[int]] = defaultdict(list)
    feeds: list[Watched] = []
    looked_at = 0
    with context.db.read() as session:
        lively = events.lively_groups(session, now - SILENT_TIME)
        for id, stored, health, seen in events.watched(session, now):
            looked_at += 1
            if groups_of(seen.outlet, seen.country, seen.language) - lively:  # of the others there is nothing to ask
                feeds.append(seen)
            if health != stored:
                changed[health].append(id)
        ours = is_our_network(events.recent_visits(session, now))
    found = {
        (each.kind, each.subject): f"about {each.expected:.0f} entries missing since {each.since:%Y-%m-%d %H:%M} UTC"
        for each in ([] if ours else silences(feeds, now))
        if (each.kind, each.subject) not in lively
    }

    def write(session: Session) -> None:
        events.set_health(session, changed)
        if not ours:
            events.end(session, OUR_NETWORK, "", now)
            events.settle(session, SILENT, found, now)
            chain.settle_all(session, now)

    context.db.transact(write)
    tell_operators(context)
    for kind, subject in found:
        log.info("silent", kind=kind, subject=subject)
    return {"feeds": looked_at, "changed": sum(map(len, changed.values()))} | {
        kind: sum(k == kind for k, _ in found) for kind in SILENT
    }
