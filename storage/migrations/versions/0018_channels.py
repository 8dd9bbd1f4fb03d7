"""Channels of several kinds with secrets that are replaced, alerts that are repeated, private addresses of feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the columns and the table. All channels there are were webhooks."""
    op.add_column("channel", sa.Column("kind", sa.String(), nullable=False, server_default="webhook"))
    op.add_column("channel", sa.Column("old_secret", sa.String(), nullable=False, server_default=""))
    op.add_column("channel", sa.Column("old_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alert", sa.Column("repeated", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alert", sa.Column("doubtful", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "feedtoken",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id"),
        sa.UniqueConstraint("token"),
    )
