"""Releasing a student at the desk, in a browser without scripts, on each kind of database."""

from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import select

from school.audit import AuditLine
from school.database import Database
from school.outbox import Message, MessageStatus
from school.people import ContactRow, StudentRow
from school.releases import OVERRIDDEN
from tests.console.desk.parts import NEIGHBOR, reported, section, words
from tests.support.clock import StandingClock
from tests.support.desk import ALONE, CLERK, WITH_MOTHER, DeskVisitor, rows, visitor
from tests.support.dismissals import (
    FATHER,
    FRONT_DESK,
    GABY,
    HEAD,
    LEFT,
    LORENA,
    OTHER_DESK,
    TEN_IN_THE_MORNING,
)


def test_the_page_says_in_one_glance_who_may_and_who_must_not(desk: DeskVisitor) -> None:
    page = desk.opens(f"/desk/students/{GABY}").text
    may, must_not, others = (section(page, name) for name in ("may", "must-not", "others"))
    assert "May collect Gaby Alicia Villa, mother (331) 555-0111" in may
    assert "Ramón Alvarado" in may
    assert "Must not collect Gaby Bruno Alt, stepfather" in must_not
    assert "No-contact order. Do not release; call an administrator." in must_not
    assert "Rosa Villa" in others
    assert "neither parent nor guardian" in others
    assert "Under 18 Never leaves alone, whoever allows it. 18 on 26 January 2029." in words(page)


def test_a_custody_order_stands_with_its_terms(database: Database, desk: DeskVisitor) -> None:
    terms = "Weekends only, court order of 3 March 2026"
    with database.begin() as session:
        session.get_one(ContactRow, FATHER).custody = terms
    page = desk.opens(f"/desk/students/{GABY}").text
    assert terms in section(page, "must-not")
    assert "Ramón" not in section(page, "may")


def test_the_page_says_whether_the_student_is_18_today(
    database: Database, desk: DeskVisitor
) -> None:
    assert "18 or older May sign out alone." in words(desk.opens(f"/desk/students/{LORENA}").text)
    for born, said in (
        (date(2008, 11, 24), "18 today May sign out alone."),
        (date(2008, 11, 25), "Under 18 Never leaves alone"),
        (date(2001, 1, 26), "Birth date wrong On file: born 26 January 2001."),
    ):
        with database.begin() as session:
            session.get_one(StudentRow, LORENA).birth_date = born
        assert said in words(desk.opens(f"/desk/students/{LORENA}").text)


def test_on_29_february_the_page_waits_for_1_march(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    with database.begin() as session:
        session.get_one(StudentRow, LORENA).birth_date = date(2008, 2, 29)
    clock.now = TEN_IN_THE_MORNING.replace(year=2026, month=2, day=28)
    eve = visitor(desk.app)
    assert "Under 18" in words(eve.opens(f"/desk/students/{LORENA}").text)
    clock.go_on(minutes=24 * 60)
    day = visitor(desk.app)
    assert "18 today" in words(day.opens(f"/desk/students/{LORENA}").text)


def test_what_is_reported_today_is_shown_and_why_is_not(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    reported(database, clock)
    reported(database, clock, partial_kind="late", partial_time=time(9, 30))
    page = words(desk.opens(f"/desk/students/{GABY}").text)
    assert "Absence reported today, waiting" in page
    assert "Late arrival reported at 9:30 am, waiting" in page
    assert "broken heart" not in page


@pytest.mark.parametrize("path", [f"/desk/students/{LEFT}", "/desk/students/1", "/desk/students/x"])
def test_who_is_not_on_the_roster_has_no_page(desk: DeskVisitor, path: str) -> None:
    assert desk.opens(path).status_code == 404


def test_releasing_to_a_listed_parent_tells_the_other_at_once(
    database: Database, desk: DeskVisitor
) -> None:
    answer = desk.releases(
        {**WITH_MOTHER, "at": "10:01", "expected_back": "11:30", "swiped": "yes"}
    )
    assert answer.status_code == 303
    (row,) = rows(database)
    page = desk.opens(f"/desk/releases/{row.id}").text
    assert "Picked up" in words(page)
    assert "ID seen, Swiped out" in words(page)
    told = section(page, "told")
    assert "Ramón Alvarado, father Waiting to be sent Text to (224) 555-0190, English" in told
    assert "Alicia" not in told
    with database.reading() as session:
        assert [m.contact_id for m in session.scalars(select(Message))] == [FATHER]


def test_a_student_of_18_signs_out_alone_and_the_parents_are_told(
    database: Database, desk: DeskVisitor
) -> None:
    desk.releases(ALONE, LORENA)
    (row,) = rows(database)
    told = section(desk.opens(f"/desk/releases/{row.id}").text, "told")
    assert "Ana Cruz, mother Waiting to be sent Text to (312) 555-0160, Spanish" in told
    assert "Oscar Barajas, father No number on file Nothing could be sent." in told


def test_a_student_under_18_cannot_be_signed_out_alone(
    database: Database, desk: DeskVisitor
) -> None:
    assert 'value="self"' not in desk.opens(f"/desk/students/{GABY}").text
    answer = desk.releases(ALONE)
    assert answer.status_code == 409
    assert "A student under 18 never leaves alone." in words(answer.text)
    assert rows(database) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose with whom the student leaves."),
        ({**WITH_MOTHER, "id_seen": None}, "Look at a photo ID first"),
        ({**WITH_MOTHER, "reason": ""}, "Choose why the student leaves."),
        ({**WITH_MOTHER, "at": "25:99"}, "25:99 is no time of day."),
        ({**WITH_MOTHER, "at": "11:59"}, "That time is still ahead: it is 10:05."),
        ({**WITH_MOTHER, "expected_back": "09:00"}, "cannot be back before leaving"),
        ({**WITH_MOTHER, "who": "contact:K4"}, "Bruno Alt must have no contact"),
        ({**WITH_MOTHER, "who": "contact:K3"}, "neither parent nor guardian"),
        ({**WITH_MOTHER, "who": "contact:K11"}, "Choose who collects the student."),
        (NEIGHBOR, "For anybody else, an admin decides, in writing."),
    ],
)
def test_what_cannot_be_entered_says_why_and_keeps_what_was_typed(
    database: Database, desk: DeskVisitor, fields: dict[str, str | None], said: str
) -> None:
    answer = desk.releases({k: v for k, v in fields.items() if v is not None} | {"swiped": "yes"})
    assert answer.status_code == 409
    assert said in words(answer.text)
    assert 'name="swiped" value="yes" checked' in answer.text
    assert rows(database) == []


def test_all_that_is_missing_is_said_at_once(desk: DeskVisitor) -> None:
    page = words(desk.releases({"at": "10:01"}).text)
    assert (
        "3 things to put right Choose with whom the student leaves. Look at a photo ID first, and "
        "tick that you have seen it. Choose why the student leaves."
    ) in page


def test_an_admin_releases_off_the_form_and_it_stands_out(database: Database, app: Flask) -> None:
    head = visitor(app, HEAD)
    assert head.releases({**NEIGHBOR, "why": "ok"}).status_code == 409
    assert head.releases(NEIGHBOR).status_code == 303
    with database.reading() as session:
        line = session.scalars(select(AuditLine).where(AuditLine.did == OVERRIDDEN)).one()
    assert (line.who, line.detail) == (HEAD, NEIGHBOR["why"])
    log = words(head.opens("/desk/log").text)
    assert "Picked up, not on the form Mother on the phone from the hospital" in log


def test_a_second_desk_sees_what_the_first_one_entered(database: Database, app: Flask) -> None:
    first, second = visitor(app), visitor(app, OTHER_DESK)
    stale = second.hidden(f"/desk/students/{GABY}")
    assert first.releases(WITH_MOTHER).status_code == 303
    answer = second.releases(WITH_MOTHER, **stale)
    assert answer.status_code == 409
    assert f"Gabriela is out already: signed out at 10:05 by {FRONT_DESK}." in words(answer.text)
    assert len(rows(database)) == 1


def test_a_form_sent_twice_is_entered_once(database: Database, desk: DeskVisitor) -> None:
    hidden = desk.hidden(f"/desk/students/{GABY}")
    for _ in range(2):
        assert desk.releases(WITH_MOTHER, **hidden).status_code == 303
    assert len(rows(database)) == 1
    with database.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 1


def test_a_refusal_is_entered_with_who_asked_and_why(database: Database, desk: DeskVisitor) -> None:
    assert desk.refuses({"person": "", "refusal": "no_id"}).status_code == 409
    said_no = {"person": "Bruno Alt", "refusal": "no_contact", "details": "Left at once."}
    assert desk.refuses(said_no).status_code == 303
    (row,) = rows(database)
    page = words(desk.opens(f"/desk/releases/{row.id}").text)
    assert "Not released" in page
    assert "No-contact or custody order" in page
    assert "Left at once." in page


def test_a_mistake_is_taken_back_and_stays_in_the_log(
    database: Database, desk: DeskVisitor
) -> None:
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    assert desk.does("undo", row.id, undo="").status_code == 409
    assert desk.does("undo", row.id, undo="Wrong student").status_code == 303
    assert "Taken back Wrong student" in words(desk.opens("/desk/log").text)
    with database.reading() as session:
        assert session.scalars(select(Message.status)).all() == [MessageStatus.CANCELLED]


def test_a_signature_is_kept_with_the_release(database: Database, desk: DeskVisitor) -> None:
    desk.releases({**WITH_MOTHER, "signature": "M10 20 L30 40"})
    (row,) = rows(database)
    page = desk.opens(f"/desk/releases/{row.id}").text
    assert '<path d="M10 20 L30 40"/>' in page
    assert "Signed" in words(page)


def test_markup_in_what_is_typed_stays_text(database: Database, app: Flask) -> None:
    head = visitor(app, HEAD)
    head.releases({**NEIGHBOR, "name": "<script>alert(1)</script>"})
    (row,) = rows(database)
    for path in (f"/desk/releases/{row.id}", "/desk/", "/desk/log", f"/desk/students/{GABY}"):
        page = head.opens(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_nobody_reaches_the_desk_without_signing_in(app: Flask, database: Database) -> None:
    stranger = DeskVisitor(app.test_client(), app)
    for path in ("/desk/", f"/desk/students/{GABY}", "/desk/log", "/desk/log.csv"):
        assert stranger.opens(path).status_code == 303
    for path in (f"/desk/students/{GABY}/release", "/desk/releases/1/back"):
        assert stranger.posts(path, {}).status_code in (303, 400)
    assert rows(database) == []


def test_the_attendance_office_works_at_the_desk_too(app: Flask) -> None:
    assert visitor(app, CLERK).releases(WITH_MOTHER).status_code == 303


@pytest.mark.parametrize("path", ["/desk/releases/99", "/desk/releases/99/notices"])
def test_an_entry_that_is_not_there_is_not_there(desk: DeskVisitor, path: str) -> None:
    assert desk.opens(path).status_code == 404
