"""Updates: which figures a later text of the same report changes, and so whether it is a copy or a new version.

Two texts that share most of their words are one report, whoever ran it. The later is an update where a figure stands in
the place of another one ("3 → 7 قتلى"), in digits or in words, or where it counts people of the same matter anew in
words of its own. A text that is cut changes nothing, nor does a number that is spelt otherwise, and days and hours are
no figures.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain import counted
from domain.copies import CopyText, Relation, Verdict
from domain.counting import LEAD, Count, sentences
from domain.dates.words import names_month
from domain.difference import Update, difference, updates
from domain.facts import Facts, facts_in
from domain.numbers import number_at

_DECIMAL = re.compile(r"\d+[.,٫]\d+")
_TIME = re.compile(r"\d[:/-]\d")
_SPELLING = 0.02  # by which a number may have been rounded


def may_update(verdict: Verdict, a: CopyText, b: CopyText) -> bool:
    """Say whether two texts found to be one need `named`: the later has figures that the earlier has not."""
    before, after = sorted((a, b), key=lambda side: side.time)
    news = after.fingerprint.numbers - before.fingerprint.numbers
    return verdict.relation is Relation.COPY and before.time != after.time and bool(news)


def named(verdict: Verdict, before: str, after: str, same_outlet: bool = False) -> Verdict:
    """Call the later of two texts that are one an update of the earlier, where it changes a figure.

    An outlet that writes its own report anew need not put one figure in the place of the other: some go, some come.
    """
    is_update = changed(before, after) or (same_outlet and _exchanged(set(figures(before)), set(figures(after))))
    return replace(verdict, relation=Relation.UPDATE) if is_update else verdict


def _exchanged(before: set[str], after: set[str]) -> bool:
    return bool(before - after) and bool(after - before)


def changed(before: str, after: str) -> tuple[str, ...]:
    """Say what figures a later text of a report changes, each ready to be shown: "3 → 7 قتلى"."""
    counts = dict(_recounted(before, after))
    rest = (update for update in moved(before, after) if counts.keys().isdisjoint(figures(update.after)))
    return (*counts.values(), *dict.fromkeys(f"{u.before} → {u.after} {u.context}".strip() for u in rest))


def moved(before: str, after: str) -> tuple[Update, ...]:
    """Give the figures that took the place of others between an earlier text and a later one: 3, 7, "قتلى"."""
    known = set(figures(before))
    return tuple(update for update in updates(difference(before, after)) if _is_news(update, known))


def _is_news(update: Update, known: set[str]) -> bool:
    """Say whether a figure took another one's place, and one that the earlier text holds nowhere."""
    here = f"{update.before} {update.after} {update.context}"
    if not figures(update.before) or _TIME.search(here) or names_month(here):
        return False
    return bool(set(figures(update.after)) - known)


def figures(text: str) -> tuple[str, ...]:
    """Give the numbers of a text in digits, whether they stand in digits or in words."""
    return tuple(figure for sentence in sentences("", text) for figure in _figures(sentence.words))


def _figures(words: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        number = number_at(words, at)
        tenth = number and number.value == 10 and at and words[at - 1].startswith("ال")  # الثانية عشرة
        if number and not number.vague and not tenth:
            yield str(number.value)
        elif _DECIMAL.fullmatch(words[at]):
            yield re.sub(r"\D", ".", words[at])
        at = number.end if number else at + 1


def _recounted(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Give the numbers of people that the later text counts anew, with what is to be said of each."""
    old, new = facts_in("", before), facts_in("", after)
    known = set(figures(before))
    for kind, count in new.counts.items():
        if _is_new(kind, count, old, known):
            was = old.counts.get(kind)
            told = f"{was.shown} → {count.shown}" if was else f"عدد جديد: {count.shown}"
            yield str(count.value), f"{told} {counted.LABELS[kind]}"


def _is_new(kind: str, count: Count, old: Facts, known: set[str]) -> bool:
    """Say whether the earlier text holds a number of a kind nowhere: neither as such nor as any other figure."""
    was = old.counts.get(kind)
    if count.vague or str(count.value) in known or count.value in old.all_counts.get(kind, ()):
        return False
    if was is None:  # who was hurt has died
        return kind in (counted.DEAD, counted.CASUALTIES) and count.where == LEAD and count.value > 1
    return not was.vague and abs(was.value - count.value) > _SPELLING * max(was.value, count.value)
