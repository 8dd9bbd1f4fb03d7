"""Deduplicate: puts newly stored articles into the group of the text that they copy, or makes them leads."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from domain.copies import Fingerprint
from worker.masks import Masks
from worker.settle import Settled, Settling


def group(
    session: Session, prints: Mapping[int, Fingerprint], now: datetime, window: timedelta, masks: Masks
) -> Settled:
    """Decide the groups of newly stored articles, by id with their fingerprints, and of the stored that they touch.

    The caller holds the grouping lock.
    """
    settling = Settling(session, now, window, masks)
    settling.place(prints)
    return settling.run()


def regroup(session: Session, ids: Sequence[int], now: datetime, window: timedelta, masks: Masks) -> Settled:
    """Decide the groups of stored articles again, as after a change of the rule. The caller holds the grouping lock."""
    settling = Settling(session, now, window, masks)
    settling.lift(ids)
    settling.place(dict.fromkeys(ids))
    return settling.run()
