"""What leaves the system: the confirmed reports of a day, as the school's other systems want them.

Columns, their order and names, delimiter, quoting, the form of dates and the codes of reasons
stand in the school file. Whether a student's day was keyed into the district's system is marked
on the day itself, so that nobody keys it twice.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flows.reading.values import Part
from school.export_forms import Export, Quoting, Shows
from school.people import StudentRow
from school.reports import Report, ReportDay, Status

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be worked out by a spreadsheet."""

QUOTING: Mapping[Quoting, Literal[0, 1, 3]] = {
    Quoting.MINIMAL: csv.QUOTE_MINIMAL,
    Quoting.ALL: csv.QUOTE_ALL,
    Quoting.NONE: csv.QUOTE_NONE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One student's confirmed absence on one day."""

    report: Report
    student: StudentRow
    day: date
    entered_at: datetime | None
    entered_by: str | None


def confirmed_on(session: Session, day: date) -> Sequence[Row]:
    """The day's confirmed absences and late arrivals, by name; each student's report once."""
    rows = session.execute(
        select(Report, StudentRow, ReportDay)
        .join(ReportDay, ReportDay.report_id == Report.id)
        .join(StudentRow, StudentRow.student_id == Report.student_id)
        .where(
            ReportDay.day == day,
            Report.status == Status.CONFIRMED,
            Report.partial_kind.is_distinct_from(str(Part.EARLY)),
        )
        .order_by(StudentRow.last_name, StudentRow.first_name, Report.id)
    )
    return [Row(r, s, day, d.entered_at, d.entered_by) for r, s, d in rows]


def written(export: Export, rows: Sequence[Row], words: Mapping[str, str], zone: tzinfo) -> str:
    """The file. `words`: the reasons' words by code, for a column that shows them."""
    file = io.StringIO(newline="")
    writer = csv.writer(
        file, delimiter=export.delimiter, quoting=QUOTING[export.quoting], escapechar="\\"
    )
    if export.header:
        writer.writerow(harmless(column.header) for column in export.columns)
    for row in rows:
        cells = dict(_cells(export, row, words, zone))
        writer.writerow(harmless(cells[column.shows]) for column in export.columns)
    return file.getvalue()


def _cells(
    export: Export, row: Row, words: Mapping[str, str], zone: tzinfo
) -> Iterator[tuple[Shows, str]]:
    """What every kind of column shows of this row."""
    report, student = row.report, row.student
    late = report.partial_kind == Part.LATE
    at = report.partial_time.strftime(export.time_form) if report.partial_time else ""
    moment = f"{export.date_form} {export.time_form}"
    yield Shows.STUDENT_ID, student.student_id
    yield Shows.LAST_NAME, student.last_name
    yield Shows.FIRST_NAME, student.first_name
    yield Shows.NAME, f"{student.last_name}, {student.first_name}".strip(", ")
    yield Shows.GRADE, str(student.grade)
    yield Shows.DATE, row.day.strftime(export.date_form)
    yield Shows.CODE, code_of(report, export)
    yield Shows.REASON, words.get(report.reason_category, report.reason_category)
    yield Shows.EXCUSED, {True: "Y", False: "N", None: ""}[report.excused]
    yield Shows.LATE_TIME, at if late else ""
    yield Shows.NOTE_DUE, "Y" if report.note_required and not report.note_received else "N"
    yield Shows.REPORTER, report.reporter_name or ""
    yield Shows.RELATIONSHIP, report.relationship
    yield Shows.PHONE, (report.from_phone or "").removeprefix("+1")
    yield Shows.CHANNEL, report.channel
    yield Shows.CALLED_AT, report.created_at.astimezone(zone).strftime(moment)
    yield Shows.REFERENCE, report.reference
    yield Shows.ENTERED, row.entered_at.astimezone(zone).strftime(moment) if row.entered_at else ""
    yield Shows.EMPTY, ""


def code_of(report: Report, export: Export) -> str:
    """The code that the other system has for this report."""
    if report.partial_kind == Part.LATE and export.late_code:
        return export.late_code
    return export.codes.get(report.reason_category, report.reason_category)


def harmless(cell: str) -> str:
    """The cell, with a mark before it where a spreadsheet would take it for a formula.

    Line ends and tabs become spaces: some systems read a line, whatever the quotation marks say.
    """
    flat = " ".join(cell.split()) if any(c in cell for c in "\r\n\t") else cell
    return f"'{flat}" if flat.startswith(FORMULA) or cell.startswith(FORMULA) else flat


def mark_entered(
    session: Session, day: date, report_ids: Sequence[int], who: str, now: datetime
) -> int:
    """Mark these reports' day as keyed into the district's system; how many were not before."""
    confirmed = select(Report.id).where(Report.status == Status.CONFIRMED)
    done = session.execute(
        update(ReportDay)
        .where(
            ReportDay.day == day,
            ReportDay.report_id.in_(report_ids),
            ReportDay.report_id.in_(confirmed),
            ReportDay.entered_at.is_(None),
        )
        .values(entered_at=now, entered_by=who)
        .returning(ReportDay.report_id)
    ).all()
    return len(done)


def unmark_entered(session: Session, day: date, report_ids: Sequence[int]) -> int:
    """Take the marks away, where somebody marked the wrong ones; how many."""
    done = session.execute(
        update(ReportDay)
        .where(
            ReportDay.day == day,
            ReportDay.report_id.in_(report_ids),
            ReportDay.entered_at.is_not(None),
        )
        .values(entered_at=None, entered_by=None)
        .returning(ReportDay.report_id)
    ).all()
    return len(done)
