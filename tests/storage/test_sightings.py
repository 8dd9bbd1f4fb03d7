"""The wire ledger as it is stored: written, kept when articles are deleted, moved with their groups."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session
from stored import NOON, draft, store

from domain.errors import NotFound
from storage import articles, copies, sightings
from storage.engine import Database
from storage.models import Article

BODY = "افتتحت البلدية الجسر الجديد فوق النهر بعد عامين من العمل، وحضر الافتتاح مئات السكان من الضفتين."
CUT = "افتتحت البلدية الجسر الجديد فوق النهر بعد عامين من العمل."


def put(session: Session) -> tuple[int, int, int]:
    """Store a text in three outlets, of which the second credits an agency and the third cuts the text."""
    (lead,) = store(session, draft("1", "افتتاح الجسر", BODY, outlet="الصباح", url="https://sabah.example/1"))
    later = NOON + timedelta(minutes=40)
    two = store(
        session,
        draft("2", "الجسر يفتتح", f"المدينة - رويترز: {BODY}", at=later, outlet="المساء"),
        draft("3", "افتتاح الجسر", CUT, at=later + timedelta(hours=2), outlet="البلد"),
        group=lead,
    )
    return lead, two[0], two[1]


def test_a_ledger_says_who_when_what_and_whence(db: Database) -> None:
    with db.write() as session:
        lead, credited, cut = put(session)
        sightings.note(session, [lead, credited, cut])
        assert [articles.get(session, id).credit for id in (lead, credited, cut)] == ["", "reuters", ""]
    with db.read() as session:
        ledger = sightings.ledger(session, cut)
    assert (ledger.origin.kind, ledger.origin.agency, ledger.outlets) == ("credited", "reuters", 3)
    assert [entry.sighting.article_id for entry in ledger.entries] == [lead, credited, cut]
    assert [entry.delay for entry in ledger.entries] == [timedelta(0), timedelta(minutes=40), timedelta(minutes=160)]
    assert ledger.entries[1].changes == ("عنوان آخر", "أضاف أو غيّر 12٪ من النص")
    assert ledger.entries[2].changes[0].startswith("حذف ")
    assert ledger.entries[0].sighting.url == "https://sabah.example/1"


def test_a_ledger_is_the_same_before_its_job_has_run(db: Database) -> None:
    with db.write() as session:
        lead, *others = put(session)
        assert sightings.unwritten(session, 10) == [lead, *others]
        before = sightings.ledger(session, lead)
        sightings.note(session, [lead, *others])
        assert sightings.unwritten(session, 10) == []
        assert sightings.ledger(session, lead) == before
        sightings.note(session, [lead, *others])  # twice changes nothing
        assert sightings.ledger(session, lead) == before
        assert sightings.ledgers(session, [lead, lead + 90]) == {lead: before}


def test_a_ledger_outlives_its_articles(db: Database) -> None:
    with db.write() as session:
        lead, credited, cut = put(session)
        sightings.note(session, [lead, credited, cut])
    with db.write() as session:
        for id in (lead, credited):
            session.execute(text("DELETE FROM article WHERE id = :id"), {"id": id})
    with db.read() as session:
        assert len(sightings.ledger(session, cut).entries) == 3
        assert sightings.ledger(session, lead).origin.agency == "reuters"
        assert sightings.ledger(session, credited).entries[1].sighting.title == "الجسر يفتتح"


def test_sightings_follow_their_articles_into_another_group(db: Database) -> None:
    with db.write() as session:
        lead, credited, cut = put(session)
        sightings.note(session, [lead, credited, cut])
        copies.set_groups(session, {credited: credited, cut: credited})
        assert [e.sighting.article_id for e in sightings.ledger(session, cut).entries] == [credited, cut]
        assert sightings.ledger(session, cut).entries[1].sighting.kept is None  # compared with another lead
        assert len(sightings.ledger(session, lead).entries) == 1
        sightings.note(session, [credited, cut])
        assert sightings.ledger(session, cut).entries[1].sighting.kept is not None


def test_what_is_not_stored_is_not_found(db: Database) -> None:
    with db.read() as session, pytest.raises(NotFound, match="no article 7"):
        sightings.ledger(session, 7)


def test_a_revised_credit_is_written_into_the_article(db: Database) -> None:
    with db.write() as session:
        _, credited, _ = put(session)
        sightings.note(session, [credited])
        session.execute(text("UPDATE article SET text = :t WHERE id = :id"), {"t": BODY, "id": credited})
        sightings.note(session, [credited])
        session.expire_all()
        row = session.get(Article, credited)
        assert row is not None
        assert row.credit == ""
