"""Pick-ups that were begun: somebody waits at the desk while the student is on the way.

An ID was checked and the student was texted to meet them; until the student has swiped and signed
out, the desk serves others. What was entered so far is kept for every desk, checked by the rules of
a release, and gone once the student leaves, stays, or the day is over.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.audit import note
from school.database import Base, UtcDateTime
from school.release_entry import Desk, Leaving
from school.releases import may_leave

Fields = Mapping[str, str | bool]


class Pickup(Base):
    """Somebody who waits for one student, and what of the form is filled in."""

    __tablename__ = "pickups"

    student_id: Mapped[str] = mapped_column(ForeignKey("students.student_id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    person: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, str | bool]] = mapped_column(JSON)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kept_by: Mapped[str] = mapped_column(String(254))


def keep(session: Session, leaving: Leaving, fields: Fields, desk: Desk) -> Pickup:
    """Keep what was entered so far of this student's leaving, in place of what was kept before.

    Raises:
        NotReleased: a rule forbids the leaving, or the student is out already.
    """
    person = may_leave(session, leaving, desk)
    forget(session, desk.today)
    row = session.get(Pickup, leaving.student_id)
    if row is None:
        row = Pickup(student_id=leaving.student_id, began_at=desk.now)
        session.add(row)
        note(session, desk.now, desk.who, "began a pick-up", f"student:{leaving.student_id}")
    row.day, row.person, row.fields, row.kept_by = desk.today, person, dict(fields), desk.who
    return row


def forget(session: Session, today: date) -> None:
    """Nobody waits since an earlier day; whom nobody took has stayed."""
    session.execute(delete(Pickup).where(Pickup.day < today))


def end(session: Session, student_id: str) -> bool:
    """Nobody waits for this student any more; False where nobody did."""
    row = session.get(Pickup, student_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def begun_on(session: Session, day: date, student_id: str | None = None) -> Sequence[Pickup]:
    """Who waits on this day, the longest first."""
    query = select(Pickup).where(Pickup.day == day).order_by(Pickup.began_at, Pickup.student_id)
    if student_id is not None:
        query = query.where(Pickup.student_id == student_id)
    return session.scalars(query).all()
