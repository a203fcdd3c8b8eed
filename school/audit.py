"""Who saw, heard and changed what. Lines are added; the database refuses to change one."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.database import Base, UtcDateTime


class AuditLine(Base):
    """One deed of one person or of the line itself, and what it was done to."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "at"), Index(None, "subject"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str] = mapped_column(String(254))  # an address, "token:NAME", or "line"
    did: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))  # "report:17"
    detail: Mapped[str | None] = mapped_column(Text)


def note(
    session: Session,
    now: datetime,
    who: str,
    did: str,
    subject: str,
    detail: str | None = None,
) -> None:
    """Add a line to the audit, in the caller's transaction. No words of families in it."""
    session.add(AuditLine(at=now, who=who, did=did, subject=subject, detail=detail))
