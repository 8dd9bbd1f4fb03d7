"""Versions of topics, verdicts and references, and the way from the first schema, on both systems."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlmodel import Session
from stored import NOON, draft, store

from domain.article import Text
from domain.errors import NotFound
from storage import articles, engine, feeds, topics, versions
from storage.engine import Database, migrate, open_database, version

HOUR = timedelta(hours=1)
MADE = {"of": "الأول", "since": int(NOON.timestamp())}
FIRST = Text("القمح يرتفع", "ارتفعت أسعار القمح في المرفأ.")


def add(session: Session) -> int:
    return topics.add(session, "أسعار القمح", {"of": "الأول"}, [(FIRST, "")], NOON).id or 0


def test_a_topic_begins_with_a_version_made_of_its_references(db: Database) -> None:
    with db.write() as session:
        id = add(session)
    with db.read() as session:
        first = versions.in_force(session, id)
        assert (first.version, first.base, first.profile) == (1, MADE, MADE)
        assert (first.cause, first.about, first.at, first.verdicts) == ("added", None, NOON, [])
        assert first.reference_ids == [row.id for row in topics.references(session, id)]


def test_a_version_keeps_what_it_was_not_told_to_change(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        generation = topics.generation(session)
        new = versions.advance(session, id, "relevant", NOON + HOUR, about=7, profile={"of": "7"}, verdicts=[[7, 1]])
        assert (new, topics.generation(session)) == (2, generation + 1)
    with db.read() as session:
        first, second = versions.history(session, id)
        topic = topics.by_id(session, id)
        assert (topic.version, topic.profile) == (2, {"of": "7"})
        assert (second.base, second.reference_ids, second.about) == (first.base, first.reference_ids, 7)
        assert (first.profile, first.verdicts) == (MADE, []), "an earlier version stays as it was"
        assert versions.verdicts(session, id) == {7: True}


def test_a_version_that_is_not_there(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        for number in (0, 2, -1, 2**40):
            with pytest.raises(NotFound, match="no version"):
                versions.get(session, id, number)


def test_the_newest_word_about_an_article_counts_and_verdicts_stay(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        one, two = store(session, draft("أ"), draft("ب"))
        versions.say(session, id, one, True, NOON)
        versions.say(session, id, two, True, NOON)
        versions.say(session, id, one, False, NOON + HOUR)
    with db.read() as session:
        kept = [(v.article_id, v.relevant, v.at) for v in versions.all_verdicts(session, id)]
        assert kept == [(one, False, NOON + HOUR), (two, True, NOON)]
        assert versions.verdicts(session, id) == {}, "only a version puts a verdict into force"


def test_a_reference_is_in_force_once_a_version_names_it(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        (first,) = topics.references(session, id)
        other = versions.add_reference(
            session, id, Text("الشعير", "رخص الشعير."), "https://press.example/2", False, NOON
        )
        assert [row.id for row in topics.references(session, id)] == [first.id]
        versions.advance(session, id, "reference_added", NOON, about=other, reference_ids=[first.id, other])
        found = topics.references(session, id)
        assert [(row.title, row.relevant, row.url) for row in found] == [
            ("القمح يرتفع", True, ""), ("الشعير", False, "https://press.example/2"),
        ]  # fmt: skip
        versions.advance(session, id, "undone", NOON, about=1, reference_ids=[first.id])
        assert [row.id for row in versions.several_references(session, [first.id or 0, other])] == [first.id, other]


def test_a_removed_topic_takes_versions_and_verdicts_along(db: Database) -> None:
    with db.write() as session:
        id = add(session)
        (article,) = store(session, draft("أ"))
        versions.say(session, id, article, True, NOON)
        topics.remove(session, topics.by_id(session, id))
    with db.read() as session:
        assert (versions.history(session, id), versions.all_verdicts(session, id)) == ([], [])


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Give a database without any table."""
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    return open_database(request.getfixturevalue("bare_postgres"))


def to_first_schema(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    with database.engine.execution_options(marsad_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")


def test_topics_of_the_first_schema_begin_with_the_version_that_they_have(bare: Database) -> None:
    to_first_schema(bare)
    profile = json.dumps({"terms": ["القمح"]}, ensure_ascii=False)
    with bare.write() as session:
        for id, name in ((1, "القمح"), (2, "الخبز")):
            session.execute(
                text(
                    "INSERT INTO topic (id, name, state, version, profile, calibrated, created) "
                    "VALUES (:id, :name, 'active', 3, :profile, 40, '2026-04-06 12:00:00+00:00')"
                    if bare.dialect == "postgresql"
                    else "INSERT INTO topic (id, name, state, version, profile, calibrated, created) "
                    "VALUES (:id, :name, 'active', 3, :profile, 40, '2026-04-06 12:00:00.000000')"
                ),
                {"id": id, "name": name, "profile": profile},
            )
        session.execute(
            text(
                "INSERT INTO reference (id, topic_id, title, text, url, created) "
                "VALUES (5, 1, 'القمح يرتفع', 'نص', '', '2026-04-06 12:00:00')"
            )
        )
    migrate(bare)
    assert version(bare) == engine.HEAD
    with bare.read() as session:
        kept = versions.in_force(session, 1)
        assert (kept.version, kept.base, kept.profile) == (3, {"terms": ["القمح"]}, {"terms": ["القمح"]})
        assert (kept.reference_ids, kept.verdicts, kept.calibrated, kept.cause) == ([5], [], 40, "added")
        assert kept.at.year == 2026
        (reference,) = topics.references(session, 1)
        assert (reference.title, reference.relevant) == ("القمح يرتفع", True)
        assert (topics.references(session, 2), topics.by_id(session, 2).scored) == ([], 3)
    with bare.write() as session:
        assert versions.advance(session, 1, "calibrated", NOON) == 4
    bare.close()


def test_articles_of_an_older_schema_say_what_is_known_of_their_dates(bare: Database) -> None:
    to_first_schema(bare)
    row = (
        "INSERT INTO article (id, key, text_key, url, title, text, basis, text_status, outlet, author, section, "
        "language, published, published_raw, event_at, first_seen, may_alert, document, page_document, exact, flags) "
        "VALUES (:id, :key, '', '', 'خبر', '', 'headline', '', 'صحيفة', '', '', 'ar', :published, '', "
        "'2026-04-06 12:00:00', '2026-04-06 12:00:00', false, '', '', 0, '')"
    )
    with bare.write() as session:
        session.execute(text(row), {"id": 1, "key": "a", "published": "2026-04-06 12:00:00"})
        session.execute(text(row), {"id": 2, "key": "b", "published": None})
    migrate(bare)
    with bare.read() as session:
        kept = [articles.get(session, id) for id in (1, 2)]
    assert [(a.date_method, a.date_confidence) for a in kept] == [("", 0.0), ("first_seen", 0.0)]


def test_feeds_of_the_first_schema_keep_how_they_were(bare: Database) -> None:
    to_first_schema(bare)
    rows = (("ok", "active", "healthy"), ("timeout", "active", "new"), ("gone", "gone", "gone"))
    columns = "host title outlet country language folder site_url note detail etag last_modified body_sha256 lease"
    names, empty = ", ".join(columns.split()), ", ".join("''" for _ in columns.split())
    with bare.write() as session:
        for status, state, _ in rows:
            session.execute(
                text(
                    f"INSERT INTO feed (url, origin, status, state, primed, failures, "
                    f"interval, crashes, created, {names})"
                    f" VALUES (:status, '', :status, :state, :primed, 0, 60, 0, '2026-04-06 12:00:00', {empty})"
                ),
                {"status": status, "state": state, "primed": True},
            )
    migrate(bare)
    with bare.read() as session:
        found = {feed.status: feed for feed in feeds.listing(session)}
        assert {status: feed.health for status, feed in found.items()} == {row[0]: row[2] for row in rows}
        assert all((feed.rhythm, feed.asks, feed.moved_url) == ({}, {}, "") for feed in found.values())
    bare.close()
