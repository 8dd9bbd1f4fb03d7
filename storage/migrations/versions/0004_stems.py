"""The stems of articles as hashes, which a retro-hunt reads instead of their texts. Backfills fill it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "articlestems",
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("stemming", sa.String(), nullable=False),
        sa.Column("title", sa.Integer(), nullable=False),
        sa.Column("length", sa.Float(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id"),
    )
