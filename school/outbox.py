"""The outbox: what the school owes to families, each message once.

A message is queued in the transaction of whatever causes it, already worded. `dedupe_key` is that
cause (`report:17:confirmed:contact:4`), so that nothing is queued twice, whatever is clicked, sent
or run again. Workers claim rows (`school.claims`), send them (`school.dispatch`) and write down
what became of each (`school.settling`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection, ForeignKey, Index, String, Text, and_, false
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.database import Base, UtcDateTime
from school.people import Recalled, recall
from school.upserts import Prepared, insert_into


class Kind(StrEnum):
    """How a message travels."""

    TEXT = "text"
    CALL = "call"  # spoken, to a number that takes no texts


class MessageStatus(StrEnum):
    """Where a message stands. A message that is FAILED or UNDELIVERED waits for a person."""

    QUEUED = "queued"  # waits for `due_at`; taken by the next worker
    SENDING = "sending"  # claimed; looked up at the carrier when its lease runs out
    SENT = "sent"  # the carrier has it; often the last that is heard
    DELIVERED = "delivered"  # the carrier says that it arrived
    FAILED = "failed"  # refused for good, or tried in vain until too late: a work item
    UNDELIVERED = "undelivered"  # sent and not arrived: a work item
    UNCERTAIN = "uncertain"  # the request may have arrived: looked up before it is sent again
    CANCELLED = "cancelled"  # opted out, too old to be of use, or spoken in a call instead


LONGEST_TRYING = timedelta(days=1)  # where the letter sets no other end

# Word of a message may come late, twice and in any order: it counts only where it leads further.
# That a message arrived outweighs whatever was said before.
RANK = {
    MessageStatus.QUEUED: 0,
    MessageStatus.SENDING: 0,
    MessageStatus.UNCERTAIN: 0,
    MessageStatus.SENT: 1,
    MessageStatus.FAILED: 2,
    MessageStatus.UNDELIVERED: 2,
    MessageStatus.CANCELLED: 2,
    MessageStatus.DELIVERED: 3,
}


class Message(Base):
    """One message to one number."""

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "status", "due_at"),
        Index(None, "provider_id"),
        Index(None, "report_id"),
        Index(None, "to_phone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Names this sending in the receipt's address: its row is found by it even where the
    # carrier's id was never stored. A message that is sent anew after the carrier lost it gets
    # another, so that late word of the first sending is not taken for word of the second.
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    to_phone: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    body: Mapped[str | None] = mapped_column(Text)  # None once retention has taken it
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    # When a worker next takes it up: queued, to send it; uncertain, to look for it; sent, to ask
    # what became of it.
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Stale notices do harm, and a message that never gets through has failed at some time.
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    provider_id: Mapped[str | None] = mapped_column(String(64))
    error_code: Mapped[int | None]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id", ondelete="SET NULL"))
    contact_id: Mapped[str | None] = mapped_column(String(32))
    # Goes before all others: a student is leaving at this moment.
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


DOES_NOT_WAIT = and_(Message.urgent, Message.status == MessageStatus.QUEUED)
Index(
    "ix_messages_urgent",
    Message.due_at,
    sqlite_where=DOES_NOT_WAIT,
    postgresql_where=DOES_NOT_WAIT,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be queued: to whom, in which words, and why (`dedupe_key`)."""

    dedupe_key: str
    to_phone: str  # E.164
    language: str
    body: str
    kind: Kind = Kind.TEXT
    report_id: int | None = None
    contact_id: str | None = None
    due_at: datetime | None = None  # None: at once
    expires_at: datetime | None = None  # None: a day after it is due
    urgent: bool = False  # before all others


_QUEUE = Prepared(
    Message, lambda insert: insert.on_conflict_do_nothing(index_elements=[Message.dedupe_key])
)


def queue_all(connection: Connection, letters: Sequence[Letter], now: datetime) -> None:
    """Queue messages in the caller's transaction, but for numbers that have opted out.

    Two transactions may queue the same cause at once: the second waits for the first, adds
    nothing and goes on.
    """
    known = recall(connection, {letter.to_phone for letter in letters})
    rows = [
        _row(letter, number, now)
        for letter in letters
        if not (number := known.get(letter.to_phone, Recalled())).opted_out
    ]
    if rows:
        connection.execute(_QUEUE.on(connection), rows)


def queue(session: Session, letter: Letter, now: datetime) -> Message | None:
    """Queue one message in the caller's transaction.

    Returns:
        The message; None when the same cause queued it before, or the number has opted out.
    """
    number = recall(session.connection(), (letter.to_phone,)).get(letter.to_phone, Recalled())
    if number.opted_out:
        return None
    return session.scalar(
        insert_into(session, Message)
        .values(_row(letter, number, now))
        .on_conflict_do_nothing(index_elements=[Message.dedupe_key])
        .returning(Message)
    )


def _row(letter: Letter, number: Recalled, now: datetime) -> dict[str, object]:
    due_at = letter.due_at or now
    return {
        "uuid": str(uuid4()),
        "dedupe_key": letter.dedupe_key,
        "kind": Kind.CALL if number.landline else letter.kind,
        "to_phone": letter.to_phone,
        "language": letter.language,
        "body": letter.body,
        "status": MessageStatus.QUEUED,
        "attempts": 0,
        "due_at": due_at,
        "expires_at": letter.expires_at or due_at + LONGEST_TRYING,
        "report_id": letter.report_id,
        "contact_id": letter.contact_id,
        "urgent": letter.urgent,
        "created_at": now,
        "updated_at": now,
    }
