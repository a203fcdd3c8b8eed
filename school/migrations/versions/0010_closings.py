"""Days on which the school stays closed against its calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the closings."""
    op.create_table(
        "closings",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=80), nullable=False),
        sa.Column("closed_by", sa.String(length=254), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closings")),
    )
