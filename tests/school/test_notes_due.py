"""Notes that families owe: when they are due, who is reminded, and who decides in the end."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.reading.calendar import SchoolCalendar
from school.database import Database
from school.decisions import Decision, Deed, Kind, Overtaken
from school.dismissal_file import Notes
from school.notes_due import (
    Proof,
    State,
    due_day,
    leave_unexcused,
    owed,
    receive,
    remind,
    reminder_day,
)
from school.outbox import Message
from school.people import ContactRow, number
from school.release_letters import Post
from school.reports import Draft, Report, ReportChannel, Status, Verification, write
from school.schedule import Daily, begin, due_slot, run_calendar
from tests.support.clock import StandingClock
from tests.support.dismissals import GABY, MOTHER, add_family, jones, offered

CALENDAR = jones().time.calendar
RULES = Notes(due_after=3, remind_before=1)
MONDAY = date(2026, 11, 16)
DUE = date(2026, 11, 19)  # three school days after
CLERK = "clerk@school.example"


@pytest.fixture
def family(database: Database) -> Database:
    """A database with a small family."""
    with database.begin() as session:
        add_family(session)
    return database


def holiday(database: Database, **facts: Any) -> int:
    """A report of a religious holiday on Monday, by Gaby's mother, in Spanish."""
    draft = {
        "origin": f"test:{uuid4()}",
        "status": Status.CONFIRMED,
        "channel": ReportChannel.PHONE,
        "language": "es",
        "verification": Verification.LISTED,
        "from_phone": "+13315550111",
        "student_id": GABY,
        "days": (MONDAY,),
        "reason_category": "religious_holiday",
        "excused": True,
        "note_required": True,
    }
    with database.begin() as session:
        return write(session, Draft(**{**draft, **facts}), at("2026-11-16 06:45")).id


def at(local: str) -> datetime:
    """This time in Chicago."""
    return datetime.fromisoformat(local).replace(tzinfo=jones().time.zone)


def on(day: date | str, hour: str = "07:00") -> Post:
    """The morning's reminders of this day."""
    return Post(jones(), offered(), at(f"{day} {hour}"))


def messages(database: Database) -> Sequence[Message]:
    with database.reading() as session:
        return session.scalars(select(Message).order_by(Message.id)).all()


def states(database: Database, today: date) -> list[State]:
    with database.reading() as session:
        return [note.state for note in owed(session, today, jones())]


def report(session: Session, report_id: int) -> Report:
    return session.get_one(Report, report_id)


def deed(**changes: Any) -> Deed:
    return Deed(CLERK, at("2026-11-20 09:00"), **changes)


@pytest.mark.parametrize(
    ("days", "due"),
    [
        ((MONDAY,), DUE),
        ((MONDAY, date(2026, 11, 17)), date(2026, 11, 20)),
        ((date(2026, 11, 20),), date(2026, 11, 25)),  # over the weekend
        ((date(2026, 11, 25),), date(2026, 12, 2)),  # and over Thanksgiving
    ],
)
def test_a_note_is_due_some_school_days_after_the_last_day(
    days: tuple[date, ...], due: date
) -> None:
    assert due_day(days, CALENDAR, RULES) == due


def test_at_the_end_of_the_year_it_is_due_on_its_last_day() -> None:
    year = SchoolCalendar(date(2026, 8, 24), date(2026, 11, 17))
    assert due_day((MONDAY,), year, RULES) == date(2026, 11, 17)


def test_the_first_reminder_comes_school_days_before() -> None:
    assert reminder_day(DUE, CALENDAR, RULES) == date(2026, 11, 18)
    assert reminder_day(date(2026, 11, 30), CALENDAR, RULES) == date(2026, 11, 25)
    assert reminder_day(DUE, CALENDAR, Notes(remind_before=0)) == DUE


def test_a_religious_holiday_opens_a_note_that_lapses_after_its_day(family: Database) -> None:
    holiday(family)
    assert states(family, date(2026, 11, 18)) == [State.OPEN]
    assert states(family, DUE) == [State.TODAY]
    assert states(family, date(2026, 11, 20)) == [State.LAPSED]


@pytest.mark.parametrize(
    "facts",
    [
        {"note_required": False},
        {"status": Status.REJECTED},
        {"status": Status.CANCELLED},
        {"excused": False},
        {"student_id": None},
        {"days": ()},
    ],
)
def test_no_other_report_owes_a_note(family: Database, facts: dict[str, Any]) -> None:
    holiday(family, **facts)
    assert states(family, DUE) == []


def test_the_family_is_reminded_before_and_on_the_day_in_its_language(family: Database) -> None:
    holiday(family)
    told = [remind(family, on(day)) for day in ("2026-11-17", "2026-11-18", "2026-11-19")]
    assert told == [0, 1, 1]
    assert [(m.to_phone, m.language, m.contact_id) for m in messages(family)] == [
        ("+13315550111", "es", MOTHER)
    ] * 2
    assert all("una nota firmada para Gaby" in (m.body or "") for m in messages(family))


def test_nobody_is_reminded_twice_a_day_or_after_the_day(family: Database) -> None:
    holiday(family)
    assert [remind(family, on(DUE)), remind(family, on(DUE, "09:00"))] == [1, 0]
    assert remind(family, on("2026-11-20")) == 0


def test_who_reported_from_elsewhere_is_not_told_but_a_parent_on_file(family: Database) -> None:
    holiday(family, from_phone="+17735550104", verification=Verification.UNLISTED, language="en")
    remind(family, on(DUE))
    (only,) = messages(family)
    assert (only.to_phone, only.language) == ("+13315550111", "es")


def test_without_a_number_nobody_is_reminded_and_the_list_still_has_it(family: Database) -> None:
    with family.begin() as session:
        for contact in session.scalars(select(ContactRow)):
            contact.phone = None
    holiday(family)
    assert remind(family, on(DUE)) == 0
    assert states(family, DUE) == [State.TODAY]


def test_a_number_that_opted_out_is_not_reminded(family: Database) -> None:
    with family.begin() as session:
        number(session, "+13315550111").opted_out_at = at("2026-11-16 08:00")
    holiday(family)
    assert remind(family, on(DUE)) == 0


def test_a_reminder_keeps_the_quiet_hours(family: Database) -> None:
    holiday(family)
    remind(family, on(DUE, "05:30"))
    (only,) = messages(family)
    assert only.due_at == at("2026-11-19 06:00")


@pytest.mark.parametrize("proof", list(Proof))
def test_receiving_the_note_closes_it_however_it_came(family: Database, proof: Proof) -> None:
    number_of = holiday(family)
    with family.begin() as session:
        assert receive(session, report(session, number_of), proof, deed()) is not None
    with family.begin() as session:
        assert receive(session, report(session, number_of), proof, deed()) is None
        decision = session.scalars(select(Decision)).one()
        assert (decision.kind, decision.why, decision.who) == (Kind.NOTE, proof, CLERK)
    assert states(family, DUE) == []
    assert remind(family, on(DUE)) == 0


def test_what_has_lapsed_stays_excused_until_a_person_changes_it(family: Database) -> None:
    number_of = holiday(family)
    for day in ("2026-11-18", "2026-11-19", "2026-11-20", "2026-12-10"):
        remind(family, on(day))
    with family.begin() as session:
        assert report(session, number_of).excused is True
        assert session.scalars(select(Decision)).all() == []
        leave_unexcused(session, report(session, number_of), jones(), deed())
    with family.reading() as session:
        assert report(session, number_of).excused is False
        assert session.scalars(select(Decision.who)).all() == [CLERK]
    assert states(family, date(2026, 12, 10)) == []


def test_a_decision_on_a_report_that_changed_meanwhile_changes_nothing(family: Database) -> None:
    number_of = holiday(family)
    with pytest.raises(Overtaken), family.begin() as session:
        leave_unexcused(session, report(session, number_of), jones(), deed(seen="another"))


def test_the_reminders_of_a_day_run_once_however_many_workers_there_are(family: Database) -> None:
    holiday(family)
    clock = StandingClock(at("2026-11-19 07:00"))
    ran: list[int] = []
    zone = jones().time.zone
    for _ in range(3):  # three workers
        job = Daily("note_reminders", jones().notes.at, lambda: ran.append(remind(family, on(DUE))))
        run_calendar([job], family, clock, zone)
    assert ran == [1]


@pytest.mark.parametrize("day", ["2026-11-01", "2027-03-14"])
def test_the_reminders_have_one_slot_on_the_days_the_clocks_change(
    family: Database, day: str
) -> None:
    job = Daily("note_reminders", jones().notes.at, lambda: None)
    assert due_slot(job, at(f"{day} 06:59")) is None
    slots = {due_slot(job, at(f"{day} {hour:02}:00")) for hour in range(7, 24)}
    assert slots == {day}
    assert [begin(family, job.name, day, at(f"{day} 07:00")) for _ in range(2)] == [True, False]
