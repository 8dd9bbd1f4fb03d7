"""The cards of outlets, and backfills of what outlets published before."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _times(*names: str, nullable: bool = True) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def upgrade() -> None:
    """Add the tables."""
    _outlets()
    _backfills()


def _outlets() -> None:
    op.create_table(
        "outlet",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text("name", "name_en", "other_name", "country", "kind", "owner"),
        sa.Column("agency", sa.Boolean(), nullable=False),
        *_text("line", "site_url", "zone", "feed_url", "citation", "confidence"),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_index(op.f("ix_outlet_country"), "outlet", ["country"], unique=False)
    op.create_table(
        "outletsite",
        *_text("key"),
        *_numbers("outlet_id"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_outletsite_outlet_id"), "outletsite", ["outlet_id"], unique=False)


def _backfills() -> None:
    op.create_table(
        "backfill",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text("outlet"),
        sa.Column("feed_id", sa.Integer(), nullable=True),
        *_text("host"),
        *_times("since", nullable=False),
        *_numbers("most"),
        *_text("state", "ended"),
        sa.Column("cursor", sa.JSON(), nullable=False),
        *_numbers("tries"),
        *_times("asked"),
        *_text("status", "detail"),
        *_numbers("done", "total", "new", "copies", "seen", "older", "left", "failed"),
        *_times("oldest"),
        *_times("created", nullable=False),
        *_times("finished", "due", "dispatched_until", "locked_until"),
        *_text("lease"),
        *_numbers("crashes"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("due", "feed_id"):
        op.create_index(op.f(f"ix_backfill_{name}"), "backfill", [name], unique=False)
    for name, where in (
        ("dispatched_until", "dispatched_until IS NOT NULL"),
        ("locked_until", "locked_until IS NOT NULL"),
        ("crashes", "crashes >= 5"),
    ):
        where_text = sa.text(where)
        op.create_index(
            f"ix_backfill_{name}",
            "backfill",
            [name],
            unique=False,
            sqlite_where=where_text,
            postgresql_where=where_text,
        )
    op.create_table(
        "backfillpage",
        sa.Column("id", sa.Integer(), nullable=False),
        *_numbers("backfill_id"),
        *_text("url", "changed", "status"),
        *_numbers("tries"),
        sa.ForeignKeyConstraint(["backfill_id"], ["backfill.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("backfill_id", "url"),
    )
    op.create_index("ix_backfillpage_waiting", "backfillpage", ["backfill_id", "status", "tries", "id"], unique=False)
