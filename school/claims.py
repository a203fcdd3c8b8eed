"""How a worker takes messages for itself, however many workers there are.

Each claim is one committed statement. The due condition stands in it twice, in the inner SELECT
and in the outer WHERE, and on PostgreSQL the inner rows are locked and locked ones skipped: with
neither, four workers there claimed up to 237 of 300 rows twice. The SELECT is a common table
expression, which PostgreSQL runs once; as a plain subquery it may be run again for other rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, literal, or_, select, update

from school.database import UtcDateTime
from school.outbox import DOES_NOT_WAIT, Kind, Message, MessageStatus
from school.people import NumberRow
from school.sending import Outgoing

LEASE = timedelta(minutes=5)  # a worker that has not sent by then does not send
LOOK_AGAIN = timedelta(minutes=3)  # between two searches for a message that may have gone
LONGEST_VALID = timedelta(hours=4)  # a notice that arrives later does harm
SHORTEST_VALID = timedelta(minutes=1)

# How often a sent message is asked after: its receipt may be lost, or may have no way to us.
ASK_SOON, ASK_LATER = timedelta(minutes=10), timedelta(hours=3)
SOON = timedelta(hours=1)
GIVE_UP_ASKING = timedelta(days=1)  # many carriers never say more than "sent"


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that one worker has taken up."""

    id: int
    uuid: str
    kind: str
    to_phone: str
    language: str
    body: str | None
    due_at: datetime
    expires_at: datetime | None
    leased_until: datetime | None
    provider_id: str | None

    def outgoing(self, now: datetime) -> Outgoing:
        """The message for the sender; it is no longer valid than it is of use."""
        left = LONGEST_VALID if self.expires_at is None else self.expires_at - now
        valid = max(SHORTEST_VALID, min(LONGEST_VALID, left))
        return Outgoing(
            self.uuid,
            Kind(self.kind),
            self.to_phone,
            self.language,
            self.body or "",
            int(valid.total_seconds()),
        )


COLUMNS = (
    Message.id,
    Message.uuid,
    Message.kind,
    Message.to_phone,
    Message.language,
    Message.body,
    Message.due_at,
    Message.expires_at,
    Message.leased_until,
    Message.provider_id,
)


def withdraw_useless(connection: Connection, now: datetime) -> list[tuple[int, str]]:
    """Withdraw what is due and should not be sent any more.

    Too late, opted out, or without words. What was tried until it was too late has failed, and a
    person sees it.

    Returns:
        The ids, each with the status it has now.
    """
    too_late = Message.expires_at <= now
    unwanted = Message.to_phone.in_(
        select(NumberRow.phone).where(NumberRow.opted_out_at.is_not(None))
    )
    rows = connection.execute(
        update(Message)
        .where(
            Message.status == MessageStatus.QUEUED,
            Message.due_at <= now,
            or_(too_late, unwanted, Message.body.is_(None)),
        )
        .values(
            status=case(
                (and_(too_late, Message.attempts > 0), MessageStatus.FAILED),
                else_=MessageStatus.CANCELLED,
            ),
            updated_at=now,
        )
        .returning(Message.id, Message.status)
    )
    return [(row.id, row.status) for row in rows]


def urgent_is_due(connection: Connection, now: datetime) -> bool:
    """Whether anything waits that must not; a look that locks nothing."""
    waits = select(Message.id).where(DOES_NOT_WAIT, Message.due_at <= now).limit(1)
    return connection.scalar(waits) is not None


def claim_due(
    connection: Connection, now: datetime, limit: int, *, urgent: bool = False
) -> list[Claim]:
    """Take what is due to be sent, the longest due first. They are SENDING until the lease ends.

    `urgent`: only what goes before all others.
    """
    due = and_(Message.status == MessageStatus.QUEUED, Message.due_at <= now)
    if urgent:
        due = and_(due, Message.urgent)
    return _claim(
        connection,
        due,
        limit,
        status=MessageStatus.SENDING,
        attempts=Message.attempts + 1,
        leased_until=now + LEASE,
        provider_id=None,
        updated_at=now,
    )


def claim_doubtful(connection: Connection, now: datetime, limit: int) -> list[Claim]:
    """Take what may have gone: uncertain ones, and those whose worker did not come back.

    `leased_until` stays: it tells when the sending began.
    """
    abandoned = and_(Message.status == MessageStatus.SENDING, Message.leased_until <= now)
    unknown = and_(Message.status == MessageStatus.UNCERTAIN, Message.due_at <= now)
    return _claim(
        connection,
        or_(abandoned, unknown),
        limit,
        status=MessageStatus.UNCERTAIN,
        due_at=now + LOOK_AGAIN,
    )


def claim_unreported(connection: Connection, now: datetime, limit: int) -> list[Claim]:
    """Take what was sent and has no last word yet, to ask the carrier for it.

    What nobody asks after any more keeps its old `due_at` and so falls out of the range of the
    index that is searched.
    """
    unreported = and_(
        Message.status == MessageStatus.SENT,
        Message.due_at <= now,
        Message.due_at > now - 2 * GIVE_UP_ASKING,
        Message.updated_at > now - GIVE_UP_ASKING,
        Message.provider_id.is_not(None),
    )
    next_time = case(
        (Message.updated_at > now - SOON, literal(now + ASK_SOON, UtcDateTime)),
        else_=literal(now + ASK_LATER, UtcDateTime),
    )
    return _claim(connection, unreported, limit, due_at=next_time)


def began(claim: Claim) -> datetime:
    """When the sending of a message that was claimed once began."""
    return claim.due_at if claim.leased_until is None else claim.leased_until - LEASE


def _claim(
    connection: Connection, due: ColumnElement[bool], limit: int, **values: Any
) -> list[Claim]:
    chosen = (
        select(Message.id)
        .where(due)
        .order_by(Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # said in PostgreSQL only; SQLite has one writer
        .cte("chosen")
    )
    rows: Iterable[Any] = connection.execute(
        update(Message)
        .where(due, Message.id.in_(select(chosen.c.id)))
        .values(**values)
        .returning(*COLUMNS)
    )
    return sorted((Claim(*row) for row in rows), key=lambda claim: (claim.due_at, claim.id))
