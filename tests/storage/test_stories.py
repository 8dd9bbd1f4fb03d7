"""Stories, their index and what analysts changed about them, on both systems."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, func, select
from stored import NOON, draft, store

from domain.errors import BadInput, NotFound
from domain.stories import WINDOW, Gist
from storage import engine, stories, story_edits, story_index
from storage.engine import Database, migrate, open_database
from storage.models import StoryKey, StoryLead

HOUR = timedelta(hours=1)
AT = NOON.timestamp()


def gist(*terms: int, at: float = AT) -> Gist:
    return Gist(at, dict.fromkeys(terms, 0.5), dict.fromkeys(terms, 1.0))


def three(session: Session) -> tuple[list[int], list[int]]:
    """Store three articles, the first with a copy. Gives the articles and the stories of the three."""
    ids = store(session, draft("أ"), draft("ب", at=NOON + HOUR), draft("ج", at=NOON + HOUR * 2))
    ids += store(session, draft("د", at=NOON + HOUR * 3, outlet="موقع السهل"), group=ids[0])
    found = stories.story_of(session, ids)
    assert found[ids[3]] == found[ids[0]]
    return ids, [found[id] for id in ids[:3]]


def where(session: Session, ids: list[int]) -> list[int]:
    found = stories.story_of(session, ids)
    return [found[id] for id in ids]


def test_a_story_knows_its_articles_and_counts_them(db: Database) -> None:
    with db.write() as session:
        ids, (first, *_) = three(session)
        members = stories.members(session, [first])
        story = stories.get(session, str(first))
        assert [(m.article_id, m.group_id, m.outlet) for m in members] == [
            (ids[0], ids[0], "صحيفة الضفة"),
            (ids[3], ids[0], "موقع السهل"),
        ]
        assert (story.articles, story.groups, story.first_at, story.last_at) == (2, 1, NOON, NOON + HOUR * 3)
        assert stories.members(session, []) == []
        with pytest.raises(NotFound, match="no story 999"):
            stories.get(session, "999")


def test_joined_stories_are_the_older_one_until_that_is_undone(db: Database) -> None:
    with db.write() as session:
        ids, (first, second, third) = three(session)
        edit = story_edits.join(session, second, first, NOON)
        assert where(session, ids) == [first, first, third, first]
        assert (edit.story, edit.other) == (first, second)
        assert stories.get(session, first).groups == 2
        assert stories.get(session, second).articles == 0
        assert story_edits.pinned(session, ids) == {ids[1]}
        with pytest.raises(BadInput, match="holds no articles"):
            story_edits.join(session, second, third, NOON)
        with pytest.raises(BadInput, match="one story already"):
            story_edits.join(session, first, first, NOON)
    with db.write() as session:
        story_edits.undo(session, edit.id or 0, NOON)
        assert where(session, ids) == [first, second, third, first]
        assert story_edits.pinned(session, ids) == set()
        assert stories.get(session, second).articles == 1
        with pytest.raises(BadInput, match="undone before"):
            story_edits.undo(session, edit.id or 0, NOON)


def test_an_article_is_split_out_with_its_copies(db: Database) -> None:
    with db.write() as session:
        ids, (first, second, third) = three(session)
        story_edits.join(session, first, second, NOON)
        edit = story_edits.split(session, first, [ids[3]], NOON)
        assert edit.other > third
        assert where(session, ids) == [edit.other, first, third, edit.other]
        with pytest.raises(BadInput, match="not all articles of story"):
            story_edits.split(session, first, [ids[1], ids[2]], NOON)
        with pytest.raises(BadInput, match="not all articles of story"):
            story_edits.split(session, first, [ids[1], 999], NOON)
        with pytest.raises(BadInput, match="all of story"):
            story_edits.split(session, first, [ids[1]], NOON)
        story_edits.undo(session, edit.id or 0, NOON)
        assert where(session, ids) == [first, first, third, first]
        assert [(e.kind, e.undone is None) for e in story_edits.listing(session, first)] == [
            ("split", False),
            ("join", True),
        ]


def test_what_later_edits_rest_on_is_undone_after_them(db: Database) -> None:
    with db.write() as session:
        _, (first, second, third) = three(session)
        one = story_edits.join(session, second, third, NOON)
        two = story_edits.join(session, first, second, NOON)
        with pytest.raises(BadInput, match=f"edit {two.id} moved some"):
            story_edits.undo(session, one.id or 0, NOON)
        story_edits.undo(session, two.id or 0, NOON)
        story_edits.undo(session, one.id or 0, NOON)
        with pytest.raises(NotFound):
            story_edits.undo(session, 999, NOON)


def test_leads_meet_by_their_keys_near_in_time(db: Database) -> None:
    near, far = gist(1, 2, 3), gist(1, 2, at=AT + 2 * WINDOW)
    with db.write() as session:
        ids, placed = three(session)
        story_index.add(session, [(ids[0], placed[0], near), (ids[1], placed[1], far)], NOON)
        met = story_index.meet(session, gist(1, 2).keys, AT - WINDOW, AT + WINDOW)
        assert list(met.values()) == [[ids[0]]]
        assert story_index.stories_of(session, ids) == {ids[0]: placed[0], ids[1]: placed[1]}
        assert story_index.leads(session, placed) == {placed[0]: {ids[0]: near}, placed[1]: {ids[1]: far}}
        story_index.forget(session, [ids[0]])
        assert story_index.meet(session, near.keys, AT - WINDOW, AT + WINDOW) == {}
        assert story_index.leads(session, placed).keys() == {placed[1]}


def test_an_edit_moves_the_leads_in_the_index_too(db: Database) -> None:
    with db.write() as session:
        ids, (first, second, _) = three(session)
        story_index.add(session, [(ids[1], second, gist(1, 2))], NOON)
        story_edits.join(session, first, second, NOON)
        assert story_index.stories_of(session, ids) == {ids[1]: first}


def test_leads_leave_the_index_when_nothing_can_meet_them(db: Database) -> None:
    with db.write() as session:
        ids, placed = three(session)
        story_index.add(session, [(ids[0], placed[0], gist(1, 2))], NOON)
        story_index.add(session, [(ids[1], placed[1], gist(1, 2, at=AT - 9 * WINDOW))], NOON)
        story_index.clear(session, NOON + story_index.KEEP)
        assert session.exec(select(func.count()).select_from(StoryLead)).one() == 2, "an archive stays as long"
        story_index.clear(session, NOON + story_index.KEEP + HOUR)
        assert session.exec(select(func.count()).select_from(StoryLead)).one() == 0
        assert session.exec(select(func.count()).select_from(StoryKey)).one() == 0


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Give a database of the schema before there were stories."""
    from alembic import command
    from alembic.config import Config

    url = (
        f"sqlite:///{tmp_path / 'old.sqlite3'}"
        if request.param == "sqlite"
        else request.getfixturevalue("bare_postgres")
    )
    database = open_database(url)
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    with database.engine.execution_options(marsad_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0012")
    return database


def test_stored_articles_get_the_story_of_their_group_under_its_id(old: Database) -> None:
    row = """INSERT INTO article (id, key, text_key, group_id, url, title, text, basis, text_status, outlet, author,
        section, language, published_raw, event_at, first_seen, may_alert, document, page_document, exact, flags,
        date_method, date_confidence)
        VALUES (:id, :key, '', :group, '', 'خبر', '', 'full', '', 'و', '', '', 'ar', '', :at, :at, :no, '', '', 0, '',
        '', 0)"""
    with old.write() as session:
        for id, group in ((3, 3), (4, 3), (7, 7)):
            at = f"2026-04-06 12:00:0{id}"
            session.execute(text(row), {"id": id, "key": str(id), "group": group, "at": at, "no": False})
    migrate(old)
    with old.write() as session:
        assert stories.story_of(session, [3, 4, 7]) == {3: 3, 4: 3, 7: 7}
        assert (stories.get(session, 3).articles, stories.get(session, 3).last_at.second) == (2, 4)
        assert stories.make(session, 2, NOON) == [8, 9]
    old.close()
