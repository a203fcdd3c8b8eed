"""A roster of any size with names that nobody bears, for the benchmarks."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

import phonenumbers

from flows.reading.names import FOLDER
from flows.reading.roster import Student
from school.roster_files import ListedContact, RosterFolder

CONSONANTS, VOWELS = "bcdfghklmnprstvwz", "aeiou"
ENDS = ("son", "ski", "ez", "er", "ton", "ley", "man", "wood", "ford", "os", "ov", "enko", "ian")
FIRST_BIRTHDAY, DAYS = date(2008, 9, 1), 1_400
FEWEST = 40_000_000  # the first student number; the labelled cases have others
BROTHERS_AND_SISTERS = 3  # in a household
BOTH_PARENTS = 3  # every so many households have a second telephone
INVENTED = 100  # numbers in each area code: 555-0100 to 555-0199


@dataclass(frozen=True, slots=True)
class Household:
    """Students under one roof, and the telephones they have on file."""

    students: tuple[Student, ...]
    phones: tuple[str, ...]  # E.164; the first is the mother's


def students(number: int, seed: int = 1) -> list[Student]:
    """So many students, the same ones each time."""
    random = Random(seed)  # noqa: S311  invented names, no secrets
    given = [name.capitalize() for name in _given_names()]
    surnames = sorted({_surname(random) for _ in range(max(200, number // 15))})
    return [
        Student(
            student_id=str(FEWEST + index),
            first_name=random.choice(given),
            last_name=random.choice(surnames),
            preferred_name=None,
            grade=random.randint(9, 12),
            birth_date=FIRST_BIRTHDAY + timedelta(days=random.randrange(DAYS)),
        )
        for index in range(number)
    ]


def households(number: int) -> list[Household]:
    """So many students in households: whatever their number, a telephone has three on file."""
    everybody, phones = students(number), _phones()
    found = []
    for first in range(0, number, BROTHERS_AND_SISTERS):
        some = everybody[first : first + BROTHERS_AND_SISTERS]
        surname, named = some[0].last_name, {one.first_name: one for one in some}
        both = first % (BROTHERS_AND_SISTERS * BOTH_PARENTS) == 0
        found.append(
            Household(
                tuple(replace(one, last_name=surname) for one in named.values()),
                tuple(next(phones) for _ in range(1 + both)),
            )
        )
    return found


def school(number: int) -> RosterFolder:
    """The same students as the school's files would have them."""
    homes = households(number)
    contacts = [
        ListedContact(
            f"K{one.student_id}-{n}", one.student_id, f"{who} {one.last_name}", relationship,
            phone, "en", on_emergency_form=True, order=n, email=None,
        )
        for home in homes
        for one in home.students
        for n, (phone, (who, relationship)) in enumerate(
            zip(home.phones, (("Ana", "mother"), ("Leo", "father")), strict=False), 1
        )
    ]  # fmt: skip
    return RosterFolder([one for home in homes for one in home.students], contacts, None, (), ())


def _phones() -> Iterator[str]:
    """Numbers that nobody has, in one area code after another."""
    codes = _area_codes()
    return (f"+1{code}555{100 + n:04}" for n in range(INVENTED) for code in codes)


@cache
def _area_codes() -> list[int]:
    numbers = ((code, phonenumbers.parse(f"+1{code}5550100")) for code in range(201, 990))
    return [code for code, number in numbers if phonenumbers.is_valid_number(number)]


def _surname(random: Random) -> str:
    syllables = (random.choice(CONSONANTS) + random.choice(VOWELS) for _ in range(2))
    return ("".join(syllables) + random.choice(ENDS)).capitalize()


def _given_names() -> list[str]:
    tables = tomllib.loads((FOLDER / "given.toml").read_text(encoding="utf-8"))
    return sorted({name for table in tables.values() for name in table["words"].split()})
