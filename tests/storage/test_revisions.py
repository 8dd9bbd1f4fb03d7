"""What articles said before, on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import Session
from stored import NOON, draft, store

from domain.article import Basis, Text
from domain.errors import NotFound
from domain.revisions import KEPT, Change, Verdict, content_key
from storage import articles, feeds, revisions
from storage.engine import Database
from storage.models import Article, PageJob

MOST = 2**63 - 1  # the largest key


def stored(session: Session, **values: object) -> Article:
    (id,) = store(session, draft("أ", "عنوان", "نص أول", **values))
    return articles.get(session, id)


def change(session: Session, article: Article, title: str, number: int, verdict: Verdict) -> None:
    revisions.keep(
        session, article, Change(True, False, Text(title, article.text)), verdict, "feed", NOON + minutes(number)
    )
    session.refresh(article)
    article.title = title


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_what_entries_said_is_known_by_their_keys(db: Database) -> None:
    with db.write() as session:
        article = stored(session, served=-MOST, said=MOST, link_key=5)
        assert revisions.held(session, ["أ", "ب"]) == {"أ": revisions.Held(article.id or 0, -MOST, MOST)}
        assert revisions.by_link(session, {5, 6}) == {5: article.id}
        revisions.adopt(session, [(article.id or 0, draft("أ", served=1, said=2, link_key=3))])
        assert revisions.held(session, ["أ"])["أ"].said == 2
        assert revisions.by_link(session, {5, 3}) == {3: article.id}


def test_a_text_is_known_in_its_feed_only(db: Database) -> None:
    with db.write() as session:
        feed = feeds.add(session, "https://outlet.example/rss.xml", NOON, host="outlet.example")
        articles.store(session, [(draft("أ", "عنوان", "نص", said=7), 0)], feed.id, "")
        assert revisions.said_before(session, feed.id, {7, 8}) == {7}
        assert revisions.said_before(session, (feed.id or 0) + 1, {7}) == set()
        assert revisions.said_before(session, feed.id, set()) == set()


def test_the_past_of_an_article(db: Database) -> None:
    with db.write() as session:
        article = stored(session)
        assert revisions.past(session, article, "feed", NOON).number == 0
        change(session, article, "عنوان 2", 1, Verdict(True, streak=1))
        change(session, article, "عنوان آخر", 2, Verdict(True, streak=2, edit=True, returned=True))
        past = revisions.past(session, article, "feed", NOON + minutes(2))
        assert (past.number, past.streak, past.edits, past.returned, past.longest) == (2, 2, 1, True, 2)
        assert past.contents == {content_key(Text(title, "نص أول")) for title in ("عنوان", "عنوان 2")}
        assert past.titles == {"عنوان", "عنوان اخر"}
        assert revisions.past(session, article, "feed", NOON + minutes(3)).streak == 0
        assert revisions.past(session, article, "page", None).streak == 0


def test_the_first_and_the_latest_stay_and_are_compared(db: Database) -> None:
    with db.write() as session:
        article = stored(session)
        for number in range(1, KEPT + 4):
            change(session, article, f"عنوان {number}", number, Verdict(True))
        kept = revisions.of(session, article.id or 0)
        assert [row.number for row in kept] == [1, *range(5, KEPT + 4)]
        assert article.revisions == KEPT + 3
        first, last = revisions.compared(article, kept, 1), revisions.compared(article, kept)
        assert (first.before, first.after.title) == (Text("عنوان", "نص أول", Basis.FULL), "عنوان 4")
        assert (last.before.title, last.after.title) == (f"عنوان {KEPT + 2}", f"عنوان {KEPT + 3}")
        with pytest.raises(NotFound, match="no revision 3"):
            revisions.compared(article, kept, 3)


def test_an_article_that_was_never_changed_has_nothing_to_compare(db: Database) -> None:
    with db.write() as session, pytest.raises(NotFound, match="never revised"):
        revisions.compared(stored(session), [])


def test_a_page_is_asked_for_again(db: Database) -> None:
    with db.write() as session:
        article = stored(session)
        revisions.ask_page_again(session, article, "outlet.example", NOON)
        job = session.get_one(PageJob, article.id)
        job.due, job.state, job.attempts = None, "done", 3
        session.flush()
        revisions.ask_page_again(session, article, "outlet.example", NOON + minutes(5))
        session.refresh(job)
        session.refresh(article)
        assert article.rereads == 2
        assert (job.due, job.state, job.attempts) == (NOON + minutes(5), "waiting", 0)
