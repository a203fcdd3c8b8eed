"""Finding students, who is out, and the log of the day, on each kind of database."""

import csv
import re
from datetime import date, timedelta

import pytest
from flask import Flask

from school.database import Database
from school.people import StudentRow, raise_roster_version
from tests.console.desk.parts import NEIGHBOR, section, words
from tests.support.clock import StandingClock
from tests.support.desk import ALONE, WITH_MOTHER, DeskVisitor, rows, visitor
from tests.support.dismissals import GABY, HEAD, LORENA, TEN_IN_THE_MORNING


@pytest.mark.parametrize("typed", ["gaby", "Gabriela Alvarado", "alvarad", "6124", GABY])
def test_a_student_is_found_by_name_or_number(desk: DeskVisitor, typed: str) -> None:
    found = section(desk.opens("/desk/", q=typed).text, "found")
    assert "Gabriela Alvarado (Gaby) Grade 10, number 61240424 Under 18" in found


def test_a_student_is_found_by_grade(desk: DeskVisitor) -> None:
    assert "Lorena Barajas" in section(desk.opens("/desk/", grade="12").text, "found")
    assert "One student found" in section(desk.opens("/desk/", q="b", grade="12").text, "found")
    nobody = section(desk.opens("/desk/", q="gaby", grade="12").text, "found")
    assert "Nobody on the roster is called that" in nobody


def test_who_is_late_back_stands_first(desk: DeskVisitor, clock: StandingClock) -> None:
    desk.releases(ALONE, LORENA)
    clock.go_on(minutes=1)
    desk.releases({**WITH_MOTHER, "expected_back": "10:30"})
    clock.go_on(minutes=40)
    out = section(desk.opens("/desk/going-on").text, "out")
    assert out.index("Gabriela Alvarado") < out.index("Lorena Barajas")


def test_who_is_out_is_listed_until_the_coming_back_is_entered(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    desk.releases({**WITH_MOTHER, "expected_back": "10:30"})
    (row,) = rows(database)
    assert "Out and not back: 1 Gabriela Alvarado Grade 10 Out" in section(
        desk.opens("/desk/").text, "out"
    )
    clock.go_on(minutes=30)
    assert "Not back yet" in section(desk.opens("/desk/").text, "out")
    desk.does("back", row.id)
    assert "Everybody who left is back." in section(desk.opens("/desk/").text, "out")
    assert desk.does("back", row.id).status_code == 303


def test_the_log_of_a_day_is_read_and_saved(desk: DeskVisitor) -> None:
    desk.releases({**WITH_MOTHER, "at": "09:00"})
    log = words(desk.opens("/desk/log", day="2026-11-24").text)
    assert "1 left early, 1 not back." in log
    assert "Entered later" in log
    answer = desk.opens("/desk/log.csv", day="2026-11-24")
    assert answer.mimetype == "text/csv"
    assert "dismissals-2026-11-24.csv" in answer.headers["Content-Disposition"]
    head, line, rest = answer.get_data().decode("utf-8-sig").split("\r\n")
    assert head.startswith("Date,Student ID,Student,Grade,Time out,Outcome,With")
    assert line == (
        "2026-11-24,61240424,Gabriela Alvarado,10,09:00,Picked up,Alicia Villa,mother,yes,"
        "Medical or dental appointment,,,desk@school.example,10:05,"
    )
    assert rest == ""
    assert "Nothing was entered" in words(desk.opens("/desk/log", day="2026-11-23").text)


def test_the_log_on_paper_has_the_columns_of_the_school_file(desk: DeskVisitor) -> None:
    desk.releases({**WITH_MOTHER, "at": "09:00"})
    on_paper = desk.opens("/desk/log").text.partition('class="on-paper"')[2].partition("</table>")
    saved = desk.opens("/desk/log.csv").get_data().decode("utf-8-sig")
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in on_paper[0].split("<tr>")]
    assert [row for row in rows if row] == list(csv.reader(saved.splitlines()))


def test_a_list_that_was_cut_short_says_so(database: Database, app: Flask) -> None:
    with database.begin() as session:
        for n in range(14):
            student_id, born = f"620000{n:02}", date(2011, 1, 26)
            session.add(
                StudentRow(
                    student_id=student_id,
                    first_name="Ana",
                    last_name=f"Diaz {n}",
                    grade=9,
                    birth_date=born,
                    heard_as=[],
                )
            )
        raise_roster_version(session, TEN_IN_THE_MORNING)
    page = words(visitor(app).opens("/desk/", q="ana diaz").text)
    assert "The 12 nearest students There may be more." in page


@pytest.mark.parametrize("day", ["soon", "2026-13-01", "<b>"])
def test_a_day_that_is_none_is_said(desk: DeskVisitor, day: str) -> None:
    answer = desk.opens("/desk/log", day=day)
    assert answer.status_code == 400
    assert "is not a day" in words(answer.text)
    assert desk.opens("/desk/log.csv", day=day).status_code == 400


def test_a_cell_that_looks_like_a_formula_is_harmless(app: Flask) -> None:
    head = visitor(app, HEAD)
    head.releases({**NEIGHBOR, "name": "=HYPERLINK(1)", "relationship": "@neighbor"})
    text = head.opens("/desk/log.csv").get_data().decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@neighbor" in text


def test_the_coming_back_of_yesterday_is_entered_today(
    app: Flask, database: Database, clock: StandingClock
) -> None:
    visitor(app).releases(WITH_MOTHER)
    clock.now += timedelta(days=1)
    today = visitor(app)
    (row,) = rows(database)
    assert "Out and not back: 0" in section(today.opens("/desk/").text, "out")
    assert today.does("back", row.id).status_code == 303
