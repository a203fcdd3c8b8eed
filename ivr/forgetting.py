"""Conversations whose time is over are deleted, word for word."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.conversations import Conversation, TurnRow
from school.retention import AT_ONCE, prove


def forget_conversations(
    session: Session, before: datetime, now: datetime, held_calls: Collection[str] = ()
) -> int:
    """Delete some of the conversations closed before then, with their turns.

    Args:
        session: to write in.
        before: those closed earlier go. Aware.
        now: the time of the line in the audit.
        held_calls: CallSids under a legal hold; they stay.

    Returns:
        How many went; call again until there are none.
    """
    chosen = session.scalars(
        select(Conversation.id)
        .where(
            Conversation.closed_at < before,
            Conversation.provider_id.not_in(held_calls),
        )
        .order_by(Conversation.closed_at)
        .limit(AT_ONCE)
    ).all()
    session.execute(delete(TurnRow).where(TurnRow.conversation_id.in_(chosen)))
    session.execute(delete(Conversation).where(Conversation.id.in_(chosen)))
    prove(session, now, "conversations", len(chosen), before)
    return len(chosen)
