"""Whom the desk has to expect, and who waits at it for a student."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from console import desk_words, words
from console.office import Office
from console.report_view import full_name
from console.words import Badge
from flows.reading.values import Relationship
from school.people import StudentRow
from school.pickups import Pickup, begun_on
from school.release_rules import folded, reads_like
from school.releases import on_file
from school.reports import Report, ReportChannel, Status, Verification
from school.visits import Visit, expected_on


@dataclass(frozen=True, slots=True)
class VisitView:
    """Somebody to expect at the desk."""

    report_id: int
    student_id: str | None
    student: str
    sentence: str
    proof: str
    came: str | None
    order: Badge | None  # the court's, against who asked


@dataclass(frozen=True, slots=True)
class PickupView:
    """Somebody who waits at the desk while the student is on the way."""

    student_id: str
    student: str
    grade: int
    person: str
    since: datetime
    done: tuple[str, ...]
    next: str
    kept_by: str


def pickups(
    session: Session, office: Office, student_id: str | None = None
) -> tuple[PickupView, ...]:
    """Who waits, the longest first."""
    rows = begun_on(session, office.today(), student_id)
    return tuple(_pickup(row, session.get_one(StudentRow, row.student_id), office) for row in rows)


def visits(
    session: Session, office: Office, student_id: str | None = None
) -> tuple[VisitView, ...]:
    """Whom to expect today; those who came are last."""
    zone = office.school.time.zone
    found = expected_on(session, office.today(), zone, student_id)
    shown = [_visit(visit, _order(session, visit), office) for visit in found]
    return tuple(sorted(shown, key=lambda visit: visit.came is not None))


def _pickup(row: Pickup, student: StudentRow, office: Office) -> PickupView:
    steps = (
        (True, "photo ID seen", ""),
        (bool(row.fields.get("texted")), "student texted to meet", "the student is texted to meet"),
        (bool(row.fields.get("swiped")), "swiped out", "the student swipes out"),
    )
    return PickupView(
        student_id=row.student_id,
        student=full_name(student),
        grade=student.grade,
        person=row.person,
        since=row.began_at.astimezone(office.school.time.zone),
        done=tuple(said for done, said, _ in steps if done),
        next=next((to_do for done, _, to_do in steps if not done), "sign out"),
        kept_by=row.kept_by,
    )


ASKED_BY = {
    ReportChannel.PHONE: ("called", "told to come in"),
    ReportChannel.SMS: ("texted", "told to come in"),
    ReportChannel.VOICEMAIL: ("left a message", "not told yet: it is a recording"),
}


def _order(session: Session, visit: Visit) -> Badge | None:
    """The order against who asked, known by the name, or by a number that is nobody else's."""
    if visit.student is None:
        return None
    contacts, named = on_file(session, visit.student.student_id), visit.report.reporter_name
    phone = visit.report.from_phone
    for meant in (
        [c for c in contacts if phone and c.phone == phone],
        [c for c in contacts if named and reads_like(folded(named), folded(c.name))],
    ):
        orders = [desk_words.order(contact) for contact in meant]
        if orders and all(orders):
            return orders[0]
    return None


def _visit(visit: Visit, order: Badge | None, office: Office) -> VisitView:
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
        order=order,
    )


def _who(report: Report) -> str:
    relationship = Relationship(report.relationship)
    said = words.RELATIONSHIPS[relationship]
    if relationship is Relationship.UNKNOWN:
        return report.reporter_name or "Somebody who gave no name"
    return f"{report.reporter_name} ({said})" if report.reporter_name else words.upper_first(said)
