"""What the desk sees of its notices, and whom it has to call, on each kind of database."""

import pytest
from sqlalchemy import update

from school.database import Database
from school.dispatch import dispatch_urgent
from school.outbox import Message, MessageStatus
from school.sending import Refused, Trouble
from tests.console.desk.parts import section, words
from tests.support.clock import StandingClock
from tests.support.desk import ALONE, WITH_MOTHER, DeskVisitor, rows
from tests.support.dismissals import FATHER, FRONT_DESK, GABY, LORENA
from tests.support.gateway import RememberingGateway


def test_delivery_is_seen_at_the_desk(database: Database, desk: DeskVisitor) -> None:
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    for status, said in (
        (MessageStatus.SENT, "Sent"),
        (MessageStatus.DELIVERED, "Delivered"),
        (MessageStatus.UNDELIVERED, "Did not arrive"),
        (MessageStatus.FAILED, "Not sent"),
    ):
        with database.begin() as session:
            session.execute(update(Message).values(status=status, attempts=1))
        told = desk.opens(f"/desk/releases/{row.id}/notices").text
        assert f"father {said}" in words(told).replace(" ,", ",")
        failed = status in (MessageStatus.UNDELIVERED, MessageStatus.FAILED)
        assert ("while the student is still here" in told) == failed


def test_a_carrier_that_refuses_is_seen_at_the_desk(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    gateway = RememberingGateway(answers=[Refused(Trouble.NOT_NOW, 20429)])
    dispatch_urgent(database, gateway, clock)
    told = words(desk.opens(f"/desk/releases/{row.id}/notices").text)
    assert "Not sent yet" in told
    assert "Call (224) 555-0190 while the student is still here." in told
    clock.go_on(minutes=2)
    gateway.answers.append(Refused(Trouble.FINAL, 21211))
    dispatch_urgent(database, gateway, clock)
    told = words(desk.opens(f"/desk/releases/{row.id}/notices").text)
    assert "Not sent The carrier refused it, or could not be reached in time." in told.replace(
        "Text to (224) 555-0190, English, Tue 24 Nov, 10:07 am. ", ""
    )


def test_while_the_worker_is_down_the_desk_says_that_notices_wait(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    assert "waiting to be sent" not in words(desk.opens("/desk/").text)
    clock.go_on(seconds=45)
    assert "One notice is waiting to be sent" in words(desk.opens("/desk/").text)
    told = words(desk.opens(f"/desk/releases/{row.id}").text)
    assert "The program that sends messages does not seem to run." in told


@pytest.mark.parametrize("path", ["", f"students/{GABY}", "notes", "log", "alerts"])
def test_a_notice_that_reaches_nobody_is_seen_on_every_page_until_somebody_calls(
    database: Database, desk: DeskVisitor, path: str
) -> None:
    """The desk serves the next family when the carrier says that it could not deliver."""
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    assert "not told" not in words(desk.opens(f"/desk/{path}").text)
    with database.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.UNDELIVERED, attempts=1))
    page = desk.opens(f"/desk/{path}").text
    assert (
        "One person was not told: call now Ramón Alvarado, father of Gabriela Alvarado, who left "
        "at 10:05 am. Did not arrive Call (224) 555-0190 I have told Ramón Alvarado"
    ) in words(page)
    assert desk.does("told", row.id, contact=FATHER).status_code == 303
    assert "not told" not in words(desk.opens(f"/desk/{path}").text)
    told = section(desk.opens(f"/desk/releases/{row.id}").text, "told")
    assert "Told by the desk" in told
    assert f"By {FRONT_DESK}." in told


def test_a_number_that_opted_out_meanwhile_is_called(database: Database, desk: DeskVisitor) -> None:
    desk.releases(WITH_MOTHER)
    with database.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.CANCELLED))
    assert "One person was not told: call now" in words(desk.opens("/desk/").text)


def test_a_contact_without_a_number_is_named_where_nobody_else_could_be_told(
    database: Database, desk: DeskVisitor
) -> None:
    desk.releases(ALONE, LORENA)
    assert "not told" not in words(desk.opens("/desk/").text)
    with database.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.FAILED))
    alerts = words(desk.opens("/desk/alerts").text)
    assert "2 people were not told: call now Ana Cruz" in alerts
    assert "Oscar Barajas, father of Lorena Barajas" in alerts
