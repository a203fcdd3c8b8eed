"""What leaves the system, and who keyed it in."""

import csv
import io
import re
from collections.abc import Callable
from datetime import time

import pytest
from sqlalchemy import select

from school.database import Database
from school.export_forms import Column, Export, Quoting, Shows
from school.exports import confirmed_on, harmless, written
from school.people import StudentRow
from school.reports import ReportDay, Status
from tests.console import samples
from tests.console.forms import sends
from tests.console.parts import CHICAGO, FRONT_DESK, Visitor
from tests.console.seen import text_of

Files = Callable[..., int]
DAY = samples.TUESDAY.isoformat()


def confirmed(files: Files, **facts: object) -> int:
    return files(status=Status.CONFIRMED, **facts)


def rows_of(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


def test_the_call_log_has_the_columns_of_the_school_file(clerk: Visitor, files: Files) -> None:
    confirmed(files)
    files(student_id=samples.ANDRES)  # waits: it stays in
    answer = clerk.opens(f"/staff/out/0.csv?day={DAY}")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="district-call-log-{DAY}.csv"'
    )
    header, row = rows_of(answer.text)
    assert header[:4] == ["Student ID", "Student Name", "Grade", "Absence Date"]
    assert row[:8] == [
        samples.GABY,
        "Alvarado, Gabriela",
        "10",
        "11/24/2026",
        "Illness",
        "Alicia Villa",
        "mother",
        "7735550111",
    ]
    assert row[8] == "11/24/2026 06:52 AM"


def test_the_codes_set_has_its_own_codes_delimiter_and_dates(clerk: Visitor, files: Files) -> None:
    confirmed(files)
    confirmed(files, student_id=samples.ANDRES, partial_kind="late", partial_time=time(9, 30))
    text = clerk.opens(f"/staff/out/1.csv?day={DAY}").text
    assert '"61240424";"2026-11-24";"AE-I";"Y";"";"N"' in text
    assert rows_of(text, ";")[2] == [samples.ANDRES, "2026-11-24", "T", "Y", "09:30", "N"]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_cell_that_a_spreadsheet_would_work_out_is_made_harmless(begins: str) -> None:
    cell = f'{begins}cmd|"/c calc"!A1'
    assert harmless(cell).startswith("'")
    assert "\n" not in harmless(f"{cell}\nsecond line")
    assert harmless("Alvarado, Gabriela") == "Alvarado, Gabriela"


@pytest.mark.parametrize("quoting", list(Quoting))
def test_whatever_is_in_a_name_stays_in_its_cell(
    files: Files, filled: Database, quoting: Quoting
) -> None:
    confirmed(files, reporter_name='=HYPERLINK("http://evil.example";"x"),\r\n"y"')
    with filled.begin() as session:
        session.get_one(StudentRow, samples.GABY).last_name = 'O"Brien, Jr.'
    columns = (Column("Who", Shows.REPORTER), Column("Name", Shows.LAST_NAME))
    export = Export("Test", columns, quoting=quoting)
    with filled.reading() as session:
        text = written(export, confirmed_on(session, samples.TUESDAY), {}, CHICAGO)
    assert text.count("\r\n") == 2
    (_, row) = csv.reader(
        io.StringIO(text), escapechar="\\", doublequote=quoting is not Quoting.NONE
    )
    assert row == ['\'=HYPERLINK("http://evil.example";"x"), "y"', 'O"Brien, Jr.']


def test_a_wish_to_leave_early_is_not_among_them(clerk: Visitor, files: Files) -> None:
    confirmed(files, partial_kind="early")
    assert len(rows_of(clerk.opens(f"/staff/out/0.csv?day={DAY}").text)) == 1


def test_the_sheet_is_sorted_by_the_codes_of_the_school_file(clerk: Visitor, files: Files) -> None:
    confirmed(files, reason_category="other_unexcused")
    confirmed(files, student_id=samples.ANDRES, reason_category="family_emergency")
    confirmed(files, student_id=samples.ANDRES, partial_kind="late", partial_time=time(9, 30))
    page = clerk.opens(f"/staff/out/?day={DAY}").text
    headings = [text_of(f"<main {found}") for found in re.findall("<h2>.*?</h2>", page)]
    assert headings == ["AE-F: A family emergency 1", "AU: Another reason 1", "T: Illness 1"]
    assert "Jones College Prep, printed Tue 24 Nov, 6:52 am" in text_of(page)


def marks(clerk: Visitor, number: int, **more: str) -> str:
    form = {"csrf_token": clerk.token("/staff/"), "day": DAY, "report": str(number), **more}
    return text_of(clerk.client.post("/staff/out/entered", data=form, follow_redirects=True).text)


def test_nobody_keys_a_report_twice(clerk: Visitor, files: Files, filled: Database) -> None:
    number, waiting = confirmed(files), files(student_id=samples.ANDRES)
    assert "1 in all, 1 to be keyed in" in text_of(clerk.opens(f"/staff/out/?day={DAY}").text)
    assert "1 marked as entered." in marks(clerk, number)
    assert "0 marked as entered. 1 were so before." in marks(clerk, number)
    assert "0 marked as entered." in marks(clerk, waiting)
    only_new = clerk.opens(f"/staff/out/0.csv?day={DAY}&new=yes").text
    assert len(rows_of(only_new)) == 1
    assert "1 no longer marked as entered." in marks(clerk, number, undo="yes")
    with filled.reading() as session:
        assert set(session.scalars(select(ReportDay.entered_by))) == {None}


@pytest.mark.parametrize("path", ["/staff/out/9.csv", "/staff/out/-1.csv", "/staff/out/x.csv"])
def test_a_form_that_is_not_there_is_said(clerk: Visitor, path: str) -> None:
    assert clerk.opens(path).status_code == 404


@pytest.mark.parametrize("day", ["soon", "2026-02-30", ""])
def test_a_day_that_is_none_means_today(clerk: Visitor, files: Files, day: str) -> None:
    confirmed(files)
    assert "Gabriela Alvarado" in clerk.opens(f"/staff/out/?day={day}").text


def test_the_front_desk_takes_nothing_out(visitor: Visitor) -> None:
    visitor.signs_in(FRONT_DESK)
    assert visitor.opens("/staff/out/").status_code == 403
    assert visitor.opens("/staff/out/0.csv").status_code == 403


def test_a_student_who_stands_there_twice_is_marked_until_the_reports_are_joined(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    first, second = confirmed(files), confirmed(files)
    confirmed(files, student_id=samples.ANDRES)
    sheet = f"/staff/out/?day={DAY}"
    form = {"csrf_token": clerk.token(sheet), "day": DAY, "report": str(first)}
    clerk.client.post("/staff/out/entered", data=form)
    assert clerk.opens(sheet).text.count("Stands here twice") == 3, "two rows, and what to do"
    assert "Joined." in sends(clerk, f"/staff/reports/{second}", f"join/{first}").text
    assert "twice" not in clerk.opens(sheet).text
    with filled.reading() as session:
        left = {row.report.id: row for row in confirmed_on(session, samples.TUESDAY)}
    assert first not in left
    assert left[second].entered_at is not None, "the day was keyed in from the other"
