"""How a topic learns: each change of its references or verdicts is a new version, put in force in one transaction.

The profile in force is always `refine(base, negative references and verdicts in force, growth)`, the base being what
the references taught, with its levels, and the growth the stored articles that it grows by. What changes it asks for a
job that scores the stored articles again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import Any

from sqlmodel import Session

from domain.article import Basis, Text
from domain.errors import BadInput, BadReference, NotFound
from domain.topics import METHOD, Decision, Judged, Profile, Rules, ask_next, make_profile, refine
from domain.topics.reference import check, check_number
from storage import articles, jobs, topics, versions
from storage.articles import Listed
from storage.learned import TopicVersion

# Jobs: ask about everything stored and set the level; the same with the levels as they are.
BACKFILL, RESCORE = "backfill_topic", "rescore_topic"
# And: say what one reference more, or one less, would gain and lose; nothing is kept.
PREVIEW_REFERENCE = "preview_reference"


def judge(session: Session, topic_id: int, article_id: int, relevant: bool, now: datetime) -> int:
    """Keep a verdict and put it in force at once. Gives the job that scores the stored articles again.

    Raises NotFound.
    """
    topics.changed(session)
    state = versions.in_force(session, topic_id)
    articles.get(session, article_id)
    versions.say(session, topic_id, article_id, relevant, now)
    said = [row for row in state.verdicts if row[0] != article_id] + [[article_id, int(relevant)]]
    growth = [id for id in state.growth if id != article_id]
    profile = profile_of(session, Profile.from_json(state.base), state.reference_ids, said, growth)
    cause = "relevant" if relevant else "irrelevant"
    values: dict[str, Any] = {"profile": profile.to_json(), "verdicts": said, "growth": growth}
    versions.advance(session, topic_id, cause, now, about=article_id, **values)
    return jobs.ask(session, RESCORE, {"topic_id": topic_id}, now)


def profile_of(
    session: Session,
    base: Profile,
    reference_ids: Sequence[int],
    said: Sequence[Sequence[int]],
    growth: Sequence[int] = (),
) -> Profile:
    """Give the profile that negative references, verdicts ([article id, relevant]) and growth make of a base."""
    rows = versions.several_references(session, reference_ids)
    return _refined(session, base, [Text(row.title, row.text) for row in rows if not row.relevant], said, growth)


def _refined(
    session: Session,
    base: Profile,
    against: Sequence[Text],
    said: Sequence[Sequence[int]],
    growth: Sequence[int],
) -> Profile:
    """Refine the example; a topic without one stays as it is."""
    if not base.terms:
        return base
    about = [*(article_id for article_id, _ in said), *growth]
    texts, times = articles.texts(session, about), articles.times(session, about)
    judged = [Judged(text, False) for text in against]
    judged += [Judged(texts[id], bool(relevant), times[id]) for id, relevant in said if id in texts]
    grown = [(texts[id], times[id]) for id in growth if id in texts]
    return refine(base, judged, grown=grown) if judged or grown else base


def relearn(session: Session, topic_id: int, now: datetime) -> None:
    """Learn a topic anew from its references, verdicts and growth, where an older method had learned it.

    What it learned stands where the references would be refused today: else it would be tried again for ever.
    """
    state = versions.in_force(session, topic_id)
    before = Profile.from_json(state.base)
    if before.version >= METHOD:
        return
    rows = versions.several_references(session, state.reference_ids)
    try:
        base = _base(session, topic_id, [Text(row.title, row.text) for row in rows if row.relevant])
    except BadReference:
        base = replace(before, version=METHOD)
    profile = profile_of(session, base, state.reference_ids, state.verdicts, state.growth)
    versions.advance(session, topic_id, "relearned", now, base=base.to_json(), profile=profile.to_json())


def add_references(
    session: Session, topic_id: int, given: Sequence[tuple[Text, str]], relevant: bool, now: datetime
) -> int:
    """Give a topic more references, each with its address; those not `relevant` show what the topic is not.

    Gives the job that asks about the stored articles. Raises NotFound, BadReference.
    """
    topics.changed(session)
    state = versions.in_force(session, topic_id)
    check_number(len(state.reference_ids) + len(given))
    for text, _ in given:
        check(text)  # alone too it must be worth learning from
    added = [versions.add_reference(session, topic_id, text, url, relevant, now) for text, url in given]
    return _learn_anew(session, state, [*state.reference_ids, *added], "reference_added", added[-1], now)


def remove_reference(session: Session, topic_id: int, reference_id: int, now: datetime) -> int:
    """Take a reference out of force. Gives the job as above. Raises NotFound, BadInput for the last positive one."""
    topics.changed(session)
    state = versions.in_force(session, topic_id)
    kept = _kept(state, reference_id)
    return _learn_anew(session, state, kept, "reference_removed", reference_id, now)


def proposed(
    session: Session, topic_id: int, given: Sequence[Text], relevant: bool, without: int | None = None
) -> Profile:
    """Give the profile that a topic would have with more references, or without one. Nothing is kept.

    Raises NotFound, BadReference, BadInput as the change itself does.
    """
    state = versions.in_force(session, topic_id)
    check_number(len(state.reference_ids) + len(given))
    for text in given:
        check(text)
    rows = versions.several_references(session, _kept(state, without))
    told = [(Text(row.title, row.text), row.relevant) for row in rows] + [(text, relevant) for text in given]
    base = _base(session, topic_id, [text for text, yes in told if yes])
    return _refined(session, base, [text for text, yes in told if not yes], state.verdicts, state.growth)


def _kept(state: TopicVersion, without: int | None) -> list[int]:
    """Give the references in force but one. Raises NotFound when that is none of them."""
    if without is not None and without not in state.reference_ids:
        raise NotFound(f"this topic has no reference {without}: see `marsad topics reference list`")
    return [id for id in state.reference_ids if id != without]


def _base(session: Session, topic_id: int, relevant: Sequence[Text]) -> Profile:
    before, topic = Profile.from_json(versions.in_force(session, topic_id).base), topics.by_id(session, topic_id)
    if not relevant and not before.rules:
        raise BadInput("this is the topic's last reference, and a topic needs one: add another first")
    since = before.since or ceil(topic.created.timestamp())
    return make_profile(topic.name, relevant, before.rules, times=before.times, since=since)


def _learn_anew(
    session: Session, state: TopicVersion, reference_ids: list[int], cause: str, about: int, now: datetime
) -> int:
    rows = versions.several_references(session, reference_ids)
    base = _base(session, state.topic_id, [Text(row.title, row.text) for row in rows if row.relevant])
    profile = profile_of(session, base, reference_ids, state.verdicts, state.growth)
    values: dict[str, Any] = {"base": base.to_json(), "profile": profile.to_json(), "reference_ids": reference_ids}
    versions.advance(session, state.topic_id, cause, now, about=about, **values)
    return jobs.ask(session, BACKFILL, {"topic_id": state.topic_id}, now)


def edit(session: Session, topic_id: int, name: str, rules: Rules, now: datetime) -> int:
    """Give a topic another name, or other rules. Gives the job that asks about the stored articles.

    Raises NotFound, AlreadyExists for a name that is taken, and BadInput when nothing would change or be left.
    """
    topics.changed(session)
    state = versions.in_force(session, topic_id)
    before = Profile.from_json(state.base)
    if (name, rules) == (topics.by_id(session, topic_id).name, before.rules):
        raise BadInput("nothing would change: the topic has this name, query and names")
    if not before.terms and not rules:
        raise BadInput("this topic has no reference article: without a query or names nothing would be left of it")
    rows = versions.several_references(session, state.reference_ids)
    relevant = [Text(row.title, row.text) for row in rows if row.relevant]
    anew = bool(relevant) and name != before.name  # its words are facets of the example
    kept = replace(before, name=name, rules=rules)
    base = make_profile(name, relevant, rules, times=before.times, since=before.since) if anew else kept
    profile = profile_of(session, base, state.reference_ids, state.verdicts, state.growth)
    topics.rename(session, topic_id, name)
    versions.advance(session, topic_id, "edited", now, base=base.to_json(), profile=profile.to_json())
    return jobs.ask(session, BACKFILL if anew else RESCORE, {"topic_id": topic_id}, now)


def undo(session: Session, topic_id: int, to: int | None, now: datetime) -> tuple[int, int]:
    """Go back exactly to an earlier version, as a new one; without `to`, to before the last change that somebody made.

    Verdicts and references since are out of force and kept. Gives the version gone back to and the job that scores the
    stored articles again. Raises NotFound, BadInput when there is nothing to undo, and AlreadyExists when another topic
    has taken the name that this one had.
    """
    topics.changed(session)
    target = versions.get(session, topic_id, to) if to is not None else _before_last_change(session, topic_id)
    values = {
        name: getattr(target, name) for name in ("base", "profile", "reference_ids", "verdicts", "growth", "calibrated")
    }  # fmt: skip
    topics.rename(session, topic_id, str(target.profile["name"]))
    versions.advance(session, topic_id, "undone", now, about=target.version, **values)
    return target.version, jobs.ask(session, RESCORE, {"topic_id": topic_id}, now)


def _before_last_change(session: Session, topic_id: int) -> TopicVersion:
    for state in reversed(versions.history(session, topic_id)):
        if state.cause not in versions.AUTOMATIC:
            return versions.get(session, topic_id, state.version - 1)
    raise BadInput("there is nothing to undo: nobody changed this topic since it was made")


def to_ask(session: Session, topic_id: int, most: int) -> list[Listed]:
    """Give the undecided articles whose verdicts would teach most, the most telling first. Raises NotFound.

    A topic without an example has none: verdicts do not move it.
    """
    if not Profile.from_json(versions.in_force(session, topic_id).profile).terms:
        return []
    said = versions.verdicts(session, topic_id)
    known = {row.title for row in topics.references(session, topic_id)} - {""}  # a reference would teach nothing new
    found = [row for state in ("match", "near") for row in topics.undecided(session, topic_id, state, said)]
    rows = {row.id: row for row in found if row.title not in known}
    return [rows[id] for id in ask_next(((id, _decision(row)) for id, row in rows.items()), most)]


def _decision(row: Listed) -> Decision:
    """Give a stored decision back as a value; its coverage is not kept."""
    score = row.score or 0.0
    similarity = float(row.reason.get("similarity", 0.0))
    return Decision(row.state == "match", row.state == "near", score, score - 0.5, similarity, 0.0, Basis(row.basis))
