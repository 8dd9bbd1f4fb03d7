"""How a subscription wants to be told, what is held for its digests, and alerts that concern no topic."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_TEXTS = {
    "kind": "topic", "state": "active", "rules": "first_match,new_number", "zone": "UTC", "quiet": "",
    "ramadan": "", "days_off": "", "free": "", "digest": "off",
}  # fmt: skip


def upgrade() -> None:
    """Add the columns and the table. Subscriptions that are there are told as new ones are."""
    time = sa.DateTime(timezone=True)
    for name, value in _TEXTS.items():
        op.add_column("subscription", sa.Column(name, sa.String(), nullable=False, server_default=value))
    op.add_column("subscription", sa.Column("per_day", sa.Integer(), nullable=False, server_default="30"))
    op.add_column("subscription", sa.Column("live", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("subscription", sa.Column("digest_due", time, nullable=True))
    op.add_column("subscription", sa.Column("digested", time, nullable=True))
    _let_topics_be_missing()
    op.create_index(op.f("ix_subscription_digest_due"), "subscription", ["digest_due"], unique=False)
    for name in ("story_id", "article_id"):
        op.create_index(op.f(f"ix_alert_{name}"), "alert", [name], unique=False)
    op.create_table(
        "held",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("made", time, nullable=False),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subscription_id", "story_id", "reason"),
    )
    for name in ("story_id", "article_id"):
        op.create_index(op.f(f"ix_held_{name}"), "held", [name], unique=False)
    op.create_index("ix_held_waiting", "held", ["subscription_id", "state"], unique=False)


def _let_topics_be_missing() -> None:
    """Let a row have no topic. SQLite makes both tables anew, and would take the tries away with the old alerts."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("subscription", "alert"):
            op.alter_column(table, "topic_id", existing_type=sa.Integer(), nullable=True)
        return
    op.execute("CREATE TEMP TABLE tries AS SELECT * FROM attempt")
    for table in ("subscription", "alert"):
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.alter_column("topic_id", existing_type=sa.Integer(), nullable=True)
    op.execute("INSERT INTO attempt SELECT * FROM tries")
    op.execute("DROP TABLE tries")
