"""Photographs of notes that came by text, and how far each one has come.

The webhook only notes the carrier's ids, never an address; the worker fetches by them
(`recordings.picture_fetching`).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.database import Base, UtcDateTime
from school.decisions import Deed, note_received
from school.reports import Report
from school.upserts import insert_into

LINE = "line"  # who did it, where nobody of the staff did


class PictureState(StrEnum):
    """How far a picture has come."""

    RECEIVED = "received"  # the carrier has it
    KEPT = "kept"  # it is safe here, and the carrier's copy is deleted or will be
    REFUSED = "refused"  # it is no picture, or too large; the family was told
    PURGED = "purged"  # deleted when its time was over
    GONE = "gone"  # the carrier has it no more; the family was told


class Picture(Base):
    """One attachment of a text."""

    __tablename__ = "pictures"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "conversation_id"),
        Index(None, "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    media_sid: Mapped[str] = mapped_column(String(64), unique=True)
    message_sid: Mapped[str] = mapped_column(String(64))
    # The conversation's words may go before the photo.
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    from_phone: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str | None] = mapped_column(String(40))  # "image/jpeg", by its content
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))  # stays as proof
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def in_vault(self) -> str:
        """Its name in the vault. The carrier's id is no file name: it came from a request."""
        name = sha256(self.media_sid.encode()).hexdigest()
        return f"pictures/{name[:2]}/{name}"


def keep_pictures(
    session: Session,
    message_sid: str,
    media_sids: Sequence[str],
    conversation: int,
    phone: str | None,
    now: datetime,
) -> None:
    """Note the pictures of a text, each once."""
    for sid in media_sids:
        session.execute(
            insert_into(session, Picture)
            .values(
                media_sid=sid,
                message_sid=message_sid,
                conversation_id=conversation,
                from_phone=phone,
                state=PictureState.RECEIVED,
                attempts=0,
                received_at=now,
                due_at=now,
                updated_at=now,
            )
            .on_conflict_do_nothing(index_elements=[Picture.media_sid])
        )


def file_pictures(session: Session, conversation: int, report_id: int, now: datetime) -> None:
    """Put the pictures of this conversation that are not filed yet to this report."""
    session.flush()
    session.execute(
        update(Picture)
        .where(Picture.conversation_id == conversation, Picture.report_id.is_(None))
        .values(report_id=report_id, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    kept = select(Picture.id).where(
        Picture.report_id == report_id, Picture.state == PictureState.KEPT
    )
    if session.scalar(kept.limit(1)) is not None:
        receive_note(session, report_id, now)


def receive_note(session: Session, report_id: int, now: datetime) -> None:
    """The note for this report is in, and for its brothers of the same form.

    Staff look at it, and can take that back like a decision of their own.
    """
    report = session.get(Report, report_id)
    if report is None:
        return
    form = report.origin.rpartition(":")[0] + ":"
    for one in session.scalars(
        select(Report).where(Report.origin.startswith(form, autoescape=True))
    ):
        note_received(session, one, Deed(LINE, now), "photo")


def pictures_of(session: Session, report_id: int) -> Sequence[Picture]:
    """The pictures of a report that can be looked at, in the order in which they came."""
    return session.scalars(
        select(Picture)
        .where(Picture.report_id == report_id, Picture.state == PictureState.KEPT)
        .order_by(Picture.id)
    ).all()
