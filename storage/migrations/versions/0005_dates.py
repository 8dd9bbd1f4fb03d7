"""How an article's date was found, and how an outlet's dates are to be read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns. How the dates there are were found is not known any more; where there is none, we know."""
    op.add_column("article", sa.Column("date_method", sa.String(), nullable=False, server_default=""))
    op.add_column("article", sa.Column("date_confidence", sa.Float(), nullable=False, server_default="0"))
    op.add_column("feed", sa.Column("zone", sa.String(), nullable=False, server_default=""))
    op.add_column("feed", sa.Column("false_z", sa.String(), nullable=False, server_default=""))
    op.add_column("feed", sa.Column("utc_signs", sa.Integer(), nullable=False, server_default="0"))
    article = sa.table("article", sa.column("date_method"), sa.column("published"))
    op.execute(article.update().where(article.c.published.is_(None)).values(date_method="first_seen"))
