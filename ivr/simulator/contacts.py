"""Whose telephone the visitor may hold: the contacts of the roster, found by name or number."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from flows.reading.roster import Contact, Roster, Student
from school.numbers import shown

MOST_FOUND = 30  # nobody reads a longer list; another letter shortens it
ENGLISH = Locale("en")


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever has a number: one contact, or several who share it."""

    number: str
    name: str
    about: str  # "mother of Gabriela Alvarado, in Spanish"
    words: tuple[str, ...]  # by which the person is found: name, students, language, number
    students: int
    language: str

    def fits(self, typed: list[str]) -> bool:
        """Whether each of the typed words begins one of this person's."""
        return all(any(word.startswith(start) for word in self.words) for start in typed)


class Directory:
    """The people of the roster that is in force."""

    def __init__(self, roster: Callable[[], Roster]) -> None:
        self._roster = roster

    def search(self, typed: str) -> list[Person]:
        """The people that what was typed fits, by name; those of the whole roster for nothing."""
        wanted = _folded(typed)
        return [person for person in self._people() if person.fits(wanted)][:MOST_FOUND]

    def find(self, number: str) -> Person | None:
        """Who has this number."""
        return next((person for person in self._people() if person.number == number), None)

    def first(self, language: str) -> Person | None:
        """Somebody to begin with: of one student, in this language, where there is such."""
        people = self._people()
        simple = (p for p in people if p.students == 1 and p.language == language)
        return next(simple, people[0] if people else None)

    def _people(self) -> tuple[Person, ...]:
        return _people(self._roster())


@lru_cache(maxsize=1)
def _people(roster: Roster) -> tuple[Person, ...]:
    """Everybody with a number, by name. Kept until another roster is in force."""
    at_number: dict[str, list[tuple[Contact, Student]]] = defaultdict(list)
    for student in roster.students.values():
        for contact in roster.contacts_of(student.student_id):
            if contact.phone:
                at_number[contact.phone].append((contact, student))
    people = [_person(number, sharing) for number, sharing in at_number.items()]
    return tuple(sorted(people, key=lambda person: _folded(person.name)))


def _person(number: str, sharing: list[tuple[Contact, Student]]) -> Person:
    contacts = [contact for contact, _ in sharing]
    students = list(dict.fromkeys(_name(student) for _, student in sharing))
    names = " and ".join(dict.fromkeys(contact.name for contact in contacts))
    language = contacts[0].language
    said = " and ".join(dict.fromkeys(contact.relationship for contact in contacts))
    whose = f"{said} of {_listed(students)}" if said != "self" else "a student"
    about = f"{whose}, in {language_name(language)}"
    return Person(
        number=number,
        name=names,
        about=about,
        words=tuple(_folded(f"{names} {about} {_digits(number)}")),
        students=len(students),
        language=language,
    )


def language_name(code: str, language: Locale | None = ENGLISH) -> str:
    """The name of a language, in English; its code where nobody knows it."""
    try:
        return Locale.parse(code).get_display_name(language) or code
    except (ValueError, UnknownLocaleError):
        return code


def own_name(code: str) -> str:
    """The name of a language as its speakers call it: "Español"."""
    name = language_name(code, None)
    return name[:1].upper() + name[1:]


def _digits(number: str) -> str:
    """The number as somebody may type it: whole, national, and its last part."""
    national = "".join(sign for sign in shown(number) if sign.isdigit())
    return f"{number.lstrip('+')} {national} {national[-7:]} {national[-4:]}"


def _name(student: Student) -> str:
    return f"{student.first_name} {student.last_name}".strip()


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _folded(text: str) -> list[str]:
    """The words in small letters without their marks, so that "oscar" finds Óscar."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in plain).split()
