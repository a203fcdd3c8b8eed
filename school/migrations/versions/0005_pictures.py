"""Photographs of notes that come by text."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the pictures."""
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("media_sid", sa.String(length=64), nullable=False),
        sa.Column("message_sid", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer()),
        sa.Column("from_phone", sa.String(length=20)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40)),
        sa.Column("size", sa.Integer()),
        sa.Column("sha256", sa.String(length=64)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_pictures_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_pictures_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("media_sid", name=op.f("uq_pictures_media_sid")),
    )
    op.create_index(op.f("ix_pictures_state_due_at"), "pictures", ["state", "due_at"])
    op.create_index(op.f("ix_pictures_conversation_id"), "pictures", ["conversation_id"])
    op.create_index(op.f("ix_pictures_report_id"), "pictures", ["report_id"])
