"""What articles were before their outlets changed them, and by what a change is found."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns and the table. What stored entries said is not known: their next sight is taken as it is."""
    for name in ("served", "said", "link_key"):
        op.add_column("article", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    for name in ("revisions", "rereads"):
        op.add_column("article", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("article", sa.Column("frozen", sa.String(), nullable=False, server_default=""))
    for name in ("said", "link_key"):
        op.create_index(op.f(f"ix_article_{name}"), "article", [name], unique=False)
    op.add_column("poll", sa.Column("revised", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("edit", sa.Boolean(), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("article_id", "number"),
    )
    op.create_index(op.f("ix_revision_article_id"), "revision", ["article_id"], unique=False)
