"""What is learned of a feed's rhythm and health, robots.txt, events, and indexes for a tick among many rows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns and tables. A feed with a visit behind it is healthy until its next one says otherwise."""
    time = sa.DateTime(timezone=True)
    op.add_column("feed", sa.Column("rhythm", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("feed", sa.Column("asks", sa.JSON(), nullable=False, server_default="{}"))
    for name in ("last_new", "last_full", "moved_since"):
        op.add_column("feed", sa.Column(name, time, nullable=True))
    op.add_column("feed", sa.Column("health", sa.String(), nullable=False, server_default="new"))
    op.add_column("feed", sa.Column("moved_url", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE feed SET health = 'healthy' WHERE status IN ('ok', 'unchanged')")
    op.execute("UPDATE feed SET health = 'gone' WHERE state = 'gone'")
    op.create_index(op.f("ix_feed_health"), "feed", ["health"], unique=False)
    op.create_table(
        "robots",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("answered", time, nullable=True),
        sa.Column("failing_since", time, nullable=True),
        sa.Column("tried", time, nullable=False),
        sa.PrimaryKeyConstraint("origin"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("began", time, nullable=False),
        sa.Column("ended", time, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_event_open", "event", ["kind", "subject", "ended"], unique=False)
    op.create_index(op.f("ix_event_began"), "event", ["began"], unique=False)
    for table in ("feed", "pagejob", "alert", "job"):
        _index_leases(table)


def _index_leases(table: str) -> None:
    """Index what is under way or stuck, and nothing else."""
    for name, where in (
        ("dispatched_until", "dispatched_until IS NOT NULL"),
        ("locked_until", "locked_until IS NOT NULL"),
        ("crashes", "crashes >= 5"),
    ):
        op.create_index(
            f"ix_{table}_{name}", table, [name], sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
