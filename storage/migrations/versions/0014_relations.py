"""How articles stand to each other, and what analysts said of that."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the tables. Relations of stored articles come when they are decided again."""
    op.create_table(
        "relation",
        sa.Column("a", sa.Integer(), sa.ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
        sa.Column("b", sa.Integer(), sa.ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("longer", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("made_with", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("a", "b"),
    )
    op.create_index("ix_relation_b", "relation", ["b"])
    op.create_table(
        "copy_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("a", sa.Integer(), nullable=False),
        sa.Column("b", sa.Integer(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("undone", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("a", "b", name="uq_copy_verdict_pair"),
    )
