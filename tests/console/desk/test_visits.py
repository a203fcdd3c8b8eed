"""Whom the desk expects, and who waits at it, on each kind of database."""

from datetime import date

import pytest
from flask import Flask

from school.database import Database
from school.people import ContactRow
from school.reports import ReportChannel, Status
from tests.console.desk.parts import section, wish, words
from tests.support.clock import StandingClock
from tests.support.desk import WITH_MOTHER, DeskVisitor, visitor
from tests.support.dismissals import GABY, OTHER_DESK


def test_while_the_student_is_on_the_way_the_desk_serves_the_next(
    app: Flask, desk: DeskVisitor, clock: StandingClock
) -> None:
    answer = desk.waits({**WITH_MOTHER, "texted": "yes", "expected_back": "11:30"})
    assert answer.location.endswith("/desk/")
    clock.go_on(minutes=3)
    other = visitor(app, OTHER_DESK)
    waiting = section(other.opens("/desk/").text, "waiting")
    assert waiting == (
        "Waiting in the office: 1 Gabriela Alvarado Grade 10 Alicia Villa since 10:05 am. Next: "
        "the student swipes out. Done: photo ID seen, student texted to meet. Kept by "
        "desk@school.example."
    )
    page = other.opens(f"/desk/students/{GABY}").text
    assert "Waiting since 10:05 am Alicia Villa; photo ID seen" in words(page)
    for filled_in in (
        'value="contact:K1" checked',
        'name="texted" value="yes" checked',
        '<option value="appointment" selected>',
        'value="11:30"',
    ):
        assert filled_in in page
    assert 'name="swiped" value="yes" checked' not in page


@pytest.mark.parametrize("ending", ["released", "refused", "gone"])
def test_nobody_waits_once_the_student_left_or_stays(desk: DeskVisitor, ending: str) -> None:
    desk.waits(WITH_MOTHER)
    if ending == "released":
        desk.releases(WITH_MOTHER)
    elif ending == "refused":
        desk.refuses({"person": "Alicia Villa", "refusal": "no_id"})
    else:
        path = f"/desk/students/{GABY}"
        assert desk.posts(f"{path}/gone", desk.hidden(path)).status_code == 303
    assert "Waiting in the office" not in words(desk.opens("/desk/").text)


def test_nobody_is_kept_waiting_whom_the_rules_forbid(desk: DeskVisitor) -> None:
    answer = desk.waits({**WITH_MOTHER, "who": "contact:K4"})
    assert answer.status_code == 409
    assert "Bruno Alt must have no contact" in words(answer.text)
    assert "Waiting in the office" not in words(desk.opens("/desk/").text)


def test_a_wish_to_leave_early_is_an_expected_visit(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    wish(database, clock)
    visits = section(desk.opens("/desk/").text, "visits")
    assert visits.startswith(
        "Expected visits: 1 Gabriela Alvarado Alicia Villa (mother) called at 10:05 am about "
        "1:00 pm; told to come in."
    )
    assert "On file for this student" in visits
    clock.go_on(minutes=5)
    desk.releases(WITH_MOTHER)
    visits = section(desk.opens("/desk/").text, "visits")
    assert visits.startswith("Expected visits: 0")
    assert "Since then: Picked up at 10:10 am" in visits


def test_a_wish_from_nobody_we_know_is_expected_too(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    stranger = {"student_id": None, "reporter_name": None, "relationship": "unknown"}
    wish(database, clock, **stranger, channel=ReportChannel.SMS, days=(), partial_time=None)
    visits = section(desk.opens("/desk/").text, "visits")
    assert "Which student? Somebody who gave no name texted at 10:05 am; told to come in." in visits


@pytest.mark.parametrize(
    "who",
    [
        {"reporter_name": "Bruno Alt", "relationship": "stepparent", "from_phone": None},
        {"reporter_name": None, "relationship": "unknown", "from_phone": "+12245550192"},
        {"reporter_name": "Alicia Villa", "from_phone": "+12245550192"},  # so he says
    ],
)
def test_who_asked_and_has_a_no_contact_order_is_marked_before_the_visit(
    database: Database, desk: DeskVisitor, clock: StandingClock, who: dict[str, object]
) -> None:
    wish(database, clock, **who)
    for path in ("/desk/", f"/desk/students/{GABY}"):
        visits = section(desk.opens(path).text, "visits")
        assert "No-contact order Do not release; call an administrator." in visits


def test_a_mother_who_calls_from_a_shared_number_is_no_person_with_an_order(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    with database.begin() as session:
        session.get_one(ContactRow, "K4").phone = "+13315550111"
    wish(database, clock)
    wish(database, clock, reporter_name=None, relationship="unknown")
    assert "order" not in section(desk.opens("/desk/").text, "visits")


def test_wishes_of_other_days_and_rejected_ones_are_not_expected(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    wish(database, clock, days=(date(2026, 11, 25),))
    wish(database, clock, status=Status.REJECTED)
    wish(database, clock, status=Status.CANCELLED)
    clock.go_on(minutes=-24 * 60)
    wish(database, clock, days=(), reporter_name="Yesterday")
    clock.go_on(minutes=24 * 60)
    assert "Expected visits: 0" in section(visitor(desk.app).opens("/desk/").text, "visits")
