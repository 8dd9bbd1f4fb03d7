"""Stories: which articles tell the same event."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# The ids of stories so far were those of copy groups, and alerts name them: each group is a story under its own id.
_STORIES = """
INSERT INTO story (id, first_at, last_at, articles, groups, method, created)
SELECT group_id, MIN(event_at), MAX(event_at), COUNT(*), 1, 0, MIN(first_seen)
FROM article WHERE group_id IS NOT NULL GROUP BY group_id
"""
_LAST = """
SELECT setval(pg_get_serial_sequence('story', 'id'), GREATEST(
    1, (SELECT COALESCE(MAX(id), 1) FROM story), (SELECT COALESCE(MAX(story_id), 1) FROM alert)))
"""
_LAST_SQLITE = """
INSERT INTO sqlite_sequence (name, seq)
SELECT 'story', MAX(story_id) FROM alert WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'story')
"""


def upgrade() -> None:
    """Make the tables, and a story of each copy group. New articles are compared with those stored from now on."""
    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("method", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_story_last_at"), "story", ["last_at"], unique=False)
    op.add_column("article", sa.Column("story_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_article_story_id"), "article", ["story_id"], unique=False)
    _make_index()
    _make_edits()
    op.execute(_STORIES)
    op.execute("UPDATE article SET story_id = group_id WHERE group_id IS NOT NULL")
    op.execute(_LAST if op.get_bind().dialect.name == "postgresql" else _LAST_SQLITE)


def _make_index() -> None:
    op.create_table(
        "storylead",
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("gist", sa.LargeBinary(), nullable=False),
        sa.Column("kept", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id"),
    )
    for name in ("story_id", "kept"):
        op.create_index(op.f(f"ix_storylead_{name}"), "storylead", [name], unique=False)
    op.create_table(
        "storykey",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "at", "article_id"),
        sqlite_with_rowid=False,
    )


def _make_edits() -> None:
    op.create_table(
        "storyedit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("story", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("story", "other"):
        op.create_index(op.f(f"ix_storyedit_{name}"), "storyedit", [name], unique=False)
    op.create_table(
        "storymove",
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edit_id"], ["storyedit.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("edit_id", "article_id"),
    )
    op.create_index(op.f("ix_storymove_article_id"), "storymove", ["article_id"], unique=False)
