"""What topics grow by, and how they were learned."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; the topics that are there were learned by the second method, and will be learned anew."""
    op.add_column("topicversion", sa.Column("growth", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("topic", sa.Column("method", sa.Integer(), nullable=False, server_default="2"))
    op.add_column("topic", sa.Column("grows", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("topic", sa.Column("grown", sa.Integer(), nullable=False, server_default="0"))
