"""The voicemails that the carrier told us of, and how far each one has come."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from flows.turn import MessageTaken
from school.database import Base, UtcDateTime
from school.reports import Report
from school.upserts import insert_into


class VoicemailState(StrEnum):
    """How far a voicemail has come."""

    RECEIVED = "received"  # the carrier has the sound
    ABSENT = "absent"  # the carrier says that nothing was recorded


class Voicemail(Base):
    """One recording, known by the carrier's id."""

    __tablename__ = "voicemails"
    __table_args__ = (Index(None, "state", "received_at"), Index(None, "call_sid"))

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_sid: Mapped[str] = mapped_column(String(64), unique=True)
    call_sid: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[int | None]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


def keep(
    session: Session,
    recording_sid: str,
    call_sid: str,
    state: VoicemailState,
    seconds: int | None,
    now: datetime,
) -> Voicemail:
    """Keep what is known of a recording.

    The call's own word and the carrier's come in any order, and often at once: the second waits
    for the first. The carrier's duration, which is the measured one, takes the place of the
    call's.
    """
    session.execute(
        insert_into(session, Voicemail)
        .values(
            recording_sid=recording_sid,
            call_sid=call_sid,
            state=state,
            received_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Voicemail.recording_sid])
    )
    row = session.scalars(
        select(Voicemail).where(Voicemail.recording_sid == recording_sid).with_for_update()
    ).one()
    row.state = state
    row.seconds = seconds
    row.updated_at = now
    return row


def keep_message(
    session: Session, message: MessageTaken, call_sid: str, report: Report, now: datetime
) -> None:
    """Keep the message a caller left, as the recording of this report."""
    row = session.scalar(select(Voicemail).where(Voicemail.recording_sid == message.recording_sid))
    if row is None:
        sid, state = message.recording_sid, VoicemailState.RECEIVED
        row = keep(session, sid, call_sid, state, message.seconds, now)
    row.report_id = row.report_id or report.id
