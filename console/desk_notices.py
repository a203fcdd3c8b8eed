"""Who is told of a release, how far each message has come, and whom the desk has to call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from console import desk_words, words
from console.desk_words import CANNOT_BE_SENT
from console.office import Office
from console.report_view import full_name
from console.words import Badge, Tone
from school import release_letters
from school.outbox import DOES_NOT_WAIT, Kind, Message, MessageStatus
from school.people import StudentRow
from school.release_letters import Told
from school.releases import Release, of_day

SENDING_TAKES = timedelta(seconds=30)  # a worker looks twice a second


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Somebody who is told of a release, and how far the message has come."""

    release_id: int
    contact_id: str
    name: str
    relationship: str
    phone: str | None
    language: str
    kind: str | None
    status: Badge
    at: datetime | None
    by_hand: str | None  # who of the desk told them instead

    @property
    def not_reached(self) -> bool:
        """Whether the desk has to see to it that this person knows."""
        return self.status.tone is Tone.TROUBLE or self.status in (
            desk_words.OVERDUE,
            desk_words.TRYING_AGAIN,
        )


@dataclass(frozen=True, slots=True)
class ToCall:
    """A family of today whom the notice of a release did not reach."""

    student: str
    left_at: datetime
    notice: NoticeView


def notices(session: Session, row: Release, office: Office) -> tuple[NoticeView, ...]:
    """Who was told of a release, and how far each message has come."""
    return _of(row, release_letters.messages_of(session, row), office.clock())


def to_call(session: Session, office: Office, but: int | None = None) -> tuple[ToCall, ...]:
    """Whom the notices of today did not reach, and whom the desk has not told either.

    Somebody without a number is one of them where nobody else of that family could be told.
    `but`: a release whose page shows this itself.
    """
    rows = [
        row for row in of_day(session, office.today()) if row.left and row.told and row.id != but
    ]
    sent = release_letters.messages_of_all(session, rows)
    found: list[ToCall] = []
    for row in rows:
        told = _of(row, sent[row.id], office.clock())
        nobody = all(one.not_reached for one in told)
        missed = [one for one in told if one.not_reached and (one.phone or nobody)]
        if missed:
            student = full_name(session.get_one(StudentRow, row.student_id))
            left_at = row.left_at.astimezone(office.school.time.zone)
            found += [ToCall(student, left_at, one) for one in missed]
    return tuple(found)


def waiting_notices(session: Session, now: datetime) -> int:
    """How many notices should have been sent by now, and were not even tried."""
    late = select(Message.id).where(DOES_NOT_WAIT, Message.due_at <= now - SENDING_TAKES)
    return len(session.scalars(late.where(Message.attempts == 0)).all())


def _of(row: Release, sent: Mapping[str, Message], now: datetime) -> tuple[NoticeView, ...]:
    return tuple(
        _notice(row, person, sent.get(person.contact_id), now)
        for person in release_letters.told_of(row)
    )


def _notice(row: Release, person: Told, message: Message | None, now: datetime) -> NoticeView:
    status = None if message is None else MessageStatus(message.status)
    if message is None or status is None:
        badge = CANNOT_BE_SENT.get(person.how, words.MESSAGE_STATUSES[MessageStatus.CANCELLED])
    elif status is MessageStatus.CANCELLED:
        badge = desk_words.NOT_SENT
    elif _overdue(message, now):
        badge = desk_words.OVERDUE
    elif status is MessageStatus.QUEUED and message.attempts:
        badge = desk_words.TRYING_AGAIN
    else:
        badge = words.MESSAGE_STATUSES[status]
    if person.by_hand and badge.tone is not Tone.DONE:
        badge = desk_words.TOLD_BY_HAND
    return NoticeView(
        release_id=row.id,
        contact_id=person.contact_id,
        name=person.name,
        relationship=desk_words.relationship(person.relationship),
        phone=person.phone,
        language=words.language(message.language if message else person.language),
        kind=words.MESSAGE_KINDS[Kind(message.kind)] if message else None,
        status=badge,
        at=person.by_hand_at or (message.updated_at if message else None),
        by_hand=person.by_hand,
    )


def _overdue(message: Message, now: datetime) -> bool:
    never_tried = message.status == MessageStatus.QUEUED and message.attempts == 0
    return never_tried and message.due_at <= now - SENDING_TAKES
