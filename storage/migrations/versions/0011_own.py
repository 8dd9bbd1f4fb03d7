"""What of a text is the article's own, what its outlet repeats, and the address that identifies an article."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Utc

revision = "0011"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns and the table. Articles that are there have no mask; the first learning cuts them."""
    op.add_column("article", sa.Column("canonical", sa.String(), nullable=False, server_default=""))
    op.add_column("article", sa.Column("image", sa.String(), nullable=False, server_default=""))
    op.add_column("article", sa.Column("mask", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("article", sa.Column("own_from", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("article", sa.Column("own_to", sa.Integer(), nullable=True))
    op.create_index("ix_article_canonical", "article", ["canonical"])
    op.create_table(
        "outletmask",
        sa.Column("outlet", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("runs", sa.LargeBinary(), nullable=False),
        sa.Column("units", sa.LargeBinary(), nullable=False),
        sa.Column("learned", sa.Integer(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=True),
    )
