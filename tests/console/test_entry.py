"""One report on its page, and what a clerk does with it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from school.audit import AuditLine
from school.database import Database
from school.decisions import Decision
from school.outbox import Letter, Message, MessageStatus, queue
from school.people import ContactRow
from school.reports import Flag, Report, Status, Verification
from tests.console import samples
from tests.console.forms import sends, sends_from
from tests.console.parts import ADMIN, ATTENDANCE, FRONT_DESK, Visitor
from tests.console.test_worklist import MARKUP, text_of
from tests.support.clock import StandingClock

Files = Callable[..., int]
Stands = Callable[[int], Report]
WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def stands(filled: Database) -> Stands:
    """Reads a report as it stands now."""

    def read(number: int) -> Report:
        with filled.reading() as session:
            return session.get_one(Report, number)

    return read


@pytest.fixture
def messages(filled: Database) -> Callable[[], list[Message]]:
    def read() -> list[Message]:
        with filled.reading() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    return read


def page(number: int) -> str:
    return f"/staff/reports/{number}"


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


def test_confirming_opens_the_next_and_ends_at_the_list(
    clerk: Visitor, files: Files, stands: Stands
) -> None:
    first, second = files(), files(student_id=samples.ANDRES)
    answer = sends(clerk, page(first), "confirm", follow=False)
    assert answer.status_code == 303
    assert answer.location == page(second)
    after = clerk.opens(answer.location).text
    assert "Confirmed." in after
    assert ">Undo" in after
    assert stands(first).status == Status.CONFIRMED
    assert sends(clerk, page(second), "confirm", follow=False).location == "/staff/"


def test_the_next_one_is_of_the_same_choice(clerk: Visitor, files: Files) -> None:
    first = files(language="es")
    files()
    third = files(language="es", student_id=samples.ANDRES)
    answer = sends(clerk, f"{page(first)}?language=es", "confirm", follow=False)
    assert answer.location == f"{page(third)}?language=es"


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


def mark_in(html: str) -> str:
    return html.partition('name="seen" value="')[2].partition('"')[0]


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


def test_a_choice_that_is_missing_is_asked_for_where_it_is_made(
    clerk: Visitor, files: Files
) -> None:
    number = files()
    for act, sentence in (
        ("reject", "Choose why it is not accepted."),
        ("called", "Choose what came of the call."),
        ("ask", "Choose what to ask."),
    ):
        answer = sends(clerk, page(number), act)
        assert answer.status_code == 400
        panel = answer.text.partition('<details name="rather" open>')[2].partition("</details>")[0]
        assert sentence in panel


def test_a_form_sent_twice_is_done_once(
    clerk: Visitor, files: Files, filled: Database, messages: Callable[[], list[Message]]
) -> None:
    number = files()
    html = clerk.opens(page(number)).text
    for _ in range(2):
        assert sends_from(clerk, html, "confirm", follow=False).status_code == 303
    with filled.reading() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 1
    assert len(messages()) == 1


def test_the_family_is_told_in_its_language_once_it_cannot_be_undone(
    clerk: Visitor, files: Files, clock: StandingClock, messages: Callable[[], list[Message]]
) -> None:
    number = files(language="es")
    sends(clerk, page(number), "confirm")
    (message,) = messages()
    assert message.body is not None
    assert "confirmado. Gaby, ausencia hoy" in message.body
    assert message.to_phone == samples.MOTHERS_PHONE
    assert message.due_at == clock.go_on(minutes=10)
    clock.go_on(minutes=-5)
    answer = sends(clerk, page(number), "undo")
    assert "Undone." in answer.text
    assert messages()[0].status == MessageStatus.CANCELLED


def test_a_number_not_on_file_is_told_only_what_it_said(
    clerk: Visitor, files: Files, messages: Callable[[], list[Message]]
) -> None:
    number = files("unknown student")
    sends(clerk, page(number), "confirm", student=samples.GABY)
    (message,) = messages()
    assert message.body is not None
    assert "Gabriel Alvorado" in message.body
    assert "Gaby" not in message.body


@pytest.mark.parametrize(("tell", "many"), [("yes", 1), (None, 0)])
def test_a_report_is_not_accepted_with_a_reason_told_or_not(
    clerk: Visitor,
    files: Files,
    stands: Stands,
    messages: Callable[[], list[Message]],
    tell: str | None,
    many: int,
) -> None:
    number = files()
    assert sends(clerk, page(number), "reject", why="").status_code == 400
    sends(clerk, page(number), "reject", why="in_school", tell=tell)
    assert stands(number).status == Status.REJECTED
    assert len(messages()) == many
    if many:
        assert "The student was in school." in str(messages()[0].body)
    assert "did not accept it: the student was in school" in clerk.opens(page(number)).text


def test_the_family_is_asked_by_text_once(
    clerk: Visitor, files: Files, messages: Callable[[], list[Message]]
) -> None:
    number = files(language="es")
    assert "¿cuál es el motivo, por favor?" in clerk.opens(page(number)).text
    assert "on its way" in sends(clerk, page(number), "ask", what="reason").text
    assert "a moment ago" in sends(clerk, page(number), "ask", what="reason").text
    (message,) = messages()
    assert "¿cuál es el motivo" in str(message.body)


def test_nobody_can_be_asked_where_no_number_is_known(
    clerk: Visitor, files: Files, messages: Callable[[], list[Message]]
) -> None:
    number = files(from_phone=None, verification=Verification.WITHHELD)
    html = clerk.opens(page(number)).text
    assert "The caller withheld the number." in html
    form = {"csrf_token": clerk.token(page(number)), "what": "reason", "seen": mark_in(html)}
    assert clerk.client.post(f"{page(number)}/ask", data=form).status_code == 400
    assert messages() == []


def test_a_call_back_is_noted(clerk: Visitor, files: Files) -> None:
    number = files()
    answer = sends(clerk, page(number), "called", outcome="left_message")
    assert f"{ATTENDANCE} called back: left a message" in text_of(answer.text)


def test_a_second_report_for_the_day_is_joined_in_one_click(
    clerk: Visitor, files: Files, stands: Stands
) -> None:
    first = files()
    second = files(days=(samples.TUESDAY, WEDNESDAY))
    assert "Reported for the same day" in clerk.opens(page(second)).text
    answer = sends(clerk, page(second), f"join/{first}")
    assert "Joined." in answer.text
    assert (stands(first).status, stands(first).joined_to) == (Status.DUPLICATE, second)
    assert "It is part of" in clerk.opens(page(first)).text


def test_reports_of_other_students_cannot_be_joined(clerk: Visitor, files: Files) -> None:
    first, second = files(), files(student_id=samples.ANDRES)
    form = {"csrf_token": clerk.token(page(first))}
    answer = clerk.client.post(f"{page(first)}/join/{second}", data=form)
    assert answer.status_code == 400
    assert "Only reports of the same student can be joined." in answer.text
    assert clerk.client.post(f"{page(first)}/join/99", data=form).status_code == 404


def test_the_note_that_is_due_can_be_taken_in_at_the_front_desk(
    visitor: Visitor, files: Files, stands: Stands
) -> None:
    number = files("religious holiday")
    visitor.signs_in(FRONT_DESK)
    assert "The note is in" in sends(visitor, page(number), "note").text
    assert stands(number).note_received


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


def test_a_wish_to_leave_early_is_only_seen(
    clerk: Visitor, files: Files, stands: Stands, messages: Callable[[], list[Message]]
) -> None:
    number = files("leaving early")
    assert "Seen, next" in clerk.opens(page(number)).text
    sends(clerk, page(number), "confirm")
    assert stands(number).status == Status.CONFIRMED
    assert messages() == []


def test_the_front_desk_reads_and_decides_nothing(
    visitor: Visitor, files: Files, stands: Stands
) -> None:
    number = files()
    visitor.signs_in(FRONT_DESK)
    html = visitor.opens(page(number)).text
    assert "Confirm and next" not in html
    for act in ("confirm", "save", "reject", "undo", "take", "ask", "called", f"join/{number}"):
        form = {"csrf_token": visitor.token("/staff/")}
        answer = visitor.client.post(f"{page(number)}/{act}", data=form)
        assert answer.status_code == 403, act
    assert stands(number).status == Status.PENDING


def test_what_was_decided_is_in_the_audit_and_no_word_of_a_family(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    number = files()
    sends(clerk, page(number), "confirm", reporter="A Secret Name")
    with filled.reading() as session:
        line = session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
        assert line is not None
        assert (line.who, line.did, line.subject) == (
            ATTENDANCE,
            "confirmed report",
            f"report:{number}",
        )
        assert "Secret" not in str(line.detail)
