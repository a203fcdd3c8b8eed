"""A small family at the dismissal desk: who is on file, and what the desk enters."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from console.services import Services
from flows.catalogue import Speaker
from school.database import Database
from school.people import ContactRow, StudentRow
from school.release_entry import Desk, Leaving
from school.release_rules import Asked, Leaves, Way
from school.releases import Release, of_day, release
from school.school_file import SHIPPED, School, read_school
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.line import settings

GABY = "61240424"  # 15
LORENA = "61930045"  # 18 since the spring
LEFT = "61000009"
MOTHER, FATHER, AUNT, BARRED = "K1", "K2", "K3", "K4"
LORENAS_MOTHER, LORENAS_FATHER = "K11", "K12"
FRONT_DESK = "desk@school.example"
OTHER_DESK = "other@school.example"
HEAD = "head@school.example"
TEN_IN_THE_MORNING = datetime.fromisoformat("2026-11-24T10:05:00-06:00")

STUDENTS = (
    (GABY, "Gabriela", "Alvarado", "Gaby", 10, date(2011, 1, 26), None),
    (LORENA, "Lorena", "Barajas", None, 12, date(2008, 3, 2), None),
    (LEFT, "Otto", "Lang", None, 11, date(2010, 3, 2), A_SCHOOL_MORNING),
)
CONTACTS: tuple[tuple[str, str, str, str, str | None, str, bool, dict[str, Any]], ...] = (
    (MOTHER, GABY, "Alicia Villa", "mother", "+13315550111", "es", True, {}),
    (FATHER, GABY, "Ramón Alvarado", "father", "+12245550190", "en", True, {}),
    (AUNT, GABY, "Rosa Villa", "aunt", "+12245550191", "es", True, {}),
    (BARRED, GABY, "Bruno Alt", "stepfather", "+12245550192", "en", True, {"no_contact": True}),
    (LORENAS_MOTHER, LORENA, "Ana Cruz", "mother", "+13125550160", "es", True, {}),
    (LORENAS_FATHER, LORENA, "Oscar Barajas", "father", None, "es", False, {}),
    ("K13", LORENA, "Lorena Barajas", "self", "+16305550114", "en", False, {}),
)


def add_family(session: Session) -> None:
    """Gaby, who is 15; Lorena, who is 18; and Otto, who left the school."""
    for student_id, first, last, preferred, grade, born, left_at in STUDENTS:
        session.add(
            StudentRow(
                student_id=student_id,
                first_name=first,
                last_name=last,
                preferred_name=preferred,
                grade=grade,
                birth_date=born,
                heard_as=[],
                left_at=left_at,
            )
        )
    session.flush()
    for order, (key, student_id, name, word, phone, language, on_form, more) in enumerate(CONTACTS):
        session.add(
            ContactRow(
                contact_id=key,
                student_id=student_id,
                name=name,
                relationship=word,
                phone=phone,
                email=None,
                language=language,
                on_emergency_form=on_form,
                order=order + 1,
                **more,
            )
        )


@cache
def jones() -> School:
    """The school whose file is shipped."""
    return read_school(SHIPPED)


def at_the_desk(now: datetime = TEN_IN_THE_MORNING, **changes: Any) -> Desk:
    """The front desk, a little after ten."""
    desk = Desk(FRONT_DESK, now, jones().time, jones().dismissal)
    return replace(desk, **changes)


def by_mother(**changes: Any) -> Leaving:
    """Gaby leaves with her mother, who showed her ID."""
    asked = Asked(Way.IN_PERSON, Leaves.LISTED, MOTHER, id_seen=True)
    return replace(Leaving(str(uuid4()), GABY, asked, "appointment"), **changes)


def alone(student_id: str = LORENA, **changes: Any) -> Leaving:
    """Lorena leaves by herself."""
    asked = Asked(Way.IN_PERSON, Leaves.ALONE, id_seen=True)
    return replace(Leaving(str(uuid4()), student_id, asked, "appointment"), **changes)


def by_neighbor(**changes: Any) -> Leaving:
    """Somebody who is not on the form is to take Gaby home."""
    why = "Mother on the phone from the hospital; known to Mr. Ortiz."
    asked = Asked(Way.IN_PERSON, Leaves.OTHER, name="Nora Fields", id_seen=True, why=why)
    return replace(Leaving(str(uuid4()), GABY, asked, "family"), **changes)


def entered(database: Database, leaving: Leaving, desk: Desk | None = None) -> Release:
    """Enter it, in a transaction of its own."""
    with database.begin() as session:
        row, _ = release(session, leaving, desk or at_the_desk())
        return row


def todays(database: Database, desk: Desk | None = None) -> Sequence[Release]:
    """All that was entered today."""
    with database.reading() as session:
        return of_day(session, (desk or at_the_desk()).today)


def clock_time(text: str) -> time:
    """Such as 10:05."""
    return time.fromisoformat(text)


@cache
def offered() -> dict[str, Speaker]:
    """A speaker for each language of the school."""
    return Services(settings()).speakers
