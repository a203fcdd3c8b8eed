"""Who must have no contact with a student learns nothing from what staff send either."""

import pytest
from sqlalchemy import select, update

from school.database import Database
from school.outbox import Message
from school.people import ContactRow
from school.reports import Report
from tests.console import samples
from tests.console.forms import sends
from tests.console.parts import Visitor
from tests.support.clock import StandingClock


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
