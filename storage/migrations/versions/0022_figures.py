"""The figures that an update changes, in its line of the wire ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column; lines that are written already tell none until they are written anew."""
    op.add_column("sighting", sa.Column("figures", sa.JSON(), nullable=False, server_default="[]"))
