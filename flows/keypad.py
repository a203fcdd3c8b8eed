"""Letters and dates on a telephone keypad."""

import unicodedata
from collections import defaultdict
from datetime import date
from functools import lru_cache

from flows.reading.calendar import SchoolCalendar
from flows.reading.roster import Roster, Student

# ITU-T E.161: the letters that stand on each key.
LETTERS = {
    "2": "abc",
    "3": "def",
    "4": "ghi",
    "5": "jkl",
    "6": "mno",
    "7": "pqrs",
    "8": "tuv",
    "9": "wxyz",
}
LONGEST_BEGINNING = 4
KEY_OF = {letter: key for key, letters in LETTERS.items() for letter in letters}
OTHER_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})


def keys_of(name: str) -> str:
    """The keys that spell a name, accents, spaces and hyphens left out: "Núñez" is 68639."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(OTHER_LETTERS))
    return "".join(KEY_OF.get(letter, "") for letter in plain)


def spells_last_name(student: Student, keys: str) -> bool:
    """Whether the keys begin the last name, or any part of it."""
    return any(spelled.startswith(keys) for spelled in _last_name_keys(student))


def spells_first_name(student: Student, keys: str) -> bool:
    """Whether the keys begin the first or the preferred name."""
    names = (student.first_name, student.preferred_name or "")
    return any(keys_of(name).startswith(keys) for name in names if name)


def keyed_day(keys: str, calendar: SchoolCalendar) -> date | None:
    """MMDD as a day of this school year; None when there is no such day in it."""
    for year in range(calendar.first_day.year, calendar.last_day.year + 1):
        try:
            day = date(year, int(keys[:2]), int(keys[2:]))
        except ValueError:
            continue
        if calendar.in_year(day):
            return day
    return None


def born_on(student: Student, keys: str) -> bool:
    """Whether MMDD is the student's birthday."""
    return keys == f"{student.birth_date:%m%d}"


def with_last_name(roster: Roster, keys: str) -> tuple[Student, ...]:
    """The students whose last name, or a part of it, begins with these keys."""
    return _by_last_name(roster).get(keys, ())


@lru_cache(maxsize=2)  # today's roster, and the one before while its last calls end
def _by_last_name(roster: Roster) -> dict[str, tuple[Student, ...]]:
    """Every beginning of every last name, so that a keyed one is found at once."""
    found: dict[str, dict[str, Student]] = defaultdict(dict)
    for student in roster.students.values():
        for spelled in _last_name_keys(student):
            for length in range(1, LONGEST_BEGINNING + 1):
                found[spelled[:length]][student.student_id] = student
    return {keys: tuple(students.values()) for keys, students in found.items()}


def _last_name_keys(student: Student) -> tuple[str, ...]:
    """The keys of the last name from each of its parts on: "De La Rosa" also as R O S A."""
    parts = (student.last_name or student.first_name).replace("-", " ").split()
    return tuple(keys_of(" ".join(parts[i:])) for i in range(len(parts)))
