"""Visits to expect at the desk: wishes to leave early that the line refused.

Somebody asked by call or text for a student to leave early today, and was told to come in. The
report of it is the visit; what the desk entered for that student since then ends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from school.people import StudentRow
from school.releases import Release, of_day
from school.reports import EARLY, Report, ReportDay, Status

STANDS = (Status.PENDING, Status.INCOMPLETE, Status.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Visit:
    """One wish, whom it is about, and what the desk has entered for that student since."""

    report: Report
    student: StudentRow | None
    came: Release | None


def expected_on(
    session: Session, day: date, zone: ZoneInfo, student_id: str | None = None
) -> Sequence[Visit]:
    """The wishes for this day, by the time they are for; those without one come first.

    One that names no day is for the day on which it came in.
    """
    midnight = datetime.combine(day, time.min, zone)
    of_today = select(ReportDay.report_id).where(ReportDay.day == day)
    any_day = select(ReportDay.report_id)
    came_in = and_(
        Report.created_at >= midnight,
        Report.created_at < midnight + timedelta(days=1),
        Report.id.not_in(any_day),
    )
    query = (
        select(Report, StudentRow)
        .outerjoin(StudentRow, StudentRow.student_id == Report.student_id)
        .where(
            Report.partial_kind == EARLY,
            Report.status.in_(STANDS),
            or_(Report.id.in_(of_today), came_in),
        )
        .order_by(Report.id)
    )
    if student_id is not None:
        query = query.where(Report.student_id == student_id)
    released = of_day(session, day, student_id)
    found = [
        Visit(report, student, _came(report, released))
        for report, student in session.execute(query)
    ]
    return sorted(found, key=lambda visit: visit.report.partial_time or time.min)


def _came(report: Report, released: Sequence[Release]) -> Release | None:
    """What the desk entered for the student after the wish came in, the last of it."""
    if report.student_id is None:
        return None
    since = [
        row
        for row in released
        if row.student_id == report.student_id
        and row.undone_at is None
        and row.recorded_at >= report.created_at
    ]
    return since[-1] if since else None
