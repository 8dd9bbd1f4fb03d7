"""Versions of what topics learned, verdicts, and references that show what a topic is not."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables; each topic there is begins with the version that it has."""
    op.create_table(
        "topicversion",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("reference_ids", sa.JSON(), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("calibrated", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", "version"),
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("topic_id", "article_id"),
    )
    op.create_index(op.f("ix_verdict_article_id"), "verdict", ["article_id"], unique=False)
    op.add_column("reference", sa.Column("relevant", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("topic", sa.Column("scored", sa.Integer(), nullable=False, server_default="0"))
    _keep_versions(op.get_bind())


def _keep_versions(connection: sa.Connection) -> None:
    """Write down for each topic the version in force, made of the references that it has."""
    topic = sa.table("topic", *map(sa.column, ("id", "version", "calibrated", "scored", "created")))
    topic.append_column(sa.column("profile", sa.JSON()))
    version = sa.table("topicversion", *map(sa.column, ("topic_id", "version", "calibrated", "cause", "at")))
    for name in ("base", "profile", "reference_ids", "verdicts"):
        version.append_column(sa.column(name, sa.JSON()))
    connection.execute(topic.update().values(scored=topic.c.version))
    references: dict[int, list[int]] = {}
    for topic_id, id in connection.execute(sa.text("SELECT topic_id, id FROM reference ORDER BY id")):
        references.setdefault(topic_id, []).append(id)
    for row in connection.execute(sa.select(topic)).all():
        kept = {"topic_id": row.id, "version": row.version, "calibrated": row.calibrated, "at": row.created}
        made_of = {"reference_ids": references.get(row.id, []), "verdicts": [], "cause": "added"}
        connection.execute(version.insert().values(base=row.profile, profile=row.profile, **kept, **made_of))
