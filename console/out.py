"""The day's confirmed reports on their way into the district's system: list, CSV, printed sheet.

Marking a report as entered is what keeps two people from keying it twice.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import msgspec
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from console import words
from console.access import reader, signed_in
from console.lookups import MOST_ID
from console.office import DECIDES, Office
from console.report_view import Reader, ReportView, report_view
from school.audit import note
from school.export_forms import Export, Shows
from school.exports import Row, code_of, confirmed_on, mark_entered, unmark_entered, written

MOST_AT_ONCE = 2_000


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff/out."""
    pages = Blueprint("out", __name__, url_prefix="/staff/out")

    @pages.get("/")
    @signed_in(*DECIDES)
    def sheet() -> ResponseReturnValue:
        day, school = _day(request.args.get("day"), office.today()), office.school
        with office.database.reading() as session:
            rows = confirmed_on(session, day)
        groups = _by_code(rows, office.reader(), school.exports)
        return render_template(
            "out.html",
            day=day,
            named=words.day(day, office.today()),
            now=office.now(),
            groups=groups,
            twice=any(line.twice for _, lines in groups for line in lines),
            total=len(rows),
            left=sum(row.entered_at is None for row in rows),
            exports=school.exports,
            school_day=school.time.calendar.is_school_day(day),
        )

    @pages.get("/<int:number>.csv")
    @signed_in(*DECIDES)
    def file(number: int) -> ResponseReturnValue:
        school, day = office.school, _day(request.args.get("day"), office.today())
        if number >= len(school.exports):
            abort(404)
        export = school.exports[number]
        with office.database.begin() as session:
            rows = confirmed_on(session, day)
            if "new" in request.args:
                rows = [row for row in rows if row.entered_at is None]
            note(session, office.clock(), reader().email, "took out", f"day:{day}", export.name)
        text = written(export, rows, office.reasons(), school.time.zone)
        name = re.sub(r"[^a-z0-9]+", "-", export.name.casefold()).strip("-")
        # A byte order mark: without it the usual spreadsheet spoils every accent.
        return Response(
            "\ufeff" + text,
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}-{day}.csv"'},
        )

    @pages.post("/entered")
    @signed_in(*DECIDES)
    def entered() -> ResponseReturnValue:
        day = _day(request.form.get("day"), office.today())
        chosen = [int(n) for n in request.form.getlist("report")[:MOST_AT_ONCE] if _is_number(n)]
        undo = "undo" in request.form
        who, now = reader().email, office.clock()
        with office.database.begin() as session:
            if undo:
                many = unmark_entered(session, day, chosen)
            else:
                many = mark_entered(session, day, chosen, who, now)
            did = "unmarked as entered" if undo else "marked as entered"
            note(session, now, who, did, f"day:{day}", f"{many} of {len(chosen)} reports")
        flash(f"{many} {'no longer ' if undo else ''}marked as entered." + _before(chosen, many))
        return redirect(url_for("out.sheet", day=day), code=303)

    return pages


def _before(chosen: Sequence[int], many: int) -> str:
    left = len(set(chosen)) - many
    return f" {left} were so before." if left else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One student of the day."""

    report: ReportView
    entered_at: datetime | None
    entered_by: str | None
    code: str  # of the other system; empty where the school file sets none
    twice: bool  # another report of the student stands on the sheet


def _by_code(
    rows: Sequence[Row], reads: Reader, exports: Sequence[Export]
) -> list[tuple[str, list[Line]]]:
    """The rows under their codes, as the sheet is keyed in: code by code."""
    coded = next((e for e in exports if any(c.shows is Shows.CODE for c in e.columns)), None)
    many = Counter(row.student.student_id for row in rows)
    lines = [
        Line(
            report_view(row.report, row.student, reads),
            row.entered_at,
            row.entered_by,
            code_of(row.report, coded) if coded else "",
            many[row.student.student_id] > 1,
        )
        for row in rows
    ]
    lines.sort(key=_heading)
    return [(said, list(group)) for said, group in groupby(lines, key=_heading)]


def _heading(line: Line) -> str:
    return f"{line.code}: {line.report.reason}" if line.code else line.report.reason


def _day(typed: str | None, today: date) -> date:
    try:
        return msgspec.convert(typed, date) if typed else today
    except msgspec.ValidationError:
        return today


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= MOST_ID
