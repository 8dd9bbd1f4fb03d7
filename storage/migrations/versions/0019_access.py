"""The chain of ways to each outlet, how an outlet is reached, and what kind of source an article came from."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns and the table. Every feed that is there is a first way, in use."""
    time = sa.DateTime(timezone=True)
    op.add_column("feed", sa.Column("kind", sa.String(), nullable=False, server_default="feed"))
    op.add_column("feed", sa.Column("rank", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("feed", sa.Column("in_use", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("feed", sa.Column("used_since", time, nullable=True))
    op.add_column("feed", sa.Column("used_why", sa.String(), nullable=False, server_default=""))
    op.add_column("feed", sa.Column("selectors", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("article", sa.Column("source", sa.String(), nullable=False, server_default="web"))
    op.create_table(
        "outletaccess",
        sa.Column("outlet", sa.String(), nullable=False),
        sa.Column("way", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("outlet"),
    )
