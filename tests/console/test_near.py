"""Finding a student by what a person types: as forgiving as the line itself."""

from datetime import date

import pytest

from console.near import near
from flows.reading.roster import Roster, Student

ROSTER = Roster(
    [
        Student(str(61000001 + n), first, last, preferred, 10, date(2011, 1, 26), heard_as)
        for n, (first, last, preferred, heard_as) in enumerate(
            (
                ("Daniel", "López Ortiz", None, ()),
                ("Danielle", "Lopes", None, ()),
                ("Isabella", "Torres", None, ()),
                ("Catherine", "O'Brien", None, ()),
                ("Xóchitl", "Ramírez", None, ("Sochi",)),
                ("William", "Nguyen", "Liam", ()),
                ("Gabriela", "Alvarado", "Gaby", ()),
            )
        )
    ],
    [],
)


def found(typed: str) -> list[str]:
    return [f"{student.first_name} {student.last_name}" for student in near(ROSTER, typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("lopez ort", "Daniel López Ortiz"),  # beginnings
        ("Alvarado, Gabriela", "Gabriela Alvarado"),  # the other way about
        ("gaby", "Gabriela Alvarado"),  # what the student is called
        ("Danny Lopez", "Daniel López Ortiz"),  # short for
        ("Bella Torres", "Isabella Torres"),
        ("billy nguyen", "William Nguyen"),
        ("Kathryn Obrian", "Catherine O'Brien"),  # as it sounds
        ("Nguyen Wiliam", "William Nguyen"),
        ("Sochi Ramirez", "Xóchitl Ramírez"),  # a spelling that staff taught the line
        ("Gabirela Alvarod", "Gabriela Alvarado"),  # slips of the keys
        ("61000004", "Catherine O'Brien"),
    ],
)
def test_a_student_is_found_as_the_line_would_find_one(typed: str, first: str) -> None:
    assert found(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "  ", "Zzyzx Qwerty", "12", "?!"])
def test_who_is_nobody_is_nobody(typed: str) -> None:
    assert found(typed) == []
