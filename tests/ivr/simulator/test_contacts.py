"""Whose telephone a visitor may hold."""

from datetime import date

import pytest

from flows.reading.roster import Contact, Roster, Student
from ivr.simulator.contacts import MOST_FOUND, Directory, language_name, own_name


def student(number: int, first: str, last: str) -> Student:
    return Student(f"S{number}", first, last, None, 10, date(2010, 5, 6))


def contact(
    number: int,
    of: int,
    name: str,
    phone: str | None,
    relationship: str = "mother",
    lang: str = "en",
) -> Contact:
    return Contact(f"K{number}", f"S{of}", name, relationship, phone, lang, True, number)


ROSTER = Roster(
    [
        student(1, "Zoë", "Núñez-O'Hara"),
        student(2, "Max", "Núñez-O'Hara"),
        student(3, "Bình", ""),
        student(4, "Ana", "Díaz"),
    ],
    [
        contact(1, 1, "Óscar Núñez", "+13125550101", "father", "es"),
        contact(2, 2, "Óscar Núñez", "+13125550101", "father", "es"),
        contact(3, 3, "Lan", "+13125550102", "mother", "vi"),
        contact(4, 3, "Hùng", "+13125550102", "father", "vi"),
        contact(5, 4, "Ana Díaz", "+13125550103", "self"),
        contact(6, 4, "Bruno Díaz", None),
        contact(7, 4, "Carla Díaz", "+13125550104", "mother", "xx"),
    ],
)


def directory(roster: Roster = ROSTER) -> Directory:
    return Directory(lambda: roster)


@pytest.mark.parametrize(
    "typed",
    ["oscar", "ÓSCAR", "nunez", "zoe", "o'hara", "hara max", "zo nu", "+13125550101", "0101",
     "(312) 555-0101", "5550101"],
)  # fmt: skip
def test_somebody_is_found_by(typed: str) -> None:
    assert [one.number for one in directory().search(typed)] == ["+13125550101"]


@pytest.mark.parametrize("typed", ["bruno", "zoe lan", "xyz", "9999"])
def test_nobody_is_found_by(typed: str) -> None:
    assert directory().search(typed) == []


def test_signs_alone_find_everybody() -> None:
    assert len(directory().search("  -- ")) == 4


def test_a_list_has_an_end() -> None:
    students = [student(number, "Sam", f"No{number}") for number in range(40)]
    contacts = [contact(n, n, f"Mo {n}", f"+1312555{n:04}") for n in range(40)]
    assert len(directory(Roster(students, contacts)).search("mo")) == MOST_FOUND


def test_the_first_has_one_student_and_the_schools_language() -> None:
    first = directory().first("vi")
    assert first is not None
    assert first.name == "Lan and Hùng"
    fallback = directory().first("pl")
    assert fallback is not None
    assert fallback.name == "Ana Díaz"
    assert directory(Roster([], [])).first("en") is None


def test_a_number_leads_to_its_person() -> None:
    found = directory().find("+13125550102")
    assert found is not None
    assert found.students == 1
    assert directory().find("+13125550199") is None


def test_languages_have_names() -> None:
    assert (language_name("es"), own_name("es"), own_name("pl")) == ("Spanish", "Español", "Polski")
    assert language_name("no such language") == "no such language"
