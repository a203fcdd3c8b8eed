"""What staff decide, who has a report open, and what their accounts need for it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

AUDIT_STANDS = "Lines of the audit are added and never changed."


def upgrade() -> None:
    """Add decisions, holds and preferences, and columns to reports, their days and staff."""
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_decisions_report_id_reports")
        ),
        sa.ForeignKeyConstraint(
            ["undoes"], ["decisions.id"], name=op.f("fk_decisions_undoes_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("undoes", name=op.f("uq_decisions_undoes")),
    )
    op.create_index(op.f("ix_decisions_report_id"), "decisions", ["report_id"], unique=False)
    op.create_index(op.f("ix_decisions_at"), "decisions", ["at"], unique=False)
    op.create_table(
        "holds",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
            name=op.f("fk_holds_report_id_reports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_who"), "holds", ["who"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=254), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_preferences")),
    )
    # In words: Alembic would copy the whole table on SQLite to add a column that refers.
    op.execute(
        "ALTER TABLE reports ADD COLUMN joined_to INTEGER "
        "CONSTRAINT fk_reports_joined_to_reports REFERENCES reports (id)"
    )
    op.create_index(op.f("ix_reports_joined_to"), "reports", ["joined_to"], unique=False)
    op.add_column("report_days", sa.Column("entered_at", sa.DateTime(timezone=True)))
    op.add_column("report_days", sa.Column("entered_by", sa.String(length=254)))
    op.add_column("staff", sa.Column("sessions_from", sa.DateTime(timezone=True)))
    op.add_column("staff", sa.Column("closed_at", sa.DateTime(timezone=True)))
    op.add_column("staff", sa.Column("totp_secret", sa.Text()))
    op.add_column("staff", sa.Column("totp_step", sa.Integer()))
    op.add_column("staff", sa.Column("subject", sa.String(length=500)))
    op.create_index(op.f("ix_staff_subject"), "staff", ["subject"], unique=True)
    _let_nobody_change_the_audit()


def _let_nobody_change_the_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_stands_{act.lower()} BEFORE {act} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{AUDIT_STANDS}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{AUDIT_STANDS}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_stands()"
    )
