"""How a topic learns: each change of its references or verdicts is a new version, put in force in one transaction.

The profile in force is always `refine(base, negative references and verdicts in force)`, the base being what the
references taught, with its levels. What changes it asks for a job that scores the stored articles again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from domain.article import Basis, Text
from domain.errors import BadInput, NotFound
from domain.topics import Decision, Judged, Profile, ask_next, learn, refine
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
    profile = profile_of(session, Profile.from_json(state.base), state.reference_ids, said)
    cause = "relevant" if relevant else "irrelevant"
    versions.advance(session, topic_id, cause, now, about=article_id, profile=profile.to_json(), verdicts=said)
    return jobs.ask(session, RESCORE, {"topic_id": topic_id}, now)


def profile_of(session: Session, base: Profile, reference_ids: Sequence[int], said: Sequence[Sequence[int]]) -> Profile:
    """Give the profile that negative references and verdicts ([article id, relevant]) make of a base."""
    rows = versions.several_references(session, reference_ids)
    return _refined(session, base, [Text(row.title, row.text) for row in rows if not row.relevant], said)


def _refined(session: Session, base: Profile, against: Sequence[Text], said: Sequence[Sequence[int]]) -> Profile:
    judged = [Judged(text, False) for text in against]
    texts = articles.texts(session, [article_id for article_id, _ in said])
    judged += [Judged(texts[id], bool(relevant)) for id, relevant in said if id in texts]
    return refine(base, judged) if judged else base


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
    return _refined(session, base, [text for text, yes in told if not yes], state.verdicts)


def _kept(state: TopicVersion, without: int | None) -> list[int]:
    """Give the references in force but one. Raises NotFound when that is none of them."""
    if without is not None and without not in state.reference_ids:
        raise NotFound(f"this topic has no reference {without}: see `marsad topics reference list`")
    return [id for id in state.reference_ids if id != without]


def _base(session: Session, topic_id: int, relevant: Sequence[Text]) -> Profile:
    if not relevant:
        raise BadInput("this is the topic's last reference, and a topic needs one: add another first")
    return learn(topics.by_id(session, topic_id).name, relevant)


def _learn_anew(
    session: Session, state: TopicVersion, reference_ids: list[int], cause: str, about: int, now: datetime
) -> int:
    rows = versions.several_references(session, reference_ids)
    base = _base(session, state.topic_id, [Text(row.title, row.text) for row in rows if row.relevant])
    profile = profile_of(session, base, reference_ids, state.verdicts)
    values: dict[str, Any] = {"base": base.to_json(), "profile": profile.to_json(), "reference_ids": reference_ids}
    versions.advance(session, state.topic_id, cause, now, about=about, **values)
    return jobs.ask(session, BACKFILL, {"topic_id": state.topic_id}, now)


def undo(session: Session, topic_id: int, to: int | None, now: datetime) -> tuple[int, int]:
    """Go back exactly to an earlier version, as a new one; without `to`, to before the last change that somebody made.

    Verdicts and references since are out of force and kept. Gives the version gone back to and the job that scores the
    stored articles again. Raises NotFound, BadInput when there is nothing to undo.
    """
    topics.changed(session)
    target = versions.get(session, topic_id, to) if to is not None else _before_last_change(session, topic_id)
    values = {
        name: getattr(target, name) for name in ("base", "profile", "reference_ids", "verdicts", "calibrated")
    }  # fmt: skip
    versions.advance(session, topic_id, "undone", now, about=target.version, **values)
    return target.version, jobs.ask(session, RESCORE, {"topic_id": topic_id}, now)


def _before_last_change(session: Session, topic_id: int) -> TopicVersion:
    for state in reversed(versions.history(session, topic_id)):
        if state.cause not in ("calibrated", "added"):
            return versions.get(session, topic_id, state.version - 1)
    raise BadInput("there is nothing to undo: nobody changed this topic since it was made")


def to_ask(session: Session, topic_id: int, most: int) -> list[Listed]:
    """Give the undecided articles whose verdicts would teach most, the most telling first. Raises NotFound."""
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
