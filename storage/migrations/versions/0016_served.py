"""What the entries of a feed said at its last visit, so that they need not be parsed again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the table. Of feeds that are there everything is read once more."""
    op.create_table(
        "served",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("stubs", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id"),
    )
