"""Articles, documents and page jobs on both systems."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from stored import NOON, draft, store

from domain.article import Basis, Text
from domain.errors import NotFound
from storage import articles, documents, feeds, queue
from storage.engine import MOST_VALUES, Database
from storage.queue import KINDS

LEASE = timedelta(seconds=45)
TEXT = "قالت بلدية الضفة إن أعمال تنظيف مجرى النهر تبدأ مطلع الأسبوع المقبل."


def test_an_article_comes_back_as_it_was_given(db: Database) -> None:
    given = draft(
        "مفتاح", "تنظيف «النهر»", f"{TEXT}\nسطر ثان 🌊", url="https://press.example/١", author="سلمى", section="محليات",
        published=NOON - timedelta(hours=2), published_raw="الاثنين ٦ نيسان", may_alert=True, flags=("a", "b"),
    )  # fmt: skip
    with db.write() as session:
        (id,) = articles.store(session, [(given, -(2**63))], None, "d" * 64).values()
    with db.read() as session:
        kept = articles.get(session, id)
    for name in ("key", "title", "url", "author", "section", "language", "published", "published_raw", "event_at"):
        assert getattr(kept, name) == getattr(given, name)
    assert (kept.text, kept.basis, kept.exact, kept.document, kept.flags, kept.may_alert) == (
        given.body, "full", -(2**63), "d" * 64, "a b", True
    )  # fmt: skip


def test_a_key_is_stored_once(db: Database) -> None:
    with db.write() as session:
        first = articles.store(session, [(draft("أ", "أول"), 0), (draft("ب"), 0)], None, "")
        again = articles.store(session, [(draft("أ", "ثان"), 0), (draft("ج"), 0)], None, "")
        assert (set(first), set(again)) == ({"أ", "ب"}, {"ج"})
        assert articles.get(session, first["أ"]).title == "أول"
        assert articles.known(session, ["أ", "ج", "د"]) == {"أ", "ج"}
        assert articles.id_of(session, "ج") == again["ج"] == articles.last_id(session)
        assert set(articles.added_since(session, first["ب"])) == {again["ج"]}
        assert articles.store(session, [], None, "") == {}


def test_a_key_twice_in_one_batch_is_stored_once(db: Database) -> None:
    with db.write() as session:
        assert len(articles.store(session, [(draft("أ"), 0), (draft("أ", "غيره"), 0)], None, "")) == 1
        assert articles.total(session) == 1


def test_more_than_a_statement_can_name(db: Database) -> None:
    keys = [f"k{n}" for n in range(70_000)]
    with db.write() as session:
        store(session, draft("k7"), draft(f"k{MOST_VALUES + 1}"))
        assert articles.known(session, keys) == {"k7", f"k{MOST_VALUES + 1}"}
        assert articles.waiting_pages(session, range(70_000)) == 0


def test_a_document_is_kept_once_and_comes_back_whole(db: Database) -> None:
    body = "نص".encode("cp1256") + bytes(range(256)) * 50
    with db.write() as session:
        first = documents.keep_document(session, body, kind="feed", url="u", content_type="text/xml", now=NOON)
        again = documents.keep_document(session, body, kind="page", url="v", content_type="", now=NOON)
        assert first == again
        assert documents.document(session, first) == body
        with pytest.raises(NotFound):
            documents.document(session, "0" * 64)


def test_an_article_that_is_not_there(db: Database) -> None:
    with db.read() as session, pytest.raises(NotFound, match="no article 99"):
        articles.get(session, 99)


def test_a_page_job_is_made_once_and_needs_its_article(db: Database) -> None:
    with db.write() as session:
        ids = store(session, draft("أ"), draft("ب"))
        articles.want_pages(session, [(id, "press.example") for id in ids], NOON)
        articles.want_pages(session, [(ids[0], "other.example")], NOON)
        articles.want_pages(session, [], NOON)
        rows = {article.id: job for job, article in articles.page_rows(session, ids)}
        assert (rows[ids[0]].host, rows[ids[0]].state) == ("press.example", "waiting")
        assert articles.waiting_pages(session, ids) == 2
    with pytest.raises(IntegrityError), db.write() as session:
        articles.want_pages(session, [(ids[-1] + 1, "press.example")], NOON)


def test_pages_that_wait_are_made_due_and_those_under_way_are_not(db: Database) -> None:
    with db.write() as session:
        ids = store(session, draft("أ"), draft("ب"), draft("ج"))
        articles.want_pages(session, [(id, "press.example") for id in ids], NOON)
        token, _ = queue.take(session, KINDS["pages"], ids[:2], NOON, LEASE)
        queue.end(session, KINDS["pages"], ids[0], token, NOON + LEASE * 99, attempts=1)
        articles.make_pages_due(session, NOON)
        assert {due.id for due in queue.dispatch(session, KINDS["pages"], NOON, 9, NOON)} == {ids[0], ids[2]}


def test_the_full_text_replaces_the_summary(db: Database) -> None:
    with db.write() as session:
        (id,) = store(session, draft("أ", "النهر", "موجز", basis=Basis.SUMMARY, text_status="page_waiting"))
        articles.mark_text(session, id, "timeout")
        articles.set_text(session, id, draft("أ", "غيره", TEXT, author="سلمى"), 7, {"page_document": "e" * 64})
    with db.read() as session:
        kept = articles.get(session, id)
    assert (kept.text, kept.basis, kept.text_status, kept.exact) == (TEXT, "full", "", 7)
    assert (kept.title, kept.author, kept.page_document) == ("النهر", "سلمى", "e" * 64)


def test_sightings_begin_with_the_earliest(db: Database) -> None:
    with db.write() as session:
        (lead,) = store(session, draft("أ", at=NOON))
        copies = store(session, draft("ب", at=NOON + LEASE), draft("ج", at=NOON - LEASE), group=lead)
        assert [a.id for a in articles.sightings(session, lead)] == [copies[1], lead, copies[0]]
        assert articles.sightings(session, None) == []
        assert [row.id for row in articles.grouped(session)] == copies
        assert articles.group_of(session, copies[0]) == lead


def test_what_the_decisions_read_is_given_by_id(db: Database) -> None:
    with db.write() as session:
        a, b = store(session, draft("أ", "النهر", "فاض النهر."), draft("ب", "الجسر"))
        assert articles.texts(session, [a, b, 99]) == {
            a: Text("النهر", "فاض النهر.", Basis.FULL), b: Text("الجسر", "", Basis.HEADLINE)
        }  # fmt: skip


def test_outlets_with_the_number_of_their_articles(db: Database) -> None:
    with db.write() as session:
        store(session, draft("أ"), draft("ب", outlet="صحيفة النهر"), draft("ج", outlet="صحيفة النهر"))
        assert articles.outlets(session) == [("صحيفة النهر", 2), ("صحيفة الضفة", 1)]


def test_a_text_is_known_again_under_a_new_id(db: Database) -> None:
    with db.write() as session:
        feed = feeds.add(session, "https://press.example/rss", NOON).id or 0
        articles.store(session, [(draft("أ", "النهر", text_key="t1"), 0)], feed, "")
        assert articles.known_texts(session, ["t1", "t2"]) == {"t1"}
