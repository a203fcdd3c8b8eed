"""Releases: who left school early, with whom, when, and whether they came back.

Rows are added by the dismissal desk alone; no call and no text makes one. Whether a student may
leave is decided by `school.release_rules`. Two desks at once are told apart by the student's row,
which is locked, and by the mark of what each of them saw.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, Time, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from flows.reading.values import Relationship
from school.audit import note
from school.database import Base, UtcDateTime
from school.people import ContactRow, StudentRow
from school.release_entry import Desk, Leaving, Refusal, back_time, signature_path, time_out
from school.release_rules import Asked, Leaves, NotReleased, OnFile, allow

REFUSED = "refused"
OVERRIDDEN = "OVERRIDE: released off the form"  # stands out in the audit
CHOOSE_WHY = "Choose why the student leaves."
LATE_ENTRY = timedelta(minutes=15)  # entered so much later, a time counts as back-dated
LONGEST_TEXT = 500


class Release(Base):
    """One student who left early, or who was asked for and stayed."""

    __tablename__ = "releases"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Made with the form: a form that is sent twice makes one release.
    form_key: Mapped[str] = mapped_column(String(36), unique=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("students.student_id"))
    day: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(12))  # of Leaves, or REFUSED
    contact_id: Mapped[str | None] = mapped_column(String(32))
    person: Mapped[str] = mapped_column(Text)  # who collected, or asked for, the student
    relationship: Mapped[str | None] = mapped_column(Text)
    id_seen: Mapped[bool]
    texted: Mapped[bool] = mapped_column(default=False)  # the student was texted to meet
    swiped: Mapped[bool] = mapped_column(default=False)  # the student swiped out
    reason: Mapped[str] = mapped_column(String(40))  # a code of the school file, or of WHY_REFUSED
    # An admin's reason to decide otherwise; what was said when a student was refused.
    why: Mapped[str | None] = mapped_column(Text)
    left_at: Mapped[datetime] = mapped_column(UtcDateTime)  # refused: when they were asked for
    expected_back: Mapped[time | None] = mapped_column(Time)
    signature: Mapped[str | None] = mapped_column(Text)  # a path of points on 600 by 200
    # Whom it concerns, as of then, and how each was told: see school.release_letters.
    told: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(254))
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_by: Mapped[str | None] = mapped_column(String(254))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # entered by mistake
    undone_by: Mapped[str | None] = mapped_column(String(254))
    undone_why: Mapped[str | None] = mapped_column(Text)

    @property
    def left(self) -> bool:
        """Whether the student went out of the door."""
        return self.outcome != REFUSED and self.undone_at is None

    @property
    def is_out(self) -> bool:
        """Whether the student is out, as far as is known."""
        return self.left and self.returned_at is None

    @property
    def back_dated(self) -> bool:
        """Whether it was entered long after the time it says."""
        return self.recorded_at - self.left_at >= LATE_ENTRY


IS_OUT = and_(
    Release.outcome != REFUSED, Release.returned_at.is_(None), Release.undone_at.is_(None)
)
# The last guard against two desks: nobody is out twice on one day.
Index(
    "uq_releases_out",
    Release.student_id,
    Release.day,
    unique=True,
    sqlite_where=IS_OUT,
    postgresql_where=IS_OUT,
)
Index("ix_releases_day", Release.day)
Index("ix_releases_student_id", Release.student_id)

WHY_REFUSED = {
    "not_on_form": "Not a parent or guardian on the emergency form",
    "no_contact": "No-contact or custody order",
    "no_id": "No photo ID",
    "under_18": "Under 18, wanted to leave alone",
    "by_phone": "Asked by telephone or text",
    "other": "Another reason",
}


def release(session: Session, leaving: Leaving, desk: Desk) -> tuple[Release, bool]:
    """Let the student leave; False beside it when this form was sent before.

    Raises:
        NotReleased: a rule forbids it, the student is out already, or another desk was first.
    """
    student = _student(session, leaving.student_id)
    asked = leaving.asked
    again = _entered(session, leaving.form_key)
    if again is not None and _is_same(again, leaving):
        return again, False
    _nobody_was_first(session, student, desk)
    _is_fresh(again)
    collector = _allowed(session, student, asked, desk)
    if desk.rules.reason(leaving.reason) is None:
        raise NotReleased(CHOOSE_WHY, "reason")
    left_at = time_out(leaving.left_at, desk)
    row = Release(
        form_key=leaving.form_key,
        student_id=student.student_id,
        day=desk.today,
        outcome=asked.leaves,
        contact_id=collector.contact_id if collector else None,
        person=_person(asked, collector, student),
        relationship=_relationship(leaving, collector),
        id_seen=asked.id_seen,
        texted=leaving.texted,
        swiped=leaving.swiped,
        reason=leaving.reason,
        why=asked.why.strip()[:LONGEST_TEXT] if asked.leaves is Leaves.OTHER else None,
        left_at=left_at,
        expected_back=back_time(leaving.expected_back, left_at, desk),
        signature=signature_path(leaving.signature),
        told=[],
        recorded_at=desk.now,
        recorded_by=desk.who,
    )
    session.add(row)
    session.flush()
    did = OVERRIDDEN if asked.leaves is Leaves.OTHER else "released student"
    note(session, desk.now, desk.who, did, f"release:{row.id}", row.why)
    return row, True


def may_leave(session: Session, leaving: Leaving, desk: Desk) -> str:
    """Who takes the student along, where the rules let the student leave; nothing is entered yet.

    Raises:
        NotReleased: a rule forbids it, the student is out already, or another desk was first.
    """
    student = _student(session, leaving.student_id)
    _nobody_was_first(session, student, desk)
    collector = _allowed(session, student, leaving.asked, desk)
    return _person(leaving.asked, collector, student)


def refuse(session: Session, refusal: Refusal, desk: Desk) -> Release:
    """Write down that somebody asked for the student, and that the student stays.

    Raises:
        NotReleased: nobody or no reason is named.
    """
    student = _student(session, refusal.student_id)
    person = refusal.person.strip()[:LONGEST_TEXT]
    again = _entered(session, refusal.form_key)
    if again is not None and (again.student_id, again.outcome, again.person) == (
        student.student_id,
        REFUSED,
        person,
    ):
        return again
    _is_fresh(again)
    if not person:
        raise NotReleased("Enter who asked for the student.", "person")
    if refusal.reason not in WHY_REFUSED:
        raise NotReleased("Choose why the student stays.", "refusal")
    row = Release(
        form_key=refusal.form_key,
        student_id=student.student_id,
        day=desk.today,
        outcome=REFUSED,
        person=person,
        id_seen=False,
        reason=refusal.reason,
        why=refusal.details.strip()[:LONGEST_TEXT] or None,
        left_at=desk.now,
        told=[],
        recorded_at=desk.now,
        recorded_by=desk.who,
    )
    session.add(row)
    session.flush()
    note(session, desk.now, desk.who, "did not release student", f"release:{row.id}")
    return row


def come_back(session: Session, row: Release, at: time | None, desk: Desk) -> bool:
    """The student is back; False when that was entered before.

    Raises:
        NotReleased: the time cannot be right, or the student never left.
    """
    if row.returned_at is not None:
        return False
    if not row.left:
        raise NotReleased("This student did not leave, so there is no coming back to enter.", "at")
    back = time_out(at, desk) if row.day == desk.today else desk.now
    if back < row.left_at:
        raise NotReleased("Nobody is back before leaving: enter a later time.", "at")
    row.returned_at = back
    row.returned_by = desk.who
    note(session, desk.now, desk.who, "student came back", f"release:{row.id}")
    return True


def undo(session: Session, row: Release, why: str, desk: Desk) -> bool:
    """Take back what was entered by mistake; the row stays. False when it was taken back before.

    Raises:
        NotReleased: no reason is given.
    """
    if row.undone_at is not None:
        return False
    why = why.strip()[:LONGEST_TEXT]
    if not why:
        raise NotReleased("Enter what was wrong, such as “wrong student”.", "undo")
    row.undone_at, row.undone_by, row.undone_why = desk.now, desk.who, why
    note(session, desk.now, desk.who, "took a release back", f"release:{row.id}", why)
    return True


def locked(session: Session, release_id: int) -> Release | None:
    """The release, which nobody else changes until the end of this transaction."""
    return session.scalar(select(Release).where(Release.id == release_id).with_for_update())


def on_file(session: Session, student_id: str) -> Sequence[OnFile]:
    """The student's contacts in the order of the file, whatever forbids them to collect."""
    rows = session.scalars(
        select(ContactRow)
        .where(ContactRow.student_id == student_id)
        .order_by(ContactRow.order, ContactRow.contact_id)
    )
    return tuple(
        OnFile(
            contact_id=row.contact_id,
            name=row.name,
            relationship=row.relationship,
            phone=row.phone,
            language=row.language,
            on_form=row.on_emergency_form,
            no_contact=row.no_contact,
            custody=row.custody,
        )
        for row in rows
    )


def of_day(session: Session, day: date, student_id: str | None = None) -> Sequence[Release]:
    """What the desk entered on this day, in the order of the times."""
    query = select(Release).where(Release.day == day).order_by(Release.left_at, Release.id)
    if student_id is not None:
        query = query.where(Release.student_id == student_id)
    return session.scalars(query).all()


def mark(rows: Sequence[Release]) -> str:
    """Stands in a form for what its page showed of the student's day."""
    return ".".join(
        f"{row.id}{'b' if row.returned_at else ''}{'u' if row.undone_at else ''}"
        for row in sorted(rows, key=lambda row: row.id)
    )


def _student(session: Session, student_id: str) -> StudentRow:
    """The student's row, locked: another desk waits here."""
    found = session.scalar(
        select(StudentRow).where(StudentRow.student_id == student_id).with_for_update()
    )
    if found is None or found.left_at is not None:
        raise NotReleased("This student is not on the school's roster any more.")
    return found


def _entered(session: Session, form_key: str) -> Release | None:
    return session.scalar(select(Release).where(Release.form_key == form_key))


def _is_same(row: Release, leaving: Leaving) -> bool:
    """Whether this is the same leaving, sent once more while the student is out."""
    return row.is_out and (row.student_id, row.outcome, row.contact_id) == (
        leaving.student_id,
        leaving.asked.leaves,
        leaving.asked.contact_id if leaving.asked.leaves is Leaves.LISTED else None,
    )


def _is_fresh(before: Release | None) -> None:
    """A browser's way back leads to forms that were entered: what is in them now is something new.

    Raises:
        NotReleased: this form was entered before.
    """
    if before is not None:
        raise NotReleased(
            f"This page is an old one: what it was for was entered by {before.recorded_by}. Look "
            "at it below, then decide again. Nothing was saved now."
        )


def _nobody_was_first(session: Session, student: StudentRow, desk: Desk) -> None:
    rows = of_day(session, desk.today, student.student_id)
    out = next((row for row in rows if row.is_out), None)
    if out is not None:
        left = desk.time.local(out.left_at)
        raise NotReleased(
            f"{student.first_name} is out already: signed out at {left:%H:%M} by "
            f"{out.recorded_by}. Enter the coming back first."
        )
    if desk.seen is not None and desk.seen != mark(rows):
        last = max(rows, key=lambda row: row.id)
        raise NotReleased(
            f"{last.recorded_by} entered something for this student since you opened the page. "
            "Look at it below, then decide again. Nothing of yours was saved."
        )


def _allowed(session: Session, student: StudentRow, asked: Asked, desk: Desk) -> OnFile | None:
    contacts = on_file(session, student.student_id)
    return allow(
        asked,
        student.birth_date,
        desk.today,
        contacts,
        desk.rules.parents,
        by_admin=desk.admin,
    )


def _person(asked: Asked, collector: OnFile | None, student: StudentRow) -> str:
    if collector is not None:
        return collector.name
    if asked.leaves is Leaves.ALONE:
        return f"{student.first_name} {student.last_name}".strip()
    return " ".join(asked.name.split())[:LONGEST_TEXT]


def _relationship(leaving: Leaving, collector: OnFile | None) -> str | None:
    if collector is not None:
        return collector.relationship
    if leaving.asked.leaves is Leaves.ALONE:
        return str(Relationship.SELF)
    return leaving.relationship.strip()[:LONGEST_TEXT] or None
