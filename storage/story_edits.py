"""What analysts changed about stories: joined and split by hand, undoable; no later decision goes against it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from domain.errors import BadInput, NotFound
from storage import stories, story_index
from storage.engine import lock_grouping, portions
from storage.models import Article, StoryEdit, StoryMove


def pinned(session: Session, article_ids: Iterable[int]) -> set[int]:
    """Give those of the articles that an edit in force moved."""
    rows = select(StoryMove.article_id).join(StoryEdit).where(col(StoryEdit.undone).is_(None))
    among = (rows.where(col(StoryMove.article_id).in_(part)) for part in portions(article_ids))
    return {id for found in among for id in session.exec(found)}


def join(session: Session, one: int, other: int, now: datetime) -> StoryEdit:
    """Put all articles of two stories into the older one; what comes later comes there. Raises NotFound, BadInput."""
    lock_grouping(session)
    keep, gone = sorted((stories.get(session, one).id or 0, stories.get(session, other).id or 0))
    if keep == gone:
        raise BadInput("these are one story already: give two")
    groups = _groups(session, gone)
    if not groups or not _groups(session, keep):
        raise BadInput(f"story {keep if groups else gone} holds no articles: it was joined to another")
    return _edit(session, "join", keep, gone, groups, keep, now)


def split(session: Session, story: int, article_ids: Sequence[int], now: datetime) -> StoryEdit:
    """Take articles, each with its copies, out of a story into a new one. Raises NotFound, BadInput."""
    lock_grouping(session)
    held = _groups(session, stories.get(session, story).id or 0)
    rows = session.exec(select(Article.id, Article.group_id).where(col(Article.id).in_(list(article_ids)))).all()
    wanted = {group or id or 0 for id, group in rows}
    if not rows or len(rows) < len(set(article_ids)) or not wanted <= set(held):
        raise BadInput(f"these are not all articles of story {story}: see `marsad stories show {story}`")
    if wanted == set(held):
        raise BadInput(f"that is all of story {story}: leave an article in it")
    (fresh,) = stories.make(session, 1, now)
    return _edit(session, "split", story, fresh, sorted(wanted), fresh, now)


def undo(session: Session, edit_id: int, now: datetime) -> StoryEdit:
    """Take an edit back: what it moved goes where it came from. Raises NotFound, BadInput when others rest on it."""
    lock_grouping(session)
    edit = session.get(StoryEdit, edit_id)
    if edit is None:
        raise NotFound(f"there is no edit {edit_id}: see `marsad stories edits`")
    if edit.undone:
        raise BadInput("this edit was undone before")
    moves = session.exec(select(StoryMove).where(StoryMove.edit_id == edit_id)).all()
    if later := _later(session, edit_id, [move.article_id for move in moves]):
        raise BadInput(f"edit {later} moved some of these articles later: undo it first")
    edit.undone = now
    session.add(edit)
    session.flush()
    _move(session, {move.article_id: move.source for move in moves})
    stories.count(session, {edit.story, edit.other})
    return edit


def listing(session: Session, story: int | None = None) -> list[StoryEdit]:
    """Give the edits, of one story or of all, newest first."""
    rows = select(StoryEdit).order_by(col(StoryEdit.id).desc())
    if story is not None:
        rows = rows.where(or_(StoryEdit.story == story, StoryEdit.other == story))
    return list(session.exec(rows))


def _groups(session: Session, story: int) -> list[int]:
    """Give the leads of the copy groups of a story."""
    rows = select(Article.group_id).where(Article.story_id == story).distinct().order_by(col(Article.group_id))
    return [id for id in session.exec(rows) if id is not None]


def _edit(
    session: Session, kind: str, story: int, other: int, groups: Sequence[int], to: int, now: datetime
) -> StoryEdit:
    """Write an edit down and move the groups."""
    edit = StoryEdit(kind=kind, story=story, other=other, at=now)
    session.add(edit)
    session.flush()
    source = other if to == story else story
    session.add_all([StoryMove(edit_id=edit.id or 0, article_id=id, source=source) for id in groups])
    session.flush()
    _move(session, dict.fromkeys(groups, to))
    stories.count(session, {story, other})
    return edit


def _move(session: Session, moved: dict[int, int]) -> None:
    """Put articles, each with all of its group, into stories."""
    groups: dict[int, int] = {}
    for part in portions(moved):
        rows = select(Article.id, Article.group_id).where(col(Article.id).in_(part))
        groups |= {group or id: moved[id] for id, group in session.exec(rows) if id is not None}
    stories.put_groups(session, groups)
    story_index.move(session, groups)


def _later(session: Session, edit_id: int, article_ids: Sequence[int]) -> int:
    """Give an edit in force that moved one of the articles after another edit did, 0 where there is none."""
    rows = select(StoryMove.edit_id).join(StoryEdit).where(col(StoryEdit.undone).is_(None))
    among = (col(StoryMove.article_id).in_(part) for part in portions(article_ids))
    return min((id for part in among for id in session.exec(rows.where(part, StoryMove.edit_id > edit_id))), default=0)
