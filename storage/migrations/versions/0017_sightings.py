"""The wire ledger: what each article credits, and its sighting, which outlives it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column and the table. A job writes the sightings of what is stored, a few articles at a time."""
    op.add_column("article", sa.Column("credit", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "sighting",
        sa.Column("article_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("event_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Float(), nullable=True),
        sa.Column("own", sa.Float(), nullable=True),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("article_id"),
    )
    op.create_index(op.f("ix_sighting_group_id"), "sighting", ["group_id"], unique=False)
    _ask_for_the_rest()


def _ask_for_the_rest() -> None:
    """Ask for the job where there are articles."""
    bind, now = op.get_bind(), datetime.now(UTC)
    if bind.execute(sa.text("SELECT 1 FROM article LIMIT 1")).first() is None:
        return
    job = sa.table(
        "job", sa.column("kind", sa.String), sa.column("payload", sa.JSON), sa.column("state", sa.String),
        sa.column("done", sa.Integer), sa.column("total", sa.Integer), sa.column("result", sa.JSON),
        sa.column("created", sa.DateTime(timezone=True)), sa.column("due", sa.DateTime(timezone=True)),
        sa.column("lease", sa.String), sa.column("crashes", sa.Integer),
    )  # fmt: skip
    op.bulk_insert(job, [{
        "kind": "note_sightings", "payload": {}, "state": "waiting", "done": 0, "total": 0, "result": {},
        "created": now, "due": now, "lease": "", "crashes": 0,
    }])  # fmt: skip
