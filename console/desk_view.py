"""What the desk's pages show, in words: students, releases, notices, visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from console import desk_words, words
from console.desk_words import CANNOT_BE_SENT
from console.office import Office
from console.report_view import full_name
from console.words import Badge
from flows.reading.values import Relationship
from school import release_letters
from school.outbox import DOES_NOT_WAIT, Kind, Message, MessageStatus
from school.people import StudentRow
from school.release_letters import Told
from school.release_rules import Age, Leaves, OnFile, Standing, age, standing
from school.releases import REFUSED, WHY_REFUSED, Release, mark, of_day, on_file
from school.reports import EARLY, Report, ReportChannel, ReportDay, Status, Verification
from school.visits import Visit, expected_on

SENDING_TAKES = timedelta(seconds=30)  # a worker looks twice a second
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
    left: bool
    state: Badge | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Somebody who is told of a release, and how far the message has come."""

    name: str
    relationship: str
    phone: str | None
    language: str
    kind: str | None
    status: Badge
    at: datetime | None
    moving: bool  # its status may still change in the next minute


@dataclass(frozen=True, slots=True)
class VisitView:
    """Somebody to expect at the desk."""

    report_id: int
    student_id: str | None
    student: str
    sentence: str
    proof: str
    came: str | None


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


def notices(session: Session, row: Release, office: Office) -> tuple[NoticeView, ...]:
    """Who was told of a release, and how far each message has come."""
    sent = release_letters.messages_of(session, row)
    now = office.clock()
    return tuple(
        _notice(person, sent.get(person.contact_id), now) for person in release_letters.told_of(row)
    )


def waiting_notices(session: Session, now: datetime) -> int:
    """How many notices should have been sent by now, and were not even tried."""
    late = select(Message.id).where(DOES_NOT_WAIT, Message.due_at <= now - SENDING_TAKES)
    return len(session.scalars(late.where(Message.attempts == 0)).all())


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


def visits(
    session: Session, office: Office, student_id: str | None = None
) -> tuple[VisitView, ...]:
    """Whom to expect today; those who came are last."""
    zone = office.school.time.zone
    found = expected_on(session, office.today(), zone, student_id)
    shown = [_visit(visit, office) for visit in found]
    return tuple(sorted(shown, key=lambda visit: visit.came is not None))


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


def _notice(person: Told, message: Message | None, now: datetime) -> NoticeView:
    status = None if message is None else MessageStatus(message.status)
    if message is None or status is None:
        badge = CANNOT_BE_SENT.get(person.how, words.MESSAGE_STATUSES[MessageStatus.CANCELLED])
    elif _overdue(message, now):
        badge = desk_words.OVERDUE
    elif status is MessageStatus.QUEUED and message.attempts:
        badge = desk_words.TRYING_AGAIN
    else:
        badge = words.MESSAGE_STATUSES[status]
    return NoticeView(
        name=person.name,
        relationship=desk_words.relationship(person.relationship),
        phone=person.phone,
        language=words.language(message.language if message else person.language),
        kind=words.MESSAGE_KINDS[Kind(message.kind)] if message else None,
        status=badge,
        at=message.updated_at if message else None,
        moving=status in MOVING,
    )


MOVING = (
    MessageStatus.QUEUED,
    MessageStatus.SENDING,
    MessageStatus.UNCERTAIN,
    MessageStatus.SENT,
)


def _overdue(message: Message, now: datetime) -> bool:
    never_tried = message.status == MessageStatus.QUEUED and message.attempts == 0
    return never_tried and message.due_at <= now - SENDING_TAKES


ASKED_BY = {
    ReportChannel.PHONE: ("called", "told to come in"),
    ReportChannel.SMS: ("texted", "told to come in"),
    ReportChannel.VOICEMAIL: ("left a message", "not told yet: it is a recording"),
}


def _visit(visit: Visit, office: Office) -> VisitView:
    report, zone = visit.report, office.school.time.zone
    asked, told = ASKED_BY.get(ReportChannel(report.channel), ("asked", "told to come in"))
    if report.status == Status.INCOMPLETE:
        told = "hung up before the answer"
    at = words.clock(report.created_at.astimezone(zone).time())
    about = f" about {words.clock(report.partial_time)}" if report.partial_time else ""
    came = None
    if visit.came is not None:
        outcome = desk_words.OUTCOMES[visit.came.outcome].words
        came = f"{outcome} at {words.clock(visit.came.left_at.astimezone(zone).time())}"
    return VisitView(
        report_id=report.id,
        student_id=visit.student.student_id if visit.student else None,
        student=full_name(visit.student) if visit.student else "Which student?",
        sentence=f"{_who(report)} {asked} at {at}{about}; {told}.",
        proof=words.VERIFICATIONS[Verification(report.verification)],
        came=came,
    )


def _who(report: Report) -> str:
    relationship = Relationship(report.relationship)
    said = words.RELATIONSHIPS[relationship]
    if relationship is Relationship.UNKNOWN:
        return report.reporter_name or "Somebody who gave no name"
    return f"{report.reporter_name} ({said})" if report.reporter_name else words.upper_first(said)
