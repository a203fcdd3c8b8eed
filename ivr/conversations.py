"""Conversations and their turns: the line's short memory, and the transcript staff read.

A call is found by its CallSid, a text exchange by the family's number, of which one may be open.
A turn is kept when its words arrive, and its reply when it is ready: a turn without a reply is one
that was interrupted, and nothing in it is lost.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from school.database import Base, UtcDateTime


class Conversation(Base):
    """One call, or one exchange of texts."""

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "closed_at", "opened_at"), Index(None, "from_phone"))

    id: Mapped[int] = mapped_column(primary_key=True)
    # "call:CA…" for ever; "sms:+1…" while it is open, then with its id behind: one open exchange
    # for a number.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    channel: Mapped[str] = mapped_column(String(8))
    from_phone: Mapped[str | None] = mapped_column(String(20))
    to_phone: Mapped[str | None] = mapped_column(String(20))
    verstat: Mapped[str | None] = mapped_column(String(40))  # the network's word on the number
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))  # what it came to: reported, informed …


class TurnRow(Base):
    """One turn: what was heard, and once it is answered the reply and the state after it."""

    __tablename__ = "turns"
    # Always found by its key, so SQLite needs one tree to write instead of two.
    __table_args__ = ({"sqlite_with_rowid": False},)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)  # a text's MessageSid
    heard: Mapped[str] = mapped_column(Text)  # the event, as JSON
    reply: Mapped[str | None] = mapped_column(Text)  # the TwiML that answered it
    state: Mapped[str | None] = mapped_column(Text)  # after it, as JSON
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
