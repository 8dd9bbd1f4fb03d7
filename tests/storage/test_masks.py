"""What outlets repeat, as it is stored: counted, asked for, read again by version, on both systems."""

from collections import Counter
from datetime import timedelta

from sqlmodel import select
from stored import NOON, draft, store

from domain.fingerprints import Mask
from storage import articles, masks
from storage.engine import Database
from storage.models import Article, Job

LARGE = bytes(range(256))


def test_enough_new_texts_ask_once_for_the_job(db: Database) -> None:
    with db.write() as session:
        for _ in range(4):
            masks.note_fresh(session, Counter({"الضفة": 6, "الميناء": 1}), NOON)
        assert [job.payload for job in session.exec(select(Job))] == [{"outlet": "الضفة"}]
        masks.note_fresh(session, Counter({"الضفة": 6}), NOON)
        assert len(session.exec(select(Job)).all()) == 1
        masks.note_fresh(session, Counter(), NOON)
    with db.read() as session:
        assert masks.versions(session, ["الضفة", "الميناء"]) == {}


def test_a_mask_comes_back_and_its_count_begins_anew(db: Database) -> None:
    with db.write() as session:
        masks.note_fresh(session, Counter({"الضفة": 30}), NOON)
        masks.keep(session, "الضفة", Mask(1, LARGE, b"12345678"), 30, NOON)
        masks.keep(session, "الضفة", Mask(2, LARGE, b""), 31, NOON)
        masks.keep(session, "النهر", Mask(1, b"", b""), 3, NOON)
        masks.note_fresh(session, Counter({"الضفة": 5}), NOON)
    with db.read() as session:
        assert masks.versions(session, ["الضفة", "النهر", "غيرها"]) == {"الضفة": 2, "النهر": 1}
        assert masks.load(session, ["الضفة"]) == {"الضفة": Mask(2, LARGE, b"")}


def test_the_newest_texts_are_learned_from_and_old_cuts_found(db: Database) -> None:
    with db.write() as session:
        days = [NOON - timedelta(days=n) for n in range(3)]
        ids = store(session, *(draft(f"k{n}", f"خبر {n}", f"نص {n}", at=at) for n, at in enumerate(days)))
        store(session, draft("h", "عنوان فقط"), draft("o", "خبر", "نص", outlet="النهر"))
        masks.set_own(session, ids[0], (2, None), 1, 7)
    with db.read() as session:
        assert [(told.title, told.day) for told in masks.texts(session, "صحيفة الضفة")] == [
            (f"خبر {n}", at.date()) for n, at in enumerate(days)
        ]
        older = masks.older(session, "صحيفة الضفة", 1, NOON - timedelta(hours=25), 10)
        assert [(a.title, a.mask) for a in older] == [("عنوان فقط", 0), ("خبر 1", 0)]


def test_what_the_decisions_read_is_the_own_part_in_its_place(db: Database) -> None:
    own = draft("k", "خبر", "رأس\nنص الخبر\nذيل", own=(4, 12), mask=3, canonical="https://o.example/1", image="i")
    with db.write() as session:
        ids = store(session, own, draft("w", "آخر", "نص كامل"))
    with db.read() as session:
        assert [text.body for text in articles.texts(session, ids).values()] == ["\n" * 4 + "نص الخبر", "نص كامل"]
        row = session.get(Article, ids[0])
        assert row is not None
        assert (row.own_from, row.own_to, row.mask, row.canonical, row.image) == (4, 12, 3, "https://o.example/1", "i")
        assert row.text == "رأس\nنص الخبر\nذيل"
