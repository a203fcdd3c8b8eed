"""Whether an opt-out is the carrier's: it then answers START by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the mark; those who opted out so far mostly did it with the carrier's own word."""
    op.add_column(
        "numbers",
        sa.Column("carrier_holds", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    numbers = sa.table("numbers", sa.column("carrier_holds"), sa.column("opted_out_at"))
    op.execute(
        numbers.update().where(numbers.c.opted_out_at.is_not(None)).values(carrier_holds=sa.true())
    )
