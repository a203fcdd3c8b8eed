"""The dismissal desk: who left early, who must not collect whom, and notices that do not wait."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

IS_OUT = "outcome != 'refused' AND returned_at IS NULL AND undone_at IS NULL"
DOES_NOT_WAIT = "urgent AND status = 'queued'"


def upgrade() -> None:
    """Create the releases; contacts get their limits, and messages may be urgent."""
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=36), nullable=False),
        sa.Column("student_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("contact_id", sa.String(length=32)),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("relationship", sa.Text()),
        sa.Column("id_seen", sa.Boolean(), nullable=False),
        sa.Column("texted", sa.Boolean(), nullable=False),
        sa.Column("swiped", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_back", sa.Time()),
        sa.Column("signature", sa.Text()),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=254), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
        sa.Column("returned_by", sa.String(length=254)),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.String(length=254)),
        sa.Column("undone_why", sa.Text()),
        sa.ForeignKeyConstraint(
            ["student_id"], ["students.student_id"], name=op.f("fk_releases_student_id_students")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("form_key", name=op.f("uq_releases_form_key")),
    )
    op.create_index(
        op.f("uq_releases_out"),
        "releases",
        ["student_id", "day"],
        unique=True,
        sqlite_where=sa.text(IS_OUT),
        postgresql_where=sa.text(IS_OUT),
    )
    op.create_index(op.f("ix_releases_day"), "releases", ["day"])
    op.create_index(op.f("ix_releases_student_id"), "releases", ["student_id"])
    op.add_column(
        "contacts",
        sa.Column("no_contact", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("contacts", sa.Column("custody", sa.Text()))
    op.add_column(
        "messages", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        op.f("ix_messages_urgent"),
        "messages",
        ["due_at"],
        sqlite_where=sa.text(DOES_NOT_WAIT),
        postgresql_where=sa.text(DOES_NOT_WAIT),
    )
