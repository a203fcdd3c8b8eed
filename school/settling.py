"""What became of a message, and what follows from it.

Everything that is learned of a message ends here: what the sender answered, what a receipt says,
what was found at the carrier. Rows only move forward (`school.outbox.RANK`).
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from school.claims import Claim
from school.outbox import RANK, Kind, Letter, Message, MessageStatus, queue
from school.people import NumberRow
from school.report_facts import WAITING
from school.reports import Flag, made_from, note_flag
from school.sending import Receipt, Refused, Trouble
from school.upserts import insert_into

log = logging.getLogger(__name__)

# Minutes before the next attempt, by how many there were; the last one repeats.
PAUSES = (1, 2, 5, 10, 20, 30)
ACCOUNT_PAUSES = (15, 30, 60)  # somebody has to repair a setting first
NO_ANSWER_PAUSES = (10,)  # a telephone that was off or busy
ASK_AFTER = timedelta(minutes=5)  # a receipt that has not come by then is asked for
STILL_OPEN = timedelta(days=7)  # reports of this age are marked when their family opts out

NOT_YET_SENT = tuple(status for status, rank in RANK.items() if rank == 0)


def record_sent(session: Session, sent: Mapping[str, str], now: datetime) -> None:
    """The carrier took these messages (uuid → its id), in one statement.

    A receipt may have been faster: what it said stays.
    """
    if not sent:
        return
    session.execute(
        update(Message)
        .where(Message.uuid.in_(sent), Message.status.in_(NOT_YET_SENT))
        .values(
            provider_id=case(dict(sent), value=Message.uuid),
            status=MessageStatus.SENT,
            due_at=now + ASK_AFTER,
            leased_until=None,
            updated_at=now,
        )
        .execution_options(synchronize_session=False)
    )


def put_back(session: Session, claims: Sequence[Claim], now: datetime) -> None:
    """These were claimed and not tried: they are due at once, and no attempt is counted.

    What another worker has claimed meanwhile, because the lease ran out, stays with that one.
    """
    if claims:
        session.execute(
            update(Message)
            .where(
                Message.uuid.in_([claim.uuid for claim in claims]),
                Message.status == MessageStatus.SENDING,
                Message.leased_until.in_({claim.leased_until for claim in claims}),
            )
            .values(
                status=MessageStatus.QUEUED,
                attempts=Message.attempts - 1,
                due_at=now,
                leased_until=None,
                updated_at=now,
            )
            .execution_options(synchronize_session=False)
        )


def message_in_hand(session: Session, claim: Claim, status: MessageStatus) -> Message | None:
    """The claimed message, locked; None when it was settled, or claimed anew, in the meantime."""
    return session.scalar(
        select(Message)
        .where(
            Message.uuid == claim.uuid,
            Message.status == status,
            Message.leased_until == claim.leased_until,
        )
        .with_for_update()
    )


def message_of_receipt(session: Session, uuid: str | None, provider_id: str) -> Message | None:
    """The message a receipt is about, locked: by the name we gave it, or by the carrier's id."""
    ours = Message.uuid == uuid
    theirs = Message.provider_id == provider_id
    found = session.scalars(select(Message).where(or_(ours, theirs)).with_for_update()).all()
    return next((row for row in found if row.uuid == uuid), found[0] if found else None)


def settle(session: Session, message: Message, receipt: Receipt, now: datetime) -> bool:
    """Write down the carrier's word on a message; True when it says something new."""
    # A message waiting to be sent anew keeps the id of its first sending: of that one only its
    # arrival still counts.
    of_the_first = (
        message.status == MessageStatus.QUEUED and message.provider_id == receipt.provider_id
    )
    if of_the_first and receipt.status != MessageStatus.DELIVERED:
        return False
    if RANK[receipt.status] <= RANK[MessageStatus(message.status)]:
        return False
    message.provider_id = receipt.provider_id
    message.leased_until = None
    message.updated_at = now
    if receipt.status in (MessageStatus.FAILED, MessageStatus.UNDELIVERED):
        _follow(session, message, receipt.trouble, receipt.code, receipt.status, now)
        if message.status == MessageStatus.QUEUED:
            message.uuid = str(uuid4())
        return True
    message.status = receipt.status
    if receipt.status == MessageStatus.DELIVERED:
        message.error_code = None
    else:
        message.due_at = now + ASK_AFTER
    return True


def refuse(session: Session, message: Message, refused: Refused, now: datetime) -> None:
    """The carrier did not take the message."""
    message.updated_at = now
    _follow(session, message, refused.trouble, refused.code, MessageStatus.FAILED, now)


def try_later(message: Message, now: datetime) -> None:
    """The message did not go: again after a pause, until it is too late."""
    _again(message, PAUSES, MessageStatus.FAILED, now)


def doubt(message: Message, now: datetime) -> None:
    """The message may have gone: it is looked for at the carrier before anything else."""
    message.status = MessageStatus.UNCERTAIN
    message.due_at = now + ASK_AFTER
    message.updated_at = now


def give_up(message: Message, now: datetime) -> None:
    """Nothing could be learned of the message; when it is too late, a person sees to it."""
    if message.expires_at is not None and message.expires_at <= now:
        message.status = MessageStatus.FAILED
        message.updated_at = now


def mark_opted_out(session: Session, phone: str, now: datetime) -> None:
    """The carrier says that this number wants no texts; the first time it said so is kept."""
    first = {"opted_out_at": now, "carrier_holds": True}
    session.execute(
        insert_into(session, NumberRow)
        .values(phone=phone, landline=False, **first)
        .on_conflict_do_update(
            index_elements=[NumberRow.phone], set_=first, where=NumberRow.opted_out_at.is_(None)
        )
    )
    for report in made_from(session, phone, now - STILL_OPEN):
        if report.status in WAITING:
            note_flag(report, Flag.CANNOT_BE_TEXTED, now)


def mark_landline(session: Session, phone: str) -> None:
    """This number takes no texts: what still waits for it is spoken."""
    session.execute(
        insert_into(session, NumberRow)
        .values(phone=phone, landline=True)
        .on_conflict_do_update(index_elements=[NumberRow.phone], set_={"landline": True})
    )
    session.execute(
        update(Message)
        .where(
            Message.to_phone == phone,
            Message.kind == Kind.TEXT,
            Message.status == MessageStatus.QUEUED,
        )
        .values(kind=Kind.CALL)
    )


def _follow(
    session: Session,
    message: Message,
    trouble: Trouble,
    code: int | None,
    final: MessageStatus,
    now: datetime,
) -> None:
    """What follows from trouble with a message; `final` is its status if nothing else does."""
    came_back_before = message.error_code is not None  # the code is kept while it waits
    log.info("message_trouble", extra={"message_id": message.id, "trouble": trouble, "code": code})
    if trouble == Trouble.OPTED_OUT:
        mark_opted_out(session, message.to_phone, now)
    if trouble == Trouble.NO_TEXTS and message.kind == Kind.TEXT:
        message.status = MessageStatus.CANCELLED
        _speak_instead(session, message, now)
    elif trouble == Trouble.OUR_ACCOUNT:
        log.error("message_account_trouble", extra={"message_id": message.id, "code": code})
        _again(message, ACCOUNT_PAUSES, final, now)
    elif trouble == Trouble.NOT_NOW:
        _again(message, PAUSES, final, now)
    elif trouble == Trouble.NO_ANSWER and not came_back_before:
        _again(message, NO_ANSWER_PAUSES, final, now)
    else:
        message.status = final
    if trouble != Trouble.NOT_NOW or message.status == final:
        message.error_code = code


def _again(message: Message, pauses: tuple[int, ...], final: MessageStatus, now: datetime) -> None:
    """Queue the message again; `final` is its status if that would be too late."""
    due = now + timedelta(minutes=pauses[min(message.attempts, len(pauses)) - 1])
    message.leased_until = None
    message.updated_at = now
    if message.expires_at is not None and message.expires_at <= due:
        message.status = final
    else:
        message.status = MessageStatus.QUEUED
        message.due_at = due


def _speak_instead(session: Session, message: Message, now: datetime) -> None:
    mark_landline(session, message.to_phone)
    if message.body is not None:
        queue(
            session,
            Letter(
                dedupe_key=f"{message.dedupe_key}:spoken",
                to_phone=message.to_phone,
                language=message.language,
                body=message.body,
                kind=Kind.CALL,
                report_id=message.report_id,
                contact_id=message.contact_id,
                expires_at=message.expires_at,
                urgent=message.urgent,
            ),
            now,
        )
