"""Pick-ups that were begun: somebody waits at the desk while the student is on the way."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the pick-ups that wait."""
    op.create_table(
        "pickups",
        sa.Column("student_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["student_id"], ["students.student_id"], name=op.f("fk_pickups_student_id_students")
        ),
        sa.PrimaryKeyConstraint("student_id", name=op.f("pk_pickups")),
    )
