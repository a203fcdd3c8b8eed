"""Who must have no contact with a student learns nothing from what staff send either."""

import pytest
from sqlalchemy import select, update

from school.database import Database
from school.outbox import Message
from school.people import ContactRow
from school.reports import Report
from tests.console import samples
from tests.console.forms import sends
from tests.console.parts import ADMIN, ATTENDANCE, FRONT_DESK, Visitor
from tests.console.seen import text_of
from tests.support.clock import StandingClock


def test_a_contact_with_a_no_contact_order_is_marked_so_and_has_no_number_to_press(
    filled: Database, clock: StandingClock, clerk: Visitor
) -> None:
    with filled.begin() as session:
        report_id = samples.report(session, clock(), from_phone="+13125550144")
    path = f"/staff/reports/{report_id}"
    dialled = f'href="tel:{samples.MOTHERS_PHONE}"'
    free = clerk.opens(path).text
    assert dialled in free
    assert "Must have no contact" not in free
    with filled.begin() as session:
        session.execute(update(ContactRow).values(no_contact=True))
    page = clerk.opens(path).text
    assert dialled not in page
    text = text_of(page)
    assert "Alicia Villa mother Must have no contact No-contact order. Tell this person" in text
    assert "It came from the number" not in text


@pytest.mark.parametrize("email", [ATTENDANCE, FRONT_DESK, ADMIN])
def test_the_terms_of_custody_stand_beside_the_contact_for_every_role(
    filled: Database, clock: StandingClock, visitor: Visitor, email: str
) -> None:
    terms = "Father may not collect her <on Fridays>."
    with filled.begin() as session:
        session.execute(update(ContactRow).values(custody=terms))
        report_id = samples.report(session, clock(), from_phone="+13125550144")
    visitor.signs_in(email)
    page = visitor.opens(f"/staff/reports/{report_id}").text
    assert "Custody order" in page
    assert "<q>Father may not collect her &lt;on Fridays&gt;.</q>" in page


def test_a_report_from_a_barred_number_says_so_on_top(
    filled: Database, clock: StandingClock, clerk: Visitor
) -> None:
    with filled.begin() as session:
        session.execute(update(ContactRow).values(no_contact=True, custody="Supervised visits."))
        report_id = samples.report(session, clock())
    top = text_of(clerk.opens(f"/staff/reports/{report_id}").text).partition("What was said")[0]
    for badge in ("Must have no contact", "Custody order"):
        assert f"{badge} It came from the number of somebody this is on file for." in top


@pytest.mark.parametrize(("barred", "named"), [(False, True), (True, False)])
def test_a_confirmation_names_the_student_to_nobody_with_a_no_contact_order(
    filled: Database, clock: StandingClock, clerk: Visitor, *, barred: bool, named: bool
) -> None:
    with filled.begin() as session:
        session.execute(update(ContactRow).values(no_contact=barred))
        report_id = samples.report(session, clock(), student_as_heard="my child")
    sends(clerk, f"/staff/reports/{report_id}", "confirm")
    with filled.reading() as session:
        assert session.get_one(Report, report_id).status == "confirmed"
        (body,) = session.scalars(select(Message.body))
    assert ("Gaby" in (body or "")) == named
