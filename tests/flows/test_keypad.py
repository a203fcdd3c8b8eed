"""Letters, dates and names on a telephone's keys."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from flows.keypad import born_on, keyed_day, keys_of, spells_first_name, with_last_name
from flows.reading.calendar import SchoolCalendar
from flows.reading.roster import Roster, Student
from tests.flows.scenes import roster

YEAR = SchoolCalendar(date(2026, 8, 24), date(2027, 6, 11))


def student(
    first: str, last: str, preferred: str | None = None, born: str = "2010-03-09"
) -> Student:
    return Student("1", first, last, preferred, 10, date.fromisoformat(born))


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Lopez", "56739"),
        ("LÓPEZ", "56739"),
        ("Núñez", "68639"),
        ("O'Brien", "627436"),
        ("De La Rosa", "33527672"),
        ("Smith-Jones", "7648456637"),
        ("Łukasz", "585279"),
        ("Straße", "7872773"),
        ("Sørensen", "76736736"),
        ("Wu", "98"),
        ("陳", ""),
        ("", ""),
    ],
)
def test_a_name_is_spelled_on_the_keys_whatever_its_accents(name: str, keys: str) -> None:
    assert keys_of(name) == keys


@given(some.text(max_size=60))
def test_any_name_is_spelled_by_the_keys_2_to_9(name: str) -> None:
    assert set(keys_of(name)) <= set("23456789")


@pytest.mark.parametrize("keys", ["336", "527", "767", "7672", "33"])
def test_a_last_name_of_several_parts_is_found_by_each(keys: str) -> None:
    others = Roster([student("Yadira", "De La Rosa")], [])
    beginnings = {"336": False, "527": True, "767": True, "7672": True, "33": True}
    assert bool(with_last_name(others, keys)) is beginnings[keys]


def test_a_student_with_one_name_is_found_by_it() -> None:
    assert with_last_name(Roster([student("Madonna", "")], []), "623")


def test_three_letters_leave_few_of_a_school() -> None:
    left = [
        len(with_last_name(roster(), keys_of(one.last_name or one.first_name)[:3]))
        for one in roster().students.values()
    ]
    assert min(left) >= 1
    assert max(left) <= 12


def test_a_nickname_is_spelled_too() -> None:
    gaby = student("Gabriela", "Alvarado", "Gaby")
    assert spells_first_name(gaby, keys_of("Gab"))
    assert spells_first_name(gaby, keys_of("Gaby"))
    assert not spells_first_name(gaby, keys_of("Alv"))


@pytest.mark.parametrize(
    ("keys", "day"),
    [
        ("1124", date(2026, 11, 24)),
        ("0105", date(2027, 1, 5)),  # after New Year of the same school year
        ("0824", date(2026, 8, 24)),
        ("0611", date(2027, 6, 11)),
        ("0823", None),  # before the first day
        ("0612", None),  # after the last
        ("0230", None),
        ("0229", None),  # 2027 has none
        ("1332", None),
        ("0000", None),
        ("9999", None),
    ],
)
def test_month_and_day_are_a_day_of_this_school_year(keys: str, day: date | None) -> None:
    assert keyed_day(keys, YEAR) == day


def test_a_birthday_is_month_and_day() -> None:
    born = student("Ana", "Lee", born="2010-03-09")
    assert born_on(born, "0309")
    assert not born_on(born, "0903")
    assert born_on(student("Leo", "Day", born="2008-02-29"), "0229")
