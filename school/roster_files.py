"""A folder with `roster.csv`, `contacts.csv` and perhaps `calendar.json`, read without a database.

Every row is either taken or refused with a sentence. A refused row changes nothing: what the
database has under its id stays as it was (`school.roster`). The contacts of a student whose row
is refused are refused too, for they would hang in the air; so is a contact of an unknown student.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from sys import intern
from typing import TypeVar

from flows.reading.calendar import SchoolCalendar
from flows.reading.roster import Contact, Student
from school import roster_cells as cell
from school.calendar_file import read_calendar
from school.csv_rows import Progress, Row, columns_in, rows_of
from school.emails import is_email
from school.roster_cells import BadCell, Cells

DEMO_FOLDER = Path(__file__).parent / "demo"
ROSTER, CONTACTS, CALENDAR = "roster.csv", "contacts.csv", "calendar.json"
STUDENT_COLUMNS = (
    "student_id",
    "first_name",
    "last_name",
    "preferred_name",
    "grade",
    "birth_date",
)
CONTACT_COLUMNS = (
    "contact_id",
    "student_id",
    "name",
    "relationship",
    "phone",
    "email",
    "language",
    "on_emergency_form",
    "order",
)
# Columns that a file may have. Without them what the school has entered before stays: an order of
# a court must not get lost because an export was made from the wrong template.
LIMIT_COLUMNS = ("no_contact", "custody")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ListedContact(Contact):
    """A contact with what the readers have no use for.

    `no_contact`: must have no contact with the student. `custody`: the limits of custody, in words.
    """

    email: str | None
    no_contact: bool = False
    custody: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken. `key`: the id in it, where one can be made out."""

    file: str
    line: int
    why: str
    key: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: refused. {self.why}"


@dataclass(frozen=True, slots=True)
class RosterFolder:
    """What the files say. `notes`: sentences on what was taken, but not as it stood.

    `limits`: those of LIMIT_COLUMNS that the file has.
    """

    students: Sequence[Student]
    contacts: Sequence[ListedContact]
    calendar: SchoolCalendar | None
    refused: Sequence[RefusedRow]
    notes: Sequence[str]
    limits: Sequence[str] = ()


def unwatched(_what: str, _done: int, _of: int) -> None:
    """The progress nobody looks at."""


def read_folder(
    folder: Path, today: date | None = None, progress: Progress = unwatched
) -> RosterFolder:
    """Everything in the folder.

    Args:
        folder: where the files are.
        today: tells impossible ages; without it, only impossible days and years are found.
        progress: told how far the reading has come.

    Raises:
        FileUnreadable: a file is missing or cannot be used as a whole.
    """
    reading = _Reading(folder, today, progress)
    calendar = read_calendar(folder / CALENDAR)
    students = reading.students()
    contacts = reading.contacts(students)
    return RosterFolder(
        tuple(students.values()),
        tuple(contacts.values()),
        calendar,
        tuple(reading.refused),
        tuple(reading.notes),
        columns_in(folder / CONTACTS, LIMIT_COLUMNS),
    )


class _Reading:
    """One folder being read: collects what is refused and noted on the way."""

    def __init__(self, folder: Path, today: date | None, progress: Progress) -> None:
        self.folder = folder
        self.today = today
        self.progress = progress
        self.refused: list[RefusedRow] = []
        self.notes: list[str] = []

    def students(self) -> dict[str, Student]:
        """The students of `roster.csv` by id."""
        return self._taken(ROSTER, STUDENT_COLUMNS, lambda row: _student(row.cells, self.today))

    def contacts(self, students: Mapping[str, Student]) -> dict[str, ListedContact]:
        """The contacts of these students by id."""
        refused = {row.key: row for row in self.refused}

        def read(row: Row) -> ListedContact:
            student = students.get(cell.student_id(row.cells))
            if student is None:
                raise BadCell(_why_unknown(row.cells["student_id"], refused))
            return _contact(row.cells, student, self._email(row))

        return self._taken(CONTACTS, CONTACT_COLUMNS, read, LIMIT_COLUMNS)

    def _taken(
        self,
        file: str,
        columns: Sequence[str],
        read: Callable[[Row], Item],
        optional: Sequence[str] = (),
    ) -> dict[str, Item]:
        """The rows that can be read, by the id in their first column."""
        taken: dict[str, Item] = {}
        path = self.folder / file
        for row in rows_of(path, columns, self.notes.append, self.progress, optional):
            key = row.cells.get(columns[0], "")
            try:
                _refuse_unusable(row, columns[0], taken)
                item = read(row)
            except BadCell as bad:
                self.refused.append(RefusedRow(file, row.line, str(bad), key))
            else:
                taken[key] = item
        return taken

    def _email(self, row: Row) -> str | None:
        found = row.cells["email"]
        if found and not is_email(found):
            self.notes.append(
                f"{CONTACTS}, line {row.line}: taken without the e-mail address, which is none."
            )
            return None
        return found or None


def _refuse_unusable(row: Row, id_column: str, taken: Mapping[str, object]) -> None:
    if row.trouble:
        raise BadCell(row.trouble)
    if row.cells[id_column] in taken:
        raise BadCell(f"The {id_column} {row.cells[id_column]} stands in an earlier line already.")


def _student(cells: Cells, today: date | None) -> Student:
    return Student(
        student_id=cell.student_id(cells),
        first_name=cell.name(cells, "first_name"),
        last_name=cell.name_or_empty(cells, "last_name"),
        preferred_name=cell.name_or_empty(cells, "preferred_name") or None,
        grade=cell.grade(cells),
        birth_date=cell.birth_date(cells, today),
    )


def _contact(cells: Cells, student: Student, email: str | None) -> ListedContact:
    return ListedContact(
        contact_id=cell.contact_id(cells),
        student_id=student.student_id,
        name=cell.name(cells, "name"),
        relationship=cell.relationship(cells),
        phone=cell.phone(cells),
        language=intern(cell.language(cells)),  # one text for all: there are few of them
        on_emergency_form=cell.yes_or_no(cells, "on_emergency_form"),
        order=cell.order(cells),
        email=email,
        no_contact=cell.no_contact(cells),
        custody=cell.custody(cells),
    )


def _why_unknown(student_id: str, refused: Mapping[str, RefusedRow]) -> str:
    row = refused.get(student_id)
    if row is None:
        return f"There is no student {student_id} in {ROSTER}."
    return f"Its student {student_id} is refused too: see {row.file}, line {row.line}."
