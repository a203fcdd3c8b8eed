"""Who may leave early, and with whom: each rule in its own words."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.dismissal_file import Dismissal
from school.release_rules import (
    Age,
    Asked,
    Leaves,
    NotReleased,
    OnFile,
    Standing,
    Way,
    age,
    allow,
    grown_up_on,
    standing,
)

TODAY = date(2026, 11, 24)
CHILD = date(2011, 1, 26)
GROWN_UP = date(2008, 11, 24)
PARENTS = Dismissal().parents

MOTHER = OnFile("K1", "Alicia Villa", "mother", "+13315550111", "es", on_form=True)
FATHER = replace(MOTHER, contact_id="K2", name="Ramón Alvarado", relationship="father")
AUNT = replace(MOTHER, contact_id="K3", name="Rosa Villa", relationship="aunt")
ABSENT_FATHER = replace(FATHER, on_form=False)
BARRED = replace(FATHER, no_contact=True)
LIMITED = replace(FATHER, custody="Weekends only, by court order of 3 March 2026")
FAMILY = (MOTHER, FATHER, AUNT)

BY_MOTHER = Asked(Way.IN_PERSON, Leaves.LISTED, "K1", id_seen=True)
ALONE = Asked(Way.IN_PERSON, Leaves.ALONE, id_seen=True)
BY_NEIGHBOR = Asked(
    Way.IN_PERSON,
    Leaves.OTHER,
    name="Nora Fields",
    id_seen=True,
    why="Mother on the phone from the hospital; known to Mr. Ortiz.",
)


def refused(
    asked: Asked, born: date = CHILD, family: tuple[OnFile, ...] = FAMILY, *, by_admin: bool = False
) -> str:
    """Why the student stays."""
    with pytest.raises(NotReleased) as caught:
        allow(asked, born, TODAY, family, PARENTS, by_admin=by_admin)
    return str(caught.value)


def test_a_parent_listed_on_the_emergency_form_may_collect_the_student() -> None:
    assert allow(BY_MOTHER, CHILD, TODAY, FAMILY, PARENTS, by_admin=False) == MOTHER


@pytest.mark.parametrize("word", ["mother", "father", "guardian", "foster parent", "stepfather"])
def test_parents_and_guardians_are_whom_the_school_file_names(word: str) -> None:
    assert standing(replace(MOTHER, relationship=word), PARENTS) is Standing.MAY


@pytest.mark.parametrize("word", ["aunt", "grandmother", "sibling 18+", "neighbor", "self"])
def test_who_is_neither_parent_nor_guardian_may_not_even_from_the_form(word: str) -> None:
    someone = replace(AUNT, relationship=word)
    assert standing(someone, PARENTS) is Standing.NOT_A_PARENT
    asked = replace(BY_MOTHER, contact_id="K3")
    assert "neither parent nor guardian" in refused(asked, family=(MOTHER, someone))


def test_a_parent_who_is_not_on_the_emergency_form_may_not() -> None:
    asked = replace(BY_MOTHER, contact_id="K2")
    assert "not on the emergency form" in refused(asked, family=(MOTHER, ABSENT_FATHER))


def test_a_no_contact_order_outweighs_the_emergency_form() -> None:
    assert standing(BARRED, PARENTS) is Standing.NO_CONTACT
    asked = replace(BY_MOTHER, contact_id="K2")
    assert "no contact" in refused(asked, family=(MOTHER, BARRED), by_admin=True)


def test_limits_of_custody_outweigh_the_emergency_form() -> None:
    asked = replace(BY_MOTHER, contact_id="K2")
    assert "custody order" in refused(asked, family=(MOTHER, LIMITED))


def test_nobody_is_released_by_telephone_or_text() -> None:
    for way in (Way.TELEPHONE, Way.TEXT):
        for asked, born in ((BY_MOTHER, CHILD), (ALONE, GROWN_UP), (BY_NEIGHBOR, CHILD)):
            said = refused(replace(asked, way=way), born, by_admin=True)
            assert "by telephone or text" in said


def test_an_id_is_seen_before_anybody_leaves() -> None:
    for asked, born in ((BY_MOTHER, CHILD), (ALONE, GROWN_UP), (BY_NEIGHBOR, CHILD)):
        assert "photo ID" in refused(replace(asked, id_seen=False), born, by_admin=True)


def test_a_student_of_18_may_leave_alone() -> None:
    assert allow(ALONE, GROWN_UP, TODAY, FAMILY, PARENTS, by_admin=False) is None


def test_a_student_under_18_never_leaves_alone_whoever_allows_it() -> None:
    for by_admin in (False, True):
        assert "never leaves alone" in refused(ALONE, date(2008, 11, 25), by_admin=by_admin)


def test_a_student_of_18_may_still_be_collected_by_a_listed_parent() -> None:
    assert allow(BY_MOTHER, GROWN_UP, TODAY, FAMILY, PARENTS, by_admin=False) == MOTHER


def test_somebody_not_on_the_form_only_by_an_admin() -> None:
    assert allow(BY_NEIGHBOR, CHILD, TODAY, FAMILY, PARENTS, by_admin=True) is None
    assert "an admin decides, in writing" in refused(BY_NEIGHBOR)


@pytest.mark.parametrize("why", ["", "   ", "ok", "mother agrees"])
def test_an_admin_writes_down_why(why: str) -> None:
    assert "Write down why" in refused(replace(BY_NEIGHBOR, why=why), by_admin=True)


def test_an_admin_names_who_collects_the_student() -> None:
    assert "full name" in refused(replace(BY_NEIGHBOR, name=" . "), by_admin=True)


@pytest.mark.parametrize(
    "name",
    [
        "Ramón Alvarado",
        " ramon  ALVARADO ",
        "Ramon Alvarado.",
        "Alvarado, Ramón",
        "Ramón J. Alvarado Díaz",
        "Ramon Alvaredo",
    ],
)
def test_no_admin_releases_to_a_person_with_a_no_contact_order_by_any_spelling(name: str) -> None:
    asked = replace(BY_NEIGHBOR, name=name)
    assert "must have no contact" in refused(asked, family=(MOTHER, BARRED), by_admin=True)


@pytest.mark.parametrize("name", ["Nora Fields", "Ramona Alvarado Cruz", "Luis Alvarado"])
def test_somebody_else_of_the_family_is_not_taken_for_the_person_with_the_order(name: str) -> None:
    asked = replace(BY_NEIGHBOR, name=name)
    assert allow(asked, CHILD, TODAY, (MOTHER, BARRED), PARENTS, by_admin=True) is None


def test_somebody_who_is_no_contact_of_this_student_is_not_on_the_form() -> None:
    for contact_id in (None, "K99"):
        asked = replace(BY_MOTHER, contact_id=contact_id)
        assert refused(asked) == "Choose who collects the student."


def test_18_is_reached_on_the_birthday_itself() -> None:
    assert age(date(2008, 11, 25), TODAY) is Age.MINOR
    assert age(date(2008, 11, 24), TODAY) is Age.ADULT


def test_who_was_born_on_29_february_is_18_on_1_march() -> None:
    born = date(2008, 2, 29)
    assert grown_up_on(born) == date(2026, 3, 1)
    assert age(born, date(2026, 2, 28)) is Age.MINOR
    assert age(born, date(2026, 3, 1)) is Age.ADULT


@pytest.mark.parametrize("born", [date(2001, 1, 26), date(1970, 1, 1), date(2027, 5, 5)])
def test_a_birth_date_that_cannot_be_right_proves_nothing(born: date) -> None:
    assert age(born, TODAY) is Age.DOUBTFUL
    assert "birth date on file cannot be right" in refused(ALONE, born)


@given(st.dates(date(1990, 1, 1), date(2020, 12, 31)), st.dates(TODAY, date(2040, 1, 1)))
def test_nobody_is_18_before_the_day_that_says_so(born: date, today: date) -> None:
    assert (age(born, today) is Age.MINOR) == (born <= today < grown_up_on(born))
