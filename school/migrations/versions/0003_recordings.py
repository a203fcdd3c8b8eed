"""How far each recording has come, its transcript, and the reports that come from it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Recordings get steps with leases; reports name their recording, of which several may be."""
    op.add_column("reports", sa.Column("recording_sid", sa.String(length=64)))
    op.create_index(op.f("ix_reports_recording_sid"), "reports", ["recording_sid"], unique=False)
    op.execute(
        "UPDATE reports SET recording_sid = (SELECT max(recording_sid) FROM voicemails "
        "WHERE voicemails.report_id = reports.id)"
    )
    with op.batch_alter_table("voicemails") as table:
        table.drop_constraint("fk_voicemails_report_id_reports", type_="foreignkey")
        table.drop_column("report_id")
        table.add_column(sa.Column("kind", sa.String(length=8)))
        table.add_column(sa.Column("from_phone", sa.String(length=20)))
        table.add_column(sa.Column("sha256", sa.String(length=64)))
        table.add_column(sa.Column("peaks", sa.JSON()))
        table.add_column(sa.Column("trouble", sa.String(length=24)))
        table.add_column(sa.Column("attempts", sa.Integer()))
        table.add_column(sa.Column("due_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("leased_until", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("copy_deleted_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("purged_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("legal_hold", sa.Boolean()))
    op.execute(
        "UPDATE voicemails SET kind = 'message', attempts = 0, due_at = received_at, "
        "legal_hold = FALSE"
    )
    with op.batch_alter_table("voicemails") as table:
        for name, kind in (
            ("kind", sa.String(length=8)),
            ("attempts", sa.Integer()),
            ("due_at", sa.DateTime(timezone=True)),
            ("legal_hold", sa.Boolean()),
        ):
            table.alter_column(name, existing_type=kind, nullable=False)
        table.create_index(op.f("ix_voicemails_state_due_at"), ["state", "due_at"], unique=False)
    op.create_table(
        "transcripts",
        sa.Column("voicemail_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("unaided", sa.Text(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["voicemail_id"],
            ["voicemails.id"],
            name=op.f("fk_transcripts_voicemail_id_voicemails"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("voicemail_id", name=op.f("pk_transcripts")),
    )
    op.create_index(op.f("ix_transcripts_made_at"), "transcripts", ["made_at"], unique=False)
