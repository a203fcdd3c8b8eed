"""The voicemails that the carrier told us of, and how far each one has come."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from school.database import Base, UtcDateTime


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
