"""The day's releases as a sheet and as a file, with the columns of the school file."""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from io import StringIO
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.exports import harmless
from school.people import StudentRow
from school.release_rules import Leaves
from school.releases import REFUSED, WHY_REFUSED, Release, of_day
from school.school_file import School

OUTCOMES = {
    Leaves.LISTED: "Picked up",
    Leaves.ALONE: "Signed out alone, 18 or older",
    Leaves.OTHER: "Picked up off the form, by an admin",
    REFUSED: "Not released",
}
UNDONE = "Taken back"

Cells = Mapping[str, Callable[[Release, StudentRow], str]]
Lines = Sequence[Sequence[str]]


def sheet(session: Session, day: date, school: School) -> Lines:
    """The day's log: the school's headings, and under them a line for each entry."""
    cells, columns = _cells(school), school.dismissal.log
    students = _students(session, day)
    lines = [
        [cells[column.holds](row, students[row.student_id]) for column in columns]
        for row in of_day(session, day)
    ]
    return [[column.heading for column in columns], *lines]


def as_csv(lines: Lines) -> str:
    """The same as a file: commas, and lines ended as spreadsheets do."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    return file.getvalue()


def _students(session: Session, day: date) -> dict[str, StudentRow]:
    that_day = select(Release.student_id).where(Release.day == day)
    found = session.scalars(select(StudentRow).where(StudentRow.student_id.in_(that_day)))
    return {student.student_id: student for student in found}


def _cells(school: School) -> Cells:
    """What each column holds, by its name in the school file (`school.dismissal_file.COLUMNS`)."""
    zone = school.time.zone
    return {
        "day": lambda row, _: row.day.isoformat(),
        "student_id": lambda row, _: row.student_id,
        "student": lambda _, student: f"{student.first_name} {student.last_name}".strip(),
        "first_name": lambda _, student: student.first_name,
        "last_name": lambda _, student: student.last_name,
        "grade": lambda _, student: str(student.grade),
        "left_at": lambda row, _: _clock(row.left_at, zone),
        "outcome": lambda row, _: UNDONE if row.undone_at else OUTCOMES[row.outcome],
        "person": lambda row, _: row.person,
        "relationship": lambda row, _: row.relationship or "",
        "id_seen": lambda row, _: _yes(row.id_seen),
        "texted": lambda row, _: _yes(row.texted),
        "swiped": lambda row, _: _yes(row.swiped),
        "reason": lambda row, _: _reason(row, school),
        "reason_code": lambda row, _: row.reason,
        "expected_back": lambda row, _: _time(row.expected_back),
        "returned_at": lambda row, _: _clock(row.returned_at, zone),
        "recorded_by": lambda row, _: row.recorded_by,
        "recorded_at": lambda row, _: _clock(row.recorded_at, zone),
        "why": lambda row, _: " ".join(filter(None, (row.why, row.undone_why))),
    }


def _reason(row: Release, school: School) -> str:
    if row.outcome == REFUSED:
        return WHY_REFUSED.get(row.reason, row.reason)
    return school.dismissal.reason(row.reason) or row.reason


def _clock(moment: datetime | None, zone: ZoneInfo) -> str:
    """The time of day at the school; empty where there is none."""
    return moment.astimezone(zone).strftime("%H:%M") if moment else ""


def _time(at: time | None) -> str:
    return at.strftime("%H:%M") if at else ""


def _yes(done: bool) -> str:
    return "yes" if done else "no"
