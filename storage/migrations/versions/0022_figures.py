"""The figures that an update changes, in its line of the wire ledger; all words that were said of two articles.

Alerts keep the keys of all their reasons.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column; lines that are written already tell none until they are written anew."""
    op.add_column("sighting", sa.Column("figures", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("sighting", sa.Column("cites", sa.String(), nullable=False, server_default=""))
    for name in ("alert", "held"):
        op.add_column(name, sa.Column("keys", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("copy_verdict") as table:
        table.drop_constraint("uq_copy_verdict_pair", type_="unique")
        table.create_index("ix_copy_verdict_pair", ["a", "b"])
