"""Articles stored at the same instant, on both systems: two copies end in one group, and one story is told once."""

import threading
from datetime import timedelta
from pathlib import Path

from stored import NOON, context, draft

from domain.article import Text
from domain.topics import learn
from storage import alerts, articles, channels, topics
from storage.engine import Database
from worker.context import Context
from worker.keep import Kept, Reading, keep, read_article

ROUNDS = 10


def story(number: int) -> str:
    """Give a text that is like no other: a river that rises in a place of its own."""
    opening = "غمرت مياه النهر الحقول المنخفضة حول القرية بعد أمطار لم تعرفها المنطقة منذ أعوام طويلة. "
    return opening + " ".join(f"شاهد{n}قرية{number} ماء{n}باب{number}" for n in range(40))


def keep_at_once(context: Context, readings: list[Reading]) -> list[Kept]:
    """Keep each reading in a thread and a transaction of its own, all begun together."""
    start, kept, failed = threading.Barrier(len(readings)), [], []

    def work(reading: Reading) -> None:
        start.wait()
        try:
            kept.append(context.db.transact(lambda s: keep(context, s, [reading], feed_id=None, document="")))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(reading,)) for reading in readings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    return kept


def test_two_copies_at_the_same_instant_end_in_one_group(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    for n in range(ROUNDS):
        readings = [
            read_article(worker, draft(f"{outlet}{n}", f"فيضان {n}", story(n), outlet=outlet))
            for outlet in ("صحيفة النهر", "وكالة السهل", "موقع الوادي")
        ]
        kept = keep_at_once(worker, readings)
        assert (sum(k.new for k in kept), sum(k.copies for k in kept)) == (1, 2)
    with db.read() as session:
        assert len(articles.grouped(session)) == ROUNDS * 2
        assert len({row.group_id for row in articles.grouped(session)}) == ROUNDS


def test_the_same_entry_at_the_same_instant_is_stored_once(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    for n in range(ROUNDS):
        reading = read_article(worker, draft(f"k{n}", f"فيضان {n}", story(n)))
        kept = keep_at_once(worker, [reading, reading])
        assert sorted(k.new + k.copies for k in kept) == [0, 1]


def test_a_story_of_two_copies_at_the_same_instant_is_told_once(db: Database, tmp_path: Path) -> None:
    worker, reference = context(db, tmp_path), Text("فيضان النهر", story(1))
    with db.write() as session:
        topic = topics.add(session, "الفيضان", learn("الفيضان", [reference]).to_json(), [(reference, "")], NOON)
        channel, _ = channels.add(session, "https://hook.example/", "whsec_x", NOON)
        alerts.subscribe(session, topic.id or 0, channel.id or 0, NOON)
        worker.detector.refresh(session)
    readings = [
        read_article(worker, draft(outlet, "فيضان النهر", story(1), outlet=outlet, may_alert=True, at=NOON + late))
        for outlet, late in (("صحيفة النهر", timedelta(0)), ("وكالة السهل", timedelta(minutes=1)))
    ]
    kept = keep_at_once(worker, readings)
    assert sum(k.matches for k in kept) == 2
    assert sum(len(k.alerts) for k in kept) == 1
