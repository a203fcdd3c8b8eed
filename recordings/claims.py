"""How a worker takes a recording for its next step, however many workers there are.

A claim is a lease: the row is taken until a moment, and who has not come back by then has died,
so another takes it. What a step found out is written down only while its lease is the row's; a
worker that was thought dead and comes back late changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from recordings.voicemails import Trouble, Voicemail, VoicemailState
from school.database import Database


@dataclass(frozen=True, slots=True)
class Claim:
    """A recording that one worker has taken up for one step."""

    id: int
    recording_sid: str
    call_sid: str | None
    kind: str
    state: str
    in_vault: str
    seconds: int | None
    from_phone: str | None
    received_at: datetime
    attempts: int  # with this one
    leased_until: datetime
    copy_deleted: bool
    trouble: str | None


def claim(
    database: Database,
    state: VoicemailState,
    lease: timedelta,
    now: datetime,
    *conditions: ColumnElement[bool],
) -> Claim | None:
    """Take the recording that has waited longest for the step after this state, if one is due.

    On PostgreSQL the row is locked while it is chosen, and locked ones are passed over; on SQLite
    there is one writer at a time.
    """
    due = (
        select(Voicemail)
        .where(
            Voicemail.state == state,
            Voicemail.due_at <= now,
            or_(Voicemail.leased_until.is_(None), Voicemail.leased_until <= now),
            *conditions,
        )
        .order_by(Voicemail.due_at, Voicemail.id)
        .limit(1)
    )
    with database.reading() as session:  # most times there is none, and nobody waits for that
        if session.scalar(due.with_only_columns(Voicemail.id)) is None:
            return None
    with database.begin() as session:
        row = session.scalar(due.with_for_update(skip_locked=True, of=Voicemail))
        if row is None:
            return None
        row.leased_until = now + lease
        row.attempts += 1
        return Claim(
            id=row.id,
            recording_sid=row.recording_sid,
            call_sid=row.call_sid,
            kind=row.kind,
            state=row.state,
            in_vault=row.in_vault,
            seconds=row.seconds,
            from_phone=row.from_phone,
            received_at=row.received_at,
            attempts=row.attempts,
            leased_until=row.leased_until,
            copy_deleted=row.copy_deleted_at is not None,
            trouble=row.trouble,
        )


def in_hand(session: Session, claim: Claim) -> Voicemail | None:
    """The claimed recording, locked; None when another worker has it by now."""
    return session.scalar(
        select(Voicemail)
        .where(
            Voicemail.id == claim.id,
            Voicemail.state == claim.state,
            Voicemail.leased_until == claim.leased_until,
        )
        .with_for_update()
    )


def advance(voicemail: Voicemail, state: VoicemailState, now: datetime) -> None:
    """It has come one step further; the next may begin at once."""
    voicemail.state = state
    voicemail.attempts = 0
    voicemail.due_at = now
    voicemail.leased_until = None
    voicemail.updated_at = now


def put_off(voicemail: Voicemail, trouble: Trouble, pause: timedelta, now: datetime) -> None:
    """The step did not succeed; again after a pause."""
    voicemail.trouble = trouble
    voicemail.due_at = now + pause
    voicemail.leased_until = None
    voicemail.updated_at = now


def put_back(voicemail: Voicemail, now: datetime) -> None:
    """It was claimed and not tried, because the worker is to end: it is due at once."""
    voicemail.attempts -= 1
    voicemail.due_at = now
    voicemail.leased_until = None
