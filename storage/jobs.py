"""Things asked for that a worker does, and the answers; also signs of life, and what is in quarantine."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select, update

from domain.errors import NotFound
from storage import digests, queue
from storage.engine import insert_for
from storage.models import Heartbeat, Job, Quarantine

JOBS = queue.KINDS["jobs"]
WATCH = "watch"
DISCOVER = "discover_feeds"
DIGESTS = "make_digests"
WATCH_EVERY = timedelta(minutes=10)


def ask(session: Session, kind: str, payload: dict[str, Any], now: datetime) -> int:
    """Ask for a job, due at once. Gives its id."""
    job = Job(kind=kind, payload=payload, due=now, created=now)
    session.add(job)
    session.flush()
    assert job.id is not None
    return job.id


def ask_once(session: Session, kind: str, payload: dict[str, Any], now: datetime) -> None:
    """Ask for a job unless the same one waits or runs."""
    open_jobs = select(col(Job.payload)).where(Job.kind == kind, Job.state == "waiting")
    if payload not in session.exec(open_jobs).all():
        ask(session, kind, payload, now)


def ask_watch(session: Session, now: datetime) -> None:
    """Ask the watchdog to look every ten minutes; what it answered before is forgotten."""
    last = session.get(Heartbeat, WATCH)
    if last is not None and now - last.at < WATCH_EVERY:
        return
    if last is not None:  # in the first minutes of a service there is nothing to see
        session.exec(delete(Job).where(col(Job.kind) == WATCH, col(Job.state) != "waiting"))
        ask_once(session, WATCH, {}, now)
    beat(session, WATCH, now)


def ask_digests(session: Session, now: datetime) -> None:
    """Ask for the digests if one is due; what was answered before is forgotten."""
    if digests.is_due(session, now):
        session.exec(delete(Job).where(col(Job.kind) == DIGESTS, col(Job.state) != "waiting"))
        ask_once(session, DIGESTS, {}, now)


def get(session: Session, id: int) -> Job:
    """Give a job. Raises NotFound."""
    job = session.get(Job, id)
    if job is None:
        raise NotFound(f"there is no job {id}")
    return job


def latest(session: Session, kind: str) -> dict[int, Job]:
    """Give for each topic the newest job of a kind that was asked for about it (`topic_id` in what was asked)."""
    rows = select(Job).where(Job.kind == kind).order_by(col(Job.id))
    return {job.payload["topic_id"]: job for job in session.exec(rows) if "topic_id" in job.payload}


def progress(session: Session, id: int, token: str, **values: Any) -> bool:
    """Keep how far a job has come. False when another worker has it by now."""
    change = update(Job).where(col(Job.id) == id, col(Job.lease) == token).values(**values)
    return bool(session.exec(change).rowcount)


def finish(session: Session, id: int, token: str, now: datetime, state: str, result: dict[str, Any]) -> bool:
    """End a job with `done` or `failed` and its result. False when another worker has it by now."""
    return queue.end(session, JOBS, id, token, None, state=state, result=result, finished=now)


def beat(session: Session, name: str, now: datetime, detail: str = "") -> None:
    """Leave a sign of life."""
    statement = insert_for(session, Heartbeat).values(name=name, at=now, detail=detail)
    newer = {"at": statement.excluded.at, "detail": statement.excluded.detail}
    session.exec(statement.on_conflict_do_update(index_elements=["name"], set_=newer))


def heartbeats(session: Session) -> dict[str, Heartbeat]:
    """Give the signs of life by name."""
    return {h.name: h for h in session.exec(select(Heartbeat))}


def quarantined(session: Session) -> list[Quarantine]:
    """Give what is in quarantine and was not replayed, newest first."""
    rows = select(Quarantine).where(col(Quarantine.replayed).is_(None)).order_by(col(Quarantine.id).desc())
    return list(session.exec(rows))


def quarantine_record(session: Session, id: int) -> Quarantine:
    """Give one record. Raises NotFound."""
    record = session.get(Quarantine, id)
    if record is None:
        raise NotFound(f"there is no quarantine record {id}: see `marsad quarantine list`")
    return record
