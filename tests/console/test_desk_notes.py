"""Notes owed, at the desk."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from school.database import Database
from school.decisions import Decision
from school.reports import Report
from tests.console.desk.parts import words
from tests.school.test_notes_due import holiday
from tests.support.clock import StandingClock
from tests.support.desk import CLERK, DeskVisitor, desk_app, visitor

A_DAY_LATE = datetime.fromisoformat("2026-11-20T10:00:00-06:00")


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(A_DAY_LATE)


@pytest.fixture
def app(database: Database, clock: StandingClock) -> Flask:
    return desk_app(database, clock)


@pytest.fixture
def owed(app: Flask, database: Database) -> int:  # noqa: ARG001  (the app brings the family)
    """A note that has lapsed."""
    return holiday(database)


def press(desk: DeskVisitor, owed: int, act: str, **fields: str) -> int:
    """Press a button of the list."""
    hidden = desk.hidden("/desk/notes")
    return desk.posts(f"/desk/notes/{owed}/{act}", {**hidden, **fields}).status_code


def test_what_has_lapsed_is_listed_without_the_reason(app: Flask, owed: int) -> None:
    page = words(visitor(app).opens("/desk/notes").text)
    assert "Notes owed: 1 One has lapsed." in page
    assert "Gabriela Alvarado Grade 10, 61240424 Mon 16 Nov Thu 19 Nov Lapsed" in page
    assert "religious" not in page
    assert owed


def test_a_note_that_comes_in_closes_it(app: Flask, database: Database, owed: int) -> None:
    desk = visitor(app)
    assert press(desk, owed, "in", proof="paper") == 303
    page = words(desk.opens("/desk/notes").text)
    assert "Entered: the note is in. " in page
    assert "No family owes a note." in page
    with database.reading() as session:
        assert session.scalars(select(Decision.why)).all() == ["paper"]


def test_only_the_attendance_office_makes_it_unexcused(
    app: Flask, database: Database, owed: int
) -> None:
    desk, clerk = visitor(app), visitor(app, CLERK)
    assert "unexcused" not in desk.opens("/desk/notes").text.replace("excused to unexcused", "")
    assert press(desk, owed, "unexcused") == 403
    assert "Without a note: unexcused" in words(clerk.opens("/desk/notes").text)
    assert press(clerk, owed, "unexcused") == 303
    with database.reading() as session:
        assert session.get_one(Report, owed).excused is False


def test_a_list_that_was_overtaken_changes_nothing(
    app: Flask, database: Database, owed: int
) -> None:
    clerk = visitor(app, CLERK)
    assert press(clerk, owed, "unexcused", seen="another") == 303
    assert "Look at it as it stands now." in words(clerk.opens("/desk/notes").text)
    with database.reading() as session:
        assert session.get_one(Report, owed).excused is True


@pytest.mark.parametrize(
    ("number", "proof", "status"), [(99, "paper", 404), (1, "a promise", 400), (1, "", 400)]
)
def test_what_makes_no_sense_is_refused(
    app: Flask, owed: int, number: int, proof: str, status: int
) -> None:
    assert owed == 1
    assert press(visitor(app), number, "in", proof=proof) == status
