"""Sightings are written with their articles, again when a text changes, and by a job for what was stored before."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import delete, select
from stored import NOON, context, draft

from domain.article import Draft
from storage import articles, jobs, sightings
from storage.engine import Database
from storage.models import Job, SightingRow
from worker.context import Context
from worker.jobs import do_jobs
from worker.keep import keep, read_article, revise

BODY = "أعلنت شركة المياه أن إصلاح الخزان الكبير في حي الزيتون ينتهي مساء الخميس بعد توقف دام ثلاثة أسابيع كاملة."
WIRE = f"الزيتون - فرانس برس: {BODY}"


def add(worker: Context, *drafts: Draft) -> list[int]:
    readings = [read_article(worker, made) for made in drafts]
    worker.db.transact(lambda session: keep(worker, session, readings, feed_id=None, document=""))
    with worker.db.read() as session:
        return [articles.id_of(session, made.key) for made in drafts]


def two(worker: Context) -> list[int]:
    first = draft("1", "إصلاح الخزان", BODY, outlet="صحيفة الزيتون")
    return add(worker, first, draft("2", "الخزان يعود", WIRE, outlet="موقع السهل", at=NOON + timedelta(hours=1)))


def test_articles_are_kept_with_their_sightings(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    lead, copy = two(worker)
    with db.read() as session:
        ledger = sightings.ledger(session, lead)
        assert articles.get(session, copy).credit == "afp"
        assert len(session.exec(select(SightingRow)).all()) == 2
    assert [entry.sighting.article_id for entry in ledger.entries] == [lead, copy]
    assert (ledger.origin.kind, ledger.origin.agency) == ("credited", "afp")


def test_a_revised_text_changes_its_sighting(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    lead, _ = two(worker)
    more = draft(
        "1", "إصلاح الخزان", f"{BODY} وقال مدير الشركة إن الضخ يعود تدريجا إلى الأحياء كلها.", outlet="صحيفة الزيتون"
    )
    with db.write() as session:
        revise(worker, session, articles.get(session, lead), read_article(worker, more), {})
    with db.read() as session:
        first, second = sightings.ledger(session, lead).entries
    assert first.sighting.words == len(more.body.replace(".", " ").split())
    assert second.sighting.kept is not None
    assert second.sighting.kept < 0.8


def test_a_job_writes_what_was_stored_before(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    lead, _ = two(worker)
    with db.write() as session:
        before = sightings.ledger(session, lead)
        session.exec(delete(SightingRow))
        job = jobs.ask(session, sightings.NOTE, {}, NOON)
    do_jobs(worker, [job])
    with db.read() as session:
        done = session.get(Job, job)
        assert done is not None
        assert (done.state, done.result, done.done) == ("done", {"noted": 2}, 2)
        assert sightings.unwritten(session, 10) == []
        assert sightings.ledger(session, lead) == before
