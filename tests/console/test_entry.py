"""One report on its page: its facts, and how a clerk puts them right."""

from datetime import date
from typing import Any

import pytest

from school.database import Database
from school.outbox import Letter, queue
from school.people import ContactRow
from school.reports import Flag, Status, Verification
from tests.console import samples
from tests.console.forms import sends, sends_from
from tests.console.parts import ADMIN, ATTENDANCE, Visitor
from tests.console.seen import MARKUP, Files, Stands, mark_in, page, text_of
from tests.support.clock import StandingClock

WEDNESDAY = date(2026, 11, 25)


def test_a_report_has_all_its_facts(clerk: Visitor, files: Files) -> None:
    number = files(
        "late",
        student_id=samples.ANDRES,
        student_as_heard="Andres",
        days=(samples.TUESDAY, WEDNESDAY),
        language="es",
        flags=(Flag.UNLISTED_CALLER,),
        verification=Verification.UNLISTED,
    )
    html = clerk.opens(page(number)).text
    for value in (
        "Andrés Barajas, grade 10, 61930044",
        "Tue 24 Nov, Wed 25 Nov",
        "09:30",
        "Alicia Villa",
    ):
        assert f'value="{value}"' in html
    text = text_of(html)
    for fact in (
        "Name as said Andres",
        "Another reason is not on the school’s list of excused reasons.",
        "In their words the bus did not come",
        "Number (773) 555-0111 Not on file for this student",
        "Came in Tue 24 Nov, 6:52 am Text, Spanish",
        "Number not on file No contact of this student has this number.",
        "Gaby (who) has a fever (why) and stays at home.",
    ):
        assert fact in text


def test_every_fact_can_be_changed_and_what_the_line_understood_stays(
    clerk: Visitor, files: Files, stands: Stands
) -> None:
    number = files()
    answer = sends(
        clerk,
        page(number),
        "save",
        student="Andrés Barajas",
        days="11/24 to 11/25, 30 Nov",
        part="late",
        at="09:15",
        reason="religious_holiday",
        excused="no",
        reporter="Oscar Barajas",
        relationship="father",
    )
    assert "Saved; nothing is decided yet." in answer.text
    report = stands(number)
    assert report.status == Status.PENDING
    assert report.student_id == samples.ANDRES
    assert report.dates == (samples.TUESDAY, WEDNESDAY, date(2026, 11, 30))
    assert (report.partial_kind, str(report.partial_time)) == ("late", "09:15:00")
    assert (report.reason_category, report.excused) == ("religious_holiday", False)
    assert report.note_required
    assert (report.reporter_name, report.relationship) == ("Oscar Barajas", "father")
    text = text_of(answer.text)
    assert "The line understood: Gabriela Alvarado (Gaby), grade 10, 61240424" in text
    assert "The line understood: Tue 24 Nov" in text
    assert "Reason: illness → a religious holiday" in text


def test_excused_follows_the_schools_list_unless_staff_say_otherwise(
    clerk: Visitor, files: Files, stands: Stands
) -> None:
    number = files()
    sends(clerk, page(number), "save", reason="other_unexcused")
    assert stands(number).excused is False
    sends(clerk, page(number), "save", excused="yes")
    assert stands(number).excused is True


def test_a_student_is_picked_from_near_matches(
    clerk: Visitor, files: Files, stands: Stands
) -> None:
    number = files("unknown student")
    html = clerk.opens(page(number)).text
    near = "Gabriela Alvarado (Gaby), grade 10, 61240424"
    assert f'name="picked" value="{near}"' in html
    answer = sends(clerk, page(number), "confirm", student="Gabriela Alvorado")
    assert answer.status_code == 400
    assert "Which of these students is it?" in answer.text
    assert stands(number).status == Status.PENDING
    sends(clerk, page(number), "confirm", student="Gabriela Alvorado", picked=near)
    assert stands(number).student_id == samples.GABY
    assert stands(number).status == Status.CONFIRMED


def test_typing_offers_the_students_near_it(clerk: Visitor) -> None:
    def near(typed: str) -> list[str]:
        found: list[str] = clerk.client.get("/staff/students", query_string={"q": typed}).get_json()
        return found

    gaby = "Gabriela Alvarado (Gaby), grade 10, 61240424"
    for typed in ("gab", "alva", "GABRIELA ALV", "gabby alvarado", "6124"):
        assert near(typed) == [gaby], typed
    assert near("andres") == ["Andrés Barajas, grade 10, 61930044"]
    for typed in ("", "zzz", "61", "%", "x" * 5000):
        assert near(typed) == [], typed


def test_another_student_gets_what_the_number_proves_of_that_one(
    clerk: Visitor, files: Files, stands: Stands
) -> None:
    number = files()
    sends(clerk, page(number), "save", student=samples.ANDRES)
    assert stands(number).verification == Verification.UNLISTED
    assert Flag.UNLISTED_CALLER in stands(number).flags
    sends(clerk, page(number), "save", student=samples.GABY)
    assert stands(number).verification == Verification.LISTED


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"student": ""}, "Choose the student."),
        ({"student": "Zacharias Zyx"}, "No student has a name like this."),
        ({"days": ""}, "Enter the day or days."),
        ({"days": "someday"}, "“someday” is not a day. Write it as 11/24 or 24 Nov."),
        ({"days": "26 Nov"}, "There is no school on Thu 26 Nov (Thanksgiving)."),
        ({"days": "25 Nov to 24 Nov"}, "ends before it begins"),
        ({"part": "late", "at": "half nine"}, "is not a time of day"),
        ({"reason": "nonsense"}, "Choose a reason"),
        ({"relationship": "king"}, "Choose one of the list."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    clerk: Visitor, files: Files, stands: Stands, changes: dict[str, Any], sentence: str
) -> None:
    number = files()
    answer = sends(clerk, page(number), "confirm", reporter="A name typed anew", **changes)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'value="A name typed anew"' in answer.text
    assert "Error:" in answer.text
    assert stands(number).status == Status.PENDING


def test_the_second_clerk_gets_a_clear_answer_and_keeps_what_was_typed(
    visitor: Visitor, files: Files, stands: Stands
) -> None:
    number = files()
    visitor.signs_in(ATTENDANCE)
    mine = visitor.opens(page(number)).text
    visitor.signs_out()
    visitor.signs_in(ADMIN)
    held = visitor.opens(page(number)).text
    assert f"{ATTENDANCE} has this report open" in held
    assert "Confirm and next" not in held
    taken = sends_from(visitor, held, "take")
    assert "It is yours now." in taken.text
    assert "Confirm and next" in taken.text
    sends_from(visitor, taken.text, "confirm")
    assert stands(number).status == Status.CONFIRMED
    visitor.signs_out()
    visitor.signs_in(ATTENDANCE)
    form = {"csrf_token": visitor.token(page(number)), "days": "30 Nov", "reporter": "My words"}
    answer = visitor.client.post(f"{page(number)}/confirm", data={**form, "seen": mark_in(mine)})
    assert answer.status_code == 409
    assert f"{ADMIN} was first: the report is confirmed." in answer.text
    assert "My words" in answer.text
    assert stands(number).dates == (samples.TUESDAY,)


def test_what_was_typed_stands_on_the_page_even_where_another_has_the_report(
    visitor: Visitor, files: Files
) -> None:
    number = files()
    visitor.signs_in(ADMIN)
    visitor.opens(page(number))
    visitor.signs_out()
    visitor.signs_in(ATTENDANCE)
    form = {"csrf_token": visitor.token(page(number)), "days": "30 Nov", "reporter": MARKUP}
    answer = visitor.client.post(f"{page(number)}/confirm", data=form)
    assert answer.status_code == 409
    assert "Absent on “30 Nov”, Reported by “&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]


def test_the_students_year_and_contacts_stand_beside_it(
    clerk: Visitor, files: Files, filled: Database, clock: StandingClock
) -> None:
    files(status=Status.CONFIRMED, days=(date(2026, 11, 17), date(2026, 11, 18)))
    number = files()
    with filled.begin() as session:
        for key, phone, contact in (
            ("1", "+13125550144", None),
            ("2", samples.MOTHERS_PHONE, "K0001"),
            ("3", "+17735550122", "K0099"),
        ):
            letter = Letter(
                key, phone, "es", f"Aviso <{key}>", report_id=number, contact_id=contact
            )
            queue(session, letter, clock())
        mother = session.get_one(ContactRow, "K0001")
        assert mother.phone == samples.MOTHERS_PHONE
    text = text_of(clerk.opens(page(number)).text)
    assert "2 days absent and confirmed, without this report." in text
    assert "Alicia Villa mother Reported it (773) 555-0111 , Spanish, on the emergency form" in text
    assert "Text to whoever reported it, (312) 555-0144 Waiting to be sent" in text
    assert "Text to a contact no longer on file, (773) 555-0122" in text
    assert "Aviso &lt;2&gt;" in text
