"""The roster as the readers see it: students, their contacts, and what a number is linked to.

Immutable once built; a new import makes a new one. It holds names only to match them against
what was said: see `flows.events.Words` for why none of them can be spoken.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

TELEPHONE = frozenset({7, 10, 11})  # digits of a telephone number


@dataclass(frozen=True, slots=True)
class Student:
    """One student. `heard_as`: spellings the recogniser is known to make of the name."""

    student_id: str
    first_name: str
    last_name: str  # empty for a student with one name only
    preferred_name: str | None
    grade: int
    birth_date: date
    heard_as: tuple[str, ...] = ()

    def age_on(self, day: date) -> int:
        """Full years on that day; born on 29 February, a year more from 1 March in other years."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of one student; a parent of two students has two."""

    contact_id: str
    student_id: str
    name: str
    relationship: str  # as in the file: mother, stepfather, grandmother, aunt, self …
    phone: str | None  # E.164
    language: str
    on_emergency_form: bool
    order: int


class Roster:
    """Students and contacts, found by id and by number."""

    def __init__(
        self, students: Iterable[Student], contacts: Iterable[Contact], version: int = 0
    ) -> None:
        self.version = version
        self.students: Mapping[str, Student] = {s.student_id: s for s in students}
        # As many digits as a student number has; a telephone number is not taken for one.
        lengths = {len(student_id) for student_id in self.students if student_id.isdecimal()}
        self.number_lengths = frozenset(lengths - TELEPHONE)
        self._by_phone: dict[str, list[Contact]] = defaultdict(list)
        self._by_student: dict[str, list[Contact]] = defaultdict(list)
        for contact in sorted(contacts, key=lambda c: c.order):
            self._by_student[contact.student_id].append(contact)
            if contact.phone:
                self._by_phone[contact.phone].append(contact)

    def contacts_at(self, phone: str | None) -> tuple[Contact, ...]:
        """The contacts with this number (E.164); none for a withheld or unlisted one."""
        return tuple(self._by_phone.get(phone, ())) if phone else ()

    def contacts_of(self, student_id: str) -> tuple[Contact, ...]:
        """The student's contacts, in the order of the file."""
        return tuple(self._by_student.get(student_id, ()))

    def linked_to(self, phone: str | None) -> tuple[Student, ...]:
        """The students who have a contact with this number, each once."""
        ids = dict.fromkeys(contact.student_id for contact in self.contacts_at(phone))
        return tuple(self.students[i] for i in ids if i in self.students)
