"""The index of copies in packed buckets in place of a row for each shingle."""

from itertools import groupby
from struct import pack

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
_BUCKETS = 2**19
_AT_ONCE = 2_000


def upgrade() -> None:
    """Move every row into its bucket."""
    table = op.create_table(
        "shinglebucket",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 80},
    )
    rows = op.get_bind().execute(sa.text("SELECT hash, article_id FROM shingle ORDER BY hash & 524287, article_id"))
    ready = []
    for bucket, entries in groupby(rows, lambda row: row.hash & (_BUCKETS - 1)):
        ready.append({"id": bucket, "entries": b"".join(pack("<qi", *entry) for entry in entries)})
        if len(ready) == _AT_ONCE:
            op.bulk_insert(table, ready)
            ready = []
    op.bulk_insert(table, ready)
    op.drop_table("shingle")
