"""The list and one report in words, and no more of them than the reader may see."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from school.audit import AuditLine
from school.database import Database
from school.outbox import Letter, queue
from school.reports import Report
from tests.console import samples
from tests.console.parts import ADMIN, ATTENDANCE, FRONT_DESK, Visitor
from tests.console.seen import MARKUP, Files, text_of
from tests.support.clock import StandingClock


def test_a_student_on_file_is_named_with_grade(clerk: Visitor, files: Files) -> None:
    files()
    text = text_of(clerk.opens("/staff/").text)
    assert (
        "Gabriela Alvarado Grade 10 Tue 24 Nov Illness Excused Alicia Villa, mother "
        "(773) 555-0111 Tue 24 Nov, 6:52 am Call," in text
    )


def test_an_unknown_student_is_a_question_with_the_words_heard(
    clerk: Visitor, files: Files
) -> None:
    number = files("unknown student")
    for path in ("/staff/", f"/staff/reports/{number}"):
        page = clerk.opens(path).text
        assert "Which student?" in page
        assert "<q" in page
        assert "Gabriel Alvorado" in page
        assert "Number not on file" in page


def test_no_page_shows_a_code(clerk: Visitor, every_kind: dict[str, int]) -> None:
    paths = ["/staff/?status=all", *(f"/staff/reports/{n}" for n in every_kind.values())]
    for path in paths:
        text = text_of(clerk.opens(path).text)
        assert not re.search(r"\w_\w", text), path
        assert "None" not in text.replace("None.", "")  # "None." messages were sent


def test_a_flag_of_a_newer_version_still_asks_for_a_look(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    number = files()
    with filled.begin() as session:
        session.get_one(Report, number).flags = ["never_heard_of"]
    page = clerk.opens(f"/staff/reports/{number}").text
    assert "Needs a look" in page
    assert "never_heard_of" not in page


def test_a_reason_taken_off_the_schools_list_still_reads(clerk: Visitor, files: Files) -> None:
    number = files(reason_category="blizzard")
    for path in ("/staff/", f"/staff/reports/{number}"):
        assert "A reason no longer on the school&#39;s list" in clerk.opens(path).text


def test_markup_in_names_and_words_stays_text(clerk: Visitor, files: Files) -> None:
    number = files(
        student_id=None,
        student_as_heard=MARKUP,
        reporter_name=MARKUP,
        reason_text=MARKUP,
        transcript=f"{MARKUP}\x07\u202e\nsecond line",
    )
    for path in ("/staff/", f"/staff/reports/{number}"):
        page = clerk.opens(path).text
        assert "<script>" not in page
        assert "<b " not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("email", [ATTENDANCE, ADMIN])
def test_the_attendance_office_sees_reasons(visitor: Visitor, files: Files, email: str) -> None:
    number = files()
    visitor.signs_in(email)
    assert "Illness" in visitor.opens("/staff/").text
    assert "she has a fever" in visitor.opens(f"/staff/reports/{number}").text


def test_the_front_desk_sees_who_is_absent_and_not_why(
    visitor: Visitor, files: Files, filled: Database, clock: StandingClock
) -> None:
    number = files()
    with filled.begin() as session:
        letter = Letter("k", samples.MOTHERS_PHONE, "en", "Gaby: illness", report_id=number)
        queue(session, letter, clock())
    visitor.signs_in(FRONT_DESK)
    for path in ("/staff/", f"/staff/reports/{number}"):
        page = visitor.opens(path).text
        assert "Gabriela Alvarado" in page
        assert "Excused" in page
        assert not re.search("illness|fever", page, re.IGNORECASE)
    assert "Only the attendance office sees what was said" in page


def test_every_view_of_a_report_is_in_the_audit(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    number = files()
    clerk.opens(f"/staff/reports/{number}")
    clerk.opens(f"/staff/reports/{number}")
    with filled.reading() as session:
        seen = session.execute(
            select(AuditLine.who, AuditLine.subject).where(AuditLine.did == "saw report")
        )
        assert [tuple(line) for line in seen] == [(ATTENDANCE, f"report:{number}")] * 2


@pytest.mark.parametrize("number", ["99", str(10**20), "0", "x", "-1"])
def test_a_report_that_is_not_there_is_said_and_leaves_no_line(
    clerk: Visitor, filled: Database, number: str
) -> None:
    answer = clerk.opens(f"/staff/reports/{number}")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    with filled.reading() as session:
        assert session.scalar(select(func.count()).where(AuditLine.did == "saw report")) == 0


def test_days_of_another_year_say_so(clerk: Visitor, files: Files) -> None:
    files(days=(date(2027, 1, 4),))
    assert "Mon 4 Jan 2027" in clerk.opens("/staff/").text
