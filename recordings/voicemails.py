"""The recordings that the carrier told us of, and how far each one has come."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import JSON, ColumnElement, Index, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from flows.turn import MessageTaken
from school.database import Base, UtcDateTime
from school.reports import Flag, Report, note_flag
from school.upserts import insert_into


class VoicemailState(StrEnum):
    """How far a recording has come."""

    RECEIVED = "received"  # the carrier has the sound
    FETCHED = "fetched"  # it is safe here
    TRANSCRIBED = "transcribed"  # its words are written down, or cannot be
    DRAFTED = "drafted"  # its reports stand in the list
    SETTLED = "settled"  # the carrier has no copy any more
    ABSENT = "absent"  # the carrier says that nothing was recorded
    UNAVAILABLE = "unavailable"  # the carrier has no sound to give; a person sees to it


NOT_DRAFTED = (VoicemailState.RECEIVED, VoicemailState.FETCHED, VoicemailState.TRANSCRIBED)


class Kind(StrEnum):
    """What was recorded."""

    MESSAGE = "message"  # after the beep
    CALL = "call"  # a whole call, where the school records them


class Trouble(StrEnum):
    """Why a recording is where it is, and not further."""

    NOT_THERE = "not_there"  # the carrier does not have it yet, or not any more
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    NOT_AUDIO = "not_audio"
    TRUNCATED = "truncated"  # shorter than the carrier says it is
    VAULT = "vault"  # could not be kept, or does not open
    NOT_TRANSCRIBED = "not_transcribed"  # no speech model, or it failed
    NOT_DELETED = "not_deleted"  # the carrier's copy is there still
    BROKE = "broke"  # a fault of ours; the log has its name


class Voicemail(Base):
    """One recording, known by the carrier's id."""

    __tablename__ = "voicemails"
    __table_args__ = (
        Index(None, "state", "received_at"),
        Index(None, "state", "due_at"),
        Index(None, "call_sid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_sid: Mapped[str] = mapped_column(String(64), unique=True)
    call_sid: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8), default=Kind.MESSAGE)
    from_phone: Mapped[str | None] = mapped_column(String(20))  # where no conversation tells
    state: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the sound; stays as proof
    peaks: Mapped[list[int] | None] = mapped_column(JSON)  # of the waveform, 0 to 100
    trouble: Mapped[str | None] = mapped_column(String(24))
    attempts: Mapped[int] = mapped_column(default=0)  # at the step it is in
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # For its next step; the first is due at once.
    due_at: Mapped[datetime] = mapped_column(
        UtcDateTime, default=lambda row: row.get_current_parameters()["received_at"]
    )
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    copy_deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the carrier's
    purged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # our own
    legal_hold: Mapped[bool] = mapped_column(default=False)  # nothing of it may be deleted
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def in_vault(self) -> str:
        """Its name in the vault. The carrier's id is no file name: it came from a request."""
        name = sha256(self.recording_sid.encode()).hexdigest()
        return f"{name[:2]}/{name}"

    @property
    def can_be_heard(self) -> bool:
        """Whether the sound is here."""
        return self.sha256 is not None and self.purged_at is None


def held_calls(session: Session) -> Sequence[str]:
    """The CallSids of the recordings under a legal hold; nothing of those calls may go."""
    held = select(Voicemail.call_sid).where(Voicemail.legal_hold)
    return [sid for sid in session.scalars(held) if sid]


def keep(
    session: Session,
    recording_sid: str,
    call_sid: str,
    state: VoicemailState,
    seconds: int | None,
    now: datetime,
    kind: Kind = Kind.MESSAGE,
) -> Voicemail:
    """Keep what is known of a recording.

    The call's own word and the carrier's come in any order, and often at once: the second waits
    for the first. The carrier's duration, which is the measured one, takes the place of the
    call's. What has been worked on stays as it is.
    """
    session.execute(
        insert_into(session, Voicemail)
        .values(
            recording_sid=recording_sid,
            call_sid=call_sid,
            kind=kind,
            state=state,
            received_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Voicemail.recording_sid])
    )
    row = session.scalars(
        select(Voicemail).where(Voicemail.recording_sid == recording_sid).with_for_update()
    ).one()
    if row.state in (VoicemailState.RECEIVED, VoicemailState.ABSENT):
        row.state = state
        row.seconds = seconds if seconds is not None else row.seconds
        row.updated_at = now
        if state == VoicemailState.ABSENT:
            nothing_was_said(session, row, now)
    return row


def keep_message(
    session: Session, message: MessageTaken, call_sid: str, report: Report, now: datetime
) -> None:
    """Keep the message a caller left, as the recording of this report."""
    row = session.scalar(select(Voicemail).where(Voicemail.recording_sid == message.recording_sid))
    if row is None:
        sid, state = message.recording_sid, VoicemailState.RECEIVED
        row = keep(session, sid, call_sid, state, message.seconds, now)
    report.recording_sid = row.recording_sid
    if row.state == VoicemailState.ABSENT:
        note_flag(report, Flag.NOTHING_HEARD, now)


def nothing_was_said(session: Session, voicemail: Voicemail, now: datetime) -> None:
    """Tell it on the recording's reports."""
    for report in reports_of(session, voicemail):
        note_flag(report, Flag.NOTHING_HEARD, now)


def reports_of(session: Session, voicemail: Voicemail) -> Sequence[Report]:
    """The reports that come from a message, or that were made in a recorded call."""
    if voicemail.kind == Kind.CALL:
        of_it = Report.call_sid == voicemail.call_sid
    else:
        of_it = Report.recording_sid == voicemail.recording_sid
    return session.scalars(select(Report).where(of_it).order_by(Report.id)).all()


def needs_a_person() -> tuple[ColumnElement[bool], ...]:
    """The recordings that somebody should see to: a work item each.

    The sound cannot be had, or the carrier's copy of it cannot be deleted.
    """
    return (
        or_(
            Voicemail.state == VoicemailState.UNAVAILABLE,
            Voicemail.trouble == Trouble.NOT_DELETED,
        ),
    )


def in_trouble(session: Session) -> Sequence[Voicemail]:
    """Those recordings, the oldest first."""
    return session.scalars(
        select(Voicemail).where(*needs_a_person()).order_by(Voicemail.received_at)
    ).all()


def messages_of(session: Session, report_ids: Sequence[int]) -> dict[int, Voicemail]:
    """The message that each report comes from, where it comes from one."""
    rows = session.execute(
        select(Report.id, Voicemail)
        .join(Voicemail, Voicemail.recording_sid == Report.recording_sid)
        .where(Report.id.in_(report_ids))
    )
    return {row[0]: row[1] for row in rows}


def calls_of(session: Session, report_ids: Sequence[int]) -> dict[int, Voicemail]:
    """The recorded call in which each report was made, where the school records calls."""
    rows = session.execute(
        select(Report.id, Voicemail)
        .join(Voicemail, Voicemail.call_sid == Report.call_sid)
        .where(Report.id.in_(report_ids), Voicemail.kind == Kind.CALL)
        .order_by(Voicemail.id)
    )
    return {row[0]: row[1] for row in rows}
