"""What a clerk decides, and what the family is told of it."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from school.audit import AuditLine
from school.database import Database
from school.decisions import Decision
from school.outbox import Message, MessageStatus
from school.reports import Status, Verification
from tests.console import samples
from tests.console.forms import sends, sends_from
from tests.console.parts import ATTENDANCE, FRONT_DESK, Visitor
from tests.console.seen import Files, Stands, mark_in, page, text_of
from tests.support.clock import StandingClock

WEDNESDAY = date(2026, 11, 25)


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
