"""What the desk's pages show, in words: students, releases, notices, visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console import desk_words, words
from console.desk_visits import PickupView, VisitView, pickups, visits
from console.office import Office
from console.report_view import full_name
from console.words import Badge
from flows.reading.values import Relationship
from school.people import StudentRow
from school.release_rules import Age, Leaves, OnFile, Standing, age, standing
from school.releases import REFUSED, WHY_REFUSED, Release, mark, of_day, on_file
from school.reports import EARLY, Report, ReportDay, Status

COUNTS = (Status.PENDING, Status.CONFIRMED)


@dataclass(frozen=True, slots=True)
class PersonView:
    """One contact, and whether they may collect the student."""

    key: str
    name: str
    relationship: str
    phone: str | None
    language: str
    standing: Standing
    why: str
    custody: str | None


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """One entry of the desk."""

    id: int
    student_id: str
    student: str
    grade: int
    outcome: Badge
    person: str
    relationship: str
    reason: str
    why: str | None
    left_at: datetime
    back_dated: bool
    expected_back: str | None
    returned_at: datetime | None
    returned_by: str | None
    undone_why: str | None
    undone_by: str | None
    recorded_by: str
    recorded_at: datetime
    checks: tuple[str, ...]
    signature: str | None
    is_out: bool
    is_late: bool
    left: bool
    state: Badge | None


@dataclass(frozen=True, slots=True)
class StudentView:
    """All that the desk has to know of a student, at one glance."""

    id: str
    name: str
    first: str
    preferred: str | None
    grade: int
    age: Badge
    is_adult: bool
    people: tuple[PersonView, ...]
    reported: tuple[Badge, ...]
    visits: tuple[VisitView, ...]
    pickup: PickupView | None
    today: tuple[ReleaseView, ...]
    out: ReleaseView | None
    seen: str

    @property
    def may(self) -> tuple[PersonView, ...]:
        """Who may collect the student."""
        return tuple(p for p in self.people if p.standing is Standing.MAY)

    @property
    def must_not(self) -> tuple[PersonView, ...]:
        """Who is kept from it by an order."""
        return tuple(
            p for p in self.people if p.standing in (Standing.NO_CONTACT, Standing.CUSTODY)
        )

    @property
    def others(self) -> tuple[PersonView, ...]:
        """Who is on file without being a listed parent or guardian."""
        named = (Standing.NOT_ON_FORM, Standing.NOT_A_PARENT)
        return tuple(p for p in self.people if p.standing in named)


def student_view(session: Session, office: Office, student: StudentRow) -> StudentView:
    """The student's page."""
    today = office.today()
    proven = age(student.birth_date, today)
    rows = of_day(session, today, student.student_id)
    shown = tuple(release_view(row, student, office) for row in rows)
    parents = office.school.dismissal.parents
    return StudentView(
        id=student.student_id,
        name=full_name(student),
        first=student.preferred_name or student.first_name,
        preferred=student.preferred_name,
        grade=student.grade,
        age=desk_words.age(student.birth_date, proven, today),
        is_adult=proven is Age.ADULT,
        people=tuple(
            _person(contact, standing(contact, parents))
            for contact in on_file(session, student.student_id)
            if contact.relationship != Relationship.SELF
        ),
        reported=reported_today(session, today, (student.student_id,)).get(student.student_id, ()),
        visits=visits(session, office, student.student_id),
        pickup=next(iter(pickups(session, office, student.student_id)), None),
        today=shown,
        out=next((row for row in shown if row.is_out), None),
        seen=mark(rows),
    )


def release_view(row: Release, student: StudentRow, office: Office) -> ReleaseView:
    """One entry in words."""
    zone = office.school.time.zone
    return ReleaseView(
        id=row.id,
        student_id=row.student_id,
        student=full_name(student),
        grade=student.grade,
        outcome=desk_words.UNDONE if row.undone_at else desk_words.OUTCOMES[row.outcome],
        person="Nobody, alone" if row.outcome == Leaves.ALONE else row.person,
        relationship="" if row.outcome == Leaves.ALONE else row.relationship or "",
        reason=_reason(row, office),
        why=row.why,
        left_at=row.left_at.astimezone(zone),
        back_dated=row.back_dated,
        expected_back=words.clock(row.expected_back) if row.expected_back else None,
        returned_at=row.returned_at,
        returned_by=row.returned_by,
        undone_why=row.undone_why,
        undone_by=row.undone_by,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        checks=_checks(row),
        signature=row.signature,
        is_out=row.is_out,
        is_late=_state(row, office) is desk_words.LATE_BACK,
        left=row.left,
        state=_state(row, office),
    )


def releases_of(session: Session, office: Office, day: date) -> tuple[ReleaseView, ...]:
    """The day's entries, in the order of their times."""
    rows = of_day(session, day)
    students = {
        student.student_id: student
        for student in session.scalars(
            select(StudentRow).where(StudentRow.student_id.in_({row.student_id for row in rows}))
        )
    }
    return tuple(release_view(row, students[row.student_id], office) for row in rows)


def reported_today(
    session: Session, today: date, student_ids: Sequence[str]
) -> dict[str, tuple[Badge, ...]]:
    """What is reported for today of these students; not why: the desk need not know."""
    rows = session.execute(
        select(Report)
        .join(ReportDay, ReportDay.report_id == Report.id)
        .where(
            ReportDay.day == today,
            Report.student_id.in_(student_ids),
            Report.status.in_(COUNTS),
            Report.partial_kind.is_distinct_from(EARLY),
        )
        .order_by(Report.id)
    ).scalars()
    found: dict[str, tuple[Badge, ...]] = {}
    for report in rows:
        if report.student_id is not None:
            before = found.get(report.student_id, ())
            badge = _reported(report)
            found[report.student_id] = before if badge in before else (*before, badge)
    return found


def _person(contact: OnFile, stands: Standing) -> PersonView:
    return PersonView(
        key=contact.contact_id,
        name=contact.name,
        relationship=desk_words.relationship(contact.relationship),
        phone=contact.phone,
        language=words.language(contact.language),
        standing=stands,
        why=desk_words.STANDINGS[stands],
        custody=contact.custody,
    )


def _reported(report: Report) -> Badge:
    waits = "waiting" if report.status == Status.PENDING else "confirmed"
    if report.partial_kind is None:
        more = "If the student is here after all, tell the attendance office."
        return Badge(f"Absence reported today, {waits}", words.Tone.ATTENTION, more)
    at = f" at {words.clock(report.partial_time)}" if report.partial_time else ""
    return Badge(f"Late arrival reported{at}, {waits}")


def _reason(row: Release, office: Office) -> str:
    if row.outcome == REFUSED:
        return WHY_REFUSED[row.reason]
    return office.school.dismissal.reason(row.reason) or "A reason no longer on the school's list"


def _checks(row: Release) -> tuple[str, ...]:
    done = (
        (row.id_seen, "ID seen"),
        (row.texted, "Student texted to meet"),
        (row.swiped, "Swiped out"),
        (row.signature is not None, "Signed"),
    )
    return tuple(said for holds, said in done if holds)


def _state(row: Release, office: Office) -> Badge | None:
    if not row.left:
        return None
    if row.returned_at is not None:
        return desk_words.BACK
    now = office.now()
    if row.expected_back and row.day == now.date() and now.time() > row.expected_back:
        return desk_words.LATE_BACK
    return desk_words.OUT
