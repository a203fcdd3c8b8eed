"""A photo of a note outlives the conversation it came in."""

from alembic import op

revision = "0006"
down_revision = "0005"

CONVERSATION = "fk_pictures_conversation_id_conversations"


def upgrade() -> None:
    """Let conversations go that photos came in."""
    with op.batch_alter_table("pictures") as pictures:
        pictures.alter_column("conversation_id", nullable=True)
        pictures.drop_constraint(op.f(CONVERSATION), type_="foreignkey")
        pictures.create_foreign_key(
            op.f(CONVERSATION), "conversations", ["conversation_id"], ["id"], ondelete="SET NULL"
        )
